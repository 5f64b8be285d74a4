"""Entities, bindings, teams and monorepo paths from the newest snapshot of each catalog location.

Shapes are Backstage's descriptor format (backstage.io/docs/features/software-catalog/descriptor-format).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import duckdb
import orjson
import polars as pl

from warehouse import sql

PATHS_ANNOTATION = "leadline.dev/paths"
TIER_NAMES = ("leadline.dev/tier", "tier")

ENTITIES: dict[str, Any] = dict.fromkeys(
    (
        "ref", "kind", "namespace", "name", "title", "description", "type", "lifecycle", "tier", "owner", "system",
        "domain", "parent", "location", "entity",
    ),
    pl.String,
)  # fmt: skip
TABLES: dict[str, dict[str, Any]] = {
    "entities": ENTITIES,
    "bindings": dict.fromkeys(("annotation", "value", "service"), pl.String),
    "service_paths": dict.fromkeys(("service", "prefix"), pl.String),
    "teams": dict.fromkeys(("team", "member"), pl.String),
}


def derive_catalog(cursor: duckdb.DuckDBPyConnection) -> None:
    """Makes the catalog's tables again. An entity in several locations is the first location's, by name."""
    entities: dict[str, dict[str, Any]] = {}
    for location, text in cursor.execute(sql.load("compute/snapshots")).fetchall():
        for entity in orjson.loads(text):
            row = entity_row(entity, location)
            entities.setdefault(row["ref"], row)
    tables = {
        "entities": list(entities.values()),
        "bindings": [row for entity in entities.values() for row in _bindings(entity)],
        "service_paths": [row for entity in entities.values() for row in _paths(entity)],
        "teams": list(_teams(entities.values())),
    }
    for name, rows in tables.items():
        cursor.execute(sql.load(f"compute/forget_{name}"))
        cursor.register("batch", pl.DataFrame(rows, schema=TABLES[name]).to_arrow())
        cursor.execute(sql.load(f"compute/{name}"))
        cursor.unregister("batch")


def shown_name(ref: str | None, namespace: str = "default") -> str | None:
    """`[kind:][namespace/]name` → NAME, or NAMESPACE/NAME outside `default`; None stays None."""
    if not ref:
        return None
    rest = ref.rpartition(":")[2]
    space, _, name = rest.rpartition("/")
    space = (space or namespace).lower()
    return name if space == "default" else f"{space}/{name}"


def entity_row(entity: Mapping[str, Any], location: str) -> dict[str, Any]:
    """A raw Backstage entity → a row of table `entities`."""
    kind = str(entity["kind"]).lower()
    metadata = entity["metadata"]
    spec = entity.get("spec") or {}
    namespace = str(metadata.get("namespace") or "default").lower()
    told = {**(metadata.get("labels") or {}), **(metadata.get("annotations") or {})}
    tier = next((told[name] for name in TIER_NAMES if name in told), spec.get("tier"))
    related = {
        field: shown_name(_text(spec.get(field)), namespace) for field in ("owner", "system", "domain", "parent")
    }
    return {
        "ref": f"{kind}:{namespace}/{metadata['name']}".lower(),
        "kind": kind,
        "namespace": namespace,
        "name": shown_name(f"{namespace}/{metadata['name']}"),
        "title": _text(metadata.get("title")),
        "description": _text(metadata.get("description")),
        "type": _text(spec.get("type")),
        "lifecycle": _text(spec.get("lifecycle")),
        "tier": _text(tier),
        **related,
        "location": location,
        "entity": orjson.dumps(entity, option=orjson.OPT_SORT_KEYS).decode(),
    }


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _annotations(entity: Mapping[str, Any]) -> dict[str, Any]:
    return (orjson.loads(entity["entity"])["metadata"].get("annotations")) or {}


def _bindings(entity: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    if entity["kind"] != "component":
        return
    for annotation, value in _annotations(entity).items():
        if annotation != PATHS_ANNOTATION and value is not None:
            yield {"annotation": annotation, "value": str(value).strip().lower(), "service": entity["name"]}


def _paths(entity: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Folders (or files), each ending in a slash, so that `services/api` takes in no `services/api-gateway`: as git's
    own pathspecs do. The whole repository is the empty one."""
    if entity["kind"] == "component":
        told = str(_annotations(entity).get(PATHS_ANNOTATION) or "").split(",")
        parts = {part.strip().removesuffix("**").removesuffix("*") for part in told if part.strip()}
        for folder in sorted({part.removeprefix("./").strip("/") for part in parts}):
            yield {"service": entity["name"], "prefix": "" if folder in ("", ".") else f"{folder}/"}


def _teams(entities: Any) -> Iterator[dict[str, str]]:
    """(team, itself or a group below it): by `spec.parent`, and `spec.children` where only the parent tells."""
    groups = [entity for entity in entities if entity["kind"] == "group"]
    parents: dict[str, set[str]] = {group["name"]: set() for group in groups}
    for group in groups:
        if group["parent"]:
            parents[group["name"]].add(group["parent"])
        for child in (orjson.loads(group["entity"]).get("spec") or {}).get("children") or []:
            if name := shown_name(str(child), group["namespace"]):
                parents.setdefault(name, set()).add(group["name"])
    for member in sorted(parents):
        seen, stack = {member}, [member]
        while stack:
            above = parents.get(stack.pop(), set()) - seen
            seen |= above
            stack.extend(above)
        for team in sorted(seen):
            yield {"team": team, "member": member}
