"""A seeded organisation of size S, M or L: its facts, or the derived tables that compute makes of such facts."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from warehouse.store import Store

HERE = Path(__file__).parent
SIZES = {"S": (50, 10_000), "M": (500, 100_000), "L": (5_000, 1_000_000)}
"""Services and production deployments."""
COMMITS = 10
DAYS = 3 * 365


def filled(path: Path, size: tuple[int, int], tables: Literal["facts", "derived"]) -> Store:
    """A new store at `path` that holds so many services and deployments, each with COMMITS commits, over DAYS."""
    services, deployments = size
    store = Store.open(path)
    with store.transaction() as cursor:
        for name, value in (
            ("services", services), ("deployments", deployments), ("commits", COMMITS), ("days", DAYS),
            ("newest", datetime.now(UTC)),
        ):  # fmt: skip
            cursor.execute(f"SET VARIABLE {name} = $value", {"value": value})
        cursor.execute((HERE / f"fill_{tables}.sql").read_text(encoding="utf-8"))
    return store
