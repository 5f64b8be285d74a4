"""Each question that pages ask, through the read API in this process, JSON included; beside the bare aggregate.

Sizes: S, M, L = 10 k, 100 k, 1 M production deployments with 10 commits each over three years. Aim: p95 < 200 ms at M.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx

from bench.organisation import SIZES, filled
from models.settings import Settings
from streams.worker.garbage import search_seldom
from warehouse.api.app import create_app
from warehouse.store import Store

HERE = Path(__file__).parent
ROUNDS = 20
QUESTIONS = (
    "/metrics/change_lead_time",
    "/metrics/change_lead_time?bucket=week",
    "/metrics/change_lead_time?by=team",
    "/metrics/change_lead_time?by=service",
    "/metrics/change_lead_time?by=service&bucket=week",
    "/metrics/change_lead_time?bucket=month&since=12mo",
    "/metrics/change_lead_time?team=group-000&bucket=day",
    "/metrics/deployment_frequency?by=team&bucket=week",
    "/metrics/change_fail_rate?by=team",
    "/metrics/failed_deployment_recovery_time?by=service",
    "/metrics/time_to_restore?bucket=week",
    "/metrics/change_lead_time/evidence?limit=100",
    "/metrics/change_fail_rate/evidence?limit=10000",
    "/metrics/coding",
    "/metrics/pickup?by=team",
    "/metrics/deploy?bucket=week",
    "/metrics/batch_size?by=service",
    "/metrics/deployment_days_per_week?by=team",
    "/metrics/undeployed_changes?by=service",
    "/metrics/change_lead_time?profile=devlake-2023",
    "/metrics/change_fail_rate?profile=devlake-2023&by=team",
    "/metrics/change_lead_time?profile=pelorus",
    "/services?limit=1000",
    "/deployments?limit=100&failed=true&recovered=false",
    "/incidents?open=true",
    "/coverage?limit=1000",
    "/pipeline",
)


def run(sizes: tuple[str, ...] = ("S", "M")) -> list[dict[str, Any]]:
    """The table's rows: benchmark, figure, value, unit, beside, ratio."""
    return [row for size in sizes for row in _measure(size)]


def _measure(size: str) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        store = filled(Path(folder) / "warehouse.duckdb", SIZES[size], "derived")
        try:
            return asyncio.run(_ask(store, size))
        finally:
            store.close()


async def _ask(store: Store, size: str) -> list[dict[str, Any]]:
    floor = (HERE / "floor_query.sql").read_text(encoding="utf-8")

    async def bare() -> None:
        with store.cursor() as cursor:
            cursor.execute(floor).fetchall()

    rows = []
    search_seldom()  # as the worker does when it has started
    transport = httpx.ASGITransport(create_app(store, Settings(api="127.0.0.1:0")))
    async with httpx.AsyncClient(transport=transport, base_url="http://bench/api/v1") as client:
        for question in QUESTIONS:

            async def ask(path: str = question) -> None:
                (await client.get(path)).raise_for_status()

            answer = (await client.get(question)).raise_for_status().json()
            if not _says_something(answer):
                raise RuntimeError(f"{question} found nothing: an empty answer is no measure")
            # the floor is measured in the same breath, so that what else the machine does weighs on both
            taken, beside = await _times(ask), await _times(bare)
            median, p95 = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
            least = statistics.median(beside)
            for figure, value in (("p50", median), ("p95", p95)):
                rows.append(
                    {
                        "benchmark": f"query {size}",
                        "figure": f"{question} {figure}",
                        "value": round(value * 1000, 1),
                        "unit": "ms",
                        "beside": f"bare aggregate {least * 1000:.1f} ms",
                        "ratio": round(value / least, 2),
                    }
                )
    return rows


def _says_something(answer: dict[str, Any]) -> bool:
    """Whether an answer rests on anything: a value's observations, or rows."""
    if "results" in answer:
        return any(result["n"] for result in answer["results"])
    return bool(answer["rows"]) if "rows" in answer else bool(answer)


async def _times(ask: Callable[[], Awaitable[None]]) -> list[float]:
    """Seconds of each round, after one to warm up."""
    await ask()
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await ask()
        taken.append(time.perf_counter() - began)
    return taken


if __name__ == "__main__":
    for each in run():
        print(
            f"{each['benchmark']:8} {each['figure']:62} {each['value']:8.1f} ms {each['ratio']:8.2f} × {each['beside']}"
        )
