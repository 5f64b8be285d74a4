"""What is on the default branches of the services in scope and not in production yet."""

from collections.abc import Sequence
from typing import NamedTuple

import duckdb
import polars as pl

from warehouse.compute import proven
from warehouse.compute.bindings import Bindings
from warehouse.compute.graph import Graph
from warehouse.compute.load import LOOK_BACK, load_facts
from warehouse.compute.paths import Paths
from warehouse.compute.proven import Facts
from warehouse.compute.recent import as_lives, read_live, read_recent
from warehouse.compute.steps import ask, registered, step

AHEAD = {"repository": pl.String, "head": pl.String, "sha": pl.String, "merge": pl.Boolean}


class Lag(NamedTuple):
    """A service whose default branch is ahead of production."""

    service: str
    repository: str
    head: str
    source: str
    """Who told where the branch stands."""


def find_undeployed(cursor: duckdb.DuckDBPyConnection, recent: bool = True, **hotfix: str) -> None:
    """Makes table `undeployed` again for temp table `scope`, once it is known what is live.

    `recent`: what is ahead is looked for in recent facts first, and in all only where it reaches beyond them.
    """
    step(cursor, "forget_undeployed", "lagging")
    lagging = [Lag(*row) for row in ask(cursor, "lagging_heads")]
    if lagging and not (recent and _found(cursor, lagging, **hotfix)):
        _find(cursor, lagging)


def _found(cursor: duckdb.DuckDBPyConnection, lagging: Sequence[Lag], **hotfix: str) -> bool:
    """Whether recent facts were enough to tell; nothing is written where they weren't."""
    services = {lag.service for lag in lagging}
    last = {row[:2]: row[2] for row in ask(cursor, "recent/productions", services=list(services))}
    since = min(last.values()) - LOOK_BACK
    live = read_live(cursor, last, since)
    recent = read_recent(cursor, as_lives(last, live), Bindings(cursor).homes(services), since, **hotfix)
    ahead, merges = _ahead(lagging, recent.facts), proven.merges(recent.facts)
    commits = {(repository, sha) for (repository, _), shas in ahead.items() for sha in shas}
    if commits - recent.committed.keys() - {row.commit for row in live}:
        return False
    if commits.intersection(ask(cursor, "recent/older", since=since, shas=[sha for _, sha in commits])):
        return False
    theirs = {(row.service, row.commit) for row in live}
    paths = Paths(cursor, services, [sha for _, sha in commits])
    waiting = [
        (lag.service, lag.repository, sha, lag.source)
        for lag in lagging
        for sha in ahead[lag.repository, lag.head]
        if merges[lag.repository].get(sha) is False
        and (lag.service, (lag.repository, sha)) not in theirs
        and paths.touched(lag.service, (lag.repository, sha))
    ]
    if waiting:
        names = ("service", "repository", "sha", "source")
        step(cursor, "recent/undeployed", **dict(zip(names, map(list, zip(*waiting, strict=True)), strict=True)))
    return True


def _find(cursor: duckdb.DuckDBPyConnection, lagging: Sequence[Lag]) -> None:
    """From all facts."""
    step(cursor, "lagging_walks")
    facts = load_facts(cursor)
    merges = proven.merges(facts)
    ahead = [
        (repository, head, sha, merges[repository].get(sha))
        for (repository, head), shas in _ahead(lagging, facts).items()
        for sha in shas
    ]
    with registered(cursor, {"ahead": pl.DataFrame(ahead, schema=AHEAD, orient="row")}):
        step(cursor, "undeployed")


def _ahead(lagging: Sequence[Lag], facts: Facts) -> dict[tuple[str, str], list[str]]:
    """(repository, head) → what the head reaches of what isn't live everywhere."""
    parents = proven.parents(facts)
    heads = sorted({(lag.repository, lag.head) for lag in lagging})
    return {(repository, head): Graph(parents[repository]).reach(head, set()) for repository, head in heads}
