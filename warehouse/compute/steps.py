"""Runs the steps of a compute: sql/compute/NAME.sql, by their names."""

from typing import Any

import duckdb

from warehouse import sql


def step(cursor: duckdb.DuckDBPyConnection, *names: str, **values: Any) -> None:
    """Runs the statements one after another, each with the same bound values."""
    for name in names:
        cursor.execute(sql.load(f"compute/{name}"), values or None)


def ask(cursor: duckdb.DuckDBPyConnection, name: str, **values: Any) -> list[Any]:
    """The rows of one query, as tuples."""
    return cursor.execute(sql.load(f"compute/{name}"), values or None).fetchall()
