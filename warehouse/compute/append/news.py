"""Deployments that there is news of: what senders say of them now, and what was found of them before."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import duckdb

from warehouse.compute.bindings import Bindings
from warehouse.compute.place import placed
from warehouse.compute.steps import ask

Value = TypeVar("Value")
RANKS = {name: rank for rank, name in enumerate(("queued", "in_progress", "cancelled", "error", "failure", "success"))}
"""Which of the statuses told at the same moment is the newest, as sql/compute/scoped_deployments.sql has it."""
FAILURES = ("failure", "error")


class Told(NamedTuple):
    """What a sender said of a deployment: a row of sql/compute/append/told.sql."""

    source: str
    deployment: str
    environment: str
    status: str
    at: datetime
    digest: int
    key: str
    commits: list[dict[str, str | None]]
    version: str | None
    ref: str | None
    rollback: bool
    fixes: str | None
    failed: bool
    production: bool | None
    url: str | None
    named: bool
    """The environment's name is that of production."""
    hot: bool
    """`ref` is a hotfix branch."""

    @property
    def newest(self) -> tuple[datetime, int, int]:
        """What says the last word comes last."""
        return self.at, RANKS.get(self.status, len(RANKS)), self.digest


class Deployment(NamedTuple):
    """A row of table `deployments`."""

    service: str
    environment: str
    source: str
    deployment: str
    production: bool
    status: str
    started_at: datetime
    first_success_at: datetime | None
    last_failure_at: datetime | None
    version: str | None
    ref: str | None
    url: str | None
    commits: list[dict[str, str | None]]
    graph: str
    baseline: bool
    shipped: int
    rollback: bool
    returned_to: str | None
    remediation: str | None
    fixes: str | None
    marked_failed: bool
    failed: bool
    failed_by: str | None
    recovered_at: datetime | None
    recovered_by: str | None


@dataclass(frozen=True, slots=True)
class News:
    """A deployment as it is told now: what the commit graph says of it is not in `now` yet."""

    now: Deployment
    before: Deployment | None
    flagged: bool
    """A sender says that it is a rollback."""
    hot: bool

    @property
    def newly_live(self) -> bool:
        """Whether it reached its environment since it was computed last."""
        return self.now.first_success_at is not None and (self.before is None or self.before.first_success_at is None)


def read_news(
    cursor: duckdb.DuckDBPyConnection,
    bindings: Bindings,
    deployments: Sequence[str],
    scope: Iterable[str],
    **patterns: str,
) -> list[News]:
    """What all senders say of the deployments with these ids, of the services in `scope`."""
    told = [Told(*row) for row in ask(cursor, "append/told", deployments=deployments, **patterns)]
    services = bindings.services({one.key for one in told})
    scope = set(scope)
    groups: dict[tuple[str, ...], list[Told]] = defaultdict(list)
    for one in told:
        for service in services[one.key] & scope:
            groups[service, one.environment, one.source, one.deployment].append(one)
    found = placed(cursor, {who: _commits(events) for who, events in groups.items()})
    before = {row[:4]: Deployment(*row) for row in ask(cursor, "append/before", deployments=deployments)}
    return [_news(who, events, found[who], before.get(who)) for who, events in groups.items()]


def _commits(events: list[Told]) -> list[dict[str, str | None]]:
    return next((one.commits for one in _newest_first(events) if one.commits), [])


def _newest_first(events: Iterable[Told]) -> list[Told]:
    return sorted(events, key=lambda one: one.newest, reverse=True)


def _first(values: Iterable[Value | None]) -> Value | None:
    return next((value for value in values if value is not None), None)


def _news(
    who: tuple[str, ...], told: list[Told], commits: list[dict[str, str | None]], before: Deployment | None
) -> News:
    events = _newest_first(told)
    newest: Mapping[str, Any] = {
        name: _first(getattr(one, name) for one in events) for name in ("production", "version", "ref", "url", "fixes")
    }
    last = next((one.status for one in events if one.status != "inactive"), "inactive")
    succeeded = min((one.at for one in events if one.status == "success"), default=None)
    now = Deployment(
        *who[:4],
        production=events[0].named if newest["production"] is None else newest["production"],
        status=last,
        started_at=min(one.at for one in events),
        first_success_at=succeeded,
        last_failure_at=max((one.at for one in events if one.status in FAILURES), default=None),
        version=newest["version"],
        ref=newest["ref"],
        url=newest["url"],
        commits=commits,
        graph="not_live" if commits else "no_sha",
        baseline=False,
        shipped=0,
        rollback=False,
        returned_to=None,
        remediation=None,
        fixes=newest["fixes"],
        marked_failed=any(one.failed for one in events) or (last in FAILURES and succeeded is not None),
        failed=False,
        failed_by=None,
        recovered_at=None,
        recovered_by=None,
    )
    hot = next((one.hot for one in events if one.ref is not None), False)
    return News(now, before, any(one.rollback for one in events), hot)
