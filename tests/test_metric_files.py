"""A metric is one file: its header has exactly the known keys, its query exactly the known columns."""

from datetime import UTC, datetime

import pytest

from models.errors import LeadlineError
from warehouse.metrics.bands import ladders
from warehouse.metrics.compose import ENGINE, compose, table_of
from warehouse.metrics.definitions import COLUMNS, definitions, parse_header
from warehouse.metrics.observed import observations
from warehouse.metrics.profiles import profile
from warehouse.store import MEMORY, Store

METRICS = sorted(definitions())
HEADER = """-- title: Title
-- question: How?
-- unit: seconds
-- aggregate: median
-- statistics: p50, mean
-- better: lower
-- band: none
-- needs: deployments
-- once: none
-- description: One line
--   and one more.
SELECT 1
"""


@pytest.mark.parametrize("metric", METRICS)
def test_the_query_gives_exactly_the_columns(metric: str) -> None:
    store = Store.open(MEMORY)
    with store.cursor() as cursor:
        query = compose(observations(definitions()[metric], profile("leadline")), f"{ENGINE}/any_time")
        table = table_of(cursor, query, dict.fromkeys(("began", "since", "until"), datetime.now(UTC)))
        assert tuple(table.column_names) == COLUMNS


@pytest.mark.parametrize("metric", METRICS)
def test_a_ladder_knows_the_band(metric: str) -> None:
    band = definitions()[metric].band
    assert band is None or any(band in ladder.metrics for ladder in ladders().values())


def test_the_metrics_of_the_first_release_are_there() -> None:
    assert set(METRICS) >= {
        "deployment_frequency", "change_lead_time", "change_fail_rate", "failed_deployment_recovery_time",
        "deployment_rework_rate", "time_to_restore", "deployment_success_rate",
    }  # fmt: skip


def test_a_header_is_read() -> None:
    read = parse_header("m", HEADER)
    assert (read.name, read.statistics, read.band, read.once) == ("m", ("p50", "mean"), None, None)
    assert read.description == "One line and one more."


@pytest.mark.parametrize(
    ("wrong", "right", "words"),
    [
        ("-- title: Title\n", "", "title"),
        ("-- title: Title\n", "-- title: Title\n-- titel: T\n", "titel"),
        ("-- title: Title\n", "-- title: Title\n-- title: Again\n", "twice"),
        ("unit: seconds", "unit: furlongs", "unit"),
        ("aggregate: median", "aggregate: mode", "aggregate"),
        ("statistics: p50", "statistics: p75", "first statistic"),
        ("p50, mean", "p50, guess", "guess"),
        ("once: none", "once: service", "once"),
        ("needs: deployments", "needs: luck", "needs"),
    ],
)
def test_a_wrong_header_is_refused(wrong: str, right: str, words: str) -> None:
    with pytest.raises(LeadlineError, match=words):
        parse_header("m", HEADER.replace(wrong, right))
