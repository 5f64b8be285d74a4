"""Coverage: every reason that a number is missing or partial is found, says what it affects, and goes when mended."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from serving import serving
from warehouses import at, deploy, event, fill, incident, push, store_of

from warehouse.metrics.definitions import definitions
from warehouse.store import Store

Gaps = dict[str, dict[str, Any]]


def cut(name: str, parents: bool = False) -> list[Any]:
    """A push of 5 commits that lists one; its deployment comes after a first one."""
    repository = f"acme/{name}"
    listed = [{"sha": f"{name}9", "committed_at": at(9), "message": "x", "author": "ann"}]
    if parents:
        listed[0]["parents"] = [f"{name}0"]
    return [
        push(1, f"{name}-", f"{name}0", repository=repository),
        deploy(2, f"{name}-first", f"{name}0", repository=repository),
        push(9, f"{name}0", repository=repository, commits=listed, total=5),
        deploy(10, f"{name}-second", f"{name}9", repository=repository),
    ]


def pull(hours: float, name: str, number: int, status: str) -> Any:
    return event("pull_request", hours, repository=f"acme/{name}", number=number, status=status)


def ships(name: str, **more: Any) -> list[Any]:
    """Two deployments, of which the second ships a commit."""
    repository = f"acme/{name}"
    return [
        push(1, f"{name}-", f"{name}0", repository=repository),
        deploy(2, f"{name}-1", f"{name}0", repository=repository),
        push(3, f"{name}0", f"{name}1", repository=repository),
        deploy(4, f"{name}-2", f"{name}1", repository=repository, **more),
    ]


EVENTS: dict[str, list[Any]] = {
    "silent": [push(1, "-", "silent0", repository="acme/silent")],
    "staging": [deploy(1, "s", "a", repository="acme/staging", environment="staging")],
    "broken": [deploy(1, "b", "a", status="failure", repository="acme/broken")],
    "stuck": [*ships("stuck"), deploy(5, "stuck-3", "stuck1", status="in_progress", repository="acme/stuck")],
    "unsaid": [deploy(1, "u1", repository="acme/unsaid"), deploy(2, "u2", repository="acme/unsaid")],
    "unheard": [deploy(1, "h1", "a1", repository="acme/unheard"), deploy(2, "h2", "a2", repository="acme/unheard")],
    "first": [push(1, "-", "first0", repository="acme/first"), deploy(2, "f", "first0", repository="acme/first")],
    "cut": cut("cut"),
    "whole": cut("whole", parents=True),
    "late": [
        *ships("late"), push(9, "late1", "late2", repository="acme/late"),
        deploy(7, "late-3", "late2", repository="acme/late"),
    ],
    "open": [*ships("open"), incident(5, "I-open", repository="acme/open")],
    "seen": [
        *ships("seen"), pull(1, "seen", 1, "opened"), pull(2, "seen", 1, "merged"), pull(1, "seen", 2, "opened"),
        pull(2, "seen", 2, "approved"), pull(3, "seen", 2, "merged"),
        incident(3, "I-seen", repository="acme/seen"), incident(5, "I-seen", "resolved", repository="acme/seen"),
    ],
    "skewed": [incident(5, "J", repository="acme/skewed"), incident(4, "J", "resolved", repository="acme/skewed")],
    "ended": [incident(5, "I-ended", "resolved", repository="acme/ended")],
    "blamed": [incident(5, "I-blamed", repository="acme/blamed")],
}  # fmt: skip


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    store = store_of(*(one for events in EVENTS.values() for one in events))
    yield store
    store.close()


def gaps_of(store: Store) -> dict[str, Gaps]:
    """Service without its owner → gap → what the API says of it."""
    with serving(store) as address:
        rows = httpx.get(f"http://{address}/api/v1/coverage").json()["rows"]
    for row in rows:
        assert row["advice"] == [f"{gap['what']}: {gap['do']}" for gap in row["gaps"]]
    return {row["service"].removeprefix("acme/"): {gap["gap"]: gap for gap in row["gaps"]} for row in rows}


@pytest.fixture(scope="module")
def gaps(store: Store) -> dict[str, Gaps]:
    return gaps_of(store)


@pytest.mark.parametrize(
    ("service", "gap", "effect", "n", "affects", "says"),
    [
        ("silent", "no_deployments", "missing", 1, "change_fail_rate", "leadline sources"),
        ("staging", "no_production", "missing", 1, "deployment_frequency", "only to staging"),
        ("broken", "none_succeeded", "missing", 1, "deployment_frequency", "1 deployment"),
        ("stuck", "unended_rollouts", "partial", 1, "deployment_success_rate", "never ended"),
        ("unsaid", "no_sha", "missing", 2, "change_lead_time", "2 of 2 deployments"),
        ("unheard", "unknown_sha", "missing", 2, "change_lead_time", "no push of acme/unheard was ever seen"),
        ("first", "only_baseline", "missing", 1, "change_lead_time", "--service acme/first"),
        ("cut", "truncated_pushes", "partial", 1, "change_lead_time", "4 commits cut from 1 push notification"),
        ("late", "negative_lead_times", "partial", 1, "change_lead_time", "dated after the deployment"),
        ("open", "open_incidents", "partial", 1, "time_to_restore", "not resolved"),
        ("skewed", "negative_incidents", "partial", 1, "time_to_restore", "resolved before it was opened"),
        ("ended", "unopened_incidents", "partial", 1, "time_to_restore", "nobody told when it opened"),
        ("open", "unrecovered_failures", "partial", 1, "failed_deployment_recovery_time", "not recovered yet"),
        ("seen", "merged_without_review", "partial", 1, "pickup", "1 of 2 merged pull requests"),
        ("first", "no_incidents", "missing", 1, "time_to_restore", "pagerduty.com/service-id"),
        ("cut", "no_pull_requests", "missing", 1, "review", "acme/cut"),
        ("blamed", "no_deployments", "missing", 1, "change_fail_rate", "1 incident can be blamed on none"),
        ("seen", "not_in_catalog", "apart", 1, "", "catalog-info.yaml"),
    ],
)
def test_every_reason_is_told(
    gaps: dict[str, Gaps], service: str, gap: str, effect: str, n: int, affects: str, says: str
) -> None:
    told = gaps[service][gap]
    assert (told["effect"], told["n"]) == (effect, n)
    assert affects in told["affects"] or not affects
    assert says in f"{told['what']}: {told['do']}"


def test_only_metrics_that_exist_are_affected(gaps: dict[str, Gaps]) -> None:
    told = {name for found in gaps.values() for gap in found.values() for name in gap["affects"]}
    assert told <= set(definitions())
    assert {"deployment_frequency", "time_to_restore", "coding", "undeployed_changes"} <= told


def test_what_is_whole_has_no_gap(gaps: dict[str, Gaps]) -> None:
    assert set(gaps["seen"]) == {"merged_without_review", "not_in_catalog"}


def test_a_cut_push_is_mended_by_history_below_what_it_listed(gaps: dict[str, Gaps]) -> None:
    assert "truncated_pushes" not in gaps["whole"]


def test_a_gap_goes_when_what_was_missing_arrives() -> None:
    store = store_of(*EVENTS["unheard"])
    assert "unknown_sha" in gaps_of(store)["unheard"]
    fill(store, [push(3, "-", "a1", "a2", repository="acme/unheard")])
    assert "unknown_sha" not in gaps_of(store)["unheard"]
    store.close()
