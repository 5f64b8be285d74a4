"""Flow: pull-request stages, batch size, deployment days and what waits, one rule each."""

from datetime import timedelta
from typing import Any

import pytest

from models.events import CatalogSnapshot
from models.results import MetricAnswer
from models.settings import Settings
from tests.catalogs import component
from tests.warehouses import START, deploy, event, push, rows, store_of
from warehouse.metrics.engine import Engine
from warehouse.metrics.query import MetricQuery
from warehouse.store import Store

HOUR = 3600.0
BASE = [push(1, "", "a"), deploy(2, "V1", "a")]


def pull(hours: float, status: str, number: int = 1, **more: Any) -> Any:
    fields = {"repository": "acme/pay", "number": number, "head_branch": "topic", "base_branch": "main"}
    return event("pull_request", hours, status=status, **(fields | more))


def ask(store: Store, metric: str, hours: float = 24 * 30, **more: Any) -> MetricAnswer:
    """A metric over the first `hours`."""
    until = (START + timedelta(hours=hours)).isoformat()
    return Engine(store, Settings()).metric(metric, MetricQuery(since=START.isoformat(), until=until, **more))


def value(store: Store, metric: str, **more: Any) -> float | None:
    return ask(store, metric, **more).results[0].value


def reason(store: Store, metric: str) -> str:
    return ask(store, metric).results[0].reason or ""


STAGES = [
    *BASE,
    push(10, "", "x", "y", branch="topic"),          # x is committed at 9
    pull(12, "opened", head_sha="y"),
    pull(15, "review", head_sha="y"),
    pull(16, "review", head_sha="y"),
    pull(18, "approved", head_sha="y"),
    pull(19, "approved", head_sha="y"),
    push(20, "a", "s"),
    pull(20, "merged", head_sha="y", merge_sha="s"),
    deploy(26, "V2", "s"),
]  # fmt: skip


@pytest.mark.parametrize(("stage", "hours"), [("coding", 3), ("pickup", 3), ("review", 3), ("merge", 2), ("deploy", 6)])
def test_the_stages_of_a_pull_request(stage: str, hours: float) -> None:
    store = store_of(*STAGES)
    assert value(store, stage) == hours * HOUR
    assert ask(store, stage, by="service").results[0].key == "acme/pay"
    evidence = Engine(store, Settings()).evidence(stage, MetricQuery(since=START.isoformat(), until="2026-03-01"))
    assert [row.ref for row in evidence.rows] == ["acme/pay#1"]


def test_a_draft_is_not_open_for_review() -> None:
    store = store_of(
        *BASE, push(10, "", "x", branch="topic"), pull(11, "opened"), pull(14, "ready"), pull(15, "review")
    )
    assert value(store, "coding") == 4 * HOUR
    assert value(store, "pickup") == HOUR


def test_a_draft_that_was_open_for_review_before_waits_from_its_opening() -> None:
    store = store_of(
        push(9, "", "a", branch="topic"), pull(10, "opened", head_sha="a"), pull(12, "review"), pull(13, "draft"),
        pull(20, "ready"), deploy(1, "V1", "z"),
    )  # fmt: skip
    assert value(store, "pickup") == 2 * HOUR


def test_a_branch_that_is_used_again_begins_anew() -> None:
    store = store_of(
        *BASE,
        push(10, "", "x", branch="topic"), pull(11, "opened"), pull(12, "merged"),
        push(20, "x", "y", branch="topic"), pull(21, "opened", 2),
    )  # fmt: skip
    found = Engine(store, Settings()).evidence("coding", MetricQuery(since=START.isoformat(), until="2026-03-01"))
    assert [(row.ref, row.value) for row in found.rows] == [("acme/pay#2", HOUR), ("acme/pay#1", HOUR)]


