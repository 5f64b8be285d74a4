"""What is on the default branches of the services in scope and not in production yet."""

import duckdb
import polars as pl

from warehouse import sql
from warehouse.compute.graph import Graph
from warehouse.compute.load import load_graph_facts, load_graphs

AHEAD = {"repository": pl.String, "head": pl.String, "sha": pl.String}


def find_undeployed(cursor: duckdb.DuckDBPyConnection) -> None:
    """Makes table `undeployed` again for temp table `scope`, once it is known what is live."""
    for name in ("forget_undeployed", "lagging"):
        cursor.execute(sql.load(f"compute/{name}"))
    heads = cursor.execute(sql.load("compute/lagging_heads")).fetchall()
    if not heads:
        return
    cursor.execute(sql.load("compute/lagging_walks"))
    load_graph_facts(cursor)
    parents, merges = load_graphs(cursor)
    ahead = [
        (repository, head, sha)
        for repository, head in heads
        for sha in Graph(parents[repository]).reach(head, set())
        if merges[repository].get(sha) is False
    ]
    cursor.register("ahead", pl.DataFrame(ahead, schema=AHEAD, orient="row").to_arrow())
    cursor.execute(sql.load("compute/undeployed"))
    cursor.unregister("ahead")
