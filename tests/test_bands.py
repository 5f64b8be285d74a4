"""Bands: the best whose bound a value meets, exactly at the bounds; ladders that can't order values judge nothing."""

import pytest
from pydantic import ValidationError

from models.errors import BadQueryError
from models.results import NO_BAND
from warehouse.metrics.bands import Ladder, Rungs, ladder, ladders

NEAR = 1e-9
"""Less than one observation more or less could move a value."""
HOUR, DAY, WEEK, MONTH = 3600, 86_400, 604_800, 30.44 * 86_400
PLATFORM = [
    ("change_lead_time", [(HOUR, "High"), (WEEK, "High"), (MONTH, "Medium")], "Elite", "Low"),
    ("recovery_time", [(HOUR, "High"), (DAY, "Medium"), (WEEK, "Low")], "Elite", "Low"),
    ("change_fail_rate", [(0.15, "Elite"), (0.30, "High"), (0.45, "Medium")], "Elite", "Low"),
]


@pytest.mark.parametrize(("metric", "bounds", "best", "worst"), PLATFORM)
def test_bounds_are_met_exactly(metric: str, bounds: list[tuple[float, str]], best: str, worst: str) -> None:
    names = ["Elite", "High", "Medium", "Low"]
    rungs = ladder("platform")
    assert rungs.band(metric, 0.0) == best
    assert rungs.band(metric, 1e12) == worst
    for (bound, at), below, above in zip(bounds, names, names[1:], strict=False):
        assert rungs.band(metric, bound * (1 - NEAR)) == below
        assert rungs.band(metric, bound) == at
        assert rungs.band(metric, bound * (1 + NEAR)) == above


def test_frequency_has_no_gaps() -> None:
    rungs = ladder("platform")
    month = 1 / 30.44
    cases = [(2.0, "Elite"), (1.0, "High"), (month, "High"), (month * 0.99, "Medium"), (100 / 18_264, "Medium")]
    for value, band in [*cases, (0.005, "Low")]:
        assert rungs.band("deployment_frequency", value) == band


def test_one_in_six_months_is_one_in_six_months() -> None:
    for many in range(1, 40):
        assert ladder("platform").band("deployment_frequency", many / (many * 6 * 30.44)) == "Medium", many
        assert ladder("platform").band("deployment_frequency", many / (many * 30.44)) == "High", many


def test_a_share_is_judged_unrounded() -> None:
    rungs = ladder("platform")
    for failed, of in ((3, 20), (9, 60), (15, 100), (150, 1000)):
        assert rungs.band("change_fail_rate", failed / of) == "Elite"
    assert rungs.band("change_fail_rate", 151 / 1000) == "High"


def test_nothing_is_judged_where_nothing_is_known() -> None:
    rungs = ladder("platform")
    assert rungs.band("change_fail_rate", None) is None
    assert rungs.band(None, 1.0) is None
    assert rungs.band("unheard_of", 1.0) is None
    with pytest.raises(BadQueryError, match="rope"):
        ladder("rope")


def test_there_are_the_promised_ladders() -> None:
    assert set(ladders()) == {
        "platform", "dora-2019", "dora-2021", "dora-2022", "dora-2023", "dora-2024", "quick-check-2025",
    }  # fmt: skip


