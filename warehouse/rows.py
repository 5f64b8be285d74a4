"""Canonical events → rows of the fact tables. Pure; the columns' meaning stands in sql/migrations/0001_facts.sql."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, cast

import orjson
import polars as pl
import pyarrow as pa

from models.events import CatalogSnapshot, Commit, Deployment, Incident, PullRequest, Push
from warehouse.people import person

NO_SHA = re.compile(r"^0*$")
UNDATED = datetime(9999, 1, 1, tzinfo=UTC)
"""`told_until` of a push that doesn't date its head: it is always read."""
PLAIN = re.compile(r"^(component:)?(default/)?", re.IGNORECASE)
"""What an entity reference may begin with that its shown name hasn't."""
REVERTS = re.compile(r"This reverts commit ([0-9a-f]{7,64})")
REVERTS_NUMBER = re.compile(
    r"^(?:Reverts|This reverts merge request) ([\w.-]+(?:/[\w.-]+)+)?[#!]([0-9]{1,18})(?![0-9])", re.MULTILINE
)
"""As GitHub and GitLab write it."""

_TIME = pl.Datetime("us", "UTC")
_LIST = pl.List(pl.String)
_COMMITS = pl.List(pl.Struct({"repository": pl.String, "sha": pl.String}))
_DIGEST = {"digest": pl.UInt64, "source": pl.String}

SCHEMAS: dict[str, dict[str, Any]] = {
    "pushes": _DIGEST
    | dict.fromkeys(("repository", "branch"), pl.String)
    | {"at": _TIME, "before": pl.String, "after": pl.String, "forced": pl.Boolean, "total": pl.Int32}
    | {"shas": _LIST, "new_shas": _LIST, "default_branch": pl.String, "key": pl.String, "told_until": _TIME},
    "commits": {"repository": pl.String, "sha": pl.String, "committed_at": _TIME}
    | dict.fromkeys(("title", "author", "handle"), pl.String)
    | dict.fromkeys(("parents", "files", "reverts"), _LIST),
    "pull_request_events": _DIGEST
    | {"repository": pl.String, "number": pl.Int64, "status": pl.String, "at": _TIME}
    | dict.fromkeys(("title", "head_sha", "merge_sha", "head_branch", "base_branch", "head_repository"), pl.String)
    | {"labels": _LIST, "author": pl.String, "handle": pl.String, "commits": pl.Int32}
    | {"reverts_number": pl.Int64, "url": pl.String},
    "deployment_events": _DIGEST
    | {"deployment": pl.String, "environment": pl.String, "status": pl.String, "at": _TIME, "key": pl.String}
    | {"commits": _COMMITS, "version": pl.String, "ref": pl.String, "rollback": pl.Boolean, "fixes": pl.String}
    | {"failed": pl.Boolean, "production": pl.Boolean, "url": pl.String},
    "incident_events": _DIGEST
    | {"incident": pl.String, "status": pl.String, "at": _TIME, "keys": _LIST}
    | dict.fromkeys(("deployment", "severity", "title", "url"), pl.String)
    | {"described_at": _TIME, "opened_at": _TIME},
    "catalog_snapshots": _DIGEST | {"location": pl.String, "at": _TIME, "entities": pl.String},
}

_ARROW = {name: pl.DataFrame(schema=schema).to_arrow().schema for name, schema in SCHEMAS.items()}


@dataclass(slots=True)
class Rows:
    """Rows gathered per fact table, and the keys that compute has to look at."""

    people_key: bytes
    show_handles: bool
    tables: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {name: [] for name in SCHEMAS})
    touched: set[str] = field(default_factory=set)
    heads: set[tuple[str, str]] = field(default_factory=set)
    """(repository, sha) that may turn out to be merges, or to stand for others."""

    def add(self, source: str, event: Any) -> None:
        """Appends the rows of one event of `source`."""
        _WRITERS[type(event)](self, source, event)

    def frames(self) -> dict[str, pl.DataFrame]:
        """A frame per table that has rows."""
        return {name: frame_of(name, rows) for name, rows in self.tables.items() if rows}

    def put(self, table: str, source: str, *values: Any) -> None:
        """Appends a row headed by its digest: 64 bits over the row's content, times in UTC."""
        digest = blake2b(repr((source, *values)).encode(), digest_size=8).digest()
        self.tables[table].append((int.from_bytes(digest), source, *values))


def frame_of(table: str, rows: Sequence[tuple[Any, ...]]) -> pl.DataFrame:
    """Rows of a fact table as a frame. Arrow makes columns of nested values several times faster than Polars does."""
    schema = _ARROW[table]
    columns = [
        pa.array(values, type) for values, type in zip(zip(*rows, strict=True), schema.types, strict=True)
    ]  # fmt: skip
    return cast(pl.DataFrame, pl.from_arrow(pa.Table.from_arrays(columns, schema=schema)))


def warm_up() -> None:
    """Makes a first array: Arrow looks for pandas then, for a third of a second that the first batch need not wait."""
    pa.array([])


