"""How figures grow with the store: the exponent over the sizes (1: twice the data, twice the time; 0: no longer)."""

import asyncio
import math
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from bench.compute import one_more
from bench.organisation import SIZES, filled
from models.settings import Settings
from warehouse.api.app import create_app
from warehouse.compute import rebuild
from warehouse.store import Store

QUESTIONS = ("/metrics/change_lead_time?by=team", "/metrics/deployment_frequency?by=team&bucket=week")
ROUNDS = 5


def run(sizes: tuple[str, ...] = ("S", "M")) -> list[dict[str, Any]]:
    """A row per figure: its exponent over `sizes`, beside the figures themselves."""
    measured = {size: _measure(size) for size in sizes}
    return [
        {
            "benchmark": f"growth {'-'.join(sizes)}", "figure": figure,
            "value": round(_exponent([(SIZES[size][1], found[figure]) for size, found in measured.items()]), 2),
            "unit": "exponent",
            "beside": ", ".join(f"{size} {found[figure] * 1000:.0f} ms" for size, found in measured.items()),
        }
        for figure in measured[sizes[0]]
    ]  # fmt: skip


def _measure(size: str) -> dict[str, float]:
    """Figure → seconds."""
    with tempfile.TemporaryDirectory() as folder:
        store = filled(Path(folder) / "warehouse.duckdb", SIZES[size], "facts")
        try:
            began = time.perf_counter()
            rebuild(store, Settings())
            found = {"rebuild": time.perf_counter() - began}
            found |= {f"compute, one {what}": statistics.median(one) for what, one in one_more(store, ROUNDS).items()}
            return found | asyncio.run(_ask(store))
        finally:
            store.close()


async def _ask(store: Store) -> dict[str, float]:
    transport = httpx.ASGITransport(create_app(store, Settings(api="127.0.0.1:0")))
    found = {}
    async with httpx.AsyncClient(transport=transport, base_url="http://bench/api/v1") as client:
        for question in QUESTIONS:
            taken = []
            for _ in range(ROUNDS):
                began = time.perf_counter()
                (await client.get(question)).raise_for_status()
                taken.append(time.perf_counter() - began)
            found[f"query {question}"] = statistics.median(taken)
    return found


def _exponent(points: list[tuple[int, float]]) -> float:
    """The slope of the line through the logarithms."""
    sizes, seconds = zip(*((math.log(size), math.log(took)) for size, took in points), strict=True)
    return statistics.linear_regression(sizes, seconds).slope if len(points) > 1 else math.nan
