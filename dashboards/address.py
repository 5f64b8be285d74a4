"""What a page shows stands in its URL: a view is a link, a change is a step in the browser's history, back undoes it.

Streamlit's own `bind="query-params"` writes labels instead of names, adds no step to the history, and forbids pages to
link with the same parameters; so the query parameters are the state here, and widgets only show and set them.

A browser tells its URL with everything it asks. What it asked before it heard of our change still tells the old one: a
second choice right after the first, or the tick of a clock. Taken at its word, that would undo the change, and the
page would show something else than its URL says. So a URL that we have just replaced is stale, unless the reader went
back to it. Streamlit runs such requests in threads that share the parameters; a run reads its own copy.
"""

import threading
from typing import NoReturn

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

Parameters = dict[str, str]

DEPENDENT = {
    "team": ("service", "at"), "service": ("at",), "window": ("at", "bucket"), "bucket": ("at",),
    "metric": ("at", "statistic", "rows"),
}  # fmt: skip
"""What loses its meaning when a parameter changes."""
REPLACED = "addresses replaced"
"""Where a session keeps what the parameters were before our changes, until the browser tells the newest."""
NEWEST = "address"


class _Run(threading.local):
    """What a run knows, from its callbacks on."""

    def __init__(self) -> None:
        self.parameters: Parameters = {}
        self.replaced = False
        """It changed them itself: what it reads then isn't what the browser says."""


_run = _Run()


def begin() -> None:
    """Takes this run's copy of the parameters. Called once at a run's start, before anything reads them."""
    _run.parameters, _run.replaced = _told(), False


def stale() -> bool:
    """Whether the browser hasn't heard yet of a change that we made."""
    return st.query_params.to_dict() in st.session_state.get(REPLACED, []) and not _went_back()


def get(name: str, default: str = "") -> str:
    """A parameter of the URL."""
    return _run.parameters.get(name, default)


def current(**changes: str | None) -> Parameters:
    """The URL's parameters with changes, for links; None or an empty string leaves one out."""
    return _changed(_run.parameters, changes)


def put(name: str, value: str, default: str = "") -> None:
    """Sets a parameter (its default leaves the URL clean) and drops those that depended on it."""
    old = _told()
    _set(old, _changed(old, {name: None if value == default else value}, drop=True))


def replace(parameters: Parameters) -> None:
    """Makes these the URL's parameters."""
    _set(_told(), parameters)


def step(**changes: str | None) -> NoReturn:
    """Changes the URL's parameters, drops those that depended on them, draws the page anew: one step in the history.

    A switch to another page is two steps there (the parameters, then the path), so that back would miss its place.
    """
    replace(_changed(_run.parameters, changes, drop=True))
    st.rerun()


def _changed(parameters: Parameters, changes: dict[str, str | None], drop: bool = False) -> Parameters:
    """`drop`: without those that depended on what changes."""
    dropped = {name for changed in changes for name in DEPENDENT.get(changed, ())} if drop else ()
    return {key: value for key, value in {**parameters, **dict.fromkeys(dropped), **changes}.items() if value}


def _set(old: Parameters, new: Parameters) -> None:
    if new != old:
        st.session_state[REPLACED] = [*st.session_state.get(REPLACED, []), old]
        st.session_state[NEWEST] = new
        _run.replaced = True
    st.query_params.from_dict(new)


def _told() -> Parameters:
    """What the browser says, or what we told it and it hasn't heard."""
    if stale():
        st.query_params.from_dict(st.session_state[NEWEST])
    elif not _run.replaced:
        st.session_state[REPLACED] = []
    return st.query_params.to_dict()


def _went_back() -> bool:
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation
