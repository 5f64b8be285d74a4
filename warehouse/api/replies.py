"""Answers as JSON, or as an Arrow stream where the reader accepts one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import duckdb
import orjson
import pyarrow as pa
from fastapi import Request, Response

from warehouse.api.parameters import Paged
from warehouse.metrics.compose import rows_of, table_of
from warehouse.paging import Position, cut_page

ARROW = "application/vnd.apache.arrow.stream"
NEXT_HEADER = "Leadline-Next"
"""Where a page of Arrow says the next one's cursor."""

_TIME = pa.timestamp("us", "UTC")
RESULT_SCHEMA = pa.schema(
    {
        "key": pa.string(), "at": _TIME, "value": pa.float64(), "n": pa.int64(), "numerator": pa.float64(),
        "denominator": pa.float64(), "band": pa.string(), "previous": pa.float64(), "change": pa.float64(),
        "reason": pa.string(),
    }
)  # fmt: skip
EVIDENCE_SCHEMA = pa.schema(
    {
        "service": pa.string(), "at": _TIME, "value": pa.float64(), "weight": pa.float64(), "ref": pa.string(),
        "url": pa.string(), "because": pa.string(),
    }
)  # fmt: skip
GAP_TYPE = pa.struct(
    {
        "gap": pa.string(), "effect": pa.string(), "n": pa.int64(), "of": pa.int64(), "what": pa.string(),
        "do": pa.string(), "affects": pa.list_(pa.string()),
    }
)  # fmt: skip


def json(body: Any) -> Response:
    """Any answer as JSON; times in UTC, as RFC 3339."""
    return Response(orjson.dumps(body, option=orjson.OPT_UTC_Z), media_type="application/json")


@dataclass(frozen=True)
class Listing:
    """The rows of a page, and the cursor of the next."""

    table: pa.Table
    next: str | None

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        return rows_of(self.table)

    def add(self, column: str, values: Sequence[list[Any]]) -> None:
        """A column of lists more, in `rows`; `arrow` has it where it is told what they hold."""
        for row, value in zip(self.rows, values, strict=True):
            row[column] = value

    def arrow(self, **added: pa.DataType) -> pa.Table:
        """The table, with the columns that were added."""
        table = self.table
        for column, kind in added.items():
            table = table.append_column(column, pa.array([row[column] for row in self.rows], pa.list_(kind)))
        return table


def listing(
    cursor: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, Any], paged: Paged, key: str
) -> Listing:
    """One page of a list ordered by `key` (see `paging`). Raises BadQueryError where the cursor is of another list."""
    position = Position.read(paged.cursor, timed=key != "service")
    table = table_of(cursor, query, {**values, **position.bound(paged.limit)})
    length, following = cut_page(table.column(key).to_pylist(), paged.limit, position)
    return Listing(table.slice(0, length), following)


def page(request: Request, found: Listing, added: Mapping[str, pa.DataType] | None = None, **told: Any) -> Response:
    """A page as JSON, with what else is told, or as Arrow; `added`: what the lists hold that were added to its rows."""
    if wants_arrow(request):
        return arrow(found.arrow(**added or {}), found.next)
    return json({**told, "rows": found.rows, "next": found.next})


def answered(request: Request, answer: Mapping[str, Any], rows: str, schema: pa.Schema) -> Response:
    """An answer of the metric engine; as Arrow its `rows`, with the rest as the schema's metadata."""
    if not wants_arrow(request):
        return json(answer)
    table = pa.Table.from_pylist(answer[rows], schema)
    told = {name: _text(value) for name, value in answer.items() if name not in (rows, "next")}
    return arrow(table.replace_schema_metadata(told), answer.get("next"))


def _text(value: Any) -> str:
    """As JSON has it, a text without its quotes."""
    return orjson.dumps(value, option=orjson.OPT_UTC_Z).decode().strip('"')


def wants_arrow(request: Request) -> bool:
    return ARROW in request.headers.get("accept", "")


def arrow(table: pa.Table, following: str | None) -> Response:
    """A table as an Arrow IPC stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    headers = {NEXT_HEADER: following} if following else None
    return Response(sink.getvalue().to_pybytes(), media_type=ARROW, headers=headers)
