"""Errors as problem JSON (RFC 9457) with our `hint`: what to do."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from models.errors import BadQueryError, LeadlineError
from models.results import Problem

MEDIA_TYPE = "application/problem+json"
_CONTENT = {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}
RESPONSES: dict[int | str, dict[str, Any]] = {
    400: {"description": "A parameter is wrong; the detail names the choices.", "content": _CONTENT},
    401: {"description": "A bearer token is needed.", "content": _CONTENT},
    404: {"description": "There is nothing of that name.", "content": _CONTENT},
}
HINTS = {
    401: "send `Authorization: Bearer TOKEN` with one of LEADLINE_API_TOKENS",
    404: "see /openapi.json for what there is",
    405: "everything here is for reading: GET",
}


def explain(app: FastAPI) -> None:
    """Gives every error of `app` its problem answer."""
    app.exception_handler(BadQueryError)(_bad_query)
    app.exception_handler(LeadlineError)(_failure)
    app.exception_handler(RequestValidationError)(_bad_parameter)
    app.exception_handler(HTTPException)(_refusal)
    app.exception_handler(Exception)(_defect)


def problem(status: int, detail: str, hint: str = "", headers: dict[str, str] | None = None) -> JSONResponse:
    """A problem answer."""
    body = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, hint=hint or HINTS.get(status, ""))
    return JSONResponse(body.model_dump(), status, headers, MEDIA_TYPE)


def _bad_query(request: Request, error: BadQueryError) -> JSONResponse:
    return problem(error.status, error.message, error.hint)


def _failure(request: Request, error: LeadlineError) -> JSONResponse:
    return problem(503, error.message, error.hint)


def _bad_parameter(request: Request, error: RequestValidationError) -> JSONResponse:
    first = error.errors()[0]
    return problem(400, f"{first['loc'][-1]}: {first['msg']}", "see /openapi.json for the parameters")


def _refusal(request: Request, error: HTTPException) -> JSONResponse:
    return problem(error.status_code, str(error.detail), headers=dict(error.headers or {}))


def _defect(request: Request, error: Exception) -> JSONResponse:
    return problem(500, "Leadline failed to answer; its log has the details", "report it with the log's lines")
