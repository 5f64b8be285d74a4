"""What is known of commits since a moment: enough to go on from what was live then, or to see that it is not."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb

from warehouse.compute.load import Pair, load_worded
from warehouse.compute.proven import Commit, Facts, Key, Pull, Push
from warehouse.compute.shipping import Live
from warehouse.compute.steps import ask, columns


@dataclass(frozen=True, slots=True)
class Recent:
    """What isn't live everywhere yet."""

    facts: Facts
    committed: dict[Key, int]
    """Every commit that was read, with its date in microseconds."""
    special: set[Key]
    """Commits that revert, and those of hotfix branches and of pull requests that revert or are hotfixes: what a
    deployment ships with them isn't plain."""


Contained = tuple[str, str, str, str, bool]
"""(service, environment, repository, sha, reached): a commit that was live."""


def read_live(cursor: duckdb.DuckDBPyConnection, pairs: Collection[Pair], since: datetime) -> list[Contained]:
    """Of what was live in these environments: what went live since, or was committed since."""
    told = columns(cursor, "recent/live", services=list({service for service, _ in pairs}), since=since)
    return [row for row in zip(*told, strict=True) if (row[0], row[1]) in pairs]


def as_lives(pairs: Iterable[Pair], live: Iterable[Contained]) -> dict[Pair, Live]:
    """What was live, as a walk goes on from it; its last deployment isn't known."""
    lives = {pair: Live(goes_on=True) for pair in pairs}
    for service, environment, repository, sha, reached in live:
        lives[service, environment].had(repository, sha, reached)
    return lives


def read_recent(
    cursor: duckdb.DuckDBPyConnection,
    lives: Mapping[Pair, Live],
    homes: Mapping[str, set[str]],
    since: datetime,
    **hotfix: str,
) -> Recent:
    """Of the repositories that live services take from. `hotfix`: the settings that tell a hotfix."""
    names = sorted({repository for service, _ in lives for repository in homes.get(service, ())})
    closed = {name: _closed(name, lives, homes) for name in names}
    commits, committed, special = list[Commit](), dict[Key, int](), set[Key]()
    told = columns(cursor, "recent/commits", repositories=names, since=since)
    for repository, sha, parents, worded, at, reverting in zip(*told, strict=True):
        if sha not in closed[repository]:
            key = repository, sha
            commits.append(Commit(repository, sha, None if parents is None else parents.tolist(), worded))
            committed[key] = min(at, committed.get(key, at))
            if reverting:
                special.add(key)
    heads = columns(cursor, "recent/heads", repositories=names, since=since)
    ahead = {after for name, after in zip(*heads, strict=True) if after not in closed[name]}
    pushes = list[Push]()
    pattern = hotfix["hotfix_branch_pattern"]
    for *row, hot in ask(
        cursor, "recent/pushes", repositories=names, heads=list(ahead), since=since, pattern=pattern
    ):  # few of many: their lists are read of those that matter alone
        push = Push(*row)
        if push.after not in closed[push.repository]:
            pushes.append(push)
            special.update((push.repository, sha) for sha in push.new_shas if hot)
    brought = {(push.repository, sha) for push in pushes for sha in (push.after, *push.new_shas)}
    pulls, odd = read_pulls(cursor, brought.union(committed), **hotfix)
    worded = load_worded(cursor, commits, pushes)
    return Recent(Facts(commits, pushes, pulls, worded), committed, special | odd)


def read_pulls(
    cursor: duckdb.DuckDBPyConnection, commits: Collection[Key], **hotfix: str
) -> tuple[list[Pull], set[Key]]:
    """The pull requests that merged to one of the commits or brought one of them; and the commits of those that revert
    or are hotfixes."""
    found, special = list[Pull](), set[Key]()
    names, shas = {name for name, _ in commits}, {sha for _, sha in commits}
    for repository, merge_sha, head_sha, lands, odd in ask(
        cursor, "recent/pulls", repositories=list(names), shas=list(shas), **hotfix
    ):
        if merge_sha:
            found.append(Pull(repository, merge_sha, head_sha, lands))
        if odd:
            special.update((repository, sha) for sha in (merge_sha, head_sha) if sha)
    return found, special


def _closed(repository: str, lives: Mapping[Pair, Live], homes: Mapping[str, set[str]]) -> set[str]:
    """The repository's commits that all environments which take from it have reached."""
    takers = [live for (service, _), live in lives.items() if repository in homes.get(service, ())]
    reached = [live.reached.get(repository, set()) for live in takers]
    return set.intersection(*reached) if reached else set()
