"""A query whose names and dates were checked, with what its SQL binds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from models.errors import BadQueryError
from models.settings import Settings
from warehouse.metrics.bands import ladder
from warehouse.metrics.compose import ENGINE, slicing
from warehouse.metrics.definitions import Definition, definitions, no_metric, quantile
from warehouse.metrics.names import known_names
from warehouse.metrics.observed import bindings, needs
from warehouse.metrics.observed import statistic as own_statistic
from warehouse.metrics.profiles import Profile, profile
from warehouse.metrics.query import MetricQuery, Scope
from warehouse.metrics.windows import Bucket, slots, window

Parts = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about one metric."""

    definition: Definition
    query: MetricQuery
    since: datetime
    until: datetime
    statistic: str
    ladder: str
    profile: str
    choices: Profile
    environment: str | None
    values: Mapping[str, Any]

    @property
    def slices(self) -> Parts:
        """From `chosen` to `sliced`."""
        narrowed = any(self.values[name] is not None for name in Scope.model_fields)
        return slicing(self.query.by, narrowed)


@dataclass(frozen=True, slots=True)
class Cut:
    """How a window is cut: what the SQL binds, and the file that finds each moment's bucket."""

    values: Mapping[str, Any]
    placed: str


def ask(
    cursor: duckdb.DuckDBPyConnection, settings: Settings, now: datetime, name: str, query: MetricQuery
) -> Question:
    """Checks a query about the metric `name`. Raises BadQueryError naming the choices."""
    if name not in definitions():
        raise no_metric(name)
    definition = definitions()[name]
    named = query.profile or settings.profile
    choices = profile(named)
    statistic = "p50" if query.statistic == "median" else query.statistic or own_statistic(definition, choices)
    if statistic not in definition.statistics:
        raise BadQueryError(f"{name} has no statistic {statistic!r}", f"one of: {', '.join(definition.statistics)}")
    since, until = window(query.since, query.until, now, ZoneInfo(settings.timezone))
    rungs = query.ladder or settings.ladder
    ladder(rungs)
    names = known_names(cursor, query)
    environment = names["environment"]
    values = {
        **{each: names[each] for each in Scope.model_fields},
        "environment": environment,
        "needs": needs(definition, choices),
        "quantile": quantile(statistic),
        "timezone": settings.timezone,
        **bindings(choices),
        "began": since,
        "until": until,
    }
    return Question(definition, query, since, until, statistic, rungs, named, choices, environment, values)


def into_buckets(cut: list[Bucket]) -> Cut:
    """Binds buckets, as `windows.buckets` gives them."""
    fine = slots(cut)
    edges = fine.firsts if fine else [0] * (len(cut) + 1)
    values = {
        "since": cut[0].start,
        "until": cut[-1].end,
        "starts": [each.start for each in cut],
        "ends": [each.end for each in cut],
        "days": [each.days for each in cut],
        "slots": edges[:-1],
        "end_slots": edges[1:],
        "origin": fine.origin if fine else 0,
        "size": fine.size if fine else 1,
    }
    return Cut(values, f"{ENGINE}/placed/{'slots' if fine else 'search'}")
