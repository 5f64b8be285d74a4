"""Walks the commit graphs of the services in scope: what each deployment contained, shipped and went back to."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import duckdb
import polars as pl

from warehouse import sql
from warehouse.compute.exchange import Merged, exchanges
from warehouse.compute.graph import Graph
from warehouse.compute.shipping import Live, Repository, Success, is_rollback, order_commits, returned_to, take

_WHO = {"service": pl.String, "environment": pl.String, "source": pl.String, "deployment": pl.String}
WALKED = _WHO | {
    "at": pl.Datetime("us", "UTC"),
    "repository": pl.String,
    "sha": pl.String,
    "reached": pl.Boolean,
    "counted": pl.Boolean,
    "because": pl.String,
}
OUTCOMES = _WHO | {
    "ordinal": pl.Int64,
    "baseline": pl.Boolean,
    "graph": pl.String,
    "rollback": pl.Boolean,
    "returned_to": pl.String,
    "blamed_source": pl.String,
    "blamed_deployment": pl.String,
}


def walk(cursor: duckdb.DuckDBPyConnection) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(walked, outcomes) of table `scoped_deployments`: columns WALKED and OUTCOMES."""
    repositories = load_repositories(cursor)
    walked: list[tuple[Any, ...]] = []
    outcomes: list[tuple[Any, ...]] = []
    rows = cursor.execute(sql.load("compute/successes")).fetchall()
    for _, group in groupby(rows, key=lambda row: row[:2]):
        live = Live()
        for ordinal, row in enumerate(group):
            success = Success(*row[:5], version=row[6], flagged=row[7], commits=order_commits(row[5]))
            who = row[:4]
            outcomes.append((*who, *_outcome(live, success, repositories, ordinal, bool(row[5]))))
            walked.extend(
                (*who, success.at, c.repository, c.sha, c.reached, c.counted, c.because)
                for c in take(live, success, repositories, baseline=ordinal == 0)
            )
    outcomes.extend(_unfinished(cursor, repositories))
    return (
        pl.DataFrame(walked, schema=WALKED, orient="row"),
        pl.DataFrame(outcomes, schema=OUTCOMES, orient="row"),
    )


def _outcome(
    live: Live, success: Success, repositories: Mapping[str, Repository], ordinal: int, has_sha: bool
) -> tuple[Any, ...]:
    rollback = success.flagged or is_rollback(live, success, repositories)
    returned = returned_to(live, success, repositories) if rollback else None
    blamed = None
    if returned is not None:
        after = live.history.index(returned) + 1
        blamed = live.history[after] if after < len(live.history) else None
    return (
        ordinal,
        ordinal == 0,
        _knowledge(success.commits, has_sha, repositories),
        rollback,
        returned.deployment if returned else None,
        blamed.source if blamed else None,
        blamed.deployment if blamed else None,
    )


def _knowledge(commits: Sequence[tuple[str, str]], has_sha: bool, repositories: Mapping[str, Repository]) -> str:
    """`no_sha`, `unknown`, `partial` or `known`: how much of a deployment the graph knows."""
    known = [name in repositories and repositories[name].knows(sha) for name, sha in commits]
    if not has_sha:
        return "no_sha"
    return "known" if known and all(known) else "partial" if any(known) else "unknown"


def _unfinished(cursor: duckdb.DuckDBPyConnection, repositories: Mapping[str, Repository]) -> Iterator[tuple[Any, ...]]:
    """Outcomes of deployments that never reached their environment."""
    for *who, flagged, commits in cursor.execute(sql.load("compute/unfinished")).fetchall():
        graph = _knowledge(order_commits(commits), bool(commits), repositories)
        yield (*who, None, False, graph, flagged, None, None, None)


def load_repositories(cursor: duckdb.DuckDBPyConnection) -> dict[str, Repository]:
    """The graphs of the repositories in table `scoped_repositories`."""
    parents: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for name, child, ups in cursor.execute(sql.load("compute/edges")).fetchall():
        parents[name][child] = ups
    merges: dict[str, dict[str, bool]] = defaultdict(dict)
    for name, sha, merge in cursor.execute(sql.load("compute/nodes")).fetchall():
        merges[name][sha] = merge
    pulls: dict[str, list[Merged]] = defaultdict(list)
    for name, _, merge_sha, head_sha, brought in cursor.execute(sql.load("compute/left_commits")).fetchall():
        pulls[name].append(Merged(merge_sha, head_sha, brought))
    found = {}
    for name in parents.keys() | merges.keys():
        graph = Graph(parents[name])
        left = exchanges(pulls[name], graph, merges[name], _Titles(cursor, name))
        found[name] = Repository(graph, merges[name], left)
    return found


class _Titles:
    """Titles of a repository's commits, read when a rebase must be told from a squash, and only then."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, repository: str) -> None:
        self._cursor, self._repository = cursor, repository
        self._titles: dict[str, str] | None = None

    def __call__(self) -> dict[str, str]:
        if self._titles is None:
            rows = self._cursor.execute(sql.load("compute/titles"), {"repository": self._repository}).fetchall()
            self._titles = dict(rows)
        return self._titles
