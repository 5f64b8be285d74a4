"""Shared by the worker's tests: deliveries into Kafka, workers to kill, and what their store holds afterwards."""

import asyncio
import os
import resource
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from aiokafka import AIOKafkaProducer

from models.delivery import DELIVERIES_TOPIC, Delivery
from models.settings import Settings
from streams.topics import client_options, max_message_bytes
from tests.conftest import REPOSITORY, free_port, wait_until
from warehouse.store import Store

START = datetime(2026, 1, 5, tzinfo=UTC)
SERVICES = 20


def deployment(number: int, **more: Any) -> Delivery:
    """The `number`th delivery of the source `events`: a deployment to production."""
    event = {
        "type": "deployment", "id": f"e{number}", "at": (START + timedelta(seconds=number)).isoformat(),
        "service": f"service-{number % SERVICES}", "deployment": f"d{number}", "environment": "production",
        "status": "success", "sha": f"{number:040x}",
    }  # fmt: skip
    body = orjson.dumps(event | more)
    headers = {"content-type": "application/json"}
    return Delivery("events", f"e{number}", datetime.now(UTC), headers, body, key=f"service-{number % SERVICES}")


async def _send(settings: Settings, deliveries: Iterable[Delivery], acknowledged: list[str], pace: float) -> None:
    producer = AIOKafkaProducer(
        **client_options(settings), acks="all", enable_idempotence=True, max_batch_size=1024 * 1024,
        max_request_size=max_message_bytes(settings), request_timeout_ms=60_000,
    )  # fmt: skip
    await producer.start()
    try:
        for batch in _chunks(deliveries, 50):
            sent = []
            for delivery in batch:
                key, value, headers = delivery.to_record()
                sent.append(await producer.send(DELIVERIES_TOPIC, value, key=key, headers=headers))
            await asyncio.gather(*sent)
            acknowledged.extend(delivery.delivery_id for delivery in batch)
            await asyncio.sleep(len(batch) / pace)
    finally:
        await producer.stop()


def _chunks(deliveries: Iterable[Delivery], size: int) -> Iterator[list[Delivery]]:
    chunk: list[Delivery] = []
    for delivery in deliveries:
        chunk.append(delivery)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def send(settings: Settings, deliveries: Iterable[Delivery]) -> list[str]:
    """Sends to Kafka and gives the ids that it acknowledged."""
    acknowledged: list[str] = []
    asyncio.run(_send(settings, deliveries, acknowledged, pace=1e9))
    return acknowledged


class Load(threading.Thread):
    """Deliveries per second until `stop()`; `acknowledged` holds the ids that Kafka has taken."""

    def __init__(self, settings: Settings, per_second: float) -> None:
        super().__init__(daemon=True)
        self.acknowledged: list[str] = []
        self._settings = settings
        self._pace = per_second
        self._stopped = threading.Event()

    def run(self) -> None:
        asyncio.run(_send(self._settings, self._endless(), self.acknowledged, self._pace))

    def _endless(self) -> Iterator[Delivery]:
        number = 0
        while not self._stopped.is_set():
            yield deployment(number)
            number += 1

    def stop(self) -> set[str]:
        """Ends the load; the ids that were acknowledged."""
        self._stopped.set()
        self.join(60)
        assert not self.is_alive(), "the load did not end"
        return set(self.acknowledged)


class WorkerProcess:
    """A worker to start, stop, kill and freeze, over one home folder."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "WorkerProcess":
        command = [sys.executable, "-m", "tests.worker_process"]
        with (self.settings.home / "worker.log").open("ab") as log:
            self._process = subprocess.Popen(command, env=self._environment(), cwd=REPOSITORY, stdout=log, stderr=log)
        return self

    def command(self, *words: str) -> str:
        """What `leadline WORDS…` prints beside this worker."""
        done = subprocess.run(
            [sys.executable, "-m", "streams", *words],
            env=self._environment(), cwd=REPOSITORY, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _environment(self) -> dict[str, str]:
        chosen = self.settings
        return os.environ | {
            "LEADLINE_HOME": str(chosen.home), "LEADLINE_BROKER": chosen.bootstrap, "LEADLINE_API": chosen.api,
            "LEADLINE_WATCHDOG_SECONDS": str(chosen.watchdog_seconds),
        }  # fmt: skip

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> None:
        """SIGKILL, wherever it is."""
        self.signal(signal.SIGKILL)
        self.wait()

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def freeze(self) -> None:
        """Its event loop stands still from now on; its threads live."""
        self.signal(signal.SIGUSR1)

    def limit_file_size(self, size_bytes: int) -> None:
        """No file of the running worker may grow beyond this."""
        assert self._process is not None
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (size_bytes, size_bytes))

    def wait(self, timeout: float = 60) -> int:
        assert self._process is not None
        return self._process.wait(timeout)

    def end(self) -> None:
        """Whatever has happened to it: it is gone."""
        if self._process is not None and self._process.poll() is None:
            self.kill()

    @property
    def log(self) -> str:
        return (self.settings.home / "worker.log").read_text(errors="replace")

    def pipeline(self) -> dict[str, Any]:
        """The read API's `/pipeline`; empty while nothing answers."""
        try:
            with urllib.request.urlopen(f"http://{self.settings.api}/api/v1/pipeline", timeout=10) as answer:
                return orjson.loads(answer.read())
        except OSError:
            return {}

    def received(self) -> int:
        """How many deliveries the store has received; 0 while nothing answers."""
        return self.pipeline().get("totals", {}).get("received", 0)

    def caught_up(self) -> bool:
        """Whether the store holds all that Kafka does, and the numbers all that the store does."""
        seen = self.pipeline()
        return seen.get("lag") == 0 and seen.get("uncomputed") == 0

    def wait_caught_up(self, timeout: float = 60) -> None:
        wait_until(self.caught_up, timeout)


def worker_settings(home: Path, address: str, **more: Any) -> Settings:
    """Settings of a worker over a Kafka node of the tests; several partitions, as only a cluster of many would need."""
    home.mkdir(exist_ok=True)
    more = {"watchdog_seconds": 20.0, "kafka_partitions": 4} | more
    return Settings(home=home, broker=address, api=f"127.0.0.1:{free_port()}", **more)


def stored(settings: Settings) -> list[str]:
    """The delivery ids that the store holds, sorted; doubles are seen. No worker may run."""
    return sorted(row[0] for row in query(settings, "SELECT delivery_id FROM deliveries"))


def query(settings: Settings, text: str) -> list[tuple[Any, ...]]:
    """Rows of the store while no worker runs."""
    store = Store.open(settings.warehouse_path, read_only=True)
    try:
        with store.cursor() as cursor:
            return cursor.execute(text).fetchall()
    finally:
        store.close()
