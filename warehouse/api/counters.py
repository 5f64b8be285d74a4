"""The API's own counters, each with what to do about it. The process's others stand beside them at `/metrics`."""

import time
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response
from prometheus_client import Histogram

SECONDS = Histogram(
    "leadline_api_request_seconds",
    "Seconds to answer, by route and status. Above 0.2 at the 95th percentile: the store outgrows the machine. "
    "Status 5xx: see the log.",
    ["route", "status"],
    buckets=(0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5),
)


def count_requests(app: FastAPI) -> None:
    """Times every request of `app`."""

    @app.middleware("http")
    async def _time(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        began = time.perf_counter()
        response = await call_next(request)
        route = getattr(request.scope.get("route"), "path", "none")
        SECONDS.labels(route, str(response.status_code)).observe(time.perf_counter() - began)
        return response
