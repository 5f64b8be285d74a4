"""Definition profiles: each tool's published rules on cases of our own, small enough to work out by hand."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from models.errors import BadQueryError
from models.settings import Settings
from tests.warehouses import START, deploy, event, incident, push, store_of
from warehouse.metrics.definitions import definitions
from warehouse.metrics.engine import Engine
from warehouse.metrics.profiles import Profile, profiles
from warehouse.metrics.query import MetricQuery
from warehouse.store import Store

HOUR, DAY = 3600.0, 86_400.0
NAMES = {"leadline", "devlake-2021", "devlake-2023", "fourkeys", "pelorus", "gitlab", "datadog", "middleware"}


def pull(hours: float, status: str, number: int = 1, **more: Any) -> Any:
    fields = {"repository": "acme/pay", "number": number, "head_branch": f"t{number}", "base_branch": "main"}
    return event("pull_request", hours, status=status, **(fields | more))


def value(store: Store, profile: str, metric: str, hours: float = 24 * 28, **more: Any) -> float | None:
    """Over the first `hours` from START, a Monday."""
    until = (START + timedelta(hours=hours)).isoformat()
    query = MetricQuery(since=START.isoformat(), until=until, profile=profile, **more)
    return Engine(store, Settings()).metric(metric, query).results[0].value


def test_there_are_the_promised_profiles_and_each_says_what_it_changes() -> None:
    assert set(profiles()) == NAMES
    assert next(iter(profiles())) == "leadline"
    for name, profile in profiles().items():
        assert profile.sources and set(profile.says) <= set(definitions()), name
    with pytest.raises(BadQueryError, match="sleuth"):
        value(store_of(), "sleuth", "change_lead_time")
    for wrong in (Settings(profile="sleuth"), Settings(ladder="rope")):
        with pytest.raises(BadQueryError, match=r"sleuth|rope"):
            Engine(store_of(), wrong)


@pytest.fixture(scope="module")
def story() -> Store:
    return store_of(*STORY)


@pytest.mark.parametrize("name", sorted(NAMES))
@pytest.mark.parametrize("metric", sorted(definitions()))
def test_every_metric_answers_under_every_profile(story: Store, name: str, metric: str) -> None:
    engine = Engine(story, Settings(profile=name))
    for by in ("org", "service", "team"):
        query = MetricQuery(since=START.isoformat(), until="2026-03-01", by=by, bucket="week")
        answer = engine.metric(metric, query)
        assert answer.profile == name
        assert all((result.value is None) == (result.reason is not None) for result in answer.results)
    engine.evidence(metric, MetricQuery(since=START.isoformat(), until="2026-03-01"))


def test_a_wrong_profile_is_refused() -> None:
    fields = {"title": "T", "sources": ["x"], "description": "D"}
    with pytest.raises(ValidationError, match="median"):
        Profile.model_validate(fields | {"median": "upper"})
    with pytest.raises(ValidationError, match="lead_time_parts"):
        Profile.model_validate(fields | {"lead_time_parts": ["coding"]})


STORY = [
    push(1, "", "a", "b"), deploy(2, "V1", "b"),
    push(8, "", "x", branch="t1"), pull(9, "opened", head_sha="x"), pull(11, "review", head_sha="x"),
    pull(12, "approved", head_sha="x"), push(14, "b", "s"), pull(14, "merged", head_sha="x", merge_sha="s"),
    deploy(20, "V2", "s"), incident(21, "P1"), incident(24, "P1", "resolved"), deploy(30, "V3", "b"),
]  # fmt: skip
"""One pull request, committed at 8, opened at 9, merged at 14, deployed at 20; an incident; a rollback at 30."""


def rollouts(*hours: float) -> list[Any]:
    return [deploy(hour, f"V{hour}") for hour in hours]


def outage(name: str, opened: float, resolved: float | None, **more: Any) -> list[Any]:
    found = [incident(opened, name, **more)]
    return found + ([incident(resolved, name, "resolved", **more)] if resolved is not None else [])


class TestFrequency:
    def test_days_of_the_week(self) -> None:
        """Weeks with 5, 0, 1 and 2 days: the lower median is 1 (DevLake), the interpolated one 1.5 (Four Keys)."""
        days = [1, 25, 49, 73, 97, 2 * 168 + 1, 3 * 168 + 1, 3 * 168 + 2, 3 * 168 + 25]
        store = store_of(*rollouts(*days))
        assert value(store, "devlake-2023", "deployment_frequency") == 1
        assert value(store, "devlake-2021", "deployment_frequency") == 1
        assert value(store, "leadline", "deployment_days_per_week") == 1.5

    def test_weeks_begin_on_sunday_for_four_keys(self) -> None:
        """Sunday the 11th belongs to the week of Monday the 12th: that has 2 days, the one before 0."""
        store = store_of(*rollouts(6 * 24 + 1, 7 * 24 + 1))
        assert value(store, "fourkeys", "deployment_frequency", hours=24 * 13) == 1.0
        assert value(store, "devlake-2023", "deployment_frequency", hours=24 * 14) == 1.0

    def test_weeks_that_are_asked_for_one_by_one_begin_on_sunday_too(self) -> None:
        store = store_of(*rollouts(6 * 24 + 1))
        for profile, day in (("fourkeys", 6), ("devlake-2023", 0)):
            asked = MetricQuery(since=START.isoformat(), until="2026-01-19", bucket="week", profile=profile)
            found = Engine(store, Settings()).metric("deployment_frequency", asked).results
            assert [each.at for each in found if each.n] == [START + timedelta(days=day)]

    def test_counts_and_averages(self) -> None:
        store = store_of(*rollouts(*range(1, 11)), deploy(11, "V11", environment="staging"))
        assert value(store, "datadog", "deployment_frequency") == 10
        assert value(store, "pelorus", "deployment_frequency") == 11
        assert value(store, "gitlab", "deployment_frequency", hours=48) == 5
        assert value(store, "middleware", "deployment_frequency", hours=15 * 24) == 3, "10 // 3 weeks"
        answer = Engine(store, Settings()).metric("deployment_frequency", MetricQuery(profile="middleware"))
        assert (answer.unit, answer.statistic, answer.results[0].band) == ("per week", "weekly_average", None)


class TestLeadTime:
    def test_of_a_pull_request(self) -> None:
        store = store_of(*STORY)
        assert value(store, "devlake-2023", "change_lead_time") == 12 * HOUR
        assert value(store, "gitlab", "change_lead_time") == 6 * HOUR
        assert value(store, "middleware", "change_lead_time") == 12 * HOUR
        assert value(store, "datadog", "change_lead_time") == 12 * HOUR

    def test_a_pull_request_nobody_approved_has_no_review_in_middleware(self) -> None:
        store = store_of(*[one for one in STORY if getattr(one, "status", "") not in ("review", "approved")])
        assert value(store, "middleware", "change_lead_time") == 7 * HOUR
        assert value(store, "devlake-2023", "change_lead_time") == 12 * HOUR

    def test_where_there_are_two_productions_devlake_and_middleware_count_it_in_the_first(self) -> None:
        """DevLake's project_pr_metrics and Middleware's mapper know one deployment of a pull request; GitLab's
        deployment_merge_requests one for each environment."""
        there = [deploy(3, "E1", "b", environment="production-eu"), deploy(26, "E2", "s", environment="production-eu")]
        store = store_of(*STORY, *there)
        for profile in ("devlake-2023", "devlake-2021", "middleware"):
            assert value(store, profile, "change_lead_time", statistic="max") == 12 * HOUR
            assert value(store, profile, "change_lead_time", environment="production-eu") == 18 * HOUR
        assert value(store, "gitlab", "change_lead_time") == 9 * HOUR, "6 h to the first, 12 to the second, a day later"
        # what shipped it first may lie before the window
        since = (START + timedelta(hours=22)).isoformat()
        for profile, found in (("devlake-2023", 0), ("gitlab", 1)):
            query = MetricQuery(since=since, until=(START + timedelta(days=3)).isoformat(), profile=profile)
            assert Engine(store, Settings()).metric("change_lead_time", query).results[0].n == found

    def test_devlake_rounds_each_part_up_to_minutes(self) -> None:
        """Opened 30.5 minutes after its commit, merged 29.5 later, deployed an hour after that: 31 + 30 + 60."""
        commit = {"sha": "x", "committed_at": START + timedelta(hours=9), "message": "x"}
        store = store_of(
            push(1, "", "a"), deploy(2, "V1", "a"),
            push(9, "", branch="t1", after="x", commits=[commit]),
            pull(9 + 30.5 / 60, "opened", head_sha="x"), push(10, "a", "s"),
            pull(10, "merged", head_sha="x", merge_sha="s"), deploy(11, "V2", "s"),
        )  # fmt: skip
        assert value(store, "devlake-2023", "change_lead_time") == 121 * 60

    def test_medians(self) -> None:
        """Pull requests merged 1, 2, 3 and 10 hours before: DevLake's lower median is 2 hours, GitLab's 2.5."""
        events = [push(1, "", "a"), deploy(2, "V1", "a")]
        before = "a"
        for number, hours in enumerate((10, 3, 2, 1), start=1):
            merged = 20 - hours
            events += [push(merged, before, f"s{number}"), pull(merged, "opened", number, head_sha=f"s{number}")]
            events.append(pull(merged, "merged", number, head_sha=f"s{number}", merge_sha=f"s{number}"))
            before = f"s{number}"
        store = store_of(*events, deploy(20, "V2", before))
        assert value(store, "gitlab", "change_lead_time") == 2.5 * HOUR
        assert value(store, "devlake-2023", "change_lead_time") == 2 * HOUR

    def test_gitlab_takes_the_median_of_each_day(self) -> None:
        """Monday 1 h and 3 h, Tuesday 10 h: 6 h."""
        events, before = [push(1, "", "a"), deploy(2, "V1", "a")], "a"
        for number, (merged, deployed) in enumerate(((9, 10), (10, 13), (26, 36)), start=1):
            sha = f"s{number}"
            events += [push(merged, before, sha), pull(merged, "opened", number, head_sha=sha)]
            events += [pull(merged, "merged", number, head_sha=sha, merge_sha=sha), deploy(deployed, f"W{number}", sha)]
            before = sha
        assert value(store_of(*events), "gitlab", "change_lead_time") == 6 * HOUR

    def test_four_keys_takes_the_pushes_that_were_deployed(self) -> None:
        """Deployed at 3: lead times of 0, 10, 20 and 40 minutes; 0 doesn't count. The push before was not deployed."""
        commits = [
            {"sha": f"c{m}", "committed_at": START + timedelta(hours=3, minutes=-m), "message": "c"}
            for m in (40, 20, 10, 0)
        ]
        store = store_of(push(1, "", "a"), push(3, "a", commits=commits), deploy(3, "V1", "c0", environment="anywhere"))
        assert value(store, "fourkeys", "change_lead_time") == 20 * 60

    def test_pelorus_takes_the_mean_of_services_means(self) -> None:
        events = []
        for name, sha, committed, deployed in (
            ("one", "a", 1, 2), ("one", "b", 1, 4), ("two", "c", 1, 11), ("two", "c", 1, 13),
        ):  # fmt: skip
            where = {"repository": f"acme/{name}"}
            events += [push(committed, "", sha, **where), deploy(deployed, f"{sha}{deployed}", sha, **where)]
        assert value(store_of(*events), "pelorus", "change_lead_time") == (2 + 11) / 2 * HOUR


