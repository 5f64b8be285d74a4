"""What a rebuild starts from: the deliveries as they were received, and the few tables that no parse can make again."""

from collections.abc import Iterator

import orjson

from models.delivery import Delivery
from warehouse import sql
from warehouse.backfilled import restore_backfilled
from warehouse.store import Store

CARRIED = ("duplicate_deliveries", "consumed", "backfilled", "backfill_runs")
READ_ROWS = 2048
BATCH_ROWS = 20_000
BATCH_BYTES = 64 * 1024 * 1024


def count_deliveries(store: Store) -> int:
    """How many deliveries the store keeps."""
    with store.cursor() as cursor:
        row = cursor.execute(sql.load("rebuild/deliveries_count")).fetchone()
    return row[0] if row else 0


def read_deliveries(store: Store) -> Iterator[list[Delivery]]:
    """Every kept delivery, in the order of storing, in batches bounded by number and by bytes."""
    batch: list[Delivery] = []
    size = 0
    with store.cursor() as cursor:
        for rows in cursor.sql(sql.load("rebuild/deliveries")).to_arrow_reader(READ_ROWS):
            for row in rows.to_pylist():
                headers = orjson.loads(row.pop("headers"))
                batch.append(Delivery(**row, headers=headers))
                size += len(row["body"])
            if len(batch) >= BATCH_ROWS or size >= BATCH_BYTES:
                yield batch
                batch, size = [], 0
    if batch:
        yield batch


def settle(store: Store) -> None:
    """Leaves nothing in the store's log: a log beside a file that has taken this one's place would be read into it."""
    with store.cursor() as cursor:
        cursor.execute(sql.load("rebuild/checkpoint"))


def carry_over(old: Store, new: Store) -> None:
    """Copies to `new` what deliveries can't give: counts of duplicates, Kafka positions, backfilled facts."""
    for name in CARRIED:
        with old.cursor() as source, new.transaction() as target:
            for rows in source.table(name).to_arrow_reader(READ_ROWS):
                target.from_arrow(rows).insert_into(name)
    with new.transaction() as cursor:
        restore_backfilled(cursor)
