"""Freshness: webhook accepted → its number visible through the read API, at 100/s and at 1,000/s."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from bisect import bisect_left
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import httpx

from streams.broker import Broker
from tests.conftest import free_port

TOKEN = "bench"
SECONDS = 15
SERVICES = 50
LANES = 16
RATES = (100, 1000)
POLL_SECONDS = 0.05


def run() -> list[dict[str, Any]]:
    """Rows: p50 and p99 per rate."""
    with tempfile.TemporaryDirectory() as folder, Broker(Path(folder), f"127.0.0.1:{free_port()}") as broker:
        addresses = {name: f"127.0.0.1:{free_port()}" for name in ("RECEIVER", "API")}
        environment = {f"LEADLINE_{name}": address for name, address in addresses.items()}
        environment |= {"LEADLINE_HOME": folder, "LEADLINE_BROKER": broker.address, "LEADLINE_SECRET_EVENTS": TOKEN}
        started = [_start("worker", environment), _start("receiver", environment)]
        try:
            _until(lambda: _ok(f"http://{addresses['API']}/healthz"))
            _until(lambda: _ok(f"http://{addresses['RECEIVER']}/healthz"))
            # measured on a line that runs: it has its partitions, and has seen the services
            asyncio.run(_play(addresses, SERVICES, seconds=1))
            return [row for rate in RATES for row in _measure(addresses, rate)]
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait()


def _measure(addresses: dict[str, str], rate: int) -> list[dict[str, Any]]:
    accepted, visible = asyncio.run(_play(addresses, rate))
    counts = [count for count, _ in visible]
    # The n-th to be accepted is visible when the number on the page is n or more.
    waited = sorted(
        visible[bisect_left(counts, position)][1] - moment for position, moment in enumerate(sorted(accepted), start=1)
    )
    return [
        {"benchmark": "freshness", "figure": f"{rate}/s {name}", "value": round(waited[int(len(waited) * share)], 2),
         "unit": "s", "beside": f"{len(waited) / SECONDS:.0f}/s were accepted"}
        for name, share in (("p50", 0.5), ("p99", 0.99))
    ]  # fmt: skip


async def _play(
    addresses: dict[str, str], rate: int, seconds: int = SECONDS
) -> tuple[list[float], list[tuple[int, float]]]:
    """(when each was accepted, (number on the page, when it was first seen)), by the clock of this process."""
    accepted: list[float] = []
    visible: list[tuple[int, float]] = []
    started = datetime.now(UTC).isoformat()
    headers = {"authorization": f"Bearer {TOKEN}"}
    async with aiohttp.ClientSession() as client:
        begun = time.perf_counter()

        async def lane(number: int) -> None:
            for count in range(number, rate * seconds, LANES):
                await asyncio.sleep(max(0.0, begun + count / rate - time.perf_counter()))
                url = f"http://{addresses['RECEIVER']}/webhooks/events"
                async with client.post(url, json=_deployment(f"{rate}-{count}", count), headers=headers) as answer:
                    assert answer.status == 202, await answer.text()
                accepted.append(time.perf_counter())
                if time.perf_counter() > begun + seconds:
                    return

        async def watch() -> None:
            url = f"http://{addresses['API']}/api/v1/metrics/deployment_frequency"
            while not (sent.done() and visible and visible[-1][0] >= len(accepted)):
                async with client.get(url, params={"since": started}) as answer:
                    count = (await answer.json())["results"][0]["n"]
                if not visible or count > visible[-1][0]:
                    visible.append((count, time.perf_counter()))
                await asyncio.sleep(POLL_SECONDS)

        sent = asyncio.ensure_future(asyncio.gather(*(lane(number) for number in range(LANES))))
        await asyncio.wait_for(watch(), seconds + 120)
        await sent
    return accepted, visible


def _deployment(name: str, count: int) -> dict[str, Any]:
    return {
        "type": "deployment", "id": name, "at": datetime.now(UTC).isoformat(), "service": f"s{count % SERVICES}",
        "deployment": name, "environment": "production", "status": "success",
    }  # fmt: skip


def _start(command: str, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "streams", command], env=os.environ | environment, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip


def _ok(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).is_success
    except httpx.TransportError:
        return False


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
