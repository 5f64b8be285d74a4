"""Filters live in the URL: a view is a link, a change is a step in the browser's history, back undoes it.

Streamlit's own `bind="query-params"` writes labels instead of names, adds no step to the history, and forbids pages to
link with the same parameters; so the query parameter is the state here, and a widget only shows and sets it.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal, NoReturn

import streamlit as st

WINDOWS = {"30d": "30 days", "90d": "90 days", "180d": "6 months", "365d": "1 year"}
BUCKETS = {"day": "Day", "week": "Week", "month": "Month", "quarter": "Quarter"}
DEFAULT_WINDOW = "90d"
NATURAL_BUCKET = {"30d": "day", "90d": "week", "180d": "week", "365d": "month"}
"""What a window is cut into where the reader doesn't say."""
DEPENDENT = {
    "team": ("service", "at"), "service": ("at",), "window": ("at", "bucket"), "bucket": ("at",),
    "metric": ("at", "statistic"),
}  # fmt: skip
"""What loses its meaning when a parameter changes."""

Look = Literal["select", "segments", "pills"]


def get(name: str, default: str = "") -> str:
    """A parameter of the URL."""
    return st.query_params.get(name, default)


def put(name: str, value: str, default: str = "") -> None:
    """Sets a parameter (its default leaves the URL clean) and drops those that depended on it."""
    parameters = dict(st.query_params.items())
    for gone in (name, *DEPENDENT.get(name, ())):
        parameters.pop(gone, None)
    if value and value != default:
        parameters[name] = value
    st.query_params.from_dict(parameters)


def current(**changes: str | None) -> dict[str, str]:
    """The URL's parameters with changes, for links; None or an empty string leaves one out."""
    return {key: value for key, value in {**st.query_params.to_dict(), **changes}.items() if value}


def step(**changes: str | None) -> NoReturn:
    """Changes the URL's parameters and draws the page anew: one step in the browser's history.

    A switch to another page is two steps there (the parameters, then the path), so that back would miss its place.
    """
    st.query_params.from_dict(current(**changes))
    st.rerun()


def choose(
    name: str,
    label: str,
    options: Sequence[str],
    default: str,
    shown: Callable[[str], str] = str,
    look: Look = "select",
    **more: Any,
) -> str:
    """A widget over the parameter `name`. A value in the URL that isn't among the options counts as the default."""
    chosen = get(name, default)
    if chosen not in options:
        chosen = default
    key = f"filter-{name}"
    st.session_state[key] = chosen

    def changed() -> None:
        put(name, st.session_state[key] or default, default)

    widget: Any = {"select": st.selectbox, "segments": st.segmented_control, "pills": st.pills}[look]
    if look != "select":
        more["required"] = True
    widget(label, options, key=key, format_func=shown, on_change=changed, **more)
    return chosen


def window(**more: Any) -> str:
    """`30d`, `90d`, `180d` or `365d`."""
    return choose(
        "window", "Window", list(WINDOWS), DEFAULT_WINDOW, lambda name: WINDOWS[name], look="segments", **more
    )


def bucket(of_window: str, **more: Any) -> str:
    """`day`, `week`, `month` or `quarter`; by default what suits the window."""
    return choose("bucket", "Bucket", list(BUCKETS), NATURAL_BUCKET[of_window], lambda name: BUCKETS[name], **more)


def window_words(name: str) -> str:
    """the last 90 days"""
    words = WINDOWS[name]
    return f"the last {'year' if words == '1 year' else words}"
