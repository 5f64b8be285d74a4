"""GitHub (docs.github.com/webhooks): pushes, pull requests and reviews, deployments, issues that are incidents."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs

from pydantic import ValidationError

from models.delivery import Delivery
from models.errors import DeadLetterError, NotAuthenticError
from models.events import Deployment, Incident, PullRequest, Push
from models.source import Events, Headers, Source
from streams.bodies import misfit, read_json
from streams.signatures import require_secret, verify_hmac
from streams.sources._github_types import KNOWN

INCIDENT_LABEL = "incident"
ROLLBACK_TASKS = {"rollback", "deploy:rollback"}
TAG = re.compile(r"^(?:refs/tags/)?(?P<tag>v?\d+(?:\.\d+)+\S*)$")
SEVERITY = re.compile(r"^(?:severity[:/ ]\s*|(?=sev[-_ ]?\d))(.+)$", re.IGNORECASE)
LINKED_DEPLOYMENT = re.compile(r"^[ \t]*deployment:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
DEPLOYMENT_STATES = {
    "pending": "queued", "waiting": "queued", "queued": "queued", "in_progress": "in_progress", "success": "success",
    "failure": "failure", "error": "error", "inactive": "inactive",
}  # fmt: skip
MOST_FILES = 3000
"""GitHub tells so many of the files at most that a commit added, and so many that it removed or modified."""
GONE = ("deleted", "transferred")
DELETED_FORK = "deleted fork"
PULL_STATES = {"opened": "opened", "ready_for_review": "ready", "converted_to_draft": "draft", "reopened": "reopened"}

Payload = Mapping[str, Any]


def verify(body: bytes, headers: Headers, secrets: Sequence[str]) -> None:
    """X-Hub-Signature-256: `sha256=` and the hex HMAC of the raw body."""
    require_secret("github", secrets)
    scheme, _, signature = headers.get("x-hub-signature-256", "").partition("=")
    if scheme != "sha256" or not signature:
        raise NotAuthenticError("the header X-Hub-Signature-256 is missing", "set a secret on the webhook at GitHub")
    verify_hmac(body, [signature], secrets)


def decode(body: bytes, headers: Headers) -> Any:
    """JSON, or GitHub's form encoding (`payload=`). Raises ValueError."""
    if headers.get("content-type", "").lower().startswith("application/x-www-form-urlencoded") and body[:1] != b"{":
        values = parse_qs(body.decode(), strict_parsing=True).get("payload")
        if not values:
            raise ValueError("the form has no field `payload`")
        return read_json(values[0])
    return read_json(body)


def parse(delivery: Delivery) -> Events:
    """The delivery's events; none where its type is known and not needed."""
    kind = event_type(delivery)
    if kind not in KNOWN:
        raise DeadLetterError(f"GitHub's event {kind!r} is not known here", kind="unknown_type")
    parser = PARSERS.get(kind)
    if parser is None:
        return []
    payload = decode(delivery.body, delivery.headers)
    try:
        return parser(payload)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise DeadLetterError(f"{kind}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
        raise DeadLetterError(f"{kind}: {misfit(error)}") from None


def event_type(delivery: Delivery) -> str:
    return delivery.headers.get("x-github-event", "")


def _moment(value: Any) -> Any:
    """GitHub gives RFC 3339 strings, and seconds since 1970 in a push's repository."""
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int) else value


def _push(payload: Payload) -> Events:
    ref, repository = payload["ref"], payload["repository"]
    if not ref.startswith("refs/heads/"):
        return []
    head = payload.get("head_commit") or next(iter(reversed(payload.get("commits") or ())), {})
    commits = [
        {
            "sha": commit["id"],
            "committed_at": commit["timestamp"],
            "message": commit.get("message") or "",
            "author": _author(commit.get("author") or {}),
            "files": _files(commit),
            "distinct": commit.get("distinct", True),
        }
        for commit in payload.get("commits") or ()
    ]
    return [
        Push.model_validate(
            {
                "id": f"push/{ref}/{payload['before']}/{payload['after']}",
                "at": _moment(repository.get("pushed_at")) or head.get("timestamp"),
                "repository": repository["full_name"],
                "branch": ref.removeprefix("refs/heads/"),
                "before": payload["before"],
                "after": payload["after"],
                "commits": commits,
                "forced": payload.get("forced", False),
                # GitHub lists 2,048 commits at most, and doesn't say how many more there were
                "total": len(commits) + (bool(commits) and head["id"] not in {one["sha"] for one in commits}),
                "default_branch": repository.get("default_branch"),
            }
        )
    ]


