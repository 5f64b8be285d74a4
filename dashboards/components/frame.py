"""What every page has: its heading, how fresh it is, and what to say when something is missing."""

from datetime import datetime

import streamlit as st

from dashboards import address, data, format, words
from models.errors import LeadlineError

FIRST_STEP = "Point a first webhook here: `leadline sources github` says how."


def title(text: str) -> None:
    """The page's title."""
    st.title(text, anchor=False)


def answer(text: str) -> None:
    """The sentence that a page opens with (Markdown)."""
    with st.container(key="answer"):
        st.markdown(text)


@st.fragment(run_every=data.FRESH_SECONDS)
def freshness(shown: str) -> None:
    """Says how fresh the page is; when the store has something new, the page is drawn again in its place.

    Drawn by the app, always in the same place above the page: a fragment inside a page may still run while the reader
    goes to another one, and would then write into a place that is gone.
    """
    try:
        now = data.version()
        last, waiting = data.last_received(), data.waiting()
    except LeadlineError as error:
        text = f":red[:material/cloud_off: {words.escape(error.message)}]"
    else:
        if now != shown and not address.stale():
            st.rerun()
        text = ":gray[:material/radio_button_unchecked:] No event has arrived yet"
        if last:
            text = f":green[:material/radio_button_checked:] Last event {format.ago(last)}"
        if waiting:
            text += f" · :orange[{format.count(waiting)} still to be counted]"
    with st.container(key="freshness"):
        st.caption(text, text_alignment="right")


def problem(error: LeadlineError) -> None:
    """Something that can't be read: what is wrong, and what to do."""
    with st.container(border=True):
        st.markdown(f":material/error: **{words.escape(error.message)}**")
        if error.hint:
            st.markdown(words.prose(error.hint))


def empty(why: str | None, todo: str = "") -> None:
    """An empty panel: why, and what mends it (Markdown)."""
    said = why or "Nothing is here."
    with st.container(border=True, horizontal_alignment="center", gap="xsmall"):
        st.markdown(f":material/inbox: {words.prose(said[0].upper() + said[1:])}", width="content")
        if todo:
            st.caption(todo, width="content")


def since_words(at: datetime | None) -> str:
    """A moment beside how long ago it is."""
    return format.NONE if at is None else f"{format.moment(at)} ({format.ago(at)})"
