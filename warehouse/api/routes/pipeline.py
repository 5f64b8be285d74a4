"""Is the line alive: what arrives, how fresh it is, what waits, and what was refused and why."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response

from models.errors import BadQueryError
from models.results import Page
from warehouse import sql
from warehouse.api.parameters import LettersQuery
from warehouse.api.reading import Read
from warehouse.api.replies import json, listing, page
from warehouse.metrics.compose import fetch
from warehouse.metrics.names import known_names

router = APIRouter(prefix="/api/v1", tags=["pipeline"])
COUNTS = ("received", "stored", "duplicates", "parsed", "ignored", "dead")
HOURS = timedelta(hours=48)


@router.get("/pipeline")
def pipeline(read: Read) -> Response:
    """Freshness, lag, rates, and counts by source and event type.

    `received = stored + duplicates`, `stored = parsed + ignored + dead`. `uncomputed` facts are stored and wait for
    their numbers; `lag` deliveries wait in Kafka (null: nobody watches it).
    """
    now = datetime.now(UTC)
    ago = {"minute": now - timedelta(minutes=1), "hour": now - timedelta(hours=1), "day": now - timedelta(days=1)}
    lag = read.lag() if read.lag else None  # first: what has left Kafka by now is in the counts that follow
    with read.snapshot() as cursor:
        counts = fetch(cursor, sql.load("queries/pipeline_counts"), {})
        rates = fetch(cursor, sql.load("queries/pipeline_rates"), ago)[0]
        hours = fetch(cursor, sql.load("queries/pipeline_hours"), {"since": now - HOURS})
        waiting = fetch(cursor, sql.load("queries/uncomputed"), {})[0]["waiting"]
    newest = max((row["newest_received_at"] for row in counts), default=None)
    return json(
        {
            "at": now,
            "freshness": {
                "newest_received_at": newest,
                "seconds": (now - newest).total_seconds() if newest else None,
            },
            "lag": lag,
            "uncomputed": waiting,
            "rates": {**rates, "per_minute_last_hour": rates["last_hour"] / 60},
            "totals": {name: sum(row[name] for row in counts) for name in COUNTS},
            "counts": counts,
            "hours": hours,
        }
    )


@router.get("/dead-letters", response_model=Page)
def dead_letters(request: Request, read: Read, query: Annotated[LettersQuery, Query()]) -> Response:
    """Deliveries that could not become events, the newest first, with the reason."""
    moments = {"since": read.moment(query.since), "until": read.moment(query.until)}
    with read.snapshot() as cursor:
        values = query.model_dump() | moments | {"source": known_names(cursor, query)["source"]}
        return page(request, listing(cursor, sql.load("queries/dead_letters"), values, query, "received_at"))


@router.get("/dead-letters/{id}")
def dead_letter(read: Read, id: str) -> Response:
    """One dead letter with its headers and body: `body` where it is text, else `body_base64`."""
    try:
        digest = int(id, 16)
    except ValueError:
        digest = -1
    found = []
    if 0 <= digest < 2**64:
        with read.snapshot() as cursor:
            found = fetch(cursor, sql.load("queries/dead_letter"), {"digest": digest})
    if not found:
        raise BadQueryError(f"there is no dead letter {id!r}", "GET /api/v1/dead-letters lists them", status=404)
    return json(_whole(found[0]))


def _whole(row: dict[str, Any]) -> dict[str, Any]:
    body: bytes = row.pop("body")
    try:
        shown = {"body": body.decode("utf-8")}
    except UnicodeDecodeError:
        shown = {"body_base64": b64encode(body).decode("ascii")}
    return {**row, "headers": orjson.loads(row["headers"]), **shown}
