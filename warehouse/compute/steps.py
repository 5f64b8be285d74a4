"""Runs the steps of a compute: sql/compute/NAME.sql, by their names."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
import polars as pl

from warehouse import sql


def step(cursor: duckdb.DuckDBPyConnection, *names: str, **values: Any) -> None:
    """Runs the statements one after another, each with the same bound values."""
    for name in names:
        _run(cursor, name, values)


def ask(cursor: duckdb.DuckDBPyConnection, name: str, **values: Any) -> list[Any]:
    """The rows of one query, as tuples."""
    return _run(cursor, name, values).fetchall()


def columns(cursor: duckdb.DuckDBPyConnection, name: str, **values: Any) -> list[list[Any]]:
    """The columns of one query: of many rows they are at hand in half the time. Lists in them are NumPy's."""
    return [column.tolist() for column in _run(cursor, name, values).fetchnumpy().values()]


def as_columns(kind: Any, rows: Sequence[tuple[Any, ...]]) -> dict[str, list[Any]]:
    """Rows of the named tuple `kind`, one at least → its columns, as statements unnest them."""
    return dict(zip(kind._fields, map(list, zip(*rows, strict=True)), strict=True))


@contextmanager
def registered(cursor: duckdb.DuckDBPyConnection, frames: Mapping[str, pl.DataFrame]) -> Iterator[None]:
    """Gives the statements these frames as tables, for as long as the body takes."""
    for name, frame in frames.items():
        cursor.register(name, frame.to_arrow())
    yield
    for name in frames:
        cursor.unregister(name)


def _run(cursor: duckdb.DuckDBPyConnection, name: str, values: Mapping[str, Any]) -> duckdb.DuckDBPyConnection:
    for statement in sql.parsed(sql.load(f"compute/{name}")):
        cursor.execute(statement, values or None)
    return cursor
