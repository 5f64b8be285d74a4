"""What the simulated senders send, before it is signed."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any
from uuid import UUID

import orjson


@dataclass(frozen=True, slots=True)
class SimDelivery:
    """One HTTP request to come. `headers` (lower-case names) are unsigned; `at` is when the sender would send it."""

    source: str
    event: str
    delivery_id: str
    at: datetime
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Outbox:
    """Collects deliveries in the order they are sent; makes their identifiers."""

    rng: Random
    deliveries: list[SimDelivery] = field(default_factory=list)
    _last_id: int = 1_000_000

    def uuid(self) -> str:
        return str(UUID(int=self.rng.getrandbits(128), version=4))

    def number(self) -> int:
        """A number that no other thing of a sender has."""
        self._last_id += self.rng.randint(1, 40)
        return self._last_id

    def send(self, source: str, event: str, delivery_id: str, at: datetime, headers: dict[str, str], body: Any) -> None:
        headers = {"content-type": "application/json", **headers}
        self.deliveries.append(SimDelivery(source, event, delivery_id, at, headers, orjson.dumps(body)))


def zulu(at: datetime) -> str:
    """`2026-01-31T08:00:00Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def local(at: datetime, offset_hours: int) -> str:
    """The same moment as the clock of somebody at UTC+`offset_hours` shows it, as git writes it."""
    return at.astimezone(timezone(timedelta(hours=offset_hours))).isoformat(timespec="seconds")
