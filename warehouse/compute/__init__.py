"""Derived tables from facts. `compute` does what was touched; what it leaves equals `rebuild`."""

from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path

import duckdb

from models.settings import Settings
from warehouse import sql
from warehouse.catalog.derive import derive_catalog
from warehouse.compute.append import append
from warehouse.compute.bindings import Bindings
from warehouse.compute.disturbed import disturbed_services, disturbed_walks, read_outbox
from warehouse.compute.load import Pair
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

    Returns how many services it computed. A changed catalog, changed settings and other rules, as a new version of
    Leadline may have, compute everything.
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
    deployments = [key.removeprefix(DEPLOYMENT) for key in keys if key.startswith(DEPLOYMENT)]
    kinds = {key.partition("=")[0] for key in keys}
    hotfix = {name: getattr(settings, name) for name in HOTFIX}
    bindings = Bindings(cursor)
    known = None if kinds & {"incident", "pull_request"} else _known(bindings, keys)
    scope, again = (known, set[str]()) if known else _concerned(cursor, kinds)
    if not known:
        bindings = Bindings(cursor)  # source keys were resolved meanwhile
    commits = read_outbox(cursor) if ask(cursor, "touched_commits") else None
    walks = set[Pair]()
    if commits:
        walks = disturbed_walks(cursor, commits, scope)
        again |= {service for service, _ in walks}
        again |= disturbed_services(cursor, bindings, commits, scope, settings.hotfix_branch_pattern)
    if deployments:
        pattern = settings.production_pattern
        again |= append(cursor, bindings, deployments, scope - again, production_pattern=pattern, **hotfix)
    if again or "incident" in kinds:
        services, environments = [service for service, _ in walks], [environment for _, environment in walks]
        step(cursor, "disturbed/walks", services=services, environments=environments)
        step(cursor, "scope_some", services=list(again))
        step(cursor, *(("work",) if known else ()))
        _derive(cursor, settings, "pairs")
    if commits:
        find_undeployed(cursor, again | Bindings(cursor).homes((), list(commits.repositories)).keys(), **hotfix)
        step(cursor, "commits_done")
    elif again:
        find_undeployed(cursor, again, **hotfix)
    step(cursor, "work_done")
    return len(scope | again)


def _known(bindings: Bindings, keys: set[str]) -> set[str] | None:
    """The services that deployments, pushes and their source keys concern, none of which has to be derived again for
    that; None where a source key is new."""
    bound = bindings.services({key for key in keys if not key.startswith(DEPLOYMENT)})
    if not all(bound.values()):
        return None
    services = set[str]().union(*bound.values())
    repositories = [key.removeprefix(REPOSITORY) for key in bound if key.startswith(REPOSITORY)]
    return services | bindings.homes(services, repositories).keys()


def _concerned(cursor: duckdb.DuckDBPyConnection, kinds: set[str]) -> tuple[set[str], set[str]]:
    """The services that the keys concern, and those that have to be derived again. Leaves temp table `work`."""
    step(cursor, "work")
    fresh = ask(cursor, "source_keys")
    step(cursor, "again", services=[service for (service,) in fresh])
    if "pull_request" in kinds:
        step(cursor, "asked_pull_requests", "forget_pull_requests", "pull_requests", "touched_exchanges")
    if "incident" in kinds:
        step(cursor, "again_incidents")
    step(cursor, "scope")
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
    find_undeployed(cursor, [service for service, _ in services], recent=False)
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
    step(cursor, "scoped_deployments", production_pattern=settings.production_pattern)
    place(cursor)
    step(cursor, "own_repositories", "forget_service_repositories", "service_repositories", "scoped_repositories")
    step(cursor, pairs)
    with walk(cursor):
        step(cursor, "forget_contained", "contained", "forget_awaited", "awaited", "outcomes")
    step(cursor, "all_deployments", "scoped_incidents", "forget_incidents", "incidents")
    step(cursor, "live", "revert_pairs", "revert_places", "forget_failure_evidence", "evidence_explicit")
    step(cursor, "evidence_rollback", "evidence_revert")
    step(cursor, "evidence_incident", window_hours=settings.incident_window_hours)
    step(cursor, "remediations", **{name: getattr(settings, name) for name in HOTFIX})
    step(cursor, "recoveries", "forget_deployments", "deployments")
    step(cursor, "services", "forget_services", "services_write")


def _fingerprint(settings: Settings) -> str:
    """Of all that the derived tables depend on, the facts aside."""
    text = repr([(name, getattr(settings, name)) for name in SHAPING])
    return blake2b(text.encode() + _rules(), digest_size=8).hexdigest()


@cache
def _rules() -> bytes:
    """A digest of the files that say how tables are derived: after an upgrade none is left as older rules made it."""
    digest = blake2b(digest_size=16)
    here = Path(__file__).parent
    for path in sorted([*here.rglob("*.py"), *(sql.ROOT / "compute").rglob("*.sql")]):
        digest.update(path.read_bytes())
    return digest.digest()
