"""The watchdog: lag that stands still ends the worker; lag that moves, no lag, and an absent Kafka don't."""

from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from models.settings import Settings
from streams.worker import metrics
from streams.worker.progress import Progress
from streams.worker.watchdog import Stall, Watchdog
from tests.conftest import free_port, wait_until
from warehouse.facts import Position


def test_lag_that_stands_still_is_a_stall() -> None:
    stall = Stall(patience_seconds=10)
    assert stall.observe(0, {0: 5}, {0: 3}) is None
    assert stall.observe(10, {0: 9}, {0: 3}) is None
    assert stall.observe(10.1, {0: 9}, {0: 3}) == 0


def test_lag_that_moves_is_none() -> None:
    stall = Stall(patience_seconds=10)
    for second in range(100):
        assert stall.observe(second, {0: 1000}, {0: second}) is None


def test_one_frozen_partition_among_moving_ones_is_a_stall_after_longer() -> None:
    stall = Stall(patience_seconds=10)
    seen = [stall.observe(second, {0: 1000, 1: 7}, {0: second, 1: 6}) for second in range(70)]
    assert seen[:51] == [None] * 51
    assert set(seen[51:]) == {1}


def test_a_frozen_partition_is_a_stall_once_no_other_moves() -> None:
    stall = Stall(patience_seconds=10)
    for second in range(20):
        assert stall.observe(second, {0: 1000, 1: 7}, {0: second, 1: 6}) is None
    assert stall.observe(30, {0: 19, 1: 7}, {0: 19, 1: 6}) == 1


def test_a_topic_at_rest_is_none_and_its_next_delivery_starts_the_clock() -> None:
    stall = Stall(patience_seconds=10)
    assert stall.observe(0, {0: 4}, {0: 4}) is None
    assert stall.observe(100, {0: 5}, {0: 4}) is None
    assert stall.observe(109, {0: 5}, {0: 4}) is None
    assert stall.observe(111, {0: 5}, {0: 4}) == 0


def test_a_partition_that_was_never_read_counts_from_its_beginning() -> None:
    stall = Stall(patience_seconds=10)
    assert stall.observe(0, {0: 5}, {}) is None
    assert stall.observe(11, {0: 5}, {}) == 0


def test_while_kafka_is_away_nothing_is_held_against_the_worker() -> None:
    stall = Stall(patience_seconds=10)
    stall.observe(0, {0: 5}, {0: 3})
    stall.forget()
    assert stall.observe(60, {0: 5}, {0: 3}) is None
    assert stall.observe(71, {0: 5}, {0: 3}) == 0


def test_it_does_not_fire_without_kafka(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, broker=f"127.0.0.1:{free_port()}", watchdog_seconds=0.1)
    ended: list[str] = []
    watchdog = Watchdog(settings, Progress("deliveries", "id", []), ended.append)
    metrics.KAFKA_UP.set(1)
    watchdog.start()
    wait_until(lambda: REGISTRY.get_sample_value("leadline_kafka_up") == 0)
    watchdog.stop()
    watchdog.join(20)
    assert ended == []


@pytest.mark.parametrize(("topic_id", "expected"), [("now", 7), ("before", None)])
def test_positions_of_another_topic_id_do_not_count(topic_id: str, expected: int | None) -> None:
    progress = Progress("deliveries", "now", [Position(topic_id, "deliveries", 2, 7)])
    assert progress.next_offset(2) == expected
    assert progress.is_new(2, 6) is (expected is None)
    assert progress.is_new(2, 7)
