"""Who may read: everybody on this machine, or the holders of a bearer token (`LEADLINE_API_TOKENS`)."""

import hmac
from ipaddress import ip_address

from fastapi import Request
from starlette.exceptions import HTTPException

from models.errors import LeadlineError
from models.settings import Settings

OPEN_PATHS = frozenset({"/healthz", "/openapi.json", "/docs"})
SCHEME = "bearer "


def tokens(settings: Settings) -> list[str]:
    """The tokens that open the API, separated by newline or comma: rotation."""
    text = settings.api_tokens.get_secret_value() if settings.api_tokens else ""
    return [part.strip() for line in text.splitlines() for part in line.split(",") if part.strip()]


def refuse_open(settings: Settings) -> None:
    """Raises LeadlineError where the API would listen beyond this machine with no token asked for."""
    host = settings.api.rpartition(":")[0].strip("[]")
    if not tokens(settings) and not _loopback(host):
        raise LeadlineError(
            f"the read API on {settings.api} would be open to the network",
            "set LEADLINE_API_TOKENS, or bind it to 127.0.0.1",
        )


def signed_in(request: Request) -> None:
    """A dependency of every route: 401 without a known token, where tokens are configured."""
    wanted = tokens(request.app.state.reading.settings)
    if not wanted or request.url.path in OPEN_PATHS:
        return
    given = request.headers.get("authorization", "")
    token = given[len(SCHEME) :].strip() if given.lower().startswith(SCHEME) else ""
    # every token is compared, so that the time tells nothing about which one is near
    if sum(hmac.compare_digest(token.encode(), each.encode()) for each in wanted) == 0:
        raise HTTPException(401, "a bearer token is needed", {"WWW-Authenticate": "Bearer"})


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
