"""What git itself says that each deployment shipped: the expectation, made without any of our code.

`git rev-list x --not <every earlier successful deployment>`, with METRICS.md's exchange of squashes and copies on top.
Where pushes tell no parents, git is asked about a repository whose parents are those that METRICS.md says pushes prove.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.githost import ZERO, Host, Landed
from tests.gitwriter import FastGit, git, rev_list

WORDING = re.compile(r"^Merge (branch|branches|pull request|remote-tracking branch(es)?) ")
Shipped = dict[tuple[str, str, str], set[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployment that a test made; `commits` are (repository, sha)."""

    service: str
    environment: str
    deployment: str
    at: datetime
    commits: tuple[tuple[str, str], ...]
    status: str = "success"
    place: tuple[tuple[str, Any], ...] = ()
    """Fields of the event that name its service or repository."""
    prefixes: tuple[str, ...] = ()
    """Monorepo: folders of the service."""


@dataclass(slots=True)
class Truth:
    """A repository to ask: where it is, what is known of it, and what merged pull requests left."""

    path: Path
    known: set[str]
    described: set[str]
    merges: set[str]
    landed: Sequence[Landed]
    names: Mapping[str, str] = field(default_factory=dict)
    """SHA → the commit that stands for it in `path`, where they differ."""

    def reachable(self, sha: str, without: Iterable[str] = ()) -> list[str]:
        """`git rev-list sha --not without`."""
        back = {theirs: ours for ours, theirs in self.names.items()}
        asked = [self.names.get(one, one) for one in (sha, *without)]
        return [back.get(one, one) for one in rev_list(self.path, asked[0], "--not", *asked[1:])]

    def parents(self, sha: str) -> list[str]:
        back = {theirs: ours for ours, theirs in self.names.items()}
        told = git(self.path, "rev-list", "--parents", "--max-count=1", self.names.get(sha, sha)).split()[1:]
        return [back.get(one, one) for one in told]

    def exchanges(self) -> dict[str, list[str]]:
        """What was left on a base branch → the branch's commits that it stands for."""
        found: dict[str, list[str]] = {}
        for landed in self.landed:
            if landed.head not in self.known or not set(landed.left) <= self.known:
                continue
            without = [p for p in self.parents(landed.left[0]) if p not in landed.left]
            branch = [c for c in self.reachable(landed.head, without) if c in self.described and c not in self.merges]
            if landed.originals and len(landed.originals) > 1:
                found |= {copy: [one] for copy, one in zip(landed.left, landed.originals, strict=True) if one in branch}
            elif branch:
                found[landed.left[-1]] = branch
        return found


def told_by_git(path: Path, landed: Sequence[Landed]) -> Truth:
    """Everything that the repository's references reach."""
    known = set(rev_list(path, "--all"))
    return Truth(path, known, known, set(rev_list(path, "--all", "--min-parents=2")), landed)


def told_with_parents(host: Host, path: Path) -> Truth:
    """Everything that was ever pushed, whatever became of its branch."""
    merges = {sha for sha in host.pushed if len(host.commits[sha].parents) > 1}
    return Truth(path, set(host.pushed), set(host.pushed), merges, host.landed)


def told_by_pushes(host: Host, path: Path) -> Truth:
    """What pushes without parents prove (METRICS.md, "Commit graph"), as a repository of its own in `path`."""
    described, ups = set(host.pushed), _proven(host)
    known = described | ups.keys() | {p for above in ups.values() for p in above}
    names, writer = {}, FastGit(path)
    for sha in _parents_first(known, ups):
        names[sha] = writer.commit([names[p] for p in ups.get(sha, ())], sha, datetime(2020, 1, 1, tzinfo=UTC), [])
    writer.close()
    return Truth(path, known, described, _looks_merged(host), host.landed, names)


def _proven(host: Host) -> dict[str, list[str]]:
    ups: dict[str, dict[str, None]] = defaultdict(dict)
    for push in (e for e in host.events if e["type"] == "push" and e["after"] != ZERO):
        before = None if push["before"] == ZERO or push["forced"] else push["before"]
        listed = [c["sha"] for c in push["commits"]]
        previous = before
        for commit in push["commits"]:
            if commit["distinct"]:
                if previous:
                    ups[commit["sha"]][previous] = None
                previous = commit["sha"]
        for sha in [*listed, *([before] if before else [])]:
            if sha != push["after"]:
                ups[push["after"]][sha] = None
    return {sha: list(above) for sha, above in ups.items()}


