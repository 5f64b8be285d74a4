"""Commits: which deployment shipped one where, and why."""

from typing import Any

from fastapi import APIRouter, Response

from models.errors import BadQueryError
from warehouse import sql
from warehouse.api.reading import Read
from warehouse.api.replies import json
from warehouse.metrics.compose import fetch

router = APIRouter(prefix="/api/v1/commits", tags=["commits"])
SHORTEST = 7
MOST = 100
PARTS = ("commit_deployments", "commit_absent", "commit_pull_requests", "commit_repositories")
WORDS = {
    "shipped": "shipped: {deployment} is the first successful deployment there that contains it",
    "baseline": "not counted: {deployment} was the first deployment ever observed there, and what was live before "
    "it is unknown",
    "merge": "not counted: a merge commit is no change of its own",
    "squash": "shipped as {other}, into which its branch was squashed",
    "copy": "shipped as {other}, a rebased copy of it",
    "exchanged": "not counted: it stands for the commits of its branch, which are counted instead",
    "other_paths": "not counted: it touches none of this service's paths in the repository",
    "merge_no_paths": "not counted: a merge commit is no change of its own, and nobody told which files it brought",
    "no_paths": "not counted: nobody told which files it touches, and several services share the repository",
    "undescribed": "not counted: no push described it, so its time is unknown",
}


@router.get("/{sha}")
def commit(read: Read, sha: str) -> Response:
    """The commits whose SHA begins so (7 characters or more): which deployment shipped them where, and why.

    `deployments`: where they are live; `absent`: where other deployments of their services are, and they are not (yet).
    """
    if len(sha) < SHORTEST:
        raise BadQueryError(f"{sha!r} is too short", f"give at least {SHORTEST} characters of the SHA")
    values = {"sha": sha.lower(), "most": MOST}
    with read.snapshot() as cursor:
        found, *parts = (
            fetch(cursor, sql.load(f"queries/{name}"), values)
            for name in (
                "commits",
                "commit_deployments",
                "commit_absent",
                "commit_pull_requests",
                "commit_repositories",
            )
        )
    if not found:
        raise BadQueryError(
            f"there is no commit {sha!r}", "no push webhook and no backfilled history delivered it", status=404
        )
    return json({"commits": [_whole(row, *parts) for row in found]})


def _whole(
    row: dict[str, Any], deployments: list[Any], absent: list[Any], pulls: list[Any], homes: list[Any]
) -> dict[str, Any]:
    repository, sha = row["repository"], row["sha"]
    mine = [_explained(each) for each in deployments if (each["repository"], each["sha"]) == (repository, sha)]
    elsewhere = [_absent(each) for each in absent if (each["repository"], each["sha"]) == (repository, sha)]
    services = [each["service"] for each in homes if each["repository"] == repository]
    return {
        **row,
        "deployments": mine,
        "absent": elsewhere,
        "pull_requests": [
            each for each in pulls if each["repository"] == repository and sha in (each["head_sha"], each["merge_sha"])
        ],
        "reason": None if mine else _undeployed(repository, services),
    }


def _explained(row: dict[str, Any]) -> dict[str, Any]:
    kind, _, other = row["because"].partition(":")
    text = WORDS[kind].format(deployment=row["deployment"], other=other[:10])
    return {**row, "explanation": text}


def _absent(row: dict[str, Any]) -> dict[str, Any]:
    newest = f"{row['deployment']}, the newest deployment there,"
    if row["graph"] == "known":
        return {**row, "explanation": f"not deployed yet: {newest} does not contain it"}
    return {**row, "explanation": f"can't be told: {newest} is of commits that are not all known"}


def _undeployed(repository: str, services: list[str]) -> str:
    if not services:
        return f"no service is known to live in {repository}: deploy from it, or bind it by annotation"
    return f"no successful deployment of {', '.join(services)} contains it yet"
