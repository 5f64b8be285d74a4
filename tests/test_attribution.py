"""Failed deployments, recoveries and rework: METRICS.md's rules, one case each."""

from datetime import timedelta
from typing import Any

import pytest

from tests.warehouses import START, deploy, event, incident, push, rows, store_of
from warehouse.store import Store

BASE = [push(1, "", "a", "b"), deploy(2, "V1", "a")]


def failures(store: Store) -> dict[str, tuple[Any, ...]]:
    """Failed deployment → (failed_by, recovered after START in hours, recovered_by)."""
    found = rows(store, "SELECT deployment, failed_by, recovered_at, recovered_by FROM deployments WHERE failed")
    return {d: (by, at and (at - START) / timedelta(hours=1), how) for d, by, at, how in found}


def column(store: Store, name: str) -> dict[str, Any]:
    return dict(rows(store, f"SELECT deployment, {name} FROM deployments"))


def test_nothing_fails_by_itself() -> None:
    assert failures(store_of(*BASE, deploy(3, "V2", "b"))) == {}


def test_rollback_blames_the_first_deployment_after_the_version_returned_to() -> None:
    store = store_of(
        push(1, "", "a", "b", "c"),
        deploy(2, "V1", "a"),
        deploy(3, "V2", "b"),
        deploy(4, "V3", "c"),
        deploy(5, "V4", "a"),
    )
    assert failures(store) == {"V2": ("rollback", 5.0, "rollback")}
    assert column(store, "rollback") == {"V1": False, "V2": False, "V3": False, "V4": True}
    assert column(store, "returned_to")["V4"] == "V1"
    assert column(store, "shipped")["V4"] == 0


def test_rolling_forward_again_is_no_rollback() -> None:
    store = store_of(*BASE, deploy(3, "V2", "b"), deploy(4, "V3", "a"), deploy(5, "V4", "b"))
    assert column(store, "rollback") == {"V1": False, "V2": False, "V3": True, "V4": False}


def test_a_redeploy_is_no_rollback_and_ships_nothing() -> None:
    store = store_of(*BASE, deploy(3, "V2", "b"), deploy(4, "V3", "b"))
    assert column(store, "rollback")["V3"] is False
    assert column(store, "shipped") == {"V1": 0, "V2": 1, "V3": 0}


def test_a_flagged_rollback_needs_no_graph() -> None:
    store = store_of(
        deploy(2, "D1", version="1"), deploy(3, "D2", version="2"), deploy(4, "D3", version="1", rollback=True)
    )
    assert failures(store) == {"D2": ("rollback", 4.0, "rollback")}


def test_what_goes_back_behind_everything_deployed_blames_the_first_that_held_it() -> None:
    pushed = push(1, "", "z", "a", "b", "c")
    lived = [pushed, deploy(2, "V1", "a"), deploy(3, "V2", "b"), deploy(4, "V3", "c")]
    for flag in ({}, {"rollback": True}):
        store = store_of(*lived, deploy(5, "V4", "z", **flag))
        assert failures(store) == {"V1": ("rollback", 5.0, "rollback")}
        assert column(store, "returned_to")["V4"] is None


def test_a_flagged_rollback_to_what_nobody_knows_goes_back_by_one() -> None:
    store = store_of(*BASE, deploy(3, "V2", "b"), deploy(5, "V3", "unheard of", rollback=True))
    assert failures(store) == {"V2": ("rollback", 5.0, "rollback")}
    assert column(store, "returned_to")["V3"] == "V1"


def test_revert_commit_blames_the_deployment_that_shipped_the_reverted_one() -> None:
    sha = "b" * 40
    revert = {"sha": "r" * 40, "committed_at": START, "message": f'Revert "x"\n\nThis reverts commit {sha}.'}
    store = store_of(
        push(1, "", "a", sha), deploy(2, "V1", "a"), deploy(3, "V2", sha),
        push(5, sha, commits=[revert]), deploy(6, "V3", "r" * 40),
    )  # fmt: skip
    assert failures(store) == {"V2": ("revert", 6.0, "revert")}
    assert column(store, "remediation") == {"V1": None, "V2": None, "V3": "revert"}