@pytest.mark.parametrize("second_ends", [None, 25])
def test_a_branch_begins_anew_after_what_had_ended_whatever_is_still_open(second_ends: float | None) -> None:
    open_beside = [pull(12, "opened", 2), *([pull(second_ends, "merged", 2)] if second_ends else [])]
    store = store_of(
        *BASE,
        push(2, "", "x", branch="topic"), pull(3, "opened"), pull(10, "merged"), *open_beside,
        push(19, "x", "y", branch="topic"), pull(20, "opened", 3),
    )  # fmt: skip
    found = Engine(store, Settings()).evidence("coding", MetricQuery(since=START.isoformat(), until="2026-03-01"))
    assert [row.value for row in found.rows if row.ref == "acme/pay#3"] == [HOUR]


def test_a_pull_request_belongs_to_the_service_that_deploys_its_repository() -> None:
    store = store_of(
        push(1, "", "a"), deploy(2, "V1", "a", service="payments"), pull(3, "opened"), pull(5, "review"),
    )  # fmt: skip
    assert [(r.key, r.value) for r in ask(store, "pickup", by="service").results] == [("payments", 2 * HOUR)]
    assert value(store, "pickup", service="payments") == 2 * HOUR


def test_a_merged_branch_waits_to_be_deployed_from_its_merge() -> None:
    merge = {"sha": "m", "committed_at": START + timedelta(hours=20), "message": "Merge pull request #1 from topic"}
    store = store_of(
        *BASE, push(10, "", "x", branch="topic"), pull(11, "opened", head_sha="x"),
        push(20, "a", commits=[{"sha": "x", "committed_at": START, "message": "x", "distinct": False}, merge]),
        pull(20, "merged", head_sha="x", merge_sha="m"), deploy(23, "V2", "m"), deploy(30, "V3", "m"),
    )  # fmt: skip
    assert value(store, "deploy") == 3 * HOUR


def test_a_pull_request_goes_live_once_however_often_it_is_reached() -> None:
    release = [{"sha": sha, "committed_at": START, "message": sha, "distinct": False} for sha in ("d", "X")]
    back = {"sha": "M", "committed_at": START, "message": "Merge branch 'develop'", "parents": ["S", "X"]}
    fork = {"head_sha": "fx", "head_branch": "p", "head_repository": "bob/pay", "base_branch": "develop"}
    store = store_of(
        push(1, "", "a"), deploy(2, "V1", "a"), push(2.5, "a", "d", branch="develop"),
        push(3, "d", "X", branch="develop"), pull(2.6, "opened", **fork), pull(3, "merged", merge_sha="X", **fork),
        push(5, "a", "S"), pull(4, "opened", 2, head_sha="X", head_branch="develop"),
        pull(5, "merged", 2, head_sha="X", head_branch="develop", merge_sha="S"), deploy(6, "V2", "S"),
        push(100, "S", commits=[*release, back]), deploy(101, "V3", "M"),
    )  # fmt: skip
    live = dict(rows(store, "SELECT number, deployment FROM deployed_pull_requests"))
    assert live == {1: "V2", 2: "V2"}
    assert ask(store, "deploy").results[0].n == 2


def test_a_commit_pushed_with_a_squash_is_a_change_of_its_own() -> None:
    store = store_of(
        push(1, "", "a"), deploy(2, "V1", "a"), push(3, "a", "h1", "h2", branch="topic"),
        pull(3.1, "opened", head_sha="h2"), push(5, "a", "d", "S"), pull(5, "merged", head_sha="h2", merge_sha="S"),
        deploy(6, "V2", "S"),
    )  # fmt: skip
    counted = {sha for (sha,) in rows(store, "SELECT sha FROM contained WHERE counted")}
    assert counted == {"d", "h1", "h2"}


def test_batch_size_counts_what_each_deployment_brought() -> None:
    store = store_of(
        *BASE, push(5, "a", "b", "c"), deploy(6, "V2", "c"), push(7, "c", "d", "e", "f", "g"), deploy(8, "V3", "g"),
        deploy(9, "V4", "g"),
    )  # fmt: skip
    assert value(store, "batch_size") == 3
    assert value(store, "batch_size", statistic="max") == 4
    assert ask(store, "batch_size").unit == "commits"


