"""What the commands that read have in common: which services, and numbers as people write them."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import humanize
import typer

from models.results import BucketSize, Slice
from streams.output import Format

ServiceOption = Annotated[str | None, typer.Option(help="Only this service.")]
TeamOption = Annotated[str | None, typer.Option(help="Only this team's services, and those of groups below it.")]
SystemOption = Annotated[str | None, typer.Option(help="Only this system's services.")]
DomainOption = Annotated[str | None, typer.Option(help="Only this domain's services.")]
TierOption = Annotated[str | None, typer.Option(help="Only services of this tier.")]
SinceOption = Annotated[str | None, typer.Option(help="ISO 8601, or a span ago: 30d, 12w, 6mo. Default 90d.")]
UntilOption = Annotated[str | None, typer.Option(help="The window's end, not in it. Default now.")]
EnvironmentOption = Annotated[str | None, typer.Option(help="An environment's name. Default: production.")]
StatisticOption = Annotated[str | None, typer.Option(help="p50, p75, p90, p95, mean … Default: the metric's own.")]
LadderOption = Annotated[str | None, typer.Option(help="The ladder of bands.")]
ProfileOption = Annotated[str | None, typer.Option(help="The definition profile: devlake-2023, fourkeys, gitlab …")]
LimitOption = Annotated[int, typer.Option(min=1, max=2**31 - 1, help="How many rows.")]
ByOption = Annotated[Slice, typer.Option(help="Slice by this.")]
BucketOption = Annotated[BucketSize, typer.Option(help="A value for each of these.")]

FOR_PEOPLE = frozenset({Format.TABLE, Format.MARKDOWN})
"""Formats in which numbers are worded; the others give seconds, ratios and RFC 3339."""


SUPPRESSED = ("months", "years")
SHORT = {"day": "d", "hour": "h", "minute": "min", "second": "s"}
_UNIT = re.compile(r"(day|hour|minute|second)s?")


def worded(value: float | None, unit: str) -> str:
    """`3 d 4 h`, `12 %`, `1.4 per day`, `17 commits`; empty where there is no value."""
    if value is None:
        return ""
    if unit == "seconds":
        return duration(value)
    if unit == "ratio":
        return f"{value * 100:.3g} %"
    if unit == "commits" and value == 1:
        return "1 commit"
    return f"{value:,.0f}" if unit == "count" else f"{value:,.3g} {unit}"


def duration(seconds: float) -> str:
    """The two units that matter: `3 d 4 h`, `4 h 20 min`, `5 min 10 s`."""
    size = "seconds" if abs(seconds) < 3600 else "minutes" if abs(seconds) < 86_400 else "hours"
    text = humanize.precisedelta(timedelta(seconds=seconds), minimum_unit=size, format="%d", suppress=SUPPRESSED)
    return _UNIT.sub(lambda found: SHORT[found[1]], text).replace(" and ", " ").replace(",", "")


def moment(at: datetime | str | None, zone: str = "UTC") -> str:
    """A time to the minute, in the zone; empty where there is none."""
    if at is None:
        return ""
    known = datetime.fromisoformat(at) if isinstance(at, str) else at
    return f"{known.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def change(ratio: float | None, better: str) -> str:
    """`-31 % (better)`; empty where there is nothing to compare."""
    if ratio is None:
        return ""
    if abs(ratio) < 0.005:
        return "0 %"
    return f"{ratio * 100:+.0f} % ({'better' if (ratio > 0) == (better == 'higher') else 'worse'})"


def without_empty(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row's lists and nothings as a table shows them."""
    return {
        name: ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else value
        for name, value in row.items()
    }
