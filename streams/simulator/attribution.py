"""How each production deployment fared: failed by which evidence, repaired when, itself a repair or not."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from streams.simulator.commits import Shipping
from streams.simulator.graph import Commit
from streams.simulator.ledger import Deployment, Incident, Ledger
from streams.simulator.rules import (
    HOTFIX_BRANCH,
    HOTFIX_LABEL,
    INCIDENT_WINDOW,
    REVERTS,
    marked_failed,
    reached_at,
    resolved_at,
)

TRUST = ("explicit", "rollback", "revert", "incident")
"""Kinds of evidence, the most trusted first."""


@dataclass(slots=True)
class Outcome:
    """One production deployment of one service."""

    service: str
    environment: str
    deployment: Deployment
    at: datetime
    """When it reached production."""
    evidence: set[str] = field(default_factory=set)
    """Of `TRUST`; any makes it failed."""
    remediation: set[str] = field(default_factory=set)
    """rollback | hotfix | revert | fixes; any makes it a repair."""
    ends: list[tuple[datetime, str]] = field(default_factory=list)
    """Rollbacks, reverts and fixes that would end its failure."""
    incidents: list[Incident] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        return bool(self.evidence)

    @property
    def failed_by(self) -> str | None:
        """The evidence that decides."""
        return next((kind for kind in TRUST if kind in self.evidence), None)

    @property
    def is_rollback(self) -> bool:
        return "rollback" in self.remediation

    @property
    def recovered_at(self) -> datetime | None:
        """The earliest end of its failure; None where it isn't over, or it hasn't failed."""
        ends = [at for at, _ in self.ends]
        resolved = [resolved_at(incident) for incident in self.incidents]
        if resolved and None not in resolved:
            ends.append(max(at for at in resolved if at))
        return min(ends, default=None)

    def is_called(self, name: str | None) -> bool:
        """Whether another event that says `name` means it."""
        return name in (self.deployment.deployment, self.deployment.sha, self.deployment.version)


Lines = dict[tuple[str, str], list[Deployment]]


def attribute(lines: Lines, shipping: dict[tuple[str, str], Shipping], ledger: Ledger) -> list[Outcome]:
    """The outcome of every deployment of every line (service, environment → those that reached it, oldest first)."""
    by_service: dict[str, list[Outcome]] = defaultdict(list)
    for (service, environment), line in lines.items():
        outcomes = [Outcome(service, environment, deployment, reached_at(deployment)) for deployment in line]
        said = [d for d in ledger.deployments if d.fixes and d.environment == environment and service in d.services]
        _explicit(outcomes, said)
        _rollbacks(outcomes, shipping[service, environment])
        _repairs_in_git(outcomes, shipping[service, environment])
        by_service[service] += outcomes
    for incident in ledger.incidents:
        for service in incident.services:
            _blame(incident, by_service[service])
    return [outcome for outcomes in by_service.values() for outcome in outcomes]


def _explicit(outcomes: list[Outcome], said: list[Deployment]) -> None:
    """Marks, and `fixes`: saying so is evidence, even where the fix itself never came up; ending it takes success."""
    for outcome in outcomes:
        if marked_failed(outcome.deployment):
            outcome.evidence.add("explicit")
        if outcome.deployment.fixes:
            outcome.remediation.add("fixes")
    for fix in said:
        at = fix.first_success or fix.statuses[0].at
        broken = [o for o in outcomes if o.at < at and o.is_called(fix.fixes) and o.deployment is not fix]
        for failed in broken[-1:]:
            failed.evidence.add("explicit")
            if fix.first_success:
                failed.ends.append((fix.first_success, "fixes"))


def _rollbacks(outcomes: list[Outcome], shipping: Shipping) -> None:
    """V1 V2 V3 V1 blames V2: the first one after the last time that the version was deployed before."""
    for place, outcome in enumerate(outcomes[1:], start=1):
        sha, live = outcome.deployment.sha, outcomes[place - 1].deployment.sha
        before = [at for at in range(place) if outcomes[at].deployment.sha == sha]
        if sha == live or not before:
            continue
        if outcome.deployment.rollback or sha in shipping.history.reachable(live):
            outcome.remediation.add("rollback")
            failed = outcomes[before[-1] + 1]
            failed.evidence.add("rollback")
            failed.ends.append((outcome.at, "rollback"))


def _repairs_in_git(outcomes: list[Outcome], shipping: Shipping) -> None:
    """Reverts, and hotfixes by branch or label, by the commits that a deployment shipped."""
    history = shipping.history
    hotfixes = {
        sha
        for number, shas in history.branches.items()
        for sha in shas
        if HOTFIX_BRANCH.match(history.pulls[number].head_branch) or HOTFIX_LABEL in history.pulls[number].labels
    }
    reverting = {
        sha: pull.left
        for number, shas in history.branches.items()
        if (undone := history.pulls[number].reverts) and (pull := history.pulls.get(undone))
        for sha in shas
    }
    for place, outcome in enumerate(outcomes):
        changes = shipping.shipped[place]
        if HOTFIX_BRANCH.match(outcome.deployment.ref) or any(commit.sha in hotfixes for commit in changes):
            outcome.remediation.add("hotfix")
        for undone in _undone(changes, reverting):
            outcome.remediation.add("revert")
            guilty = shipping.first.get(undone, place)
            # The baseline can't be blamed through a revert, nor can a deployment for what it shipped undone.
            if 0 < guilty < place:
                outcomes[guilty].evidence.add("revert")
                outcomes[guilty].ends.append((outcome.at, "revert"))


def _undone(changes: list[Commit], reverting: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """The commits that some changes take back, by their own words or by their pull request's."""
    for commit in changes:
        yield from REVERTS.findall(commit.message)
        yield from reverting.get(commit.sha, ())


def _blame(incident: Incident, outcomes: list[Outcome]) -> None:
    """An incident belongs to one deployment of a service: the linked one, else the newest within the window."""
    opened = incident.changes[0][0]
    earlier = sorted((o for o in outcomes if o.at <= opened), key=lambda outcome: outcome.at)
    if incident.deployment:
        kind, found = "explicit", [o for o in earlier if o.is_called(incident.deployment)]
    else:
        kind, found = "incident", [o for o in earlier[-1:] if opened - o.at <= INCIDENT_WINDOW]
    for outcome in found[-1:]:
        outcome.evidence.add(kind)
        outcome.incidents.append(incident)
