"""What only adds is appended; what may change more is derived again. Either equals what is computed from nothing."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.settings import Settings
from tests.test_laws import few, history, many
from tests.warehouses import at, content, deploy, event, fill, incident, push, rows
from warehouse.compute import rebuild
from warehouse.store import MEMORY, Store

DAY = 24
LOOK_BACKS = st.sampled_from([timedelta(0), timedelta(hours=9), timedelta(days=14)])
SHA = "c" * 40
REVERT = {"sha": "r" * 40, "committed_at": at(40), "message": f"This reverts commit {SHA}."}
HOT_PULL = {"repository": "acme/pay", "number": 7, "head_branch": "feature", "base_branch": "main", "head_sha": "h"}
BASE = (
    push(1, "", "a", "b"),
    deploy(2, "V1", "b"),
    push(20, "b", SHA),
    deploy(21, "V2", SHA),
    push(30, SHA, "d"),
    deploy(31, "V3", "d", url="https://ci.example.org/3"),
)

PLAIN = {
    "the next": [push(40, "d", "e", "f"), deploy(41, "V4", "f")],
    "the same again": [deploy(41, "V4", "d")],
    "one without a SHA": [deploy(41, "V4", version="4")],
    "its steps": [push(40, "d", "e"), deploy(41, "V4", "e", status="in_progress"), deploy(42, "V4", "e")],
    "a failed try": [push(40, "d", "e"), deploy(41, "V4", "e", status="failure")],
    "superseded": [push(40, "d", "e"), deploy(41, "V4", "e"), deploy(42, "V3", "d", status="inactive")],
    "two at once": [push(40, "d", "e"), push(42, "e", "f"), deploy(42.5, "V4", "e"), deploy(43, "V5", "f")],
    "an older incident": [incident(20.5, "I1", deployment="V1"), push(40, "d", "e"), deploy(41, "V4", "e")],
    "a branch of its own": [push(40, "", "x", branch="side"), push(41, "d", "e"), deploy(42, "V4", "e")],
    "a push alone": [push(40, "d", "e", "f")],
}
AGAIN = {
    "a rollback": [deploy(41, "V4", "b")],
    "a flagged rollback": [push(40, "d", "e"), deploy(41, "V4", "e", rollback=True)],
    "one in between": [push(25, SHA, "x", branch="side"), deploy(26, "V2b", "x")],
    "a fix": [push(40, "d", "e"), deploy(41, "V4", "e", fixes="V3")],
    "a marked failure": [push(40, "d", "e"), deploy(41, "V4", "e", failed=True)],
    "a revert": [push(40, "d", commits=[REVERT]), deploy(41, "V4", REVERT["sha"])],
    "a hotfix by its ref": [push(40, "d", "e"), deploy(41, "V4", "e", ref="hotfix/x")],
    "a hotfix by its branch": [push(39, "d", "e", branch="hotfix/x"), push(40, "d", "e"), deploy(41, "V4", "e")],
    "a hotfix by its label": [
        push(40, "d", "e"),
        event("pull_request", 40, **(HOT_PULL | {"status": "merged", "merge_sha": "e", "labels": ["hotfix"]})),
        deploy(41, "V4", "e"),
    ],
    "a label after it": [
        event("pull_request", 30, **(HOT_PULL | {"status": "merged", "merge_sha": "d", "labels": []})),
        event("pull_request", 33, **(HOT_PULL | {"status": "updated", "merge_sha": "d", "labels": ["hotfix"]})),
    ],
    "an incident that was before it": [incident(41.5, "I1"), push(40, "d", "e"), deploy(41, "V4", "e")],
    "an incident that named it before": [
        incident(40.5, "I1", deployment="V4", bindings=[]), push(40, "d", "e"), deploy(41, "V4", "e"),
    ],
    "a fix that was before it": [
        deploy(42, "V5", "d", fixes="V4", status="in_progress"), push(40, "d", "e"), deploy(41, "V4", "e"),
    ],
    "an incident after it": [push(40, "d", "e"), deploy(41, "V4", "e"), incident(42, "I1")],
    "its push after it": [deploy(41, "V4", "e"), push(40, "d", "e")],
    "an old branch": [push(3, "b", "x", branch="side"), push(20 * DAY, "d", "e"), deploy(20 * DAY + 1, "V4", "e"),
                      deploy(20 * DAY + 2, "V5", "x")],
    "a success before others": [deploy(30.5, "V3", "d")],
    "another version": [deploy(31.5, "V3", "d", version="3")],
    "what a link names, superseded": [
        event("incident", 32, incident="I1", status="opened", repository="acme/pay", deployment="V3"),
        deploy(42, "V3", "d", status="inactive"),
    ],
    "another repository": [push(40, "", "z", repository="acme/lib"), deploy(41, "V4", commits=[
        {"repository": "acme/lib", "sha": "z"}, {"repository": "acme/pay", "sha": "d"}])],
}  # fmt: skip


def as_it_came(events: Sequence[Any], store: Store | None = None) -> Store:
    """A store that computes after each event."""
    store = store or Store.open(MEMORY)
    for one in events:
        fill(store, [one])
    return store


def places(store: Store) -> set[tuple[Any, ...]]:
    """Where the rows of BASE's deployments lie: elsewhere once they were derived again."""
    return set(rows(store, "SELECT deployment, rowid FROM deployments WHERE deployment IN ('V1', 'V2')"))


