"""What is told late, or brings no commits, or is told in part: computed as it comes it equals a rebuild."""

from typing import Any

import pytest

from models.settings import Settings
from tests.warehouses import at, content, deploy, event, fill, push, rows, store_of
from warehouse.compute import rebuild
from warehouse.metrics import Engine, MetricQuery

SHIPPED = [push(1, "", "a", "b"), deploy(2, "V1", "b"), push(3, "b", "c")]
BRANCH = [push(1, "", "a"), deploy(2, "V1", "a"), push(3, "a", "f1", "f2", branch="f"), push(5, "a", "S")]
SQUASHED = event("pull_request", 5, status="merged", repository="acme/pay", number=1, merge_sha="S")


def pull(**more: Any) -> Any:
    return event("pull_request", 3, status="opened", repository="acme/pay", number=1, **more)


CASES: dict[str, list[list[Any]]] = {
    "a forced push back to what is live": [SHIPPED, [push(4, "c", after="b", forced=True)]],
    "a forced push, and the same deployed again": [
        SHIPPED, [push(4, "c", after="b", forced=True)], [deploy(5, "V2", "b")]
    ],
    "the default branch has another name": [
        [push(1, "", "a", "b", branch="master", default_branch="master"), deploy(2, "V1", "a")],
        [push(3, "", after="a", branch="main", default_branch="main")],
    ],
    "a branch is deleted": [SHIPPED, [push(4, "c", after="0" * 40, branch="topic", default_branch="main")]],
    "a request's head is told after its squash was deployed": [
        [*BRANCH, SQUASHED, deploy(6, "V2", "S")], [pull(head_sha="f2", head_branch="f")]
    ],
    "a request turns out to come from a fork": [
        [*BRANCH, SQUASHED, pull(head_sha="f2", head_branch="f"), deploy(6, "V2", "S")],
        [event("pull_request", 4, status="updated", repository="acme/pay", number=1, head_repository="other/pay")],
    ],
    "a SHA without a repository is known once it has begun": [
        [deploy(2, "V1", "zz", status="in_progress", repository=None, service="svc")],
        [push(3, "", "zz", repository="acme/other")],
    ],
    "a SHA without a repository turns up in another one too": [
        [push(1, "", "a", "c", repository="b/x"), deploy(2, "V1", "c", repository=None, service="svc")],
        [push(3, "", "c", repository="a/x")],
    ],
    "a neighbour without a repository changes no order": [
        [deploy(2, "V1", repository=None, service="pay", commits=[
            {"repository": "acme/z", "sha": "z9"}, {"repository": "acme/a", "sha": "b1"}])],
        [push(1, "", "q"), deploy(3, "W1", "q", repository=None, service="web")],
    ],
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_it_equals_a_rebuild(case: str) -> None:
    first, *others = CASES[case]
    store = store_of(*first)
    for batch in others:
        fill(store, batch)
    told = content(store)
    rebuild(store, Settings())
    assert told == content(store)


def test_what_was_forced_away_waits_no_longer() -> None:
    store = store_of(*SHIPPED)
    assert rows(store, "SELECT sha FROM undeployed") == [("c",)]
    assert rows(fill(store, [push(4, "c", after="b", forced=True)]), "FROM undeployed") == []


def test_gits_abbreviated_revert_is_a_revert() -> None:
    good, bad, mended = ("a" * 40, "b" * 40, "c" * 40)
    message = f'Revert "x"\n\nThis reverts commit {bad[:7]} ("x", 2026-01-05).'  # git revert --reference
    store = store_of(
        push(1, "", good), deploy(2, "V1", good), push(3, good, bad), deploy(4, "V2", bad),
        push(5, bad, mended, commits=[{"sha": mended, "committed_at": at(5), "message": message}]),
        deploy(6, "V3", mended),
    )  # fmt: skip
    assert rows(store, "SELECT deployment FROM deployments WHERE failed") == [("V2",)]


def test_an_environment_that_its_sender_calls_production_has_its_incidents() -> None:
    there = {"environment": "eu", "production": True}
    events = [
        push(1, "", "a", "b"), deploy(2, "V1", "a", **there), deploy(3, "V2", "b", **there),
        event("incident", 4, incident="I", status="opened", repository="acme/pay"),
        event("incident", 6, incident="I", status="resolved", repository="acme/pay"),
    ]  # fmt: skip
    query = MetricQuery(since="2026-01-01", until="2026-02-01", environment="eu")
    (result,) = Engine(store_of(*events), Settings()).metric("time_to_restore", query).results
    assert result.value == 7200


def test_gitlab_counts_an_incident_of_two_services_once() -> None:
    both = [push(1, "", "a"), deploy(2, "V1", "a", service="pay"), deploy(2, "W1", "a", service="web")]
    opened = event("incident", 3, incident="I", status="opened", services=["pay", "web"])
    query = MetricQuery(since="2026-01-01", until="2026-02-01", profile="gitlab")
    (result,) = Engine(store_of(*both, opened), Settings()).metric("change_fail_rate", query).results
    assert result.value == 0.5
