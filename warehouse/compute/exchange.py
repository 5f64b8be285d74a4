"""What a merged pull request left on its base branch, exchanged for the commits of its branch (METRICS.md).

A squash stands for all commits of the branch; copies (a rebase merge) stand for them one by one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from warehouse.compute.graph import Graph

SQUASH, COPY, NONE, UNSURE = "squash", "copy", "none", "unsure"
LONGEST_LINE = 100
"""How many copies a rebase is looked for at most, where no push tells."""


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged pull request of a branch in the same repository."""

    merge_sha: str
    head_sha: str
    brought: Sequence[str] | None
    """Commits new to the repository in the push that brought `merge_sha`, oldest first; None: no push told."""
    head_known: bool
    """Whether any sender described the branch's head."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a left commit stands for: `squash` and `copy` for `commits`; `none` for itself.

    `unsure`: the part of the graph that is loaded can't tell.
    """

    kind: str
    commits: tuple[str, ...] = ()
    awaited: tuple[str, ...] = ()
    """Commits of which later news may change this."""

    @property
    def for_others(self) -> bool:
        """Whether it stands for other commits, or may."""
        return self.kind != NONE


@dataclass(frozen=True, slots=True)
class History:
    """A repository's graph as far as it is loaded."""

    graph: Graph
    merges: Mapping[str, bool]
    """Every described commit: whether it is a merge."""
    partial: bool
    """Only what wasn't live yet is loaded."""
    titles: Callable[[], Mapping[str, str]]


def exchanges(pulls: Sequence[Merged], history: History) -> dict[str, Exchange]:
    """Left commit → what it stands for. Commits that no pull request can have left are not in it."""
    found: dict[str, Exchange] = {}
    beside: dict[str, Exchange] = {}
    merge_shas = {pull.merge_sha for pull in pulls}
    for pull in pulls:
        if not history.merges.get(pull.merge_sha, True):
            verdict = _exchange(pull, history)
            found.update(verdict)
            whole = verdict.get(pull.merge_sha, Exchange(NONE))
            kind = UNSURE if whole.kind == UNSURE else NONE
            rest = Exchange(kind, awaited=(pull.merge_sha, pull.head_sha, *whole.awaited))
            beside.update(dict.fromkeys(_line(pull, history, merge_shas), rest))
    return beside | found


def _line(pull: Merged, history: History, merge_shas: set[str]) -> Sequence[str]:
    """What a rebase would have left: all that the push brought, else the line that ends in `merge_sha`."""
    if pull.brought is not None:
        return pull.brought
    line = [pull.merge_sha]
    while len(line) < LONGEST_LINE:
        ups = history.graph.parents.get(line[-1], ())
        if len(ups) != 1 or ups[0] in merge_shas:
            break
        line.append(ups[0])
    return line


def _exchange(pull: Merged, history: History) -> dict[str, Exchange]:
    graph, merges = history.graph, history.merges
    if not pull.head_known:
        return {pull.merge_sha: Exchange(NONE, awaited=(pull.head_sha,))}
    if pull.head_sha not in merges:
        return {pull.merge_sha: Exchange(UNSURE)}
    between = graph.difference(pull.head_sha, graph.parents.get(pull.merge_sha, ()))
    awaited = tuple(sha for sha in between if sha not in merges)
    branch = [sha for sha in between if not merges.get(sha, True)]
    if not branch and history.partial:
        return {pull.merge_sha: Exchange(UNSURE)}
    if not branch or graph.is_ancestor(pull.head_sha, pull.merge_sha):
        return {pull.merge_sha: Exchange(NONE, awaited=awaited)}
    copies = _copies(pull, branch, history)
    if copies is None:
        return {pull.merge_sha: Exchange(UNSURE)}
    if copies:
        return {copy: Exchange(COPY, (sha,), tuple(between)) for copy, sha in copies.items() if copy != sha}
    return {pull.merge_sha: Exchange(SQUASH, tuple(branch), awaited)}


def _copies(pull: Merged, branch: Sequence[str], history: History) -> dict[str, str] | None:
    """Copy → the branch's commit, where a rebase left copies; empty for a squash. `branch` runs newest first.

    None: can't be told from a part of the graph.
    """
    brought = pull.brought
    if brought is not None and len(brought) < 2:
        return {}
    if brought is not None and len(brought) == len(branch):
        titles, pairs = history.titles(), list(zip(reversed(brought), branch, strict=True))
        if all(titles.get(copy) == titles.get(sha) for copy, sha in pairs):
            return dict(pairs)
    if history.partial:
        return None
    if len(branch) < 2:
        return {}
    if brought is not None:
        left = list(reversed(brought))[: len(branch)]
    else:
        left = history.graph.first_parents(pull.merge_sha, len(branch))
    titles = history.titles()
    wanted = list(branch)
    copies: dict[str, str] = {}
    for copy in left:
        same = next((sha for sha in wanted if titles.get(sha) == titles.get(copy)), None)
        if same is None:
            break
        copies[copy] = same
        del wanted[: wanted.index(same) + 1]
    return copies if len(copies) > 1 else {}
