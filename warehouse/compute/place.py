"""Finds the repositories of SHAs that were deployed without one."""

import duckdb

from warehouse.compute.steps import ask, step


def place(cursor: duckdb.DuckDBPyConnection) -> None:
    """Puts repositories into temp table `scoped_deployments`: the service's own before others that know the SHA."""
    ((nowhere,),) = ask(cursor, "nowhere")
    if not nowhere:
        return
    step(cursor, "own_repositories")
    step(cursor, "unplaced", "place")
