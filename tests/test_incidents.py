"""Incidents that are told in part, and what links and flags say of deployments: the less common cases."""

import pytest

from tests.test_attribution import BASE, failures
from tests.warehouses import at, deploy, event, fill, incident, push, rows, store_of


def test_a_link_may_be_the_first_characters_of_a_sha() -> None:
    sha = "abcdef1" + "0" * 33
    shipped = [push(1, "", "a", sha), deploy(2, "V1", "a"), deploy(3, "V2", sha)]
    store = store_of(*shipped, incident(100, "I", deployment="abcdef10"), incident(101, "I", "resolved"))
    assert failures(store) == {"V2": ("explicit", 101.0, "incident")}
    assert failures(store_of(*shipped, deploy(5, "V3", "c", fixes=sha[:7]))) == {"V2": ("explicit", 5.0, "fixes")}
    assert failures(store_of(*shipped, deploy(5, "V3", "c", fixes="abcdef11"))) == {}
    assert failures(store_of(*shipped, deploy(5, "V3", "c", fixes="abcdef"))) == {}  # too short to mean one


@pytest.mark.parametrize("link", ["b" * 40, "b" * 8])
def test_a_link_means_the_same_with_a_whole_sha_and_its_beginning(link: str) -> None:
    sha = "b" * 40
    before = [push(1, "", "a"), deploy(2, "V1", "a"), push(3, "a", sha)]
    failed = "SELECT deployment, failed_by FROM deployments WHERE failed"
    alone = event("incident", 50, incident="I", status="opened", deployment=link)
    for order in ([*before, deploy(4, "V2", sha), alone], [alone, *before, deploy(4, "V2", sha)]):
        assert rows(store_of(*order), failed) == [("V2", "explicit")]
        store = store_of(order[0])
        for one in order[1:]:
            fill(store, [one])
        assert rows(store, failed) == [("V2", "explicit")]
    rollout = store_of(*before, deploy(4, "V2", sha, "failure"), incident(5, "I", deployment=link))
    assert rows(rollout, failed) == [], "it never reached production, and no other is to blame"


def test_a_flagged_rollback_by_a_new_commit_blames_what_was_live() -> None:
    store = store_of(*BASE, deploy(3, "V2", "b"), push(4, "b", "c"), deploy(5, "V3", "c", rollback=True))
    assert failures(store) == {"V2": ("rollback", 5.0, "rollback")}


def test_an_incident_of_which_only_the_end_is_known_is_no_zero_and_blames_nothing() -> None:
    store = store_of(*BASE, incident(3, "I", "resolved"))
    assert failures(store) == {}
    assert rows(store, "SELECT status, opening_known FROM incidents") == [("resolved", False)]
    fill(store, [incident(2.5, "I")])
    assert failures(store) == {"V1": ("incident", 3.0, "incident")}


def test_any_event_may_tell_the_opening_and_the_opening_itself_decides() -> None:
    late = [
        incident(4, "I", "acknowledged", opened_at=at(3)),
        incident(5, "I", "resolved", opened_at=at(3)),
    ]
    query = f"SELECT opening_known, opened_at = TIMESTAMPTZ '{at(3)}', status FROM incidents"
    store = store_of(*BASE, *late)
    assert rows(store, query) == [(True, True, "resolved")]
    assert failures(store) == {"V1": ("incident", 5.0, "incident")}
    fill(store, [incident(3.25, "I")])
    assert rows(store, query) == rows(store_of(*BASE, incident(3.25, "I"), *late), query) == [(True, False, "resolved")]


def test_an_incident_resolved_before_it_opened_is_an_anomaly_and_not_open() -> None:
    store = store_of(*BASE, incident(5, "I"), incident(4, "I", "resolved"))
    assert rows(store, "SELECT status, resolved_at < opened_at FROM incidents") == [("resolved", True)]
    assert rows(fill(store, [incident(6, "I")]), "SELECT status, resolved_at FROM incidents") == [("open", None)]


def test_a_reopened_incident_is_to_be_acknowledged_again() -> None:
    story = [
        incident(3, "I"),
        incident(4, "I", "acknowledged"),
        incident(5, "I", "resolved"),
        incident(6, "I", "reopened"),
    ]
    store = store_of(*BASE, *story)
    assert rows(store, "SELECT status, acknowledged_at IS NOT NULL FROM incidents") == [("open", True)]
    assert rows(fill(store, [incident(7, "I", "acknowledged")]), "SELECT status FROM incidents") == [("acknowledged",)]


def test_an_update_changes_the_description_and_the_services_and_nothing_else() -> None:
    store = store_of(*BASE, incident(3, "I", severity="P1"), incident(4, "I", "resolved"))
    before = rows(store, "SELECT service, status, opened_at, resolved_at FROM incidents")
    fill(store, [incident(90, "I", "updated", severity="P3", deployment="V1")])
    assert rows(store, "SELECT service, status, opened_at, resolved_at FROM incidents") == before
    assert rows(store, "SELECT severity, deployment FROM incidents") == [("P3", "V1")]
    assert failures(store) == {"V1": ("explicit", 4.0, "incident")}, "a cause that is found after the incident's end"
    fill(store, [incident(91, "I", "updated", service="another")])
    assert rows(store, "SELECT service FROM incidents ORDER BY 1") == [(before[0][0],), ("another",)]
