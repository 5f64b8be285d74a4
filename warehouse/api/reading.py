"""What routes read from."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import duckdb
from fastapi import Depends, Request

from models.settings import Settings
from warehouse.metrics import Engine
from warehouse.metrics.names import known_names
from warehouse.metrics.query import Scope
from warehouse.metrics.windows import parse_moment
from warehouse.store import Store

Lag = Callable[[], int | None]


@dataclass(slots=True)
class Reading:
    """The store and what reads it."""

    store: Store
    settings: Settings
    engine: Engine
    lag: Lag | None
    """How many deliveries wait in Kafka; None where nobody watches it."""

    @contextmanager
    def snapshot(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor whose queries all see the same moment of the store."""
        with self.store.cursor() as cursor:
            cursor.begin()
            yield cursor

    def moment(self, text: str | None) -> datetime | None:
        """A date that a reader wrote. Raises BadQueryError."""
        return parse_moment(text, datetime.now(UTC), ZoneInfo(self.settings.timezone)) if text else None

    def bound(self, cursor: duckdb.DuckDBPyConnection, query: Scope) -> dict[str, Any]:
        """What lists of facts bind: the filters, names checked, dates read. Raises BadQueryError."""
        values = query.model_dump()
        values |= known_names(cursor, query)
        values |= {name: self.moment(values[name]) for name in ("since", "until") if name in values}
        return values | {"narrowed": any(values[name] is not None for name in Scope.model_fields)}


def _reading(request: Request) -> Reading:
    return request.app.state.reading


Read = Annotated[Reading, Depends(_reading)]
