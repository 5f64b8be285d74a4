"""Metrics: what there is, values, and the observations behind them."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from models.results import EvidencePage, MetricAnswer, MetricList
from warehouse.api.parameters import Paged
from warehouse.api.reading import Read
from warehouse.api.replies import EVIDENCE_SCHEMA, RESULT_SCHEMA, answered
from warehouse.metrics import MetricQuery

router = APIRouter(prefix="/api/v1/metrics", tags=["metrics"])


class EvidenceQuery(MetricQuery, Paged):
    """A question about one metric, page by page."""


@router.get("")
def metrics(read: Read) -> MetricList:
    """Every metric: title, question, unit, aggregate, statistics, better, ladder, description."""
    return MetricList(metrics=read.engine.metrics())


@router.get("/{name}", response_model=MetricAnswer)
def metric(request: Request, read: Read, name: str, query: Annotated[MetricQuery, Query()]) -> Response:
    """Values by slice and bucket; without since and until, of the last 90 days."""
    return answered(request, read.engine.answer(name, query), "results", RESULT_SCHEMA)


@router.get("/{name}/evidence", response_model=EvidencePage)
def evidence(request: Request, read: Read, name: str, query: Annotated[EvidenceQuery, Query()]) -> Response:
    """The observations that made a value, the newest first."""
    page = read.engine.evidence_page(name, query, query.limit, query.cursor)
    return answered(request, page, "rows", EVIDENCE_SCHEMA)
