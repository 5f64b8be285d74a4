"""Receive: accepted deliveries/s and latency; signed GitHub bodies of 9 kB, 32 at once, each fsynced by Kafka."""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
import orjson

from models.settings import Settings
from streams.broker import Broker
from streams.signatures import hmac_sha256
from streams.topics import ensure_topics
from tests.conftest import free_port

SECRET = "bench"
AT_ONCE = 32
SECONDS = 6.0
ROUNDS = 3


def push_body(number: int) -> bytes:
    """A push of ten commits with the fields that GitHub sends: about 9 kB."""
    commits = [
        {
            "id": f"{number:032x}{commit:08x}", "tree_id": "b" * 40, "distinct": True,
            "message": f"Change number {commit} of push {number}\n\n" + "Because it was time. " * 15,
            "timestamp": "2026-01-06T12:00:00+01:00", "url": f"https://github.com/acme/pay/commit/{number:040x}",
            "author": {"name": "Ann Example", "email": "ann@example.org", "username": "ann"},
            "committer": {"name": "GitHub", "email": "noreply@github.com", "username": "web-flow"},
            "added": [f"src/module_{commit}.py"], "removed": [], "modified": ["README.md", "src/app.py"],
        }
        for commit in range(10)
    ]  # fmt: skip
    repository = {"id": 1, "full_name": f"acme/pay{number % 50}", "default_branch": "main", "pushed_at": 1767700800}
    repository |= {f"{name}_url": f"https://api.github.com/repos/acme/pay/{name}" for name in range(20)}
    return orjson.dumps(
        {
            "ref": "refs/heads/main", "before": "a" * 40, "after": commits[-1]["id"], "created": False,
            "deleted": False, "forced": False, "commits": commits, "head_commit": commits[-1],
            "repository": repository,
        }
    )  # fmt: skip


def request(number: int, port: int) -> bytes:
    """A whole signed HTTP request."""
    body = push_body(number)
    head = (
        f"POST /webhooks/github HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        f"User-Agent: GitHub-Hookshot/bench\r\nX-GitHub-Event: push\r\nX-GitHub-Delivery: {number}\r\n"
        f"X-Hub-Signature-256: sha256={hmac_sha256(body, SECRET)}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _load(port: int, requests: list[bytes]) -> tuple[float, list[float]]:
    """(accepted per second, latencies in seconds): AT_ONCE connections, each asks again when it was answered."""
    latencies: list[float] = []
    ends = time.perf_counter() + SECONDS

    async def connection(lane: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        number = lane
        while (begun := time.perf_counter()) < ends:
            writer.write(requests[number % len(requests)])
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 202"), head
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            latencies.append(time.perf_counter() - begun)
            number += AT_ONCE
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(connection(lane) for lane in range(AT_ONCE)))
    return len(latencies) / (time.perf_counter() - begun), sorted(latencies)


def _answers(port: int) -> bool:
    try:
        httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=1)
    except httpx.TransportError:
        return False
    return True


def _measure(command: list[str], port: int, environment: dict[str, str]) -> tuple[float, list[float]]:
    server = subprocess.Popen([sys.executable, "-m", *command], env=os.environ | environment, stdout=subprocess.DEVNULL)
    try:
        while not _answers(port):
            assert server.poll() is None, "the server ended"
            time.sleep(0.1)
        requests = [request(number, port) for number in range(2000)]
        return asyncio.run(_load(port, requests))
    finally:
        server.terminate()
        server.wait()


def run() -> list[dict[str, Any]]:
    """Receiver and floor in turn, ROUNDS times; medians."""
    ours, floor, p50, p99 = [], [], [], []
    with tempfile.TemporaryDirectory() as folder, Broker(Path(folder), f"127.0.0.1:{free_port()}") as broker:
        ensure_topics(Settings(broker=broker.address))
        for turn in range(ROUNDS):
            port = free_port()
            environment = {
                "LEADLINE_HOME": f"{folder}/home{turn}", "LEADLINE_BROKER": broker.address,
                "LEADLINE_RECEIVER": f"127.0.0.1:{port}", "LEADLINE_SECRET_GITHUB": SECRET,
            }  # fmt: skip
            rate, latencies = _measure(["streams", "receiver"], port, environment)
            ours.append(rate)
            p50.append(latencies[len(latencies) // 2] * 1000)
            p99.append(latencies[len(latencies) * 99 // 100] * 1000)
            port = free_port()
            floor.append(_measure(["bench.floor_receiver", broker.address, str(port)], port, {})[0])
    beside = statistics.median(floor)
    rate = statistics.median(ours)
    floor_name = f"only forwarding: {beside:.0f}/s"
    return [
        {"benchmark": "receive", "figure": "accepted deliveries", "value": round(rate), "unit": "1/s",
         "beside": floor_name, "ratio": round(rate / beside, 2)},
        {"benchmark": "receive", "figure": "latency p50", "value": round(statistics.median(p50), 1), "unit": "ms"},
        {"benchmark": "receive", "figure": "latency p99", "value": round(statistics.median(p99), 1), "unit": "ms"},
    ]  # fmt: skip
