"""Pages of a list ordered by a time (newest first) or a name: where one ended, the next begins.

A cursor holds the last row's key and how many rows of that key were given, so that rows that arrive between two pages
shift nothing.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from models.errors import BadQueryError

DEFAULT_LIMIT = 100
MOST_LIMIT = 10_000
MOST_SKIP = 2**62


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page begins: at rows whose key is `key`, after `skip` of them. None: at the start."""

    key: datetime | str | None = None
    skip: int = 0

    @classmethod
    def read(cls, cursor: str | None, timed: bool = True) -> "Position":
        """`timed`: the list is ordered by a time, else by a name. Raises BadQueryError where no such list gave it."""
        if not cursor:
            return cls()
        try:
            kind, key, skip = orjson.loads(urlsafe_b64decode(cursor.encode("ascii")))
            if (kind == "t") != timed or not 0 <= skip <= MOST_SKIP:
                raise ValueError(kind)
            return cls(datetime.fromisoformat(key) if timed else str(key), int(skip))
        except (ValueError, TypeError):
            raise BadQueryError(
                "the cursor is none of this list's", "take `next` from the page before, unchanged"
            ) from None

    def write(self) -> str:
        timed = isinstance(self.key, datetime)
        parts = ["t" if timed else "s", self.key.isoformat() if isinstance(self.key, datetime) else self.key, self.skip]
        return urlsafe_b64encode(orjson.dumps(parts)).decode("ascii")

    def bound(self, limit: int) -> dict[str, Any]:
        """What a list's query binds: `$from`, `$skip`, `$limit` (one more than asked, to see whether more follows)."""
        return {"from": self.key, "skip": self.skip, "limit": limit + 1}


def cut_page(keys: Sequence[datetime | str], limit: int, position: Position) -> tuple[int, str | None]:
    """How many rows the page has, and the cursor of the next: from the keys of rows fetched with `Position.bound`."""
    if len(keys) <= limit:
        return len(keys), None
    last = keys[limit - 1]
    same = sum(key == last for key in keys[:limit])
    return limit, Position(last, same + (position.skip if last == position.key else 0)).write()
