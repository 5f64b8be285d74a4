"""What every sender of commits, pull requests and deployments can tell, and our own `events` JSON as one of them."""

from datetime import datetime
from typing import Any, Protocol

from streams.simulator.graph import ZERO, Repository
from streams.simulator.ledger import Deployment, Incident, Pull, Review, Status
from streams.simulator.outbox import Outbox, local, zulu
from streams.simulator.people import Person


class Host(Protocol):
    """A sender. `at` is always its own time of what happened, which it puts into the payload."""

    def push(
        self,
        repository: Repository,
        branch: str,
        before: str,
        after: str,
        at: datetime,
        by: Person,
        forced: bool = False,
    ) -> None:
        """A branch moved; `before` or `after` is ZERO where it was created or deleted."""
        ...

    def pull(self, pull: Pull, action: str, at: datetime, by: Person) -> None:
        """A pull request was opened | reopened | synchronize | ready_for_review | closed (merged or not)."""
        ...

    def reviewed(self, pull: Pull, review: Review) -> None:
        """Somebody commented on it, or approved it."""
        ...

    def deployment(self, deployment: Deployment, at: datetime) -> None:
        """A deployment was asked for."""
        ...

    def deployment_status(self, deployment: Deployment, status: Status) -> None:
        """Its state changed."""
        ...


PULL_STATUS = {"opened": "opened", "reopened": "reopened", "synchronize": "updated", "ready_for_review": "ready"}


class EventsHost:
    """A sender that writes Leadline's own JSON: one event, one delivery."""

    def __init__(self, outbox: Outbox, without_parents: frozenset[str] = frozenset()) -> None:
        self._outbox = outbox
        self._without_parents = without_parents
        """Repositories whose pushes don't tell git's parents."""

    def push(
        self,
        repository: Repository,
        branch: str,
        before: str,
        after: str,
        at: datetime,
        by: Person,
        forced: bool = False,
    ) -> None:
        listed = pushed(repository, before, after)
        commits = []
        for commit in listed:
            told: dict[str, Any] = {
                "sha": commit.sha,
                "committed_at": local(commit.committed_at, commit.author.offset_hours),
                "message": commit.message,
                "author": commit.author.login,
            }
            if repository.name not in self._without_parents:
                told["parents"] = list(commit.parents)
            if commit.sha in repository.told:
                told["distinct"] = False
            commits.append(told)
        repository.told.update(commit.sha for commit in listed)
        self._send(
            "push",
            at,
            repository=repository.name,
            branch=branch,
            before=before,
            after=after,
            commits=commits,
            forced=forced,
            total=len(commits),
            default_branch=repository.default_branch,
        )

    def pull(self, pull: Pull, action: str, at: datetime, by: Person) -> None:
        status = PULL_STATUS.get(action) or ("merged" if pull.left else "closed")
        self._pull(pull, status, at)

    def reviewed(self, pull: Pull, review: Review) -> None:
        """An author's own words are no event of this sender."""
        if review.by.login != pull.author.login:
            self._pull(pull, "approved" if review.approved else "review", review.at)

    def _pull(self, pull: Pull, status: str, at: datetime) -> None:
        optional = {"merge_sha": pull.left[-1]} if pull.left else {}
        self._send(
            "pull_request",
            at,
            repository=pull.repository,
            number=pull.number,
            status=status,
            head_sha=pull.head_sha,
            head_branch=pull.head_branch,
            base_branch=pull.base_branch,
            head_repository=pull.head_repository,
            labels=list(pull.labels),
            author=pull.author.login,
            title=pull.title,
            body=pull.body,
            commits=pull.commits,
            **optional,
        )

    def deployment(self, deployment: Deployment, at: datetime) -> None:
        self._deployment(deployment, Status(at, "queued"))

    def deployment_status(self, deployment: Deployment, status: Status) -> None:
        self._deployment(deployment, status)

    def _deployment(self, deployment: Deployment, status: Status) -> None:
        optional: dict[str, Any] = {"fixes": deployment.fixes} if deployment.fixes else {}
        if deployment.rollback:
            optional["rollback"] = True
        if status.failed:
            optional["failed"] = True
        for service in deployment.services:
            self._send(
                "deployment",
                status.at,
                service=service,
                repository=deployment.repository,
                deployment=deployment.deployment,
                environment=deployment.environment,
                status=status.state,
                sha=deployment.sha,
                version=deployment.version,
                ref=deployment.ref,
                url=f"https://deploy.acme.example/{deployment.deployment}",
                **optional,
            )

    def incident(self, incident: Incident, at: datetime, status: str) -> None:
        """An incident changed: opened | acknowledged | resolved | reopened."""
        optional: dict[str, Any] = {"deployment": incident.deployment} if incident.deployment else {}
        services = [f"component:default/{name}" if incident.number % 2 else name for name in incident.services]
        self._send(
            "incident",
            at,
            incident=incident.incident,
            status=status,
            services=services,
            severity="major",
            title=incident.title,
            url=f"https://status.acme.example/{incident.incident}",
            **optional,
        )

    def _send(self, kind: str, at: datetime, **fields: Any) -> None:
        event = {"type": kind, "id": self._outbox.uuid(), "at": zulu(at), **fields}
        self._outbox.send("events", kind, event["id"], at, {}, event)


def pushed(repository: Repository, before: str, after: str) -> list[Any]:
    """The commits that a push lists, oldest first: new to the branch; of a new branch, to the default one."""
    if after == ZERO:
        return []
    if before != ZERO:
        return repository.log(after, before)
    default = repository.branches.get(repository.default_branch)
    return repository.log(after, default) if default and default != after else _all_or_none(repository, after)


def _all_or_none(repository: Repository, after: str) -> list[Any]:
    return [] if after in repository.told else repository.log(after)
