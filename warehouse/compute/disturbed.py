"""What is newly known of commits and changes more than what is ahead."""

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

import duckdb

from warehouse.compute.bindings import Bindings
from warehouse.compute.load import Pair
from warehouse.compute.proven import Key
from warehouse.compute.steps import ask


class Outbox(NamedTuple):
    """What is newly known of commits."""

    commits: set[Key]
    """Those of which something new is known."""
    parents: dict[Key, set[str]]
    """What new pushes prove to contain what: child → parents."""

    @property
    def heads(self) -> set[Key]:
        return self.commits | self.parents.keys()

    @property
    def repositories(self) -> set[str]:
        return {repository for repository, _ in self.heads}


class Live(NamedTuple):
    """A commit that was live, or is awaited."""

    service: str
    environment: str
    repository: str
    sha: str
    source: str | None = None
    deployment: str | None = None
    at: int = 0
    """Microseconds."""
    reached: bool = False

    def had(self, other: "Live") -> bool:
        """Whether the other was live before it or with it, both reached."""
        earlier = other.at < self.at or (other.source, other.deployment) == (self.source, self.deployment)
        return self.reached and other.reached and earlier


def read_outbox(cursor: duckdb.DuckDBPyConnection) -> Outbox:
    """The outbox's commits and edges."""
    parents: dict[Key, set[str]] = defaultdict(set)
    for repository, child, parent in ask(cursor, "disturbed/edges"):
        parents[repository, child].add(parent)
    return Outbox(set(ask(cursor, "disturbed/commits")), parents)


def disturbed_walks(cursor: duckdb.DuckDBPyConnection, outbox: Outbox, scope: Collection[str]) -> set[Pair]:
    """The walks of services in `scope` in which it changes what was live."""
    commits = set(outbox.commits)
    if ask(cursor, "disturbed/merged"):
        commits.update(ask(cursor, "disturbed/exchanged"))
    named = {sha for _, sha in commits | outbox.parents.keys()}.union(*outbox.parents.values())
    services = list(scope)
    live = [Live(*row) for row in ask(cursor, "disturbed/live", services=services, shas=list(named))]
    inside: dict[tuple[Pair, Key], list[Live]] = defaultdict(list)
    for one in live:
        inside[one[:2], one[2:4]].append(one)
    walks: set[Pair] = set()
    for one in (*live, *(Live(*row) for row in ask(cursor, "disturbed/awaited", services=services))):
        walk, commit = one[:2], one[2:4]
        # What a commit newly proves to contain is no news where a deployment before it, or its own, had reached that.
        if commit in commits or any(
            not any(one.had(other) for other in inside.get((walk, (one.repository, parent)), ()))
            for parent in outbox.parents.get(commit, ())
        ):
            walks.add(walk)
    return walks


def disturbed_services(
    cursor: duckdb.DuckDBPyConnection,
    bindings: Bindings,
    outbox: Outbox,
    scope: Collection[str],
    hotfix_branch_pattern: str,
) -> set[str]:
    """Services of which a deployment, or its place, waited for a commit; to which a hotfix branch brought one; or whose
    commits live in one repository more."""
    found = set[str]()
    told: dict[str, set[str]] = defaultdict(set)
    for repository, sha in outbox.commits:
        told[sha].add(repository)
    for service, graph, repository, sha in ask(cursor, "disturbed/deployed", shas=list(told)):
        if graph in ("unknown", "partial") or service in scope or told[sha] != {repository}:
            found.add(service)
    heads = outbox.heads
    names, shas = list({repository for repository, _ in heads}), list({sha for _, sha in heads})
    hot = ask(cursor, "disturbed/hot", shas=shas, repositories=names, hotfix_branch_pattern=hotfix_branch_pattern)
    if hot:
        found.update(bindings.homes((), [name for (name,) in hot]))
    told_for = ask(cursor, "disturbed/homes", repositories=names)
    services = bindings.services({key for key, _ in told_for})
    homes = bindings.homes({service for key, _ in told_for for service in services[key]}) if told_for else {}
    for key, repository in told_for:
        found.update(service for service in services[key] if repository not in homes.get(service, ()))
    return found
