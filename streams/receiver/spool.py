"""The durable spool: where deliveries wait while Kafka is away. SQLite, fsynced before anything is acknowledged.

One thread owns the database and commits together what waits together.
"""

import asyncio
import pickle
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

from models.delivery import Delivery
from streams.receiver import metrics

BATCH = 500
READ_BYTES = 32 * 1024 * 1024
ROW_OVERHEAD_BYTES = 512
"""What a small delivery takes beside its body, so that a flood of tiny ones is bounded too."""


class SpoolFullError(Exception):
    """The spool holds as much as it may."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery in the spool."""

    number: int
    delivery: Delivery


class Spool:
    """First in, first out; survives SIGKILL. `append` returns when the delivery is on the disk."""

    def __init__(self, path: Path, max_bytes: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path, self._max_bytes = path, max_bytes
        self._jobs: SimpleQueue[tuple[Callable[[sqlite3.Connection], Any], Future[Any]] | None] = SimpleQueue()
        self.count, self.size = 0, 0
        self._thread = Thread(target=self._work, name="spool", daemon=True)
        opened: Future[tuple[int, int]] = Future()
        self._jobs.put((_totals, opened))
        self._thread.start()
        self.count, self.size = opened.result()
        self._measure()

    async def append(self, delivery: Delivery) -> None:
        """Raises SpoolFullError, or sqlite3.Error where the disk refuses."""
        size = len(delivery.body) + ROW_OVERHEAD_BYTES
        if self.size + size > self._max_bytes:
            raise SpoolFullError
        self.count, self.size = self.count + 1, self.size + size
        try:
            await self._do(lambda database: _insert(database, delivery, size))
        except BaseException:
            self.count, self.size = self.count - 1, self.size - size
            raise
        finally:
            self._measure()

    async def oldest(self) -> list[Waiting]:
        """The deliveries that wait longest, in order; empty when none does."""
        return await self._do(_oldest)

    async def remove(self, until: int) -> None:
        """Forgets the deliveries up to number `until`: Kafka has them."""
        self.count, self.size = await self._do(lambda database: _remove(database, until))
        self._measure()

    def close(self) -> None:
        """Finishes what was begun."""
        self._jobs.put(None)
        self._thread.join()

    async def _do(self, job: Callable[[sqlite3.Connection], Any]) -> Any:
        done: Future[Any] = Future()
        self._jobs.put((job, done))
        return await asyncio.wrap_future(done)

    def _measure(self) -> None:
        metrics.SPOOLED.set(self.count)
        metrics.SPOOLED_BYTES.set(self.size)

    def _work(self) -> None:
        database = _open(self._path)
        while True:
            jobs = [self._jobs.get()]
            while len(jobs) < BATCH and not self._jobs.empty():
                jobs.append(self._jobs.get())
            _commit(database, [job for job in jobs if job is not None])
            if None in jobs:
                database.close()
                return


def _open(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute(
        "CREATE TABLE IF NOT EXISTS waiting"
        " (number INTEGER PRIMARY KEY AUTOINCREMENT, size INTEGER, meta BLOB, body BLOB)"
    )
    return database


def _commit(database: sqlite3.Connection, jobs: list[tuple[Callable[[sqlite3.Connection], Any], Future[Any]]]) -> None:
    """Runs the jobs in one transaction; all of them succeed, or each is told why not."""
    try:
        database.execute("BEGIN IMMEDIATE")
        results = [job(database) for job, _ in jobs]
        database.execute("COMMIT")
    except sqlite3.Error as error:
        if database.in_transaction:
            database.execute("ROLLBACK")
        for _, done in jobs:
            done.set_exception(error)
        return
    for (_, done), result in zip(jobs, results, strict=True):
        if not done.cancelled():
            done.set_result(result)


def _insert(database: sqlite3.Connection, delivery: Delivery, size: int) -> None:
    key, body, headers = delivery.to_record()
    meta = pickle.dumps((key, headers))
    database.execute("INSERT INTO waiting (size, meta, body) VALUES (?, ?, ?)", (size, meta, body))


def _oldest(database: sqlite3.Connection) -> list[Waiting]:
    found, size = [], 0
    for number, meta, body in database.execute("SELECT number, meta, body FROM waiting ORDER BY number"):
        key, headers = pickle.loads(meta)  # noqa: S301 - written by `_insert`, in our own home folder
        found.append(Waiting(number, Delivery.from_record(key, body, headers)))
        size += len(body)
        if len(found) >= BATCH or size >= READ_BYTES:
            break
    return found


def _remove(database: sqlite3.Connection, until: int) -> tuple[int, int]:
    database.execute("DELETE FROM waiting WHERE number <= ?", (until,))
    return _totals(database)


def _totals(database: sqlite3.Connection) -> tuple[int, int]:
    return database.execute("SELECT count(*), coalesce(sum(size), 0) FROM waiting").fetchone()
