"""What is on the default branches of services and not in production yet."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import duckdb
import polars as pl

from warehouse.compute import proven
from warehouse.compute.bindings import Bindings
from warehouse.compute.graph import Graph
from warehouse.compute.load import LOOK_BACK, Pair, load_facts
from warehouse.compute.paths import Paths
from warehouse.compute.proven import Facts
from warehouse.compute.recent import Contained, as_lives, read_live, read_recent
from warehouse.compute.steps import as_columns, ask, registered, step
from warehouse.compute.walk import TOGETHER

AHEAD = {"repository": pl.String, "head": pl.String, "sha": pl.String, "merge": pl.Boolean}
Heads = dict[str, tuple[str, str]]
"""Repository → where its default branch stands, and who told."""


class Lag(NamedTuple):
    """A service whose default branch is ahead of production."""

    service: str
    repository: str
    head: str
    source: str


class Waiting(NamedTuple):
    """A row of table `undeployed`."""

    service: str
    repository: str
    sha: str
    source: str


@dataclass(frozen=True, slots=True)
class Production:
    """The services of which a commit was found in production."""

    last: Mapping[Pair, datetime]
    """When something reached their production environments last."""
    homes: Mapping[str, set[str]]
    """Service → repositories."""

    @property
    def repositories(self) -> set[str]:
        return set[str]().union(*self.homes.values())

    def lags(self, heads: Heads) -> list[Lag]:
        """The services that may lag behind these heads."""
        return [
            Lag(service, name, *heads[name]) for service, names in self.homes.items() for name in names & heads.keys()
        ]

    def pairs(self, services: Collection[str]) -> dict[Pair, datetime]:
        """Of these services."""
        return {pair: at for pair, at in self.last.items() if pair[0] in services}


def find_undeployed(
    cursor: duckdb.DuckDBPyConnection, services: Collection[str], recent: bool = True, **hotfix: str
) -> None:
    """Makes table `undeployed` again for these services, once it is known what is live.

    `recent`: what is ahead is looked for in recent facts first, and in all only where it reaches beyond them.
    `hotfix`: the settings that tell a hotfix.
    """
    step(cursor, "undeployed/forget", services=list(services))
    told = ask(cursor, "undeployed/productions", services=list(services))
    known = {service for service, *_, found in told if found}
    last = {(service, environment): at for service, environment, at, _ in told if service in known}
    if not known:
        return
    production = Production(last, Bindings(cursor).homes(known))
    if recent and len(known) <= TOGETHER and _found(cursor, production, **hotfix):
        return
    lags = _lagging(cursor, production.lags(_heads(cursor, production.repositories)))
    if lags:
        _find(cursor, lags)


def _found(cursor: duckdb.DuckDBPyConnection, production: Production, **hotfix: str) -> bool:
    """Whether recent facts were enough to tell; nothing is written where they weren't."""
    names, since = production.repositories, max(production.last.values()) - LOOK_BACK
    heads = _newest(ask(cursor, "undeployed/branches", since=since, repositories=list(names)))
    quiet = names - heads.keys()
    lags = _lagging(cursor, production.lags(_heads(cursor, quiet))) if quiet else []
    newer = production.lags(heads)
    pairs = production.pairs({lag.service for lag in (*lags, *newer)})
    if not pairs:
        return True
    since = min(pairs.values()) - LOOK_BACK
    live = read_live(cursor, pairs, since)
    reached = {(service, (repository, sha)) for service, _, repository, sha, there in live if there}
    lags += [lag for lag in newer if (lag.service, (lag.repository, lag.head)) not in reached]
    pairs = production.pairs({lag.service for lag in lags})
    return not lags or _wait(cursor, production, lags, [row for row in live if row[:2] in pairs], since, **hotfix)


def _wait(
    cursor: duckdb.DuckDBPyConnection,
    production: Production,
    lags: Sequence[Lag],
    live: Sequence[Contained],
    since: datetime,
    **hotfix: str,
) -> bool:
    services = {lag.service for lag in lags}
    recent = read_recent(cursor, as_lives(production.pairs(services), live), production.homes, since, **hotfix)
    ahead, merges = _ahead(lags, recent.facts), proven.merges(recent.facts)
    commits = {(repository, sha) for (repository, _), shas in ahead.items() for sha in shas}
    theirs = {(service, (repository, sha)) for service, _, repository, sha, _ in live}
    if commits - recent.committed.keys() - {commit for _, commit in theirs}:
        return False
    if commits.intersection(ask(cursor, "recent/older", since=since, shas=[sha for _, sha in commits])):
        return False
    paths = Paths(cursor, services, [sha for _, sha in commits])
    waiting = [
        Waiting(lag.service, lag.repository, sha, lag.source)
        for lag in lags
        for sha in ahead[lag.repository, lag.head]
        if merges[lag.repository].get(sha) is False
        and (lag.service, (lag.repository, sha)) not in theirs
        and paths.touched(lag.service, (lag.repository, sha))
    ]
    if waiting:
        step(cursor, "undeployed/insert", **as_columns(Waiting, waiting))
    return True


def _find(cursor: duckdb.DuckDBPyConnection, lags: Sequence[Lag]) -> None:
    """From all facts."""
    step(cursor, "undeployed/lagging", **as_columns(Lag, lags))
    step(cursor, "undeployed/walking")
    facts = load_facts(cursor)
    merges = proven.merges(facts)
    ahead = [
        (repository, head, sha, merges[repository].get(sha))
        for (repository, head), shas in _ahead(lags, facts).items()
        for sha in shas
    ]
    with registered(cursor, {"ahead": pl.DataFrame(ahead, schema=AHEAD, orient="row")}):
        step(cursor, "undeployed/found")


def _ahead(lags: Sequence[Lag], facts: Facts) -> dict[tuple[str, str], list[str]]:
    """(repository, head) → what the head reaches of what isn't live everywhere."""
    parents = proven.parents(facts)
    heads = sorted({(lag.repository, lag.head) for lag in lags})
    return {(repository, head): Graph(parents[repository]).reach(head, set()) for repository, head in heads}


def _heads(cursor: duckdb.DuckDBPyConnection, repositories: Collection[str]) -> Heads:
    told = ask(cursor, "undeployed/heads", repositories=list(repositories))
    return {repository: (head, source) for repository, head, source in told}


def _newest(pushes: Sequence[tuple[str, str, str, str, str | None]]) -> Heads:
    """Of the repositories of which one of these pushes, newest first, tells the default branch and one moved it."""
    default: dict[str, str] = {}
    for repository, *_, branch in pushes:
        if branch is not None:
            default.setdefault(repository, branch)
    heads: Heads = {}
    for repository, branch, after, source, _ in pushes:
        if default.get(repository) == branch:
            heads.setdefault(repository, (after, source))
    return heads


def _lagging(cursor: duckdb.DuckDBPyConnection, lags: Sequence[Lag]) -> list[Lag]:
    """Those of them whose head isn't live in production."""
    if not lags:
        return []
    services, heads = {lag.service for lag in lags}, {lag.head for lag in lags}
    live = set(ask(cursor, "undeployed/live_heads", services=list(services), heads=list(heads)))
    return [lag for lag in lags if lag[:3] not in live]
