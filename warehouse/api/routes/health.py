"""Is it alive, and its counters."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

router = APIRouter(tags=["health"])


@router.get("/healthz")
@router.head("/healthz", include_in_schema=False)  # what load balancers ask
def healthz() -> dict[str, str]:
    """Alive."""
    return {"status": "ok"}


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def prometheus() -> Response:
    """The process's counters in Prometheus' format."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
