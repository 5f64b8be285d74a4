"""Finds out how far things came in the slices where a number is missing; `reasons` puts it into words."""

from collections.abc import Sequence
from typing import Any

import duckdb

from warehouse import sql
from warehouse.metrics.compose import ENGINE, compose, fetch
from warehouse.metrics.definitions import Needs
from warehouse.metrics.question import Cut, Question
from warehouse.metrics.reasons import Ever, Stages, reason

EMPTY = ("empty", f"{ENGINE}/empty")
Place = tuple[str, int]
"""A slice's key and a bucket's number."""


def reasons(
    cursor: duckdb.DuckDBPyConnection, question: Question, cut: Cut, empty: Sequence[Place]
) -> dict[Place, str]:
    """The reason of each empty (slice, bucket)."""
    needs: Needs = question.values["needs"]
    kind = needs if needs in ("incidents", "pull_requests") else "deployments"
    keys, numbers = zip(*empty, strict=True)
    values = {**question.values, **cut.values, "empty_keys": keys, "empty_buckets": numbers}
    rows = ("observations", f"{ENGINE}/stages_rows_{kind}")
    stages = _stages(cursor, question, cut, rows, values) if kind == "deployments" else {}
    query = compose([EMPTY, rows, ("chosen", f"{ENGINE}/any_time"), *question.slices], f"{ENGINE}/ever_{kind}")
    ever = {row.pop("key"): row for row in fetch(cursor, query, values)}
    production = question.environment is None or bool(fetch(cursor, sql.load(f"{ENGINE}/is_production"), values))
    return {
        place: reason(
            needs, stages.get(place, Stages()), Ever(**ever.get(place[0], {})), question.environment, production
        )
        for place in empty
    }


def _stages(
    cursor: duckdb.DuckDBPyConnection, question: Question, cut: Cut, rows: tuple[str, str], values: dict[str, Any]
) -> dict[Place, Stages]:
    parts = [EMPTY, ("buckets", f"{ENGINE}/buckets"), rows, ("chosen", cut.placed), *question.slices]
    found = fetch(cursor, compose(parts, f"{ENGINE}/stages_deployments"), values)
    return {(row.pop("key"), row.pop("bucket")): Stages(**row) for row in found}
