"""Deliveries into Kafka from commands and the catalog's watcher: few, one after another, each acknowledged."""

from collections.abc import Iterable, Iterator

from kafka import KafkaProducer

from models.delivery import DELIVERIES_TOPIC, Delivery
from models.settings import Settings
from streams.topics import client_options, ensure_topics, max_message_bytes, plainly

SEND_SECONDS = 30.0


def produce(settings: Settings, deliveries: Iterable[Delivery]) -> Iterator[Delivery]:
    """Gives each delivery when Kafka has acknowledged it. Raises LeadlineError where it doesn't."""
    ensure_topics(settings)
    options = client_options(settings) | {"acks": "all", "max_request_size": max_message_bytes(settings), "retries": 3}
    with plainly(settings):
        producer = KafkaProducer(**options)
    try:
        for delivery in deliveries:
            key, value, headers = delivery.to_record()
            with plainly(settings):
                producer.send(DELIVERIES_TOPIC, value, key=key, headers=headers).get(SEND_SECONDS)
            yield delivery
    finally:
        producer.close(SEND_SECONDS)
