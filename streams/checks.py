"""What `leadline doctor` looks at: each check gives findings, and what to do about those that are not well."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import httpx
import humanize

from models.addresses import url
from models.delivery import DELIVERIES_TOPIC
from models.errors import LeadlineError
from models.settings import Settings
from streams.sources import load_sources
from streams.topics import end_offsets
from warehouse.client import Client

State = Literal["ok", "warning", "broken"]
QUIET = timedelta(days=7)
"""A sender that says nothing for longer is worth a look."""
LITTLE_SPACE = 1024**3
INTERNAL = frozenset({"catalog"})
"""Sources that Leadline itself sends from: nobody has to set them up."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found."""

    check: str
    state: State
    finding: str
    do: str = ""


def examine(settings: Settings, client: Client) -> Iterator[Finding]:
    """Every check, in the order in which a delivery travels. Raises nothing."""
    yield _home(settings)
    yield _receiver(settings)
    yield _broker(settings)
    yield _worker(settings, client)
    try:
        pipeline = client.get("/pipeline")
        summary = client.get("/coverage", limit=1)["summary"]
    except LeadlineError as error:
        yield Finding("store", "broken", error.message, error.hint)
        return
    yield _store(settings, pipeline)
    yield from _sources(settings, pipeline)
    for line in summary["advice"]:
        yield Finding("coverage", "warning", line)


def _home(settings: Settings) -> Finding:
    if not settings.home.exists():
        return Finding("home", "broken", f"there is no {settings.home}", "start `leadline up` once, or name --home")
    free = shutil.disk_usage(settings.home).free
    said = f"{settings.home}, {humanize.naturalsize(free, binary=True)} free"
    if free < LITTLE_SPACE:
        return Finding("home", "warning", said, "make room: Kafka and the store keep everything")
    return Finding("home", "ok", said)


def _receiver(settings: Settings) -> Finding:
    where = url(settings.receiver)
    try:
        answer = httpx.get(f"{where}/readyz", timeout=5, trust_env=False)
        state = answer.json()
    except (httpx.TransportError, ValueError) as error:
        return Finding(
            "receiver", "broken", f"none answers at {where} ({type(error).__name__})", "start `leadline receiver`"
        )
    if not answer.is_success:
        return Finding("receiver", "broken", state.get("detail", str(answer.status_code)), state.get("hint", ""))
    if state.get("spooled"):
        return Finding(
            "receiver", "warning", f"{state['spooled']:,} deliveries wait on its disk for Kafka", "see broker, below"
        )
    return Finding("receiver", "ok", f"takes webhooks at {where}")


def _broker(settings: Settings) -> Finding:
    try:
        held = sum(end_offsets(settings, DELIVERIES_TOPIC).values())
    except LeadlineError as error:
        return Finding("broker", "broken", error.message, error.hint or "")
    return Finding("broker", "ok", f"Kafka at {settings.bootstrap} took {held:,} deliveries")


def _worker(settings: Settings, client: Client) -> Finding:
    if client.answers():
        return Finding("worker", "ok", f"its read API answers at {client.url}")
    return Finding(
        "worker", "broken", f"no read API at {client.url}: nothing reads from Kafka", "start `leadline worker`"
    )


def _store(settings: Settings, pipeline: dict[str, Any]) -> Finding:
    totals, lag, waiting = pipeline["totals"], pipeline["lag"], pipeline["uncomputed"]
    said = f"{settings.warehouse_path}: {totals['stored']:,} deliveries, {totals['duplicates']:,} duplicates"
    if lag or waiting:
        said += f"; {lag or 0:,} wait in Kafka, {waiting:,} keys wait for compute"
    if totals["dead"]:
        dead = f"{said}; {totals['dead']:,} dead letters"
        return Finding("store", "warning", dead, "see `leadline dead-letters list`")
    return Finding("store", "ok", said)


def _sources(settings: Settings, pipeline: dict[str, Any]) -> Iterator[Finding]:
    newest: dict[str, datetime] = {}
    for row in pipeline["counts"]:
        at = datetime.fromisoformat(row["newest_received_at"])
        newest[row["source"]] = max(at, newest.get(row["source"], at))
    set_up = False
    for name in load_sources():
        if name in INTERNAL:
            continue
        found = _source(name, settings, newest.get(name))
        set_up = set_up or found is not None
        if found:
            yield found
    if not set_up:
        yield Finding("sources", "broken", "no sender is set up", "`leadline sources` tells how, for each sender")


def _source(name: str, settings: Settings, last: datetime | None) -> Finding | None:
    """None where nobody has set the source up."""
    check = f"source {name}"
    try:
        secret = bool(settings.secrets(name))
    except LeadlineError as error:
        return Finding(check, "broken", error.message, error.hint)
    variable = f"LEADLINE_SECRET_{name.upper()}"
    if last is None:
        if not secret:
            return None
        return Finding(check, "warning", "has a secret, and sent nothing yet", f"`leadline sources {name}` tells how")
    said = f"last delivery {humanize.naturaltime(datetime.now(UTC) - last)}"
    if not secret and not settings.allow_unsigned:
        return Finding(
            check, "warning", f"{said}; no secret here, so a receiver started so answers 401", f"set {variable}"
        )
    if datetime.now(UTC) - last > QUIET:
        return Finding(check, "warning", said, "does the sender still deliver? See its own webhook log")
    return Finding(check, "ok", said)
