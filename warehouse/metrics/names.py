"""Checks the names in a question against those that exist, so that a misspelt filter is refused and not empty."""

import difflib
from typing import Any

import duckdb
from pydantic import BaseModel

from models.errors import BadQueryError
from warehouse import sql
from warehouse.catalog.derive import shown_name
from warehouse.metrics.compose import fetch

KINDS = ("service", "team", "system", "domain", "tier", "environment", "source")
_SHOWN = 12


def known_names(cursor: duckdb.DuckDBPyConnection, query: BaseModel) -> dict[str, str | None]:
    """Each filter as the warehouse spells it: entity references and other cases of letters are understood.

    Raises BadQueryError naming near ones, or all where they are few.
    """
    asked: dict[str, Any] = {kind: getattr(query, kind, None) for kind in KINDS}
    kinds = [kind for kind, name in asked.items() if name is not None]
    if not kinds:
        return asked
    known: dict[str, set[str]] = {kind: set() for kind in kinds}
    for row in fetch(cursor, sql.load("queries/engine/names"), {"kinds": kinds}):
        known[row["kind"]].add(row["name"])
    return asked | {kind: spelled(kind, asked[kind], known[kind]) for kind in kinds}


def spelled(kind: str, name: str, known: set[str]) -> str:
    """The name as it is known. Raises BadQueryError."""
    reference = shown_name(name) or name
    for candidate in (name, reference):
        if candidate in known:
            return candidate
    lower = {each.lower(): each for each in known}
    if found := lower.get(name.lower()) or lower.get(reference.lower()):
        return found
    raise BadQueryError(f"there is no {kind} {name!r}", _choices(name, known))


def _choices(name: str, known: set[str]) -> str:
    if not known:
        return "nothing of the kind has arrived yet"
    if len(known) <= _SHOWN:
        return f"one of: {', '.join(sorted(known))}"
    near = difflib.get_close_matches(name, sorted(known), n=3, cutoff=0.5)
    return f"did you mean {' or '.join(near)}?" if near else f"there are {len(known)}, such as {min(known)}"
