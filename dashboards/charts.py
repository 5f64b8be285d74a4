"""The one chart module: the title says the finding or the question, the axis says the unit.

Durations read 1 h, 1 d, 1 w, on a logarithmic axis where they span decades (the axis says so). Beside the line of
medians each bucket shows its distribution; beside a share, the range that its number of observations allows for; a
count is a bar.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Any, TypeVar

import altair as alt
import polars as pl

from dashboards import colours, format
from models.results import MetricInfo

PICK = "pick"
"""The name of the selection that a click on a bucket makes."""
HEIGHT = 300
DECADES = 30
"""From this ratio of largest to smallest on, durations get a logarithmic axis."""
Z95 = 1.96
BAND_PADDING = 0.4
BOX = {"band": 1}
WHOLE = ("count", "commits", "days per week")
"""Units of which there are no halves to put a tick at."""
HOUR = "%-d %b, %H:%M"
"""How a time axis of hours reads."""

Chart = TypeVar("Chart", alt.Chart, alt.LayerChart | alt.FacetChart)


@dataclass(frozen=True, slots=True)
class Axis:
    """A y-axis: its title, scale and how its ticks read."""

    title: str
    scale: alt.Scale
    axis: alt.Axis

    def encode(self, field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", title=self.title, scale=self.scale, axis=self.axis)


def trend(metric: MetricInfo, buckets: pl.DataFrame, chosen: str) -> alt.LayerChart | alt.FacetChart:
    """A metric over time; a click on a bucket picks it. `metric.unit` is the unit of the values.

    `buckets`: at (naive, local), day (ISO date), value, n, shown; p10, p25, p75, p90 where the metric has a
    distribution; low, high for ratios. `chosen`: the `day` of the picked bucket, or empty.
    """
    pick = alt.selection_point(name=PICK, fields=["day"], on="click", clear=False, empty=False)
    spread = not buckets["p10"].is_null().all()
    draw = _ratios if metric.unit == "ratio" else _distributions if spread else _bars
    layers = draw(metric, buckets, chosen)
    # An invisible bar over the whole height of each bucket, so that a click needn't hit a point, and the keyboard's
    # reader gets one description per bucket.
    target = (
        alt.Chart(buckets)
        .mark_bar(opacity=0.001, width={"band": 1 / (1 - BAND_PADDING)}, cursor="pointer")
        .encode(x=_x(buckets), y=alt.value(0), y2=alt.value("height"), tooltip=_tooltip(metric, spread))
        .add_params(pick)
    )
    return _legible(alt.layer(*layers, target).properties(height=HEIGHT))


def _legible(chart: Chart) -> Chart:
    """Axes and legends in a gray that reads as text in both themes."""
    gray = colours.hex_of("gray", "TextColor")
    legible = chart.configure_axis(labelColor=gray, titleColor=gray)
    return legible.configure_legend(labelColor=gray, titleColor=gray)


def _x(buckets: pl.DataFrame) -> alt.X:
    """One band per bucket, so that boxes keep apart at every width; a label stands for its bucket's first day."""
    words = "{" + ",".join(f"'{row['day']}':'{row['tick']}'" for row in buckets.iter_rows(named=True)) + "}"
    axis = alt.Axis(
        labelExpr=f"{words}[datum.value]", labelAngle=0, labelOverlap="greedy", labelSeparation=10, ticks=False
    )
    return alt.X("day:O", title=None, axis=axis, scale=alt.Scale(padding=BAND_PADDING))


def _tooltip(metric: MetricInfo, spread: bool) -> list[alt.Tooltip]:
    common = [
        alt.Tooltip("label:N", title="From"),
        alt.Tooltip("shown:N", title=metric.title),
        alt.Tooltip("n:Q", title="Observations", format=","),
    ]
    if metric.unit == "ratio":
        return [*common, alt.Tooltip("range:N", title="95 % range for this n")]
    if not spread:
        return common
    middle = alt.Tooltip("middle:N", title="Middle half")
    return [*common, middle, alt.Tooltip("spread:N", title="10th to 90th percentile")]


def _highlight(chosen: str, plain: str) -> Any:
    accent = colours.hex_of("yellow")
    return alt.condition(alt.datum.day == chosen, alt.value(accent), alt.value(plain))


def _line(buckets: pl.DataFrame, y: alt.Y, chosen: str) -> list[alt.Chart]:
    """Broken where a bucket has no value: nothing is known of what was between."""
    blue = colours.hex_of("blue")
    line, points = (alt.Chart(rows).encode(x=_x(buckets), y=y) for rows in (buckets, buckets.drop_nulls("value")))
    return [
        line.mark_line(color=blue, strokeWidth=2.5, interpolate="monotone", invalid="break-paths-show-path-domains"),
        points.mark_point(filled=True, size=52, opacity=1).encode(color=_highlight(chosen, blue)),
    ]


def _distributions(metric: MetricInfo, buckets: pl.DataFrame, chosen: str) -> list[alt.Chart]:
    """Box (middle half), whisker (10th to 90th percentile) and the line of medians."""
    seen = buckets.drop_nulls("value")
    low, high = _extent(seen["p10"]), _extent(seen["p90"], top=True)
    y = _axis(metric, low, high)
    gray = colours.hex_of("gray")
    boxes = alt.Chart(seen).encode(x=_x(buckets))
    return [
        boxes.mark_rule(color=gray, strokeWidth=1.2, opacity=0.8).encode(y=y.encode("p10"), y2="p90:Q"),
        boxes.mark_bar(width=BOX, color=gray, opacity=0.32, cornerRadius=2).encode(y=y.encode("p25"), y2="p75:Q"),
        *_line(buckets, y.encode("value"), chosen),
    ]


