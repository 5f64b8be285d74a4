"""A delivery: what a sender sent, byte for byte, and how it travels through Kafka.

The Kafka record's value IS the raw body; everything else rides in the record's headers, so that a 20 MiB push
is never base64-ed or re-serialised. Topic `deliveries`, key = partition key (what must stay in order).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

import orjson

DELIVERIES_TOPIC = "deliveries"
TOUCHED_TOPIC = "touched"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook delivery.

    `headers` have lower-case names, and hold only what a source needs to parse (never credentials);
    `received_at` is UTC; `replay` marks a dead letter sent through the line again.
    """

    source: str
    delivery_id: str
    received_at: datetime
    headers: Mapping[str, str]
    body: bytes
    key: str = ""
    replay: bool = False

    @property
    def digest(self) -> int:
        """64-bit identity of (source, delivery id, body): what makes a redelivery the same delivery."""
        hasher = blake2b(digest_size=8)
        hasher.update(f"{self.source}\0{self.delivery_id}\0".encode())
        hasher.update(self.body)
        return int.from_bytes(hasher.digest())

    def to_record(self) -> tuple[bytes, bytes, list[tuple[str, bytes]]]:
        """(key, value, headers) of the Kafka record."""
        headers = [
            ("source", self.source.encode()),
            ("id", self.delivery_id.encode()),
            ("received_at", self.received_at.isoformat().encode()),
            ("http", orjson.dumps(dict(self.headers))),
        ]
        if self.replay:
            headers.append(("replay", b"1"))
        return self.key.encode(), self.body, headers

    @classmethod
    def from_record(cls, key: bytes | None, value: bytes, headers: Iterable[tuple[str, bytes]]) -> "Delivery":
        """The inverse of `to_record`. Raises KeyError, ValueError, TypeError, AttributeError for others."""
        found = dict(headers)
        http = {str(name): str(value) for name, value in orjson.loads(found["http"]).items()}
        return cls(
            source=found["source"].decode(),
            delivery_id=found["id"].decode(),
            received_at=datetime.fromisoformat(found["received_at"].decode()),
            headers=http,
            body=value,
            key=(key or b"").decode(),
            replay="replay" in found,
        )
