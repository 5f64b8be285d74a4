"""What a source says of itself (SOURCES.md). One source is one module `streams/sources/NAME.py` holding `SOURCE`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.delivery import Delivery
from models.events import CatalogSnapshot, Deployment, Incident, PullRequest, Push

Events = Sequence[Deployment | Incident | Push | PullRequest | CatalogSnapshot]
Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Source:
    """A webhook sender.

    Everything here is pure. `headers` have lower-case names. Raises `NotAuthenticError` and `DeadLetterError`.
    """

    name: str
    verify: Callable[[bytes, Headers, Sequence[str]], None]
    """(raw body, headers, secrets): returns where any secret verifies, else raises NotAuthenticError."""
    delivery_id: Callable[[Headers, Any, bytes], str]
    """(headers, parsed body, raw body) → what identifies the delivery when it is sent again."""
    key: Callable[[Headers, Any], str]
    """(headers, parsed body) → the partition key: what must stay in order."""
    parse: Callable[[Delivery], Events]
    """A delivery → its events; empty: known and ignored. Raises DeadLetterError."""
    event_type: Callable[[Delivery], str]
    """The sender's name of what this is (`push`, `incident.triggered`), for counting."""
    kept_headers: frozenset[str]
    """Header names (lower case) that `parse` needs; no others travel, so no credential does."""
    setup: str
    """How to point this sender here: Markdown, copy-paste, `{url}` stands for the receiver's address."""
    decode: Callable[[bytes, Headers], Any] | None = None
    """Reads the body where it isn't plain JSON (NDJSON, form encoding); raises ValueError."""
