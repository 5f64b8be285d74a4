"""Problem JSON (RFC 9457), with our `hint`: what to do."""

from http import HTTPStatus

import orjson

CONTENT_TYPE = "application/problem+json"


def problem(status: int, detail: str, hint: str = "") -> bytes:
    """The body of an error answer."""
    title = HTTPStatus(status).phrase
    kind = title.lower().replace(" ", "-")
    return orjson.dumps({"type": f"/problems/{kind}", "title": title, "status": status, "detail": detail, "hint": hint})
