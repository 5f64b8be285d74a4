"""Windows and buckets: half open, cut in the reporting time zone, given as UTC.

A bucket's days are those of the calendar on the wall: a day on which clocks change is one day.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import gcd
from zoneinfo import ZoneInfo

from models.errors import BadQueryError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DEFAULT_DAYS = 90
MOST_BUCKETS = 5_000
MOST_SLOTS = 100_000
_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_AGO = re.compile(r"(\d{1,5})\s*(mo|[hdwy])")
_SPACED_OFFSET = re.compile(r"(T[\d:.]+) (\d\d:?\d\d)$")
_DAYS = {"d": 1, "w": 7}
_MONTHS = {"mo": 1, "y": 12}


@dataclass(frozen=True, slots=True)
class Bucket:
    """[start, end) in UTC, as far as it lies in the window; `days` on the calendar."""

    at: datetime
    """Where the whole bucket begins; the window may begin later."""
    start: datetime
    end: datetime
    days: float


def parse_moment(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """`2026-03-01` (midnight in the zone), RFC 3339, or a span ago: `30d`, `12w`, `6mo`, `1y`, `36h` → UTC.

    Raises BadQueryError. A `+` that a URL turned into a space is understood.
    """
    text = text.strip()
    if ago := _AGO.fullmatch(text):
        return _back(now, int(ago[1]), ago[2], zone)
    try:
        moment = datetime.fromisoformat(_SPACED_OFFSET.sub(r"\1+\2", text))
    except ValueError:
        raise BadQueryError(
            f"{text!r} is no date", "write 2026-03-01, 2026-03-01T12:00:00Z, or a span ago such as 30d, 12w, 6mo"
        ) from None
    return _utc(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def _back(now: datetime, many: int, unit: str, zone: ZoneInfo) -> datetime:
    try:
        wall = _wall(now, zone)
        if unit == "h":  # as it passed, whatever clocks showed
            return now - timedelta(hours=many)
        if unit in _DAYS:
            return _from_wall(wall - timedelta(days=many * _DAYS[unit]), zone)
        return _from_wall(_add_months(wall, -many * _MONTHS[unit]), zone)
    except (OverflowError, ValueError):
        raise BadQueryError(
            f"{many}{unit} before {now.isoformat()} lies outside all dates", "name a shorter span, or another end"
        ) from None


def window(since: str | None, until: str | None, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """[since, until): by default the 90 days up to `until`, which is now by default. Raises BadQueryError."""
    end = parse_moment(until, now, zone) if until else now
    start = parse_moment(since, now, zone) if since else _back(end, DEFAULT_DAYS, "d", zone)
    if start >= end:
        raise BadQueryError(
            f"the window is empty: it begins {start.isoformat()} and ends {end.isoformat()}",
            "`since` must lie before `until`",
        )
    return start, end


def buckets(since: datetime, until: datetime, size: str, zone: ZoneInfo, week_shift: int = 0) -> list[Bucket]:
    """The bucket (or window) before, then those of [since, until), the first and last as far as they lie in it.

    Weeks begin `week_shift` days before Monday. Raises BadQueryError where they would be too many.
    """
    try:
        first, last = _wall(since, zone), _wall(until, zone)
        if size == "none":
            # of what is shorter than a day, a clock that is set back or forth shows too little or too much
            whole = last - first >= _DAY
            before = _from_wall(first - (last - first), zone) if whole else since - (until - since)
            days = (last - first if whole else until - since) / _DAY
            return [Bucket(before, before, since, days), Bucket(since, since, until, days)]
        start = _floor(first, size, week_shift)
        walls = [_step(start, size, back=True), start]
        cuts = [_from_wall(wall, zone) for wall in walls]
        while cuts[-1] < until:
            walls.append(_step(walls[-1], size))
            cuts.append(_from_wall(walls[-1], zone))
            if len(cuts) > MOST_BUCKETS:
                raise BadQueryError(f"more than {MOST_BUCKETS} buckets", "take a larger bucket or a shorter window")
    except OverflowError:
        raise BadQueryError(
            "the window, or the one before it, lies outside all dates", "name a window that lies in between"
        ) from None
    # a day on which clocks change at midnight begins at one, and is a day
    shown = [max(walls[1], first), *walls[2:-1], min(walls[-1], last)]
    inside = [
        Bucket(a, max(a, since), min(b, until), _days(upper - lower, min(b, until) - max(a, since)))
        for (a, b), (lower, upper) in zip(pairwise(cuts[1:]), pairwise(shown), strict=True)
    ]
    return [Bucket(cuts[0], cuts[0], cuts[1], (walls[1] - walls[0]) / _DAY), *inside]


def _days(shown: timedelta, passed: timedelta) -> float:
    """Of a bucket or a part of one: what the clock on the wall showed, or where that is less than a day what passed."""
    return (shown if shown >= _DAY else min(passed, _DAY)) / _DAY


@dataclass(frozen=True, slots=True)
class Slots:
    """Equal steps from the first bucket on, so fine that every bucket begins with one: a moment finds its bucket by
    division. `size` and `origin` are microseconds (of the epoch); bucket i has the slots [firsts[i], firsts[i + 1])."""

    origin: int
    size: int
    firsts: list[int]


def slots(cut: list[Bucket]) -> Slots | None:
    """The slots of `buckets`, the window's edges aside; None where they would be too many (clocks once differed by odd
    seconds, and a window across a change of clocks is an hour longer than the one before)."""
    starts = [(each.start - EPOCH) // _MICROSECOND for each in cut]
    ends = [(each.end - EPOCH) // _MICROSECOND for each in cut]
    # a window may begin after its first bucket does: what lies between is in no bucket, whatever its slot
    edges = [starts[0], ends[0], *starts[2:], ends[-1]]
    inner = [edge - edges[0] for edge in edges[1:-1]]
    size = gcd(*inner)
    last = -(-(edges[-1] - edges[0]) // size)
    if last > MOST_SLOTS:
        return None
    return Slots(edges[0], size, [0, *(each // size for each in inner), last])


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise BadQueryError(
            f"{moment.isoformat()} lies outside all dates", "name one between the years 1 and 9999, in UTC too"
        ) from None


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """What a clock on the wall shows, without a zone."""
    return moment.astimezone(zone).replace(tzinfo=None)


def _from_wall(wall: datetime, zone: ZoneInfo) -> datetime:
    return wall.replace(tzinfo=zone).astimezone(UTC)


def _floor(wall: datetime, size: str, week_shift: int) -> datetime:
    day = wall.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if size == "week":
        return day - timedelta(days=(day.weekday() + week_shift) % 7)
    if size == "month":
        return day.replace(day=1)
    if size == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day


def _step(wall: datetime, size: str, back: bool = False) -> datetime:
    sign = -1 if back else 1
    if size in ("month", "quarter"):
        return _add_months(wall, sign * (3 if size == "quarter" else 1))
    return wall + timedelta(days=sign * (7 if size == "week" else 1))


def _add_months(wall: datetime, months: int) -> datetime:
    """The same day some months on, or that month's last. Raises OverflowError outside the calendar."""
    year, month = divmod(wall.year * 12 + wall.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError(f"year {year}")
    first = wall.replace(year=year, month=month + 1, day=1)
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return first.replace(day=min(wall.day, (following - timedelta(days=1)).day))
