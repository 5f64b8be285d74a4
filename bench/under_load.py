"""Reads under load: p95 of 20 readers while the worker takes in a filled topic at full speed; beside the same, idle.

The watchdog is told to wait: under 20 readers a partition may not be read for its 60 s while others are.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import aiohttp

from bench.freshness import _ok, _start, _until
from bench.ingest import fill, simulated
from bench.organisation import SIZES, filled
from models.settings import Settings
from streams.broker import Broker
from streams.topics import ensure_topics
from tests.conftest import free_port
from warehouse.compute import rebuild

QUESTIONS = (
    "/metrics/change_lead_time",
    "/metrics/change_lead_time?by=team",
    "/metrics/deployment_frequency?bucket=week",
    "/metrics/change_fail_rate?by=service",
    "/deployments?limit=100",
    "/pipeline",
)
READERS = 20
DELIVERIES = 30_000
SERVICES = 60
IDLE_SECONDS = 20.0


def run(size: str = "S") -> list[dict[str, Any]]:
    """Rows: p50 and p95 of a read under load, beside idle; and the deliveries/s that went in meanwhile."""
    with tempfile.TemporaryDirectory() as folder, Broker(Path(folder), f"127.0.0.1:{free_port()}") as broker:
        api = f"127.0.0.1:{free_port()}"
        settings = Settings(broker=broker.address, home=Path(folder))
        ensure_topics(settings)
        asyncio.run(fill(settings, islice(simulated(SERVICES), DELIVERIES)))
        store = filled(settings.warehouse_path, SIZES[size], "facts")
        rebuild(store, settings)
        store.close()
        environment = {"LEADLINE_HOME": folder, "LEADLINE_BROKER": broker.address, "LEADLINE_API": api}
        environment |= {"LEADLINE_WATCHDOG_SECONDS": "600"}
        worker = _start("worker", environment)
        try:
            _until(lambda: _ok(f"http://{api}/healthz"))
            began = time.perf_counter()
            loaded = asyncio.run(_read(api, lambda received: received < DELIVERIES))
            took = time.perf_counter() - began
            assert worker.poll() is None, "the worker ended"
            ends = time.perf_counter() + IDLE_SECONDS
            idle = asyncio.run(_read(api, lambda received: time.perf_counter() < ends))
        finally:
            worker.terminate()
            worker.wait()
    rows = []
    for name, figure in (("p50", statistics.median), ("p95", lambda taken: statistics.quantiles(taken, n=20)[-1])):
        under, beside = figure(loaded), figure(idle)
        rows.append(
            {"benchmark": f"reads under load {size}", "figure": f"{READERS} readers, {name}",
             "value": round(under * 1000), "unit": "ms", "beside": f"idle: {beside * 1000:.0f} ms",
             "ratio": round(under / beside, 2)}
        )  # fmt: skip
    rate = {"benchmark": f"reads under load {size}", "figure": "deliveries taken in meanwhile", "unit": "1/s"}
    return [*rows, rate | {"value": round(DELIVERIES / took)}]


async def _read(api: str, goes_on: Callable[[int], bool]) -> list[float]:
    """Seconds of every read by READERS who ask one question after another, while `goes_on(deliveries received)`."""
    taken: list[float] = []
    running = True

    async with aiohttp.ClientSession(base_url=f"http://{api}/api/v1/") as client:

        async def reader(number: int) -> None:
            for question in islice(cycle(QUESTIONS), number % len(QUESTIONS), None):
                if not running:
                    return
                began = time.perf_counter()
                async with client.get(question.removeprefix("/")) as answer:
                    answer.raise_for_status()
                    await answer.read()
                taken.append(time.perf_counter() - began)

        readers = [asyncio.ensure_future(reader(number)) for number in range(READERS)]
        while True:
            async with client.get("pipeline") as answer:
                received = (await answer.json())["totals"]["received"]
            if not goes_on(received):
                break
            await asyncio.sleep(0.1)
        running = False
        await asyncio.gather(*readers)
    return taken
