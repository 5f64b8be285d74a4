"""Loads what the walk needs: the graphs of repositories, and what was live where a walk goes on."""

from collections.abc import Collection, Iterable
from datetime import timedelta

import duckdb
import polars as pl

from warehouse.compute import proven
from warehouse.compute.exchange import History, exchanges
from warehouse.compute.graph import Graph
from warehouse.compute.proven import Commit, Facts, Key, Pull, Push
from warehouse.compute.shipping import Live, Repository, Success, order_commits
from warehouse.compute.steps import ask, columns, registered, step

Pair = tuple[str, str]
"""(service, environment)"""
LOOK_BACK = timedelta(days=14)
"""How long before the last deployment the facts are read from: most of what is deployed next is younger."""


def load_facts(cursor: duckdb.DuckDBPyConnection) -> Facts:
    """What is known of the repositories that the walks in temp table `walking` take from: of walks that go on, what was
    live is left out. Leaves temp tables `graph_commits` and `graph_pushes`."""
    step(cursor, "needed", "graph_commits", "graph_pushes")
    commits = [
        Commit(repository, sha, None if parents is None else parents.tolist(), worded)
        for repository, sha, parents, worded in zip(*columns(cursor, "loaded_commits"), strict=True)
    ]
    pushes = [
        Push(repository, after, before, forced, shas.tolist(), new_shas.tolist())
        for repository, after, before, forced, shas, new_shas in zip(*columns(cursor, "loaded_pushes"), strict=True)
    ]
    pulls = [Pull(*row) for row in ask(cursor, "loaded_pulls")]
    return Facts(commits, pushes, pulls, load_worded(cursor, commits, pushes))


def load_worded(cursor: duckdb.DuckDBPyConnection, commits: Iterable[Commit], pushes: Iterable[Push]) -> set[Key]:
    """Merges in git's own words that a push brought beside its head, and that aren't among the commits: live by now."""
    brought = {(push.repository, sha) for push in pushes if push.mixed for sha in push.new_shas}
    if not brought:
        return brought
    others = brought - {commit[:2] for commit in commits}
    return others.intersection(ask(cursor, "worded", shas=[sha for _, sha in others]) if others else ())


def load_repositories(cursor: duckdb.DuckDBPyConnection) -> dict[str, Repository]:
    """The graphs of the repositories that the walks in temp table `walking` take from."""
    facts = load_facts(cursor)
    return repositories(cursor, facts, whole={row[0] for row in ask(cursor, "whole")})


def repositories(cursor: duckdb.DuckDBPyConnection, facts: Facts, whole: Collection[str] = ()) -> dict[str, Repository]:
    """The graphs that these facts prove; `whole`: the repositories of which nothing is left out."""
    described = {commit[:2] for commit in facts.commits}
    heads = {(pull.repository, pull.head_sha) for pull in facts.pulls if pull.head_sha} - described
    others = ask(cursor, "described", shas=list({sha for _, sha in heads})) if heads else ()
    parents, merges, left = proven.parents(facts), proven.merges(facts), proven.left(facts, described.union(others))
    found = {}
    for name in parents.keys() | merges.keys():
        history = History(Graph(parents[name]), merges[name], name not in whole, Titles(cursor, name))
        found[name] = Repository(history, exchanges(left[name], history))
    return found


def load_live(
    cursor: duckdb.DuckDBPyConnection, graphs: dict[str, Repository], successes: Iterable[Success]
) -> dict[Pair, Live]:
    """What was live before, of the walks that go on: their last deployment, and which loaded commits were reached."""
    lives: dict[Pair, Live] = {}
    for *who, known, commits in ask(cursor, "last_live"):
        last = Success(*who, commits=order_commits(commits))
        lives[last.service, last.environment] = live = Live(goes_on=True)
        live.follow(last, known)
    if not lives:
        return lives
    mentioned = {sha for success in successes for _, sha in success.commits}
    for repository in graphs.values():
        mentioned.update(repository.history.merges)
        for child, ups in repository.history.graph.parents.items():
            mentioned.add(child)
            mentioned.update(ups)
    with registered(cursor, {"mentioned": pl.DataFrame({"sha": list(mentioned)}, schema={"sha": pl.String})}):
        told = ask(cursor, "was_live")
    for service, environment, name, sha, reached in told:
        lives[service, environment].had(name, sha, reached)
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