PUBLISHED = [
    ("dora-2019", "change_lead_time", [(HOUR, "Elite"), (DAY, "High"), (2 * WEEK, "Medium"), (2 * MONTH, "Low")]),
    ("dora-2019", "deployment_frequency", [(2, "Elite"), (1 / 7, "High"), (1 / 20, "Medium"), (1 / 60, "Low")]),
    ("dora-2019", "recovery_time", [(HOUR - 1, "Elite"), (DAY - 1, "High"), (2 * WEEK, "Low")]),
    ("dora-2019", "change_fail_rate", [(0.15, "Elite"), (0.5, "Low")]),
    ("dora-2021", "change_lead_time", [(HOUR - 1, "Elite"), (DAY, "High"), (2 * MONTH, "Medium"), (7 * MONTH, "Low")]),
    ("dora-2021", "deployment_frequency", [(2, "Elite"), (1 / 20, "High"), (1 / 60, "Medium"), (1 / 200, "Low")]),
    ("dora-2021", "recovery_time", [(HOUR - 1, "Elite"), (DAY - 1, "High"), (2 * DAY, "Medium"), (7 * MONTH, "Low")]),
    ("dora-2021", "change_fail_rate", [(0.1, "Elite"), (0.2, "High")]),
    ("dora-2022", "change_lead_time", [(DAY, "High"), (2 * WEEK, "Medium"), (2 * MONTH, "Low")]),
    ("dora-2022", "deployment_frequency", [(2, "High"), (1 / 7, "Medium"), (1 / 60, "Low")]),
    ("dora-2022", "recovery_time", [(HOUR, "High"), (2 * DAY, "Medium"), (2 * WEEK, "Low")]),
    ("dora-2022", "change_fail_rate", [(0.1, "High"), (0.2, "Medium"), (0.5, "Low")]),
    ("dora-2023", "change_lead_time", [(HOUR, "Elite"), (DAY, "High"), (2 * WEEK, "Medium")]),
    ("dora-2023", "deployment_frequency", [(2, "Elite"), (1 / 7, "High"), (1 / 20, "Medium")]),
    ("dora-2023", "recovery_time", [(HOUR - 1, "Elite"), (DAY - 1, "High"), (2 * DAY, "Medium"), (2 * MONTH, "Low")]),
    ("dora-2023", "change_fail_rate", [(0.05, "Elite"), (0.10, "High"), (0.15, "Medium"), (0.64, "Low")]),
    ("dora-2024", "change_lead_time", [(HOUR, "Elite"), (DAY, "High"), (2 * WEEK, "Medium"), (2 * MONTH, "Low")]),
    ("dora-2024", "deployment_frequency", [(2, "Elite"), (1 / 7, "High"), (1 / 20, "Medium"), (1 / 60, "Low")]),
    ("dora-2024", "recovery_time", [(HOUR - 1, "Elite"), (DAY - 1, "High"), (2 * WEEK, "Low")]),
    ("dora-2024", "change_fail_rate", [(0.05, NO_BAND), (0.2, NO_BAND), (0.4, NO_BAND)]),
    ("quick-check-2025", "change_lead_time", [
        (HOUR - 1, "10"), (DAY - 1, "8"), (DAY, "6"), (2 * WEEK, "4"), (2 * MONTH, "2"), (7 * MONTH, "0"),
    ]),
    ("quick-check-2025", "recovery_time", [(HOUR - 1, "10"), (DAY - 1, "8"), (2 * DAY, "6"), (7 * MONTH, "0")]),
    ("quick-check-2025", "deployment_frequency", [
        (3, "10"), (1, "8"), (1 / 7, "6"), (1 / 20, "4"), (1 / 60, "2"), (1 / 200, "0"),
    ]),
    ("quick-check-2025", "change_fail_rate", [(0.0, "10"), (0.5, "5"), (1.0, "0"), (0.19, "8.1")]),
    ("quick-check-2025", "rework_rate", [(0.2, "8"), (0.22, "7.8")]),
]  # fmt: skip
"""Values within the tiers as they were published (a month is 30.44 days), not in the gaps between them."""


@pytest.mark.parametrize(("name", "metric", "cases"), PUBLISHED)
def test_a_published_tier_holds_its_values(name: str, metric: str, cases: list[tuple[float, str]]) -> None:
    assert [ladder(name).band(metric, value) for value, _ in cases] == [band for _, band in cases]


def test_a_ladder_that_does_not_order_values_has_no_band() -> None:
    """dora-2024's change fail rate: 5, 20, 10, 40 %."""
    bands = [
        {"band": name, "at_most": bound, "unit": "percent"} for name, bound in zip("EHML", (5, 20, 10, 40), strict=True)
    ]
    with pytest.raises(ValidationError):
        Rungs.model_validate({"better": "lower", "bands": bands})
    assert Rungs.model_validate({"better": "lower", "ordered": False, "bands": bands}).band(0.07) == NO_BAND


@pytest.mark.parametrize(
    ("bands", "words"),
    [
        ([{"band": "A", "below": 1}], "whatever is left"),
        ([{"band": "A", "below": 2}, {"band": "B", "below": 1}, {"band": "C"}], "better to worse"),
        ([{"band": "A", "above": 1}, {"band": "B"}], "upper"),
        ([{"band": "A", "below": 1, "at_most": 1}, {"band": "B"}], "more than one"),
        ([{"band": "A", "below": 1, "unit": "fortnight"}, {"band": "B"}], "fortnight"),
        ([{"band": "A"}, {"band": "B"}], "only the last"),
        ([], "scored"),
    ],
)
def test_a_wrong_ladder_is_refused(bands: list[dict[str, object]], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Ladder.model_validate({"title": "T", "description": "D", "metrics": {"m": {"better": "lower", "bands": bands}}})


def test_a_ladder_may_be_a_score() -> None:
    """The Quick Check of 2025 scores 0 to 10 instead of naming tiers."""
    steps = [{"band": str(score), "below": bound, "unit": "hour"} for score, bound in ((10, 1), (8, 24), (6, 168))]
    rungs = Rungs.model_validate({"better": "lower", "bands": [*steps, {"band": "0"}]})
    assert [rungs.band(hours * 3600) for hours in (0.5, 2, 100, 1000)] == ["10", "8", "6", "0"]
