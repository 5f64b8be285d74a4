"""Pages of a list ordered by a time (newest first) or a name: where one ended, the next begins.

A cursor holds the last row's key and how many rows of that key were given, so that rows that arrive between two pages
shift nothing.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from models.errors import BadQueryError

DEFAULT_LIMIT = 100
MOST_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page begins: at rows whose key is `key`, after `skip` of them. None: at the start."""

    key: datetime | str | None = None
    skip: int = 0

    @classmethod
    def read(cls, cursor: str | None) -> "Position":
        """Raises BadQueryError where the cursor is none of ours."""
        if not cursor:
            return cls()
        try:
            kind, key, skip = orjson.loads(urlsafe_b64decode(cursor.encode("ascii")))
            return cls(datetime.fromisoformat(key) if kind == "t" else str(key), int(skip))
        except ValueError:
            raise BadQueryError("the cursor is none of ours", "take `next` from the page before, unchanged") from None

    def write(self) -> str:
        timed = isinstance(self.key, datetime)
        parts = ["t" if timed else "s", self.key.isoformat() if isinstance(self.key, datetime) else self.key, self.skip]
        return urlsafe_b64encode(orjson.dumps(parts)).decode("ascii")

    def bound(self, limit: int) -> dict[str, Any]:
        """What a list's query binds: `$from`, `$skip`, `$limit` (one more than asked, to see whether more follows)."""
        return {"from": self.key, "skip": self.skip, "limit": limit + 1}


def page_of(
    rows: list[dict[str, Any]], limit: int, position: Position, key: str
) -> tuple[list[dict[str, Any]], str | None]:
    """The rows of a page and the cursor of the next, from rows fetched with `Position.bound`."""
    given = rows[:limit]
    if len(rows) <= limit:
        return given, None
    last = given[-1][key]
    same = sum(row[key] == last for row in given)
    return given, Position(last, same + (position.skip if last == position.key else 0)).write()
