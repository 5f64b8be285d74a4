"""Overview, for thirty seconds on a Monday: how are we doing, which teams moved, what is open now."""

from collections.abc import Mapping, Sequence

import polars as pl
import streamlit as st

from dashboards import address, data, filters, format, navigation, words
from dashboards.components import cards, frame, lens, open_now, tables
from models.results import MetricAnswer, MetricInfo, MetricResult

PAGE = navigation.Place("Overview", "Leaders", ":material/monitoring:", order=10)
SPARK_BUCKET = {"30d": "day", "90d": "week", "180d": "week", "365d": "month"}
NO_TEAM = "(no team)"


def render() -> None:
    frame.title("Overview")
    infos = data.metric_infos()
    five = [infos[name] for name in words.FIVE if name in infos]
    window = address.get("window", filters.DEFAULT_WINDOW)
    window = window if window in filters.WINDOWS else filters.DEFAULT_WINDOW
    asked = lens.chosen(infos)
    whole, trends, teams = _read(five, {"since": window, **asked})
    five = [data.as_answered(metric, answer) for metric, answer in zip(five, whole, strict=True)]
    moves = [words.Move(metric, answer.results[0]) for metric, answer in zip(five, whole, strict=True)]
    owners = set(data.services()["team"])  # a group's numbers are those of the teams below it, which are told
    owned = [(m, r) for m, answer in zip(five, teams, strict=True) for r in answer.results if r.key in owners]
    parts = [words.Move(metric, result) for metric, result in owned]
    frame.answer(words.headline(moves, parts, filters.window_words(window)))
    lens.note(whole, asked)
    with st.container(horizontal=True, vertical_alignment="center", key="filters"):
        filters.window(label_visibility="collapsed")
        lens.choose(infos)
    _cards(moves, trends, window)
    open_now.panel()
    _teams(five, teams)


def _read(
    five: Sequence[MetricInfo], asked: Mapping[str, str]
) -> tuple[list[MetricAnswer], list[MetricAnswer], list[MetricAnswer]]:
    """The organisation's values, their trend, and the teams' values: one round of questions."""
    paths = [f"/metrics/{metric.name}" for metric in five]
    answers = data.metrics(
        [data.question(path, **asked) for path in paths]
        + [data.question(path, **asked, bucket=SPARK_BUCKET[asked["since"]]) for path in paths]
        + [data.question(path, **asked, by="team") for path in paths]
    )
    return answers[: len(five)], answers[len(five) : 2 * len(five)], answers[2 * len(five) :]


def _cards(moves: Sequence[words.Move], trends: Sequence[MetricAnswer], window: str) -> None:
    # whose the page is not about may still stand in its address, after a way back
    query = address.current(team=None, service=None, window=window if window != filters.DEFAULT_WINDOW else None)
    grid = st.grid(len(moves), min_column_width=170)
    for move, trend in zip(moves, trends, strict=True):
        with grid.cell():
            cards.card(move.metric, move.result, trend.results, query)


def _teams(five: Sequence[MetricInfo], answers: Sequence[MetricAnswer]) -> None:
    """Teams beside teams, by name and not by rank, with their n and their services' tiers."""
    found = _by_team(five, answers)
    if not found:
        frame.empty("No team owns a service yet.", "Load a catalog: `leadline catalog load FOLDER`.")
        return
    services = data.services()
    rows = pl.DataFrame([_row(team, five, results, services) for team, results in found.items()])
    opened = tables.table("Which teams moved?", rows, "teams", opens=tables.Opens("Team", "Team", "Opens its trend"))
    st.caption(f"By name, not by rank. n! is below {format.SMALL_N}: read with care.")
    if opened is not None:
        navigation.go("dora", address.current(team=rows["Team"][opened]))


def _by_team(five: Sequence[MetricInfo], answers: Sequence[MetricAnswer]) -> dict[str, dict[str, MetricResult]]:
    found: dict[str, dict[str, MetricResult]] = {}
    for metric, answer in zip(five, answers, strict=True):
        for result in answer.results:
            found.setdefault(result.key, {})[metric.name] = result
    return dict(sorted(found.items(), key=lambda item: (item[0] == NO_TEAM, item[0])))


def _row(
    team: str, five: Sequence[MetricInfo], results: Mapping[str, MetricResult], services: pl.DataFrame
) -> dict[str, object]:
    row: dict[str, object] = {"Team": team, "Services": _services(team, services)}
    for metric in five:
        result = results.get(metric.name)
        if result is None or result.value is None:
            row[words.short(metric)] = format.NONE
            continue
        row[words.short(metric)] = _cell(metric, result)
    return row


def _services(team: str, services: pl.DataFrame) -> str:
    """3, of tier 1 and 2; a group without services of its own has those of the groups below it."""
    owned = services.filter(pl.col("team").is_null() if team == NO_TEAM else pl.col("team") == team)
    if owned.is_empty():
        return "of its groups"
    tiers = sorted({tier for tier in owned["tier"] if tier})
    return f"{owned.height}, tier {', '.join(tiers)}" if tiers else str(owned.height)


def _cell(metric: MetricInfo, result: MetricResult) -> str:
    """12 h ▼ better, n 385: the arrow says up or down, the word what it means."""
    text = format.value(result.value, metric.unit)
    way = words.direction(metric, result)
    if way != "unchanged" and result.value is not None and result.previous is not None:
        text += f" {'▲' if result.value > result.previous else '▼'} {way}"
    return f"{text}, n {format.count(result.n)}{'!' if result.n < format.SMALL_N else ''}"
