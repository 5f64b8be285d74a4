"""Our own JSON for every canonical event: one object, an array, or NDJSON. Models: models/events.py."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

import orjson
from pydantic import ValidationError

from models.delivery import Delivery
from models.errors import DeadLetterError
from models.events import EVENT, PLACES
from models.source import Events, Headers, Source
from streams.bodies import read_json
from streams.signatures import require_secret, verify_bearer, verify_standard_webhook

NDJSON = "application/x-ndjson"
SHOWN_ERRORS = 20
TYPES = frozenset(EVENT.json_schema()["discriminator"]["mapping"])


def verify(body: bytes, headers: Headers, secrets: Sequence[str]) -> None:
    """A bearer token, or a Standard Webhooks signature where its header is there."""
    require_secret("events", secrets)
    if "webhook-signature" in headers:
        verify_standard_webhook(body, headers, secrets)
    else:
        verify_bearer(headers, secrets)


def decode(body: bytes, headers: Headers) -> Any:
    """An object or a list of them; NDJSON by its content type, or where the body is more than one JSON value."""
    if headers.get("content-type", "").lower().startswith(NDJSON):
        return list(_each_line(body))
    try:
        return read_json(body)
    except ValueError as whole:
        lines = _each_line(body)
        try:
            first = next(lines)
        except (ValueError, StopIteration):  # no line by itself: the fault is where it was found
            raise whole from None
        return [first, *lines]


def _each_line(body: bytes) -> Iterator[Any]:
    for number, line in enumerate(body.splitlines(), start=1):
        if line.strip():
            try:
                yield read_json(line)
            except ValueError as error:
                raise ValueError(f"of the lines of JSON, number {number}: {error}") from None


def parse(delivery: Delivery) -> Events:
    """The events. One that is wrong makes the whole delivery a dead letter, so that a fix replays it whole."""
    payload = decode(delivery.body, delivery.headers)
    several = isinstance(payload, list)
    events, errors, unknown = [], [], 0
    for index, one in enumerate(payload if several else [payload]):
        where = f"event {index}: " if several else ""
        kind = one.get("type") if isinstance(one, dict) else None
        if not isinstance(kind, str) or kind not in TYPES:
            unknown += 1
            errors.append(f"{where}unknown type {kind!r}; known are {', '.join(sorted(TYPES))}")
            continue
        try:
            # as JSON, because only there `strict` means what the schema says: times are texts, lists are lists
            events.append(EVENT.validate_json(orjson.dumps(one), strict=True))
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            errors.append(f"{where}{'.'.join(str(part) for part in first['loc'][1:]) or kind}: {first['msg']}")
    if errors:
        more = f"; and {len(errors) - SHOWN_ERRORS} more" if len(errors) > SHOWN_ERRORS else ""
        kind = "unknown_type" if unknown == len(errors) else "rejected"
        raise DeadLetterError("; ".join(errors[:SHOWN_ERRORS]) + more, kind=kind)
    return events


def _first(payload: Any) -> dict[str, Any]:
    one = payload[0] if isinstance(payload, list) and payload else payload
    return one if isinstance(one, dict) else {}


def event_type(delivery: Delivery) -> str:
    """The event's type; `batch` for several."""
    payload = decode(delivery.body, delivery.headers)
    return "batch" if isinstance(payload, list) else str(_first(payload).get("type", ""))


def delivery_id(headers: Headers, payload: Any, body: bytes) -> str:
    """A single event's `id`; several are one delivery, known by their content."""
    known = payload.get("id") if isinstance(payload, dict) else None
    return known if isinstance(known, str) and known else f"sha256:{sha256(body).hexdigest()}"


def key(headers: Headers, payload: Any) -> str:
    """What happens in one repository or service stays in order."""
    first = _first(payload)
    return f"events/{first.get('repository') or first.get('service') or ''}"


def published_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of what this source takes: an event, or an array of them."""
    schema = EVENT.json_schema(ref_template="#/$defs/{model}")
    definitions = schema.pop("$defs")
    for name in schema.pop("discriminator")["mapping"].values():
        definitions[name.rpartition("/")[2]]["required"].append("type")
    definitions["Deployment"]["anyOf"] = [_given(name, definitions["Deployment"]) for name in PLACES]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "/schemas/events.json",
        "title": "Leadline events",
        "description": "What POST /webhooks/events takes: one event, an array of events, or NDJSON of them.",
        "anyOf": [{"$ref": "#/$defs/Event"}, {"type": "array", "items": {"$ref": "#/$defs/Event"}}],
        "$defs": definitions | {"Event": schema},
        "examples": [
            {
                "type": "deployment", "id": "deploy-42-success", "at": "2026-01-31T12:00:00Z", "service": "payments",
                "repository": "acme/payments", "deployment": "42", "environment": "production", "status": "success",
                "sha": "0f5b0cdd5a3f2f1c1d0d3b2a1f0e9d8c7b6a5f4e",
            }
        ],
    }  # fmt: skip


def _given(name: str, model: dict[str, Any]) -> dict[str, Any]:
    """Schema: the field is there and holds something."""
    holds = {"minItems": 1} if model["properties"][name].get("type") == "array" else {"type": "string"}
    return {"required": [name], "properties": {name: holds}}


SETUP = """
Send our own JSON from anywhere: one object, an array, or NDJSON (`Content-Type: application/x-ndjson`).
The schema is at `{url}/schemas/events.json`. Give the receiver a token as `LEADLINE_SECRET_EVENTS`; send it as a bearer
token, or sign as Standard Webhooks does (then the secret is `whsec_…`).

    curl -i {url}/webhooks/events -H "Authorization: Bearer $LEADLINE_SECRET_EVENTS" \\
      -H 'Content-Type: application/json' -d '{
        "type": "deployment", "id": "deploy-42-success", "at": "2026-01-31T12:00:00Z", "service": "payments",
        "repository": "acme/payments", "deployment": "42", "environment": "production", "status": "success",
        "sha": "0f5b0cdd5a3f2f1c1d0d3b2a1f0e9d8c7b6a5f4e"}'
"""

SOURCE = Source(
    name="events",
    verify=verify,
    delivery_id=delivery_id,
    key=key,
    parse=parse,
    event_type=event_type,
    kept_headers=frozenset({"content-type"}),
    setup=SETUP,
    decode=decode,
)
