"""What is known of commits since a moment: enough to go on from what was live then, or to see that it is not."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb

from warehouse.compute import proven
from warehouse.compute.append.doubts import Ends
from warehouse.compute.exchange import History, exchanges
from warehouse.compute.graph import Graph
from warehouse.compute.load import Pair, Titles
from warehouse.compute.proven import Key
from warehouse.compute.shipping import Live, Repository
from warehouse.compute.steps import ask, columns


@dataclass(frozen=True, slots=True)
class Recent:
    """The recent graphs of the repositories of services that go on."""

    repositories: dict[str, Repository]
    committed: dict[Key, int]
    """Every commit that was read, with its date in microseconds."""
    special: set[Key]
    """Commits that revert, and those of hotfix branches and of pull requests that revert or are hotfixes: what a
    deployment ships with them isn't plain."""


@dataclass(slots=True)
class Lives:
    """What was live of late, by environment."""

    walks: dict[Pair, Live] = field(default_factory=dict)

    def closed(self, repository: str, homes: Mapping[str, set[str]]) -> set[str]:
        """The repository's commits that all environments which take from it have reached."""
        reached = [
            live.reached.get(repository, set())
            for (service, _), live in self.walks.items()
            if repository in homes.get(service, ())
        ]
        return set.intersection(*reached) if reached else set()


def read_lives(cursor: duckdb.DuckDBPyConnection, pairs: Collection[Pair], ends: Ends, since: datetime) -> Lives:
    """Of what was live in these environments: what went live since, or was committed since."""
    lives = Lives()
    for pair in pairs:
        live = lives.walks[pair] = Live(goes_on=True, history=[ends.last[pair]])
        for repository, sha in ends.last[pair].commits if ends.known[pair] else ():
            live.reached.setdefault(repository, set()).add(sha)
    services = list({service for service, _ in pairs})
    told = columns(cursor, "append/lives", services=services, since=since)
    for service, environment, repository, sha, reached in zip(*told, strict=True):
        if live := lives.walks.get((service, environment)):
            live.shipped.add(sha)
            if reached:
                live.reached.setdefault(repository, set()).add(sha)
    return lives


def read_recent(
    cursor: duckdb.DuckDBPyConnection, lives: Lives, homes: Mapping[str, set[str]], since: datetime, **hotfix: str
) -> Recent:
    """What isn't live everywhere yet, of the repositories that the walks take from."""
    services = {service for service, _ in lives.walks}
    names = sorted({repository for service in services for repository in homes.get(service, ())})
    closed = {name: lives.closed(name, homes) for name in names}
    commits, committed, special = list[proven.Commit](), dict[Key, int](), set[Key]()
    told = columns(cursor, "append/commits", repositories=names, since=since)
    for repository, sha, parents, worded, at, reverting in zip(*told, strict=True):
        if sha not in closed[repository]:
            key = repository, sha
            commits.append(proven.Commit(repository, sha, None if parents is None else parents.tolist(), worded))
            committed[key] = min(at, committed.get(key, at))
            if reverting:
                special.add(key)
    heads = columns(cursor, "append/push_heads", repositories=names, since=since)
    ahead = {after for name, after in zip(*heads, strict=True) if after not in closed[name]}
    pushes = list[proven.Push]()
    for *row, hot in _pushes(cursor, names, ahead, since, hotfix["hotfix_branch_pattern"]):
        push = proven.Push(*row)
        if push.after not in closed[push.repository]:
            pushes.append(push)
            special.update((push.repository, sha) for sha in push.new_shas if hot)
    pulls, odd = read_pulls(cursor, {*committed, *(push[:2] for push in pushes)}, **hotfix)
    return Recent(_repositories(cursor, commits, pushes, pulls), committed, special | odd)


def _pushes(
    cursor: duckdb.DuckDBPyConnection, names: list[str], ahead: set[str], since: datetime, pattern: str
) -> list[tuple[Any, ...]]:
    """Few of many: their lists are read of those that matter alone."""
    return ask(cursor, "append/pushes", repositories=names, heads=list(ahead), since=since, pattern=pattern)


def read_pulls(
    cursor: duckdb.DuckDBPyConnection, commits: Collection[Key], **hotfix: str
) -> tuple[list[proven.Pull], set[Key]]:
    """The pull requests that merged to one of the commits or brought one of them; and the commits of those that revert
    or are hotfixes."""
    found, special = list[proven.Pull](), set[Key]()
    names, shas = {name for name, _ in commits}, {sha for _, sha in commits}
    for repository, merge_sha, head_sha, lands, odd in ask(
        cursor, "append/pulls", repositories=list(names), shas=list(shas), **hotfix
    ):
        if merge_sha:
            found.append(proven.Pull(repository, merge_sha, head_sha, lands))
        if odd:
            special.update((repository, sha) for sha in (merge_sha, head_sha) if sha)
    return found, special


def _repositories(
    cursor: duckdb.DuckDBPyConnection,
    commits: Sequence[proven.Commit],
    pushes: Sequence[proven.Push],
    pulls: Sequence[proven.Pull],
) -> dict[str, Repository]:
    described = {commit[:2] for commit in commits}
    heads = {(pull.repository, pull.head_sha) for pull in pulls if pull.head_sha} - described
    known = described | {
        (repository, sha)
        for repository, sha in (ask(cursor, "append/described", shas=[sha for _, sha in heads]) if heads else ())
    }
    parents = proven.parents(commits, pushes)
    merges = proven.merges(commits, proven.merge_heads(commits, pushes, pulls))
    left = proven.left(pulls, pushes, described, known)
    found = {}
    for name in parents.keys() | merges.keys():
        history = History(Graph(parents.get(name, {})), merges.get(name, {}), True, Titles(cursor, name))
        found[name] = Repository(history, exchanges(left.get(name, ()), history))
    return found
