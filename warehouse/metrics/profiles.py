"""Definition profiles: named choices that turn our definitions into another tool's, so that its numbers are reproduced.

One profile is one file, `profiles/NAME.toml`, found by its name; a choice that it doesn't make is Leadline's.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from models.errors import BadQueryError, LeadlineError

FOLDER = Path(__file__).with_name("profiles")
LEADLINE = "leadline"
Part = Literal["coding", "open", "pickup", "rework", "merge", "deploy"]
"""Of a pull request: first commit → opened → merged → deployed; or opened → first review → approved → merged."""


class Profile(BaseModel):
    """The choices. What each value means stands beside it; sources are cited in the profiles' files."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    sources: tuple[str, ...]
    """Where the tool publishes its definition."""
    description: str
    says: dict[str, str] = Field(default_factory=dict)
    """Metric → what its number is here, for readers; metrics that aren't named are Leadline's."""

    median: Literal["interpolated", "lower"] = "interpolated"
    """Of an even number of values: the mean of the two in the middle, or the lower one."""
    averages: Literal["observations", "services", "days"] = "observations"
    """What is averaged: all observations; each service's own value; each day's (of a service and environment)."""
    environments: Literal["production", "all"] = "production"
    week_starts: Literal["monday", "sunday"] = "monday"
    partial_weeks: bool = False
    """Whether weeks that lie partly in the window count."""

    frequency: Literal["per_day", "days_per_week", "weekly_average", "count"] = "per_day"
    """`weekly_average`: deployments by weeks that the window touches, a whole number."""

    lead_time_of: Literal["commit", "named_commit", "push", "pull_request"] = "commit"
    """Every commit that a deployment shipped; only those that it names; those and what was pushed with them; the pull
    requests that it shipped."""
    lead_time_parts: tuple[Part, ...] = ()
    """Of a pull request: which parts make its lead time."""
    lead_time_at: Literal["deployed", "merged"] = "deployed"
    """By which of its moments a pull request falls into a window."""
    lead_time_once: bool = False
    """Whether a pull request counts once for a service, in the first of its production environments, or in each."""
    lead_time: Literal["p50", "mean"] = "p50"
    lead_time_minutes: Literal["exact", "up", "down"] = "exact"
    """Whole minutes: each part rounded up; or all of it rounded down, and then none of 0."""

    failures: Literal["evidence", "remediations", "incident_before", "incident_since", "links", "incidents"] = (
        "evidence"
    )
    """Which deployments failed. `evidence`: METRICS.md's four kinds. `remediations`: those that a rollback, a revert, a
    hotfix or a `fixes` repaired. `incident_before`, `incident_since`: the last before an incident, however long before
    (`since`: or at its moment, and failed rollouts too). `links`: how many incidents name it. `incidents`: none; all
    incidents are held against all deployments."""
    failures_of: Literal["changes", "deployments", "rollouts", "known_deployments"] = "changes"
    """The denominator: deployments without rollbacks; all; those that failed too; those whose commit is known."""

    recovery_from: Literal["failed_deployment", "incident", "earlier"] = "failed_deployment"
    """Where it begins: the failed deployment; the incident; the earlier of the incident and a deployment it names."""
    recovery_at: Literal["resolved", "opened"] = "resolved"
    recovery: Literal["p50", "mean"] = "p50"
    restore: Literal["p50", "mean"] = "mean"
    """Of the classic time to restore."""
    recovery_hours: Literal["exact", "down"] = "exact"
    """Whole hours: rounded down."""

    @model_validator(mode="after")
    def _parts_of_pull_requests(self) -> "Profile":
        if bool(self.lead_time_parts) != (self.lead_time_of == "pull_request"):
            raise ValueError("lead_time_parts belong to lead_time_of = pull_request")
        return self


@cache
def profiles() -> dict[str, Profile]:
    """Every profile by name, Leadline's own first. Raises LeadlineError where a file is wrong."""
    names = sorted((path.stem for path in FOLDER.glob("*.toml")), key=lambda name: (name != LEADLINE, name))
    return {name: _read(name) for name in names}


def profile(name: str) -> Profile:
    """Raises BadQueryError naming the profiles there are."""
    if name not in profiles():
        raise BadQueryError(f"there is no profile {name!r}", f"one of: {', '.join(profiles())}")
    return profiles()[name]


def _read(name: str) -> Profile:
    text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    try:
        return Profile.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise LeadlineError(f"profile {name}: {error}") from None
