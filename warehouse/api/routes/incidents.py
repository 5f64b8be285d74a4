"""Incidents."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from models.results import Page
from warehouse.api.parameters import IncidentsQuery
from warehouse.api.reading import Read
from warehouse.api.replies import listing, page
from warehouse.metrics.compose import ENGINE, compose

router = APIRouter(prefix="/api/v1/incidents", tags=["incidents"])
QUERY = compose([("scope", f"{ENGINE}/scope")], "queries/incidents")


@router.get("", response_model=Page)
def incidents(request: Request, read: Read, query: Annotated[IncidentsQuery, Query()]) -> Response:
    """Incidents, the newest opened first, each once with all the services that it names."""
    with read.snapshot() as cursor:
        return page(request, listing(cursor, QUERY, read.bound(cursor, query), query, "at"))
