"""Writes what the agent takes, in batches: one after another, off the event loop, acknowledged only when stored."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter

import structlog
from aiokafka.structs import ConsumerRecord
from faust.types import EventT, StreamT

from models.delivery import Delivery
from models.settings import Settings
from streams.ingest import keep, parse_all
from streams.worker import metrics
from streams.worker.consumer import records_of, size_bytes
from streams.worker.progress import ByteBudget, Progress
from warehouse.facts import Parsed, Position, Written
from warehouse.store import Store

log = structlog.get_logger(__name__)

BATCH = 4000
"""Deliveries per transaction, about: larger batches cost less each, and make freshness wait."""
BEHIND = 1000
APART_SECONDS = 0.2
"""Small batches begin so far apart: each costs about as much as a large one, and compute wants the cores too."""
FOREIGN = "unknown"
"""The source of a Kafka record that no receiver wrote."""


def to_delivery(record: ConsumerRecord) -> Delivery:
    """The delivery that a Kafka record carries; a record of nobody's becomes one that ends as a dead letter."""
    try:
        return Delivery.from_record(record.key, record.value or b"", record.headers)
    except (KeyError, ValueError, TypeError, AttributeError):
        at = datetime.fromtimestamp(record.timestamp / 1000, UTC)
        return Delivery(FOREIGN, f"{record.topic}/{record.partition}/{record.offset}", at, {}, record.value or b"")


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack of records (see Consumer), to be acknowledged as one, and what became of each of them."""

    event: EventT
    parsed: list[Parsed]

    def __len__(self) -> int:
        return len(self.parsed)


class Writer:
    """The line's one writer. While it writes a batch, the next is parsed and gathers: DuckDB works beside Python, and
    the busier the line, the larger the batches.

    `announce` is told the touched keys of a written batch. `fail` is told what kept a batch from being parsed or
    written: nothing of it was acknowledged, no further batch is taken, and the process has to end. It never raises into
    Faust.
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
        self._waiting: list[Pack] = []
        self._unstored = 0
        """Deliveries that wait or are being written."""
        self._room = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._broken = False
        self._began = -APART_SECONDS

    @property
    def behind(self) -> bool:
        """Whether deliveries wait for the store, not the store for deliveries."""
        return self._unstored >= BEHIND

    async def add(self, stream: StreamT, events: Sequence[EventT]) -> None:
        """Takes packs of records to be written; waits while a whole batch is waiting already."""
        for event in events:
            pack = None if self._broken else await self._parsed(event)
            if pack is None:
                await asyncio.Event().wait()  # the process ends
                return
            self._waiting.append(pack)
            self._unstored += len(pack)
            if self._task is None or self._task.done():
                self._task = asyncio.create_task(self._work(stream))
            while _deliveries(self._waiting) >= BATCH:
                self._room.clear()
                await self._room.wait()

    async def _parsed(self, event: EventT) -> Pack | None:
        try:
            return await asyncio.to_thread(_parse, event)
        except Exception as error:  # not one delivery's fault: those become dead letters
            self._give_up(error)
            return None

    def _give_up(self, error: BaseException) -> None:
        self._broken = True
        self._fail(error)

    async def idle(self) -> None:
        """Waits until what was taken is stored (or has failed)."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _work(self, stream: StreamT) -> None:
        while self._waiting:
            if not self.behind:
                await asyncio.sleep(self._began + APART_SECONDS - perf_counter())
            self._began = perf_counter()
            packs = [self._waiting.pop(0)]
            while self._waiting and _deliveries(packs) < BATCH:
                packs.append(self._waiting.pop(0))
            self._room.set()
            try:
                await self._write(stream, packs)
            except BaseException as error:
                self._give_up(error)
                return

    async def _write(self, stream: StreamT, packs: Sequence[Pack]) -> None:
        written = await asyncio.to_thread(self._store_batch, packs)
        self._unstored -= _deliveries(packs)
        for pack in packs:
            await stream.ack(pack.event)
            self._budget.give(size_bytes(pack.event.message))
        if written.touched:
            await self._announce(written.touched)

    def _store_batch(self, packs: Sequence[Pack]) -> Written:
        started = perf_counter()
        fresh: list[Parsed] = []
        reached: dict[int, int] = {}
        for pack in packs:
            for record, parsed in zip(records_of(pack.event.message), pack.parsed, strict=True):
                if self._progress.is_new(record.partition, record.offset):
                    fresh.append(parsed)
                    reached[record.partition] = max(reached.get(record.partition, 0), record.offset + 1)
        topic, topic_id = self._progress.topic, self._progress.topic_id
        positions = [Position(topic_id, topic, partition, offset) for partition, offset in reached.items()]
        written = keep(self._store, self._settings, fresh, positions)
        self._progress.reached(reached)
        metrics.BATCHES.inc()
        metrics.DELIVERIES.labels("stored").inc(written.stored)
        metrics.DELIVERIES.labels("duplicate").inc(written.duplicates)
        metrics.WRITE_SECONDS.observe(perf_counter() - started)
        return written


def _parse(event: EventT) -> Pack:
    return Pack(event, parse_all(map(to_delivery, records_of(event.message))))


def _deliveries(packs: Sequence[Pack]) -> int:
    return sum(map(len, packs))
