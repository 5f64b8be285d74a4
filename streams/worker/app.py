"""The Faust app: two agents, `ingest` and `compute`, with the acknowledgement pattern of ARCHITECTURE.md."""

from collections.abc import Callable
from typing import Any, cast

import faust
import orjson
import structlog
from faust import Stream
from faust.auth import SASLCredentials, SSLCredentials
from faust.exceptions import FaustError
from faust.serializers.codecs import Codec
from faust.types import StreamT
from yarl import URL

from models.delivery import DELIVERIES_TOPIC, TOUCHED_TOPIC
from models.settings import Settings
from streams.topics import max_message_bytes, ssl_context
from streams.worker.computing import Computing
from streams.worker.consumer import Transport
from streams.worker.garbage import search_seldom
from streams.worker.progress import ByteBudget, Progress
from streams.worker.writer import BATCH, Writer
from warehouse.rows import warm_up
from warehouse.store import Store

log = structlog.get_logger(__name__)

GROUP = "leadline"
INSTANCE = "worker"
"""Static membership: the next worker takes this one's place at once, instead of waiting out its session."""
PACKS = 64
ANNOUNCED = 1000
"""Keys to a record, which Kafka takes to 1 MB."""
WITHIN_SECONDS = 0.1
BUDGET_BYTES = 128 * 1024 * 1024
OUTBOX_SECONDS = 5.0
"""How often compute looks at the outbox unasked: a lost `touched` record delays numbers, it never loses them."""


class Untouched(Codec):
    """Packs of records (see Consumer) are no bytes: they pass as they are."""

    def _loads(self, s: Any) -> Any:
        return s


class Line:
    """The Faust app with what stands behind its agents. Made inside the event loop that it runs on."""

    def __init__(
        self, store: Store, settings: Settings, progress: Progress, fail: Callable[[BaseException], None]
    ) -> None:
        budget = ByteBudget(BUDGET_BYTES)
        self.app = _faust_app(settings, progress, budget)
        self.computing = Computing(store, settings, lambda: self.writer.behind, fail)
        self.writer = Writer(store, settings, progress, budget, self._announce, fail)
        self._touched = self.app.topic(TOUCHED_TOPIC, key_type=bytes, value_type=bytes)
        deliveries = self.app.topic(DELIVERIES_TOPIC, key_type=bytes, value_serializer=Untouched())
        self.app.agent(deliveries, name="ingest")(self._ingest)
        self.app.agent(self._touched, name="compute")(self._compute)
        self.app.timer(OUTBOX_SECONDS, name="outbox")(self.computing.run)

    async def start(self) -> None:
        """Begins to read."""
        warm_up()
        search_seldom()
        await self.app.start()

    async def stop(self) -> None:
        """Stops reading, then waits for the batch in hand."""
        await self.app.stop()
        await self.writer.idle()

    async def _ingest(self, stream: StreamT) -> None:
        async for events in cast(Stream, stream).noack_take(PACKS, within=WITHIN_SECONDS):
            await self.writer.add(stream, events)

    async def _compute(self, stream: StreamT) -> None:
        async for events in cast(Stream, stream).noack_take(PACKS, within=WITHIN_SECONDS / 4):
            await self.computing.run()
            for event in events:
                await stream.ack(event)

    async def _announce(self, touched: list[str]) -> None:
        """One record for a batch, mostly: Faust's cost is per record."""
        try:
            for start in range(0, len(touched), ANNOUNCED):
                await self._touched.send(key=b"", value=orjson.dumps(touched[start : start + ANNOUNCED]))
        except FaustError as error:
            log.warning("could not announce what was touched, the outbox timer will find it", error=str(error))


def _faust_app(settings: Settings, progress: Progress, budget: ByteBudget) -> faust.App:
    """No web server, no tables, no topics of its own; nothing is read from the environment."""
    app = faust.App(
        GROUP,
        env={},
        broker=[URL(f"kafka://{server.strip()}") for server in settings.bootstrap.split(",")],
        broker_credentials=_credentials(settings),
        consumer_group_instance_id=INSTANCE,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=max_message_bytes(settings),
        broker_max_poll_records=BATCH,
        stream_buffer_maxsize=PACKS,
        stream_wait_empty=False,  # the writer is waited for instead: a failed batch never empties
        key_serializer="raw",
        value_serializer="raw",
        datadir=settings.home / "faust",
        table_standby_replicas=0,
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
    )
    app.transport = Transport(app.conf.broker_consumer, app, progress, budget)
    return app


def _credentials(settings: Settings) -> Any:
    """Faust's own form of the broker's TLS and SASL settings; None for a plain connection."""
    context = ssl_context(settings) if settings.kafka_security_protocol.endswith("SSL") else None
    if settings.kafka_sasl_mechanism:
        password = settings.kafka_sasl_password
        return SASLCredentials(
            username=settings.kafka_sasl_username,
            password=password.get_secret_value() if password else None,
            ssl_context=context,
            mechanism=settings.kafka_sasl_mechanism,
        )
    return SSLCredentials(context=context) if context else None
