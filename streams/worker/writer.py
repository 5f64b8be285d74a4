"""Writes the batches that the agent takes: one after another, off the event loop, acknowledged only when stored."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from time import perf_counter
from typing import cast

import structlog
from faust.types import EventT, StreamT
from faust.types.tuples import Message

from models.delivery import Delivery
from models.settings import Settings
from streams.ingest import ingest
from streams.worker import metrics
from streams.worker.progress import ByteBudget, Progress
from warehouse.facts import Position, Written
from warehouse.store import Store

log = structlog.get_logger(__name__)

FOREIGN = "unknown"
"""The source of a Kafka record that no receiver wrote."""


def to_delivery(message: Message) -> Delivery:
    """The delivery that a Kafka record carries; a record of nobody's becomes one that ends as a dead letter."""
    try:
        return Delivery.from_record(message.key, message.value or b"", _headers(message))
    except (KeyError, ValueError):
        at = datetime.fromtimestamp(message.timestamp or 0, UTC)
        where = f"{message.topic}/{message.partition}/{message.offset}"
        return Delivery(FOREIGN, where, at, {}, message.value or b"")


def _headers(message: Message) -> list[tuple[str, bytes]]:
    headers = message.headers or ()
    return list(headers.items()) if isinstance(headers, dict) else cast(list[tuple[str, bytes]], list(headers))


class Writer:
    """The line's one writer. While it writes a batch, Faust gathers the next.

    `announce` is told the touched keys of a written batch. `fail` is told what kept a batch from being written: nothing
    of it was acknowledged, no further batch is taken, and the process has to end. It never raises into Faust.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        progress: Progress,
        budget: ByteBudget,
        announce: Callable[[list[str]], Awaitable[None]],
        fail: Callable[[BaseException], None],
    ) -> None:
        self._store = store
        self._settings = settings
        self._progress = progress
        self._budget = budget
        self._announce = announce
        self._fail = fail
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    async def submit(self, stream: StreamT, events: Sequence[EventT]) -> None:
        """Hands a batch over; waits only while the batch before it is still being written."""
        await self._turn.acquire()
        self._task = asyncio.create_task(self._write(stream, events))

    async def idle(self) -> None:
        """Waits until the batch in hand is stored (or has failed)."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _write(self, stream: StreamT, events: Sequence[EventT]) -> None:
        """The turn is given on only after success: a batch that can't be written is the last one."""
        try:
            messages = [event.message for event in events]
            written = await asyncio.to_thread(self._store_batch, messages)
            for event in events:
                await stream.ack(event)
            self._budget.give(sum(len(message.value or b"") for message in messages))
            if written.touched:
                await self._announce(written.touched)
        except BaseException as error:
            self._fail(error)
        else:
            self._turn.release()

    def _store_batch(self, messages: list[Message]) -> Written:
        started = perf_counter()
        fresh = [m for m in messages if self._progress.is_new(m.partition, m.offset)]
        reached: dict[int, int] = {}
        for message in fresh:
            reached[message.partition] = max(reached.get(message.partition, 0), message.offset + 1)
        topic, topic_id = self._progress.topic, self._progress.topic_id
        positions = [Position(topic_id, topic, partition, offset) for partition, offset in reached.items()]
        written = ingest(self._store, self._settings, map(to_delivery, fresh), positions)
        self._progress.reached(reached)
        metrics.BATCHES.inc()
        metrics.DELIVERIES.labels("stored").inc(written.stored)
        metrics.DELIVERIES.labels("duplicate").inc(written.duplicates)
        metrics.WRITE_SECONDS.observe(perf_counter() - started)
        return written
