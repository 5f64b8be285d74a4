"""Catalog files → entities: Backstage's descriptor format, checked as Backstage checks it.

Definition: backstage.io/docs/features/software-catalog/descriptor-format. Errors name file, line, entity and field.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import orjson
from ruamel.yaml import YAML
from ruamel.yaml.constructor import ConstructorError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.reader import ReaderError

from models.errors import LeadlineError

NAME = re.compile(r"^(?=.{1,63}$)([A-Za-z0-9][A-Za-z0-9_.-]*)?[A-Za-z0-9]$")
NAMESPACE = re.compile(r"^(?=.{1,63}$)[a-z0-9]+(-+[a-z0-9]+)*$")
OURS = ("backstage.io/",)
SHOWN_CHARACTERS = 40
REQUIRED: dict[str, tuple[str, ...]] = {
    "component": ("type", "lifecycle", "owner"),
    "api": ("type", "lifecycle", "owner", "definition"),
    "resource": ("type", "owner"),
    "system": ("owner",),
    "domain": ("owner",),
    "group": ("type", "children"),
    "user": (),
    "location": (),
}
"""What a kind's `spec` must have. Kinds that aren't listed are kept unchecked."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a catalog file, and where."""

    path: Path
    line: int
    entity: str
    field: str
    message: str

    def __str__(self) -> str:
        where = f"{self.entity}: {self.field}: " if self.field else f"{self.entity}: " if self.entity else ""
        return f"{self.path}:{self.line}: {where}{self.message}"


def read_folder(folder: Path) -> tuple[list[dict[str, Any]], list[Fault]]:
    """(entities, faults) of every YAML file below a folder; files that hold no Backstage entity are left alone.

    Raises LeadlineError where the folder is missing.
    """
    if not folder.exists():
        raise LeadlineError(f"there is no catalog folder {folder}", "name a folder that holds catalog-info.yaml files")
    entities: list[dict[str, Any]] = []
    faults: list[Fault] = []
    for path in catalog_files(folder):
        found, wrong = read_file(path)
        entities += found
        faults += wrong
    if folder.is_file() and not entities and not faults:
        faults.append(Fault(folder, 1, "", "", "holds no entity: apiVersion, kind, metadata, spec"))
    return entities, faults + _twice(entities, folder)


def catalog_files(folder: Path) -> list[Path]:
    """The YAML files below a folder, hidden ones left out; the path itself where it is a file."""
    if folder.is_file():
        return [folder]
    found = (path for pattern in ("*.yaml", "*.yml") for path in folder.rglob(pattern))
    return sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts))


class _Constructor(RoundTripConstructor):
    """Tells where a value stands that isn't what its form or its tag says: `2026-13-45`, `!!bool maybe`."""

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, TypeError, LookupError, AttributeError):
            if not isinstance(node, ScalarNode):
                raise
            kind, value = str(node.tag).rpartition(":")[2], str(node.value)[:SHOWN_CHARACTERS]
            raise ConstructorError(problem=f"{value!r} is no {kind}", problem_mark=node.start_mark) from None


def read_file(path: Path) -> tuple[list[dict[str, Any]], list[Fault]]:
    """(entities, faults) of one file of one or more YAML documents."""
    entities: list[dict[str, Any]] = []
    faults: list[Fault] = []
    yaml, text = YAML(typ="rt"), ""
    yaml.Constructor = _Constructor
    try:
        text = path.read_text(encoding="utf-8")
        for document in yaml.load_all(text):
            if not _is_entity(document, path):
                continue
            wrong = list(_faults(document, path)) or list(_unstorable(document, path))
            faults += wrong
            if not wrong:
                entities.append(_plain(document))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        faults.append(Fault(path, line, "", "", f"not YAML: {error.problem}"))
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        faults.append(Fault(path, line, "", "", f"not YAML: {str(error).splitlines()[0]}"))
    except RecursionError:
        faults.append(Fault(path, 1, "", "", "is nested too deeply"))
    except (OSError, UnicodeDecodeError) as error:
        faults.append(Fault(path, 1, "", "", f"can't be read: {error}"))
    return entities, [_printable(fault) for fault in faults]


