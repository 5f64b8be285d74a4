"""A metric as a card: value with unit, band in word and colour, change with better or worse, n, sparkline, a way in."""

from collections.abc import Mapping, Sequence
from typing import Literal

import streamlit as st

from dashboards import colours, format, navigation, words
from models.results import MetricInfo, MetricResult


def card(
    metric: MetricInfo, result: MetricResult, trend: Sequence[MetricResult], query: Mapping[str, str], note: str = ""
) -> None:
    """One metric; its title opens its trend. Without a value the card says why; `note`: a word more on the value."""
    with st.container(border=True, height="stretch", gap="xsmall", key=f"card-{metric.name}"):
        navigation.link(
            words.page_of(metric.name), words.short(metric), icon=":material/arrow_forward:", icon_position="right",
            query={**query, "metric": metric.name}, help=metric.question,
        )  # fmt: skip
        if result.value is None:
            st.markdown(f"**{format.NONE}**")
            st.caption(words.prose(result.reason or "no data"))
            return
        way = words.direction(metric, result)
        st.metric(
            metric.title,
            format.value(result.value, metric.unit),
            delta=words.change(metric, result) or None,
            delta_color=colours.DIRECTIONS[way],
            delta_arrow=_arrow(result, way),
            label_visibility="collapsed",
            chart_data=sparkline(metric, trend),
            chart_type="area",
        )
        band = colours.band_badge(result.band)
        said = " · ".join(part for part in (_sample(metric, result.n), note) if part)
        st.markdown(f"{band} :gray[:small[{said}]]".strip())


def _sample(metric: MetricInfo, n: int) -> str:
    return "" if metric.aggregate == "count" else format.sample(n)


def sparkline(metric: MetricInfo, trend: Sequence[MetricResult]) -> list[float] | None:
    """The values of the buckets that have one; no line of a single one, nor of a state, which has no past.

    A bucket in which nothing happened has the frequency zero.
    """
    if metric.aggregate == "count" or all(each.value is None for each in trend):
        return None
    nothing = 0.0 if metric.unit == "per day" else None
    values = [nothing if each.value is None else each.value for each in trend]
    known = [value for value in values if value is not None]
    return known if len(known) > 1 else None


def _arrow(result: MetricResult, way: words.Direction) -> Literal["up", "down", "off"]:
    if way == "unchanged" or result.value is None or result.previous is None:
        return "off"
    return "up" if result.value > result.previous else "down"
