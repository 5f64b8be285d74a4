"""Which deployment shipped which commit: `git log` in plain sets over the true history."""

from dataclasses import dataclass, field
from functools import cached_property

from streams.simulator.graph import Commit, Repository
from streams.simulator.ledger import Deployment, Ledger, Pull


class TrueHistory:
    """A repository's commits, with what each squash or copy stands for."""

    def __init__(self, repository: Repository, pulls: list[Pull]) -> None:
        self.commits = repository.commits
        self.pulls = {pull.number: pull for pull in pulls if pull.repository == repository.name}

    def reachable(self, sha: str) -> set[str]:
        """The commit and all its ancestors."""
        seen, waiting = {sha}, [sha]
        while waiting:
            for parent in self.commits[waiting.pop()].parents:
                if parent not in seen:
                    seen.add(parent)
                    waiting.append(parent)
        return seen

    @cached_property
    def branches(self) -> dict[int, list[str]]:
        """Number of a merged pull request → the commits of its branch, oldest first, merges out."""
        found = {}
        for number, pull in self.pulls.items():
            if pull.left:
                ours = self.reachable(pull.head_sha) - self.reachable(pull.onto)
                found[number] = [sha for sha in self.commits if sha in ours and not self.commits[sha].is_merge]
        return found

    @cached_property
    def stands_for(self) -> dict[str, tuple[str, ...]]:
        """A squash or a rebased copy → the commits that it is exchanged for. None from forks: no push told of those."""
        found: dict[str, tuple[str, ...]] = {}
        for number, originals in self.branches.items():
            pull = self.pulls[number]
            if pull.is_fork or pull.method == "merge":
                continue
            if pull.method == "squash":
                found[pull.left[0]] = tuple(originals)
            else:
                found |= {copy: (original,) for copy, original in zip(pull.left, originals, strict=True)}
        return found

    def live(self, sha: str) -> set[str]:
        """What is live when `sha` is: all that it reaches, and what that stands for."""
        reached = self.reachable(sha)
        return reached.union(*(self.stands_for[one] for one in reached if one in self.stands_for))


def histories(ledger: Ledger) -> dict[str, TrueHistory]:
    """Every repository's."""
    return {name: TrueHistory(repository, ledger.pulls) for name, repository in ledger.repositories.items()}


@dataclass(slots=True)
class Shipping:
    """What the successful deployments of one service to one environment brought, the oldest first."""

    history: TrueHistory
    line: list[Deployment]
    path: str = ""
    """A monorepo's folder that a commit must touch to be the service's."""
    shipped: list[list[Commit]] = field(default_factory=list)
    """For each deployment of `line` the changes that it shipped; the first, being the baseline, none."""
    first: dict[str, int] = field(default_factory=dict)
    """Commit → the place in `line` of the first deployment that contained it."""

    def __post_init__(self) -> None:
        for place, deployment in enumerate(self.line):
            new = self.history.live(deployment.sha) - self.first.keys()
            self.first |= dict.fromkeys(new, place)
            changes = [self.history.commits[sha] for sha in new if place and self._counts(sha)]
            self.shipped.append(sorted(changes, key=lambda commit: (commit.committed_at, commit.sha)))

    def brought(self, sha: str) -> bool:
        """Whether a deployment of the line shipped the commit."""
        return self.first.get(sha, 0) > 0 and self._counts(sha)

    def _counts(self, sha: str) -> bool:
        commit = self.history.commits[sha]
        ours = not self.path or any(file.startswith(self.path) for file in commit.files)
        return ours and not commit.is_merge and sha not in self.history.stands_for
