"""What senders seldom do, told in any order and split anywhere, leaves what a rebuild makes of it."""

from contextlib import ExitStack
from datetime import timedelta
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.settings import Settings
from tests.strange import strange_history
from tests.warehouses import content, fill, rows
from warehouse.compute import rebuild
from warehouse.store import MEMORY, Store

LOOKS_BACK = (timedelta(0), timedelta(hours=9), timedelta(days=14))
"""How far compute reads before it takes the long way: short ones make it take that way more often."""


def told(seed: int) -> list[list[Any]]:
    """The events in batches: as they happened, some late, or in any order and some twice."""
    random, events = Random(seed + 7), strange_history(seed)
    if seed % 3 == 0:
        events = [*events, *random.sample(events, len(events) // 4)]
        random.shuffle(events)
    else:
        late = [0, 0, 0, 0, 30, 1000] if seed % 3 == 1 else [0]
        events.sort(key=lambda one: one.at + timedelta(hours=random.choice(late)))
    found = []
    while events:
        size = random.choice([1, 1, 2, 6, 9])
        found.append(events[:size])
        events = events[size:]
    return found


def the_law_holds(seed: int) -> None:
    store = Store.open(MEMORY)
    with ExitStack() as stack:
        for module in ("append", "undeployed"):
            stack.enter_context(patch(f"warehouse.compute.{module}.LOOK_BACK", LOOKS_BACK[seed % len(LOOKS_BACK)]))
        for batch in told(seed):
            fill(store, batch, Settings())
    incremental = content(store)
    rebuild(store, Settings())
    for table, expected in content(store).items():
        assert incremental[table] == expected, table


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10**6))
def test_what_is_computed_as_it_comes_equals_a_rebuild(seed: int) -> None:
    the_law_holds(seed)


@pytest.mark.soak
@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6))
def test_what_is_computed_as_it_comes_equals_a_rebuild_at_length(seed: int) -> None:
    the_law_holds(seed)


def test_the_strange_histories_are_worth_it() -> None:
    found = set[Any]()
    for seed in range(16):
        store = Store.open(MEMORY)
        fill(store, strange_history(seed), Settings())
        for query in (
            "SELECT DISTINCT via FROM failure_evidence", "SELECT DISTINCT remediation FROM deployments",
            "SELECT DISTINCT split_part(because, ':', 1) FROM contained", "SELECT DISTINCT graph FROM deployments",
        ):  # fmt: skip
            found |= {row[0] for row in rows(store, query)}
    assert found >= {
        "incident_link", "fixes", "rollback", "revert", "incident_window", "hotfix", "shipped", "squash", "merge",
        "baseline", "exchanged", "other_paths", "unknown", "no_sha", "known",
    }  # fmt: skip
