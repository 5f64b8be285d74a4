"""The worker process: store, read API, Faust app and watchdog, from start to exit code."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from threading import Event
from typing import Any, TypeVar

import structlog
from kafka.admin import MemberToRemove  # pyright: ignore[reportAttributeAccessIssue] - typeshed's stub is of 2.x
from kafka.errors import BrokerResponseError, KafkaError

from models.delivery import DELIVERIES_TOPIC
from models.errors import LeadlineError
from models.settings import Settings
from streams import catalog, topics
from streams.logs import configure_logs
from streams.sources import load_sources
from streams.worker.api import ApiThread
from streams.worker.app import GROUP, INSTANCE, Line
from streams.worker.progress import Progress
from streams.worker.watchdog import Watchdog
from warehouse.facts import read_positions
from warehouse.store import Store

log = structlog.get_logger(__name__)
Got = TypeVar("Got")

STOPPED = 0
FAILED = 1
STALLED = 70
"""EX_SOFTWARE: the watchdog ended it."""
STOP_SECONDS = 20.0
KAFKA_RETRY_SECONDS = 1.0


def run(settings: Settings) -> int:
    """Runs a worker until SIGTERM or SIGINT. Returns the exit code: 0 stopped, 1 failed (70: ended by the watchdog).

    Raises LeadlineError where the store is another's or the API's address is taken. Its supervisor starts it again.
    """
    configure_logs(settings)
    load_sources()
    store = Store.open(settings.warehouse_path)
    try:
        worker = _Worker(store, settings)
        api = ApiThread(store, settings, worker.lag)
        api.start()
        try:
            return asyncio.run(worker.work())
        finally:
            api.stop()
    finally:
        store.close()


class _Worker:
    """One life of the worker, inside its event loop."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._ended = asyncio.Event()
        self._exit_code = STOPPED
        self._progress: Progress | None = None

    def lag(self) -> int | None:
        """How many deliveries wait in Kafka, asked now; None while that is unknown. Called from the API's threads."""
        try:
            return self._progress.lag(topics.end_offsets(self._settings)) if self._progress else None
        except (LeadlineError, KafkaError, OSError):
            return None

    async def work(self) -> int:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._ended.set)
        await self._kafka(lambda: topics.ensure_topics(self._settings))
        topic_ids = await self._kafka(lambda: topics.topic_ids(self._settings))
        await self._kafka(lambda: _dismiss_predecessor(self._settings))
        if self._ended.is_set() or topic_ids is None:
            return self._exit_code
        stored = await asyncio.to_thread(read_positions, self._store)
        progress = self._progress = Progress(DELIVERIES_TOPIC, topic_ids[DELIVERIES_TOPIC], stored)
        line = Line(self._store, self._settings, progress, self._fail)
        watchdog = Watchdog(self._settings, progress, _end_now)
        watchdog.start()
        catalog_stops = Event()
        catalog.watch(self._settings, catalog_stops)
        try:
            await self._live(line)
        finally:
            catalog_stops.set()
            watchdog.stop()
        return self._exit_code

    async def _live(self, line: Line) -> None:
        """Runs the agents until a signal, a failed batch, or Faust's own crash."""
        await line.computing.run()
        starting = asyncio.create_task(line.start())
        ended = asyncio.create_task(self._ended.wait())
        done, _ = await asyncio.wait([starting, ended], return_when=asyncio.FIRST_COMPLETED)
        if starting in done and not starting.exception():
            log.info("worker ready")
            crashed = asyncio.create_task(line.app.wait_until_stopped())
            await asyncio.wait([crashed, ended], return_when=asyncio.FIRST_COMPLETED)
        if not self._ended.is_set():
            self._fail(starting.exception() or line.app.crash_reason or RuntimeError("Faust stopped by itself"))
        try:
            await asyncio.wait_for(line.stop(), STOP_SECONDS)
        except TimeoutError:
            log.warning("Faust did not stop in time; nothing is lost by that")

    def _fail(self, error: BaseException) -> None:
        log.error("the worker ends", error=repr(error), exc_info=error)
        self._exit_code = FAILED
        self._ended.set()

    async def _kafka(self, ask: Callable[[], Got]) -> Got | None:
        """Asks Kafka until it answers; None where the worker is told to stop meanwhile."""
        said = False
        while not self._ended.is_set():
            try:
                return await asyncio.to_thread(ask)
            except (LeadlineError, KafkaError, OSError) as error:
                if not said:
                    log.warning("waiting for Kafka", at=self._settings.bootstrap, error=str(error))
                    said = True
            try:
                await asyncio.wait_for(self._ended.wait(), KAFKA_RETRY_SECONDS)
            except TimeoutError:
                continue
        return None


def _dismiss_predecessor(settings: Settings) -> None:
    """Takes the last worker's static membership out of the group.

    A static member that comes back is given its old partitions without a look at the topics: none, where they were
    missing when it last looked, and never those that were added meanwhile. One that joins is given all there are.
    """
    client: Any = topics.admin(settings)
    try:
        client.remove_group_members(GROUP, [MemberToRemove(group_instance_id=INSTANCE)])
    except BrokerResponseError as error:  # no such group yet
        log.info("no predecessor in the group", error=str(error))
    finally:
        client.close()


def _end_now(reason: str) -> None:
    """Called by the watchdog: what has stalled can't be asked to stop. Safe at any moment, as SIGKILL is."""
    log.critical("the watchdog ends the worker", reason=reason)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(STALLED)