class TestFailures:
    def test_an_incident_belongs_to_the_last_deployment_before_it(self) -> None:
        """At 10 and 12 deployed; incidents at 11, 11.5, 12 and 12.5: DevLake blames both, and so does Middleware."""
        store = store_of(
            *rollouts(10, 12, 13), *outage("P1", 11, None), *outage("P2", 11.5, None), *outage("P3", 12, None)
        )
        assert value(store, "devlake-2023", "change_fail_rate") == pytest.approx(1 / 3), "12 is not before 12"
        assert value(store, "middleware", "change_fail_rate") == pytest.approx(2 / 3), "12 is since 12"

    def test_however_long_before(self) -> None:
        store = store_of(*rollouts(10), *outage("P1", 500, None))
        assert value(store, "devlake-2023", "change_fail_rate") == 1
        assert value(store, "leadline", "change_fail_rate") == 0

    def test_middleware_counts_failed_rollouts_too(self) -> None:
        store = store_of(deploy(9, "V0", status="failure"), *rollouts(10), *outage("P1", 11, None))
        assert value(store, "middleware", "change_fail_rate") == 0.5
        assert value(store, "devlake-2023", "change_fail_rate") == 1

    def test_datadog_counts_rollbacks_as_deployments_and_no_incidents(self) -> None:
        """V1 V2 V3 V1: V2 failed, one of four; ours leaves the rollback out, one of three."""
        store = store_of(
            push(0.5, "", "a", "b", "c"), deploy(1, "V1", "a"), deploy(2, "V2", "b"), deploy(3, "V3", "c"),
            deploy(3.5, "V4", "a"), *outage("P1", 3.2, 3.3),
        )  # fmt: skip
        assert value(store, "datadog", "change_fail_rate") == 0.25
        assert value(store, "leadline", "change_fail_rate") == pytest.approx(2 / 3)
        assert value(store, "datadog", "failed_deployment_recovery_time") == 1.5 * HOUR

    def test_datadog_blames_the_one_right_before_a_hotfix(self) -> None:
        store = store_of(
            push(0.5, "", "a", "b"), deploy(1, "V1", "a"), deploy(2, "V2", "b"), push(2.1, "b", "h", branch="hotfix/x"),
            deploy(2.5, "V3", "h", ref="hotfix/x"),
        )  # fmt: skip
        assert value(store, "datadog", "change_fail_rate") == pytest.approx(1 / 3)
        assert value(store, "datadog", "failed_deployment_recovery_time") == 0.5 * HOUR

    def test_four_keys_takes_only_named_causes(self) -> None:
        store = store_of(
            push(1, "", "a"), deploy(2, "V1", "a"), *rollouts(3, 4, 5),
            *outage("P1", 6, None), *outage("P2", 7, None, deployment="a"),
        )  # fmt: skip
        assert value(store, "fourkeys", "change_fail_rate") == 0.25

    def test_incidents_by_deployments(self) -> None:
        store = store_of(*rollouts(1, 2), *(one for i in range(3) for one in outage(f"P{i}", 3 + i, None)))
        assert value(store, "gitlab", "change_fail_rate") == 1.5

    def test_pelorus_takes_the_mean_of_the_services_rates(self) -> None:
        """One of three and one of one, as its own test has it; open failures count."""
        events = []
        for name, count in (("one", 3), ("two", 1)):
            where = {"repository": f"acme/{name}"}
            for i in range(count):
                events += [push(1 + i, "", f"{name}{i}", **where), deploy(2 + i, f"{name}{i}", f"{name}{i}", **where)]
            events += outage(f"P{name}", 9, None, service=f"acme/{name}")
        assert value(store_of(*events), "pelorus", "change_fail_rate") == pytest.approx((1 / 3 + 1) / 2)


