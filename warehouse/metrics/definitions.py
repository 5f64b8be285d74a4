"""Metrics are found by their file: `sql/metrics/NAME.sql`, a header of `-- key: value` lines and a query.

The query gives observations, exactly the columns `COLUMNS`. A line that begins with `--   ` continues the one above.
"""

import re
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from models.errors import BadQueryError, LeadlineError
from models.results import Aggregate, Better, Unit
from warehouse import sql

COLUMNS = ("service", "source", "environment", "production", "at", "value", "weight", "ref", "url", "because")
"""`at` places an observation in a window; `value` is in the metric's unit; `production` and `environment` filter."""

Needs = Literal[
    "deployments", "changes", "rollouts", "commits", "requests", "failures", "incidents", "pull_requests", "waiting"
]
"""What a metric is made of, and so what the reason speaks of where there is none."""

OWN_STATISTIC: dict[Aggregate, str] = {
    "count_per_day": "per_day", "count": "count", "days_per_week": "days_per_week", "median": "p50", "mean": "mean",
}  # fmt: skip
STATISTIC_UNITS: dict[str, Unit] = {
    "per_day": "per day", "days_per_week": "days per week", "weekly_average": "per week", "count": "count",
}  # fmt: skip
"""Of the statistics that don't have the observations' own."""
_KEY = re.compile(r"^-- ([a-z]+): (.*)$")
_MORE = re.compile(r"^--   (.*)$")


class Definition(BaseModel):
    """A metric's header. Every key is required, none other is known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    question: str
    unit: Unit
    """Of an observation's value."""
    aggregate: Aggregate
    statistics: tuple[str, ...]
    better: Better
    band: str | None
    needs: Needs
    once: Literal["ref"] | None
    """`ref`: what has several rows, one per service, counts once in a slice."""
    description: str

    @field_validator("statistics", mode="before")
    @classmethod
    def _listed(cls, value: str) -> list[str]:
        return [part.strip() for part in value.split(",")]

    @field_validator("band", "once", mode="before")
    @classmethod
    def _none(cls, value: str) -> str | None:
        return None if value == "none" else value

    @model_validator(mode="after")
    def _own_first(self) -> "Definition":
        if self.statistics[0] != OWN_STATISTIC[self.aggregate]:
            raise ValueError(f"the first statistic of a {self.aggregate} is {OWN_STATISTIC[self.aggregate]}")
        for statistic in self.statistics:
            if statistic not in (*STATISTIC_UNITS, "mean") and quantile(statistic) is None:
                raise ValueError(f"unknown statistic {statistic}")
        return self

    def unit_of(self, statistic: str) -> Unit:
        """The unit of a statistic of the observations."""
        return STATISTIC_UNITS.get(statistic, self.unit)


def quantile(statistic: str) -> float | None:
    """`p75` → 0.75, `min` → 0, `max` → 1; None for what is no quantile."""
    if statistic in ("min", "max"):
        return float(statistic == "max")
    found = re.fullmatch(r"p(\d{1,2})", statistic)
    return int(found[1]) / 100 if found else None


def parse_header(name: str, text: str) -> Definition:
    """The header of a metric file. Raises LeadlineError where a key is missing, unknown, said twice or wrong."""
    values: dict[str, str] = {}
    last = ""
    for line in text.splitlines():
        if found := _KEY.match(line):
            last = found[1]
            if last in values:
                raise LeadlineError(f"metric {name}: the header says `{last}` twice")
            values[last] = found[2].strip()
        elif (more := _MORE.match(line)) and last:
            values[last] += " " + more[1].strip()
        else:
            break
    try:
        return Definition.model_validate({"name": name, **values})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise LeadlineError(f"metric {name}: header {where}: {first['msg']}") from None


def no_metric(name: str) -> BadQueryError:
    """What asking for a metric that isn't there is answered with: the choices."""
    return BadQueryError(f"there is no metric {name!r}", f"one of: {', '.join(definitions())}", status=404)


@cache
def definitions() -> dict[str, Definition]:
    """Every metric by name. Raises LeadlineError where a header is wrong."""
    return {name: parse_header(name, sql.load(f"metrics/{name}")) for name in sql.names("metrics")}