def service_name(ref: str) -> str:
    """The shown name of an entity reference: `component:default/payments` → `payments`; other namespaces stay.

    Backstage's format is [<kind>:][<namespace>/]<name>, kind and namespace in any case of letters.
    """
    return PLAIN.sub("", ref)


def source_key(event: Deployment | Push | Incident) -> str:
    """What the catalog resolves to services: the named service, else the first binding, else the repository."""
    if event.service:
        return f"service={service_name(event.service)}"
    return event.bindings[0] if event.bindings else f"repository={event.repository}"


def commit_row(repository: str, commit: Commit, people: bytes, show_handles: bool) -> tuple[Any, ...]:
    """A commit as the table `commits` has it."""
    return (
        repository,
        commit.sha,
        _utc(commit.committed_at),
        commit.message.partition("\n")[0].strip()[:500],
        *person(commit.author, people, show_handles),
        list(commit.parents) if commit.parents is not None else None,
        sorted(set(commit.files)) if commit.files is not None else None,
        sorted(set(REVERTS.findall(commit.message))),
    )


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def _sha(text: str | None) -> str | None:
    return None if not text or NO_SHA.match(text) else text


def _push(rows: Rows, source: str, push: Push) -> None:
    rows.touched.add(f"repository={push.repository}")
    if push.service:
        rows.touched.add(source_key(push))
    if push.after in {commit.sha for commit in push.commits if commit.distinct}:
        rows.heads.add((push.repository, push.after))
    rows.tables["commits"].extend(
        commit_row(push.repository, commit, rows.people_key, rows.show_handles) for commit in push.commits
    )
    rows.put(
        "pushes", source, push.repository, push.branch, _utc(push.at), _sha(push.before), _sha(push.after),
        push.forced, max(push.total or 0, len(push.commits)),
        [commit.sha for commit in push.commits], [commit.sha for commit in push.commits if commit.distinct],
        push.default_branch, source_key(push), _told_until(push),
    )  # fmt: skip


def _told_until(push: Push) -> datetime:
    if push.after not in {commit.sha for commit in push.commits}:
        return UNDATED
    return max(_utc(push.at), *(_utc(commit.committed_at) for commit in push.commits))


def _pull_request(rows: Rows, source: str, pull: PullRequest) -> None:
    rows.touched.update((f"repository={pull.repository}", f"pull_request={pull.repository}#{pull.number}"))
    if pull.merge_sha:
        rows.heads.add((pull.repository, pull.merge_sha))
    rows.put(
        "pull_request_events", source, pull.repository, pull.number, pull.status, _utc(pull.at), pull.title,
        _sha(pull.head_sha), _sha(pull.merge_sha), pull.head_branch, pull.base_branch, pull.head_repository,
        None if pull.labels is None else sorted(set(pull.labels)),
        *person(pull.author, rows.people_key, rows.show_handles), pull.commits,
        _reverts(pull), pull.url,
    )  # fmt: skip


def _reverts(pull: PullRequest) -> int | None:
    """The pull request of the same repository that this one says it reverts; 0 where it says so of none."""
    if pull.body is None:
        return None
    found = REVERTS_NUMBER.search(pull.body)
    if found is None or (found[1] or pull.repository).lower() != pull.repository.lower():
        return 0
    return int(found[2])


def _deployment(rows: Rows, source: str, event: Deployment) -> None:
    key = source_key(event) if event.service or event.bindings or event.repository else ""
    commits = [{"repository": commit.repository, "sha": commit.sha} for commit in event.commits]
    key = key or f"repository={commits[0]['repository']}"
    if event.sha and not commits:
        commits = [{"repository": event.repository, "sha": event.sha}]
    rows.touched.update((key, f"deployment={event.deployment}"))
    rows.put(
        "deployment_events", source, event.deployment, event.environment, event.status, _utc(event.at), key, commits,
        event.version, event.ref, event.rollback, event.fixes, event.failed, event.production, event.url,
    )  # fmt: skip


def _incident(rows: Rows, source: str, event: Incident) -> None:
    named = [*event.services, *([event.service] if event.service else [])]
    keys = sorted({f"service={service_name(name)}" for name in named}) or sorted(set(event.bindings))
    if not keys and event.repository:
        keys = [f"repository={event.repository}"]
    rows.touched.update(keys)
    rows.touched.add(f"incident={source}/{event.incident}")
    rows.put(
        "incident_events", source, event.incident, event.status, _utc(event.at), keys, event.deployment,
        event.severity, event.title, event.url, _utc(event.described_at or event.at),
        _utc(event.opened_at) if event.opened_at else None,
    )  # fmt: skip


def _catalog(rows: Rows, source: str, snapshot: CatalogSnapshot) -> None:
    rows.touched.add("catalog=")
    entities = orjson.dumps(snapshot.entities, option=orjson.OPT_SORT_KEYS).decode()
    rows.put("catalog_snapshots", source, snapshot.location, _utc(snapshot.at), entities)


_WRITERS: dict[type, Callable[[Rows, str, Any], None]] = {
    Push: _push,
    PullRequest: _pull_request,
    Deployment: _deployment,
    Incident: _incident,
    CatalogSnapshot: _catalog,
}
