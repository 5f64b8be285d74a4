"""What really happened, as the simulation wrote it down: the only thing that the truth is made from."""

from dataclasses import dataclass, field
from datetime import datetime

from streams.simulator.graph import Repository
from streams.simulator.people import Person


@dataclass(frozen=True, slots=True)
class Status:
    """A deployment's state from a moment on; `failed` is the sender's own mark on it."""

    at: datetime
    state: str
    failed: bool = False


@dataclass(slots=True)
class Deployment:
    """A rollout of one commit to one environment."""

    source: str
    deployment: str
    services: tuple[str, ...]
    environment: str
    repository: str
    sha: str
    ref: str
    version: str
    creator: Person
    rollback: bool = False
    """Flagged as one by its sender."""
    fixes: str | None = None
    statuses: list[Status] = field(default_factory=list)
    fresh: int = 0
    """Bit set of the commits that it was the first to contain; for choosing what to revert."""

    @property
    def first_success(self) -> datetime | None:
        return next((status.at for status in self.statuses if status.state == "success"), None)


@dataclass(slots=True)
class Incident:
    """An incident and its changes, oldest first."""

    source: str
    incident: str
    number: int
    services: tuple[str, ...]
    title: str
    deployment: str | None = None
    """The deployment (id, SHA or version) that it was linked to."""
    changes: list[tuple[datetime, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Review:
    """Somebody's words on a pull request; its author's own are no review of it."""

    at: datetime
    by: Person
    approved: bool


@dataclass(frozen=True, slots=True)
class Pushed:
    """A push and the commits that it was the first to bring, oldest first."""

    repository: str
    branch: str
    at: datetime
    new: tuple[str, ...]


@dataclass(slots=True)
class Pull:
    """A pull request. `left` and `onto` are set when it is merged."""

    repository: str
    number: int
    title: str
    body: str
    author: Person
    head_branch: str
    base_branch: str
    head_sha: str
    base_sha: str
    """Where the base branch stood when it was opened."""
    opened_at: datetime
    labels: tuple[str, ...] = ()
    head_repository: str = ""
    commits: int = 1
    reverts: int | None = None
    """The number of the pull request that it takes back."""
    left: tuple[str, ...] = ()
    """What it left on its base branch, oldest first; none while it isn't merged."""
    onto: str = ""
    """The first left commit's (first) parent."""
    method: str = ""
    """merge | squash | rebase"""
    merged_at: datetime | None = None
    closed_at: datetime | None = None
    stacked_on: "Pull | None" = None
    frozen: bool = False
    """Its branch is built upon, or live: history on it is not rewritten any more."""
    rewritten: bool = False
    """Its branch was pushed by force: no push tells where it begins any more."""
    deployed: bool = False
    """Its branch was live before it was merged."""
    draft: bool = False
    ready_at: datetime | None = None
    """When it was no draft any more; None where it never was one."""
    reviews: list[Review] = field(default_factory=list)

    @property
    def is_fork(self) -> bool:
        return self.head_repository != self.repository

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


@dataclass(slots=True)
class Ledger:
    """All of it."""

    repositories: dict[str, Repository] = field(default_factory=dict)
    pulls: list[Pull] = field(default_factory=list)
    deployments: list[Deployment] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    pushes: list[Pushed] = field(default_factory=list)
