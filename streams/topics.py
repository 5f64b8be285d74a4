"""Kafka's topics, and how to reach Kafka: options for kafka-python (administration) and aiokafka (sending)."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any

import stamina
from aiokafka.helpers import create_ssl_context
from kafka import KafkaAdminClient, KafkaConsumer
from kafka.admin import NewTopic
from kafka.errors import BrokerResponseError, KafkaError, TopicAlreadyExistsError, for_code
from kafka.structs import TopicPartition

from models.addresses import split
from models.delivery import DELIVERIES_TOPIC, TOUCHED_TOPIC
from models.errors import LeadlineError
from models.settings import Settings

OVERHEAD_BYTES = 1024 * 1024
"""Room for a record's headers above the largest body."""
KNOWN_SECONDS = 20.0
"""How long a topic that was made may take to be known."""
TIMEOUT_MS = 5_000
PATIENCE: dict[str, Any] = {"request_timeout_ms": TIMEOUT_MS, "bootstrap_timeout_ms": TIMEOUT_MS}
"""Of kafka-python's clients, which wait half a minute for a broker that is away."""


def max_message_bytes(settings: Settings) -> int:
    """The largest record: a body at its limit, with its headers. Topic, producer and consumer need it together."""
    return settings.max_body_bytes + OVERHEAD_BYTES


def _security(settings: Settings) -> dict[str, Any]:
    options: dict[str, Any] = {"security_protocol": settings.kafka_security_protocol}
    if settings.kafka_sasl_mechanism:
        password = settings.kafka_sasl_password
        options |= {
            "sasl_mechanism": settings.kafka_sasl_mechanism,
            "sasl_plain_username": settings.kafka_sasl_username,
            "sasl_plain_password": password.get_secret_value() if password else None,
        }
    if settings.kafka_security_protocol.endswith("SSL"):
        options["ssl_context"] = ssl_context(settings)
    return options


def ssl_context(settings: Settings) -> ssl.SSLContext:
    """TLS as configured: the system's authorities unless LEADLINE_KAFKA_SSL_CAFILE names others.

    Raises LeadlineError where a file isn't what it should be.
    """
    try:
        return create_ssl_context(
            cafile=str(settings.kafka_ssl_cafile) if settings.kafka_ssl_cafile else None,
            certfile=str(settings.kafka_ssl_certfile) if settings.kafka_ssl_certfile else None,
            keyfile=str(settings.kafka_ssl_keyfile) if settings.kafka_ssl_keyfile else None,
        )
    except OSError as error:  # ssl's own errors among them
        raise LeadlineError(
            f"the files of LEADLINE_KAFKA_SSL_… can't be used: {error.strerror or error}",
            "each must be PEM, the key that of the certificate and without a pass phrase",
        ) from None


def client_options(settings: Settings) -> dict[str, Any]:
    """Options that kafka-python's and aiokafka's clients both take."""
    return {"bootstrap_servers": settings.bootstrap.split(","), **_security(settings)}


def admin(settings: Settings) -> KafkaAdminClient:
    """An administration client; close it. Raises LeadlineError where Kafka doesn't answer."""
    _knock(settings)
    with plainly(settings):
        return KafkaAdminClient(**client_options(settings), **PATIENCE)


def _knock(settings: Settings) -> None:
    """Asked before a client of kafka-python is made: one that finds no broker leaves a thread and its sockets."""
    reason = ""
    for server in settings.bootstrap.split(","):
        try:
            socket.create_connection(split(server.strip()), timeout=TIMEOUT_MS / 1000).close()
        except OSError as error:
            reason = error.strerror or str(error)
        else:
            return
    raise _silent(settings, reason)


def _silent(settings: Settings, reason: str) -> LeadlineError:
    return LeadlineError(
        f"Kafka doesn't answer at {settings.bootstrap} ({reason})",
        "start it with `leadline broker` or `leadline up`, or point LEADLINE_KAFKA at yours",
    )


@contextmanager
def plainly(settings: Settings) -> Iterator[None]:
    """What Kafka refuses, or doesn't answer in time, raised as a LeadlineError that says so in one line."""
    try:
        yield
    except BrokerResponseError as error:
        raise LeadlineError(
            f"Kafka at {settings.bootstrap} refused: {error.description} ({type(error).__name__})",
            "see the settings LEADLINE_KAFKA_… in docs/settings.md, and what this user may do there",
        ) from None
    except KafkaError as error:
        raise _silent(settings, type(error).__name__) from None


def ensure_topics(settings: Settings) -> None:
    """Makes the topics where they are missing. Deliveries are kept for ever: replay reads them.

    Raises LeadlineError where Kafka doesn't answer, or refuses.
    """
    limit = str(max_message_bytes(settings))
    shapes = {
        DELIVERIES_TOPIC: {"max.message.bytes": limit, "retention.ms": "-1"},
        TOUCHED_TOPIC: {"max.message.bytes": limit, "retention.ms": str(24 * 3600 * 1000)},
    }
    with plainly(settings), closing(admin(settings)) as client:
        missing = set(shapes) - set(client.list_topics())
        for name in sorted(missing):
            topic = NewTopic(name, settings.kafka_partitions, settings.kafka_replication, topic_configs=shapes[name])
            with suppress(TopicAlreadyExistsError):
                client.create_topics([topic])
        # made is not yet known: a node tells of a new topic a moment later
        for attempt in stamina.retry_context(on=LeadlineError, attempts=None, timeout=KNOWN_SECONDS, wait_max=0.5):
            with attempt:
                _ids(client)


def topic_ids(settings: Settings) -> dict[str, str]:
    """Topic → Kafka's UUID of it. (topic, partition, offset) is not unique over a re-created topic; this is.

    Raises LeadlineError where Kafka doesn't answer, or doesn't know a topic: a node that has just started may not yet.
    """
    with plainly(settings), closing(admin(settings)) as client:
        return _ids(client)


def _ids(client: KafkaAdminClient) -> dict[str, str]:
    """Raises LeadlineError where a topic isn't known, or not yet; KafkaError where waiting for it is of no use."""
    topics = client.describe_topics([DELIVERIES_TOPIC, TOUCHED_TOPIC])
    for topic in topics:
        if code := topic["error_code"]:
            error = for_code(code)
            if not error.retriable:
                raise error
            raise LeadlineError(f"Kafka has no topic {topic['name']}", "a receiver or a worker that starts makes it")
    return {topic["name"]: str(topic["topic_id"]) for topic in topics}


def end_offsets(settings: Settings, topic: str = DELIVERIES_TOPIC) -> dict[int, int]:
    """Partition → the offset after its last record. Raises LeadlineError where Kafka doesn't answer."""
    _knock(settings)
    with (
        plainly(settings),
        closing(KafkaConsumer(**client_options(settings), **PATIENCE, enable_auto_commit=False)) as consumer,
    ):
        partitions = consumer.partitions_for_topic(topic) or set()
        ends = consumer.end_offsets([TopicPartition(topic, number) for number in partitions])
        return {partition.partition: end for partition, end in ends.items()}
