"""The durable spool: where deliveries wait while Kafka is away. SQLite, fsynced before anything is acknowledged.

One thread works on the database and commits together what waits together.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

import orjson

from models.delivery import Delivery
from models.errors import LeadlineError
from streams.receiver import metrics

BATCH = 500
READ_BYTES = 32 * 1024 * 1024
ROW_OVERHEAD_BYTES = 512
"""What a small delivery takes beside its body, so that a flood of tiny ones is bounded too."""
LOCK_SECONDS = 10.0
"""How long a receiver waits for its predecessor to let go of the spool."""

Job = tuple[Callable[[sqlite3.Connection], Any], Future[Any]]


class SpoolFullError(Exception):
    """The spool holds as much as it may."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery in the spool."""

    number: int
    delivery: Delivery


class Spool:
    """First in, first out; survives SIGKILL. `append` returns when the delivery is on the disk.

    `count` deliveries and `size` bytes wait; `aside` of them Kafka refused, and the next start tries them again.
    Raises LeadlineError where the file can't be opened, or belongs to another receiver.
    """

    def __init__(self, path: Path, max_bytes: int) -> None:
        database = _open(path)
        self._max_bytes = max_bytes
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self.count, self.size = _totals(database)
        self.aside = 0
        self.full = False
        """The newest delivery found no room."""
        self._thread = Thread(target=self._work, args=(database,), name="spool", daemon=True)
        self._thread.start()
        self._measure()

    async def append(self, delivery: Delivery) -> None:
        """Raises SpoolFullError, or sqlite3.Error where the disk refuses."""
        size = len(delivery.body) + ROW_OVERHEAD_BYTES
        self.full = self.size + size > self._max_bytes
        if self.full:
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
        """The deliveries that wait longest, in order, without those set aside; empty when none does."""
        return await self._do(_oldest)

    async def remove(self, until: int) -> None:
        """Forgets the deliveries up to number `until` that weren't set aside: Kafka has them."""
        count, size = await self._do(lambda database: _remove(database, until))
        self.count, self.size, self.full = self.count - count, self.size - size, False
        self._measure()

    async def set_aside(self, number: int) -> None:
        """Keeps a delivery that Kafka refuses out of the way of the others; the next start tries it again."""
        await self._do(lambda database: _set_aside(database, number))
        self.aside += 1
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
        metrics.REFUSED.set(self.aside)

    def _work(self, database: sqlite3.Connection) -> None:
        while True:
            jobs = [self._jobs.get()]
            while len(jobs) < BATCH and not self._jobs.empty():
                jobs.append(self._jobs.get())
            _commit(database, [job for job in jobs if job is not None and job[1].set_running_or_notify_cancel()])
            if None in jobs:
                database.close()
                return


def _open(path: Path) -> sqlite3.Connection:
    """The database, locked for this process: two receivers over one spool would drain each other's."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(path, LOCK_SECONDS, isolation_level=None, check_same_thread=False)
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("BEGIN IMMEDIATE")
        database.execute(
            "CREATE TABLE IF NOT EXISTS waiting (number INTEGER PRIMARY KEY AUTOINCREMENT,"
            " aside INTEGER NOT NULL DEFAULT 0, size INTEGER NOT NULL, meta BLOB NOT NULL, body BLOB NOT NULL)"
        )
        database.execute("UPDATE waiting SET aside = 0 WHERE aside")
        database.execute("COMMIT")
    except (OSError, sqlite3.Error) as error:
        hint = "move the file away; what it holds was not sent"
        if isinstance(error, OSError) or "unable to open" in str(error):
            hint = "let the receiver write there, or name another --home"
        elif "locked" in str(error):
            hint = "another receiver uses it: give each its own --home"
        raise LeadlineError(f"the spool {path} can't be used: {error}", hint) from None
    return database


def _commit(database: sqlite3.Connection, jobs: list[Job]) -> None:
    """Runs the jobs in one transaction; all of them succeed, or each is told why not."""
    try:
        database.execute("BEGIN IMMEDIATE")
        results = [job(database) for job, _ in jobs]
        database.execute("COMMIT")
    except Exception as error:  # whatever it is, those who wait must hear of it, and the thread must live
        if database.in_transaction:
            database.execute("ROLLBACK")
        for _, done in jobs:
            done.set_exception(error)
        return
    for (_, done), result in zip(jobs, results, strict=True):
        done.set_result(result)


def _insert(database: sqlite3.Connection, delivery: Delivery, size: int) -> None:
    key, body, headers = delivery.to_record()
    meta = orjson.dumps([key.decode(), [(name, value.decode()) for name, value in headers]])
    database.execute("INSERT INTO waiting (size, meta, body) VALUES (?, ?, ?)", (size, meta, body))


def _oldest(database: sqlite3.Connection) -> list[Waiting]:
    found, size = [], 0
    for number, meta, body in database.execute(
        "SELECT number, meta, body FROM waiting WHERE NOT aside ORDER BY number"
    ):
        key, headers = orjson.loads(meta)
        record = Delivery.from_record(key.encode(), body, [(name, value.encode()) for name, value in headers])
        found.append(Waiting(number, record))
        size += len(body)
        if len(found) >= BATCH or size >= READ_BYTES:
            break
    return found


def _remove(database: sqlite3.Connection, until: int) -> tuple[int, int]:
    """What was removed, not what is left: counting a spool of gigabytes after each batch is slower than sending it."""
    gone = database.execute("DELETE FROM waiting WHERE number <= ? AND NOT aside RETURNING size", (until,)).fetchall()
    return len(gone), sum(size for (size,) in gone)


def _set_aside(database: sqlite3.Connection, number: int) -> None:
    database.execute("UPDATE waiting SET aside = 1 WHERE number = ?", (number,))


def _totals(database: sqlite3.Connection) -> tuple[int, int]:
    return database.execute("SELECT count(*), coalesce(sum(size), 0) FROM waiting").fetchone()
