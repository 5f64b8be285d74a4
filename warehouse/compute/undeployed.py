"""What is on the default branches of the services in scope and not in production yet."""

from collections.abc import Sequence
from datetime import datetime

import duckdb
import polars as pl

from warehouse.compute.graph import Graph
from warehouse.compute.load import LOOK_BACK, load_graph_facts, load_graphs
from warehouse.compute.steps import ask, registered, step

AHEAD = {"repository": pl.String, "head": pl.String, "sha": pl.String, "merge": pl.Boolean}


def find_undeployed(cursor: duckdb.DuckDBPyConnection, recent: bool = True) -> None:
    """Makes table `undeployed` again for temp table `scope`, once it is known what is live.

    `recent`: what is ahead is looked for in recent facts first, and in all only where it reaches beyond them.
    """
    step(cursor, "forget_undeployed", "lagging")
    heads = ask(cursor, "lagging_heads")
    if not heads:
        return
    step(cursor, "lagging_walks")
    ((last_at,),) = ask(cursor, "lagging_since")
    if not recent or not _find(cursor, heads, last_at - LOOK_BACK):
        _find(cursor, heads)


def _find(cursor: duckdb.DuckDBPyConnection, heads: Sequence[tuple[str, str]], since: datetime | None = None) -> bool:
    """Whether the facts since then were enough to tell; nothing is written where they weren't."""
    load_graph_facts(cursor, since)
    parents, merges = load_graphs(cursor)
    ahead = [
        (repository, head, sha, merges[repository].get(sha))
        for repository, head in heads
        for sha in Graph(parents[repository]).reach(head, set())
    ]
    with registered(cursor, {"ahead": pl.DataFrame(ahead, schema=AHEAD, orient="row")}):
        if since and ask(cursor, "append/beyond", since=since) == [(True,)]:
            return False
        step(cursor, "undeployed")
    return True
