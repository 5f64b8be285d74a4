"""What a merged pull request left on its base branch, exchanged for the commits of its branch (METRICS.md).

A squash stands for all commits of the branch; copies (a rebase merge) stand for them one by one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from warehouse.compute.graph import Graph

SQUASH, COPY = "squash", "copy"


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged pull request of a branch in the same repository."""

    merge_sha: str
    head_sha: str
    brought: Sequence[str] | None
    """Commits new to the repository in the push that brought `merge_sha`, oldest first; None: no push told."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a left commit stands for."""

    kind: str
    commits: tuple[str, ...]


def exchanges(
    pulls: Sequence[Merged], graph: Graph, merges: Mapping[str, bool], titles: Callable[[], Mapping[str, str]]
) -> dict[str, Exchange]:
    """Left commit → what it stands for. `merges` holds every known commit: whether it is a merge."""
    found: dict[str, Exchange] = {}
    for pull in pulls:
        if pull.head_sha in merges and not merges.get(pull.merge_sha, True):
            found.update(_exchange(pull, graph, merges, titles))
    return found


def _exchange(
    pull: Merged, graph: Graph, merges: Mapping[str, bool], titles: Callable[[], Mapping[str, str]]
) -> dict[str, Exchange]:
    branch = [
        sha
        for sha in graph.difference(pull.head_sha, graph.parents.get(pull.merge_sha, ()))
        if not merges.get(sha, True)
    ]
    if not branch or graph.is_ancestor(pull.head_sha, pull.merge_sha):
        return {}
    copies = _copies(pull, branch, graph, titles)
    if copies:
        return {copy: Exchange(COPY, (sha,)) for copy, sha in copies.items() if copy != sha}
    return {pull.merge_sha: Exchange(SQUASH, tuple(branch))}


def _copies(
    pull: Merged, branch: Sequence[str], graph: Graph, titles: Callable[[], Mapping[str, str]]
) -> dict[str, str]:
    """Copy → the branch's commit, where a rebase left copies; empty for a squash. `branch` runs newest first."""
    if len(branch) < 2 or (pull.brought is not None and len(pull.brought) < 2):
        return {}
    if pull.brought is not None and len(pull.brought) == len(branch):
        return dict(zip(reversed(pull.brought), branch, strict=True))
    if pull.brought is not None:
        left = list(reversed(pull.brought))[: len(branch)]
    else:
        left = graph.first_parents(pull.merge_sha, len(branch))
    known = titles()
    wanted = list(branch)
    copies: dict[str, str] = {}
    for copy in left:
        same = next((sha for sha in wanted if known.get(sha) == known.get(copy)), None)
        if same is None:
            break
        copies[copy] = same
        del wanted[: wanted.index(same) + 1]
    return copies if len(copies) > 1 else {}
