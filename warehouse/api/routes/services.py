"""Services and the coverage of their numbers."""

from typing import Annotated

import pyarrow as pa
from fastapi import APIRouter, Query, Request, Response

from models.errors import BadQueryError
from models.results import Page
from warehouse import sql
from warehouse.api import advice
from warehouse.api.parameters import ServicesQuery
from warehouse.api.reading import Read
from warehouse.api.replies import GAP_TYPE, json, listing, page
from warehouse.metrics.compose import ENGINE, compose, fetch
from warehouse.metrics.query import Scope

router = APIRouter(prefix="/api/v1", tags=["services"])
SCOPE = ("scope", f"{ENGINE}/scope")


@router.get("/services", response_model=Page)
def services(request: Request, read: Read, query: Annotated[ServicesQuery, Query()]) -> Response:
    """Every service, in the catalog or discovered, by name."""
    with read.snapshot() as cursor:
        values = read.bound(cursor, query)
        return page(request, listing(cursor, _scoped("services"), values, query, "service"))


@router.get("/services/{ref:path}")
def service(read: Read, ref: str) -> Response:
    """One service: what the catalog says, its repositories and source keys, where it is deployed and what is live."""
    with read.snapshot() as cursor:
        try:
            values = read.bound(cursor, Scope(service=ref))
        except BadQueryError as error:
            raise BadQueryError(error.message, error.hint, status=404) from None
        row = fetch(cursor, _scoped("services"), {**values, "from": None, "limit": 1, "skip": 0})[0]
        keys = fetch(cursor, sql.load("queries/service_keys"), values)
        environments = fetch(cursor, sql.load("queries/service_environments"), values)
    return json({**row, "keys": keys, "environments": environments})


@router.get("/coverage", response_model=Page)
def coverage(request: Request, read: Read, query: Annotated[ServicesQuery, Query()]) -> Response:
    """Per service, why its numbers are what they are, and what to do; `summary` over all in scope.

    `gaps`: every reason that a number is `missing` (no value), `partial` (something is left out) or `apart` (not with
    its team), the metrics it affects, and what mends it; `advice`: the same as sentences.
    """
    with read.snapshot() as cursor:
        values = read.bound(cursor, query)
        found = listing(cursor, _scoped("coverage"), values, query, "service")
        summary = fetch(cursor, _scoped("coverage_summary"), values)[0]
    gaps = [advice.of_service(row) for row in found.rows]
    found.add("gaps", [[gap._asdict() for gap in each] for each in gaps])
    found.add("advice", [[gap.advice() for gap in each] for each in gaps])
    added = {"gaps": GAP_TYPE, "advice": pa.string()}
    return page(request, found, added, summary={**summary, "advice": advice.of_all(summary)})


def _scoped(name: str) -> str:
    return compose([SCOPE], f"queries/{name}")
