"""Loads what the walk needs: the graphs of repositories, and what was live where a walk goes on."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeVar

import duckdb
import polars as pl

from warehouse.compute.exchange import History, Merged, exchanges
from warehouse.compute.graph import Graph
from warehouse.compute.shipping import Live, Repository, Success, order_commits
from warehouse.compute.steps import ask, registered, step

Value = TypeVar("Value", list[str], bool)
Pair = tuple[str, str]
"""(service, environment)"""
LOOK_BACK = timedelta(days=14)
"""How long before the last deployment the facts are read from: most of what is deployed next is younger."""


def load_graph_facts(cursor: duckdb.DuckDBPyConnection, since: datetime | None = None) -> None:
    """Makes temp tables `graph_commits`, `graph_pushes` and `merge_heads` of what the walks in `walking` need.

    Of walks that go on, what was live is left out. With `since`, so is what came to be before.
    """
    step(cursor, "needed")
    if since:
        step(cursor, "append/recent_live", "append/graph_commits", "append/graph_pushes", since=since)
        step(cursor, "append/live_commits")
    else:
        step(cursor, "live_commits", "graph_commits", "graph_pushes")
    step(cursor, "walk_facts", "merge_heads")


def load_repositories(cursor: duckdb.DuckDBPyConnection) -> dict[str, Repository]:
    """The graphs that temp tables `graph_commits` and `graph_pushes` tell of."""
    whole = {row[0] for row in ask(cursor, "whole")}
    parents, merges = load_graphs(cursor)
    pulls: dict[str, list[Merged]] = defaultdict(list)
    for name, *pull in ask(cursor, "left_commits"):
        pulls[name].append(Merged(*pull))
    found = {}
    for name in parents.keys() | merges.keys():
        history = History(Graph(parents[name]), merges[name], name not in whole, Titles(cursor, name))
        found[name] = Repository(history, exchanges(pulls[name], history))
    return found


def load_graphs(
    cursor: duckdb.DuckDBPyConnection,
) -> tuple[defaultdict[str, dict[str, list[str]]], defaultdict[str, dict[str, bool]]]:
    """(child → parents, described SHA → is a merge), by repository; of temp tables `graph_commits` and `_pushes`."""
    parents: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
    for name, children, ups in ask(cursor, "edges"):
        parents[name] = _greatest(children, ups)
    merges: defaultdict[str, dict[str, bool]] = defaultdict(dict)
    for name, shas, merge in ask(cursor, "nodes"):
        merges[name] = _greatest(shas, merge)
    return parents, merges


def _greatest(shas: list[str], values: list[Value]) -> dict[str, Value]:
    """SHA → value. A SHA comes twice only where senders disagree on its date; the greater stays, whatever the order."""
    found = dict(zip(shas, values, strict=True))
    if len(found) < len(shas):
        found = dict(sorted(zip(shas, values, strict=True)))
    return found


def load_live(
    cursor: duckdb.DuckDBPyConnection, repositories: dict[str, Repository], successes: Iterable[Success]
) -> dict[Pair, Live]:
    """What was live before, of the walks that go on: their last deployment, and which loaded commits were reached."""
    lives: dict[Pair, Live] = {}
    for *who, known, commits in ask(cursor, "last_live"):
        last = Success(*who, commits=order_commits(commits))
        live = lives[last.service, last.environment] = Live(goes_on=True, history=[last])
        for name, sha in last.commits if known else ():
            live.reached.setdefault(name, set()).add(sha)
    if not lives:
        return lives
    mentioned = {sha for success in successes for _, sha in success.commits}
    for repository in repositories.values():
        mentioned.update(repository.history.merges)
        for child, ups in repository.history.graph.parents.items():
            mentioned.add(child)
            mentioned.update(ups)
    with registered(cursor, {"mentioned": pl.DataFrame({"sha": list(mentioned)}, schema={"sha": pl.String})}):
        told = ask(cursor, "was_live")
    for service, environment, name, sha, reached in told:
        live = lives[service, environment]
        live.shipped.add(sha)
        if reached:
            live.reached.setdefault(name, set()).add(sha)
    return lives


class Titles:
    """Titles of a repository's commits, read when a rebase must be told from a squash, and only then."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, repository: str) -> None:
        self._cursor, self._repository = cursor, repository
        self._titles: dict[str, str] | None = None

    def __call__(self) -> dict[str, str]:
        if self._titles is None:
            rows = ask(self._cursor, "titles", repository=self._repository)
            self._titles = dict(rows)
        return self._titles
