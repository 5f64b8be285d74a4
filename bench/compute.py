"""What one push and one deployment cost to compute, in a service of 100,000 commits; beside a service of 1,000.

Aim: below 50 ms for the deployment, whatever the history.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.organisation import COMMITS, filled
from models.events import Commit, Deployment, Push
from models.settings import Settings
from warehouse.compute import compute, rebuild
from warehouse.facts import write_rows
from warehouse.rows import Rows
from warehouse.store import Store

REPOSITORY = "acme/service-00000"
BEFORE = "SELECT after FROM pushes WHERE repository = $repository ORDER BY pushes.at DESC LIMIT 1"
LARGE, SMALL = 10_000, 100
"""Deployments, COMMITS commits each."""
ROUNDS = 15


def run() -> list[dict[str, Any]]:
    """Rows: milliseconds for a push and for a deployment, medians and p95."""
    large, small = (_measure((1, deployments)) for deployments in (LARGE, SMALL))
    rows = []
    for what in large:
        least = statistics.median(small[what])
        shares = {"p50": statistics.median(large[what]), "p95": statistics.quantiles(large[what], n=20)[-1]}
        for name, value in shares.items():
            rows.append(
                {"benchmark": "compute", "figure": f"one {what}, {LARGE * COMMITS:,} commits, {name}",
                 "value": round(value * 1000, 1), "unit": "ms", "ratio": round(value / least, 2),
                 "beside": f"{SMALL * COMMITS:,} commits: {least * 1000:.1f} ms"}
            )  # fmt: skip
    return rows


def one_more(store: Store, rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Seconds that compute takes after each of `rounds` pushes, and after the deployment of each."""
    settings = Settings()
    with store.cursor() as cursor:
        (before,) = cursor.execute(BEFORE, {"repository": REPOSITORY}).fetchall()[0]
    taken: dict[str, list[float]] = {"push": [], "deployment": []}
    for event in _events(before, rounds + 1):
        rows = Rows(b"bench", True)
        rows.add("github", event)
        with store.transaction() as cursor:
            write_rows(cursor, rows)
        began = time.perf_counter()
        compute(store, settings)
        taken[event.type].append(time.perf_counter() - began)
    return {what: seconds[1:] for what, seconds in taken.items()}  # the first warms up


def _events(before: str, rounds: int) -> Iterator[Push | Deployment]:
    for number in range(rounds):
        at = datetime.now(UTC) + timedelta(hours=number)
        shas = [f"{number:038x}{commit:02x}" for commit in range(COMMITS)]
        commits = tuple(Commit(sha=sha, committed_at=at, message="One more") for sha in shas)
        yield Push(
            id=f"push{number}",
            at=at,
            repository=REPOSITORY,
            branch="main",
            before=before,
            after=shas[-1],
            commits=commits,
        )
        yield Deployment(
            id=f"deployment{number}", at=at + timedelta(minutes=5), repository=REPOSITORY, deployment=f"new{number}",
            environment="production", status="success", sha=shas[-1],
        )  # fmt: skip
        before = shas[-1]


def _measure(size: tuple[int, int]) -> dict[str, list[float]]:
    with tempfile.TemporaryDirectory() as folder:
        store = filled(Path(folder) / "warehouse.duckdb", size, "facts")
        try:
            rebuild(store, Settings())
            return one_more(store)
        finally:
            store.close()
