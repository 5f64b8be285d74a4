"""Keeps the derived tables up with the facts: one computation at a time, never at ingest's expense while it lags."""

import asyncio
from collections.abc import Callable
from time import perf_counter

import structlog

from models.settings import Settings
from streams.worker import metrics
from warehouse.compute import compute
from warehouse.store import Store

log = structlog.get_logger(__name__)

REST = 3.0
"""While deliveries wait, compute rests this many times as long as it took: ingest keeps three quarters of the store."""
MOST_REST_SECONDS = 10.0
LOOK_SECONDS = 0.1


class Computing:
    """Empties the outbox of touched keys. `behind` says whether ingest has more waiting than it can take at once."""

    def __init__(
        self, store: Store, settings: Settings, behind: Callable[[], bool], fail: Callable[[BaseException], None]
    ) -> None:
        self._store = store
        self._settings = settings
        self._behind = behind
        self._fail = fail
        self._turn = asyncio.Lock()
        self._rested = perf_counter() + MOST_REST_SECONDS
        """Until when it rests where deliveries wait: first of all for what was left by the worker before."""

    async def run(self) -> None:
        """Computes what was touched until now. A failure ends the process, as a batch that can't be written does."""
        async with self._turn:
            while self._behind() and perf_counter() < self._rested:
                await asyncio.sleep(LOOK_SECONDS)
            started = perf_counter()
            try:
                services = await asyncio.to_thread(compute, self._store, self._settings)
            except asyncio.CancelledError:  # the worker stops: whatever is touched waits in the outbox
                raise
            except BaseException as error:
                self._fail(error)
                raise
            ended = perf_counter()
            if services:
                metrics.COMPUTE_SECONDS.observe(ended - started)
                metrics.COMPUTED_SERVICES.inc(services)
            self._rested = max(self._rested, ended + min((ended - started) * REST, MOST_REST_SECONDS))
