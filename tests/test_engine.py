"""The metric engine against the same numbers computed in plain Python, over hand-filled derived tables."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from derived import NOW, World, deployed, fill
from reference import DAY, Seen, aggregate, label, sliced

from models.errors import BadQueryError
from models.results import MetricAnswer
from models.settings import Settings
from warehouse.metrics import Engine, MetricQuery
from warehouse.metrics.definitions import definitions
from warehouse.store import MEMORY, Store

METRICS = sorted(definitions().keys() - {"undeployed_changes"})
"""What waits is judged by the window that is asked about: test_flow.py has its cases."""
SLICES = ("org", "domain", "system", "team", "service", "tier", "source")
ZONES = ("UTC", "Europe/Berlin", "America/St_Johns")


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=7)


@pytest.fixture(scope="module")
def store(world: World) -> Iterator[Store]:
    store = world.store()
    yield store
    store.close()


def engine(store: Store, timezone: str = "UTC") -> Engine:
    return Engine(store, Settings(timezone=timezone), now=lambda: NOW)


def ask(store: Store, metric: str, timezone: str = "UTC", **query: str) -> MetricAnswer:
    return engine(store, timezone).metric(metric, MetricQuery.model_validate(query))


def one(store: Store, metric: str, **query: str):
    (result,) = ask(store, metric, **query).results
    return result


@pytest.mark.parametrize("by", SLICES)
@pytest.mark.parametrize("metric", METRICS)
def test_a_window_equals_plain_python(store: Store, world: World, metric: str, by: str) -> None:
    for statistic in definitions()[metric].statistics:
        if statistic in ("min", "max"):
            continue
        answer = ask(store, metric, by=by, since="120d", statistic=statistic)
        assert (answer.until, answer.until - answer.since) == (NOW, 120 * DAY)
        expected = sliced(world, metric, by)
        assert set(expected) <= {result.key for result in answer.results}
        for result in answer.results:
            rows = expected.get(result.key, [])
            earlier = answer.since - 120 * DAY
            now = [seen for seen in rows if answer.since <= seen.at < answer.until]
            before = [seen for seen in rows if earlier <= seen.at < answer.since]
            assert result.at is None
            assert result.n == len(now)
            assert result.value == pytest.approx(aggregate(now, statistic, answer.since, answer.until))
            assert result.previous == pytest.approx(aggregate(before, statistic, earlier, answer.since))
            assert (result.value is None) == (result.reason is not None)
            if result.value is not None and result.previous:
                assert result.change == pytest.approx((result.value - result.previous) / result.previous)
            else:
                assert result.change is None


@pytest.mark.parametrize("timezone", ZONES)
@pytest.mark.parametrize("bucket", ["day", "week", "month", "quarter"])
def test_buckets_are_the_calendar_s(store: Store, world: World, bucket: str, timezone: str) -> None:
    zone = ZoneInfo(timezone)
    for metric, by in (("deployment_frequency", "org"), ("change_lead_time", "team"), ("time_to_restore", "service")):
        answer = ask(store, metric, timezone, by=by, bucket=bucket, since="2025-09-17", until="2026-06-02T12:00")
        counted: dict[tuple[str, object], list[Seen]] = {}
        for key, rows in sliced(world, metric, by).items():
            for seen in rows:
                if answer.since <= seen.at < answer.until:
                    counted.setdefault((key, label(seen.at, bucket, zone)), []).append(seen)
        for result in answer.results:
            assert result.at is not None
            day = result.at.astimezone(zone)
            assert (day.hour, day.minute) == (0, 0)
            values = counted.pop((result.key, day.date()), [])
            assert result.n == len(values)
            if metric == "change_lead_time":
                assert result.value == pytest.approx(aggregate(values, "p50", answer.since, answer.until))
        assert not counted


@pytest.mark.parametrize("metric", METRICS)
def test_buckets_add_up_to_the_window(store: Store, metric: str) -> None:
    for by in ("org", "team"):
        window = {"since": "200d", "by": by}
        whole = {result.key: result for result in ask(store, metric, "Europe/Berlin", **window).results}
        parts = ask(store, metric, "Europe/Berlin", **window, bucket="week").results
        for key, result in whole.items():
            mine = [part for part in parts if part.key == key]
            assert sum(part.n for part in mine) == result.n
            if result.numerator is not None:
                assert sum(part.numerator or 0 for part in mine) == pytest.approx(result.numerator)


def test_a_bucket_s_previous_is_the_bucket_before(store: Store) -> None:
    answer = ask(store, "deployment_frequency", bucket="month", since="2026-01-01", until="2026-05-01")
    months = answer.results
    assert [each.at.month for each in months if each.at] == [1, 2, 3, 4]
    assert [each.previous for each in months[1:]] == [each.value for each in months[:-1]]
    assert months[0].previous == one(store, "deployment_frequency", since="2025-12-01", until="2026-01-01").value


@pytest.mark.parametrize(
    ("timezone", "since", "until", "hours"),
    [("Europe/Berlin", "2026-03-29", "2026-03-30", 23), ("Europe/Berlin", "2025-10-26", "2025-10-27", 25)],
)
def test_a_day_on_which_clocks_change_is_one_day(timezone: str, since: str, until: str, hours: int) -> None:
    start = datetime.fromisoformat(since).replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC)
    end = start + timedelta(hours=hours)
    times = [start - timedelta(seconds=1), start, end - timedelta(seconds=1), end]
    store = fill(Store.open(MEMORY), deployments=[deployed(at, deployment=str(i)) for i, at in enumerate(times)])
    for bucket in ("none", "day"):
        (result,) = ask(store, "deployment_frequency", timezone, since=since, until=until, bucket=bucket).results
        assert (result.n, result.denominator, result.value) == (2, 1.0, 2.0)
        assert result.previous == 1.0


def test_frequency_divides_by_the_days_of_the_bucket_that_lie_in_the_window() -> None:
    store = fill(Store.open(MEMORY), deployments=[deployed(datetime(2026, 6, day, tzinfo=UTC)) for day in (3, 9, 10)])
    answer = ask(store, "deployment_frequency", since="2026-06-03", until="2026-06-10T12:00:00Z", bucket="week")
    assert [(each.at, each.n, each.denominator) for each in answer.results] == [
        (datetime(2026, 6, 1, tzinfo=UTC), 1, 5.0),
        (datetime(2026, 6, 8, tzinfo=UTC), 2, 2.5),
    ]
    assert [each.value for each in answer.results] == [1 / 5, 2 / 2.5]


def test_a_team_has_the_services_of_the_groups_below_it(store: Store, world: World) -> None:
    n = {each.key: each.n for each in ask(store, "deployment_frequency", by="team", since="365d").results}
    assert n["all"] == n["red"] + n["blue"]
    assert one(store, "deployment_frequency", team="all", since="365d").n == n["all"]
    assert one(store, "deployment_frequency", team="(no team)", since="365d").n == n["(no team)"]
    below = {each.key for each in ask(store, "deployment_frequency", by="team", team="all").results}
    assert below == {"all", "red", "blue"}
    services = {row["service"] for row in world.services if row["team"] == "red"}
    assert {each.key for each in ask(store, "change_fail_rate", by="service", team="red").results} == services


def test_an_incident_on_several_services_counts_once_in_a_slice() -> None:
    store = fill(
        Store.open(MEMORY),
        services=[{"service": "a", "team": "red"}, {"service": "b", "team": "red"}, {"service": "c", "team": "blue"}],
        teams=[{"team": "red", "member": "red"}, {"team": "blue", "member": "blue"}],
        incidents=[
            {"incident": "P1", "service": name, "opened_at": NOW - DAY, "resolved_at": NOW - DAY / 2}
            for name in ("a", "b", "c")
        ]
        + [{"incident": "P2", "service": None, "opened_at": NOW - DAY, "resolved_at": NOW - DAY / 4}],
    )
    counted = {
        by: {r.key: r.n for r in ask(store, "time_to_restore", by=by).results} for by in ("org", "team", "service")
    }
    assert counted == {"org": {"org": 2}, "team": {"red": 1, "blue": 1}, "service": {"a": 1, "b": 1, "c": 1}}
    assert one(store, "time_to_restore").value == pytest.approx((43_200 + 64_800) / 2)
    assert one(store, "time_to_restore", team="red").n == 1
    page = engine(store).evidence("time_to_restore", MetricQuery(team="red"))
    assert [(row.ref, row.value) for row in page.rows] == [("P1", 43_200.0)]
    assert len(engine(store).evidence("time_to_restore").rows) == 2


def test_an_environment_can_be_asked_for_by_name(store: Store, world: World) -> None:
    def count(name: str) -> int:
        return sum(row["environment"] == name and row["first_success_at"] is not None for row in world.deployments)

    for name in ("staging", "prod-eu", "production"):
        assert one(store, "deployment_frequency", environment=name, since="400d").n == count(name)
    assert one(store, "deployment_frequency", since="400d").n == count("prod-eu") + count("production")
    assert one(store, "time_to_restore", environment="prod-eu", since="400d").n > 0
    assert one(store, "time_to_restore", environment="staging", since="400d").n == 0


@pytest.mark.parametrize("metric", METRICS)
def test_evidence_is_the_observations_page_by_page(store: Store, world: World, metric: str) -> None:
    query = MetricQuery(since="300d")
    rows, cursor = [], None
    while True:
        page = engine(store).evidence(metric, query, limit=7, cursor=cursor)
        rows += page.rows
        cursor = page.next
        if cursor is None:
            break
        assert len(page.rows) == 7
    window = [seen for seen in sliced(world, metric, "org")["org"] if NOW - 300 * DAY <= seen.at < NOW]
    assert sorted((row.at, row.ref, row.value) for row in rows) == sorted((s.at, s.ref, s.value) for s in window)
    assert [row.at for row in rows] == sorted((row.at for row in rows), reverse=True)
    assert len(rows) == one(store, metric, since="300d").n
    assert all(row.because for row in rows)


def test_pages_hold_together_where_many_things_happened_at_once() -> None:
    same = [deployed(NOW - DAY, deployment=f"d{i}") for i in range(25)]
    store = fill(Store.open(MEMORY), deployments=[*same, deployed(NOW - 2 * DAY, deployment="last")])
    seen, cursor = [], None
    for _ in range(9):
        page = engine(store).evidence("deployment_frequency", limit=3, cursor=cursor)
        seen += [row.ref for row in page.rows]
        cursor = page.next
    assert cursor is None
    assert sorted(seen) == sorted([*(f"d{i}" for i in range(25)), "last"])


@pytest.mark.parametrize(
    ("query", "message", "hint"),
    [
        ({"team": "purple"}, "no team 'purple'", "blue"),
        ({"service": "s99"}, "no service 's99'", "s1"),
        ({"environment": "moon"}, "no environment 'moon'", "staging"),
        ({"since": "soon"}, "no date", "30d"),
        ({"since": "2026-05-01", "until": "2026-05-01"}, "window is empty", ""),
        ({"statistic": "p42"}, "no statistic 'p42'", "p90"),
        ({"ladder": "rope"}, "no ladder 'rope'", "platform"),
        ({"profile": "theirs"}, "no profile 'theirs'", "leadline"),
        ({"since": "1900-01-01", "bucket": "day"}, "buckets", "larger"),
        ({"since": "9999y"}, "outside all dates", "shorter"),
    ],
)
def test_what_cannot_be_asked_names_the_choices(store: Store, query: dict[str, str], message: str, hint: str) -> None:
    with pytest.raises(BadQueryError) as error:
        ask(store, "change_lead_time", **query)
    assert message in error.value.message
    assert hint in error.value.hint


def test_names_are_understood_as_references_and_in_any_case(store: Store) -> None:
    for name in ("s1", "component:default/s1", "Component:s1", "S1"):
        assert one(store, "deployment_frequency", service=name).n == one(store, "deployment_frequency", service="s1").n
    assert one(store, "deployment_frequency", team="group:default/red") == one(
        store, "deployment_frequency", team="red"
    )
