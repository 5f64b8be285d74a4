"""Shared by tests: events into a store, and a store's whole content as something that can be compared."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

from models.delivery import Delivery
from models.events import EVENT
from models.settings import Settings
from warehouse.compute import compute
from warehouse.facts import Parsed, write_batch
from warehouse.store import MEMORY, Store

PEOPLE = b"a key for tests"
START = datetime(2026, 1, 5, tzinfo=UTC)
NOT_COMPARED = {"touched", "consumed", "migrations", "duplicate_deliveries", "backfilled", "backfill_runs", "awaited"}
"""Bookkeeping of how the rows arrived, not what they say."""


def at(hours: float) -> str:
    """RFC 3339, `hours` after START."""
    return (START + timedelta(hours=hours)).isoformat()


def event(type: str, hours: float, **fields: Any) -> Any:
    """A canonical event; its id is made from its content."""
    content = repr((type, hours, sorted(fields.items())))
    return EVENT.validate_python(
        {"type": type, "id": blake2b(content.encode(), digest_size=16).hexdigest(), "at": at(hours)} | fields
    )


def push(hours: float, before: str, *shas: str, repository: str = "acme/pay", branch: str = "main", **more: Any) -> Any:
    """A push of commits one hour apart, the last at `hours`; `commits=` overrides the plain ones."""
    commits = more.pop("commits", None) or [
        {"sha": sha, "committed_at": at(hours - len(shas) + 1 + i), "message": f"Change {sha}", "author": "ann"}
        for i, sha in enumerate(shas)
    ]
    after = more.pop("after", commits[-1]["sha"] if commits else before)
    return event(
        "push", hours, repository=repository, branch=branch, before=before, after=after, commits=commits, **more
    )


def deploy(hours: float, deployment: str, sha: str | None = None, status: str = "success", **more: Any) -> Any:
    """A deployment's status, to production unless told otherwise."""
    fields = {"environment": "production", "repository": "acme/pay", "deployment": deployment, "status": status}
    return event("deployment", hours, **(fields | ({"sha": sha} if sha else {}) | more))


def incident(hours: float, name: str, status: str = "opened", **more: Any) -> Any:
    """An incident's status, on acme/pay unless told otherwise."""
    where = {} if {"services", "service", "bindings"} & more.keys() else {"repository": "acme/pay"}
    return event("incident", hours, incident=name, status=status, **(where | more))


def parsed(one: Any) -> Parsed:
    """One event as one delivery of the `events` source."""
    body = one.model_dump_json().encode()
    return Parsed(Delivery("events", one.id, START, {}, body), one.type, [one])


def fill(store: Store, events: Sequence[Any], settings: Settings | None = None) -> Store:
    """Writes the events as one batch and computes."""
    write_batch(store, [parsed(one) for one in events], people_key=PEOPLE)
    compute(store, settings or Settings())
    return store


def store_of(*events: Any, settings: Settings | None = None) -> Store:
    """A new store in memory that holds the events."""
    return fill(Store.open(MEMORY), events, settings)


def rows(store: Store, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    with store.cursor() as cursor:
        return cursor.execute(query).fetchall()


def content(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Table → its rows, sorted: equal where two stores say the same."""
    tables = [row[0] for row in rows(store, "SHOW TABLES")]
    return {table: sorted(rows(store, f"FROM {table}"), key=repr) for table in tables if table not in NOT_COMPARED}
