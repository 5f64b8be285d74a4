"""Where deliveries go: Kafka with acks=all, or the spool while Kafka is away; drained in order when it returns."""

import asyncio
import contextlib

import structlog
from aiokafka.errors import KafkaError

from models.delivery import Delivery
from models.errors import LeadlineError
from models.settings import Settings
from streams.receiver import metrics
from streams.receiver.sender import SEND_SECONDS, NotAnsweredError, Sender
from streams.receiver.spool import Spool
from streams.topics import ensure_topics

log = structlog.get_logger(__name__)

DRAIN_SECONDS = 30.0
RETRY_SECONDS = 0.5


class Outlet:
    """Accepts deliveries durably. `start()` returns soon, whether Kafka is there or not."""

    def __init__(self, settings: Settings, spool: Spool) -> None:
        self._settings, self._spool = settings, spool
        self._sender: Sender | None = None
        self._spooling = spool.count > 0
        self._connected, self._wake = asyncio.Event(), asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._told_away = False
        """Said once for each time that Kafka is away."""
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def kafka_up(self) -> bool:
        return self._sender is not None

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
        sender, self._sender = self._sender, None
        if sender is not None:
            await sender.close()

    async def accept(self, delivery: Delivery) -> None:
        """Returns when the delivery is in Kafka (acks=all) or on the disk. Raises SpoolFullError, sqlite3.Error."""
        sender = self._sender
        if sender is not None and not self._spooling and await self._reaches(sender, delivery):
            return
        self._spooling = True
        await self._spool.append(delivery)
        self._wake.set()

    async def _reaches(self, sender: Sender, delivery: Delivery) -> bool:
        """Whether Kafka is known to have it."""
        try:
            return await sender.send(delivery)  # what is too large draining sets aside
        except NotAnsweredError as error:  # what may not have reached Kafka goes to the disk
            self._give_up(sender, str(error))
            return False

    def _give_up(self, sender: Sender, error: str) -> None:
        """Kafka stopped answering: everything goes to the spool until it does again."""
        if self._sender is not sender:
            return
        log.warning("Kafka is away, deliveries wait in the spool", error=error)
        self._sender, self._spooling = None, True
        metrics.KAFKA_UP.set(0)
        self._wake.set()
        closing = asyncio.create_task(sender.abandon())
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    async def _keep_connected(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._sender is None or self._spooling:
                try:
                    if self._sender is None:
                        await self._connect()
                    else:
                        await self._drain(self._sender)
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
        sender = Sender(self._settings)
        await sender.start()
        self._sender = sender
        self._told_away = False
        self._connected.set()
        metrics.KAFKA_UP.set(1)
        log.info("Kafka acknowledges", kafka=self._settings.bootstrap, waiting=self._spool.count)

    async def _drain(self, sender: Sender) -> None:
        """Sends the spool in order. Ends when it is empty (then sending goes straight again), or Kafka goes away."""
        while waiting := await self._spool.oldest():
            try:
                async with asyncio.timeout(DRAIN_SECONDS):
                    has = await sender.send_all([one.delivery for one in waiting])
            except (KafkaError, TimeoutError) as error:
                self._give_up(sender, type(error).__name__)
                return
            for one in (one for one, taken in zip(waiting, has, strict=True) if not taken):
                await self._spool.set_aside(one.number)
                log.error(
                    "Kafka refuses a delivery for its size: raise the topic's max.message.bytes, start again",
                    source=one.delivery.source, delivery=one.delivery.delivery_id, bytes=len(one.delivery.body),
                )  # fmt: skip
            await self._spool.remove(waiting[-1].number)
        # No await between the check and the switch: nothing can slip into the spool behind it.
        if self._spool.count == self._spool.aside:
            self._spooling = False
