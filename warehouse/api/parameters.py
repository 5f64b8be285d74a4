"""What routes are asked: parameters that no route knows are refused; filters and pages are the same everywhere."""

from typing import Any, Literal

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field

from models.errors import BadQueryError
from warehouse.metrics.query import Scope
from warehouse.paging import DEFAULT_LIMIT, MOST_LIMIT

Limit = Field(default=DEFAULT_LIMIT, ge=1, le=MOST_LIMIT, description="rows of a page")
Cursor = Field(default=None, description="`next` of the page before")
Since = Field(default=None, description="ISO 8601, or a span ago: 30d, 12w, 6mo")
Until = Field(default=None, description="not in it; as `since`")


class Paged(BaseModel):
    """A page of a list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Limit
    cursor: str | None = Cursor


class ServicesQuery(Scope, Paged):
    """Which services."""


class FactsQuery(Scope, Paged):
    """Which facts: of the services in scope, and by time. Without since and until, all."""

    since: str | None = Since
    until: str | None = Until
    source: str | None = Field(default=None, description="the sender that told of it")


class DeploymentsQuery(FactsQuery):
    environment: str | None = None
    production: bool | None = Field(default=None, description="to production environments, or only to others")
    status: Literal["queued", "in_progress", "success", "failure", "error", "cancelled", "inactive"] | None = None
    failed: bool | None = Field(default=None, description="needed remediation after it reached its environment")
    recovered: bool | None = Field(default=None, description="failed, and recovered from it (or not yet)")


class IncidentsQuery(FactsQuery):
    status: Literal["open", "acknowledged", "resolved"] | None = None
    open: bool | None = Field(default=None, description="not resolved yet")


class LettersQuery(Paged):
    source: str | None = None
    kind: Literal["rejected", "unknown_type"] | None = None
    since: str | None = Since
    until: str | None = Until


def only_known(request: Request) -> None:
    """A dependency of every route: raises BadQueryError for a parameter that it doesn't take, or takes only once."""
    known = _query_names(request)
    for name in request.query_params:
        if name not in known:
            takes = f"this takes: {', '.join(known)}" if known else "this takes no parameters"
            raise BadQueryError(f"there is no parameter {name!r}", takes)
        if len(request.query_params.getlist(name)) > 1:
            raise BadQueryError(f"{name} is given more than once", "give it once")


def _query_names(request: Request) -> list[str]:
    """The parameters that OpenAPI promises for the request's route."""
    route: Any = request.scope.get("route")
    described = request.app.openapi()["paths"].get(getattr(route, "path_format", ""), {}).get("get", {})
    return [each["name"] for each in described.get("parameters", ()) if each["in"] == "query"]
