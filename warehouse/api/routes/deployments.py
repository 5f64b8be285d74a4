"""Deployments: which there were, and everything known about one."""

from collections import defaultdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from models.errors import BadQueryError
from models.results import Page
from warehouse import sql
from warehouse.api.parameters import DeploymentsQuery
from warehouse.api.reading import Read
from warehouse.api.replies import json, listing, page
from warehouse.metrics.compose import ENGINE, compose, fetch

router = APIRouter(prefix="/api/v1/deployments", tags=["deployments"])
QUERY = compose([("scope", f"{ENGINE}/scope")], "queries/deployments")
PLACE = ("service", "environment", "source", "deployment")
PARTS = {"history": "deployment_history", "commits": "deployment_commits", "evidence": "deployment_evidence"}


@router.get("", response_model=Page)
def deployments(request: Request, read: Read, query: Annotated[DeploymentsQuery, Query()]) -> Response:
    """Deployments, the newest first; `at` is the first success, else the last failure, else the beginning."""
    with read.snapshot() as cursor:
        return page(request, listing(cursor, QUERY, read.bound(cursor, query), query, "at"))


@router.get("/{id:path}")
def deployment(read: Read, id: str) -> Response:
    """The deployments of the sender's id (or SOURCE:ID), one per service and environment.

    Each with its status history, the commits it shipped, the evidence that it failed, and its recovery.
    """
    with read.snapshot() as cursor:
        found = fetch(cursor, sql.load("queries/deployment"), {"id": id})
        if not found:
            raise BadQueryError(
                f"there is no deployment {id!r}", "name it by the sender's id, or SOURCE:ID", status=404
            )
        parts = {
            name: _by_place(fetch(cursor, sql.load(f"queries/{file}"), {"id": id})) for name, file in PARTS.items()
        }
    return json({"deployments": [_whole(row, parts) for row in found]})


def _by_place(rows: list[dict[str, Any]]) -> dict[tuple[str, ...], list[dict[str, Any]]]:
    found: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[tuple(row.pop(name) for name in PLACE)].append(row)
    return found


def _whole(row: dict[str, Any], parts: dict[str, dict[tuple[str, ...], list[dict[str, Any]]]]) -> dict[str, Any]:
    place = tuple(row[name] for name in PLACE)
    recovered, began = row["recovered_at"], row["first_success_at"]
    return {
        **row,
        "history": parts["history"].get(place, []),
        "shipped_commits": parts["commits"].get(place, []),
        "failure_evidence": parts["evidence"].get(place, []),
        "recovery": {
            "at": recovered,
            "by": row["recovered_by"],
            "seconds": (recovered - began).total_seconds(),
        }
        if recovered and began
        else None,
    }
