"""Shared fixtures: a real Kafka node for all workers of a test run, and nodes of one's own to kill."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import hypothesis
import pytest

from streams.broker import Broker
from tests import quick_kafka

hypothesis.settings.register_profile("shared machines", deadline=None)  # another process's load is no failure of ours
hypothesis.settings.load_profile("shared machines")
os.environ.setdefault("JAVA_TOOL_OPTIONS", quick_kafka.QUICK)
REPOSITORY = Path(__file__).parent.parent
CORPORA = REPOSITORY.parent / "shared" / "corpora"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files of few tests begin first: their tests are the long ones, and a run waits for the last to begin."""
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: (tests[item.path], item.path))


@pytest.fixture(autouse=True, scope="session")
def _one_thread_each() -> Iterator[None]:
    """As many test processes run as there are cores: in each, DuckDB has one thread."""
    connect = duckdb.connect

    def connect_one(*where: Any, **options: Any) -> duckdb.DuckDBPyConnection:
        return connect(*where, **({"config": {"threads": 1}} | options))

    with patch.object(duckdb, "connect", connect_one):
        yield


def free_port() -> int:
    """A port nobody listens on, of those that the system gives to no connection meanwhile (they begin at 32768)."""
    while True:
        port = secrets.choice(range(10_000, 32_768))
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the developer has configured must not decide a test."""
    for name in list(os.environ):
        if name.startswith("LEADLINE_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def _quick_kafka() -> None:
    quick_kafka.archive(f"127.0.0.1:{free_port()}")


@pytest.fixture(scope="session")
def kafka(_quick_kafka: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a real Kafka node that this test process shares; tests that count want topics of their own."""
    with Broker(tmp_path_factory.mktemp("kafka"), f"127.0.0.1:{free_port()}") as broker:
        yield broker.address


@pytest.fixture
def kafka_node(_quick_kafka: None, tmp_path: Path) -> Iterator[Broker]:
    """A started node of one's own: stop(), kill() and start() it."""
    broker = Broker(tmp_path / "node", f"127.0.0.1:{free_port()}").start()
    yield broker
    broker.stop()


@pytest.fixture
def corpora() -> Path:
    """../shared/corpora: real payloads of their senders; not part of the project."""
    if not CORPORA.is_dir():
        pytest.skip("../shared/corpora is not here: real payloads can't be tested")
    return CORPORA


class Running:
    """A `leadline` process of a test; always ended with it."""

    def __init__(self, arguments: list[str], environment: dict[str, str]) -> None:
        command = [sys.executable, "-m", "streams", *arguments]
        self.process = subprocess.Popen(command, env=os.environ | environment, cwd=REPOSITORY)

    def stop(self, timeout: float = 30) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout)
        finally:
            self.kill()

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


@pytest.fixture
def leadline() -> Iterator[object]:
    """Starts `leadline ARGUMENTS…` with an environment: `leadline("receiver", LEADLINE_HOME=…)` → Running."""
    started: list[Running] = []

    def start(*arguments: str, **environment: str) -> Running:
        started.append(Running(list(arguments), environment))
        return started[-1]

    yield start
    for running in started:
        running.kill()


def wait_until(condition: Callable[[], object], timeout: float = 30.0) -> None:
    """Returns when `condition()` is true; fails the test after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