def _is_entity(document: Any, path: Path) -> bool:
    if document is None:
        return False
    version = document.get("apiVersion") if isinstance(document, Mapping) else None
    return path.stem.startswith("catalog-info") or str(version or "").startswith(OURS)


def _faults(document: Any, path: Path) -> Iterator[Fault]:
    if not isinstance(document, Mapping):
        yield Fault(path, 1, "", "", "a document must be an entity: apiVersion, kind, metadata, spec")
        return
    metadata, spec, kind = document.get("metadata"), document.get("spec"), document.get("kind")
    named = metadata.get("name") if isinstance(metadata, Mapping) else None
    entity = f"{str(kind or 'entity').lower()}:{named or '?'}"

    def fault(parent: Any, field: str, message: str) -> Fault:
        return Fault(path, _line(parent, field.rpartition(".")[2]), entity, field, message)

    for field in ("apiVersion", "kind"):
        if not (isinstance(document.get(field), str) and document[field]):
            yield fault(document, field, "is required, a text")
    if not isinstance(metadata, Mapping):
        yield fault(document, "metadata", "is required, with a name")
        return
    if not isinstance(named, str) or not NAME.match(named):
        yield fault(metadata, "metadata.name", "must be 1–63 letters, digits and - _ . between them")
    namespace = metadata.get("namespace")
    if namespace is not None and not (isinstance(namespace, str) and NAMESPACE.match(namespace)):
        yield fault(metadata, "metadata.namespace", "must be 1–63 lower-case letters, digits and - between them")
    for field in ("annotations", "labels"):
        if metadata.get(field) is not None and not isinstance(metadata[field], Mapping):
            yield fault(metadata, f"metadata.{field}", "must be a mapping of names to texts")
    required = REQUIRED.get(str(kind).lower(), ())
    if required and not isinstance(spec, Mapping):
        yield fault(document, "spec", f"is required, with {', '.join(required)}")
        return
    if spec is not None and not isinstance(spec, Mapping):
        yield fault(document, "spec", "must be a mapping")
        return
    for field in required:
        value = spec.get(field) if isinstance(spec, Mapping) else None
        if field == "children" and not isinstance(value, list):
            yield fault(spec, "spec.children", "is required, a list (may be empty)")
        elif field != "children" and not (isinstance(value, str) and value):
            yield fault(spec, f"spec.{field}", "is required, a text")


def _unstorable(document: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    """What is YAML and no JSON: a number beyond 64 bits, half a character."""
    for name in document:
        try:
            orjson.dumps(_plain({name: document[name]}))
        except TypeError as error:
            entity = f"{str(document['kind']).lower()}:{document['metadata']['name']}"
            yield Fault(path, _line(document, name), entity, str(name), f"can't be kept: {error}")


def _line(parent: Any, key: str) -> int:
    """The line of a key, else that of the mapping it is missing from, counted from 1."""
    place = getattr(parent, "lc", None)
    if place is None:
        return 1
    known = (place.data or {}).get(key)  # none of a key that was merged in: `<<: *base`
    return (known[0] if known else place.line or 0) + 1


def _printable(fault: Fault) -> Fault:
    """Half characters as YAML writes them: no terminal and no JSON takes them."""
    names = ("entity", "field", "message")
    return replace(fault, **{name: getattr(fault, name).encode("utf-8", "backslashreplace").decode() for name in names})


def _twice(entities: list[dict[str, Any]], folder: Path) -> list[Fault]:
    seen: set[tuple[str, str, str]] = set()
    faults = []
    for entity in entities:
        metadata = entity["metadata"]
        key = (entity["kind"].lower(), (metadata.get("namespace") or "default").lower(), metadata["name"].lower())
        if key in seen:
            faults.append(Fault(folder, 1, f"{key[0]}:{key[1]}/{key[2]}", "", "is defined twice; keep one"))
        seen.add(key)
    return faults


def _plain(value: Any) -> Any:
    """Plain JSON types; YAML's dates as texts."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, date):
        return value.isoformat()
    for plain in (int, float):
        if isinstance(value, plain):
            return plain(value)
    return str(value)
