"""Which deployment shipped a commit: `git log x --not <every earlier successful deployment>` (METRICS.md).

Deployments of a (service, environment) are taken in the order in which they succeeded; each takes what it reaches and
no earlier one reached, so that a commit is visited once, whatever the length of the history.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from warehouse.compute.exchange import UNSURE, Exchange, History


class FreshWalkNeededError(Exception):
    """What was live can't be continued from the part of the graph that is loaded."""


@dataclass(frozen=True, slots=True)
class Success:
    """A deployment that reached its environment."""

    service: str
    environment: str
    source: str
    deployment: str
    at: datetime
    commits: tuple[tuple[str, str], ...]
    """(repository, sha), those that have a repository."""
    version: str | None = None
    flagged: bool = False
    """The sender says that it is a rollback."""

    @property
    def who(self) -> tuple[str, str, str, str]:
        return self.service, self.environment, self.source, self.deployment


@dataclass(frozen=True, slots=True)
class Repository:
    """What is known of a repository's history."""

    history: History
    left: Mapping[str, Exchange]

    def knows(self, sha: str) -> bool:
        """Whether anything is known of what the commit contains."""
        return sha in self.history.merges or sha in self.history.graph.mentioned


@dataclass(slots=True)
class Contained:
    """Commits, each with the first deployment that contained it: columns, because there are millions."""

    owner: list[int] = field(default_factory=list)
    """Which deployment: its place in the walk."""
    repository: list[str] = field(default_factory=list)
    sha: list[str] = field(default_factory=list)
    reached: list[bool] = field(default_factory=list)
    because: list[str] = field(default_factory=list)

    def add(self, owner: int, repository: str, shas: Sequence[str], reached: bool, because: Sequence[str]) -> None:
        """Appends `shas`, each with its reason."""
        count = len(shas)
        self.owner.extend([owner] * count)
        self.repository.extend([repository] * count)
        self.sha.extend(shas)
        self.reached.extend([reached] * count)
        self.because.extend(because)

    def rows(self) -> Iterator[tuple[int, str, str, bool, str]]:
        """(owner, repository, sha, reached, because) of each."""
        return zip(self.owner, self.repository, self.sha, self.reached, self.because, strict=True)


@dataclass(slots=True)
class Live:
    """What earlier deployments of a (service, environment) contained."""

    goes_on: bool = False
    """It continues a walk of which only the last deployment and the commits that matter are at hand."""
    reached: dict[str, set[str]] = field(default_factory=dict)
    """Repository → commits reached; closed under parents."""
    shipped: set[str] = field(default_factory=set)
    """Every commit that was live in its own right or through an exchange."""
    history: list[Success] = field(default_factory=list)
    awaited: set[tuple[str, str]] = field(default_factory=set)
    """(repository, sha) that nobody described yet, and whose arrival may change what was contained."""

    @property
    def last(self) -> Success | None:
        return self.history[-1] if self.history else None

    def had(self, repository: str, sha: str, reached: bool) -> None:
        """Adds a commit that was live."""
        self.shipped.add(sha)
        if reached:
            self.reached.setdefault(repository, set()).add(sha)

    def follow(self, last: Success, known: bool) -> None:
        """Goes on from a deployment; `known`: all its commits were found."""
        self.history.append(last)
        for repository, sha in last.commits if known else ():
            self.reached.setdefault(repository, set()).add(sha)


Repositories = Mapping[str, Repository]


def take(live: Live, success: Success, repositories: Repositories, baseline: bool, into: Contained, owner: int) -> None:
    """Puts what `success` contains and nothing before it did `into` the columns; adds it to `live`.

    Raises FreshWalkNeededError.
    """
    for name, sha in success.commits:
        repository = repositories.get(name)
        seen = live.reached.setdefault(name, set())
        if sha in seen:
            continue
        if repository is None or not repository.knows(sha):
            live.awaited.add((name, sha))
            continue
        new = repository.history.graph.reach(sha, seen)
        left = repository.left
        own = [commit for commit in new if commit not in left or not left[commit].for_others] if left else new
        into.add(owner, name, own, True, _reasons(live, repository, own, baseline))
        live.shipped.update(own)
        for commit in new if left else ():
            if exchange := left.get(commit):
                live.awaited.update((name, awaited) for awaited in exchange.awaited)
                if exchange.for_others:
                    into.add(owner, name, [commit], True, ["baseline" if baseline else "exchanged"])
                    for other, because in _exchanged(live, name, repository, commit):
                        into.add(owner, name, [other], False, ["baseline" if baseline else because])
    live.history.append(success)


