"""Numbers and findings in words."""

from datetime import UTC, datetime
from typing import Any

import pytest

from dashboards import charts, colours, format, gaps, words
from dashboards.components import cards, lens
from dashboards.format import NBSP
from models.results import MetricInfo, MetricResult


def metric(name: str = "change_lead_time", unit: str = "seconds", better: str = "lower") -> MetricInfo:
    aggregate = {"seconds": "median", "ratio": "mean", "per day": "count_per_day"}[unit]
    return MetricInfo.model_validate(
        {
            "name": name, "title": name.replace("_", " ").capitalize(), "question": "?", "unit": unit,
            "observation_unit": unit, "aggregate": aggregate, "statistics": ["p50"], "better": better, "band": None,
            "ladder": "platform", "ladders": ["platform"], "profile": "leadline",
            "profiles": {"leadline": ""}, "description": "",
        }
    )  # fmt: skip


def result(
    value: float | None, previous: float | None, n: int = 100, key: str = "org", reason: str | None = None
) -> MetricResult:
    return MetricResult(
        key=key, at=None, value=value, n=n, numerator=None, denominator=None, band=None, previous=previous,
        change=None, reason=reason,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"), (0.4, "0 s"), (38, "38 s"), (59.6, "1 min"), (150, "2 min"), (3_600, "1 h"), (12_000, "3 h 20 min"),
        (39_000, "10 h"), (86_399, "23 h"), (273_600, "3 d 4 h"), (259_200, "3 d"), (3_888_000, "45 d"),
        (-90, "−1 min"),
    ],
)  # fmt: skip
def test_durations(seconds: float, words: str) -> None:
    assert format.duration(seconds).replace(NBSP, " ") == words


@pytest.mark.parametrize(
    ("number", "unit", "words"),
    [
        (0.12, "ratio", "12 %"), (0.004, "ratio", "0.4 %"), (0.9998, "ratio", "99.9 %"),
        (0.0, "ratio", "0 %"), (1.0, "ratio", "100 %"),
        (1.42, "per day", "1.4 per day"), (0.041, "per day", "0.041 per day"), (1234.5, "per day", "1,234 per day"),
        (None, "seconds", "–"), (12.4, "per week", "12 per week"), (3.0, "days per week", "3 days per week"),
        (1.0, "days per week", "1 day per week"), (7, "count", "7"), (2.5, "commits", "2.5 commits"),
        (1.0, "commits", "1 commit"),
    ],
)  # fmt: skip
def test_values_have_their_unit(number: float | None, unit: str, words: str) -> None:
    assert format.value(number, unit).replace(NBSP, " ") == words


@pytest.mark.parametrize(
    ("now", "before", "unit", "words"),
    [
        (69, 100, "seconds", "−31 %"), (0.21, 0.12, "ratio", "+9 points"), (0.11, 0.12, "ratio", "−1 point"),
        (5, 0, "per day", "from none"), (5, None, "per day", ""),
        (9_000, 3, "seconds", "3,000 times"), (1_000, 100, "seconds", "+900 %"),
    ],
)  # fmt: skip
def test_changes(now: float, before: float | None, unit: str, words: str) -> None:
    assert format.change(now, before, unit).replace(NBSP, " ") == words


def test_small_samples_are_said() -> None:
    assert format.sample(3).replace(NBSP, " ") == "n = 3: read with care"
    assert format.sample(1200).replace(NBSP, " ") == "n = 1,200"


def test_duration_axes_read_in_round_durations() -> None:
    assert list(format.ticks(1_800, 700_000).values()) == ["1 h", "4 h", "12 h", "1 d", "3 d", "1 w"]
    assert [text.replace(NBSP, " ") for text in format.steps(10_000).values()] == ["0", "1 h", "2 h", "3 h"]
    assert format.tick(datetime(2026, 11, 24, tzinfo=UTC), "quarter") == "Q4 2026"


@pytest.mark.parametrize(
    ("better", "now", "before", "way"),
    [
        ("lower", 50, 100, "better"), ("lower", 150, 100, "worse"), ("higher", 150, 100, "better"),
        ("higher", 50, 100, "worse"), ("lower", 101, 100, "unchanged"), ("lower", 50, None, "unchanged"),
    ],
)  # fmt: skip
def test_direction_is_the_metrics_own(better: str, now: float, before: float | None, way: str) -> None:
    assert words.direction(metric(better=better), result(now, before)) == way


def test_headline_says_the_strongest_move_and_where_it_got_worse() -> None:
    lead, fails = metric(), metric("change_fail_rate", "ratio")
    whole = [words.Move(lead, result(36_000, 72_000, 900)), words.Move(fails, result(0.15, 0.14, 300))]
    parts = [
        words.Move(lead, result(9_000, 90_000, key="search")),
        words.Move(fails, result(0.30, 0.10, key="pay_ments")),
        words.Move(fails, result(0.9, 0.1, n=3, key="tiny")),
    ]
    text = words.headline(whole, parts, "the last 90 days").replace(NBSP, " ")
    assert text.startswith("Change lead time fell to **10 h** (:green[−50 %, better]) over the last 90 days, most in")
    assert "**search**" in text
    assert r"Change fail rate rose in **pay\_ments** (10 % → 30 %, n = 100): :red[worse]." in text
    assert "tiny" not in text


