"""Deliveries per second from a filled topic into the warehouse, by one worker.

Beside it, in the same run: a Faust agent that does nothing, and a bare consumer loop with JSON decoding and a DuckDB
append. The bodies are what the simulated organisation's senders send. Aim: 80 % of the agent that does nothing.
"""

import asyncio
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from aiokafka import AIOKafkaProducer

from models.delivery import DELIVERIES_TOPIC, Delivery
from models.settings import Settings
from streams.broker import Broker
from streams.simulator.history import Simulation
from streams.sources import load_sources
from streams.topics import client_options, ensure_topics, max_message_bytes
from tests.conftest import free_port

TOTAL = 30_000
SERVICES = 60
ROUNDS = 7
"""Medians of three differed by a fifth on a quiet machine."""
WAYS = {"worker": "ours", "idle_agent": "a Faust agent that does nothing", "bare_loop": "bare consumer, JSON, DuckDB"}


def run(total: int = TOTAL, rounds: int = ROUNDS) -> list[dict[str, Any]]:
    """The table's rows: benchmark, figure, value, unit, beside, ratio."""
    with tempfile.TemporaryDirectory() as folder, Broker(Path(folder), f"127.0.0.1:{free_port()}") as broker:
        settings = Settings(broker=broker.address, home=Path(folder))
        ensure_topics(settings)
        deliveries = list(islice(simulated(SERVICES), total))
        asyncio.run(fill(settings, deliveries))
        rates: dict[str, list[float]] = {way: [] for way in WAYS}
        for number in range(rounds):
            for way in WAYS:
                home = Path(folder) / f"{way}{number}"
                home.mkdir()
                rates[way].append(len(deliveries) / _seconds(way, broker.address, home, len(deliveries)))
    medians = {way: statistics.median(found) for way, found in rates.items()}
    return [
        {
            "benchmark": "ingest", "figure": "deliveries per second", "value": round(medians["worker"]),
            "unit": "1/s", "beside": f"{WAYS[way]}: {medians[way]:.0f}/s",
            "ratio": round(medians["worker"] / medians[way], 2),
        }
        for way in ("idle_agent", "bare_loop")
    ]  # fmt: skip


def simulated(services: int) -> Iterable[Delivery]:
    """What the senders of a simulated organisation send in a year, as the receiver passes it on."""
    end = datetime.now(UTC)
    sources = load_sources()
    for one in Simulation(1, services, end - timedelta(days=365), end).deliveries:
        source = sources[one.source]
        kept = {name: text for name, text in one.headers.items() if name in source.kept_headers}
        key = source.key(one.headers, orjson.loads(one.body))
        yield Delivery(one.source, one.delivery_id, one.at, kept, one.body, key)


async def fill(settings: Settings, deliveries: Iterable[Delivery]) -> None:
    """Sends everything to the topic."""
    producer = AIOKafkaProducer(
        **client_options(settings), max_batch_size=1024 * 1024, linger_ms=5,
        max_request_size=max_message_bytes(settings),
    )  # fmt: skip
    await producer.start()
    sent = []
    for delivery in deliveries:
        key, value, headers = delivery.to_record()
        sent.append(await producer.send(DELIVERIES_TOPIC, value, key=key, headers=headers))
    await asyncio.gather(*sent)
    await producer.stop()


def _seconds(way: str, broker: str, home: Path, total: int) -> float:
    command = [sys.executable, "-m", "bench.consumers", way, broker, str(home), str(total)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode:
        raise RuntimeError(f"{way} failed: {done.stderr[-2000:]}")
    return float(done.stdout.split()[-1])


if __name__ == "__main__":
    for each in run():
        print(f"{each['benchmark']} {each['figure']} {each['value']} {each['ratio']} × {each['beside']}")
