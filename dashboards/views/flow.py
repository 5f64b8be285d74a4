"""Flow, for a team that asks where its changes wait: the stages of a pull request, batches, what is not deployed."""

from collections.abc import Mapping, Sequence

import polars as pl
import streamlit as st

from dashboards import address, charts, data, filters, format, navigation, words
from dashboards.components import cards, explorer, frame, lens
from dashboards.views import deployment
from models.results import MetricAnswer, MetricInfo, MetricResult

PAGE = navigation.Place("Flow", "Teams", ":material/airline_stops:", order=22)
WAITING = "undeployed_changes"
STAGES_SCHEMA = {
    "window": pl.String, "stage": pl.String, "order": pl.Int64, "seconds": pl.Float64, "shown": pl.String,
    "share": pl.Float64, "n": pl.Int64,
}  # fmt: skip


def render() -> None:
    """The stages side by side; the metric that the URL names explored; or what an observation opened."""
    if deployment.is_open():
        deployment.render()
    elif address.get("metric") in words.FLOW:
        frame.title("Flow")
        navigation.link("flow", "All stages", icon=":material/arrow_back:", query=address.current(**_ALL_STAGES))
        explorer.explore(words.FLOW, words.STAGES[0])
    else:
        _stages()


_ALL_STAGES = dict.fromkeys(("metric", "bucket", "statistic", "at"))


def _stages() -> None:
    frame.title("Flow")
    infos = data.metric_infos()
    sentence = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        scope = explorer.choose_scope()
        seen = lens.choose(infos)
    names = [name for name in words.FLOW if name in infos]
    asked = {**scope.asked, **seen}
    paths = [f"/metrics/{name}" for name in names]
    answers = data.metrics(
        [data.question(path, **asked) for path in paths]
        + [data.question(path, **asked, bucket=filters.NATURAL_BUCKET[scope.window]) for path in paths]
        + [data.question(f"/metrics/{WAITING}", **asked, statistic="max")]
    )
    whole = dict(zip(names, answers, strict=False))
    trends = dict(zip(names, answers[len(names) :], strict=False))
    metrics = {name: data.as_answered(infos[name], whole[name]) for name in names}
    moves = {name: words.Move(metrics[name], whole[name].results[0]) for name in names}
    oldest = answers[-1].results[0].value
    with sentence:
        stages = [moves[name] for name in words.STAGES if name in moves]
        frame.answer(words.flow(stages, moves[WAITING], oldest, scope.words, filters.window_words(scope.window)))
        lens.note(list(whole.values()), seen)
    _bar(stages, filters.WINDOWS[scope.window])
    st.subheader("How long does each stage take?", anchor=False)
    _cards(stages, trends, _shares(stages))
    st.subheader("How much moves at once, and what waits?", anchor=False)
    rest = [moves[name] for name in names if name not in words.STAGES]
    _cards(rest, trends, {} if oldest is None else {WAITING: f"commits, the oldest for {format.duration(oldest)}"})


def _bar(stages: Sequence[words.Move], window: str) -> None:
    """Where does the time go: this window above the one before."""
    rows = [
        *_rows(f"last {window}", [(move.metric, move.result.value, move.result.n) for move in stages]),
        *_rows(f"{window} before", [(move.metric, move.result.previous, None) for move in stages]),
    ]
    table = pl.DataFrame(rows, schema=STAGES_SCHEMA)
    with st.container(border=True, key="stages"):
        st.markdown(
            "**Where does the time go?** :gray[:small[each stage's median, one after the other; "
            "medians don't add up to the median of the whole]]"
        )
        if table.is_empty():
            frame.empty(stages[0].result.reason if stages else None)
            return
        st.altair_chart(charts.stages(table), alt="Median time of each stage of a pull request")


def _rows(window: str, stages: Sequence[tuple[MetricInfo, float | None, int | None]]) -> list[dict[str, object]]:
    total = sum(value for _, value, _ in stages if value is not None)
    return [
        {
            "window": window, "stage": words.short(metric), "order": order, "seconds": value,
            "shown": format.value(value, metric.unit), "share": value / total if total else 0.0, "n": n,
        }
        for order, (metric, value, n) in enumerate(stages) if value is not None
    ]  # fmt: skip


def _cards(moves: Sequence[words.Move], trends: Mapping[str, MetricAnswer], notes: Mapping[str, str]) -> None:
    """`notes`: metric → what else its card says."""
    grid = st.grid(len(moves), min_column_width=170)
    for move in moves:
        name = move.metric.name
        # When waiting commits were written is no trend of how many wait.
        line: Sequence[MetricResult] = [] if name == WAITING else trends[name].results
        with grid.cell():
            cards.card(move.metric, move.result, line, address.current(), notes.get(name, ""))


def _shares(stages: Sequence[words.Move]) -> dict[str, str]:
    total = sum(move.result.value or 0.0 for move in stages)
    return {
        move.metric.name: f"{format.percent(move.result.value / total)} of the time"
        for move in stages if total and move.result.value is not None
    }  # fmt: skip