class TestRecovery:
    def test_where_it_begins(self) -> None:
        """Deployed at 10:00, incident 10:20 to 11:00: DevLake 2021 says 40 minutes, 2023 an hour."""
        store = store_of(*rollouts(10), *outage("P1", 10 + 20 / 60, 11))
        assert value(store, "devlake-2021", "failed_deployment_recovery_time") == 40 * 60
        assert value(store, "devlake-2023", "failed_deployment_recovery_time") == HOUR
        assert value(store, "devlake-2023", "time_to_restore") == 40 * 60

    def test_devlake_has_a_row_for_each_incident(self) -> None:
        store = store_of(*rollouts(10), *outage("P1", 11, 12), *outage("P2", 11, 14))
        assert value(store, "devlake-2023", "failed_deployment_recovery_time") == 2 * HOUR
        assert value(store, "devlake-2023", "failed_deployment_recovery_time", statistic="max") == 4 * HOUR

    def test_four_keys_begins_with_the_cause_and_counts_whole_hours(self) -> None:
        """Deployed 8:00, incident 10:00 to 13:59 that names it: 5 hours; one that names nothing: 3."""
        named = store_of(push(7, "", "a"), deploy(8, "V1", "a"), *outage("P1", 10, 13 + 59 / 60, deployment="a"))
        assert value(named, "fourkeys", "time_to_restore") == 5 * HOUR
        plain = store_of(*rollouts(8), *outage("P1", 10, 13 + 59 / 60))
        assert value(plain, "fourkeys", "failed_deployment_recovery_time") == 3 * HOUR

    def test_means_and_medians(self) -> None:
        store = store_of(
            *rollouts(1), *outage("P1", 2, 3), *outage("P2", 2, 4), *outage("P3", 2, 8), *outage("P4", 2, None)
        )
        assert value(store, "middleware", "failed_deployment_recovery_time") == 3 * HOUR
        assert value(store, "gitlab", "failed_deployment_recovery_time") == 2 * HOUR
        assert value(store, "pelorus", "time_to_restore") == 3 * HOUR

    def test_gitlab_takes_the_median_of_each_day(self) -> None:
        """Monday 1, 1 and 4 hours, Tuesday 5: 3."""
        opened = [("P1", 1, 2), ("P2", 2, 3), ("P3", 4, 8), ("P4", 25, 30)]
        store = store_of(*rollouts(0.5), *(one for each in opened for one in outage(*each)))
        assert value(store, "gitlab", "time_to_restore") == 3 * HOUR


