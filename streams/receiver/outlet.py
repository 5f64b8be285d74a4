"""Where deliveries go: Kafka with acks=all, or the spool while Kafka is away; drained in order when it returns."""

import asyncio
import contextlib
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    KafkaError,
    MessageSizeTooLargeError,
    ProducerClosed,
    RecordListTooLargeError,
    RecordTooLargeError,
)

from models.delivery import DELIVERIES_TOPIC, Delivery
from models.errors import LeadlineError
from models.settings import Settings
from streams.receiver import metrics
from streams.receiver.spool import Spool, Waiting
from streams.topics import client_options, ensure_topics, max_message_bytes

log = structlog.get_logger(__name__)

SEND_SECONDS = 2.0
"""A sender that waits longer may give up: the delivery goes to the spool then, and counts once if Kafka has it too."""
DRAIN_SECONDS = 30.0
RETRY_SECONDS = 0.5
BATCH_BYTES = 1024 * 1024
"""aiokafka's default, 16 KiB, sends one webhook body per request and gives 600/s."""
TOO_LARGE = (MessageSizeTooLargeError, RecordListTooLargeError, RecordTooLargeError)
"""Kafka is there, and will never take this record as it is configured."""


class Outlet:
    """Accepts deliveries durably. `start()` returns soon, whether Kafka is there or not."""

    def __init__(self, settings: Settings, spool: Spool) -> None:
        self._settings, self._spool = settings, spool
        self._producer: AIOKafkaProducer | None = None
        self._spooling = spool.count > 0
        self._connected, self._wake = asyncio.Event(), asyncio.Event()
        self._waits: dict[asyncio.Timeout, None] = {}
        """Of the deliveries that wait for Kafka's answer, the oldest first."""
        self._task: asyncio.Task[None] | None = None
        self._told_away = False
        """Said once for each time that Kafka is away."""
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def kafka_up(self) -> bool:
        return self._producer is not None

    async def start(self) -> None:
        """Connects in the background; where Kafka is there already, waits for it briefly."""
        self._wake.set()
        self._task = asyncio.create_task(self._keep_connected())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SEND_SECONDS):
                await self._connected.wait()

    async def stop(self) -> None:
        """Sends what is in hand. What waits in the spool waits for the next start."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        producer, self._producer = self._producer, None
        if producer is not None:
            await _close(producer)

    async def accept(self, delivery: Delivery) -> None:
        """Returns when the delivery is in Kafka (acks=all) or on the disk. Raises SpoolFullError, sqlite3.Error."""
        producer = self._producer
        if producer is not None and not self._spooling and await self._reaches(producer, delivery):
            return
        self._spooling = True
        await self._spool.append(delivery)
        self._wake.set()

    async def _reaches(self, producer: AIOKafkaProducer, delivery: Delivery) -> bool:
        """Whether Kafka is known to have it."""
        wait = asyncio.timeout(SEND_SECONDS)
        self._waits[wait] = None
        try:
            try:
                async with wait:
                    await (await _send(producer, delivery))
            finally:
                self._waits.pop(wait, None)
        except TOO_LARGE:
            return False  # draining sets it aside
        except Exception as error:  # known or not: what may not have reached Kafka goes to the disk
            self._give_up(producer, error)
            return False
        return True

    def _give_up(self, producer: AIOKafkaProducer, error: Exception) -> None:
        """Kafka stopped answering: everything goes to the spool until it does again."""
        if self._producer is not producer:
            return
        log.warning("Kafka is away, deliveries wait in the spool", error=type(error).__name__)
        self._producer, self._spooling = None, True
        metrics.KAFKA_UP.set(0)
        self._hurry()
        self._wake.set()
        closing = asyncio.create_task(_abandon(producer))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    def _hurry(self) -> None:
        """Those who wait too go to the spool now, in their order: before what comes next, not each after its 2 s."""
        now = asyncio.get_running_loop().time()
        for wait in self._waits:
            if not wait.expired():
                wait.reschedule(now)
        self._waits.clear()

    async def _keep_connected(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._producer is None or self._spooling:
                try:
                    if self._producer is None:
                        await self._connect()
                    else:
                        await self._drain(self._producer)
                except (KafkaError, LeadlineError, OSError) as error:
                    if not self._told_away:
                        log.warning("Kafka doesn't answer: deliveries wait in the spool", error=str(error))
                    self._told_away = True
                    await asyncio.sleep(RETRY_SECONDS)
                except Exception:  # this task must live: without it nothing ever leaves the spool
                    log.exception("the spool can't be drained now")
                    await asyncio.sleep(RETRY_SECONDS)

    async def _connect(self) -> None:
        await asyncio.to_thread(ensure_topics, self._settings)
        producer = AIOKafkaProducer(**_options(self._settings))
        try:
            await producer.start()
        except BaseException:
            await _abandon(producer)
            raise
        self._producer = producer
        self._told_away = False
        self._connected.set()
        metrics.KAFKA_UP.set(1)
        log.info("Kafka acknowledges", kafka=self._settings.bootstrap, waiting=self._spool.count)

    async def _drain(self, producer: AIOKafkaProducer) -> None:
        """Sends the spool in order. Ends when it is empty (then sending goes straight again), or Kafka goes away."""
        while waiting := await self._spool.oldest():
            try:
                async with asyncio.timeout(DRAIN_SECONDS):
                    refused = await _send_all(producer, waiting)
            except (KafkaError, TimeoutError) as error:
                self._give_up(producer, error)
                return
            for one in refused:
                await self._spool.set_aside(one.number)
                log.error(
                    "Kafka refuses a delivery for its size: raise the topic's max.message.bytes, start again",
                    source=one.delivery.source, delivery=one.delivery.delivery_id, bytes=len(one.delivery.body),
                )  # fmt: skip
            await self._spool.remove(waiting[-1].number)
        # No await between the check and the switch: nothing can slip into the spool behind it.
        if self._spool.count == self._spool.aside:
            self._spooling = False


async def _send(producer: AIOKafkaProducer, delivery: Delivery) -> asyncio.Future[Any]:
    """Hands a delivery over; the future is done when every in-sync replica has it."""
    key, value, headers = delivery.to_record()
    return await producer.send(DELIVERIES_TOPIC, value=value, key=key, headers=headers)


async def _send_all(producer: AIOKafkaProducer, waiting: list[Waiting]) -> list[Waiting]:
    """Sends in order; gives those that Kafka refuses for their size. Raises KafkaError."""
    sent: list[tuple[Waiting, asyncio.Future[Any]]] = []
    too_large: list[Waiting] = []
    try:
        for one in waiting:  # one after the other: where a batch is full, a smaller delivery would overtake
            with contextlib.suppress(*TOO_LARGE):
                sent.append((one, await _send(producer, one.delivery)))
                continue
            too_large.append(one)
        for one, acknowledged in sent:
            try:
                await acknowledged
            except TOO_LARGE:
                too_large.append(one)
    finally:
        for _, acknowledged in sent:
            acknowledged.cancel()
    return [one for one in too_large if not await _fits_alone(producer, one)]


async def _fits_alone(producer: AIOKafkaProducer, one: Waiting) -> bool:
    """The broker judges batches: what it refused with others it may take by itself."""
    try:
        await (await _send(producer, one.delivery))
    except TOO_LARGE:
        return False
    return True


def _options(settings: Settings) -> dict[str, Any]:
    return client_options(settings) | {
        "acks": "all",
        "enable_idempotence": True,
        "max_batch_size": BATCH_BYTES,
        "max_request_size": max_message_bytes(settings),
        "request_timeout_ms": 10_000,
    }


async def _close(producer: AIOKafkaProducer) -> None:
    """Sends what it still holds, for as long as a sender would wait; then lets go."""
    try:
        async with asyncio.timeout(2 * SEND_SECONDS):
            await producer.stop()
    except (KafkaError, TimeoutError):
        await _abandon(producer)


async def _abandon(producer: AIOKafkaProducer) -> None:
    """Lets go without sending. An idempotent producer's `stop()` would try for ever: each outage would leave one."""
    with contextlib.suppress(KafkaError):
        await producer._sender.close()
    producer._message_accumulator.fail_all(ProducerClosed())
    await producer.stop()
    await producer.client.close()
