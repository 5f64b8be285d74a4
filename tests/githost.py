"""A git host for tests: keeps what was pushed, and sends what a host's webhooks say of every change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models.events import EVENT

ZERO = "0" * 40


@dataclass(frozen=True, slots=True)
class Made:
    """A commit as it was made, in `order`."""

    sha: str
    parents: tuple[str, ...]
    message: str
    at: datetime
    files: tuple[str, ...]
    author: str
    order: int

    @property
    def title(self) -> str:
        return self.message.partition("\n")[0]


@dataclass(frozen=True, slots=True)
class Landed:
    """What a squash or a rebase left on the base branch, and the pull request's head."""

    head: str
    left: tuple[str, ...]
    """Oldest first; one for a squash."""
    originals: tuple[str, ...] = ()
    """Rebase: what each of `left` is the copy of; empty: a squash."""


@dataclass(slots=True)
class Host:
    """One repository on the host: its references, everything ever pushed, and the events it sent."""

    repository: str
    commits: Mapping[str, Made]
    heads: dict[str, str] = field(default_factory=dict)
    pushed: dict[str, datetime] = field(default_factory=dict)
    """Every SHA ever pushed, and when first."""
    events: list[Any] = field(default_factory=list)
    pull_heads: dict[int, str] = field(default_factory=dict)
    landed: list[Landed] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    """SHAs that were some branch's head, oldest first."""

    def reach(self, tips: Iterable[str]) -> set[str]:
        """Everything reachable."""
        seen: set[str] = set()
        stack = list(tips)
        while stack:
            sha = stack.pop()
            if sha not in seen:
                seen.add(sha)
                stack.extend(self.commits[sha].parents)
        return seen

    def push(self, branch: str, after: str | None, at: datetime) -> None:
        """Moves (creates, deletes) a branch; lists every commit that is new to it, for a new branch new to `main`."""
        before = self.heads.get(branch)
        if after == before:
            return
        if after is None:
            del self.heads[branch]
            self._say_push(branch, before, None, [], at, forced=False)
            return
        behind = self.reach([before] if before else [self.heads["main"]] if "main" in self.heads else [])
        listed = sorted(self.reach([after]) - behind, key=lambda sha: self.commits[sha].order)
        forced = before is not None and before not in self.reach([after])
        self._say_push(branch, before, after, listed, at, forced)
        self.heads[branch] = after
        self.pushed |= {sha: at for sha in listed if sha not in self.pushed}
        self.told.append(after)

    def _say_push(
        self, branch: str, before: str | None, after: str | None, listed: Sequence[str], at: datetime, forced: bool
    ) -> None:
        self.events.append({
            "type": "push", "id": f"{self.repository}/{len(self.events)}", "at": at, "repository": self.repository,
            "branch": branch, "before": before or ZERO, "after": after or ZERO, "forced": forced,
            "default_branch": "main", "commits": [self._listed(sha) for sha in listed],
        })  # fmt: skip

    def _listed(self, sha: str) -> dict[str, Any]:
        commit = self.commits[sha]
        return {
            "sha": sha, "committed_at": commit.at, "message": commit.message, "parents": commit.parents,
            "author": commit.author.partition(" <")[0],
            "files": commit.files if len(commit.parents) < 2 else (),
            "distinct": sha not in self.pushed,
        }  # fmt: skip

    def merged(
        self, branch: str, at: datetime, merge_sha: str, landed: Landed | None = None,
        head_repository: str | None = None, head: str | None = None,
    ) -> None:  # fmt: skip
        """Says that the pull request of `branch` was merged."""
        number = len(self.pull_heads) + 1
        head = head or self.heads[branch]
        self.pull_heads[number] = head
        if landed and not head_repository:
            self.landed.append(landed)
        for status in ("opened", "merged"):
            self.events.append({
                "type": "pull_request", "id": f"{self.repository}#{number}/{status}", "at": at, "number": number,
                "repository": self.repository, "status": status, "head_sha": head, "base_branch": "main",
                "merge_sha": merge_sha if status == "merged" else None, "head_branch": branch,
                "head_repository": head_repository or self.repository, "title": branch,
            })  # fmt: skip

    def webhooks(self, parents: bool) -> list[Any]:
        """Its events; with git's parents where `parents`."""
        return [EVENT.validate_python(_without_parents(event) if not parents else event) for event in self.events]


def _without_parents(event: dict[str, Any]) -> dict[str, Any]:
    if event["type"] != "push":
        return event
    return event | {"commits": [{k: v for k, v in c.items() if k != "parents"} for c in event["commits"]]}
