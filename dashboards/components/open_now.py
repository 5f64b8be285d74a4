"""What is open now: failed deployments that nothing has mended yet, and incidents that are not resolved."""

from typing import Any

import streamlit as st

from dashboards import data, format, navigation, words
from dashboards.components import frame

SHOWN = 5
"""Of each kind; the sentence above tells how many there are."""


def panel() -> None:
    """Counts in words, then the newest of each as links into their evidence."""
    failures, incidents = data.open_failures(), data.open_incidents()
    st.subheader("What is open now?", anchor=False)
    if data.services().is_empty():
        frame.empty("No service is known yet, so nothing is known to be open.", frame.FIRST_STEP)
        return
    if not failures and not incidents:
        done = "Nothing: every failed deployment was mended, every incident resolved."
        st.markdown(f":green[:material/check_circle:] {done}")
        return
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, gap="xsmall", height="stretch", key="open-failures"):
        st.markdown(f"**{format.plural(len(failures), 'failed deployment')} without recovery**")
        for each in failures[:SHOWN]:
            _failure(each)
        _rest(failures)
    with right.container(border=True, gap="xsmall", height="stretch", key="open-incidents"):
        st.markdown(f"**{format.plural(len(incidents), 'open incident')}**")
        for each in incidents[:SHOWN]:
            _incident(each)
        _rest(incidents)


def _failure(row: dict[str, Any]) -> None:
    age = format.since(data.moment(row["first_success_at"]))
    label = f"**{words.escape(row['service'])}** failed, live for {age} :gray[· {words.escape(row['deployment'])}]"
    navigation.link(
        "deployment", label, icon=":material/error:", query={"id": row["deployment"], "service": row["service"]}
    )


def _incident(row: dict[str, Any]) -> None:
    age = format.since(data.moment(row["opened_at"]))
    title = words.escape(row["title"] or row["incident"])
    where = words.escape(", ".join(row["services"]) or "no service known")
    label = f"**{where}** {title}, open for {age}"
    if url := format.safe_url(row["url"]):
        st.page_link(url, label=f"{label} ↗", icon=":material/notifications_active:")
    else:
        st.markdown(f":material/notifications_active: {label}")


def _rest(rows: list[dict[str, Any]]) -> None:
    if len(rows) > SHOWN:
        st.caption(f"and {len(rows) - SHOWN} older")