def test_headline_of_an_empty_store_gives_the_reason() -> None:
    text = words.headline(
        [words.Move(metric(), result(None, None, 0, reason="no deployment has been seen yet"))], [], "x"
    )
    assert "no deployment has been seen yet" in text


def test_headline_without_moves_says_so() -> None:
    assert words.headline([words.Move(metric(), result(100, 100))], [], "the last 90 days").startswith("Nothing moved")


def test_headline_without_a_window_before_tells_values_and_no_good_news() -> None:
    text = words.headline([words.Move(metric(), result(36_000, None))], [], "the last year").replace(NBSP, " ")
    assert text == "Over the last year: lead time 10 h. What was before isn't known, so nothing can have moved."


def test_shares_weigh_by_their_points() -> None:
    rework = metric("deployment_rework_rate", "ratio")
    parts = [
        words.Move(rework, result(0.16, 0.06, key="payments")),
        words.Move(rework, result(0.06, 0.02, key="store")),
    ]
    assert "most in **payments**" in words.headline([words.Move(rework, result(0.09, 0.05))], parts, "x")


def test_a_sparkline_draws_what_was_there() -> None:
    line = [result(2.0, None), result(None, None, 0), result(1.0, None)]
    assert cards.sparkline(metric("deployment_frequency", "per day", "higher"), line) == [2.0, 0.0, 1.0]
    assert cards.sparkline(metric(), line) == [2.0, 1.0]
    assert cards.sparkline(metric(), line[:2]) is None
    waiting = metric("undeployed_changes").model_copy(update={"aggregate": "count"})
    assert cards.sparkline(waiting, line) is None  # a state has no past


def test_a_sentence_ends_once() -> None:
    assert (words.ended("so"), words.ended("is it?"), words.ended("so.")) == ("so.", "is it?", "so.")


def test_names_from_outside_stay_text() -> None:
    assert words.escape("a_b [x](http://y) :red[z] $1$") == r"a\_b \[x\]\(http\://y\) \:red\[z\] \$1\$"


def test_only_addresses_that_a_browser_opens_become_links() -> None:
    assert format.safe_url("https://x.example/1") == "https://x.example/1"
    assert format.safe_url("javascript:alert(1)") is None
    assert format.safe_url(None) is None


def test_ranges_are_wide_for_few_observations() -> None:
    low, high = charts.wilson(1, 2)
    assert low < 0.1 and high > 0.9
    low, high = charts.wilson(500, 1000)
    assert 0.46 < low < 0.5 < high < 0.54


def covered(service: str, *found: tuple[str, str, int, int | None], known: int = 10) -> dict[str, Any]:
    """A row of coverage; `found`: gap, effect, n, of."""
    told = [
        {"gap": gap, "effect": effect, "n": n, "of": of, "what": "x", "do": "y", "affects": ["change_lead_time"]}
        for gap, effect, n, of in found
    ]
    return {"service": service, "gaps": told, "succeeded": 10, "with_known_sha": known}


def test_coverage_says_what_is_most_in_the_way() -> None:
    rows = [
        covered("a", ("no_sha", "partial", 1, 10), known=9), covered("b", ("no_sha", "partial", 1, 10), known=9),
        covered("c", ("no_deployments", "missing", 1, None), known=0), covered("d", ("no_owner", "apart", 1, None)),
    ]  # fmt: skip
    text = gaps.sentence(rows, {"change_lead_time": "Lead time"}).replace(NBSP, " ")
    assert text.startswith("**1 of 4 services** has every number whole; most in the way is **no deployments** in c")
    assert "hurts lead time" in text
    assert text.endswith("**70 %** of 40 deployments lead to known commits.")
    assert [each.gap for each in gaps.reasons(rows)] == ["no_deployments", "no_sha", "no_owner"]
    assert gaps.effects(rows[3]) == "1 in no team"


def test_coverage_without_gaps_says_so() -> None:
    assert gaps.sentence([covered("a")], {}).startswith(":green[Every number is whole]")
    assert "catalog load" in gaps.sentence([], {})


@pytest.mark.parametrize(
    ("band", "badge"),
    [
        ("Elite", ":blue-badge[Elite]"), ("no band", ":gray-badge[no band]"), ("10", ":blue-badge[10 of 10]"),
        ("7", ":green-badge[7 of 10]"), ("8.4", ":green-badge[8.4 of 10]"), ("4", ":yellow-badge[4 of 10]"),
        ("0", ":red-badge[0 of 10]"),
        ("Splendid", ":gray-badge[Splendid]"), (None, ""),
    ],
)  # fmt: skip
def test_a_band_is_a_word_or_a_score_on_a_colour(band: str | None, badge: str) -> None:
    assert colours.band_badge(band) == badge


def test_ladders_and_profiles_are_named_as_people_know_them() -> None:
    assert [lens.words(name) for name in ("dora-2024", "quick-check-2025", "devlake-2021", "gitlab")] == [
        "DORA 2024", "Quick Check 2025", "DevLake 2021", "GitLab",
    ]  # fmt: skip
