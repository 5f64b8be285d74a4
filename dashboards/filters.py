"""Widgets over the parameters of the URL: they show and set them (`address`)."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import streamlit as st

from dashboards import address, words

WINDOWS = {"30d": "30 days", "90d": "90 days", "180d": "6 months", "365d": "1 year"}
BUCKETS = {"day": "Day", "week": "Week", "month": "Month", "quarter": "Quarter"}
DEFAULT_WINDOW = "90d"
NATURAL_BUCKET = {"30d": "day", "90d": "week", "180d": "week", "365d": "month"}
"""What a window is cut into where the reader doesn't say."""
Look = Literal["select", "segments", "pills"]


def choose(
    name: str,
    label: str,
    options: Sequence[str],
    default: str,
    shown: Callable[[str], str] = str,
    look: Look = "select",
    **more: Any,
) -> str:
    """A widget over the parameter `name`. A value in the URL that isn't among the options counts as the default, and
    the page says so: a number must not be taken for another team's.
    """
    asked = address.get(name, default)
    chosen = asked if asked in options else default
    key = f"filter-{name}"
    # Both, though Streamlit warns of it unless configured not to: a widget that is just drawn tells its own default
    # first, and told by a slow browser that would count as the reader's choice, and undo what the URL says.
    st.session_state[key] = chosen
    if look == "select":
        more["index"] = options.index(chosen)
    else:
        more |= {"default": chosen, "required": True}

    def changed() -> None:
        address.put(name, st.session_state[key], default)

    widget: Any = {"select": st.selectbox, "segments": st.segmented_control, "pills": st.pills}[look]
    widget(label, options, key=key, format_func=shown, on_change=changed, **more)
    if asked != chosen:
        instead = words.escape(f"There is no {label.lower()} “{asked}” to choose: “{shown(chosen)}” is shown")
        st.caption(f":orange[:material/warning: {instead}]", width="content")
    return chosen


def switch(name: str, label: str, off: str, usable: bool) -> bool:
    """A toggle that is on unless the parameter `name` says `off`; one that can't be used is off."""
    key, on = f"filter-{name}", usable and address.get(name) != off
    st.session_state[key] = on  # both, as above

    def changed() -> None:
        address.put(name, "" if st.session_state[key] else off)

    st.toggle(label, value=on, key=key, disabled=not usable, on_change=changed)
    return on


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
