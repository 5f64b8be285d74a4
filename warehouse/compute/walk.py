"""Walks the commit graphs of the services in scope: what each deployment contained, shipped and went back to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import duckdb
import polars as pl

from warehouse import sql
from warehouse.compute.load import Pair, load_live, load_repositories
from warehouse.compute.shipping import (
    Live,
    NeedsFreshWalk,
    Repositories,
    Success,
    is_rollback,
    order_commits,
    returned_to,
    take,
)

_WHERE = {"service": pl.String, "environment": pl.String}
_WHO = _WHERE | {"source": pl.String, "deployment": pl.String}
SCHEMAS: dict[str, dict[str, Any]] = {
    "walked": _WHO
    | {"at": pl.Datetime("us", "UTC"), "repository": pl.String, "sha": pl.String}
    | {"reached": pl.Boolean, "counted": pl.Boolean, "because": pl.String},
    "walked_outcomes": _WHO
    | {"baseline": pl.Boolean, "graph": pl.String, "rollback": pl.Boolean}
    | dict.fromkeys(("returned_to", "blamed_source", "blamed_deployment"), pl.String),
    "walked_awaited": _WHERE | {"repository": pl.String, "sha": pl.String},
}


@dataclass(slots=True)
class Walked:
    """Rows for the tables of SCHEMAS."""

    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {name: [] for name in SCHEMAS})

    def extend(self, other: "Walked") -> None:
        for name, rows in other.rows.items():
            self.rows[name].extend(rows)

    def frames(self) -> dict[str, pl.DataFrame]:
        return {name: pl.DataFrame(rows, schema=SCHEMAS[name], orient="row") for name, rows in self.rows.items()}


def walk(cursor: duckdb.DuckDBPyConnection) -> Walked:
    """Walks what temp table `pairs` asks for; a walk that can't go on from where it stood is begun again."""
    walked, stuck = _walk(cursor)
    if not stuck:
        return walked
    for service, environment in stuck:
        cursor.execute(sql.load("compute/make_fresh"), {"service": service, "environment": environment})
    walked, stuck = _walk(cursor)
    assert not stuck, "a fresh walk has the whole graph"  # noqa: S101
    return walked


def _walk(cursor: duckdb.DuckDBPyConnection) -> tuple[Walked, list[Pair]]:
    rows = cursor.execute(sql.load("compute/successes")).fetchall()
    walked, stuck = Walked(), []
    if not rows:
        return walked, stuck
    cursor.execute(sql.load("compute/graph_commits"))
    cursor.execute(sql.load("compute/graph_pushes"))
    repositories = load_repositories(cursor)
    successes = [(_success(row), bool(row[5])) for row in rows]
    lives = load_live(cursor, repositories, (success for success, _ in successes))
    for pair, group in groupby(successes, key=lambda one: (one[0].service, one[0].environment)):
        try:
            walked.extend(_walk_pair(lives.get(pair) or Live(), list(group), repositories))
        except NeedsFreshWalk:
            stuck.append(pair)
    return walked, stuck


def _walk_pair(live: Live, group: Sequence[tuple[Success, bool]], repositories: Repositories) -> Walked:
    walked = Walked()
    baseline = not live.history
    for success, has_sha in group:
        who = (success.service, success.environment, success.source, success.deployment)
        graph = _knowledge(live, success, has_sha, repositories)
        walked.rows["walked_outcomes"].append((*who, baseline, graph, *_goes_back_to(live, success, repositories)))
        walked.rows["walked"].extend(
            (*who, success.at, c.repository, c.sha, c.reached, c.counted, c.because)
            for c in take(live, success, repositories, baseline)
        )
        baseline = False
    walked.rows["walked_awaited"].extend((*who[:2], *commit) for commit in live.awaited)
    return walked


def _success(row: tuple[Any, ...]) -> Success:
    return Success(*row[:5], commits=order_commits(row[5]), version=row[6], flagged=row[7])


def _goes_back_to(live: Live, success: Success, repositories: Repositories) -> tuple[bool, str | None, Any, Any]:
    """(rollback, returned_to, blamed source, blamed deployment)."""
    if not success.flagged and not is_rollback(live, success, repositories):
        return False, None, None, None
    returned = returned_to(live, success, repositories)
    if returned is None:
        return True, None, None, None
    after = live.history.index(returned) + 1
    blamed = live.history[after] if after < len(live.history) else None
    return True, returned.deployment, blamed and blamed.source, blamed and blamed.deployment


def _knowledge(live: Live, success: Success, has_sha: bool, repositories: Repositories) -> str:
    """`no_sha`, `unknown`, `partial` or `known`: how much of a deployment the graph knows."""
    known = [
        sha in live.reached.get(name, ()) or (name in repositories and repositories[name].knows(sha))
        for name, sha in success.commits
    ]
    if not has_sha:
        return "no_sha"
    return "known" if known and all(known) else "partial" if any(known) else "unknown"
