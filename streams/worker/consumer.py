"""Faust's Kafka consumer, positioned from the store: what a transaction has written is where reading goes on.

Kafka's own group offsets are committed too, for tools that watch them, but nothing depends on them: a lost group loses
nothing, and Kafka being away while they are committed ends nothing.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import structlog
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord, OffsetAndMetadata, TopicPartition
from faust.transport.consumer import RecordMap
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, AppT, ConsumerMessage
from faust.types.transports import ConsumerCallback, TransportT
from faust.types.tuples import Message
from yarl import URL

from streams.worker.progress import ByteBudget, Progress

log = structlog.get_logger(__name__)


class Consumer(driver.Consumer):
    """Seeks where Faust itself seeks (seeking in `on_partitions_assigned` races with it)."""

    def __init__(self, transport: TransportT, callback: ConsumerCallback, *args: Any, **kwargs: Any) -> None:
        shared = cast("Transport", transport)
        self._progress = shared.progress
        self._budget = shared.budget
        super().__init__(transport, self._gated(callback), *args, **kwargs)

    def _gated(self, callback: ConsumerCallback) -> ConsumerCallback:
        topic, budget = self._progress.topic, self._budget

        async def on_message(message: ConsumerMessage) -> None:
            if message.topic == topic:
                await budget.take(size_bytes(message))
            await callback(message)

        return cast(ConsumerCallback, on_message)

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Positions the deliveries' partitions from the store, all others from the group. Called at every rebalance."""
        self._budget.reset()
        offsets = dict(await super().seek_to_committed())
        ours = [tp for tp in self.assignment() if tp.topic == self._progress.topic]
        if not ours:
            return offsets
        first, end = await self.earliest_offsets(*ours), await self.highwaters(*ours)
        for tp in ours:
            offsets[tp] = self._start(tp, first[tp], end[tp])
        await self.seek_wait({cast(TP, TopicPartition(*tp)): offsets[tp] for tp in ours})
        return offsets

    def _start(self, tp: TP, first: int, end: int) -> int:
        stored = self._progress.next_offset(tp.partition)
        if stored is not None and stored > end:
            log.error("the topic is shorter than what was read of it, reading it all again", stored=stored, end=end)
            stored = None
        elif stored is not None and stored < first:
            log.error("deliveries expired in Kafka before they were read", missing=first - stored, partition=tp[1])
        start = first if stored is None else max(stored, first)
        self._progress.seek(tp.partition, start)
        log.info("positioned", partition=tp.partition, offset=start, end=end)
        return start

    async def _getmany(self, active_partitions: set[TP] | None, timeout: float) -> RecordMap:
        """What was fetched of one partition travels through Faust as ONE message: its cost is per message.

        The message's value are the records, its offset the last one's; Faust takes those before for compacted away.
        """
        fetched = await super()._getmany(active_partitions, timeout)
        topic = self._progress.topic
        return {tp: [_pack(records)] if tp.topic == topic else records for tp, records in fetched.items()}

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        """Tells the group how far we are; a failure is only said."""
        consumer = self._thread._ensure_consumer()
        wanted = {TopicPartition(*tp): OffsetAndMetadata(offset, "") for tp, offset in offsets.items()}
        try:
            await self._thread.call_thread(consumer.commit, wanted)
        except KafkaError as error:
            log.warning("could not commit group offsets", error=str(error))
            return False
        return True


def _pack(records: list[ConsumerRecord]) -> ConsumerRecord:
    return replace(records[-1], key=None, headers=(), value=tuple(records))


def records_of(pack: Message) -> tuple[ConsumerRecord[bytes, bytes], ...]:
    """The records that a message carries."""
    return cast(tuple[ConsumerRecord[bytes, bytes], ...], pack.value)


def size_bytes(pack: Message) -> int:
    """The bytes of a pack's bodies."""
    return sum(len(record.value or b"") for record in records_of(pack))


class Transport(driver.Transport):
    """Faust's aiokafka transport with the consumer above."""

    Consumer = Consumer

    def __init__(self, url: list[URL], app: AppT, progress: Progress, budget: ByteBudget) -> None:
        self.progress = progress
        self.budget = budget
        super().__init__(url, app)