def _reasons(live: Live, repository: Repository, shas: Sequence[str], baseline: bool) -> list[str]:
    """Why each of the commits reached counts, or doesn't."""
    if baseline:
        return ["baseline"] * len(shas)
    merges, shipped = repository.history.merges, live.shipped
    return ["merge" if merges.get(sha) else "again" if sha in shipped else "shipped" for sha in shas]


def _exchanged(live: Live, name: str, repository: Repository, left: str) -> Iterator[tuple[str, str]]:
    """(commit, because) of what a left commit stands for and nothing shipped before."""
    stack, opened = [left], set()
    while stack:
        standing = stack.pop()
        if standing in opened:
            continue
        opened.add(standing)
        exchange = repository.left[standing]
        if exchange.kind == UNSURE:
            raise FreshWalkNeededError
        for sha in exchange.commits:
            inner = repository.left.get(sha)
            live.awaited.update((name, awaited) for awaited in (inner.awaited if inner else ()))
            if inner and inner.for_others and sha not in opened:
                stack.append(sha)
            elif sha not in live.shipped:
                live.shipped.add(sha)
                yield sha, f"{exchange.kind}:{standing}"


def is_rollback(live: Live, success: Success, repositories: Repositories) -> bool:
    """Whether `success` goes back behind what was live: every commit is that of what was live or an ancestor of it, and
    one at least an ancestor. Raises FreshWalkNeededError where that takes more of the graph than is loaded."""
    if live.last is None:
        return False
    if live.goes_on:
        was_live = all(sha in live.reached.get(name, ()) for name, sha in success.commits)
        if was_live and success.commits and success.commits != live.last.commits:
            raise FreshWalkNeededError
        return False
    # What was never reached is no ancestor of what was: most deployments, and it saves them the question.
    if not all(sha in live.reached.get(name, ()) for name, sha in success.commits):
        return False
    return _goes_back(success, live.last, repositories)


def went_back(live: Live, success: Success, repositories: Repositories) -> tuple[Success | None, Success | None]:
    """(the earlier deployment whose version the rollback `success` goes back to, the first after that version: the
    failed one), each None where there is none. What goes back behind everything deployed blames the first that held it.
    """
    history = live.history
    for place in reversed(range(len(history))):
        if _same_version(history[place], success):
            return history[place], history[place + 1] if place + 1 < len(history) else None
    for place in reversed(range(len(history) - 1)):  # a commit that was never deployed itself
        if _goes_back(history[place], success, repositories):
            return history[place], history[place + 1]
    for holder in history:
        if _goes_back(success, holder, repositories):
            return None, holder
    return (history[-2], history[-1]) if len(history) > 1 else (None, None)


def _same_version(one: Success, other: Success) -> bool:
    if one.commits and other.commits:
        return one.commits == other.commits
    return one.version is not None and one.version == other.version


def _goes_back(success: Success, live: Success, repositories: Repositories) -> bool:
    before = dict(live.commits)
    if not success.commits or success.commits == live.commits:
        return False
    for name, sha in success.commits:
        if before.get(name) == sha:
            continue
        repository = repositories.get(name)
        if repository is None or name not in before:
            return False
        if not repository.history.graph.is_ancestor(sha, before[name]):
            return False
    return True


def order_commits(commits: Sequence[Mapping[str, str | None]]) -> tuple[tuple[str, str], ...]:
    """A deployment's commits that have a repository, sorted, so that equal versions compare equal."""
    return tuple(sorted((c["repository"], c["sha"]) for c in commits if c["repository"] and c["sha"]))
