"""What the Flow page says: where most of the time goes, and what waits."""

from datetime import UTC, datetime

import pytest
from test_words import metric, result

from dashboards import words
from dashboards.components import lens, observations
from dashboards.format import NBSP
from models.results import EvidenceRow, MetricInfo

NOW = datetime(2026, 11, 25, tzinfo=UTC)
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


@pytest.mark.parametrize(
    ("ref", "because", "noun", "parameter"),
    [
        ("a" * 40, "deployment 7 is the first", "commit", "commit"), ("Q1", "incident: 5xx", "incident", "incident"),
        ("acme/pay#4", "coding + deploy", "observation", ""), ("Q1", "incident 5xx", "observation", "incident"),
        ("a" * 40, "named by deployment 7", "observation", "commit"), ("7", "reached production", "observation", "id"),
        ("a" * 40, "committed", "waiting commit", "sha"), ("acme/pay#4", "title", "pull request", ""),
    ],
)  # fmt: skip
def test_an_observation_opens_by_what_it_is(ref: str, because: str, noun: str, parameter: str) -> None:
    row = EvidenceRow(service="pay", at=NOW, value=1.0, weight=1.0, ref=ref, url=None, because=because)
    assert observations.parameter_of(row, noun) == parameter


def test_only_a_sha_is_shortened() -> None:
    """Two deployments whose names begin alike must not look like one."""
    told = EvidenceRow(service="pay", at=NOW, value=1.0, weight=1.0, ref="ledger-1218845", url=None, because="")
    for ref, shown in (
        ("ledger-1218845", "ledger-1218845"),
        ("ab" * 20, "ab" * 5),
        ("acme/pay#1234567", "acme/pay#1234567"),
    ):
        assert observations._row(metric(), told.model_copy(update={"ref": ref}))["ref"] == shown


def test_what_other_definitions_observe_is_not_called_a_commit() -> None:
    told = words.finding(metric(), result(50, 100), "search", "x", "middleware").replace(NBSP, " ")
    assert told.endswith("on 100 observations.")
