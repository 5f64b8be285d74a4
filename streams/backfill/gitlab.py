"""GitLab's REST lists as events (docs.gitlab.com/api): deployments, merge requests, incidents."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pydantic import ValidationError

from models.errors import LeadlineError
from models.events import Deployment, DeploymentStatus, Incident, IncidentStatus, PullRequest, PullRequestStatus
from streams.backfill.export import refuse_others

Record = dict[str, Any]

SLUG = re.compile(r"^https?://[^/]+/(.+?)/-/")
TELLING = ("iid", "environment")
"""One of these is in every object of the lists."""
DEPLOYMENT_STATES: dict[str, DeploymentStatus] = {
    "created": "queued", "blocked": "queued", "running": "in_progress", "success": "success", "failed": "failure",
    "canceled": "cancelled", "skipped": "cancelled",
}  # fmt: skip


def gitlab_events(records: Sequence[Record], repository: str | None) -> Iterator[list[Any]]:
    """The events of each object: deployments, merge requests and incidents; none of others. Raises LeadlineError."""
    refuse_others(records, "GitLab", TELLING)
    for one in records:
        reader = _reader(one)
        if reader is None:
            yield []
            continue
        name = repository or _slug(one)
        if name is None:
            raise LeadlineError("an object of the export doesn't tell its project", "say --repository GROUP/NAME")
        try:
            yield list(reader(one, name))
        except (KeyError, TypeError, ValidationError) as error:
            raise LeadlineError(f"{name}: object {one.get('iid') or one.get('id')} can't be read: {error}") from None


def _reader(one: Record) -> Callable[[Record, str], Iterator[Any]] | None:
    if "environment" in one and "sha" in one:
        return _deployment
    if "source_branch" in one:
        return _merge_request
    return _incident if "incident" in (one.get("issue_type"), str(one.get("type")).lower()) else None


def _slug(one: Record) -> str | None:
    full = (one.get("references") or {}).get("full")
    if full:
        return re.split(r"[!#]", full)[0]
    url = one.get("web_url") or (one.get("deployable") or {}).get("web_url") or ""
    found = SLUG.match(url)
    return found[1] if found else None


def _deployment(one: Record, repository: str) -> Iterator[Deployment]:
    environment, job = one["environment"], one.get("deployable") or {}
    status = DEPLOYMENT_STATES[one["status"]]
    ended = job.get("finished_at") or one.get("updated_at") or one["created_at"]
    steps: dict[DeploymentStatus, str] = {"queued": one["created_at"]}
    if job.get("started_at"):
        steps["in_progress"] = job["started_at"]
    tier = environment.get("tier")
    for state, at in (steps | {status: ended}).items():
        yield Deployment.model_validate(
            {
                "id": f"deployment/{one['id']}/{state}",
                "at": at,
                "repository": repository,
                "deployment": str(one["id"]),
                "environment": environment["name"],
                "status": state,
                "sha": one["sha"],
                "ref": one.get("ref"),
                "version": one["ref"] if job.get("tag") else None,
                "production": tier == "production" if tier else None,
                "url": job.get("web_url"),
            }
        )


def _merge_request(one: Record, repository: str) -> Iterator[PullRequest]:
    fork = one.get("source_project_id") != one.get("target_project_id")
    moments: dict[PullRequestStatus, str] = {"opened": one["created_at"]}
    if one["state"] == "merged":
        moments["merged"] = one.get("merged_at") or one["updated_at"]
    elif one["state"] == "closed":
        moments["closed"] = one.get("closed_at") or one["updated_at"]
    for status, at in moments.items():
        yield PullRequest.model_validate({
            "id": f"merge_request/{one['iid']}/{status}",
            "at": at,
            "repository": repository,
            "number": one["iid"],
            "status": status,
            "head_sha": one.get("sha"),
            # What it left on the base branch: with both, the merge commit only brings the squash.
            "merge_sha": (one.get("squash_commit_sha") or one.get("merge_commit_sha") or one.get("sha"))
            if status == "merged" else None,
            "head_branch": one["source_branch"],
            "base_branch": one["target_branch"],
            "head_repository": f"project {one['source_project_id']}" if fork else repository,
            "labels": tuple(one.get("labels") or ()),
            "author": (one.get("author") or {}).get("username"),
            "title": one.get("title"),
            "body": one.get("description") or "",
            "url": one.get("web_url"),
        })  # fmt: skip


def _incident(one: Record, repository: str) -> Iterator[Incident]:
    moments: dict[IncidentStatus, str] = {"opened": one["created_at"]}
    if one.get("closed_at"):
        moments["resolved"] = one["closed_at"]
    for status, at in moments.items():
        yield Incident.model_validate(
            {
                "id": f"issue/{one['iid']}/{status}",
                "at": at,
                "repository": repository,
                "incident": f"{repository}#{one['iid']}",
                "status": status,
                "severity": (one.get("severity") or "").lower() or None,
                "title": one.get("title"),
                "url": one.get("web_url"),
            }
        )
