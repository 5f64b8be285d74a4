"""A metric's trend: the questions behind it, and its rows as the chart wants them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import polars as pl

from dashboards import charts, data, format
from models.results import MetricAnswer, MetricInfo, MetricResult

SPREAD = ("p10", "p25", "p75", "p90")
"""The distribution beside a median: whisker, box, box, whisker."""
SCHEMA = {
    "at": pl.Datetime("us"), "day": pl.String, "label": pl.String, "tick": pl.String,
    "value": pl.Float64, "shown": pl.String, "n": pl.Int64, **dict.fromkeys(SPREAD, pl.Float64),
    "middle": pl.String, "spread": pl.String,
    "low": pl.Float64, "high": pl.Float64, "range": pl.String,
}  # fmt: skip


def read(
    metric: MetricInfo, asked: Mapping[str, str], bucket: str
) -> tuple[MetricAnswer, MetricAnswer, dict[str, MetricAnswer]]:
    """The value of the window, its buckets, and the buckets' distribution by statistic where the metric has one."""
    path = f"/metrics/{metric.name}"
    spread = SPREAD if set(SPREAD) <= set(metric.statistics) else ()
    asked_for = [asked, {**asked, "bucket": bucket}, *({**asked, "bucket": bucket, "statistic": s} for s in spread)]
    whole, series, *rest = data.metrics([data.question(path, **each) for each in asked_for])
    return whole, series, dict(zip(spread, rest, strict=True))


def rows(metric: MetricInfo, series: MetricAnswer, spread: Mapping[str, MetricAnswer]) -> pl.DataFrame:
    """One row per bucket, as `charts.trend` reads it."""
    # By day: the first bucket begins with the window, which moves between two questions.
    quantiles = {
        name: {data.local(each.at).date(): each.value for each in answer.results if each.at}
        for name, answer in spread.items()
    }
    found = [_row(metric, each, data.local(each.at), quantiles, series.bucket) for each in series.results if each.at]
    return pl.DataFrame(found, schema=SCHEMA)


def _row(
    metric: MetricInfo,
    each: MetricResult,
    at: datetime,
    quantiles: Mapping[str, Mapping[date, float | None]],
    bucket: str,
) -> dict[str, Any]:
    found = {name: values.get(at.date()) for name, values in quantiles.items()}
    row: dict[str, Any] = {
        "at": at, "day": f"{at:%Y-%m-%d}", "label": format.day(at), "tick": format.tick(at, bucket),
        "value": each.value, "shown": format.value(each.value, metric.unit), "n": each.n, **found,
    }  # fmt: skip
    if found:
        words = {name: format.value(value, metric.unit) for name, value in found.items()}
        row |= {"middle": f"{words['p25']} to {words['p75']}", "spread": f"{words['p10']} to {words['p90']}"}
    if metric.unit == "ratio" and each.value is not None:
        low, high = charts.wilson(each.numerator or 0.0, each.denominator or 0.0)
        row |= {"low": low, "high": high, "range": f"{format.percent(low)} to {format.percent(high)}"}
    return row


def legend(metric: MetricInfo, statistic: str) -> str:
    """How to read the chart."""
    if metric.unit == "ratio":
        return "line: share · box: the range that this few or many observations allow for (95 %)"
    if set(SPREAD) <= set(metric.statistics):
        own = format.statistic(statistic or metric.statistics[0])
        return f"line: {own} · box: middle half · whisker: 10th to 90th percentile"
    if metric.aggregate == "count":
        return "bar: how many fall into the bucket"
    return f"bar: {format.statistic(statistic or metric.statistics[0])} of the bucket"