def test_deployment_days_are_counted_week_by_week() -> None:
    """START is a Monday. Weeks with 1, 3 and 0 days."""
    store = store_of(*(deploy(hours, f"V{hours}") for hours in (2, 3, 168, 170, 193, 290)))
    answer = ask(store, "deployment_days_per_week", hours=24 * 21)
    assert (answer.results[0].value, answer.results[0].n, answer.unit) == (1.0, 6, "days per week")
    assert value(store, "deployment_days_per_week", hours=24 * 14) == 2.0
    assert value(store, "deployment_days_per_week", hours=24 * 3) == 1.0


def test_what_waits_is_on_the_default_branch_and_not_in_production() -> None:
    store = store_of(
        *BASE, push(5, "a", "b", "c"), deploy(6, "V2", "b"), push(8, "c", "d"), push(9, "", "t", branch="topic")
    )
    assert value(store, "undeployed_changes") == 2
    assert value(store, "undeployed_changes", hours=10, statistic="max") == 5 * HOUR
    assert ask(store, "undeployed_changes").unit == "count"
    assert ask(store, "undeployed_changes", statistic="max").unit == "seconds"


def test_what_waits_longer_than_the_window_still_waits() -> None:
    store = store_of(*BASE, push(5, "a", "b"), push(400, "b", "c"))
    since, until = (START + timedelta(hours=h) for h in (300, 500))
    query = MetricQuery(since=since.isoformat(), until=until.isoformat())
    assert Engine(store, Settings()).metric("undeployed_changes", query).results[0].value == 2


def test_nothing_waits_where_all_is_live() -> None:
    store = store_of(*BASE, push(5, "a", "b"), deploy(6, "V2", "b"))
    assert value(store, "undeployed_changes") is None
    assert "nothing waits" in reason(store, "undeployed_changes")


def test_what_a_forced_push_threw_away_does_not_wait() -> None:
    store = store_of(*BASE, push(5, "a", "b", "c"), push(6, "c", "d", after="d", forced=True, commits=[
        {"sha": "d", "committed_at": START, "message": "Change d", "parents": ["b"]}]))  # fmt: skip
    assert {sha for (sha,) in rows(store, "SELECT sha FROM undeployed")} == {"b", "d"}


def test_a_commit_of_other_paths_waits_for_nobody_here() -> None:
    entity = component("pay", "acme/pay", **{"leadline.dev/paths": "pay/"})
    commits = [
        {"sha": sha, "committed_at": START, "message": sha, "files": [f"{folder}/main.py"]}
        for sha, folder in (("b", "pay"), ("c", "shop"))
    ]
    store = store_of(
        CatalogSnapshot(id="1", at=START, location="here", entities=(entity,)),
        *BASE, push(5, "a", commits=commits),
    )  # fmt: skip
    assert rows(store, "SELECT service, sha FROM undeployed") == [("pay", "b")]


@pytest.mark.parametrize(
    ("events", "metric", "words"),
    [
        (BASE, "pickup", "no pull request has been seen yet"),
        ([*BASE, pull(3, "opened")], "review", "none of them reviewed"),
        ([*BASE, pull(3, "opened"), pull(4, "review")], "merge", "1 reviewed, 0 approved"),
        ([], "undeployed_changes", "no deployment has been seen yet"),
    ],
)
def test_an_empty_stage_says_why(events: list[Any], metric: str, words: str) -> None:
    assert words in reason(store_of(*events), metric)


def test_of_two_pushes_in_one_second_the_later_says_where_the_default_branch_stands() -> None:
    for number in range(8):
        first, second = f"b{number:039x}", f"c{number:039x}"
        store = store_of(
            push(1, "", "a", default_branch="main"),
            deploy(2, "V1", "a"),
            push(3, "a", first, default_branch="main"),
            push(3, first, second, default_branch="main"),
        )
        assert rows(store, "SELECT sha FROM undeployed ORDER BY 1") == [(first,), (second,)]