def test_a_reason_speaks_of_what_the_profile_counts() -> None:
    store = store_of(push(1, "", "a", "b"), deploy(2, "V1", "a"), deploy(3, "V2", "b"))
    for profile, metric, words in (
        ("gitlab", "change_lead_time", "none of which shipped a merged pull request"),
        ("middleware", "failed_deployment_recovery_time", "no incident has been seen"),
    ):
        asked = MetricQuery(since=START.isoformat(), until="2026-01-19", profile=profile)
        assert words in (Engine(store, Settings()).metric(metric, asked).results[0].reason or "")


def test_moments_are_of_the_right_kind() -> None:
    """By when a pull request falls into a window: Middleware its merge, DevLake its deployment."""
    store = store_of(*STORY)
    assert value(store, "middleware", "change_lead_time", hours=19) is not None
    assert value(store, "devlake-2023", "change_lead_time", hours=19) is None


def test_gitlabs_fail_rate_opens_into_what_it_counts() -> None:
    both = [deploy(hours, f"{name}{hours}", service=name) for name in ("pay", "search") for hours in (1, 2, 3)]
    store = store_of(*both, incident(4, "I", services=("pay", "search")), incident(5, "J", services=("pay",)))
    query = MetricQuery(since="2026-01-05", until="2026-01-06", profile="gitlab")
    engine = Engine(store, Settings())
    (found,) = engine.metric("change_fail_rate", query).results
    rows = engine.evidence("change_fail_rate", query).rows
    counted = [row for row in rows if row.weight > 0]
    assert (found.numerator, found.denominator) == (2, 6)
    assert (len(rows) - len(counted), len(counted)) == (2, 6), "an incident on two services is one"
