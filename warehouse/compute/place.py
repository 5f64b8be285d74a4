"""Finds the repositories of SHAs that were deployed without one."""

from collections.abc import Mapping
from typing import Any

import duckdb

from warehouse.compute.steps import ask, step

Commits = list[dict[str, str | None]]
"""(repository, sha) of each; repository None: to be found."""
Who = tuple[str, ...]
"""(service, …)"""


def place(cursor: duckdb.DuckDBPyConnection) -> None:
    """Puts repositories into temp table `scoped_deployments`: the service's own before others that know the SHA."""
    ((nowhere,),) = ask(cursor, "nowhere")
    if not nowhere:
        return
    step(cursor, "own_repositories")
    step(cursor, "unplaced", "place")


def placed(cursor: duckdb.DuckDBPyConnection, told: Mapping[Who, Commits]) -> dict[Who, Commits]:
    """Likewise, of few deployments: their commits with the repositories found."""
    lost = {who: commits for who, commits in told.items() if any(one["repository"] is None for one in commits)}
    if not lost:
        return dict(told)
    step(cursor, "scope_some", services=[who[0] for who in lost])
    step(cursor, "append/lost", services=[who[0] for who in lost], commits=list(lost.values()))
    step(cursor, "own_repositories", "unplaced")
    known = {(service, sha): repository for service, sha, repository in ask(cursor, "append/placed")}
    return dict(told) | {who: _placed(who[0], commits, known) for who, commits in lost.items()}


def _placed(service: str, commits: Commits, known: Mapping[tuple[str, Any], str]) -> Commits:
    found = [{**one, "repository": one["repository"] or known.get((service, one["sha"]))} for one in commits]
    return sorted(found, key=lambda one: one["sha"] or "")