def _looks_merged(host: Host) -> set[str]:
    """Merge commits by the pull request, by the push, or by git's wording."""
    pushes = [e for e in host.events if e["type"] == "push" and e["after"] != ZERO]
    pulls = {e["merge_sha"]: e["head_sha"] for e in host.events if e["type"] == "pull_request" and e["merge_sha"]}
    merges = set()
    for push in pushes:
        new = [c for c in push["commits"] if c["distinct"]]
        worded = {c["sha"] for c in push["commits"] if WORDING.match(c["message"])}
        merges |= worded
        listed = {c["sha"] for c in push["commits"]}
        if push["after"] in pulls and pulls[push["after"]] in listed - {push["after"]}:
            merges.add(push["after"])
        brings_known = len(new) < len(push["commits"]) and new and new[-1]["sha"] == push["after"]
        if brings_known and not push["forced"] and push["before"] != ZERO and not worded & {c["sha"] for c in new}:
            merges.add(push["after"])
    return merges


def _parents_first(known: set[str], ups: Mapping[str, Sequence[str]]) -> list[str]:
    ordered: dict[str, None] = {}
    for tip in sorted(known):
        stack = [(tip, False)]
        while stack:
            sha, seen = stack.pop()
            if seen:
                ordered[sha] = None
            elif sha not in ordered:
                stack.append((sha, True))
                stack.extend((p, False) for p in ups.get(sha, ()) if p not in ordered)
    return list(ordered)


def expected(
    deployments: Iterable[Deployed], truths: Mapping[str, Truth], files: Mapping[str, Sequence[str]]
) -> Shipped:
    """(service, environment, deployment) → (repository, sha) that it shipped. `files`: SHA → paths that it touches."""
    exchanges = {name: truth.exchanges() for name, truth in truths.items()}
    earlier: dict[tuple[str, str], list[Deployed]] = defaultdict(list)
    live: dict[tuple[str, str], set[str]] = defaultdict(set)
    found: Shipped = {}
    for one in sorted(deployments, key=lambda d: d.at):
        if one.status != "success":
            continue
        where = (one.service, one.environment)
        shipped = found.setdefault((*where, one.deployment), set())
        for name, sha in one.commits:
            truth = truths[name]
            if sha not in truth.known:
                continue
            before = [s for d in earlier[where] for n, s in d.commits if n == name and s in truth.known]
            changes: set[str] = set()
            for commit in truth.reachable(sha, before):
                changes |= _stands_for(commit, exchanges[name])
            fresh = {c for c in changes - live[where] if c not in truth.merges and c in truth.described}
            live[where] |= changes
            if earlier[where]:
                shipped |= {(name, c) for c in fresh if _belongs(files.get(c, ()), one.prefixes)}
        earlier[where].append(one)
    return found


def waiting(
    deployments: Sequence[Deployed], truths: Mapping[str, Truth], files: Mapping[str, Sequence[str]],
    heads: Mapping[str, str],
) -> set[tuple[str, str, str]]:  # fmt: skip
    """(service, repository, sha) that default branches hold and no production of the service does: `git rev-list head
    --not` everything that was deployed there, without what was live through a squash or a copy.

    `heads`: repository → SHA of its default branch.
    """
    exchanges = {name: truth.exchanges() for name, truth in truths.items()}
    found = set()
    live = [one for one in deployments if one.status == "success" and one.environment == "production"]
    for service in {one.service for one in live}:
        mine = [one for one in live if one.service == service]
        for name in {name for one in mine for name, _ in one.commits}:
            truth = truths[name]
            deployed = {sha for one in mine for where, sha in one.commits if where == name and sha in truth.known}
            reached = {commit for sha in deployed for commit in truth.reachable(sha)}
            there = reached.union(*(_stands_for(commit, exchanges[name]) for commit in reached))
            ahead = set(truth.reachable(heads[name])) - there
            prefixes = mine[0].prefixes
            found |= {
                (service, name, sha) for sha in ahead
                if deployed and sha in truth.described - truth.merges and _belongs(files.get(sha, ()), prefixes)
            }  # fmt: skip
    return found


def _stands_for(sha: str, exchanges: Mapping[str, Sequence[str]]) -> set[str]:
    found, opened, stack = set(), set(), [sha]
    while stack:
        one = stack.pop()
        if one in exchanges and one not in opened:
            opened.add(one)
            stack.extend(exchanges[one])
        elif one not in exchanges:
            found.add(one)
    return found


def _belongs(files: Sequence[str], prefixes: Sequence[str]) -> bool:
    return not prefixes or any(path.startswith(prefix) for path in files for prefix in prefixes)


def touched_files(path: Path, shas: Iterable[str]) -> dict[str, list[str]]:
    """SHA → the paths that it touches, by git; merges have none."""
    shown = ("--no-renames", "--format=>%H", "--name-only", "--root")
    told = git(path, "log", "--no-walk", "--no-merges", *shown, "--stdin", given="\n".join(shas))
    found: dict[str, list[str]] = {}
    sha = ""
    for line in told.splitlines():
        if line.startswith(">"):
            sha = line[1:]
            found[sha] = []
        elif line:
            found[sha].append(line)
    return found
