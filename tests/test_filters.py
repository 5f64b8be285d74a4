"""Filters show what the URL says, and nothing but a reader's choice changes it."""

from collections.abc import Mapping

import pytest
from streamlit.testing.v1 import AppTest


def _page() -> None:
    """Both looks of a filter, and what they chose."""
    import streamlit as st

    from dashboards import address, filters

    address.begin()
    team = filters.choose("team", "Team", ["", "payments", "search"], "")
    st.text(f"{team}, {filters.window()}")


def opened(query: Mapping[str, str]) -> AppTest:
    """The page behind a link."""
    page = AppTest.from_function(_page)
    for name, value in query.items():
        page.query_params[name] = value
    return page.run()


@pytest.mark.parametrize(
    ("query", "team", "window"),
    [
        ({}, "", "90d"),
        ({"team": "search", "window": "365d"}, "search", "365d"),
        ({"team": "nobody", "window": "1h"}, "", "90d"),
    ],
)
def test_a_widget_begins_with_what_the_url_says(query: dict[str, str], team: str, window: str) -> None:
    page = opened(query)
    select, segments = page.selectbox[0], page.get("button_group")[0]
    assert page.text[0].value == f"{team}, {window}"
    assert len(page.caption) == sum(value in ("nobody", "1h") for value in query.values()), "what isn't there is named"
    # the browser tells these as the reader's until the page's own value has arrived there
    assert select.options[select.proto.default] == (team or "")
    assert [["30d", "90d", "180d", "365d"][index] for index in segments.proto.default] == [window]


def test_a_choice_goes_into_the_url_and_its_default_out_of_it() -> None:
    page = opened({"team": "payments", "service": "payments-api"})
    page.selectbox[0].select("search").run()
    assert dict(page.query_params) == {"team": "search"}, "the service was of the other team"
    page.selectbox[0].select("").run()
    assert dict(page.query_params) == {}


def _switched() -> None:
    """A switch that can be used and one that can't."""
    import streamlit as st

    from dashboards import address, filters

    address.begin()
    st.text(f"{filters.switch('rows', 'Only the worst', 'all', True)}, {filters.switch('none', 'None', 'all', False)}")


def test_a_switch_is_as_the_url_says_and_changes_it() -> None:
    page = AppTest.from_function(_switched).run()
    assert page.text[0].value == "True, False"
    page.toggle[0].set_value(False).run()
    assert page.text[0].value == "False, False"
    assert dict(page.query_params) == {"rows": "all"}
    page.toggle[0].set_value(True).run()
    assert dict(page.query_params) == {}


def test_a_choice_before_the_browser_heard_of_the_last_one_undoes_nothing() -> None:
    page = opened({})
    page.selectbox[0].select("search").run()
    page.query_params.clear()
    page.run()  # a clock's tick, sent with the URL from before
    assert page.text[0].value == "search, 90d"
    page.query_params.clear()
    page.get("button_group")[0].set_value("365d").run()  # and a second choice
    assert page.text[0].value == "search, 365d"
    assert dict(page.query_params) == {"team": "search", "window": "365d"}


def test_a_url_that_the_browser_has_heard_of_is_taken_at_its_word() -> None:
    page = opened({})
    page.selectbox[0].select("search").run()
    page.run()
    page.query_params.clear()
    assert page.run().text[0].value == ", 90d"
