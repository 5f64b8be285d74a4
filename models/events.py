"""The canonical events: what every source's `parse` gives, and what the `events` source takes as JSON.

INTERFACE.md lists the core fields; the published JSON Schema (`GET /schemas/events.json`) is made from these
models. Unknown fields are refused: a misspelt optional field would otherwise be lost without a word.
"""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, model_validator

HEX = re.compile(r"[0-9a-fA-F]{7,64}")
FIRST_MOMENT, LAST_MOMENT = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


def _storable(at: datetime) -> datetime:
    """Nothing happened before or after: a clock that says so would break what reckons with it."""
    if not FIRST_MOMENT <= at < LAST_MOMENT:
        raise ValueError("a time must lie between the years 1900 and 9000")
    return at


def _as_git_writes(sha: str) -> str:
    """A SHA is the same in capital letters; what looks like none stays as it is."""
    small = sha.lower()
    return small if small != sha and HEX.fullmatch(sha) else sha


Moment = Annotated[AwareDatetime, AfterValidator(_storable)]
"""RFC 3339, with an offset."""
Count = Annotated[int, Field(ge=0, lt=2**31)]
Number = Annotated[int, Field(ge=0, lt=2**63)]
Name = Annotated[str, Field(min_length=1, max_length=1000)]
Sha = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_as_git_writes)]

DeploymentStatus = Literal["queued", "in_progress", "success", "failure", "error", "cancelled", "inactive"]
IncidentStatus = Literal["opened", "acknowledged", "resolved", "reopened", "updated"]
"""`updated`: the incident is as it was, and its description or its services aren't."""
PullRequestStatus = Literal["opened", "ready", "draft", "review", "approved", "merged", "closed", "reopened", "updated"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Event(Strict):
    """What every event carries."""

    id: Name
    """What makes it the same event when sent again, as it was; the same id with other contents is another event."""
    at: Moment
    """When it happened, by the sender's clock (RFC 3339)."""
    service: Name | None = None
    """The catalog Component that the sender names; entity references (`component:default/x`) are understood."""
    bindings: tuple[Name, ...] = ()
    """Source keys that the catalog may bind to services, as `annotation=value`, e.g. `pagerduty.com/service-id=P1`."""


class RepositorySha(Strict):
    """One of the commits that a deployment of several repositories brought live."""

    repository: Name
    sha: Sha


PLACES = ("service", "repository", "bindings", "commits")
"""One of them says where a deployment belongs."""


class Deployment(Event):
    """A status of a deployment (dora.dev; GitHub's deployment_status; CDEvents service.deployed)."""

    type: Literal["deployment"] = "deployment"
    repository: Name | None = None
    """`OWNER/NAME`."""
    deployment: Name
    environment: Name
    status: DeploymentStatus
    sha: Sha | None = None
    commits: tuple[RepositorySha, ...] = ()
    version: Name | None = None
    ref: Name | None = None
    """The branch or tag that was deployed; a hotfix branch marks a remediation deployment."""
    rollback: bool = False
    fixes: Name | None = None
    """The deployment (id, SHA or version) that this one repairs."""
    failed: bool = False
    production: bool | None = None
    """What the sender says of the environment's tier; None where it says nothing and the name decides."""
    url: str | None = None

    @model_validator(mode="after")
    def _findable(self) -> "Deployment":
        if not (self.service or self.repository or self.bindings or self.commits):
            raise ValueError(f"a deployment needs one of {', '.join(f'`{name}`' for name in PLACES)}")
        return self


class Incident(Event):
    """A change of an incident's state."""

    type: Literal["incident"] = "incident"
    repository: Name | None = None
    """`OWNER/NAME`."""
    incident: Name
    status: IncidentStatus
    services: tuple[Name, ...] = ()
    deployment: Annotated[str, Field(max_length=1000)] | None = None
    """The deployment (id, SHA or version) that caused it, where the sender links it; empty where it links none any
    longer, None where the event doesn't tell."""
    severity: str | None = None
    """Empty where it has none any longer, None where the event doesn't tell."""
    title: str | None = None
    url: str | None = None
    opened_at: Moment | None = None
    """When it was opened, where an event of another status says so; an opening that was told itself decides."""
    described_at: Moment | None = None
    """Since when `deployment`, `severity`, `title` and `url` are so, where they may have been written after `at`; the
    newest description counts."""


class Commit(Strict):
    """A commit as a push lists it."""

    sha: Sha
    committed_at: Moment
    """Committer date (`%cI`, a push's `timestamp`)."""
    message: str = ""
    author: str | None = None
    """A login, name or e-mail address; facts keep a keyed hash, and a handle that is never an address."""
    parents: tuple[Sha, ...] | None = None
    """git's own parents; None where the sender doesn't tell them."""
    files: tuple[str, ...] | None = None
    """Paths that it touches; None where the sender doesn't tell them."""
    distinct: bool = True
    """False: this commit was in the repository before this push."""


class Push(Event):
    """Commits arriving on a branch. `commits` run from the oldest to the newest."""

    type: Literal["push"] = "push"
    repository: Name
    branch: Name
    before: Annotated[str, AfterValidator(_as_git_writes)]
    """The branch's head before; forty zeros or empty where the push created the branch."""
    after: Annotated[str, AfterValidator(_as_git_writes)]
    """The branch's head afterwards; forty zeros or empty where the push deleted the branch."""
    commits: tuple[Commit, ...] = ()
    forced: bool = False
    total: Count | None = None
    """How many commits the push brought; more than are listed makes the push truncated."""
    default_branch: Name | None = None


class PullRequest(Event):
    """A change of a pull (merge) request's state."""

    type: Literal["pull_request"] = "pull_request"
    repository: Name
    number: Number
    status: PullRequestStatus
    head_sha: Sha | None = None
    merge_sha: Sha | None = None
    head_branch: str | None = None
    base_branch: str | None = None
    head_repository: str | None = None
    """Where the branch lives; another repository than `repository` is a fork."""
    labels: tuple[str, ...] | None = None
    """All that it has then; None where the event doesn't tell."""
    author: str | None = None
    title: str | None = None
    body: str | None = None
    """Read for `Reverts OWNER/NAME#N` only; not kept."""
    commits: Count | None = None
    """How many commits the branch has, where the sender says so."""
    url: str | None = None


AnyEvent = Annotated[Deployment | Incident | Push | PullRequest, Field(discriminator="type")]
EVENT: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)
"""Validates one event; `EVENT.json_schema()` is the published schema's core."""


class CatalogSnapshot(Strict):
    """Every entity of one catalog location at one moment; the newest per location counts. Not for outsiders' JSON."""

    type: Literal["catalog"] = "catalog"
    id: Name
    at: Moment
    location: Name
    entities: tuple[dict[str, Any], ...]
    """Raw Backstage entities, as validated."""
