"""Tables: each downloads as CSV; a row opens by the button in its first column, or by its name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

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


@dataclass(frozen=True, slots=True)
class Opens:
    """The column by which a row opens: a button in it for the mouse, a list of its values for keyboard and thumb."""

    column: str
    title: str
    help: str = ""
    width: int | None = None


def table(
    title: str,
    rows: pl.DataFrame,
    name: str,
    columns: Mapping[str, Any] | None = None,
    download: pl.DataFrame | Callable[[], pl.DataFrame] | None = None,
    opens: Opens | None = None,
) -> int | None:
    """Shows `rows` under a title, beside it the download NAME.csv of `download`: plain values, by default the rows.

    Gives the row that the reader opened in this run, None where none.
    """
    columns, chosen = dict(columns or {}), None
    with heading(title, name, rows if download is None else download):
        if opens:
            columns[opens.column] = _button(opens, name)
            chosen = _chosen(opens, name, rows[opens.column].to_list())
    height = "content" if rows.height <= MOST_ROWS_SHOWN else ROW * (MOST_ROWS_SHOWN + 1) + 2
    with st.container(key=f"table-{name}"):
        st.dataframe(rows, hide_index=True, column_config=columns, height=height, alt=title, placeholder=format.NONE)
    click = st.session_state.get(f"open-{name}") if opens else None
    return chosen if click is None else click.row


def heading(title: str, name: str, source: pl.DataFrame | Callable[[], pl.DataFrame]) -> DeltaGenerator:
    """A subheader, and beside it the download NAME.csv. Gives the place between them."""
    csv = (lambda: source().write_csv().encode()) if callable(source) else source.write_csv().encode()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.subheader(title, anchor=False, width="content")
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            between = st.container(width="content")
            st.download_button(
                "CSV", csv, f"{name}.csv", "text/csv", key=f"csv-{name}", on_click="ignore", icon=":material/download:",
                type="tertiary", help=f"Download {name} as CSV",
            )  # fmt: skip
    return between


def _button(opens: Opens, name: str) -> Any:
    return st.column_config.ButtonColumn(
        opens.title, key=f"open-{name}", type="tertiary", alignment="left", pinned=True, width=opens.width,
        help=opens.help or None,
    )  # fmt: skip


def _chosen(opens: Opens, name: str, values: Sequence[object]) -> int | None:
    """The row that was chosen by name; once, so that what it opened can be closed."""
    key = f"choose-{name}"

    def changed() -> None:
        st.session_state[f"{key}-row"], st.session_state[key] = st.session_state[key], None

    st.selectbox(
        f"Open a {opens.title.lower()} of the table by name", range(len(values)), index=None, key=key, width=150,
        format_func=lambda row: str(values[row]), placeholder="Open …", label_visibility="collapsed",
        on_change=changed,
    )  # fmt: skip
    return st.session_state.pop(f"{key}-row", None)


def service_columns(metric: MetricInfo, bands: Sequence[str]) -> dict[str, Any]:
    """How a table of services shows its columns. `bands`: those that occur."""
    columns = st.column_config
    return {
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
