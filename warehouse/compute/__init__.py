"""Derived tables from facts. `compute` does what was touched; what it leaves equals `rebuild`."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b

import duckdb

from models.settings import Settings
from warehouse.catalog.derive import derive_catalog
from warehouse.compute.append import append
from warehouse.compute.bindings import Bindings
from warehouse.compute.place import place
from warehouse.compute.steps import ask, step
from warehouse.compute.undeployed import find_undeployed
from warehouse.compute.walk import walk
from warehouse.store import Store

CATALOG = "catalog="
"""The key that a changed catalog touches."""
DEPLOYMENT, REPOSITORY = "deployment=", "repository="
"""What keys of deployments and of repositories begin with."""
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
        if ask(cursor, "fingerprint") != [(fingerprint,)]:
            return _everything(cursor, settings)
        keys = {key for (key,) in ask(cursor, "touched_keys")}
        if not keys:
            return 0
        if CATALOG in keys:
            return _everything(cursor, settings)
        return _touched(cursor, settings, keys)


def _touched(cursor: duckdb.DuckDBPyConnection, settings: Settings, keys: set[str]) -> int:
    """Computes what these keys concern."""
    news = [key.removeprefix(DEPLOYMENT) for key in keys if key.startswith(DEPLOYMENT)]
    kinds = {key.partition("=")[0] for key in keys}
    commits = bool(ask(cursor, "touched_commits"))
    bindings = Bindings(cursor)
    concerned = None if commits or kinds & {"incident", "pull_request"} else _known(bindings, keys)
    scope, again = concerned or _concerned(cursor, settings, kinds, commits)
    if news:
        patterns = {name: getattr(settings, name) for name in ("production_pattern", *HOTFIX)}
        again |= append(cursor, bindings, news, scope - again, **patterns)
    commits = commits or ("pull_request" in kinds and bool(ask(cursor, "touched_commits")))
    if again or commits or "incident" in kinds:
        if concerned:
            step(cursor, "work", "undisturbed")
        step(cursor, "scope_some", services=list(again))
    if again or "incident" in kinds:
        _derive(cursor, settings, "pairs")
    if again or commits:
        step(cursor, "moved", "scoped_repositories")
        find_undeployed(cursor, **{name: getattr(settings, name) for name in HOTFIX})
    step(cursor, "work_done", *(("commits_done",) if commits else ()))
    return len(scope)


def _known(bindings: Bindings, keys: set[str]) -> tuple[set[str], set[str]] | None:
    """The services that deployments and their source keys concern, none of which has to be derived again for that;
    None where a source key is new."""
    bound = bindings.services({key for key in keys if not key.startswith(DEPLOYMENT)})
    if not all(bound.values()):
        return None
    services = set[str]().union(*bound.values())
    repositories = [key.removeprefix(REPOSITORY) for key in bound if key.startswith(REPOSITORY)]
    return services | bindings.homes(services, repositories).keys(), set()


def _concerned(
    cursor: duckdb.DuckDBPyConnection, settings: Settings, kinds: set[str], commits: bool
) -> tuple[set[str], set[str]]:
    """The services that the outbox concerns, and those of them that have to be derived again; `commits`: more is known
    of some. Leaves temp tables `work` and `disturbed`."""
    step(cursor, "work")
    fresh = ask(cursor, "source_keys")
    step(cursor, "again", services=[service for (service,) in fresh])
    if "pull_request" in kinds:
        step(cursor, "asked_pull_requests", "forget_pull_requests", "pull_requests", "touched_exchanges")
        commits = bool(ask(cursor, "touched_commits"))
    if "incident" in kinds:
        step(cursor, "again_incidents")
    step(cursor, "scope")
    step(cursor, "disturbed" if commits else "undisturbed")
    if commits:
        step(cursor, "again_commits", hotfix_branch_pattern=settings.hotfix_branch_pattern)
    if "pull_request" in kinds:
        step(cursor, "again_pull_requests")
    again = {service for (service,) in ask(cursor, "again_services")}
    return again | {service for (service,) in ask(cursor, "scope_services")}, again


def rebuild(store: Store, settings: Settings) -> int:
    """Makes all derived tables again from the facts. Returns how many services there are."""
    with store.transaction("derived") as cursor:
        return _everything(cursor, settings)


def _everything(cursor: duckdb.DuckDBPyConnection, settings: Settings) -> int:
    derive_catalog(cursor)
    step(cursor, "all_keys")
    step(cursor, "forget_keys")
    step(cursor, "source_keys")
    step(cursor, "forget_everything")
    step(cursor, "forget_fingerprint")
    step(cursor, "remember_fingerprint", fingerprint=_fingerprint(settings))
    step(cursor, "all_pull_requests", "pull_requests")
    services = ask(cursor, "all_services")
    for chunk in _chunks(services):
        step(cursor, "scope_some", services=chunk)
        _derive(cursor, settings, "all_fresh")
    step(cursor, "scope_some", services=[service for service, _ in services])
    step(cursor, "scoped_repositories")
    find_undeployed(cursor, recent=False)
    step(cursor, "work_done", "commits_done")
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
    step(cursor, "told_deployments")
    step(cursor, "scoped_deployments", production_pattern=settings.production_pattern)
    place(cursor)
    step(cursor, "own_repositories", "forget_service_repositories", "service_repositories", "scoped_repositories")
    step(cursor, pairs)
    with walk(cursor):
        step(cursor, "forget_contained", "contained", "forget_awaited", "awaited", "outcomes")
    step(cursor, "all_deployments", "scoped_incidents", "forget_incidents", "incidents")
    step(cursor, "live", "revert_pairs", "forget_failure_evidence", "evidence_explicit")
    step(cursor, "evidence_rollback", "evidence_revert")
    step(cursor, "evidence_incident", window_hours=settings.incident_window_hours)
    step(cursor, "remediations", **{name: getattr(settings, name) for name in HOTFIX})
    step(cursor, "recoveries", "forget_deployments", "deployments")
    step(cursor, "services", "forget_services", "services_write")


def _fingerprint(settings: Settings) -> str:
    text = repr([(name, getattr(settings, name)) for name in SHAPING])
    return blake2b(text.encode(), digest_size=8).hexdigest()
