"""What the Flow page says: where most of the time goes, and what waits."""

import pytest
from test_words import metric, result

from dashboards import words
from dashboards.components import lens
from dashboards.format import NBSP
from models.results import MetricInfo

WAITING = "undeployed_changes"


@pytest.fixture
def counted() -> MetricInfo:
    return metric(WAITING).model_copy(update={"unit": "count", "aggregate": "count"})


def test_flow_says_where_most_time_goes_and_what_waits(counted: MetricInfo) -> None:
    stages = [
        words.Move(metric("coding"), result(36_000, 72_000)),
        words.Move(metric("review"), result(12_000, 12_000)),
    ]
    waiting = words.Move(counted, result(3, None))
    text = words.flow(stages, waiting, 273_600, "search", "the last 90 days").replace(NBSP, " ")
    assert text == (
        "In search, most of a change's way to production is **coding** (75 %), whose median fell to **10 h** "
        "(:green[−50 %, better]) over the last 90 days. **3 changes** wait to be deployed, the oldest for **3 d 4 h**."
    )
    none = words.Move(counted, result(None, None, 0))
    assert words.flow(stages, none, None, "search", "x").endswith("Nothing waits to be deployed.")


def test_flow_without_pull_requests_gives_the_reason(counted: MetricInfo) -> None:
    none = [words.Move(metric("coding"), result(None, None, 0, reason="no pull request has been seen"))]
    text = words.flow(none, words.Move(counted, result(None, None, 0)), None, "search", "x")
    assert "no pull request has been seen." in text


def test_a_count_is_never_few(counted: MetricInfo) -> None:
    assert not words.few(counted, 1)
    assert words.few(metric(), 1)
    assert words.finding(counted, result(3, None), "search", "x") == "Undeployed changes of search: **3** over x."


def test_a_profile_is_chosen_only_where_the_api_knows_it() -> None:
    infos = {"a": metric().model_copy(update={"profiles": {"leadline": "", "gitlab": "pull requests"}})}
    assert lens.known(infos, "profile") == ["leadline", "gitlab"]
    assert lens.known({}, "profile") == []
