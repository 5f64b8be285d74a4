"""Catalog snapshots: what `leadline catalog load` sends through the line, so that a rebuild has the catalog too."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

import orjson
from pydantic import ValidationError

from models.delivery import Delivery
from models.errors import DeadLetterError
from models.events import CatalogSnapshot
from models.source import Events, Headers, Source
from streams.signatures import require_secret, verify_bearer


def verify(body: bytes, headers: Headers, secrets: Sequence[str]) -> None:
    """A bearer token."""
    require_secret("catalog", secrets)
    verify_bearer(headers, secrets)


def parse(delivery: Delivery) -> Events:
    """The snapshot; every entity must have apiVersion, kind and metadata.name, and the shape that is read of it."""
    try:
        snapshot = CatalogSnapshot.model_validate_json(delivery.body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise DeadLetterError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    for index, entity in enumerate(snapshot.entities):
        if fault := _fault(entity):
            raise DeadLetterError(f"entities.{index}: {fault}")
    return [snapshot]


def _fault(entity: Mapping[str, Any]) -> str | None:
    """What is wrong with an entity's shape, where something is."""
    metadata, spec = entity.get("metadata"), entity.get("spec")
    if not (entity.get("apiVersion") and entity.get("kind") and isinstance(metadata, dict) and metadata.get("name")):
        return "apiVersion, kind and metadata.name are required"
    if spec is not None and not isinstance(spec, dict):
        return "spec must be an object"
    for name in ("annotations", "labels"):
        if metadata.get(name) is not None and not isinstance(metadata[name], dict):
            return f"metadata.{name} must be an object"
    children = spec.get("children") if spec and str(entity["kind"]).lower() == "group" else None
    if children is not None and not isinstance(children, list):
        return "spec.children must be a list"
    return None


def event_type(delivery: Delivery) -> str:
    return "snapshot"


def delivery_id(headers: Headers, payload: Any, body: bytes) -> str:
    known = payload.get("id") if isinstance(payload, dict) else None
    return str(known) if known else f"sha256:{sha256(body).hexdigest()}"


def key(headers: Headers, payload: Any) -> str:
    """The snapshots of one location stay in order."""
    return f"catalog/{payload.get('location', '') if isinstance(payload, dict) else ''}"


def encode(snapshot: CatalogSnapshot) -> bytes:
    """The body that `parse` reads."""
    return orjson.dumps(snapshot.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)


SETUP = """
Usually `leadline catalog load FOLDER`, or `LEADLINE_CATALOG=FOLDER` where the worker runs. From elsewhere, push a whole
location at once; the newest snapshot of a location counts:

    curl -i {url}/webhooks/catalog -H "Authorization: Bearer $LEADLINE_SECRET_CATALOG" \\
      -H 'Content-Type: application/json' \\
      -d '{"id": "1", "at": "2026-01-31T12:00:00Z", "location": "git", "entities": []}'
"""

SOURCE = Source(
    name="catalog",
    verify=verify,
    delivery_id=delivery_id,
    key=key,
    parse=parse,
    event_type=event_type,
    kept_headers=frozenset(),
    setup=SETUP,
)
