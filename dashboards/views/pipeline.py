"""Pipeline, for when something smells: is it alive, what arrives, what was refused and why, what is missing."""

import json
from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from dashboards import address, charts, data, format, gaps, navigation, words
from dashboards.components import frame, tables
from models.errors import BadQueryError

PAGE = navigation.Place("Pipeline", "Operate", ":material/conversion_path:", order=90)
LETTERS_SHOWN = 200
LETTERS = {
    "id": pl.String, "received_at": pl.Datetime("us"), "source": pl.String, "event_type": pl.String,
    "kind": pl.String, "reason": pl.String,
}  # fmt: skip
KINDS = {"rejected": "refused", "unknown_type": "unknown type"}


def render() -> None:
    frame.title("Pipeline")
    now = data.pipeline()
    frame.answer(_sentence(now))
    _figures(now)
    _arrivals(now)
    _letters()
    _coverage()


def _sentence(now: Mapping[str, Any]) -> str:
    total = now["totals"]
    if not total["received"]:
        return f"**Nothing has arrived yet.** {frame.FIRST_STEP}"
    waiting = data.waiting()
    newest = data.last_received()
    arrived = f"the last delivery arrived {format.ago(newest)}" if newest else "what arrived has no time"
    state = ":green[The line is alive]" if waiting == 0 else f":red[{format.plural(waiting, 'delivery')} wait]"
    text = f"{state}: {arrived}"
    text += " and nothing waits" if waiting == 0 else ""
    if not total["dead"]:
        return f"{text}. None of {format.count(total['stored'])} was refused."
    refused = f"**{format.count(total['dead'])}** of {format.count(total['stored'])}"
    return f"{text}. {refused} could not be understood: see why below."


def _figures(now: Mapping[str, Any]) -> None:
    rates, total = now["rates"], now["totals"]
    lag = "not watched" if now["lag"] is None else format.count(now["lag"])
    figures = [
        ("Received", format.count(total["received"]), f"{format.count(total['duplicates'])} sent twice, counted once"),
        ("Last hour", format.count(rates["last_hour"]), f"{format.count(rates['last_minute'])} in the last minute"),
        ("Waiting in Kafka", lag, "deliveries still to be read"),
        ("Waiting to be computed", format.count(now["uncomputed"]), "facts still to be looked at"),
        ("Refused", format.count(total["dead"]), f"{format.count(total['ignored'])} more ignored on purpose"),
    ]
    grid = st.grid(len(figures), min_column_width=170, border=True)
    for label, value, note in figures:
        with grid.cell():
            st.metric(label, value)
            st.caption(note)


def _arrivals(now: Mapping[str, Any]) -> None:
    hours = pl.DataFrame(now["hours"], schema={"at": pl.String, "source": pl.String, "stored": pl.Int64})
    counts = pl.DataFrame(now["counts"], infer_schema_length=None)
    if counts.is_empty():
        return
    with st.container(border=True, key="arrivals"):
        st.markdown("**What arrived in the last two days?** :gray[:small[deliveries per hour, by source]]")
        if hours.is_empty():
            frame.empty("Nothing arrived in the last two days.", "`leadline doctor` checks every sender.")
        else:
            rows = hours.with_columns(pl.col("at").map_elements(data.local_of, pl.Datetime("us")))
            st.altair_chart(charts.arrivals(rows), alt="Deliveries per hour by source")
    columns = st.column_config
    numbers = {name: columns.NumberColumn(name.capitalize(), format="localized") for name in COUNTED}
    shown = counts.with_columns(pl.col("newest_received_at").map_elements(data.local_of, pl.Datetime("us")))
    shown = shown.select("source", "event_type", *COUNTED, "newest_received_at")
    tables.table(
        "What arrives, by source and type", shown, "arrivals",
        {
            "source": columns.TextColumn("Source", pinned=True), "event_type": "Type", **numbers,
            "newest_received_at": columns.DatetimeColumn("Newest", format=tables.MINUTES),
        },
        download=counts,
    )  # fmt: skip


COUNTED = ("received", "duplicates", "stored", "parsed", "ignored", "dead")
"""received = stored + duplicates; stored = parsed + ignored + dead."""


def _letters() -> None:
    """Dead letters with their reasons; one opens with what was sent and how to send it through again."""
    letters, more = data.dead_letters(LETTERS_SHOWN)
    if not letters:
        st.subheader("What was refused, and why?", anchor=False)
        if data.last_received() is None:
            frame.empty("Nothing has arrived yet, so nothing was refused.", frame.FIRST_STEP)
        else:
            st.markdown(":green[:material/check_circle:] Nothing: every delivery was understood or ignored on purpose.")
        return
    rows = pl.DataFrame(
        [
            {**{name: each[name] for name in LETTERS}, "received_at": data.local_of(each["received_at"]),
             "kind": KINDS.get(each["kind"], each["kind"])}
            for each in letters
        ],
        schema=LETTERS,
    )  # fmt: skip
    columns = st.column_config
    opened = tables.table(
        "What was refused, and why?", rows, "dead-letters",
        {
            "received_at": columns.DatetimeColumn("Received", format=tables.MINUTES),
            "source": columns.TextColumn("Source"), "event_type": columns.TextColumn("Type"),
            "kind": columns.TextColumn("Kind"), "reason": columns.TextColumn("Why", width="large"),
        },
        opens=tables.Opens("id", "Letter"),
    )  # fmt: skip
    if more:
        st.caption(f"The newest {LETTERS_SHOWN}; `leadline dead-letters list` has all of them.")
    if opened is not None:
        address.step(letter=rows["id"][opened])
    if chosen := address.get("letter"):
        _letter(chosen)


@st.dialog("A refused delivery", width="large", on_dismiss=lambda: address.put("letter", ""))
def _letter(name: str) -> None:
    try:
        letter = data.dead_letter(name)
    except BadQueryError as error:
        frame.problem(error)
        return
    st.markdown(f"{words.prose(letter['reason'])}")
    received = frame.since_words(data.moment(letter["received_at"]))
    st.caption(f"{words.escape(letter['source'])} · {words.escape(letter['event_type'])} · {received}")
    st.markdown("Mend the sender or update Leadline, then send it through again:")
    st.code(f"leadline dead-letters replay {letter['id']}", language="bash")
    st.markdown("**What was sent**")
    st.code(_pretty(letter.get("body", letter.get("body_base64", ""))), language="json", height=280)


def _pretty(body: str) -> str:
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body


def _coverage() -> None:
    """How much is missing for the numbers to be whole; the Coverage page says what."""
    rows, _ = data.coverage()
    hurt = sum(not gaps.whole(row) for row in rows)
    if hurt:
        label = (
            f"{hurt} of {format.plural(len(rows), 'service')} {'has' if hurt == 1 else 'have'} partial numbers: why?"
        )
        navigation.link("coverage", label, icon=":material/rule:")
