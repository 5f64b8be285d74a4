"""Events that no webhook brought, written in chunks; an interrupted run goes on where it stopped."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from models.settings import Settings
from warehouse.backfilled import Progress, read_progress, write_chunk
from warehouse.people import people_key
from warehouse.rows import Rows
from warehouse.store import Store

CHUNK = 5_000

Step = Callable[[int, int], None]
"""Called with (read so far, of how many)."""


def write_events(
    store: Store,
    settings: Settings,
    run: str,
    state: str,
    source: str,
    events: Sequence[Any],
    step: Step | None = None,
    add: Callable[[Rows, str, Any], None] = Rows.add,
) -> int:
    """Writes canonical events as facts of `source`, which webhooks of that source would have left alike.

    `state` identifies what `run` reads: a run of the same state goes on, or has nothing to do. `add` puts one event
    into the rows. The caller computes. Returns how many events it wrote.
    """
    people = people_key(settings)
    before = read_progress(store, run)
    progress = before if before and before.state == state else Progress(run, state)
    if progress.finished:
        return 0
    first = progress.done
    for start in range(first, len(events), CHUNK):
        rows, chunk = Rows(people, settings.show_handles), events[start : start + CHUNK]
        for event in chunk:
            add(rows, source, event)
        progress = progress.after(len(chunk))
        write_chunk(store, progress, rows)
        if step:
            step(progress.done, len(events))
    write_chunk(store, replace(progress, finished=True), Rows(people, settings.show_handles))
    return progress.done - first