def _files(commit: Payload) -> list[str] | None:
    """The paths that a commit touches; None where nothing is said of them, or not of all."""
    told = [commit[name] or () for name in ("added", "removed", "modified") if name in commit]
    if not told or any(len(paths) >= MOST_FILES for paths in told):
        return None
    return [path for paths in told for path in paths]


def _author(author: Payload) -> str | None:
    return author.get("username") or author.get("email") or author.get("name")


def _pull_request(payload: Payload) -> Events:
    action, pull = payload["action"], payload["pull_request"]
    merged = bool(pull.get("merged_at"))
    if action == "closed":
        status, at = ("merged", pull["merged_at"]) if merged else ("closed", pull.get("closed_at"))
    else:
        status = PULL_STATES.get(action, "updated")
        at = pull["created_at"] if action == "opened" else pull["updated_at"]
    return [_pull_event(payload, status, at or pull["updated_at"], action)]


def _review(payload: Payload) -> Events:
    review = payload["review"]
    if payload["action"] != "submitted":
        return []
    if _login(review) == _login(payload["pull_request"]):  # an author's answers come as reviews too
        status = "updated"
    else:
        status = "approved" if review.get("state", "").lower() == "approved" else "review"
    return [_pull_event(payload, status, review["submitted_at"], f"review/{review['id']}")]


def _login(written: Payload) -> str | None:
    return (written.get("user") or {}).get("login")


def _pull_event(payload: Payload, status: str, at: str, what: str) -> PullRequest:
    pull = payload["pull_request"]
    head, base = pull["head"], pull["base"]
    return PullRequest.model_validate(
        {
            "id": f"pull_request/{pull['number']}/{what}/{at}",
            "at": at,
            "repository": payload["repository"]["full_name"],
            "number": pull["number"],
            "status": status,
            "head_sha": head["sha"],
            "merge_sha": pull.get("merge_commit_sha") if pull.get("merged_at") else None,
            "head_branch": head["ref"],
            "base_branch": base["ref"],
            "head_repository": _home(head),
            "labels": [label["name"] for label in pull.get("labels") or ()],
            "author": _login(pull),
            "title": pull.get("title"),
            "body": pull.get("body") or "",
            "commits": pull.get("commits"),
            "url": pull.get("html_url"),
        }
    )


def _home(head: Payload) -> str | None:
    """Where a pull request's branch lives. A branch of one's own is in a repository: null is a fork that is gone."""
    if "repo" not in head:
        return None
    return head["repo"]["full_name"] if head["repo"] else DELETED_FORK


def _deployment(payload: Payload) -> Events:
    deployment = payload["deployment"]
    return [_deployment_event(payload, "queued", deployment["created_at"], {}, "created")]


def _deployment_status(payload: Payload) -> Events:
    status = payload["deployment_status"]
    state = DEPLOYMENT_STATES.get(status["state"])
    if state is None:
        raise ValueError(f"a deployment's state {status['state']!r} is not known")
    return [_deployment_event(payload, state, status["created_at"], status, str(status["id"]))]


def _deployment_event(payload: Payload, state: str, at: str, status: Payload, what: str) -> Deployment:
    deployment = payload["deployment"]
    more = deployment.get("payload")
    if isinstance(more, str):  # free text, unless it is JSON
        with suppress(ValueError):
            more = read_json(more)
    more = more if isinstance(more, dict) else {}
    tag = TAG.match(deployment.get("ref") or "")
    urls = (status.get(name) for name in ("log_url", "target_url", "environment_url"))
    return Deployment.model_validate(
        {
            "id": f"deployment/{deployment['id']}/{what}",
            "at": at,
            "repository": payload["repository"]["full_name"],
            "service": _named(more.get("service")),
            "deployment": str(deployment["id"]),
            "environment": status.get("environment") or deployment["environment"],
            "status": state,
            "sha": deployment["sha"],
            "version": _named(more.get("version")) or (tag["tag"] if tag else None),
            "ref": deployment.get("ref") or None,
            "rollback": more.get("rollback") is True or deployment.get("task") in ROLLBACK_TASKS,
            "fixes": _named(more.get("fixes")),
            # GitHub's `false` is a default and says nothing: the name decides (METRICS.md).
            "production": True if deployment.get("production_environment") else None,
            "url": next((url for url in urls if url), None),
        }
    )


