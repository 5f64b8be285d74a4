"""A repository's true history: what git itself would know, kept while the simulation runs."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha1

from streams.simulator.people import Person

ZERO = "0" * 40


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit as git keeps it. `committed_at` is the committer date, whole seconds, UTC."""

    sha: str
    parents: tuple[str, ...]
    committed_at: datetime
    message: str
    author: Person
    committer: Person
    files: tuple[str, ...]

    @property
    def title(self) -> str:
        return self.message.partition("\n")[0]

    @property
    def is_merge(self) -> bool:
        return len(self.parents) > 1


@dataclass(slots=True)
class Landing:
    """What one change left on the default branch, so that it can be reverted later."""

    shas: tuple[str, ...]
    title: str
    number: int | None
    """The pull request's; None for a direct push."""
    files: tuple[str, ...]
    revertable: bool = True
    """False: already reverted, itself a repair, or live from its branch before it landed."""
    chained: bool = False
    """Each of `shas` is its push's new commit on top of the one before: any of them can be deployed."""


@dataclass(slots=True)
class Repository:
    """Commits in the order they were made (parents always before children), and the branches' heads.

    Ancestry is kept as one integer per commit, a bit per ancestor: it serves the payloads only. The truth walks
    `commits[...].parents` itself.
    """

    name: str
    default_branch: str = "main"
    commits: dict[str, Commit] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    """Commits that a push has brought: what makes GitHub's `distinct` false."""
    landings: list[Landing] = field(default_factory=list)
    _shas: list[str] = field(default_factory=list)
    _ancestry: dict[str, int] = field(default_factory=dict)

    @property
    def head(self) -> str:
        return self.branches[self.default_branch]

    def add(
        self,
        parents: Iterable[str],
        at: datetime,
        message: str,
        author: Person,
        files: Iterable[str] = (),
        committer: Person | None = None,
    ) -> Commit:
        """Makes a commit; its SHA is a hash of all it holds. Moves no branch."""
        parents, files = tuple(parents), tuple(sorted(set(files)))
        content = "\0".join([self.name, str(len(self._shas)), *parents, at.isoformat(), message, author.login])
        sha = sha1(content.encode(), usedforsecurity=False).hexdigest()
        made = Commit(sha, parents, at, message, author, committer or author, files)
        self.commits[sha] = made
        mask = 1 << len(self._shas)
        for parent in parents:
            mask |= self._ancestry[parent]
        self._shas.append(sha)
        self._ancestry[sha] = mask
        return made

    def log(self, new: str, *old: str) -> list[Commit]:
        """`git log new --not old…`, oldest first."""
        mask = self.missing(new, *old)
        found = []
        while mask:
            low = mask & -mask
            found.append(self.commits[self._shas[low.bit_length() - 1]])
            mask ^= low
        return found

    def missing(self, new: str, *old: str) -> int:
        """The same as a bit set, for `holds`."""
        mask = self._ancestry[new]
        for sha in old:
            mask &= ~self._ancestry[sha]
        return mask

    def holds(self, mask: int, sha: str) -> bool:
        """Whether a bit set of `missing` has this commit."""
        return bool(mask >> (self._ancestry[sha].bit_length() - 1) & 1)
