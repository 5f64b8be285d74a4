"""Rebuild: the kept raw deliveries through today's `parse`, into a new warehouse that takes the old one's place."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from models.settings import Settings
from streams.ingest import ingest
from warehouse.compute import rebuild as compute_everything
from warehouse.kept import carry_over, count_deliveries, read_deliveries, settle
from warehouse.store import Store

Step = Callable[[int, int], None]
"""Called with (deliveries parsed so far, of how many)."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild went through."""

    deliveries: int
    services: int


def rebuild(settings: Settings, step: Step) -> Rebuilt:
    """Parses every kept delivery again and computes all derived tables, in a new file that then replaces the old one.

    Deliveries keep their ids, times and counts of duplicates; Kafka's positions stay. Interrupted anywhere, the old
    warehouse is untouched. Raises LeadlineError where a worker owns the warehouse.
    """
    path = settings.warehouse_path
    fresh = path.with_name(path.name + ".rebuilding")
    _remove(fresh)
    old = Store.open(path)  # held to the end, so that no worker writes to it meanwhile
    try:
        new = Store.open(fresh)
        try:
            total = count_deliveries(old)
            done = 0
            for batch in read_deliveries(old):
                ingest(new, settings, batch)
                done += len(batch)
                step(done, total)
            carry_over(old, new)
            services = compute_everything(new, settings)
        finally:
            new.close()
        settle(old)
        fresh.replace(path)
    finally:
        old.close()
        _remove(fresh)
    return Rebuilt(done, services)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.with_name(path.name + ".wal").unlink(missing_ok=True)
