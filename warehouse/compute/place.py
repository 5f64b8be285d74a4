"""Finds the repositories of SHAs that were deployed without one."""

import duckdb

from warehouse import sql


def place(cursor: duckdb.DuckDBPyConnection) -> None:
    """Puts repositories into temp table `scoped_deployments`: the service's own before others that know the SHA."""
    ((nowhere,),) = cursor.execute(sql.load("compute/nowhere")).fetchall()
    if not nowhere:
        return
    cursor.execute(sql.load("compute/own_repositories"))
    unplaced = cursor.sql(sql.load("compute/unplaced")).to_arrow_table()
    if unplaced.num_rows:
        cursor.register("unplaced", unplaced)
        cursor.execute(sql.load("compute/place"))
        cursor.unregister("unplaced")
