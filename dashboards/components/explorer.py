"""One metric explored: its trend with its distribution, its services, what is behind them. Pages choose the metrics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
import streamlit as st

from dashboards import address, charts, colours, data, filters, format, navigation, words
from dashboards.components import cards, frame, lens, observations, tables, trends
from models.results import MetricAnswer, MetricInfo, MetricResult

EVERY = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which services, how long: parameters of the URL and of the API."""

    team: str
    service: str
    window: str

    @property
    def asked(self) -> dict[str, str]:
        return {"since": self.window, "team": self.team, "service": self.service}

    @property
    def words(self) -> str:
        return self.service or self.team or "all services"


def explore(names: Sequence[str], first: str) -> None:
    """The metric among `names` that the URL names, else `first`."""
    infos = data.metric_infos()
    names = [name for name in names if name in infos]
    metric = infos[
        filters.choose(
            "metric", "Metric", names, first, lambda name: words.short(infos[name]), look="pills",
            label_visibility="collapsed",
        )
    ]  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        scope = choose_scope()
        bucket = filters.bucket(scope.window, width=110)
        statistic = _choose_statistic(metric)
        seen = lens.choose(infos)
    asked = {**scope.asked, **seen, "statistic": statistic}
    whole, series, spread = trends.read(metric, asked, bucket)
    metric = data.as_answered(metric, whole)
    frame.answer(
        words.finding(metric, whole.results[0], scope.words, filters.window_words(scope.window), whole.profile)
    )
    lens.note([whole], seen, metric)
    _trend(metric, series, spread, bucket)
    if not scope.service:
        _by_service(metric, asked, bucket)
    if whole.results[0].value is None:  # the page has said why
        where = {name: value for name, value in (("service", scope.service), ("team", scope.team)) if value}
        navigation.link("coverage", "What is missing, and what mends it", icon=":material/rule:", query=where)
        return
    observations.panel(metric, {**scope.asked, **seen}, series)


def choose_scope() -> Scope:
    """Team, service and window, shown as widgets."""
    services = data.services()
    teams = sorted(team for team in services["team"].unique() if team)
    team = filters.choose("team", "Team", [EVERY, *teams], EVERY, lambda name: name or "All teams", width=150)
    of_team = sorted(services.filter(pl.col("team") == team)["service"] if team else services["service"])
    service = filters.choose(
        "service", "Service", [EVERY, *of_team], EVERY, lambda name: name or "All services", width=175
    )
    return Scope(team, service, filters.window())


def _choose_statistic(metric: MetricInfo) -> str:
    """Empty for the metric's own, which a definition profile may change."""
    own, *others = metric.statistics
    if not others:
        return ""
    shown = "as defined" if address.get("profile") else format.statistic(own)
    return filters.choose(
        "statistic", "Statistic", [EVERY, *others], EVERY, lambda name: format.statistic(name) if name else shown,
        width=160,
    )  # fmt: skip


def _trend(metric: MetricInfo, series: MetricAnswer, spread: Mapping[str, MetricAnswer], bucket: str) -> None:
    chosen = address.get("at")
    with st.container(border=True, key="trend"):
        st.markdown(f"**{metric.question}** :gray[:small[{trends.legend(metric, series.statistic)}]]")
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
            address.step(at=days[0])


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
    trend: dict[str, list[MetricResult]] = {}
    for result in over_time.results:
        trend.setdefault(result.key, []).append(result)
    known = {row["service"]: row for row in data.services().iter_rows(named=True)}
    rows = [
        _service_row(metric, result, known.get(result.key, {}), trend.get(result.key, [])) for result in now.results
    ]
    table = pl.DataFrame(rows, schema=tables.SERVICE_SCHEMA)
    bands = sorted({result.band for result in now.results if result.band})
    columns = tables.service_columns(metric, bands)
    if not any(table["care"]):
        columns["care"] = None
    opened = tables.table(
        "Which services?", table, "services", columns, tables.plain(now),
        tables.Opens("service", "Service", "Opens its trend"),
    )  # fmt: skip
    for reason, names in _without_value(now.results).items():
        st.caption(f"**{words.escape(', '.join(names))}**: no value, because {words.prose(reason)}")
    if opened is not None:
        address.step(service=table["service"][opened])


def _without_value(results: Sequence[MetricResult]) -> dict[str, list[str]]:
    """Reason → the services that have no value for it."""
    found: dict[str, list[str]] = {}
    for result in results:
        if result.value is None:
            found.setdefault(result.reason or "there is no data", []).append(result.key)
    return found


def _service_row(
    metric: MetricInfo, result: MetricResult, service: Mapping[str, str | None], trend: Sequence[MetricResult]
) -> dict[str, object]:
    return {
        "service": result.key,
        "team": service.get("team") or format.NONE,
        "tier": service.get("tier") or format.NONE,
        "value": format.value(result.value, metric.unit),
        "band": [colours.band_words(result.band)] if result.band else [],
        "change": words.change(metric, result),
        "n": result.n,
        "care": format.CARE if words.few(metric, result.n) else "",
        "trend": cards.sparkline(metric, trend) or [],
    }