def test_a_later_event_that_tells_no_labels_takes_none_away() -> None:
    pull = {"repository": "acme/pay", "number": 7, "head_branch": "patch", "head_sha": "p", "merge_sha": "b"}
    store = store_of(
        push(1, "", "a"), deploy(2, "V1", "a"), push(3, "a", "b"),
        event("pull_request", 2.5, status="opened", labels=["hotfix"], **pull),
        event("pull_request", 3, status="merged", **pull), deploy(4, "V2", "b"),
    )  # fmt: skip
    assert column(store, "remediation") == {"V1": None, "V2": "hotfix"}


def test_a_revert_shipped_together_with_what_it_reverts_is_no_failure() -> None:
    sha = "b" * 40
    revert = {"sha": "r", "committed_at": START, "message": f"This reverts commit {sha}."}
    store = store_of(push(1, "", "a", sha), deploy(2, "V1", "a"), push(5, sha, commits=[revert]), deploy(6, "V3", "r"))
    assert failures(store) == {}


def test_the_baseline_is_not_blamed_through_a_revert_but_through_an_incident() -> None:
    sha = "b" * 40
    revert = {"sha": "r", "committed_at": START, "message": f"This reverts commit {sha}."}
    store = store_of(push(1, "", "a", sha), deploy(2, "V1", sha), push(5, sha, commits=[revert]), deploy(6, "V2", "r"))
    assert failures(store) == {}
    assert failures(store_of(*BASE, incident(3, "I"))) == {"V1": ("incident", None, None)}


def test_a_revert_pull_request_blames_what_shipped_the_pull_request() -> None:
    common = {"repository": "acme/pay", "base_branch": "main"}
    store = store_of(
        push(1, "", "a"), deploy(2, "V1", "a"),
        push(3, "a", "m7"),
        event("pull_request", 3, number=7, status="merged", merge_sha="m7", head_sha="h7", **common),
        deploy(4, "V2", "m7"),
        push(5, "m7", "m8"),
        event(
            "pull_request", 5, number=8, status="merged", merge_sha="m8", head_sha="h8", title='Revert "x"',
            body="Reverts acme/pay#7", **common,
        ),
        deploy(6, "V3", "m8"),
    )  # fmt: skip
    assert failures(store) == {"V2": ("revert", 6.0, "revert")}


def test_incident_window_takes_the_most_recent_deployment_and_ends_after_it() -> None:
    deployed = [*BASE, deploy(3, "V2", "b")]
    assert failures(store_of(*deployed, incident(27, "I"), incident(30, "I", "resolved"))) == {
        "V2": ("incident", 30.0, "incident")
    }
    assert failures(store_of(*deployed, incident(27.001, "I"))) == {}


def test_recovery_waits_for_all_its_incidents() -> None:
    store = store_of(*BASE, deploy(3, "V2", "b"), incident(4, "I"), incident(5, "J"), incident(6, "I", "resolved"))
    assert failures(store) == {"V2": ("incident", None, None)}


def test_a_reopened_incident_takes_its_last_resolution() -> None:
    store = store_of(
        *BASE, deploy(3, "V2", "b"), incident(4, "I"), incident(5, "I", "resolved"), incident(6, "I", "reopened"),
        incident(9, "I", "resolved"),
    )  # fmt: skip
    assert failures(store) == {"V2": ("incident", 9.0, "incident")}


def test_an_explicit_link_decides_before_the_window_and_needs_none() -> None:
    store = store_of(*BASE, deploy(3, "V2", "b"), incident(100, "I", deployment="V1"))
    assert failures(store) == {"V1": ("explicit", None, None)}
    store = store_of(*BASE, deploy(3, "V2", "b"), incident(4, "I", deployment="b"))
    assert failures(store) == {"V2": ("explicit", None, None)}


def test_an_incident_that_names_only_a_deployment_is_on_its_services() -> None:
    linked = event("incident", 4, incident="I", status="opened", deployment="V2")
    store = store_of(*BASE, deploy(3, "V2", "b"), linked)
    assert rows(store, "SELECT service FROM incidents") == [("acme/pay",)]
    assert failures(store) == {"V2": ("explicit", None, None)}


