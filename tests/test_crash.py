"""Killed anywhere, under load: nothing acknowledged is lost, nothing is stored twice. Counted by delivery id."""

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random

import pytest

from streams.broker import Broker
from streams.topics import ensure_topics
from tests.conftest import wait_until
from tests.workers import Load, WorkerProcess, query, stored, worker_settings

PER_SECOND = 800


@pytest.fixture
def worker(kafka_node: Broker, tmp_path: Path) -> Iterator[WorkerProcess]:
    process = WorkerProcess(worker_settings(tmp_path / "home", kafka_node.address, watchdog_seconds=20.0))
    ensure_topics(process.settings)
    yield process
    process.end()


def assert_exactly(worker: WorkerProcess, acknowledged: set[str]) -> None:
    """Stops the worker, which has caught up: its store holds exactly what was acknowledged, each once."""
    assert worker.stop() == 0, worker.log
    ids = stored(worker.settings)
    assert len(ids) == len(set(ids)), "stored twice"
    assert acknowledged <= set(ids), "lost"
    assert len(set(ids) - acknowledged) == 0, "stored, but never acknowledged"
    assert query(worker.settings, "SELECT coalesce(sum(n), 0) FROM duplicate_deliveries") == [(0,)]
    assert query(worker.settings, "SELECT count(*) FROM deployments") == [(len(ids),)]
    assert query(worker.settings, "SELECT count(*) FROM touched") == [(0,)]


def survive_sigkills(worker: WorkerProcess, kills: int, seed: int) -> None:
    """SIGKILLs at random moments: while it starts, reads, writes and computes."""
    random = Random(seed)
    load = Load(worker.settings, PER_SECOND)
    load.start()
    for _ in range(kills):
        worker.start()
        wait_until(lambda: worker.pipeline() != {})
        time.sleep(random.uniform(0.0, 3.0))  # the moment is what the test is about
        worker.kill()
    worker.start()
    acknowledged = load.stop()
    worker.wait_caught_up(120)
    assert_exactly(worker, acknowledged)


def test_sigkills_under_load(worker: WorkerProcess) -> None:
    survive_sigkills(worker, kills=5, seed=5)


@pytest.mark.soak
def test_fifty_sigkills_under_load(worker: WorkerProcess) -> None:
    survive_sigkills(worker, kills=50, seed=50)


def has_read(worker: WorkerProcess, more_than: int) -> bool:
    return worker.received() > more_than


def survive_broker(worker: WorkerProcess, kafka_node: Broker, rounds: int) -> None:
    """Kafka is killed, and stopped, and comes back; the worker lives through it by itself."""
    load = Load(worker.settings, PER_SECOND)
    load.start()
    worker.start()
    for number in range(rounds):
        wait_until(partial(has_read, worker, more_than=worker.received() + PER_SECOND), 120)
        (kafka_node.kill if number % 2 == 0 else kafka_node.stop)()
        kafka_node.start()
    acknowledged = load.stop()
    worker.wait_caught_up(120)
    assert_exactly(worker, acknowledged)


def test_kafka_killed_and_stopped_under_load(worker: WorkerProcess, kafka_node: Broker) -> None:
    survive_broker(worker, kafka_node, rounds=2)


@pytest.mark.soak
def test_kafka_killed_and_stopped_ten_times_under_load(worker: WorkerProcess, kafka_node: Broker) -> None:
    survive_broker(worker, kafka_node, rounds=10)
