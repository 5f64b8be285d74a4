"""Derived tables from facts. `compute` does what was touched; what it leaves equals `rebuild`."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Any

import duckdb

from models.settings import Settings
from warehouse import sql
from warehouse.catalog.derive import derive_catalog
from warehouse.compute.append import append
from warehouse.compute.place import place
from warehouse.compute.undeployed import find_undeployed
from warehouse.compute.walk import walk
from warehouse.store import Store

CATALOG = "catalog="
"""The key that a changed catalog touches."""
HOTFIX = ("hotfix_branch_pattern", "hotfix_label")
SHAPING = ("production_pattern", *HOTFIX, "incident_window_hours")
"""Settings that the derived tables depend on."""
CHUNK = 3_000_000
"""How many facts are computed together when everything is: what their graphs take in memory at once."""


def compute(store: Store, settings: Settings) -> int:
    """Makes the derived tables of the touched services again, in one transaction, and empties the outbox.

    Returns how many services it computed. A changed catalog or changed settings compute everything.
    """
    with store.transaction("derived") as cursor:
        fingerprint = _fingerprint(settings)
        known = cursor.execute(sql.load("compute/fingerprint")).fetchone()
        if known is None or known[0] != fingerprint:
            return _everything(cursor, settings)
        ((keys, commits),) = cursor.execute(sql.load("compute/touched_keys")).fetchall()
        if not keys:
            return 0
        _run(cursor, "compute/work")
        if CATALOG in keys:
            return _everything(cursor, settings)
        return _touched(cursor, settings, {key.partition("=")[0] for key in keys}, commits)


def _touched(cursor: duckdb.DuckDBPyConnection, settings: Settings, kinds: set[str], commits: bool) -> int:
    """Computes what temp table `work` concerns, whose keys are of these kinds; `commits`: more is known of some."""
    hotfix = {name: getattr(settings, name) for name in HOTFIX}
    fresh = cursor.execute(sql.load("compute/source_keys")).fetchall()
    _run(cursor, "compute/again", services=[service for (service,) in fresh])
    if "pull_request" in kinds:
        _run_all(cursor, ("asked_pull_requests", "forget_pull_requests", "pull_requests"))
    if "incident" in kinds:
        _run(cursor, "compute/again_incidents")
    _run(cursor, "compute/scope")
    _run(cursor, "compute/disturbed" if commits else "compute/undisturbed")
    if commits:
        _run(cursor, "compute/again_commits", hotfix_branch_pattern=hotfix["hotfix_branch_pattern"])
    if "pull_request" in kinds:
        _run(cursor, "compute/again_pull_requests")
    ((services,),) = cursor.execute(sql.load("compute/scope_again")).fetchall()
    if "deployment" in kinds:
        append(cursor, settings.production_pattern, **hotfix)
    ((again,),) = cursor.execute(sql.load("compute/rest")).fetchall()
    if again or "incident" in kinds:
        _derive(cursor, settings, "compute/pairs")
    if again or commits:
        _run_all(cursor, ("moved", "scoped_repositories"))
        find_undeployed(cursor)
    _run(cursor, "compute/work_done")
    return int(services)


def rebuild(store: Store, settings: Settings) -> int:
    """Makes all derived tables again from the facts. Returns how many services there are."""
    with store.transaction("derived") as cursor:
        return _everything(cursor, settings)


def _everything(cursor: duckdb.DuckDBPyConnection, settings: Settings) -> int:
    derive_catalog(cursor)
    _run(cursor, "compute/all_keys")
    _run(cursor, "compute/forget_keys")
    _run(cursor, "compute/source_keys")
    _run(cursor, "compute/forget_everything")
    _run(cursor, "compute/forget_fingerprint")
    cursor.execute(sql.load("compute/remember_fingerprint"), {"fingerprint": _fingerprint(settings)})
    _run_all(cursor, ("all_pull_requests", "pull_requests"))
    services = cursor.execute(sql.load("compute/all_services")).fetchall()
    for chunk in _chunks(services):
        _run(cursor, "compute/scope_some", services=chunk)
        _derive(cursor, settings, "compute/all_fresh")
    _run(cursor, "compute/scope_some", services=[service for service, _ in services])
    _run(cursor, "compute/scoped_repositories")
    find_undeployed(cursor, recent=False)
    _run(cursor, "compute/work_done")
    return len(services)


def _chunks(services: Iterable[tuple[str, int]]) -> Iterator[list[str]]:
    """Services with their facts → names that are computed together; one chunk at least."""
    chunk: list[str] = []
    size = 0
    for service, facts in services:
        if chunk and size + facts > CHUNK:
            yield chunk
            chunk, size = [], 0
        chunk.append(service)
        size += facts
    yield chunk


def _derive(cursor: duckdb.DuckDBPyConnection, settings: Settings, pairs: str) -> None:
    """Computes the services of temp table `scope` from the facts that temp table `work` names.

    The query `pairs` says which walks over the commit graph go on, and which begin again.
    """
    _run(cursor, "compute/told_deployments")
    _run(cursor, "compute/scoped_deployments", production_pattern=settings.production_pattern)
    place(cursor)
    _run_all(cursor, ("own_repositories", "forget_service_repositories", "service_repositories", "scoped_repositories"))
    _run(cursor, pairs)
    frames = walk(cursor)
    _run_all(cursor, ("forget_contained", "contained", "forget_awaited", "awaited", "outcomes"))
    _run_all(cursor, ("all_deployments", "scoped_incidents", "forget_incidents", "incidents"))
    _run_all(cursor, ("live", "revert_pairs", "forget_failure_evidence", "evidence_explicit"))
    _run_all(cursor, ("evidence_rollback", "evidence_revert"))
    _run(cursor, "compute/evidence_incident", window_hours=settings.incident_window_hours)
    _run(cursor, "compute/remediations", **{name: getattr(settings, name) for name in HOTFIX})
    _run_all(cursor, ("recoveries", "forget_deployments", "deployments"))
    _run_all(cursor, ("services", "forget_services", "services_write"))
    for name in frames:
        cursor.unregister(name)


def _run(cursor: duckdb.DuckDBPyConnection, query: str, **values: Any) -> None:
    cursor.execute(sql.load(query), values or None)


def _run_all(cursor: duckdb.DuckDBPyConnection, names: Iterable[str]) -> None:
    for name in names:
        _run(cursor, f"compute/{name}")


def _fingerprint(settings: Settings) -> str:
    text = repr([(name, getattr(settings, name)) for name in SHAPING])
    return blake2b(text.encode(), digest_size=8).hexdigest()
