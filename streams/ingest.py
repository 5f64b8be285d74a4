"""Deliveries become facts: what the worker, replay and backfill share.

Parsing is pure and total: every delivery lands somewhere, parsed, ignored on purpose, or dead with its reason.
"""

from collections.abc import Iterable, Mapping, Sequence

from models.delivery import Delivery
from models.errors import DeadLetterError
from models.settings import Settings
from models.source import Source
from streams.sources import load_sources
from warehouse.facts import Parsed, Position, Written, write_batch
from warehouse.people import people_key
from warehouse.store import Store

UNNAMED = "unknown"
"""The event type of a delivery whose source can't name it."""


def parse_delivery(delivery: Delivery, sources: Mapping[str, Source]) -> Parsed:
    """What became of one delivery. Never raises: what a source's `parse` can't take is a dead letter."""
    source = sources.get(delivery.source)
    if source is None:
        known = ", ".join(sorted(sources))
        return Parsed(delivery, UNNAMED, (), "unknown_type", f"no source named {delivery.source!r}; there are: {known}")
    event_type = UNNAMED
    try:
        event_type = source.event_type(delivery)
        return Parsed(delivery, event_type, source.parse(delivery))
    except DeadLetterError as error:
        return Parsed(delivery, event_type, (), error.kind, error.message)
    except Exception as error:  # a source's fault must not stop the line: the delivery waits for the corrected source
        return Parsed(delivery, event_type, (), "rejected", f"{type(error).__name__}: {error}")


def parse_all(deliveries: Iterable[Delivery]) -> list[Parsed]:
    """`parse_delivery` over a batch, in its order."""
    sources = load_sources()
    return [parse_delivery(delivery, sources) for delivery in deliveries]


def keep(store: Store, settings: Settings, parsed: Sequence[Parsed], positions: Sequence[Position] = ()) -> Written:
    """Writes a parsed batch and the Kafka positions it reaches, in ONE transaction.

    Idempotent: the same batch again changes nothing but the count of duplicates. Raises duckdb.Error, nothing written.
    """
    key, show_handles = people_key(settings), settings.show_handles
    return write_batch(store, parsed, positions, people_key=key, show_handles=show_handles)


def ingest(store: Store, settings: Settings, deliveries: Iterable[Delivery]) -> Written:
    """Parses a batch and writes it, as `keep` does."""
    return keep(store, settings, parse_all(deliveries))
