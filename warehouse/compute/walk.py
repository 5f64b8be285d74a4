"""Walks the commit graphs of the services in scope: what each deployment contained, shipped and went back to."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import duckdb
import polars as pl

from warehouse.compute.load import Pair, load_live, load_repositories
from warehouse.compute.shipping import (
    Contained,
    FreshWalkNeededError,
    Live,
    Repositories,
    Success,
    is_rollback,
    order_commits,
    take,
    went_back,
)
from warehouse.compute.steps import ask, registered, step
from warehouse.compute.sweep import sweep

TOGETHER = 200
"""Services walked together: their commit graphs are in memory at once."""

_WHERE = {"service": pl.String, "environment": pl.String}
_WHO = _WHERE | {"source": pl.String, "deployment": pl.String}
CONTAINED = {
    "owner": pl.Int64,
    "repository": pl.String,
    "sha": pl.String,
    "reached": pl.Boolean,
    "because": pl.String,
}
OUTCOMES = (
    _WHO
    | {"at": pl.Datetime("us", "UTC"), "baseline": pl.Boolean, "graph": pl.String, "rollback": pl.Boolean}
    | dict.fromkeys(("returned_to", "blamed_source", "blamed_deployment"), pl.String)
)
AWAITED = _WHERE | {"repository": pl.String, "sha": pl.String}


@dataclass(slots=True)
class Walked:
    """What a walk found."""

    contained: Contained = field(default_factory=Contained)
    outcomes: list[tuple[Any, ...]] = field(default_factory=list)
    """Columns OUTCOMES, in the order of the walk; `contained.owner` counts them."""
    awaited: list[tuple[Any, ...]] = field(default_factory=list)

    def frames(self) -> dict[str, pl.DataFrame]:
        """`walked`, `walked_outcomes` and `walked_awaited`, for the SQL that follows."""
        outcomes = pl.DataFrame(self.outcomes, schema=OUTCOMES, orient="row")
        columns = {name: getattr(self.contained, name) for name in CONTAINED}
        owners = outcomes.select(*_WHO, "at").with_row_index("owner").cast({"owner": pl.Int64})
        return {
            "walked": pl.DataFrame(columns, schema=CONTAINED).join(owners, on="owner").drop("owner"),
            "walked_outcomes": outcomes.drop("at"),
            "walked_awaited": pl.DataFrame(self.awaited, schema=AWAITED, orient="row"),
        }


@contextmanager
def walk(cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Walks what temp table `pairs` asks for. What it found is in views `found_…` for as long as the body takes."""
    frames: dict[str, pl.DataFrame] = {}
    pairs = ask(cursor, "walks")
    if any(walk == "fresh" for _, _, walk, _ in pairs):
        frames = sweep(cursor)
        pairs = ask(cursor, "walks")
    services = sorted({service for service, _, _, swept in pairs if not swept})
    parts = [
        _walk_services(cursor, services[start : start + TOGETHER]).frames()
        for start in range(0, len(services), TOGETHER)
    ] or [Walked().frames()]
    found = "sweep/found" if frames else "found_walked"
    frames |= {name: pl.concat([part[name] for part in parts]) for name in parts[0]}
    with registered(cursor, frames):
        step(cursor, found)
        yield


def _walk_services(cursor: duckdb.DuckDBPyConnection, services: Sequence[str]) -> Walked:
    """A walk that can't go on from where it stood is begun again."""
    walked, stuck = _walk(cursor, services)
    if not stuck:
        return walked
    for service, environment in stuck:
        step(cursor, "make_fresh", service=service, environment=environment)
    walked, stuck = _walk(cursor, services)
    if stuck:
        raise RuntimeError(f"a fresh walk has the whole graph, and can't go on: {stuck}")
    return walked


def _walk(cursor: duckdb.DuckDBPyConnection, services: Sequence[str]) -> tuple[Walked, list[Pair]]:
    step(cursor, "walking", services=list(services))
    rows = ask(cursor, "successes")
    walked, stuck = Walked(), []
    if not rows:
        return walked, stuck
    repositories = load_repositories(cursor)
    successes = [(_success(row), bool(row[5])) for row in rows]
    lives = load_live(cursor, repositories, (success for success, _ in successes))
    for pair, group in groupby(successes, key=lambda one: (one[0].service, one[0].environment)):
        try:
            walk_pair(lives.get(pair) or Live(), group, repositories, walked)
        except FreshWalkNeededError:
            stuck.append(pair)
    return walked, stuck


def walk_pair(live: Live, group: Iterable[tuple[Success, bool]], repositories: Repositories, walked: Walked) -> None:
    """Walks the successes of a (service, environment), each with whether it names a SHA.

    Raises FreshWalkNeededError.
    """
    baseline = not live.history
    for success, has_sha in group:
        graph = _knowledge(live, success, has_sha, repositories)
        goes_back = _goes_back_to(live, success, repositories)
        walked.outcomes.append((*success.who, success.at, baseline, graph, *goes_back))
        take(live, success, repositories, baseline, walked.contained, len(walked.outcomes) - 1)
        baseline = False
    walked.awaited.extend((live.history[-1].service, live.history[-1].environment, *one) for one in live.awaited)


def _success(row: tuple[Any, ...]) -> Success:
    return Success(*row[:5], commits=order_commits(row[5]), version=row[6], flagged=row[7])


def _goes_back_to(live: Live, success: Success, repositories: Repositories) -> tuple[bool, str | None, Any, Any]:
    """(rollback, returned_to, blamed source, blamed deployment)."""
    if not success.flagged and not is_rollback(live, success, repositories):
        return False, None, None, None
    returned, blamed = went_back(live, success, repositories)
    return True, returned and returned.deployment, blamed and blamed.source, blamed and blamed.deployment


def _knowledge(live: Live, success: Success, has_sha: bool, repositories: Repositories) -> str:
    """`no_sha`, `unknown`, `partial` or `known`: how much of a deployment the graph knows."""
    known = [
        sha in live.reached.get(name, ()) or (name in repositories and repositories[name].knows(sha))
        for name, sha in success.commits
    ]
    if not has_sha:
        return "no_sha"
    return "known" if known and all(known) else "partial" if any(known) else "unknown"
