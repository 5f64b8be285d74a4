"""Plain histories are swept in numbers: what is found equals what the walk, commit by commit, finds."""

from array import array
from importlib import import_module
from random import Random
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.settings import Settings
from tests.test_laws import history
from tests.warehouses import content, deploy, event, fill, push, rows
from warehouse.compute import rebuild
from warehouse.compute.graph import Graph
from warehouse.compute.runs import Reached, Runs
from warehouse.store import MEMORY, Store

SETTINGS = Settings()


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_runs_reach_what_the_graph_reaches(seed: int, cyclic: bool) -> None:
    """Random graphs of long lines, forks and merges, two side by side; with `cyclic`, a liar's edges too."""
    random = Random(seed)
    nodes = random.randint(1, 60)
    edges = {(child, max(child - (random.random() < 0.2) * random.randint(0, 9) - 1, 0)) for child in range(1, nodes)}
    edges |= {(child, random.randrange(child)) for child in range(1, nodes) if random.random() < 0.2}
    edges -= {(child, parent) for child, parent in edges if child == nodes // 2}
    if cyclic:
        edges |= {tuple(random.sample(range(nodes), 2)) for _ in range(3) if nodes > 1}
    parents = {str(child): sorted(str(p) for c, p in edges if c == child) for child, _ in edges}
    graph, listed = Graph(parents), sorted(edges, key=lambda _: random.random())
    ends = np.array(listed, np.int64).reshape(-1, 2)
    runs = Runs(nodes, ends[:, 0], ends[:, 1])
    reached, seen, done = Reached(runs), set[str](), list[int]()
    for owner in range(8):
        tip = random.randrange(nodes)
        where = int(runs.run[tip]), int(runs.place[tip])
        assert reached.has(*where) == (str(tip) in seen)
        if not cyclic:
            for other in done:
                at = int(runs.run[other]), int(runs.place[other])
                assert reached.is_ancestor(*at, *where) == graph.is_ancestor(str(other), str(tip))
        stretches = array("q")
        reached.take(*where, owner, stretches)
        parts = np.array(stretches, np.int64).reshape(-1, 3)
        found = [str(node) for _, start, end in parts for node in runs.node[start:end]]
        assert sorted(found) == sorted(graph.reach(str(tip), seen))
        done.append(tip)


def unswept(store: Store) -> None:
    """A rebuild in which every commit is walked."""
    with patch.object(import_module("warehouse.compute.walk"), "sweep", lambda cursor: {}):
        rebuild(store, SETTINGS)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_a_swept_history_equals_a_walked_one(seed: int) -> None:
    store, random = Store.open(MEMORY), Random(seed)
    events = [one for one in history(seed) if type(one).__name__ != "PullRequest"]
    deployments = [one for one in events if type(one).__name__ == "Deployment"]
    strange = [
        one.model_copy(
            update={"rollback": random.random() < 0.3, "sha": random.choice([one.sha, None]), "version": "1"}
        )
        for one in deployments
        if random.random() < 0.3
    ]
    fill(store, [*events, *strange], SETTINGS)
    rebuild(store, SETTINGS)
    swept = content(store)
    unswept(store)
    walked = content(store)
    for table, expected in walked.items():
        assert swept[table] == expected, table


def test_plain_histories_are_never_walked_commit_by_commit() -> None:
    store = Store.open(MEMORY)
    squashed = event("pull_request", 1, repository="acme/pay", number=1, status="merged", head_sha="b", merge_sha="a")
    fill(store, [push(1, "", "a"), deploy(2, "1", "a"), push(3, "a", "b"), deploy(4, "2", "b")], SETTINGS)
    with patch.object(import_module("warehouse.compute.walk"), "take", side_effect=AssertionError("walked")):
        rebuild(store, SETTINGS)
        assert rows(store, "SELECT deployment, shipped FROM deployments ORDER BY ALL") == [("1", 0), ("2", 1)]
        with pytest.raises(AssertionError, match="walked"):
            fill(store, [squashed], SETTINGS)
