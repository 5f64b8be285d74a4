"""A random git repository on a host: people branch, merge, squash, rebase, pick, revert, force, release and deploy."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from random import Random

from tests.githost import Host, Landed, Made
from tests.gitwriter import AUTHORS, FastGit, RealGit
from tests.warehouses import START


@dataclass(slots=True)
class World:
    """One repository's history, made step by step.

    A tame world does only what pushes tell completely, so that webhooks without parents must lead to git's own answer:
    nothing is deployed that never was a head of main or of a branch cut from it, and no pushed commit is amended.
    """

    repository: str
    path: Path
    random: Random
    wild: bool
    real: bool = False
    folders: tuple[str, ...] = ("src",)
    commits: dict[str, Made] = field(default_factory=dict)
    host: Host = field(init=False)
    fork: Host = field(init=False)
    git: FastGit | RealGit = field(init=False)
    now: datetime = START
    features: list[str] = field(default_factory=list)
    deployable: list[str] = field(default_factory=list)
    branches: int = 0

    def __post_init__(self) -> None:
        self.git = RealGit(self.path) if self.real else FastGit(self.path)
        self.host = Host(self.repository, self.commits)
        self.fork = Host(f"fork/{self.repository.partition('/')[2]}", self.commits)

    def run(self, steps: int) -> "World":
        """Makes the history; every step is a push or a few."""
        self._push("main", self._grow("", self.random.randint(1, 3)))
        self.fork.push("main", self.main, self.now)
        ways: list[tuple[Callable[[], None], int]] = [
            (self.direct, 3), (self.begin, 5), (self.go_on, 3), (self.update, 2), (self.rebase, 2),
            (self.land, 9), (self.octopus, 1), (self.queue, 1), (self.release, 2), (self.revert, 1),
            (self.criss_cross, 1), (self.from_fork, 2), (self.shared_root, 1 if self.wild else 0),
            (self.amend, 3 if self.wild else 0), (self.rewrite_main, 1 if self.wild else 0),
            (self.unpushed_merge, 1),
        ]  # fmt: skip
        for _ in range(steps):
            self.random.choices([way for way, _ in ways], [weight for _, weight in ways])[0]()
        return self

    def finish(self, pull_refs: bool) -> None:
        """Writes references: the host's branches, and the pull requests' heads where `pull_refs`."""
        for branch, sha in self.host.heads.items():
            self.git.ref(f"refs/heads/{branch}", sha)
        if pull_refs:
            for number, sha in self.host.pull_heads.items():
                self.git.ref(f"refs/pull/{number}/head", sha)
        self.git.close()

    @property
    def main(self) -> str:
        return self.host.heads["main"]

    def tick(self) -> datetime:
        """A moment later."""
        self.now += timedelta(minutes=self.random.randint(1, 400))
        return self.now

    def clock(self) -> datetime:
        """What a committer's clock says: mostly now, at times days before or after, in any time zone."""
        skew = self.random.choice([0, 0, 0, -3, 2, -40]) * self.random.random()
        zone = timezone(timedelta(minutes=self.random.choice([0, 120, -480, 330])))
        return (self.now + timedelta(days=skew)).replace(microsecond=0).astimezone(zone)

    def commit(self, parents: Sequence[str], message: str, files: Sequence[str] | None = None) -> str:
        at, author = self.clock(), self.random.choice(AUTHORS)
        if files is None:
            chosen = self.random.sample(self.folders, self.random.randint(1, len(self.folders)))
            files = [f"{folder}/{len(self.commits)}.txt" for folder in chosen]
        return self._keep(self.git.commit(parents, message, at, files, author), parents, message, at, files, author)

    def merge(self, *parents: str, message: str = "Merge branch 'x'") -> str:
        """A merge; where git would find nothing to merge, the first parent itself."""
        fresh = [sha for sha in parents[1:] if sha not in self.host.reach([parents[0]])]
        fresh = [sha for sha in fresh if not any(sha in self.host.reach([o]) for o in fresh if o != sha)]
        if not fresh:
            return parents[0]
        parents, at = (parents[0], *dict.fromkeys(fresh)), self.clock()
        return self._keep(self.git.merge(parents, message, at), parents, message, at, (), AUTHORS[0])

    def copies(self, shas: Sequence[str], onto: str) -> list[str]:
        """Copies one on another: a rebase, a cherry-pick."""
        told = [(m.sha, m.message, list(m.files), m.author) for m in (self.commits[sha] for sha in shas)]
        at, made = self.clock(), []
        for copy, (_, message, files, author) in zip(self.git.copies(told, onto, at), told, strict=True):
            made.append(self._keep(copy, [onto], message, at, files, author))
            onto = copy
        return made

    def _keep(
        self, sha: str, parents: Sequence[str], message: str, at: datetime, files: Sequence[str], author: str
    ) -> str:
        self.commits.setdefault(sha, Made(sha, tuple(parents), message, at, tuple(files), author, len(self.commits)))
        return sha

    def _grow(self, head: str, count: int) -> str:
        for _ in range(count):
            title = self.random.choice([f"Change {len(self.commits)}", f"Change {len(self.commits)}", "wip"])
            head = self.commit([head] if head else [], title)
        return head

    def _push(self, branch: str, after: str | None) -> None:
        self.host.push(branch, after, self.tick())
        if after and (branch == "main" or branch.startswith("release")):
            self.deployable.append(after)

    def _own(self, branch: str) -> list[str]:
        """The branch's commits that main doesn't have, merges out, oldest first."""
        own = self.host.reach([self.host.heads[branch]]) - self.host.reach([self.main])
        return sorted((s for s in own if len(self.commits[s].parents) < 2), key=lambda sha: self.commits[sha].order)

    def _in_line(self, shas: Sequence[str]) -> bool:
        return all(one in self.host.reach([other]) for one, other in pairwise(shas))

    def _feature(self) -> str | None:
        self.features = [name for name in self.features if name in self.host.heads]
        return self.random.choice(self.features) if self.features else None

    # What people do

    def direct(self) -> None:
        self._push("main", self._grow(self.main, self.random.randint(1, 3)))

    def begin(self) -> None:
        self.branches += 1
        name = f"{self.random.choice(['feature', 'fix', 'hotfix'])}/{self.branches}"
        other = self._feature()
        base = self.host.heads[other] if other and self.random.random() < 0.2 else self.main
        if self.random.random() < 0.2:
            self._push(name, base)
        self._push(name, self._grow(base, self.random.randint(1, 4)))
        self.features.append(name)

    def go_on(self) -> None:
        if name := self._feature():
            self._push(name, self._grow(self.host.heads[name], self.random.randint(1, 2)))

    def update(self) -> None:
        if name := self._feature():
            head = self.merge(self.host.heads[name], self.main, message=f"Merge branch 'main' into {name}")
            self._push(name, self._grow(head, self.random.randint(0, 2)) if head != self.host.heads[name] else head)

    def rebase(self) -> None:
        if (name := self._feature()) and (own := self._own(name)):
            self._push(name, self.copies(own, self.main)[-1])

    def amend(self) -> None:
        if (name := self._feature()) and (parents := self.commits[self.host.heads[name]].parents):
            self._push(name, self.commit(parents[:1], "Amended"))

    def land(self) -> None:
        name = self._feature()
        if name is None or not self._own(name):
            return
        head = self.host.heads[name]
        way = self.random.choice([self._land_merge, self._land_squash, self._land_rebase, self._land_locally])
        way(name, head)
        if self.random.random() < 0.7:
            self._push(name, None)
        self.features.remove(name)

    def _land_merge(self, name: str, head: str) -> None:
        merge = self.merge(self.main, head, message=self.random.choice([f"Merge pull request #1 from {name}", "Land"]))
        self._push("main", merge)
        self.host.merged(name, self.now, merge)

    def _land_squash(self, name: str, head: str) -> None:
        squash = self.commit([self.main], f"{name} in one (#{len(self.host.pull_heads) + 1})", self._files(name))
        self._push("main", squash)
        self.host.merged(name, self.now, squash, Landed(head, (squash,)))

    def _land_rebase(self, name: str, head: str) -> None:
        own = self._own(name)
        titles = {self.commits[sha].title for sha in own}
        forced = any(e.get("forced") and e["branch"] in (name, "main") for e in self.host.events)
        if not self._in_line(own) or (self.wild and forced):
            return self._land_squash(name, head)
        if len(own) == len(titles) > 3 and self.random.random() < 0.3:
            del own[self.random.randrange(len(own))]
        made = self.copies(own, self.main)
        self._push("main", made[-1])
        return self.host.merged(name, self.now, made[-1], Landed(head, tuple(made), tuple(own)))

    def _land_locally(self, name: str, head: str) -> None:
        """Without a pull request: a merge commit in git's words, or a fast-forward where that is possible."""
        if self.main in self.host.reach([head]) and self.random.random() < 0.5:
            return self._push("main", head)
        return self._push("main", self.merge(self.main, head, message=f"Merge branch '{name}'"))

    def _files(self, name: str) -> list[str]:
        folders = {path.partition("/")[0] for sha in self._own(name) for path in self.commits[sha].files}
        return [f"{folder}/{len(self.commits)}.txt" for folder in sorted(folders)]

    def octopus(self) -> None:
        self._feature()
        heads = [self.host.heads[name] for name in self.features[:3]]
        if len(heads) > 1:
            self._push("main", self.merge(self.main, *heads, message="Merge branches 'a', 'b' and 'c'"))

    def queue(self) -> None:
        """A merge queue: several squashes arrive in one push."""
        self._feature()
        head, landed = self.main, []
        for name in self.features[:3]:
            if self._own(name):
                head = self.commit([head], f"{name} queued (#{self.branches})", self._files(name))
                landed.append((name, Landed(self.host.heads[name], (head,))))
        self._push("main", head)
        for name, what in landed:
            self.host.merged(name, self.now, what.left[0], what)
            self.features.remove(name)

    def release(self) -> None:
        """Cuts a release branch, or brings commits to one, and sometimes merges it back."""
        releases = [name for name in self.host.heads if name.startswith("release")]
        if not releases or self.random.random() < 0.4:
            self.branches += 1
            self._push(f"release/{self.branches}", self.random.choice([s for s in self.deployable if s in self.told]))
            return
        name = self.random.choice(releases)
        head = self.host.heads[name]
        if self.random.random() < 0.5:
            plain = [s for s in self.host.reach([self.main]) if len(self.commits[s].parents) < 2]
            head = self.copies([self.random.choice(sorted(plain))], head)[-1]
        else:
            head = self.commit([head], f"Repair {self.branches}.{len(self.commits)}")
        self._push(name, head)
        if self.random.random() < 0.4:
            self._push("main", self.merge(self.main, head, message=f"Merge branch '{name}'"))

    @property
    def told(self) -> set[str]:
        return set(self.host.told)

    def revert(self) -> None:
        plain = [s for s in self.host.reach([self.main]) if len(self.commits[s].parents) == 1]
        if plain:
            one = self.commits[self.random.choice(sorted(plain))]
            message = f'Revert "{one.title}"\n\nThis reverts commit {one.sha}.'
            self._push("main", self.commit([self.main], message))

    def criss_cross(self) -> None:
        """Two branches merge each other's head of before."""
        if name := self._feature():
            ours, theirs = self.main, self.host.heads[name]
            self._push("main", self.merge(ours, theirs, message=f"Merge branch '{name}'"))
            self._push(name, self.merge(theirs, ours, message="Merge branch 'main'"))
            self._push(name, self._grow(self.host.heads[name], 1))

    def from_fork(self) -> None:
        """A fork catches up, adds commits, and its pull request is taken in any of the three ways."""
        self.fork.push("main", self.main, self.tick())
        self.branches += 1
        name, base = f"patch-{self.branches}", self.main
        head = self._grow(base, self.random.randint(1, 3))
        self.fork.push(name, head, self.tick())
        way = self.random.choice(["merge", "squash", "rebase"])
        if way == "merge":
            left = self.merge(self.main, head, message=f"Merge pull request #2 from fork/{name}")
            left = left if left != self.main else head
        elif way == "squash":
            left = self.commit([self.main], f"{name} squashed")
        else:
            own = sorted(self.host.reach([head]) - self.host.reach([base]), key=lambda sha: self.commits[sha].order)
            left = self.copies(own, self.main)[-1]
        self._push("main", left)
        self.host.merged(name, self.now, left, Landed(head, (left,)), self.fork.repository, head)

    def unpushed_merge(self) -> None:
        """Two lines of work nobody had seen arrive merged, in one push."""
        one, other = self._grow(self.main, 2), self._grow(self.main, 1)
        self._push("main", self.merge(one, other, message="Merge branch 'other'"))

    def shared_root(self) -> None:
        """An unrelated history is merged in."""
        self._push("main", self.commit([self.main, self._grow("", 2)], "Merge remote-tracking branch 'other'", []))

    def rewrite_main(self) -> None:
        """A force push of main drops its head, or puts others in its place."""
        parents = self.commits[self.main].parents
        if parents:
            self._push("main", self._grow(parents[0], self.random.randint(0, 2)))
