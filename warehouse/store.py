"""One DuckDB store: opening, migrating, cursors, transactions. One process owns the file (ARCHITECTURE.md)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Literal

import duckdb

from models.errors import LeadlineError
from warehouse import sql

MEMORY = ":memory:"


class Store:
    """An open warehouse. `cursor()` for reading from any thread; `transaction()` for writing."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, read_only: bool = False) -> None:
        self._connection = connection
        self._turns = {"facts": RLock(), "derived": RLock()}
        self.read_only = read_only

    @classmethod
    def open(cls, where: Path | str, read_only: bool = False) -> "Store":
        """Opens the DuckDB file (or `:memory:`) and brings its tables up to date.

        Raises LeadlineError where another process owns the file, or where there is none to read.
        """
        if read_only and not Path(where).exists():
            raise LeadlineError(f"there is no warehouse at {where}", "start `leadline up` once, or name another --home")
        if str(where) != MEMORY:
            Path(where).parent.mkdir(parents=True, exist_ok=True)
        try:
            connection = duckdb.connect(str(where), read_only=read_only)
        except duckdb.IOException as error:
            if "lock" in str(error).lower():
                raise LeadlineError(
                    f"another process owns {where}", "read through its API, or stop that worker"
                ) from None
            raise LeadlineError(f"can't open {where}: {str(error).splitlines()[0]}") from None
        connection.execute("SET TimeZone = 'UTC'")
        store = cls(connection, read_only)
        if not read_only:
            migrate(store)
        return store

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of the caller's own onto the same store; close it, or let it go."""
        return self._connection.cursor()

    @contextmanager
    def transaction(self, writes: Literal["facts", "derived"] = "facts") -> Iterator[duckdb.DuckDBPyConnection]:
        """One transaction: committed at the end, rolled back where the body raises.

        Writers of facts take turns, and so do those of derived tables; neither waits for the other.
        """
        with self._turns[writes], self.cursor() as cursor:
            cursor.begin()
            try:
                yield cursor
            except BaseException:
                cursor.rollback()
                raise
            cursor.commit()

    def close(self) -> None:
        """Closes the file, once the transactions that are under way have ended."""
        with self._turns["facts"], self._turns["derived"]:
            self._connection.close()


def migrate(store: Store) -> list[str]:
    """Runs the numbered migrations that have not run yet, each in one transaction with the record that it ran.

    Then makes the views anew: they are as their files say, whatever migrations made of them once.
    """
    with store.transaction() as cursor:
        cursor.execute(sql.load("queries/create_migrations"))
    ran = []
    for name in sql.names("migrations"):
        with store.transaction() as cursor:
            if cursor.execute(sql.load("queries/migration_ran"), {"name": name}).fetchone():
                continue
            cursor.execute(sql.load(f"migrations/{name}"))
            cursor.execute(sql.load("queries/record_migration"), {"name": name})
            ran.append(name)
    with store.transaction() as cursor:
        for name in sql.names("views"):
            cursor.execute(sql.load(f"views/{name}"))
    return ran