def test_fixes_marks_recovers_and_is_rework() -> None:
    store = store_of(*BASE, deploy(3, "V2", "b"), push(4, "b", "c"), deploy(5, "V3", "c", fixes="V2"))
    assert failures(store) == {"V2": ("explicit", 5.0, "fixes")}
    assert column(store, "remediation")["V3"] == "fixes"


def test_marked_failed_counts_and_ends_nothing() -> None:
    store = store_of(*BASE, deploy(3, "V2", "b"), deploy(4, "V2", "b", status="failure"))
    assert failures(store) == {"V2": ("explicit", None, None)}
    assert failures(store_of(*BASE, deploy(3, "V2", "b", failed=True))) == {"V2": ("explicit", None, None)}


def test_inactive_is_no_failure() -> None:
    assert failures(store_of(*BASE, deploy(3, "V1", "a", status="inactive"))) == {}


def test_a_rollout_that_never_succeeded_is_no_failed_change() -> None:
    store = store_of(*BASE, deploy(3, "V2", "b", status="failure"), incident(4, "I"))
    assert failures(store) == {"V1": ("incident", None, None)}


def test_hotfix_by_branch_label_and_ref() -> None:
    common = {"repository": "acme/pay", "number": 7, "status": "merged", "merge_sha": "m", "head_sha": "h"}
    shipped = [*BASE, push(4, "b", "m"), deploy(5, "V2", "m")]
    for how in (
        event("pull_request", 4, head_branch="hotfix/x", **common),
        event("pull_request", 4, head_branch="x", labels=["hotfix"], **common),
        push(3, "b", "m", branch="hotfix/x"),
        deploy(5, "V2", "m", ref="refs/heads/hotfix/x"),
    ):
        assert column(store_of(*shipped, how), "remediation") == {"V1": None, "V2": "hotfix"}
    plain = event("pull_request", 4, head_branch="feature/hotfix", **common)
    assert column(store_of(*shipped, plain), "remediation") == {"V1": None, "V2": None}


def test_staging_is_not_blamed_for_incidents() -> None:
    store = store_of(*BASE, deploy(3, "S1", "b", environment="staging"), incident(4, "I"))
    assert failures(store) == {"V1": ("incident", None, None)}


def merged(hours: float, number: int, head: str, sha: str) -> list[Any]:
    """A pull request of a branch that ends in `head`, merged as `sha`."""
    fields = {"repository": "acme/pay", "number": number, "head_sha": head, "head_branch": f"f{number}"}
    opened = event("pull_request", hours - 0.5, status="opened", **fields)
    return [opened, event("pull_request", hours, status="merged", merge_sha=sha, **fields)]


def told(sha: str, hours: float, message: str, **more: Any) -> dict[str, Any]:
    return {"sha": sha, "committed_at": START + timedelta(hours=hours), "message": message, **more}


@pytest.mark.parametrize("left", ["the squash", "Merge pull request #1 from acme/f1"])
def test_a_revert_of_what_a_request_left_blames_where_its_branch_was_shipped(left: str) -> None:
    squash = "5" * 40
    brought = [told("x", 3, "x", distinct=False)] if left.startswith("Merge") else []
    store = store_of(
        push(1, "", "a"), deploy(2, "V1", "a"), push(3, "a", "x", branch="f1"), deploy(4, "V2", "x"),
        push(5, "a", commits=[*brought, told(squash, 5, left)]), *merged(5, 1, "x", squash), deploy(6, "V3", squash),
        push(7, squash, commits=[told("r", 7, f"Revert\n\nThis reverts commit {squash}.")]), deploy(8, "V4", "r"),
    )  # fmt: skip
    assert column(store, "shipped")["V3"] == 0
    assert failures(store) == {"V2": ("revert", 8.0, "revert")}


