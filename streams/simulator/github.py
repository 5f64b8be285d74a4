"""GitHub as a sender: the payloads of its webhooks, with the fields that matter to whoever reads them."""

from datetime import datetime
from typing import Any

from streams.simulator.graph import ZERO, Commit, Repository
from streams.simulator.hosts import pushed
from streams.simulator.ledger import Deployment, Pull, Review, Status
from streams.simulator.organisation import OWNER
from streams.simulator.outbox import Outbox, local, zulu
from streams.simulator.people import Person

SITE, API = "https://github.com", "https://api.github.com/repos"


class GithubHost:
    """Writes GitHub's webhooks: push, pull_request, pull_request_review, deployment, deployment_status, ping."""

    def __init__(self, outbox: Outbox, created_at: datetime) -> None:
        self._outbox = outbox
        self._created_at = created_at
        self._numbers: dict[str, int] = {}
        """Identifiers of repositories, people, pull requests, made when first needed."""
        self._pushed_at: dict[str, datetime] = {}

    def ping(self, repository: str, at: datetime, by: Person) -> None:
        """What GitHub sends when a webhook is set up."""
        hook = self._number(f"hook:{repository}")
        body = {"zen": "Keep it logically awesome.", "hook_id": hook, "hook": {"id": hook, "events": ["*"]}}
        self._send("ping", at, repository, by, body)

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
        name = repository.name
        listed = pushed(repository, before, after)
        self._pushed_at[name] = at
        body = {
            "ref": f"refs/heads/{branch}",
            "before": before,
            "after": after,
            "created": before == ZERO,
            "deleted": after == ZERO,
            "forced": forced,
            "base_ref": _base_ref(repository, branch, before, after),
            "compare": f"{SITE}/{name}/compare/{before[:12]}...{after[:12]}",
            "commits": [_commit(repository, commit) for commit in listed],
            "head_commit": None if after == ZERO else _commit(repository, repository.commits[after]),
            "pusher": {"name": by.login, "email": by.email},
        }
        repository.told.update(commit.sha for commit in listed)
        self._send("push", at, name, by, body)

    def pull(self, pull: Pull, action: str, at: datetime, by: Person) -> None:
        body = {"action": action, "number": pull.number, "pull_request": self._pull(pull, at, by)}
        self._send("pull_request", at, pull.repository, by, body)

    def reviewed(self, pull: Pull, review: Review) -> None:
        at, by = review.at, review.by
        number = self._outbox.number()
        told = {
            "id": number,
            "user": self._user(by),
            "body": "Looks good" if review.approved else "Why so?",
            "commit_id": pull.head_sha,
            "submitted_at": zulu(at),
            "state": "approved" if review.approved else "commented",
            "html_url": f"{SITE}/{pull.repository}/pull/{pull.number}#pullrequestreview-{number}",
            "author_association": "MEMBER",
        }
        body = {"action": "submitted", "review": told, "pull_request": self._pull(pull, at, by)}
        self._send("pull_request_review", at, pull.repository, by, body)

    def deployment(self, deployment: Deployment, at: datetime) -> None:
        body = {"action": "created", "deployment": self._deployment(deployment, at), "workflow": None}
        self._send("deployment", at, deployment.repository, deployment.creator, body)

    def deployment_status(self, deployment: Deployment, status: Status) -> None:
        url = f"{API}/{deployment.repository}/deployments/{deployment.deployment}"
        number = self._outbox.number()
        told = {
            "url": f"{url}/statuses/{number}",
            "id": number,
            "state": status.state,
            "creator": self._user(deployment.creator),
            "description": "",
            "environment": deployment.environment,
            "target_url": "",
            "log_url": "",
            "environment_url": "",
            "created_at": zulu(status.at),
            "updated_at": zulu(status.at),
            "deployment_url": url,
            "repository_url": f"{API}/{deployment.repository}",
        }
        body = {
            "action": "created",
            "deployment_status": told,
            "deployment": self._deployment(deployment, status.at),
            "workflow": None,
            "check_run": None,
        }
        self._send("deployment_status", status.at, deployment.repository, deployment.creator, body)

    def _send(self, event: str, at: datetime, repository: str, by: Person, body: dict[str, Any]) -> None:
        owner = repository.partition("/")[0]
        body |= {
            "repository": self._repository(repository, at, epoch=event == "push"),
            "organization": {"login": owner, "id": self._number(owner)},
            "sender": self._user(by),
        }
        guid = self._outbox.uuid()
        headers = {
            "user-agent": "GitHub-Hookshot/5a1c2e7",
            "x-github-event": event,
            "x-github-delivery": guid,
            "x-github-hook-id": str(self._number(f"hook:{repository}")),
            "x-github-hook-installation-target-type": "repository",
        }
        self._outbox.send("github", event, guid, at, headers, body)

    def _number(self, key: str) -> int:
        if key not in self._numbers:
            self._numbers[key] = self._outbox.number()
        return self._numbers[key]

    def _user(self, person: Person) -> dict[str, Any]:
        return {
            "login": person.login,
            "id": self._number(f"user:{person.login}"),
            "html_url": f"{SITE}/{person.login}",
            "type": "User",
            "site_admin": False,
        }

    def _repository(self, full_name: str, at: datetime, epoch: bool) -> dict[str, Any]:
        """The repository; in a push, and nowhere else, GitHub gives its times in seconds since 1970."""
        owner, _, name = full_name.partition("/")
        pushed_at = self._pushed_at.get(full_name, at)
        return {
            "id": self._number(f"repository:{full_name}"),
            "name": name,
            "full_name": full_name,
            "private": True,
            "owner": {"login": owner, "id": self._number(owner), "type": "Organization"},
            "html_url": f"{SITE}/{full_name}",
            "description": None,
            "fork": owner != OWNER,
            "url": f"{SITE}/{full_name}" if epoch else f"{API}/{full_name}",
            "created_at": int(self._created_at.timestamp()) if epoch else zulu(self._created_at),
            "updated_at": zulu(at),
            "pushed_at": int(pushed_at.timestamp()) if epoch else zulu(pushed_at),
            "clone_url": f"{SITE}/{full_name}.git",
            "language": "Python",
            "archived": False,
            "visibility": "private",
            "default_branch": "main",
        } | ({"master_branch": "main", "organization": owner} if epoch else {})

    def _pull(self, pull: Pull, at: datetime, by: Person) -> dict[str, Any]:
        url = f"{SITE}/{pull.repository}/pull/{pull.number}"
        merged = pull.merged_at is not None
        return {
            "url": f"{API}/{pull.repository}/pulls/{pull.number}",
            "id": self._number(f"pull:{url}"),
            "html_url": url,
            "number": pull.number,
            "state": "open" if pull.is_open else "closed",
            "locked": False,
            "title": pull.title,
            "user": self._user(pull.author),
            "body": pull.body or None,
            "created_at": zulu(pull.opened_at),
            "updated_at": zulu(at),
            "closed_at": zulu(pull.closed_at) if pull.closed_at else None,
            "merged_at": zulu(pull.merged_at) if pull.merged_at else None,
            # While it is open this names a merge that GitHub only tried: a commit on no branch.
            "merge_commit_sha": pull.left[-1] if pull.left else pull.head_sha[::-1],
            "assignees": [],
            "requested_reviewers": [],
            "labels": [{"id": self._number(f"label:{name}"), "name": name, "color": "d73a4a"} for name in pull.labels],
            "draft": pull.draft,
            "head": self._end(pull.head_repository, pull.head_branch, pull.head_sha, at),
            "base": self._end(pull.repository, pull.base_branch, pull.onto or pull.base_sha, at),
            "author_association": "CONTRIBUTOR" if pull.is_fork else "MEMBER",
            "merged": merged,
            "merged_by": self._user(by) if merged else None,
            "commits": pull.commits,
        }

    def _end(self, repository: str, branch: str, sha: str, at: datetime) -> dict[str, Any]:
        repo = self._repository(repository, at, epoch=False)
        return {"label": f"{repo['owner']['login']}:{branch}", "ref": branch, "sha": sha, "repo": repo}

    def _deployment(self, deployment: Deployment, updated_at: datetime) -> dict[str, Any]:
        url = f"{API}/{deployment.repository}/deployments/{deployment.deployment}"
        created_at = deployment.statuses[0].at if deployment.statuses else updated_at
        return {
            "url": url,
            "id": int(deployment.deployment),
            "sha": deployment.sha,
            "ref": deployment.ref,
            "task": "deploy",
            "payload": {},
            "original_environment": deployment.environment,
            "environment": deployment.environment,
            "description": None,
            "creator": self._user(deployment.creator),
            "created_at": zulu(created_at),
            "updated_at": zulu(updated_at),
            "statuses_url": f"{url}/statuses",
            "repository_url": f"{API}/{deployment.repository}",
            "transient_environment": False,
            # GitHub's own default: true for the environment called `production`, whatever the others are.
            "production_environment": deployment.environment == "production",
        }


def _commit(repository: Repository, commit: Commit) -> dict[str, Any]:
    files = list(commit.files)
    return {
        "id": commit.sha,
        "tree_id": commit.sha[20:] + commit.sha[:20],
        "distinct": commit.sha not in repository.told,
        "message": commit.message,
        "timestamp": local(commit.committed_at, commit.author.offset_hours),
        "url": f"{SITE}/{repository.name}/commit/{commit.sha}",
        "author": _signature(commit.author),
        "committer": _signature(commit.committer),
        "added": [],
        "removed": [],
        "modified": files,
    }


def _signature(person: Person) -> dict[str, str]:
    return {"name": person.name, "email": person.email, "username": person.login}


def _base_ref(repository: Repository, branch: str, before: str, after: str) -> str | None:
    """The branch that a new one starts at, where GitHub can tell: both have the same head."""
    if before != ZERO:
        return None
    same = [name for name, head in repository.branches.items() if head == after and name != branch]
    return f"refs/heads/{same[0]}" if same else None
