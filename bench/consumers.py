"""Three ways to read a filled topic, each in a process of its own: `python -m bench.consumers WAY BROKER HOME TOTAL`.

Prints the seconds from when the partitions are assigned until the last of TOTAL records is done with.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import duckdb
import faust
import orjson
import polars as pl
from aiokafka import AIOKafkaConsumer

from models.delivery import DELIVERIES_TOPIC
from models.settings import Settings
from streams import topics
from streams.worker.app import WITHIN_SECONDS, Line
from streams.worker.progress import Progress
from streams.worker.writer import BATCH
from warehouse.store import Store

POLL_SECONDS = 0.02


async def idle_agent(settings: Settings, total: int) -> float:
    """A Faust agent as people write it, that does nothing: the most that Faust can pass."""
    app = faust.App(
        f"idle-{uuid4()}", env={}, broker=f"kafka://{settings.bootstrap}", web_enabled=False, topic_disable_leader=True,
        topic_allow_declare=False, table_standby_replicas=0, consumer_auto_offset_reset="earliest",
        key_serializer="raw", value_serializer="raw", datadir=settings.home / "idle",
        consumer_max_fetch_size=topics.max_message_bytes(settings),
    )  # fmt: skip
    done = asyncio.Event()
    began: list[float] = []

    async def assigned(*_: object, **__: object) -> None:
        began.append(time.perf_counter())

    async def idle(stream: faust.Stream) -> None:
        seen = 0
        async for batch in stream.noack_take(BATCH, within=WITHIN_SECONDS):
            for event in batch:
                await stream.ack(event)
            seen += len(batch)
            if seen >= total:
                done.set()

    app.on_partitions_assigned.connect(assigned, weak=False)
    app.agent(app.topic(DELIVERIES_TOPIC, key_type=bytes, value_type=bytes))(idle)
    await app.start()
    await done.wait()
    took = time.perf_counter() - began[0]
    await app.stop()
    return took


async def bare_loop(settings: Settings, total: int) -> float:
    """No Faust: a consumer, JSON decoding, an append to a DuckDB table."""
    store = duckdb.connect(str(settings.home / "bare.duckdb"))
    store.execute("CREATE TABLE raw (id VARCHAR, kind VARCHAR, body BLOB)")
    consumer = AIOKafkaConsumer(
        DELIVERIES_TOPIC, **topics.client_options(settings), group_id=f"bare-{uuid4()}", auto_offset_reset="earliest",
        max_partition_fetch_bytes=topics.max_message_bytes(settings), enable_auto_commit=False,
    )  # fmt: skip
    await consumer.start()
    began, seen = time.perf_counter(), 0
    while seen < total:
        batches = await consumer.getmany(timeout_ms=100, max_records=BATCH)
        records = [record for batch in batches.values() for record in batch]
        rows = [
            (dict(one.headers)["id"].decode(), type(orjson.loads(one.value)).__name__, one.value) for one in records
        ]
        if rows:
            frame = pl.DataFrame(rows, schema={"id": pl.String, "kind": pl.String, "body": pl.Binary}, orient="row")
            store.register("batch", frame.to_arrow())
            store.execute("INSERT INTO raw SELECT * FROM batch")
        seen += len(rows)
    took = time.perf_counter() - began
    await consumer.stop()
    store.close()
    return took


async def worker(settings: Settings, total: int) -> float:
    """Ours: parsed, deduplicated, merged into the facts with their offsets, computed meanwhile."""
    store = Store.open(settings.warehouse_path)
    progress = Progress(DELIVERIES_TOPIC, topics.topic_ids(settings)[DELIVERIES_TOPIC], [])
    failed: list[BaseException] = []
    line = Line(store, settings, progress, failed.append)
    await line.start()
    while len(progress.snapshot()) < settings.kafka_partitions:
        await asyncio.sleep(POLL_SECONDS)
    began = time.perf_counter()
    while sum(progress.snapshot().values()) < total and not failed:
        await asyncio.sleep(POLL_SECONDS)
    took = time.perf_counter() - began
    await line.stop()
    store.close()
    if failed:
        raise failed[0]
    return took


WAYS: dict[str, Callable[[Settings, int], Awaitable[float]]] = {
    "idle_agent": idle_agent, "bare_loop": bare_loop, "worker": worker,
}  # fmt: skip


async def _main(way: str, broker: str, home: str, total: str) -> None:
    print(await WAYS[way](Settings(broker=broker, home=Path(home)), int(total)))


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