def rebuilt(events: Sequence[Any]) -> Store:
    return fill(Store.open(MEMORY), events)


@pytest.mark.parametrize("case", PLAIN)
def test_what_only_adds_leaves_the_rest_where_it_is(case: str) -> None:
    store = as_it_came(BASE if case != "an older incident" else [*BASE, PLAIN[case][0]])
    before = places(store)
    as_it_came(PLAIN[case], store)
    assert content(store) == content(rebuilt([*BASE, *PLAIN[case]]))
    assert places(store) == before


@pytest.mark.parametrize("case", AGAIN)
def test_what_may_change_more_is_derived_again(case: str) -> None:
    store = as_it_came(BASE)
    before = places(store)
    as_it_came(AGAIN[case], store)
    assert content(store) == content(rebuilt([*BASE, *AGAIN[case]]))
    assert places(store) != before


@settings(few, max_examples=2)
@given(st.integers(0, 10**6), LOOK_BACKS)
def test_event_by_event_equals_all_at_once(seed: int, look_back: timedelta) -> None:
    as_it_came_equals_rebuilt(seed, look_back)


@pytest.mark.soak
@many
@given(st.integers(0, 10**6), LOOK_BACKS)
def test_event_by_event_equals_all_at_once_at_length(seed: int, look_back: timedelta) -> None:
    as_it_came_equals_rebuilt(seed, look_back)


def as_it_came_equals_rebuilt(seed: int, look_back: timedelta) -> None:
    """A random history, nearly in order, computed after each event, equals what is computed from nothing."""
    random = Random(seed)
    events = sorted(history(seed), key=lambda one: one.at + timedelta(hours=random.choice([0, 0, 0, 30])))
    with ExitStack() as patched:
        for module in ("append", "undeployed"):  # each has it by name
            patched.enter_context(patch(f"warehouse.compute.{module}.LOOK_BACK", look_back))
        store = as_it_came(events)
    told = content(store)
    rebuild(store, Settings())
    for table, expected in content(store).items():
        assert told[table] == expected, table


@pytest.mark.parametrize("told", [True, False], ids=["that was live long ago", "that only an old push mentions"])
def test_a_sha_that_nobody_described_is_known(told: bool) -> None:
    """What is read of recent facts doesn't know it; what was live does, or an old push."""
    events = [
        push(1, "root", "a", "b", branch="main" if told else "side"),
        push(1, "", "y", branch="main" if not told else "side"),
        deploy(2, "V1", "b" if told else "y"),
        deploy(20 * DAY, "V2", "b" if told else "y"),
        deploy(21 * DAY, "V3", "root"),
    ]
    store = as_it_came(events)
    assert content(store) == content(rebuilt(events))
    found = rows(store, "SELECT graph, rollback FROM deployments WHERE deployment = 'V3'")
    assert found == [("known", told)]


def test_a_clock_ahead_of_its_push_hides_nothing() -> None:
    """The push is older than what is read, its commits are not."""
    late = [{"sha": sha, "committed_at": at(18 * DAY + i), "message": sha} for i, sha in enumerate("xyz")]
    events = [
        *BASE,
        push(32, "d", commits=late),
        deploy(20 * DAY, "V4", "d"),
        deploy(21 * DAY, "V5", "z"),
    ]
    store = as_it_came(events)
    assert content(store) == content(rebuilt(events))
    assert rows(store, "SELECT shipped FROM deployments WHERE deployment = 'V5'") == [(3,)]


def test_a_merge_queue_whose_first_request_is_live() -> None:
    """One push brought two requests. That the first is live already doesn't make its commit the second's."""
    pull = {"repository": "acme/pay", "base_branch": "main", "status": "merged"}
    events = [
        *BASE,
        push(33, "d", "h2", "h3", branch="two"),
        push(40, "d", "m", "n"),
        event("pull_request", 40, number=1, head_branch="one", head_sha="h1", merge_sha="m", **pull),
        event("pull_request", 40, number=2, head_branch="two", head_sha="h3", merge_sha="n", **pull),
        deploy(41, "V4", "m"),
        deploy(42, "V5", "n"),
    ]
    store = as_it_came(events)
    before = places(store)
    assert content(store) == content(rebuilt(events))
    shipped = rows(store, "SELECT sha FROM contained WHERE deployment = 'V5' AND counted ORDER BY ALL")
    assert (shipped, before) == ([("h2",), ("h3",)], places(store))
