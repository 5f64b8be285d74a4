"""What facts prove of commit graphs (METRICS.md, commit graph): what contains what, which commits are merges, and what
merged pull requests left on their base branch. Pure: rows in, Python's own collections out."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

from warehouse.compute.exchange import Merged

Key = tuple[str, str]
"""(repository, sha)"""


class Commit(NamedTuple):
    """A described commit."""

    repository: str
    sha: str
    parents: list[str] | None
    """git's own; None where only pushes told of it."""
    worded: bool
    """Its title is git's own wording of a merge."""


class Push(NamedTuple):
    """A push that didn't delete its branch."""

    repository: str
    after: str
    before: str | None
    forced: bool
    shas: list[str]
    """The commits it lists, oldest first."""
    new_shas: list[str]
    """Those of them that were new to the repository."""

    @property
    def mixed(self) -> bool:
        """Whether its new head comes with commits known before."""
        known_before = not self.forced and self.before is not None and len(self.shas) > len(self.new_shas)
        return known_before and self.after in self.new_shas


class Pull(NamedTuple):
    """A pull request that has a merge SHA."""

    repository: str
    merge_sha: str
    head_sha: str | None
    lands: bool
    """It is merged, and its branch lives in the same repository."""


class Facts(NamedTuple):
    """What is known of some repositories."""

    commits: list[Commit]
    pushes: list[Push]
    pulls: list[Pull]
    worded: Collection[Key] = ()
    """Merges in git's own words that aren't among the commits, and which pushes brought."""


def parents(facts: Facts) -> dict[str, dict[str, list[str]]]:
    """Repository → child → parents, sorted where pushes prove them. `after` contains all that a push lists, and
    `before` unless it was forced; commits new to the repository follow one another, the first on `before`."""
    told: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for commit in facts.commits:
        if commit.parents is not None:  # where senders disagree the greater stays, whatever the order
            known = told[commit.repository]
            known[commit.sha] = max(commit.parents, known.get(commit.sha, commit.parents))
    proven: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for push in facts.pushes:
        ups, known = proven[push.repository], told[push.repository]
        base = None if push.forced else push.before
        before = base
        for sha in push.new_shas:
            if before is not None and sha not in known:
                ups[sha].add(before)
            before = sha
        if push.after not in known:
            ups[push.after].update(push.shas)
            if base is not None:
                ups[push.after].add(base)
    for repository, ups in proven.items():
        for child, found in ups.items():
            found.discard(child)
            if found:
                told[repository][child] = sorted(found)
    return told


def merges(facts: Facts) -> dict[str, dict[str, bool]]:
    """Repository → described SHA → whether it is a merge: by its parents, else by what else shows it."""
    heads = _merge_heads(facts)
    found: dict[str, dict[str, bool]] = defaultdict(dict)
    for commit in facts.commits:
        by_parents = commit.parents is not None and len(commit.parents) > 1
        merge = by_parents or (commit.parents is None and commit[:2] in heads)
        known = found[commit.repository]
        known[commit.sha] = merge or known.get(commit.sha, False)
    return found


def _merge_heads(facts: Facts) -> set[Key]:
    """Commits that are merges where no parents say so: in git's own words; by a push whose new head comes with commits
    known before, unless another new commit of it is the merge in git's words; by the request whose head it lists."""
    worded = {commit[:2] for commit in facts.commits if commit.worded}
    mixed, explained, listed = set[Key](), set[Key](), defaultdict[Key, list[Sequence[str]]](list)
    for push in facts.pushes:
        listed[push.repository, push.after].append(push.shas)
        if push.mixed:
            mixed.add(push[:2])
            brought = {(push.repository, sha) for sha in push.new_shas}
            if not brought.isdisjoint(worded) or not brought.isdisjoint(facts.worded):
                explained.add(push[:2])
    asked = {
        (pull.repository, pull.merge_sha)
        for pull in facts.pulls
        if pull.merge_sha != pull.head_sha
        and any(pull.head_sha in shas for shas in listed.get((pull.repository, pull.merge_sha), ()))
    }
    return (mixed - explained) | asked | worded


def left(facts: Facts, known: Collection[Key]) -> dict[str, list[Merged]]:
    """Repository → merged pull requests whose branch lives there and whose merge SHA is described: with the commits
    that the push brought for each (a merge queue's brings several requests, each up to its merge SHA), and whether the
    head is `known`."""
    described = {commit[:2] for commit in facts.commits}
    merged = {pull[:2] for pull in facts.pulls}
    brought: dict[Key, list[str]] = {}
    for repository, new_shas in {(push.repository, tuple(push.new_shas)) for push in facts.pushes}:
        places = {sha: place for place, sha in reversed(tuple(enumerate(new_shas, 1))) if (repository, sha) in merged}
        last = 0
        for sha, place in sorted(places.items(), key=lambda one: one[1]):
            key, own = (repository, sha), list(new_shas[last:place])
            brought[key] = min(own, brought.get(key, own))
            last = place
    found: dict[str, list[Merged]] = defaultdict(list)
    for pull in sorted({pull for pull in facts.pulls if pull.lands and pull.head_sha and pull[:2] in described}):
        if pull.head_sha and pull.head_sha != pull.merge_sha:
            head_known = (pull.repository, pull.head_sha) in known
            found[pull.repository].append(Merged(pull.merge_sha, pull.head_sha, brought.get(pull[:2]), head_known))
    return found
