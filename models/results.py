"""The shapes of the read API's answers, as dashboards, the CLI and reports get them (INTERFACE.md).

Durations are seconds, ratios 0–1, times aware. Fields are a promise: users script against them.
"""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Better = Literal["higher", "lower"]
Aggregate = Literal["count_per_day", "count", "days_per_week", "median", "mean"]
Unit = Literal["per day", "per week", "days per week", "count", "commits", "seconds", "ratio"]
"""`count`: how many things, without a unit of their own."""
Slice = Literal["org", "domain", "system", "team", "service", "tier", "source"]
BucketSize = Literal["none", "day", "week", "month", "quarter"]

NO_BAND = "no band"
"""The band of a value that a ladder can't order (dora-2024's change fail rate)."""


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class MetricInfo(Answer):
    """What `GET /metrics` says of a metric: the header of its file."""

    name: str
    title: str
    question: str
    unit: Unit
    """Of the metric's own statistic."""
    observation_unit: Unit
    """Of an observation's value, as the evidence shows it: undeployed changes are counted, each has an age."""
    aggregate: Aggregate
    statistics: list[str]
    """What `statistic` may be; the first is the metric's own."""
    better: Better
    band: str | None
    """The key in the ladder; None: the metric has no bands."""
    ladder: str
    """The ladder that bands are read from where a question names none."""
    ladders: list[str]
    """Every ladder that `ladder` may name."""
    profile: str
    """The definition profile where a question names none."""
    profiles: dict[str, str]
    """Every profile that `profile` may name → what the metric is under it, in words."""
    description: str


class MetricList(Answer):
    metrics: list[MetricInfo]


class MetricResult(Answer):
    """One value: of a slice, and of a bucket where one was asked for."""

    key: str
    """The slice's name; `org` for all; `(no team)` and the like for services that have none."""
    at: datetime | None
    """Where the whole bucket begins, which may be before `since`; None without buckets."""
    value: float | None
    """None where n = 0, and then `reason` says why."""
    n: int
    """How many observations."""
    numerator: float | None
    """Count and mean: the (weighted) sum of the values; None for a median or percentile."""
    denominator: float | None
    """Count: days; mean: the (weighted) number of observations; None for a median or percentile."""
    band: str | None
    """Elite, High, Medium, Low; `no band` where the ladder can't order values; None where there is nothing to judge."""
    previous: float | None
    """The value of the window of equal length before; with buckets, of the bucket before."""
    change: float | None
    """(value − previous) ÷ previous; None where either is missing or previous is 0."""
    reason: str | None
    """Why there is no value, in words that a person can act on."""


class MetricAnswer(Answer):
    """The answer of `GET /metrics/{name}`. The window is half open: [since, until)."""

    metric: str
    unit: Unit
    """Of the values: the metric's, unless the statistic or the profile has another."""
    since: datetime
    until: datetime
    by: str
    bucket: str
    statistic: str
    profile: str
    ladder: str
    results: list[MetricResult]


class EvidenceRow(Answer):
    """One observation: a thing that happened, with its place."""

    service: str | None
    at: datetime
    value: float
    weight: float
    ref: str
    """The sender's id of the deployment or incident, or the commit's SHA."""
    url: str | None
    because: str
    """Why it counts as it does, in words."""


class EvidencePage(Answer):
    rows: list[EvidenceRow]
    next: str | None
    """The cursor of the next page; None on the last."""


class Page(Answer):
    """Any other list: rows as JSON objects."""

    rows: list[dict[str, Any]]
    next: str | None


class Problem(BaseModel):
    """An error as RFC 9457 has it, with what to do about it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    hint: str = ""
