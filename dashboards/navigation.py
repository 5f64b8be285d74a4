"""The way through the pages: found by their files in `views/`, grouped by reader. One page is one file, no second list.

A page module has `PAGE` (a Place) and `render()`. Its file name is its address: `views/dora.py` is `/dora`. The folder
can't be called `pages`: beside the script Streamlit takes that for its older kind of pages, and shows an empty page to
whoever opens a link other than the start page first.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any, Literal, NoReturn

import streamlit as st

from dashboards import address, views

Reader = Literal["Leaders", "Teams", "Services", "Platform", "Operate"]
HERE = "page shown"
"""Where a session keeps the name of the page that it shows."""
READERS: tuple[Reader, ...] = ("Leaders", "Teams", "Services", "Platform", "Operate")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands in the navigation; the lowest `order` of all opens first."""

    title: str
    reader: Reader
    icon: str
    order: int
    hidden: bool = False
    """Reached from another page, not from the navigation."""


@cache
def modules() -> Mapping[str, ModuleType]:
    """Page name → its module, in order."""
    names = [found.name for found in pkgutil.iter_modules(views.__path__)]
    loaded = {name: importlib.import_module(f"{views.__name__}.{name}") for name in names}
    return dict(sorted(loaded.items(), key=lambda item: item[1].PAGE.order))


def page(name: str) -> st.Page:
    """The Streamlit page of that name."""
    module = modules()[name]
    place: Place = module.PAGE
    return st.Page(
        module.render,
        title=place.title,
        icon=place.icon,
        url_path=name,
        default=name == next(iter(modules())),
        visibility="hidden" if place.hidden else "visible",
    )


def by_reader() -> dict[str, list[st.Page]]:
    """What the navigation shows; readers without pages are left out."""
    found = {reader: [n for n, m in modules().items() if m.PAGE.reader == reader] for reader in READERS}
    return {reader: [page(name) for name in names] for reader, names in found.items() if names}


def chosen() -> st.Page:
    """Shows the navigation; the page that the URL names."""
    found = st.navigation(by_reader(), expanded=True)
    st.session_state[HERE] = found.url_path or next(iter(modules()))
    return found


def link(name: str, label: str, icon: str | None = "", query: Mapping[str, str] | None = None, **more: Any) -> None:
    """A link to a page with parameters.

    To the page that is shown it is a button: Streamlit's own link would draw the page anew and leave the URL as it was,
    so that what is seen could be neither shared nor gone back from.
    """
    parameters = dict(query or {})
    if st.session_state.get(HERE) != name:
        st.page_link(page(name), label=label, icon=icon, query_params=parameters, **more)
        return
    key = f"link-{name}-{label}-{sorted(parameters.items())}"
    st.button(label, key=key, icon=icon or None, type="tertiary", on_click=address.replace, args=(parameters,), **more)


def go(name: str, query: Mapping[str, str]) -> NoReturn:
    """Opens a page with parameters, as a click on its link would."""
    st.switch_page(page(name), query_params=dict(query))
