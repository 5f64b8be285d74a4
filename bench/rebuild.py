"""Rebuild: all derived tables from the facts, by size; and `leadline rebuild`, from the kept raw deliveries.

Beside: writing as many rows as they hold; and ingesting the same deliveries without Kafka. Aims: L below 60 s.
`python -m bench.rebuild WAY HOME` is one measured rebuild, in a process of its own for its peak memory.
"""

import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Any

from bench.ingest import simulated
from bench.memory import peak_mb
from bench.organisation import COMMITS, HERE, SIZES, filled
from models.settings import Settings
from streams.ingest import ingest
from streams.replay import rebuild as rebuild_deliveries
from streams.worker.writer import BATCH
from warehouse.compute import compute, rebuild
from warehouse.store import Store

DELIVERIES = 30_000
SERVICES = 60


def run(sizes: tuple[str, ...] = ("S", "M")) -> list[dict[str, Any]]:
    """Rows: seconds and peak memory per size; deliveries/s and peak memory of a rebuild from deliveries."""
    return [row for size in sizes for row in _from_facts(size)] + _from_deliveries()


def _from_facts(size: str) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder))
        filled(settings.warehouse_path, SIZES[size], "facts").close()
        seconds, floor, memory = _child("facts", folder)
    commits = SIZES[size][1] * COMMITS
    return [
        {"benchmark": f"rebuild {size}", "figure": f"derived tables of {commits:,} commits", "value": round(seconds, 1),
         "unit": "s", "beside": f"writing as many rows: {floor:.1f} s", "ratio": round(seconds / floor, 1)},
        {"benchmark": f"rebuild {size}", "figure": "peak memory", "value": round(memory), "unit": "MB"},
    ]  # fmt: skip


def _from_deliveries() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        deliveries = list(islice(simulated(SERVICES), DELIVERIES))
        settings = Settings(home=Path(folder))
        store = Store.open(settings.warehouse_path)
        began = time.perf_counter()
        for start in range(0, len(deliveries), BATCH):
            ingest(store, settings, deliveries[start : start + BATCH])
        compute(store, settings)
        ingested = len(deliveries) / (time.perf_counter() - began)
        store.close()
        seconds, _, memory = _child("deliveries", folder)
    rate = len(deliveries) / seconds
    return [
        {"benchmark": "rebuild", "figure": "raw deliveries per second", "value": round(rate), "unit": "1/s",
         "beside": f"ingest without Kafka, and compute: {ingested:.0f}/s", "ratio": round(rate / ingested, 2)},
        {"benchmark": "rebuild", "figure": "peak memory, from raw deliveries", "value": round(memory), "unit": "MB"},
    ]  # fmt: skip


def _child(way: str, home: str) -> list[float]:
    command = [sys.executable, "-m", "bench.rebuild", way, home]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return [float(number) for number in told.split()]


def _main(way: str, home: str) -> None:
    """Prints seconds, the floor's seconds (0: none), peak memory in MB."""
    settings, floor = Settings(home=Path(home)), 0.0
    began = time.perf_counter()
    if way == "deliveries":
        rebuild_deliveries(settings, lambda done, total: None)
        took = time.perf_counter() - began
        memory = peak_mb()
    else:
        store = Store.open(settings.warehouse_path)
        rebuild(store, settings)
        took, memory = time.perf_counter() - began, peak_mb()
        began = time.perf_counter()
        with store.cursor() as cursor:
            cursor.execute((HERE / "floor_rebuild.sql").read_text(encoding="utf-8"))
        floor = time.perf_counter() - began
        store.close()
    print(took, floor, memory)


if __name__ == "__main__":
    _main(*sys.argv[1:])
