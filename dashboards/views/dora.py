"""DORA, for five minutes before a retrospective: a trend with its distribution, its services, what is behind them."""

from collections.abc import Mapping, Sequence

import polars as pl
import streamlit as st

from dashboards import charts, data, filters, format, navigation, words
from dashboards.components import frame, observations, tables, trends
from dashboards.views import deployment
from models.results import MetricAnswer, MetricInfo, MetricResult

PAGE = navigation.Place("DORA", "Teams", ":material/speed:", order=20)
FIRST_METRIC = "change_lead_time"
EVERY = ""


def render() -> None:
    if deployment.is_open():
        deployment.render()
        return
    frame.title("DORA")
    infos = data.metric_infos()
    metric, scope, bucket, statistic = _choose(infos)
    asked = {**scope, "statistic": statistic}
    whole, series, spread = trends.read(metric, asked, bucket)
    place = scope["service"] or scope["team"] or "all services"
    frame.answer(words.finding(metric, whole.results[0], place, filters.window_words(scope["since"])))
    _trend(metric, series, spread, bucket, statistic)
    if not scope["service"]:
        _by_service(metric, asked, bucket)
    observations.panel(metric, scope, series)


def _choose(infos: Mapping[str, MetricInfo]) -> tuple[MetricInfo, dict[str, str], str, str]:
    """Metric; scope (since, team, service); bucket; statistic: from the URL, shown as widgets."""
    ordered = [*(n for n in words.FIVE if n in infos), *(n for n in infos if n not in words.FIVE)]
    metric = infos[
        filters.choose(
            "metric", "Metric", ordered, FIRST_METRIC, lambda name: words.short(infos[name]), look="pills",
            label_visibility="collapsed",
        )
    ]  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        services = data.services()
        teams = sorted(team for team in services["team"].unique() if team)
        team = filters.choose("team", "Team", [EVERY, *teams], EVERY, lambda name: name or "All teams", width=150)
        of_team = sorted(services.filter(pl.col("team") == team)["service"] if team else services["service"])
        service = filters.choose(
            "service", "Service", [EVERY, *of_team], EVERY, lambda name: name or "All services", width=175
        )
        window = filters.window()
        bucket = filters.bucket(window, width=110)
        statistic = ""
        if len(metric.statistics) > 1:
            statistic = filters.choose(
                "statistic", "Statistic", metric.statistics, metric.statistics[0], format.statistic, width=160
            )
    return metric, {"since": window, "team": team, "service": service}, bucket, statistic


def _trend(
    metric: MetricInfo, series: MetricAnswer, spread: Mapping[str, MetricAnswer], bucket: str, statistic: str
) -> None:
    chosen = filters.get("at")
    with st.container(border=True, key="trend"):
        st.markdown(f"**{metric.question}** :gray[:small[{trends.legend(metric, statistic)}]]")
        rows = trends.rows(metric, series, spread)
        if rows["value"].is_null().all():
            frame.empty(series.results[-1].reason if series.results else None)
            return
        picked = st.altair_chart(
            charts.trend(metric, rows, chosen), on_select="rerun", selection_mode=charts.PICK,
            key=f"trend-{metric.name}-{bucket}-{chosen}", alt=f"{metric.title} per {bucket}",
        )  # fmt: skip
        days = [point["day"] for point in picked.selection.get(charts.PICK, [])]
        if days and days[0] != chosen:
            filters.put("at", days[0])
            st.rerun()


def _by_service(metric: MetricInfo, asked: Mapping[str, str], bucket: str) -> None:
    """Every service in scope, by name: value, band, change, n, tier, trend; those without data say why."""
    now, over_time = data.metrics(
        [
            data.question(f"/metrics/{metric.name}", **asked, by="service"),
            data.question(f"/metrics/{metric.name}", **asked, by="service", bucket=bucket),
        ]
    )
    if not now.results:
        frame.empty("There is no service in this scope.", "Choose another team, or load the catalog.")
        return
    trend = _values_by_key(over_time.results)
    known = {row["service"]: row for row in data.services().iter_rows(named=True)}
    rows = [_service_row(metric, result, known.get(result.key, {}), trend) for result in now.results]
    table = pl.DataFrame(rows, schema=tables.SERVICE_SCHEMA)
    tables.table("Which services?", table, "services", tables.service_columns(metric), download=tables.plain(now))
    for result in now.results:
        if result.value is None:
            st.caption(f"**{words.escape(result.key)}** has no value: {words.prose(result.reason or 'no data')}")
    if service := tables.clicked("open-service", table, "service"):
        filters.put("service", service)
        st.rerun()


def _values_by_key(results: Sequence[MetricResult]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for result in results:
        if result.value is not None:
            found.setdefault(result.key, []).append(result.value)
    return found


def _service_row(
    metric: MetricInfo, result: MetricResult, service: Mapping[str, str | None], trend: Mapping[str, list[float]]
) -> dict[str, object]:
    return {
        "service": result.key,
        "team": service.get("team") or format.NONE,
        "tier": service.get("tier") or format.NONE,
        "value": format.value(result.value, metric.unit),
        "band": [result.band] if result.band else [],
        "change": words.change(metric, result),
        "n": result.n,
        "care": format.CARE if 0 < result.n < format.SMALL_N else "",
        "trend": trend.get(result.key, []),
    }
