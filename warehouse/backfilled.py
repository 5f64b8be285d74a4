"""Facts that no delivery told: merged like any others, and kept as frames, so that a rebuild has them again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from io import BytesIO

import duckdb
import polars as pl

from warehouse import sql
from warehouse.facts import merge_frame, write_rows
from warehouse.rows import Rows
from warehouse.store import Store


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run came."""

    run: str
    """What it reads: `git acme/pay`."""
    state: str
    """What it was to read; where that is another now, an unfinished run begins again."""
    done: int = 0
    """Records read."""
    finished: bool = False
    known: tuple[str, ...] = ()
    """What finished runs have read completely."""

    def after(self, records: int) -> "Progress":
        return replace(self, done=self.done + records)


def read_progress(store: Store, run: str) -> Progress | None:
    """How far the run came; None where it never began."""
    with store.cursor() as cursor:
        row = cursor.execute(sql.load("backfill/progress"), {"run": run}).fetchone()
    return Progress(run, row[0], row[1], row[2], tuple(row[3])) if row else None


def write_chunk(store: Store, progress: Progress, rows: Rows, frames: Mapping[str, pl.DataFrame] | None = None) -> None:
    """Writes one chunk in ONE transaction: the facts of `rows` and `frames`, their touched keys, the progress.

    `frames` have the columns of `warehouse.rows.SCHEMAS`. What is there already changes nothing.
    """
    with store.transaction() as cursor:
        for table, frame in (frames or {}).items():
            merge_frame(cursor, table, frame)
            _keep(cursor, progress.run, table, frame)
        for table, frame in rows.frames().items():
            _keep(cursor, progress.run, table, frame)
        write_rows(cursor, rows)
        cursor.execute(sql.load("backfill/forget_progress"), {"run": progress.run})
        cursor.execute(
            sql.load("backfill/note_progress"),
            {
                "run": progress.run, "state": progress.state, "done": progress.done, "finished": progress.finished,
                "known": list(progress.known),
            },
        )  # fmt: skip


def restore_backfilled(cursor: duckdb.DuckDBPyConnection) -> int:
    """Merges every kept frame into the fact tables again: a rebuild calls it beside the raw deliveries.

    The caller computes from nothing afterwards. Returns how many facts the frames hold.
    """
    facts = 0
    for (digest,) in cursor.execute(sql.load("backfill/kept")).fetchall():
        for table, body in cursor.execute(sql.load("backfill/frame"), {"digest": digest}).fetchall():
            frame = pl.read_parquet(BytesIO(body))
            merge_frame(cursor, table, frame)
            facts += frame.height
    return facts


def _keep(cursor: duckdb.DuckDBPyConnection, run: str, table: str, frame: pl.DataFrame) -> None:
    buffer = BytesIO()
    frame.write_parquet(buffer, compression="zstd", compression_level=1, statistics=False)
    body = buffer.getvalue()
    digest = int.from_bytes(blake2b(table.encode() + body, digest_size=8).digest())
    cursor.execute(
        sql.load("backfill/keep"),
        {"digest": digest, "run": run, "fact_table": table, "facts": frame.height, "frame": body},
    )