def test_a_revert_that_was_live_from_its_branch_repairs_once() -> None:
    bad = "1" * 40
    revert = f"Revert\n\nThis reverts commit {bad}."
    store = store_of(
        push(1, "", "a"), deploy(2, "V1", "a"), push(3, "a", bad), deploy(4, "V2", bad),
        push(5, bad, branch="f1", commits=[told("r", 5, revert)]), deploy(6, "V3", "r"),
        push(7, bad, commits=[told("s", 7, revert + " (#1)")]), *merged(7, 1, "r", "s"), deploy(8, "V4", "s"),
    )  # fmt: skip
    assert column(store, "remediation") == {"V1": None, "V2": None, "V3": "revert", "V4": None}
    assert failures(store) == {"V2": ("revert", 6.0, "revert")}


def test_a_hotfix_needs_no_told_merge_commit() -> None:
    fields = {"repository": "acme/pay", "number": 1, "head_sha": "b", "head_branch": "x", "labels": ["hotfix"]}
    requests = [
        event("pull_request", 2.5, status="opened", **fields),
        event("pull_request", 3, status="merged", **fields),
    ]
    assert column(store_of(*BASE, deploy(4, "V2", "b"), *requests), "remediation")["V2"] == "hotfix"


def test_an_incident_blames_nothing_that_came_after_it() -> None:
    store = store_of(
        *BASE, deploy(6, "S2", "b", environment="staging"),
        incident(7, "I", deployment="b"), incident(8, "I", "resolved"), deploy(10, "V2", "b"),
    )  # fmt: skip
    assert failures(store) == {"S2": ("explicit", 8.0, "incident")}


def test_an_incident_of_a_rollout_that_never_succeeded_blames_no_other() -> None:
    store = store_of(
        *BASE, deploy(4, "V2", "b"), deploy(5, "V3", "c", status="failure"), incident(5.1, "I", deployment="V3")
    )
    assert failures(store) == {}
    assert (
        failures(store_of(*BASE, deploy(4, "V2", "b"), incident(5.1, "I", deployment="nobody's")))["V2"][0]
        == "incident"
    )


def test_a_revert_of_a_squash_whose_branch_ends_in_a_merge_blames_who_shipped_the_squash() -> None:
    squash = "5" * 40
    merge = told("m", 4, "Merge branch 'main' into f1", parents=["x", "a"])
    store = store_of(
        push(1, "", "a"), deploy(2, "V1", "a"), push(3, "a", "x", branch="f1"),
        push(4, "x", branch="f1", commits=[merge]), push(5, "a", squash), *merged(5, 1, "m", squash),
        deploy(6, "V2", squash), deploy(8, "V3", "r"),
        push(7, squash, commits=[told("r", 7, f"Revert\n\nThis reverts commit {squash}.")]),
    )  # fmt: skip
    assert failures(store) == {"V2": ("revert", 8.0, "revert")}


@pytest.mark.parametrize("squashed", [True, False])
def test_a_hotfix_by_label_whose_branch_took_in_main_is_one(squashed: bool) -> None:
    now: dict[str, Any] = {"repository": "acme/pay", "number": 1, "head_branch": "fix/x", "labels": ["hotfix"]}
    update = {"sha": "m", "committed_at": START + timedelta(hours=5), "message": "Merge branch 'main' into fix/x"}
    known = {"sha": "d", "committed_at": START + timedelta(hours=4), "distinct": False}
    merge = {"sha": "f", "committed_at": START + timedelta(hours=6), "message": "Merge pull request #1 from acme/fix/x"}
    brought = [] if squashed else [{**update, "distinct": False}]
    store = store_of(
        push(1, "", "a"),
        deploy(2, "V1", "a"),
        push(3, "", "b", branch="fix/x"),
        push(4, "a", "d"),
        push(5, "b", commits=[known, update], branch="fix/x"),
        push(6, "d", commits=[*brought, merge | ({"message": "Fix x (#1)"} if squashed else {})]),
        event("pull_request", 6, status="merged", head_sha="m", merge_sha="f", **now),
        deploy(7, "V2", "f"),
    )
    assert column(store, "remediation") == {"V1": None, "V2": "hotfix"}