def _extent(values: pl.Series, top: bool = False) -> float:
    """The largest value, or the smallest but not below 1: where an axis ends."""
    known: list[float] = values.drop_nulls().to_list()
    if not known:
        return 1.0
    return max(known) if top else max(min(known), 1.0)


def _axis(metric: MetricInfo, low: float, high: float) -> Axis:
    """Of durations or of numbers from `low` to `high`; from 0 where `low` is 0."""
    if metric.unit == "seconds":
        return _duration_axis(metric.title, low, high)
    unit = "" if metric.unit == "count" or metric.unit in metric.title.lower() else f" ({metric.unit})"
    ticks = alt.Axis(tickCount=5, tickMinStep=1) if metric.unit in WHOLE else alt.Axis(tickCount=5)
    return Axis(f"{metric.title}{unit}", alt.Scale(domainMin=0), ticks)


def _duration_axis(title: str, low: float, high: float) -> Axis:
    log = low > 0 and high / low >= DECADES
    ticks = format.ticks(low, high) if log else format.steps(high)
    words = "{" + ",".join(f"'{seconds}':'{text}'" for seconds, text in ticks.items()) + "}"
    scale = alt.Scale(type="log", domain=[low * 0.8, high * 1.25], nice=False) if log else alt.Scale(domainMin=0)
    axis = alt.Axis(values=list(ticks), labelExpr=f"{words}[datum.value]", tickCount=len(ticks))
    return Axis(f"{title} (logarithmic axis)" if log else title, scale, axis)


def _ratios(metric: MetricInfo, buckets: pl.DataFrame, chosen: str) -> list[alt.Chart]:
    """The share, with the range (Wilson, 95 %) that its number of observations allows for."""
    scale = alt.Scale(domain=[0, _top(buckets)], nice=True)
    axis = Axis(f"{metric.title} (share)", scale, alt.Axis(format="%", tickCount=5))
    ranges = alt.Chart(buckets.drop_nulls("value")).mark_bar(
        width=BOX, color=colours.hex_of("gray"), opacity=0.28, cornerRadius=2
    )
    return [
        ranges.encode(x=_x(buckets), y=axis.encode("low"), y2="high:Q"),
        *_line(buckets, axis.encode("value"), chosen),
    ]


def _top(buckets: pl.DataFrame) -> float:
    return min(1.0, _extent(buckets["high"], top=True))


def _bars(metric: MetricInfo, buckets: pl.DataFrame, chosen: str) -> list[alt.Chart]:
    """For a count, which has no distribution within its bucket."""
    seen = buckets.drop_nulls("value")
    axis = _axis(metric, 0, _extent(seen["value"], top=True))
    bars = alt.Chart(seen).mark_bar(width=BOX, cornerRadiusEnd=2)
    return [bars.encode(x=_x(buckets), y=axis.encode("value"), color=_highlight(chosen, colours.hex_of("blue")))]


def stages(rows: pl.DataFrame) -> alt.Chart:
    """Stages one after the other, a bar per window. `rows`: window, stage, order, seconds, shown, share, n."""
    ends = rows.group_by("window").agg(pl.col("seconds").sum())["seconds"]
    high = _extent(ends, top=True) or 1.0
    ticks = format.steps(high)
    labels = "{" + ",".join(f"'{seconds}':'{text}'" for seconds, text in ticks.items()) + "}"
    order = rows.sort("order")["stage"].unique(maintain_order=True).to_list()
    axis = alt.Axis(values=list(ticks), labelExpr=f"{labels}[datum.value]", labelOverlap=True)
    windows = alt.Y("window:N", title=None, sort=rows["window"].unique(maintain_order=True).to_list())
    base = alt.Chart(rows).encode(y=windows, order=alt.Order("order:Q"))
    bars = base.mark_bar(height={"band": 0.72}).encode(
        x=alt.X("seconds:Q", stack="zero", title="Time, stage after stage", axis=axis),
        color=alt.Color(
            "stage:N", sort=order, title=None, scale=alt.Scale(domain=order), legend=alt.Legend(orient="top", columns=3)
        ),
        tooltip=[
            alt.Tooltip("window:N", title="Window"), alt.Tooltip("stage:N", title="Stage"),
            alt.Tooltip("shown:N", title="Median"), alt.Tooltip("share:Q", title="Share", format=".0%"),
            alt.Tooltip("n:Q", title="Observations", format=","),
        ],
    )  # fmt: skip
    return _legible(bars.properties(height=230))


def wilson(successes: float, n: float) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson 1927): honest for few observations and near 0 or 1."""
    if n <= 0:
        return 0.0, 1.0
    share, square = successes / n, Z95 * Z95
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = Z95 * sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def arrivals(rows: pl.DataFrame) -> alt.Chart:
    """What arrives over time by source. `rows`: at (naive, local), source, stored."""
    hours = alt.Axis(grid=False, tickCount=8, format=HOUR)
    chart = (
        alt.Chart(rows)
        .mark_bar(width={"band": 0.8})
        .encode(
            x=alt.X("at:T", timeUnit="yearmonthdatehours", title=None, axis=hours),
            y=alt.Y("stored:Q", title="Deliveries", axis=alt.Axis(tickCount=4, format="d")),
            color=alt.Color("source:N", title=None, legend=alt.Legend(orient="top")),
            tooltip=[
                alt.Tooltip("at:T", title="From", format=HOUR),
                alt.Tooltip("source:N", title="Source"),
                alt.Tooltip("stored:Q", title="Deliveries", format=","),
            ],
        )
        .properties(height=220)
    )
    return _legible(chart)
