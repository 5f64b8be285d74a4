"""Tables: each downloads as CSV, and a row opens by the button in its first column."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from dashboards import colours, format, words
from models.results import MetricAnswer, MetricInfo

ROW = 35
MOST_ROWS_SHOWN = 12
MINUTES = "D MMM YYYY, HH:mm"
"""How a column of moments reads."""

SERVICE_SCHEMA = {
    "service": pl.String, "team": pl.String, "tier": pl.String, "value": pl.String, "band": pl.List(pl.String),
    "change": pl.String, "n": pl.Int64, "care": pl.String, "trend": pl.List(pl.Float64),
}  # fmt: skip


def table(
    title: str,
    rows: pl.DataFrame,
    name: str,
    columns: Mapping[str, Any] | None = None,
    download: pl.DataFrame | Callable[[], pl.DataFrame] | None = None,
) -> None:
    """Shows `rows` under a title, beside it the download NAME.csv of `download`: plain values, by default the rows."""
    heading(title, name, rows if download is None else download)
    height = "content" if rows.height <= MOST_ROWS_SHOWN else ROW * (MOST_ROWS_SHOWN + 1) + 2
    with st.container(key=f"table-{name}"):
        st.dataframe(
            rows, hide_index=True, column_config=dict(columns or {}), height=height, alt=title, placeholder=format.NONE
        )


def heading(title: str, name: str, source: pl.DataFrame | Callable[[], pl.DataFrame]) -> None:
    """A subheader, and beside it the download NAME.csv."""
    csv = (lambda: source().write_csv().encode()) if callable(source) else source.write_csv().encode()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.subheader(title, anchor=False, width="content")
        st.download_button(
            "CSV", csv, f"{name}.csv", "text/csv", key=f"csv-{name}", on_click="ignore", icon=":material/download:",
            type="tertiary", help=f"Download {name} as CSV",
        )  # fmt: skip


def clicked_row(key: str) -> int | None:
    """The row whose button was clicked in this run; None where none was."""
    click = st.session_state.get(key)
    return None if click is None else click.row


def clicked(key: str, rows: pl.DataFrame, column: str) -> Any:
    """The value of `column` in the row whose button was clicked in this run; None where none was."""
    row = clicked_row(key)
    return None if row is None else rows[column][row]


def service_columns(metric: MetricInfo, bands: Sequence[str]) -> dict[str, Any]:
    """How a table of services shows its columns. `bands`: those that occur."""
    columns = st.column_config
    return {
        "service": columns.ButtonColumn(
            "Service", key="open-service", type="tertiary", alignment="left", pinned=True, help="Opens its trend"
        ),
        "team": columns.TextColumn("Team"),
        "tier": columns.TextColumn("Tier", width=60),
        "value": columns.TextColumn(words.short(metric), alignment="right"),
        "band": columns.MultiselectColumn(
            "Band",
            options=[colours.band_words(each) for each in bands],
            width=90,
            color=[colours.hex_of(colours.of_band(each), "BackgroundColor") for each in bands],
        )
        if metric.band
        else None,
        "change": columns.TextColumn("Against the window before"),
        "n": columns.NumberColumn("n", format="localized", width=70, help="Observations"),
        "care": columns.TextColumn("", width=110),
        "trend": columns.LineChartColumn("Trend", width=170),
    }


def plain(answer: MetricAnswer) -> pl.DataFrame:
    """An answer as numbers, for a download: seconds, ratios, times in UTC."""
    return pl.DataFrame([result.model_dump() for result in answer.results], infer_schema_length=None)
