"""Where deliveries go: Kafka with acks=all, or the spool while Kafka is away; drained in order when it returns."""

import asyncio
import contextlib
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from models.delivery import DELIVERIES_TOPIC, Delivery
from models.errors import LeadlineError
from models.settings import Settings
from streams.receiver import metrics
from streams.receiver.spool import Spool
from streams.topics import client_options, ensure_topics, max_message_bytes

log = structlog.get_logger(__name__)

SEND_SECONDS = 2.0
"""A sender that waits longer may give up: the delivery goes to the spool then, and counts once if Kafka has it too."""
DRAIN_SECONDS = 30.0
RETRY_SECONDS = 0.5
BATCH_BYTES = 1024 * 1024
"""aiokafka's default, 16 KiB, sends one webhook body per request and gives 600/s."""


class Outlet:
    """Accepts deliveries durably. `start()` returns at once, whether Kafka is there or not."""

    def __init__(self, settings: Settings, spool: Spool) -> None:
        self._settings, self._spool = settings, spool
        self._producer: AIOKafkaProducer | None = None
        self._spooling = spool.count > 0
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def kafka_up(self) -> bool:
        return self._producer is not None

    async def start(self) -> None:
        """Connects in the background; where Kafka is there already, waits for it briefly."""
        self._wake.set()
        self._task = asyncio.create_task(self._keep_connected())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SEND_SECONDS):
                while not self.kafka_up:
                    await asyncio.sleep(0.02)

    async def stop(self) -> None:
        """Sends what is in hand. What waits in the spool waits for the next start."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._disconnect()

    async def accept(self, delivery: Delivery) -> None:
        """Returns when the delivery is in Kafka (acks=all) or on the disk. Raises SpoolFullError, sqlite3.Error."""
        producer = self._producer
        if producer is not None and not self._spooling:
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    await self._send(producer, delivery)
                return
            except (KafkaError, TimeoutError) as error:
                self._give_up(producer, error)
        self._spooling = True
        await self._spool.append(delivery)
        self._wake.set()

    async def _send(self, producer: AIOKafkaProducer, delivery: Delivery) -> None:
        key, value, headers = delivery.to_record()
        sent = await producer.send(DELIVERIES_TOPIC, value=value, key=key, headers=headers)
        # Shielded: a request that gives up waiting must not cancel the batch that others wait for.
        await asyncio.shield(sent)

    def _give_up(self, producer: AIOKafkaProducer, error: Exception) -> None:
        """Kafka stopped answering: everything goes to the spool until it does again."""
        if self._producer is not producer:
            return
        log.warning("Kafka is away, deliveries wait in the spool", error=type(error).__name__)
        self._producer, self._spooling = None, True
        metrics.KAFKA_UP.set(0)
        self._wake.set()
        self._closing = asyncio.create_task(_close(producer))

    async def _keep_connected(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while not (self._producer and not self._spooling):
                if self._producer is None and not await self._connect():
                    await asyncio.sleep(RETRY_SECONDS)
                elif self._spooling:
                    await self._drain()

    async def _connect(self) -> bool:
        producer: AIOKafkaProducer | None = None
        try:
            await asyncio.to_thread(ensure_topics, self._settings)
            producer = AIOKafkaProducer(**_options(self._settings))
            await producer.start()
        except (KafkaError, LeadlineError, OSError) as error:
            log.debug("Kafka doesn't answer yet", error=type(error).__name__)
            if producer is not None:
                await _close(producer)
            return False
        self._producer = producer
        metrics.KAFKA_UP.set(1)
        log.info("Kafka acknowledges", kafka=self._settings.bootstrap, waiting=self._spool.count)
        return True

    async def _drain(self) -> None:
        """Sends the spool in order. Ends when it is empty (then sending goes straight again), or Kafka goes away."""
        producer = self._producer
        if producer is None:
            return
        try:
            while waiting := await self._spool.oldest():
                async with asyncio.timeout(DRAIN_SECONDS):
                    await asyncio.gather(*(self._send(producer, one.delivery) for one in waiting))
                await self._spool.remove(waiting[-1].number)
        except (KafkaError, TimeoutError) as error:
            self._give_up(producer, error)
            return
        # No await between the check and the switch: nothing can slip into the spool behind it.
        if self._spool.count == 0:
            self._spooling = False

    async def _disconnect(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            await _close(producer)


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
    with contextlib.suppress(KafkaError, TimeoutError):
        async with asyncio.timeout(2 * SEND_SECONDS):
            await producer.stop()
