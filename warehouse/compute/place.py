"""Finds the repositories of SHAs that were deployed without one."""

import duckdb

from warehouse import sql
from warehouse.compute.steps import ask, step


def place(cursor: duckdb.DuckDBPyConnection) -> None:
    """Puts repositories into temp table `scoped_deployments`: the service's own before others that know the SHA."""
    ((nowhere,),) = ask(cursor, "nowhere")
    if not nowhere:
        return
    step(cursor, "own_repositories")
    unplaced = cursor.sql(sql.load("compute/unplaced")).to_arrow_table()
    if unplaced.num_rows:
        cursor.register("unplaced", unplaced)
        step(cursor, "place")
        cursor.unregister("unplaced")
