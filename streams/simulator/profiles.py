"""How teams behave: from Elite to Low, steady, worsening or improving over the last quarter."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

TREND = timedelta(days=90)
DAY_START, DAY_END = 9, 18
"""Local working hours, Monday to Friday."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Means and shares that shape a team's events. Hours unless the name says otherwise."""

    changes_per_day: float
    """Changes begun per working day and repository."""
    commits: float
    """Mean commits per change."""
    coding: float
    """Working hours from a change's first commit to its last."""
    review: float
    """Working hours from opening a pull request to merging it."""
    pipeline: float
    """From merge to the start of the rollout, and again for the rollout itself."""
    failing: float
    """Share of production deployments that go wrong."""
    stuck: float
    """Share of rollouts that don't come up at the first try."""
    detect: float
    """From a bad deployment to somebody noticing."""
    restore: float
    """From noticing to restored service."""
    incidents_per_month: float
    """Incidents per service that no deployment caused."""

    def towards(self, other: "Profile", share: float) -> "Profile":
        """The profile `share` (0-1) of the way to `other`."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return Profile(**{k: v + (getattr(other, k) - v) * share for k, v in values.items()})


ELITE = Profile(1.8, 1.4, 0.2, 0.2, 0.12, 0.06, 0.03, 0.1, 0.5, 0.3)
HIGH = Profile(0.9, 2.0, 2.0, 2.5, 0.3, 0.14, 0.05, 0.5, 4.0, 0.4)
MEDIUM = Profile(0.5, 2.6, 8.0, 9.0, 0.7, 0.24, 0.08, 2.0, 30.0, 0.6)
LOW = Profile(0.16, 4.0, 20.0, 24.0, 1.5, 0.42, 0.14, 5.0, 150.0, 0.9)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """A team's profile over time: `before`, drifting to `after` during the last 90 days."""

    before: Profile
    after: Profile

    def at(self, now: datetime, end: datetime) -> Profile:
        share = 1 - (end - now) / TREND
        return self.before if share <= 0 else self.before.towards(self.after, min(share, 1.0))


BEHAVIOURS = {
    "elite": Behaviour(ELITE, ELITE),
    "high": Behaviour(HIGH, HIGH),
    "worsening": Behaviour(HIGH, LOW),
    "improving": Behaviour(MEDIUM, HIGH),
    "medium": Behaviour(MEDIUM, MEDIUM),
    "low": Behaviour(LOW, LOW),
}


def working_delay(now: datetime, seconds: float, offset_hours: int) -> int:
    """Seconds on the wall until `seconds` of working time have passed, for people at UTC+`offset_hours`."""
    local = now + timedelta(hours=offset_hours)
    moment = local
    while True:
        begin = moment.replace(hour=DAY_START, minute=0, second=0, microsecond=0)
        end = begin.replace(hour=DAY_END)
        moment = max(moment, begin)
        left = (end - moment).total_seconds() if moment.weekday() < 5 else 0.0
        if seconds < left:
            return int((moment - local).total_seconds() + seconds)
        seconds -= max(left, 0.0)
        moment = begin + timedelta(days=1)
