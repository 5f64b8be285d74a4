"""Finds SQL by its file's name: `load("compute/deployments")`. SQL lives nowhere else."""

from functools import cache, lru_cache
from pathlib import Path

import duckdb

ROOT = Path(__file__).parent
KEPT = 1024
"""Texts whose statements are kept: every file, and the questions put together from files that people ask again."""


@cache
def load(name: str) -> str:
    """The text of `sql/<name>.sql`. Raises FileNotFoundError."""
    return (ROOT / f"{name}.sql").read_text(encoding="utf-8")


@lru_cache(KEPT)
def parsed(text: str) -> tuple[duckdb.Statement, ...]:
    """The statements of a text. Parsing is an eighth of what a statement over few rows takes: it is done once.

    Running one takes a copy of it, so that threads may share them. Raises duckdb.ParserException.
    """
    return tuple(duckdb.extract_statements(text))


def names(folder: str) -> list[str]:
    """The queries of a folder, sorted, without their ending."""
    return sorted(path.stem for path in (ROOT / folder).glob("*.sql"))
