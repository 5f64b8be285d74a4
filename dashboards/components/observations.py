"""The observations behind a number, and the way from each to its deployment."""

import re
from collections.abc import Mapping

import polars as pl
import streamlit as st

from dashboards import address, data, filters, format, words
from dashboards.components import frame, tables
from models.results import EvidenceRow, MetricAnswer, MetricInfo

SHOWN = 200
"""Rows on the page; a download has them all."""
PARAMETER = {"commit": "commit", "incident": "incident", "waiting commit": "sha", "pull request": ""}
"""What a metric observes → the parameter by which its page finds it, empty for none; else it is a deployment's id."""
SHA = re.compile(r"[0-9a-f]{40,64}")
MEASURED = ("seconds", "commits")
"""Units in which an observation has a value of its own."""
SCHEMA = {
    "ref": pl.String, "url": pl.String, "at": pl.Datetime("us"), "service": pl.String, "value": pl.String,
    "because": pl.String,
}  # fmt: skip


def panel(metric: MetricInfo, scope: Mapping[str, str], series: MetricAnswer) -> None:
    """The newest observations of the scope, or of the bucket that was opened."""
    at = _choose_bucket(series)
    asked, title = _place(scope, series, at)
    page = data.evidence(metric.name, SHOWN, **asked)
    if not page.rows:
        frame.empty(f"No {words.noun(metric)} in this {series.bucket if at else 'window'}.")
        return
    rows = page.rows
    if metric.unit == "ratio":
        rows = _exceptions(metric, rows)
    table = pl.DataFrame([_row(metric, row) for row in rows], schema=SCHEMA)
    noun = words.noun(metric) if series.profile == words.OWN else "observation"
    width = _width(table["ref"])
    columns = _columns(metric, noun, width) | ({} if any(row.url for row in rows) else {"url": None})
    position = tables.table(
        title, table, "observations", columns, lambda: data.every_evidence(metric.name, **asked), _opens(noun, width)
    )
    if page.next:
        st.caption(f"The newest {SHOWN}; the CSV has all of them.")
    if position is None:
        return
    row = rows[position]
    if parameter := parameter_of(row, noun):
        before = row.at.isoformat() if parameter == "incident" else None
        address.step(**{parameter: row.ref, "of": row.service, "before": before})


def parameter_of(row: EvidenceRow, noun: str) -> str:
    """The parameter that opens an observation; by its looks where another tool's definitions chose what is observed."""
    if noun != "observation":
        return PARAMETER.get(noun, "id")
    if "#" in row.ref:
        return ""
    if row.because.startswith("incident "):
        return "incident"
    return "commit" if SHA.fullmatch(row.ref) else "id"


def _choose_bucket(series: MetricAnswer) -> str:
    """The day on which a bucket begins, empty for all of them; the chart sets it too."""
    starts = {f"{at:%Y-%m-%d}": format.day(at) for at in (data.local(each.at) for each in series.results if each.at)}
    every = f"All {series.bucket}s"
    return filters.choose(
        "at", series.bucket.capitalize(), ["", *starts], "", lambda day: starts.get(day, every), width=160
    )


def _opens(noun: str, width: int) -> tables.Opens | None:
    """None where an observation has no page."""
    if not PARAMETER.get(noun, "id"):
        return None
    return tables.Opens("ref", noun.capitalize(), "Opens it with its commits, incidents and reasons", width)


def _width(refs: pl.Series) -> int:
    """Of the column that names observations, in pixels: the longest is whole, within reason."""
    return min(max(130, 8 * max(map(len, refs)) + 30), 240)


def _place(scope: Mapping[str, str], series: MetricAnswer, at: str) -> tuple[dict[str, str], str]:
    """What to ask, and the title: of the whole window, or of the bucket that begins on the day `at`."""
    starts = [result.at for result in series.results if result.at]
    for start, end in zip(starts, [*starts[1:], series.until], strict=True):
        if f"{data.local(start):%Y-%m-%d}" == at:
            asked = {**scope, "since": max(start, series.since).isoformat(), "until": end.isoformat()}
            return asked, f"What is behind the {series.bucket} of {format.day(data.local(start))}?"
    return dict(scope), "What is behind it?"


def _exceptions(metric: MetricInfo, rows: list[EvidenceRow]) -> list[EvidenceRow]:
    """Only what hurt the number, unless the reader wants all."""
    bad = 1.0 if metric.better == "lower" else 0.0
    hurt = [row for row in rows if row.value == bad]
    label = f"Only the {len(hurt)} of these {len(rows)} that made it worse"
    return hurt if filters.switch("rows", label, "all", bool(hurt)) else rows


def _row(metric: MetricInfo, row: EvidenceRow) -> dict[str, object]:
    unit = metric.observation_unit
    value = format.value(row.value, unit) if unit in MEASURED else ""
    short = row.ref[:10] if SHA.fullmatch(row.ref) else row.ref  # a sender's own name is whole, or it is another's
    return {
        "ref": short, "url": format.safe_url(row.url), "at": data.local(row.at), "service": row.service or format.NONE,
        "value": value, "because": row.because,
    }  # fmt: skip


def _columns(metric: MetricInfo, noun: str, width: int) -> dict[str, object]:
    columns = st.column_config
    value = columns.TextColumn("Value", width=110, alignment="right")
    return {
        "ref": columns.TextColumn(noun.capitalize(), pinned=True, width=width),
        "url": columns.LinkColumn("Sender", display_text="open ↗", width=80, help="At the sender's own page"),
        "at": columns.DatetimeColumn("When", format=tables.MINUTES, width=145),
        "service": columns.TextColumn("Service", width=120),
        "value": value if metric.observation_unit in MEASURED else None,
        "because": columns.TextColumn("Why it counts"),
    }  # fmt: skip
