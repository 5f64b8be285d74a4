"""Windows and buckets: dates as people write them, and slots that find the bucket a search would find."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import BadQueryError
from warehouse.metrics.windows import EPOCH, buckets, parse_moment, slots, window

NOW = datetime(2026, 3, 31, 10, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ("UTC", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo")
FIRST = datetime(2014, 6, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=4400)).map(lambda after: FIRST + after)
MICROSECOND = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01", "2026-02-28T23:00+00:00"),
        ("2026-03-01T12:00:00Z", "2026-03-01T12:00+00:00"),
        ("2026-03-01T12:00:00 02:00", "2026-03-01T10:00+00:00"),
        ("2026-03-01T12:00", "2026-03-01T11:00+00:00"),
        ("30d", "2026-03-01T11:30+00:00"),
        ("12w", "2026-01-06T11:30+00:00"),
        ("1mo", "2026-02-28T11:30+00:00"),
        ("1y", "2025-03-31T10:30+00:00"),
        ("36h", "2026-03-29T22:30+00:00"),
    ],
)
def test_dates_are_read_in_the_reporting_zone(text: str, expected: str) -> None:
    assert parse_moment(text, NOW, BERLIN) == datetime.fromisoformat(expected)


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01", "d30", "30 days", "0001-01-01T00:00:00+23:59"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(BadQueryError) as refused:
        parse_moment(text, NOW, BERLIN)
    assert refused.value.hint


@pytest.mark.parametrize(
    ("since", "until", "zone"),
    [
        ("2026-01-01", "9999-12-31T23:59:59Z", "Europe/Oslo"),
        ("0001-01-01T00:00:00Z", "2026-01-01", "America/New_York"),
        (None, "9999-12-31T23:59:59Z", "Europe/Oslo"),
        ("99999y", None, "UTC"),
        ("0001-01-01", "2026-01-01", "Europe/Oslo"),
    ],
)
def test_a_window_at_the_end_of_all_dates_is_refused_with_what_to_do(
    since: str | None, until: str | None, zone: str
) -> None:
    with pytest.raises(BadQueryError, match="outside all dates") as refused:
        buckets(*window(since, until, NOW, ZoneInfo(zone)), "month", ZoneInfo(zone))
    assert refused.value.hint


def test_a_window_that_ends_before_it_begins_is_refused_with_what_to_do() -> None:
    with pytest.raises(BadQueryError, match="empty") as refused:
        window("2026-02-01", "2026-01-01", NOW, BERLIN)
    assert refused.value.hint


def test_a_day_on_which_clocks_change_at_midnight_is_one_day() -> None:
    cairo = ZoneInfo("Africa/Cairo")  # 2026-04-24 begins at one
    since, until = (parse_moment(text, NOW, cairo) for text in ("2026-04-22", "2026-04-27"))
    assert [each.days for each in buckets(since, until, "day", cairo)] == [1.0] * 6


@pytest.mark.parametrize(("since", "until", "hours"), [("00:30", "01:30", 1), ("00:00", "01:30", 1.5)])
def test_a_window_in_the_hour_that_comes_twice_is_as_long_as_it_takes(since: str, until: str, hours: float) -> None:
    ends = [datetime.fromisoformat(f"2026-10-25T{text}Z") for text in (since, until)]
    before, asked = buckets(*ends, "none", BERLIN)
    assert asked.days * 24 == pytest.approx(hours) and before.end == asked.start
    assert slots([before, asked]) is not None


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        ("2026-10-25T00:45Z", "2026-10-25T01:15Z", 1 / 48),
        ("2026-10-25T00:30Z", "2026-10-25T01:30Z", 1 / 24),
        ("2026-10-24T22:00Z", "2026-10-25T23:00Z", 1.0),
        ("2026-10-24T22:15Z", "2026-10-25T23:00Z", 1.0),
        ("2026-03-29T00:30Z", "2026-03-29T01:30Z", 1 / 24),
    ],
)
def test_a_piece_of_a_day_on_which_clocks_change_is_as_long_as_it_takes(since: str, until: str, days: float) -> None:
    for size in ("day", "week"):
        (_, asked) = buckets(datetime.fromisoformat(since), datetime.fromisoformat(until), size, BERLIN)
        assert asked.days == pytest.approx(days)


@pytest.mark.parametrize("since", ["2026-10-25T01:30Z", "2026-03-29T01:30Z"])
def test_a_short_window_is_compared_with_one_of_its_length(since: str) -> None:
    start = datetime.fromisoformat(since)
    before, asked = buckets(start, start + timedelta(hours=1), "none", BERLIN)
    assert before.end - before.start == asked.end - asked.start == timedelta(hours=1)


def test_hours_ago_are_hours() -> None:
    for moment in ("2026-03-29T01:15Z", "2026-10-25T01:15Z"):
        now = datetime.fromisoformat(moment)
        assert parse_moment("1h", now, BERLIN) == now - timedelta(hours=1)


def test_the_default_window_is_the_last_90_days_by_the_clock_on_the_wall() -> None:
    since, until = window(None, None, NOW, BERLIN)
    assert until == NOW
    assert since == datetime(2025, 12, 31, 11, 30, tzinfo=UTC)


@given(MOMENTS, st.timedeltas(timedelta(hours=1), timedelta(days=500)), st.sampled_from(ZONES), st.data())
def test_slots_find_the_bucket_that_a_search_finds(
    since: datetime, length: timedelta, name: str, data: st.DataObject
) -> None:
    size = data.draw(st.sampled_from(["none", "day", "week", "month", "quarter"]))
    cut = buckets(since, since + length, size, ZoneInfo(name))
    assert cut[1].start == since
    assert cut[-1].end == since + length
    assert all(a.end == b.start for a, b in pairwise(cut[1:]))
    fine = slots(cut)
    if fine is None:
        assert size == "none"
        return
    edges = [edge for each in cut for edge in (each.start, each.end - MICROSECOND)]
    for at in [
        *edges,
        *data.draw(st.lists(MOMENTS)),
    ]:
        searched = [i for i, each in enumerate(cut) if each.start <= at < each.end]
        slot = ((at - EPOCH) // MICROSECOND - fine.origin) // fine.size
        found = [
            i for i, each in enumerate(cut)
            if fine.firsts[i] <= slot < fine.firsts[i + 1] and each.start <= at < each.end
        ]  # fmt: skip
        assert found == searched
