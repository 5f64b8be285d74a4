"""Puts a question together from whole SQL files: each becomes a common table expression that later ones name.

Nothing that a user wrote becomes SQL; values are bound, and files are chosen by names that were checked before.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa

from models.results import Slice
from warehouse import sql

ENGINE = "queries/engine"
SHARED = frozenset({"asked"})
"""Tables that prune themselves and are read more than once."""
_OWN_TABLES = re.compile(r"(?:--.*\n)*WITH\s")
_OWN_ROWS: frozenset[Slice] = frozenset({"org", "source"})


def compose(parts: Iterable[tuple[str, str]], last: str) -> str:
    """`WITH name AS (file), … last`. Not materialized, so that a window prunes what a file reads; but `SHARED`.

    Where the last file begins with WITH itself, its tables follow.
    """
    tables = ",\n".join(
        f"{name} AS {'' if name in SHARED else 'NOT '}MATERIALIZED (\n{_body(file)}\n)" for name, file in parts
    )
    body = _body(last)
    own = _OWN_TABLES.match(body)
    return f"WITH {tables},\n{body[own.end() :]}" if own else f"WITH {tables}\n{body}"


def slicing(by: Slice, narrowed: bool) -> list[tuple[str, str]]:
    """From `chosen` to `sliced`: the rows in scope, with the slice (`key`) that they belong to."""
    return [
        ("scope", f"{ENGINE}/scope"),
        ("within", f"{ENGINE}/within/{'scope' if narrowed else 'everything'}"),
        ("members", f"{ENGINE}/members/{by}"),
        ("sliced", f"{ENGINE}/rows/{by if by in _OWN_ROWS else 'member'}"),
    ]


def fetch(cursor: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Runs a query with those of the values that it names; rows by column. For some thousand rows, not more."""
    statement = _statement(query)
    cursor.execute(statement, _bound(statement, values))
    columns = [column[0] for column in cursor.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def table_of(cursor: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, Any]) -> pa.Table:
    """The same for many rows: planned twice (some 10 ms), then each row costs half."""
    statement = _statement(query)
    return cursor.sql(statement, params=_bound(statement, values)).to_arrow_table()


def rows_of(table: pa.Table) -> list[dict[str, Any]]:
    """A table's rows by column; Polars is four times as fast at it as Arrow itself."""
    return pl.DataFrame(table).to_dicts()


def _statement(query: str) -> duckdb.Statement:
    (statement,) = sql.parsed(query)
    return statement


def _bound(statement: duckdb.Statement, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that the statement names: DuckDB refuses others."""
    return {name: value for name, value in values.items() if name in statement.named_parameters}


def _body(file: str) -> str:
    return sql.load(file).rstrip().rstrip(";")
