"""Where there is nothing to observe, the reason says what to do."""

from datetime import timedelta
from typing import Any

import pytest
from derived import NOW, deployed, fill

from models.settings import Settings
from tests.warehouses import deploy, event, incident, push, store_of
from warehouse.metrics import Engine, MetricQuery
from warehouse.store import MEMORY, Store

DAY = timedelta(days=1)
PAY = [{"repository": "acme/payments", "sha": "f" * 40}]
LAST_WEEK = NOW - 7 * DAY


def live(**more: Any) -> dict[str, Any]:
    return deployed(LAST_WEEK, commits=PAY, **more)


CASES: list[tuple[str, dict[str, list[dict[str, Any]]], str]] = [
    ("deployment_frequency", {}, "no deployment has been seen yet"),
    ("time_to_restore", {}, "no incident has been seen"),
    ("deployment_frequency", {"deployments": [deployed(NOW - 100 * DAY)]}, "newest deployment is of 2026-03-07"),
    (
        "deployment_frequency",
        {"deployments": [live(environment="qa", production=False)]},
        "1 deployment, none to production, only to qa",
    ),
    (
        "deployment_frequency",
        {"deployments": [{"last_failure_at": LAST_WEEK, "started_at": LAST_WEEK}, {"started_at": LAST_WEEK}]},
        "2 deployments, none of which reached production (1 failed, 1 not ended)",
    ),
    ("deployment_success_rate", {"deployments": [{"started_at": LAST_WEEK}]}, "1 deployment, none of which has ended"),
    ("change_fail_rate", {"deployments": [live(rollback=True)]}, "all of them rollbacks"),
    (
        "change_lead_time",
        {"deployments": [live(deployment=str(i), graph="unknown") for i in range(3)]},
        "3 deployments, none carries a commit SHA that a push webhook delivered: is the push webhook enabled for "
        "acme/payments?",
    ),
    ("change_lead_time", {"deployments": [deployed(LAST_WEEK, graph="no_sha")]}, "none carries a commit SHA: let the"),
    ("change_lead_time", {"deployments": [live(baseline=True)]}, "the first ever observed, which ships nothing"),
    ("change_lead_time", {"deployments": [live()]}, "none shipped a new commit"),
    (
        "change_lead_time",
        {
            "deployments": [live(shipped=1)],
            "contained": [{"at": LAST_WEEK, "committed_at": LAST_WEEK + DAY}],
        },
        "dated after its deployment",
    ),
    ("failed_deployment_recovery_time", {"deployments": [live()]}, "none of 1 deployment failed"),
    (
        "failed_deployment_recovery_time",
        {
            "deployments": [
                live(failed=True, failed_by="explicit", recovered_at=LAST_WEEK - DAY, recovered_by="incident")
            ]
        },
        "1 deployment failed, 1 of them recovered before going live",
    ),
    (
        "time_to_restore",
        {
            "incidents": [
                {"opened_at": LAST_WEEK, "opening_known": False, "resolved_at": LAST_WEEK, "status": "resolved"}
            ]
        },
        "1 incident resolved without opening before",
    ),
    (
        "failed_deployment_recovery_time",
        {"deployments": [live(failed=True, failed_by="incident")]},
        "1 deployment failed, 1 of them not recovered yet",
    ),
    ("time_to_restore", {"incidents": [{"opened_at": LAST_WEEK, "status": "open"}]}, "1 incident still open"),
    (
        "time_to_restore",
        {"incidents": [{"opened_at": NOW - 200 * DAY, "resolved_at": NOW - 199 * DAY}]},
        "the newest is of 2025-11-28",
    ),
]


@pytest.mark.parametrize(("metric", "rows", "words"), CASES, ids=[f"{case[0]}-{i}" for i, case in enumerate(CASES)])
def test_nothing_to_observe_says_why(metric: str, rows: dict[str, Any], words: str) -> None:
    store = fill(Store.open(MEMORY), services=[{"service": "pay"}], **rows)
    engine = Engine(store, Settings(), now=lambda: NOW)
    for by in ("org", "service"):
        (result,) = engine.metric(metric, MetricQuery(by=by)).results
        assert (result.value, result.n, result.band, result.change) == (None, 0, None, None)
        assert words in (result.reason or "")


def test_every_service_in_scope_is_listed_with_its_reason() -> None:
    store = fill(Store.open(MEMORY), services=[{"service": "pay"}, {"service": "idle"}], deployments=[live()])
    answer = Engine(store, Settings(), now=lambda: NOW).metric("deployment_frequency", MetricQuery(by="service"))
    assert [(each.key, each.n, each.reason is None) for each in answer.results] == [
        ("idle", 0, False),
        ("pay", 1, True),
    ]


def test_what_names_no_environment_counts_for_production_and_says_so() -> None:
    store = store_of(
        push(1, "", "a"), deploy(2, "V1", "a"), deploy(2, "S1", "a", environment="staging"), push(3, "a", "b"),
        incident(4, "I"), incident(5, "I", "resolved"),
        event("pull_request", 3, status="opened", repository="acme/pay", number=1),
        event("pull_request", 3.5, status="review", repository="acme/pay", number=1, author="bob"),
    )  # fmt: skip
    window = {"since": "2026-01-05", "until": "2026-01-12"}
    for name, what in (
        ("time_to_restore", "incidents"), ("pickup", "pull requests"), ("undeployed_changes", "waiting changes"),
    ):  # fmt: skip
        engine = Engine(store, Settings())
        (found,) = engine.metric(name, MetricQuery(environment="staging", **window)).results
        said = f"{what} count for production alone, not for staging: ask without an environment"
        assert (found.n, found.reason) == (0, said)
        (found,) = engine.metric(name, MetricQuery(environment="production", **window)).results
        assert found.reason is None or said[-20:] not in found.reason
