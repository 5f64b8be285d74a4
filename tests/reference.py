"""The engine's answers computed again in plain Python, from the rows of a `derived.World`. Shares no code with it."""

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from derived import World

from streams.simulator.flow import days_per_week

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Seen:
    """An observation."""

    service: str | None
    source: str
    at: datetime
    value: float
    ref: str


def observations(world: World, metric: str) -> list[Seen]:
    """In production, whatever the time."""
    return list(_OBSERVERS[metric](world))


def _production(world: World) -> Iterator[dict[str, Any]]:
    return (row for row in world.deployments if row["environment"] != "staging")


def _succeeded(
    value: Callable[[dict[str, Any]], float], where: Callable[[dict[str, Any]], bool] = lambda row: True
) -> Callable[[World], Iterator[Seen]]:
    def observe(world: World) -> Iterator[Seen]:
        for row in _production(world):
            if row["first_success_at"] and where(row):
                yield Seen(row["service"], row["source"], row["first_success_at"], value(row), row["deployment"])

    return observe


def _lead(world: World) -> Iterator[Seen]:
    for row in world.contained:
        taken = (row["at"] - row["committed_at"]).total_seconds()
        if row["environment"] != "staging" and row["counted"] and taken >= 0:
            yield Seen(row["service"], row["source"], row["at"], taken, row["sha"])


def _recovery(world: World) -> Iterator[Seen]:
    for row in _production(world):
        if row["failed"] and row["recovered_at"] and row["first_success_at"]:
            taken = (row["recovered_at"] - row["first_success_at"]).total_seconds()
            if taken >= 0:
                yield Seen(row["service"], row["source"], row["recovered_at"], taken, row["deployment"])


def _rollouts(world: World) -> Iterator[Seen]:
    for row in _production(world):
        at = row["first_success_at"] or row["last_failure_at"]
        yield Seen(row["service"], row["source"], at, float(bool(row["first_success_at"])), row["deployment"])


def _restored(world: World) -> Iterator[Seen]:
    for row in world.incidents:
        if row["resolved_at"]:
            taken = (row["resolved_at"] - row["opened_at"]).total_seconds()
            yield Seen(row["service"], "pagerduty", row["resolved_at"], taken, row["incident"])


def _stage(first: str, last: str) -> Callable[[World], Iterator[Seen]]:
    """From one moment of a pull request to another; both must be known."""

    def observe(world: World) -> Iterator[Seen]:
        for pull in world.pulls:
            times = pull | {"asked_at": pull["ready_at"] or pull["opened_at"]}
            shas = [row for row in world.commits if row["sha"].startswith(f"{pull['head_branch']}-")]
            times["first_commit_at"] = min((row["committed_at"] for row in shas), default=None)
            if times[first] and times[last] and times[last] >= times[first]:
                taken = (times[last] - times[first]).total_seconds()
                yield Seen(_service(pull), "github", times[last], taken, f"{pull['repository']}#{pull['number']}")

    return observe


def _service(pull: dict[str, Any]) -> str:
    return pull["repository"].removeprefix("acme/")


def _deployed(world: World) -> Iterator[Seen]:
    for pull in world.pulls:
        for row in world.contained:
            if row["sha"] == pull["merge_sha"] and row["environment"] != "staging" and row["at"] >= pull["merged_at"]:
                taken = (row["at"] - pull["merged_at"]).total_seconds()
                ref = f"{pull['repository']}#{pull['number']}"
                yield Seen(row["service"], row["source"], row["at"], taken, ref)


def _batches(world: World) -> Iterator[Seen]:
    for row in _production(world):
        if row["first_success_at"] and row["shipped"]:
            yield Seen(row["service"], row["source"], row["first_success_at"], float(row["shipped"]), row["deployment"])


_OBSERVERS: dict[str, Callable[[World], Iterator[Seen]]] = {
    "deployment_frequency": _succeeded(lambda row: 1.0),
    "change_lead_time": _lead,
    "change_fail_rate": _succeeded(lambda row: float(row["failed"]), lambda row: not row["rollback"]),
    "failed_deployment_recovery_time": _recovery,
    "deployment_rework_rate": _succeeded(lambda row: float(row["remediation"] is not None)),
    "deployment_success_rate": _rollouts,
    "time_to_restore": _restored,
    "deployment_days_per_week": _succeeded(lambda row: 1.0),
    "batch_size": _batches,
    "coding": _stage("first_commit_at", "asked_at"),
    "pickup": _stage("asked_at", "reviewed_at"),
    "review": _stage("reviewed_at", "approved_at"),
    "merge": _stage("approved_at", "merged_at"),
    "deploy": _deployed,
}


def keys_of(world: World, seen: Seen, by: str) -> set[str]:
    """The slices that an observation belongs to."""
    if by == "org":
        return {"org"}
    if by == "source":
        return {seen.source}
    if seen.service is None:
        return set()
    service = next(row for row in world.services if row["service"] == seen.service)
    if by == "team":
        above = {row["team"] for row in world.teams if row["member"] == service["team"]}
        return above or {"(no team)"}
    return {seen.service if by == "service" else service[by] or f"(no {by})"}


def sliced(world: World, metric: str, by: str) -> dict[str, list[Seen]]:
    """Observations by slice; an incident counts once in each."""
    found: dict[str, dict[Any, Seen]] = defaultdict(dict)
    for number, seen in enumerate(observations(world, metric)):
        for key in keys_of(world, seen, by):
            found[key].setdefault(seen.ref if metric == "time_to_restore" else number, seen)
    return {key: list(rows.values()) for key, rows in found.items()}


def label(at: datetime, bucket: str, zone: ZoneInfo) -> date:
    """The first day of the bucket, on the calendar of the zone."""
    day = at.astimezone(zone).date()
    return {
        "day": day,
        "week": day - DAY * day.weekday(),
        "month": day.replace(day=1),
        "quarter": date(day.year, 1 + 3 * ((day.month - 1) // 3), 1),
    }[bucket]


def aggregate(rows: list[Seen], statistic: str, since: datetime, until: datetime) -> float | None:
    """None of nothing."""
    values, days = [seen.value for seen in rows], (until - since) / DAY
    if not values:
        return None
    if statistic == "days_per_week":
        return days_per_week([seen.at for seen in rows], since, until)
    if statistic == "weekly_average":
        first, last = (moment.date() for moment in (since, until - timedelta(microseconds=1)))
        return len(values) // (((last - DAY * last.weekday()) - (first - DAY * first.weekday())).days // 7 + 1)
    if statistic == "per_day":
        return len(values) / days
    if statistic == "count":
        return len(values)
    if statistic == "mean":
        return statistics.fmean(values)
    if statistic == "p50":
        return statistics.median(values)
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[int(statistic[1:]) - 1]
