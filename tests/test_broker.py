"""The Kafka node of our own: starts, comes back with what it acknowledged, and says clearly what is wrong."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from kafka import KafkaConsumer, KafkaProducer
from kafka.structs import TopicPartition

from models.delivery import DELIVERIES_TOPIC
from models.errors import LeadlineError
from models.settings import Settings
from streams import topics
from streams.broker import Broker, artifacts
from streams.broker.properties import require_room
from streams.topics import client_options, end_offsets, ensure_topics, max_message_bytes, topic_ids
from tests.conftest import REPOSITORY, free_port, wait_until


def known_topics(settings: Settings) -> dict[str, str]:
    try:
        return topic_ids(settings)
    except LeadlineError:
        return {}


def test_what_was_acknowledged_survives_sigkill(kafka_node: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(broker=kafka_node.address, kafka_partitions=4)
    with pytest.raises(LeadlineError, match=r"refused: Replication.*InvalidReplicationFactorError") as refused:
        ensure_topics(settings.model_copy(update={"kafka_replication": 3}))
    assert "LEADLINE_KAFKA_" in refused.value.hint
    ensure_topics(settings)
    ensure_topics(settings)
    before = topic_ids(settings)
    with monkeypatch.context() as patched, pytest.raises(LeadlineError, match=r"refused: .*InvalidTopicError"):
        patched.setattr(topics, "TOUCHED_TOPIC", "no name for a topic")
        topic_ids(settings)
    producer = KafkaProducer(
        bootstrap_servers=kafka_node.address, acks="all", max_request_size=max_message_bytes(settings)
    )
    large = os.urandom(settings.max_body_bytes)
    producer.send(DELIVERIES_TOPIC, b"small", partition=0).get(30)
    producer.send(DELIVERIES_TOPIC, large, partition=1).get(30)
    producer.close(0)
    kafka_node.kill()
    assert not kafka_node.alive()
    kafka_node.start()
    wait_until(lambda: known_topics(settings))  # a node answers before it has read which topics it holds
    assert topic_ids(settings) == before
    assert {partition: end for partition, end in end_offsets(settings).items() if end} == {0: 1, 1: 1}
    consumer = KafkaConsumer(
        bootstrap_servers=kafka_node.address, auto_offset_reset="earliest",
        max_partition_fetch_bytes=max_message_bytes(settings), fetch_max_bytes=2 * max_message_bytes(settings),
    )  # fmt: skip
    consumer.assign([TopicPartition(DELIVERIES_TOPIC, 1)])
    assert next(consumer).value == large
    consumer.close()


def test_a_certificate_that_is_none_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(LeadlineError, match=r"LEADLINE_KAFKA_SSL_.*PEM"):
        client_options(Settings(kafka_security_protocol="SSL", kafka_ssl_cafile=tmp_path / "ca.pem"))


def test_a_busy_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        with pytest.raises(LeadlineError, match="Address already in use") as raised:
            Broker(tmp_path, f"127.0.0.1:{busy.getsockname()[1]}").start()
    assert "LEADLINE_BROKER" in raised.value.hint


def test_a_missing_download_is_one_clear_line(tmp_path: Path) -> None:
    environment = os.environ | {"HTTPS_PROXY": "http://127.0.0.1:9", "HOME": str(tmp_path), "PYTHONPATH": "."}
    environment["XDG_CACHE_HOME"] = str(tmp_path)
    code = "from streams.broker.artifacts import classpath; classpath()"
    done = subprocess.run([sys.executable, "-c", code], env=environment, cwd=REPOSITORY, capture_output=True, text=True)
    assert "models.errors.LeadlineError: can't download Apache Kafka" in done.stderr


def test_an_altered_jar_is_refused(tmp_path: Path) -> None:
    jars = [Path(jar) for jar in artifacts.classpath().split(os.pathsep)]
    altered = tmp_path / jars[0].name
    altered.write_bytes(b"something else")
    with pytest.raises(LeadlineError, match="isn't the file that was locked"):
        artifacts.verify([altered, *jars[1:]])
    with pytest.raises(LeadlineError, match="differ from the lock"):
        artifacts.verify(jars[1:])


def test_a_full_disk_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.broker.properties.LEAST_FREE_BYTES", 2**60)
    with pytest.raises(LeadlineError, match="MiB left"):
        require_room(tmp_path)


def test_a_killed_parent_leaves_no_node(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from streams.broker import Broker\n"
        f"b = Broker(Path({str(tmp_path)!r}), '127.0.0.1:{free_port()}').start(); print(b.pid, flush=True); b.wait()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code], cwd=REPOSITORY, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": "."}
    )
    assert parent.stdout
    node = int(parent.stdout.readline())
    assert psutil.pid_exists(node)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    wait_until(lambda: not psutil.pid_exists(node) or psutil.Process(node).status() == psutil.STATUS_ZOMBIE)
