"""What every page has: its heading, how fresh it is, and what to say when something is missing."""

from datetime import datetime

import streamlit as st

from dashboards import data, format, words
from models.errors import LeadlineError


def heading(title: str) -> None:
    """The page's title beside how fresh its numbers are."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="heading"):
        st.title(title, anchor=False, width="content")
        freshness(data.version())


def answer(text: str) -> None:
    """The sentence that a page opens with (Markdown)."""
    with st.container(key="answer"):
        st.markdown(text)


@st.fragment(run_every=data.FRESH_SECONDS)
def freshness(shown: str) -> None:
    """Says how fresh the page is; when the store has something new, the page is drawn again in its place."""
    try:
        now = data.version()
    except LeadlineError as error:
        st.caption(f":red[:material/cloud_off: {words.escape(error.message)}]", width="content")
        return
    if now != shown:
        st.rerun()
    last = data.last_received()
    text = f"Last event {format.ago(last)}" if last else "No event has arrived yet"
    st.caption(f":green[:material/radio_button_checked:] {text}", width="content")


def problem(error: LeadlineError) -> None:
    """Something that can't be read: what is wrong, and what to do."""
    with st.container(border=True):
        st.markdown(f":material/error: **{words.escape(error.message)}**")
        if error.hint:
            st.markdown(words.escape(error.hint))


def empty(why: str | None, todo: str = "") -> None:
    """An empty panel: why, and what mends it (Markdown)."""
    with st.container(border=True, horizontal_alignment="center", gap="xsmall"):
        st.markdown(f":material/inbox: {words.escape(why or 'Nothing is here.')}", width="content")
        if todo:
            st.caption(todo, width="content")


def since_words(at: datetime | None) -> str:
    """A moment beside how long ago it is."""
    return format.NONE if at is None else f"{format.moment(at)} ({format.ago(at)})"