def _named(value: Any) -> str | None:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) and value != "" else None


def _issues(payload: Payload) -> Events:
    action, issue = payload["action"], payload["issue"]
    labels = [label["name"] for label in issue.get("labels") or ()]
    labelled = INCIDENT_LABEL in {label.lower() for label in labels}
    changed = (payload.get("label") or {}).get("name", "").lower()
    relabelled = action in ("labeled", "unlabeled") and changed == INCIDENT_LABEL
    if not labelled and not relabelled:
        return []
    # Each delivery tells the opening too, and the end where it is one: the label may have come later than both.
    changes = [("opened", issue["created_at"])]
    if issue.get("closed_at"):
        changes.append(("resolved", issue["closed_at"]))
    elif not labelled or action in GONE:  # an incident no longer
        changes.append(("resolved", issue["updated_at"]))
    elif relabelled or action == "reopened":
        changes.append(("reopened", issue["updated_at"]))
    repository = payload["repository"]["full_name"]
    link = LINKED_DEPLOYMENT.search(issue.get("body") or "")
    severity = next((found[1] for label in labels if (found := SEVERITY.match(label))), "")
    return [
        Incident.model_validate(
            {
                "id": f"issue/{issue['number']}/{status}/{at}",
                "at": at,
                "repository": repository,
                "incident": f"{repository}#{issue['number']}",
                "status": status,
                "deployment": link[1] if link else "",
                "severity": severity,
                "title": issue.get("title"),
                "url": issue.get("html_url"),
                "described_at": issue.get("updated_at") or at,
            }
        )
        for status, at in changes
    ]


PARSERS: dict[str, Callable[[Payload], Events]] = {
    "push": _push,
    "pull_request": _pull_request,
    "pull_request_review": _review,
    "deployment": _deployment,
    "deployment_status": _deployment_status,
    "issues": _issues,
}


def delivery_id(headers: Headers, payload: Any, body: bytes) -> str:
    return headers.get("x-github-delivery") or f"sha256:{sha256(body).hexdigest()}"


def key(headers: Headers, payload: Any) -> str:
    """What happens in one repository stays in order."""
    repository = payload.get("repository") if isinstance(payload, dict) else None
    return f"github/{repository.get('full_name', '') if isinstance(repository, dict) else ''}"


SETUP = """
1. In the repository (or the organisation) open Settings → Webhooks → Add webhook.
2. Payload URL `{url}/webhooks/github`, content type `application/json`.
3. Secret: a long random text; give the same to the receiver as `LEADLINE_SECRET_GITHUB`.
4. Choose the events Pushes, Pull requests, Pull request reviews, Deployments, Deployment statuses and Issues.
5. GitHub sends a ping: Recent Deliveries shows 202.

Try it from a shell:

    body='{"zen":"Keep it logically awesome."}'
    sig=$(printf %s "$body" | openssl dgst -sha256 -hmac "$LEADLINE_SECRET_GITHUB" | sed 's/.* //')
    curl -i {url}/webhooks/github -H 'Content-Type: application/json' -H 'X-GitHub-Event: ping' \\
      -H "X-GitHub-Delivery: $(date +%s)" -H "X-Hub-Signature-256: sha256=$sig" -d "$body"
"""

SOURCE = Source(
    name="github",
    verify=verify,
    delivery_id=delivery_id,
    key=key,
    parse=parse,
    event_type=event_type,
    kept_headers=frozenset({"x-github-event", "content-type"}),
    setup=SETUP,
    decode=decode,
)
