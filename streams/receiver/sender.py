"""The way into Kafka: deliveries that wait together travel together, one batch a partition."""

import asyncio
import contextlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    KafkaError,
    MessageSizeTooLargeError,
    ProducerClosed,
    RecordListTooLargeError,
    RecordTooLargeError,
)
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.producer.message_accumulator import BatchBuilder

from models.delivery import DELIVERIES_TOPIC, Delivery
from models.settings import Settings
from streams.topics import client_options, max_message_bytes

SEND_SECONDS = 2.0
"""A sender that waits longer may give up: the delivery goes to the spool then, and counts once if Kafka has it too."""
BATCH_BYTES = 1024 * 1024
"""aiokafka's default, 16 KiB, sends one webhook body per request and gives 600/s."""
TOO_LARGE = (MessageSizeTooLargeError, RecordListTooLargeError, RecordTooLargeError)
"""Kafka is there, and will never take this record as it is configured."""

Waits = tuple[Delivery, "asyncio.Future[bool | None]"]
"""A delivery, and whether Kafka has it: None where that isn't known."""

_partition = lru_cache(maxsize=65_536)(DefaultPartitioner())
"""Where Kafka's own clients put a key: 20 µs each in Python, and a few keys come again and again."""


class NotAnsweredError(Exception):
    """Whether Kafka has a delivery isn't known; says what came instead of an answer."""


class Sender:
    """A connection to Kafka with acks=all. Made where an event loop runs; `start()` connects.

    Sent one by one, deliveries cost aiokafka a third of all that the receiver does; what came while others were on
    their way goes as one batch, for little more than one costs. After an error nothing more is sent: make a new one.
    """

    def __init__(self, settings: Settings) -> None:
        self._producer = AIOKafkaProducer(**_options(settings))
        self._waiting: list[Waits] = []
        self._sending: list[Waits] = []
        self._arrived = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._error: Exception | None = None

    async def start(self) -> None:
        """Raises KafkaError where Kafka doesn't answer."""
        try:
            await self._producer.start()
        except BaseException:
            await self._let_go()
            raise
        self._task = asyncio.create_task(self._keep_sending())

    async def send(self, delivery: Delivery) -> bool:
        """Whether Kafka has it: False where it refuses its batch for its size.

        Raises NotAnsweredError where Kafka doesn't say so within SEND_SECONDS.
        """
        taken = None
        if self._error is None:
            waits: asyncio.Future[bool | None] = asyncio.get_running_loop().create_future()
            self._waiting.append((delivery, waits))
            self._arrived.set()
            taken = await waits
        if taken is None:
            raise NotAnsweredError(type(self._error).__name__)
        return taken

    async def send_all(self, deliveries: Sequence[Delivery]) -> list[bool]:
        """Sends in order; for each, whether Kafka has it. Raises KafkaError, and knows nothing of all of them then."""
        has = await self._send(deliveries)
        for position, taken in enumerate(has):
            if not taken:  # the broker judges batches: what it refused with others it may take by itself
                [has[position]] = await self._send([deliveries[position]])
        return has

    async def close(self) -> None:
        """Sends what it still holds, for as long as a sender would wait; then lets go."""
        try:
            async with asyncio.timeout(2 * SEND_SECONDS):
                await self._producer.stop()
        except (KafkaError, TimeoutError):
            await self._let_go()
        self._end(ProducerClosed())

    async def abandon(self) -> None:
        """Lets go without sending."""
        self._end(ProducerClosed())
        await self._let_go()

    async def _keep_sending(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            self._sending, self._waiting = self._waiting, []
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    has = await self._send([delivery for delivery, _ in self._sending])
            except Exception as error:  # known or not: whether Kafka has them isn't
                self._end(error)
                return
            for (_, waits), taken in zip(self._sending, has, strict=True):
                if not waits.done():
                    waits.set_result(taken)

    def _end(self, error: Exception) -> None:
        """Those who wait hear of it now, in their order: before what comes next, not each after its 2 s."""
        self._error = self._error or error
        for _, waits in self._sending + self._waiting:
            if not waits.done():
                waits.set_result(None)
        self._sending, self._waiting = [], []
        if self._task and self._task is not asyncio.current_task():
            self._task.cancel()

    async def _send(self, deliveries: Sequence[Delivery]) -> list[bool]:
        """For each, whether Kafka has it or refused its batch for its size. In order, partition by partition."""
        partitions = tuple(sorted(await self._producer.partitions_for(DELIVERIES_TOPIC)))
        batches: dict[int, list[tuple[BatchBuilder, list[int]]]] = {}
        for position, delivery in enumerate(deliveries):
            key, value, headers = delivery.to_record()
            of_partition = batches.setdefault(_partition(key, partitions, partitions), [])
            record = {"timestamp": None, "key": key, "value": value, "headers": headers}
            if not of_partition or of_partition[-1][0].append(**record) is None:
                of_partition.append((self._producer.create_batch(), []))
                of_partition[-1][0].append(**record)  # an empty batch takes one of any size
            of_partition[-1][1].append(position)
        has = [False] * len(deliveries)
        sent: list[tuple[asyncio.Future[Any], list[int]]] = []
        try:
            for partition, built in batches.items():
                for batch, positions in built:
                    batch.close()
                    answer = await self._producer.send_batch(batch, DELIVERIES_TOPIC, partition=partition)
                    sent.append((answer, positions))
        except BaseException:
            for answer, _ in sent:
                answer.cancel()  # nobody waits for it any longer
            raise
        errors = await asyncio.gather(*(answer for answer, _ in sent), return_exceptions=True)
        for error, (_, positions) in zip(errors, sent, strict=True):
            if isinstance(error, BaseException) and not isinstance(error, TOO_LARGE):
                raise error
            for position in positions:
                has[position] = not isinstance(error, BaseException)
        return has

    async def _let_go(self) -> None:
        """An idempotent producer's `stop()` would try for ever to send what it holds: each outage would leave one."""
        with contextlib.suppress(KafkaError):
            await self._producer._sender.close()
        held = self._producer._message_accumulator
        unsent = [batch for of_partition in held._batches.values() for batch in of_partition]
        held._pending_batches.update(unsent)  # one that was tried before takes itself off here when it ends
        held.fail_all(ProducerClosed())
        for batch in unsent:
            with contextlib.suppress(KafkaError):
                await batch.wait_drain(0)  # an error that nobody hears asyncio complains of
        await self._producer.stop()
        await self._producer.client.close()


def _options(settings: Settings) -> dict[str, Any]:
    return client_options(settings) | {
        "acks": "all",
        "enable_idempotence": True,
        "max_batch_size": BATCH_BYTES,
        "max_request_size": max_message_bytes(settings),
        "request_timeout_ms": 10_000,
    }
