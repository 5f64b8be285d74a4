"""Reads exports: files that hold the JSON of a host's REST lists, as `gh api --paginate` and `glab api` save them."""

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from json import JSONDecodeError, JSONDecoder
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from models.errors import LeadlineError
from models.source import Events
from streams.bodies import misfit
from streams.sources import github

ENDINGS = {".json", ".jsonl", ".ndjson"}
GITHUB_SLUG = re.compile(r"/repos/([^/]+/[^/?]+)")

TELLING = ("deployment_url", "pull_request_url", "head", "environment", "labels")
"""One of these is in every object that tells an event."""

Record = dict[str, Any]


def read_export(paths: Sequence[Path]) -> tuple[list[Record], str]:
    """(every object of the files or the folders' files, a digest of their bytes). Raises LeadlineError."""
    files = [file for path in paths for file in ([path] if path.is_file() else sorted(path.rglob("*")))]
    files = [file for file in files if file.suffix in ENDINGS]
    if not files:
        raise LeadlineError("there is no .json, .jsonl or .ndjson file in it", "gh api --paginate … > deployments.json")
    digest, records = blake2b(digest_size=16), []
    for file in files:
        body = file.read_bytes()
        digest.update(body)
        records.extend(_objects(body.decode("utf-8-sig", errors="replace"), file))
    return records, digest.hexdigest()


def _objects(text: str, file: Path) -> Iterator[Record]:
    """Objects of one or several JSON values after one another (arrays, pages of arrays, lines)."""
    decoder, position = JSONDecoder(), 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        try:
            value, position = decoder.raw_decode(text, position)
        except JSONDecodeError as error:
            raise LeadlineError(f"{file} is not JSON at line {error.lineno}: {error.msg}") from None
        yield from _flat(value)


def _flat(value: Any) -> Iterator[Record]:
    """Of a page, or of pages in a list (`gh api --paginate --slurp`)."""
    if isinstance(value, dict):
        yield value
    for one in value if isinstance(value, list) else ():
        yield from _flat(one)


def refuse_others(records: Sequence[Record], host: str, telling: Sequence[str]) -> None:
    """Raises LeadlineError where there are objects, and none has a field that each of `host`'s lists has."""
    if records and not any(field in one for one in records for field in telling):
        raise LeadlineError(
            f"none of {len(records)} objects is of a list that is read from {host}",
            f"`leadline backfill {host.lower()} --help` names the lists",
        )


def github_events(records: Sequence[Record], repository: str | None) -> Iterator[Events]:
    """The events of each object: deployments, statuses, pulls, reviews and issues as GitHub's webhooks tell them.

    None of an issue that is no incident, nor of a status or review whose deployment or pull isn't in the export. Raises
    LeadlineError.
    """
    refuse_others(records, "GitHub", TELLING)
    deployments = {one["url"]: one for one in records if _is_deployment(one) and "url" in one}
    pulls = {one["url"]: one for one in records if "head" in one and "url" in one}
    return (_github(one, deployments, pulls, repository) for one in records)


def _github(one: Record, deployments: dict[str, Record], pulls: dict[str, Record], repository: str | None) -> Events:
    if not any(field in one for field in TELLING):
        return []
    told = one.get("url") or one.get("pull_request_url") or one.get("repository_url") or ""
    found = GITHUB_SLUG.search(str(told))
    name = repository or (found[1] if found else None)
    if name is None:
        raise LeadlineError(
            "an object of the export has no `url` to tell its repository", "say --repository OWNER/NAME"
        )
    common: Record = {"repository": {"full_name": name}}
    try:
        if "deployment_url" in one:
            deployment = deployments.get(one["deployment_url"])
            if deployment is None:
                return []
            both = {"deployment": deployment, "deployment_status": one}
            return github.PARSERS["deployment_status"](common | both)
        if "pull_request_url" in one and "submitted_at" in one:
            pull = pulls.get(one["pull_request_url"])
            review = {"action": "submitted", "review": one, "pull_request": pull}
            return github.PARSERS["pull_request_review"](common | review) if pull else []
        if "head" in one:
            return _both("pull_request", one, common)
        if _is_deployment(one):
            return github.PARSERS["deployment"](common | {"deployment": one})
        if "labels" in one and "pull_request" not in one:
            return _both("issues", one, common | {"issue": one})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LeadlineError(f"{one.get('url')} can't be read: {_why(error)}") from None
    return []


def _is_deployment(one: Record) -> bool:
    """A repository has a `statuses_url` too."""
    return "statuses_url" in one and "environment" in one and "sha" in one


def _both(kind: str, one: Record, payload: Record) -> Events:
    """Its opening, and where it ended, its end."""
    payload = payload | ({"pull_request": one} if kind == "pull_request" else {})
    actions = ["opened", "closed"] if one.get("closed_at") else ["opened"]
    return [event for action in actions for event in github.PARSERS[kind](payload | {"action": action})]


def _why(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_input=False, include_url=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return misfit(error)
