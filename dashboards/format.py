"""The one number format: 3 d 4 h, 12 %, 1.4 per day. Seconds, ratios 0–1 and counts in, words for people out.

A value and its unit are joined by a no-break space, so that they never part at the end of a line.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo

import humanize

NBSP = "\u00a0"
MINUS = "\u2212"
NONE = "–"
SMALL_N = 10
"""Fewer observations than this are read with care."""
CARE = "read with care"

SECOND, MINUTE, HOUR, DAY, WEEK, MONTH = 1, 60, 3600, 86_400, 604_800, 2_630_016
"""Seconds; a month is 30.44 days, as in METRICS.md."""
_UNITS = ((DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s"))
_TICKS = {
    SECOND: "1 s", 10: "10 s", MINUTE: "1 min", 5 * MINUTE: "5 min", 15 * MINUTE: "15 min", HOUR: "1 h",
    4 * HOUR: "4 h", 12 * HOUR: "12 h", DAY: "1 d", 3 * DAY: "3 d", WEEK: "1 w", 2 * WEEK: "2 w", MONTH: "1 month",
    3 * MONTH: "3 months", 12 * MONTH: "1 year",
}  # fmt: skip

_STEPS = (
    1, 5, 10, 30, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR,
    6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 5 * DAY, 10 * DAY, 20 * DAY, 50 * DAY, 100 * DAY, 365 * DAY,
)  # fmt: skip


def value(number: float | None, unit: str) -> str:
    """A metric's value with its unit (models.results.Unit); a dash where there is none."""
    return NONE if number is None else VALUES[unit](number)


def duration(seconds: float) -> str:
    """The two largest units that matter: 38 s, 12 min, 3 h 20 min, 3 d 4 h, 45 d."""
    left = round(abs(seconds))
    sign = MINUS if seconds < 0 and left else ""
    position = next((i for i, (size, _) in enumerate(_UNITS) if left >= size), None)
    if position is None:
        return f"0{NBSP}s"
    size, name = _UNITS[position]
    whole, rest = divmod(left, size)
    text = f"{sign}{whole}{NBSP}{name}"
    # A second unit says nothing beside ten or more of the first, nor seconds beside minutes.
    if whole >= 10 or size <= MINUTE:
        return text
    smaller, short = _UNITS[position + 1]
    part = rest // smaller
    return f"{text} {part}{NBSP}{short}" if part else text


def percent(ratio: float) -> str:
    """12 %, 0.4 % below one percent; 99.9 % is not all."""
    share = ratio * 100
    if 99 < share < 100:
        share = min(share, 99.9)
    digits = 1 if 0 < abs(share) < 1 or 99 < share < 100 else 0
    return f"{share:.{digits}f}{NBSP}%".replace("-", MINUS)


def _per(span: str) -> Callable[[float], str]:
    """1.4 per day, 0.04 per day."""
    return lambda number: f"{figure(number)} per{NBSP}{span}"


def commits(number: float) -> str:
    """3 commits, 2.5 commits"""
    return f"{figure(number)}{NBSP}{'commit' if number == 1 else 'commits'}"


def days_per_week(number: float) -> str:
    """3 days per week"""
    return f"{figure(number)}{NBSP}{'day' if number == 1 else 'days'} per{NBSP}week"


VALUES: Mapping[str, Callable[[float], str]] = {
    "seconds": lambda seconds: duration(seconds), "ratio": percent, "per day": _per("day"), "per week": _per("week"),
    "days per week": days_per_week, "count": lambda number: figure(number), "commits": commits,
}  # fmt: skip
"""Unit → how a number of it is written."""


def figure(number: float) -> str:
    """Two figures that matter below ten, whole numbers with thousands apart above."""
    if abs(number) >= 10 or number == 0:
        return count(round(number))
    return f"{number:.2g}"


def count(number: int) -> str:
    """12,345."""
    return humanize.intcomma(number)


def plural(number: int, noun: str) -> str:
    """1 deployment, 2 recoveries."""
    many = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count(number)}{NBSP}{noun if number == 1 else many}"


def change(now: float | None, before: float | None, unit: str) -> str:
    """How far a value moved: in points for ratios (+9 points), relative for everything else (−31 %, 12 times)."""
    if now is None or before is None:
        return ""
    if unit == "ratio":
        points = round((now - before) * 100, 1 if abs(now - before) < 0.01 else 0)
        return f"{_signed(points)}{NBSP}{'point' if abs(points) == 1 else 'points'}"
    if before == 0:
        return "from none"
    if now / before > 10:
        return f"{round(now / before):,}{NBSP}times"
    return f"{_signed(round((now - before) / before * 100))}{NBSP}%"


def _signed(number: float) -> str:
    sign = "+" if number > 0 else MINUS if number < 0 else "±"
    return f"{sign}{abs(number):g}"


def sample(n: int, what: str = "") -> str:
    """n = 412; a small one says so."""
    text = f"n{NBSP}={NBSP}{count(n)}{' ' + what if what else ''}"
    return f"{text}: {CARE}" if 0 < n < SMALL_N else text


def statistic(name: str) -> str:
    """p50 → median, p90 → 90th percentile, mean → mean."""
    if name == "p50":
        return "median"
    return f"{name[1:]}th percentile" if name[:1] == "p" and name[1:].isdigit() else name.replace("_", " ")


def safe_url(url: str | None) -> str | None:
    """A sender's address where it is one that a browser only opens; None for anything else (javascript: …)."""
    return url if url and url.startswith(("https://", "http://")) else None


def moment(at: datetime | None, zone: tzinfo = UTC) -> str:
    """24 Nov 2026, 14:03 UTC."""
    return NONE if at is None else f"{at.astimezone(zone):%-d %b %Y, %H:%M %Z}"


def since(at: datetime | None, now: datetime | None = None) -> str:
    """How long ago, as a duration: 3 d 4 h."""
    return NONE if at is None else duration(((now or datetime.now(UTC)) - at).total_seconds())


def listed(names: Sequence[str]) -> str:
    """pickup, review and merge"""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def day(at: datetime) -> str:
    """24 Nov 2026."""
    return f"{at:%-d %b %Y}"


def tick(at: datetime, bucket: str) -> str:
    """A bucket's place on an axis: 24 Nov, Nov 2026, Q4 2026."""
    if bucket == "quarter":
        return f"Q{(at.month + 2) // 3} {at:%Y}"
    return f"{at:%b %Y}" if bucket == "month" else f"{at:%-d %b}"


def ago(at: datetime, now: datetime | None = None) -> str:
    """3 minutes ago."""
    return humanize.naturaltime((now or datetime.now(UTC)) - at)


def ticks(low: float, high: float) -> dict[int, str]:
    """Round durations from below `low` to above `high` (seconds) with their words, for an axis: 1 h, 1 d, 1 w."""
    inside = {seconds: text for seconds, text in _TICKS.items() if low * 0.8 <= seconds <= high * 1.25}
    return inside or {round(low): duration(low)}


def steps(high: float) -> dict[int, str]:
    """Durations from 0 to about `high` (seconds) in four to six equal steps, with their words, for an axis."""
    step = next((each for each in _STEPS if high / each <= 5), _STEPS[-1])
    return {0: "0"} | {step * i: duration(step * i) for i in range(1, int(high // step) + 2)}
