"""The receiver over real HTTP: what it answers, and that what it acknowledged is never lost."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from kafka import KafkaConsumer
from kafka.admin import ConfigResource, ConfigResourceType, NewTopic
from kafka.structs import TopicPartition

from models.addresses import split
from models.delivery import DELIVERIES_TOPIC, Delivery
from models.settings import Settings
from streams.broker import Broker
from streams.receiver.spool import Spool, SpoolFullError
from streams.signatures import hmac_sha256
from streams.topics import admin, end_offsets, max_message_bytes
from tests.conftest import REPOSITORY, Running, free_port, wait_until

TOKEN = "a-token"
SECRET = "a-secret"
EVENT = {"type": "deployment", "service": "pay", "deployment": "1", "environment": "production", "status": "success"}


class Receiver:
    """A receiver process of a test."""

    def __init__(self, leadline: Callable[..., Running], home: Path, broker: str, **environment: str) -> None:
        self._address = f"127.0.0.1:{free_port()}"
        self.url = f"http://{self._address}"
        self._leadline = leadline
        self._environment = {
            "LEADLINE_HOME": str(home), "LEADLINE_BROKER": broker, "LEADLINE_RECEIVER": self._address,
            "LEADLINE_SECRET_GITHUB": f"{SECRET},older", "LEADLINE_SECRET_EVENTS": TOKEN,
            "LEADLINE_KAFKA_PARTITIONS": "4",
        } | environment  # fmt: skip
        self.start()

    def start(self) -> None:
        self.running = self._leadline("receiver", **self._environment)
        wait_until(self._alive)

    def _alive(self) -> bool:
        assert self.running.process.poll() is None, "the receiver ended"
        try:
            return httpx.get(f"{self.url}/healthz").status_code == 200
        except httpx.TransportError:
            return False

    def event(self, number: int, **more: Any) -> httpx.Response:
        body = EVENT | {"id": f"e{number}", "at": "2026-01-06T12:00:00Z"} | more
        return httpx.post(f"{self.url}/webhooks/events", json=body, headers=BEARER, timeout=30)

    def state(self) -> dict[str, Any]:
        return httpx.get(f"{self.url}/readyz").json()


BEARER = {"authorization": f"Bearer {TOKEN}"}


def github(url: str, body: bytes, secret: str = SECRET, **headers: str) -> httpx.Response:
    signed = {"x-hub-signature-256": f"sha256={hmac_sha256(body, secret)}", "x-github-event": "push"}
    signed |= {"x-github-delivery": "guid-1", "content-type": "application/json"}
    return httpx.post(f"{url}/webhooks/github", content=body, headers=signed | headers, timeout=60)


def in_kafka(broker: str) -> list[Delivery]:
    """Every delivery in the topic, in the order of its partition."""
    settings = Settings(broker=broker)
    largest = max_message_bytes(settings)
    found: list[Delivery] = []
    consumer = KafkaConsumer(
        bootstrap_servers=broker, max_partition_fetch_bytes=largest, fetch_max_bytes=4 * largest
    )  # fmt: skip
    for partition, end in end_offsets(settings).items():
        if not end:
            continue
        place = TopicPartition(DELIVERIES_TOPIC, partition)
        consumer.assign([place])
        consumer.seek_to_beginning(place)
        while (consumer.position(place) or 0) < end:
            for record in consumer.poll(1000).get(place, []):
                found.append(Delivery.from_record(record.key, record.value, record.headers))
    consumer.close()
    return found


@pytest.fixture
def away(leadline: Callable[..., Running], tmp_path: Path) -> Receiver:
    """A receiver whose Kafka isn't there."""
    return Receiver(leadline, tmp_path / "home", f"127.0.0.1:{free_port()}", LEADLINE_MAX_BODY_BYTES="2000")


def test_answers(away: Receiver) -> None:
    url = away.url
    good = json.dumps({"zen": "x"}).encode()

    def chunks() -> Iterator[bytes]:
        yield from (b"x" * 500 for _ in range(10))

    cases = [
        (404, httpx.post(f"{url}/webhooks/nobody", content=b"{}")),
        (404, httpx.get(f"{url}/elsewhere")),
        (405, httpx.get(f"{url}/webhooks/github")),
        (405, httpx.post(f"{url}/healthz")),
        (413, github(url, b"x" * 2001)),
        (413, httpx.post(f"{url}/webhooks/events", content=chunks(), headers=BEARER)),
        (401, httpx.post(f"{url}/webhooks/github", content=good)),
        (401, github(url, good, "wrong")),
        (401, httpx.post(f"{url}/webhooks/pagerduty", content=good)),
        (401, httpx.post(f"{url}/webhooks/events", json=EVENT, headers={"authorization": "Bearer nope"})),
        (401, github(url, b"{bad json", "wrong")),
        (400, github(url, b"{bad json")),
        (400, github(url, b'"text"')),
        (202, github(url, good)),
        (202, github(url, good, "older")),
    ]
    for number, (status, answer) in enumerate(cases):
        assert answer.status_code == status, f"case {number}: {answer.text}"
        if status != 202:
            assert answer.headers["content-type"] == "application/problem+json"
            problem = answer.json()
            assert problem.keys() == {"type", "title", "status", "detail", "hint"}
            assert problem["status"] == status and problem["detail"]
        assert SECRET not in answer.text and TOKEN not in answer.text
    assert cases[-1][1].json() == {"delivery": "guid-1"}
    assert "github" in cases[0][1].json()["hint"]
    assert away.state()["spooled"] == 2, "what was refused left no trace"


@pytest.mark.parametrize("framing", ["Content-Length: 200", "Transfer-Encoding: chunked"])
def test_a_body_that_breaks_off_leaves_no_trace(away: Receiver, framing: str) -> None:
    whole = json.dumps(EVENT | {"id": "e1", "at": "2026-01-06T12:00:00Z"}).encode()
    part = whole[:-10] if "Length" in framing else b"%x\r\n%s\r\n" % (len(whole) - 10, whole[:-10])
    head = f"POST /webhooks/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n{framing}\r\n\r\n"
    with socket.create_connection(split(away.url.removeprefix("http://"))) as sender:
        sender.sendall(head.encode() + part)
        time.sleep(0.2)
    wait_until(lambda: 'source="events",status="400"' in httpx.get(f"{away.url}/metrics").text)
    assert away.state()["spooled"] == 0
    assert away.event(2).status_code == 202


def test_the_schema_and_the_counters_are_published(away: Receiver) -> None:
    assert httpx.get(f"{away.url}/schemas/events.json").json()["$id"] == "/schemas/events.json"
    away.event(1)
    counters = httpx.get(f"{away.url}/metrics").text
    assert 'leadline_receiver_requests_total{source="events",status="202"} 1.0' in counters
    assert "leadline_receiver_spooled_deliveries 1.0" in counters


def test_a_full_spool_says_so_and_when_to_come_back(leadline: Callable[..., Running], tmp_path: Path) -> None:
    receiver = Receiver(leadline, tmp_path, f"127.0.0.1:{free_port()}", LEADLINE_SPOOL_MAX_BYTES="2048")
    answers = [receiver.event(number) for number in range(10)]
    assert answers[0].status_code == 202
    assert answers[-1].status_code == 503
    assert int(answers[-1].headers["retry-after"]) > 0
    assert answers[-1].json()["hint"]
    assert httpx.get(f"{receiver.url}/readyz").status_code in (200, 503)


def test_a_delivery_is_in_kafka_byte_for_byte(
    leadline: Callable[..., Running], kafka_node: Broker, tmp_path: Path
) -> None:
    receiver = Receiver(leadline, tmp_path / "home", kafka_node.address)
    wait_until(lambda: receiver.state()["kafka"])
    body = b'{ "repository": {"full_name": "acme/pay"},\n "n": "\\u00e9"}'
    assert github(receiver.url, body).status_code == 202
    large = json.dumps({"repository": {"full_name": "acme/pay"}, "x": "y" * 20 * 1024 * 1024}).encode()
    assert github(receiver.url, large, **{"x-github-delivery": "large"}).status_code == 202
    small, big = sorted(in_kafka(kafka_node.address), key=lambda one: len(one.body))
    assert (small.body, small.key, small.delivery_id, small.source) == (body, "github/acme/pay", "guid-1", "github")
    assert small.headers == {"x-github-event": "push", "content-type": "application/json"}
    assert big.body == large
    assert receiver.state()["spooled"] == 0
    assert receiver.running.stop() == 0


async def load(receiver: Receiver, numbers: range, after: dict[int, Callable[[], None]]) -> list[str]:
    """Posts events 16 at once, in four repositories; runs `after[n]` in a thread when n were sent. Gives the ids that
    were acknowledged."""
    acknowledged: list[str] = []
    waiting = iter(numbers)
    async with httpx.AsyncClient(timeout=30) as client:

        async def sender(lane: int) -> None:
            for number in waiting:
                if number in after:
                    await asyncio.to_thread(after[number])
                body = EVENT | {"id": f"e{number}", "at": "2026-01-06T12:00:00Z", "repository": f"acme/r{lane}"}
                try:
                    answer = await client.post(f"{receiver.url}/webhooks/events", json=body, headers=BEARER)
                except httpx.TransportError:
                    continue
                if answer.status_code == 202:
                    acknowledged.append(answer.json()["delivery"])

        await asyncio.gather(*(sender(lane) for lane in range(16)))
    return acknowledged


def first_seen(deliveries: list[Delivery]) -> dict[str, list[int]]:
    """Key → its deliveries' numbers in Kafka's order, repeats left out."""
    order: dict[str, dict[int, None]] = {}
    for one in deliveries:
        order.setdefault(one.key, {}).setdefault(int(one.delivery_id[1:]))
    return {key: list(numbers) for key, numbers in order.items()}


def test_kafka_killed_and_started_under_load_loses_nothing_and_keeps_order(
    leadline: Callable[..., Running], kafka_node: Broker, tmp_path: Path
) -> None:
    receiver = Receiver(leadline, tmp_path / "home", kafka_node.address)
    wait_until(lambda: receiver.state()["kafka"])
    acknowledged = asyncio.run(load(receiver, range(1000), {300: kafka_node.kill}))
    assert receiver.state()["spooled"] > 0
    kafka_node.start()
    acknowledged += asyncio.run(load(receiver, range(1000, 2000), {}))
    assert len(acknowledged) == 2000, "a Kafka that is away is no reason to refuse"
    wait_until(lambda: receiver.state()["spooled"] == 0 and receiver.state()["kafka"], timeout=60)
    assert receiver.event(9999).status_code == 202
    found = in_kafka(kafka_node.address)
    assert {one.delivery_id for one in found} == {*acknowledged, "e9999"}
    for key, numbers in first_seen(found).items():
        assert numbers == sorted(numbers), f"out of order: {key}"


def test_a_receiver_killed_under_load_loses_nothing_that_it_acknowledged(
    leadline: Callable[..., Running], kafka_node: Broker, tmp_path: Path
) -> None:
    receiver = Receiver(leadline, tmp_path / "home", kafka_node.address)
    acknowledged = asyncio.run(load(receiver, range(600), {400: receiver.running.kill}))
    kafka_node.stop()
    receiver.start()
    acknowledged += asyncio.run(load(receiver, range(1000, 1600), {1400: receiver.running.kill}))
    kafka_node.start()
    receiver.start()
    wait_until(lambda: receiver.state()["kafka"] and receiver.state()["spooled"] == 0)
    assert len(acknowledged) > 600
    assert {one.delivery_id for one in in_kafka(kafka_node.address)} >= set(acknowledged)


def test_a_stopping_receiver_answers_what_it_has_begun(
    leadline: Callable[..., Running], kafka_node: Broker, tmp_path: Path
) -> None:
    receiver = Receiver(leadline, tmp_path / "home", kafka_node.address)
    wait_until(lambda: receiver.state()["kafka"])
    acknowledged = asyncio.run(load(receiver, range(400), {200: receiver.running.process.terminate}))
    assert receiver.running.process.wait(30) == 0
    assert 0 < len(acknowledged) < 400
    assert {one.delivery_id for one in in_kafka(kafka_node.address)} >= set(acknowledged)


def test_what_kafka_refuses_for_its_size_keeps_nothing_else_waiting(
    leadline: Callable[..., Running], kafka_node: Broker, tmp_path: Path
) -> None:
    small_topic(kafka_node.address, 100_000)
    receiver = Receiver(leadline, tmp_path / "home", kafka_node.address)
    wait_until(lambda: receiver.state()["kafka"])
    answers = [receiver.event(1), receiver.event(2, changes=[{"sha": "f" * 200_000}]), receiver.event(3)]
    assert [answer.status_code for answer in answers] == [202] * 3
    wait_until(lambda: receiver.state()["spooled"] == 1)
    assert {one.delivery_id for one in in_kafka(kafka_node.address)} == {"e1", "e3"}
    assert "leadline_receiver_refused_deliveries 1.0" in httpx.get(f"{receiver.url}/metrics").text
    receiver.running.stop()
    allow(kafka_node.address, 1_000_000)
    receiver.start()
    wait_until(lambda: receiver.state()["spooled"] == 0)
    assert {one.delivery_id for one in in_kafka(kafka_node.address)} == {"e1", "e2", "e3"}


def small_topic(broker: str, max_message_bytes: int) -> None:
    client = admin(Settings(broker=broker))
    client.create_topics(
        [NewTopic(DELIVERIES_TOPIC, 4, 1, topic_configs={"max.message.bytes": str(max_message_bytes)})]
    )
    client.close()


def allow(broker: str, max_message_bytes: int) -> None:
    client = admin(Settings(broker=broker))
    limit = {"max.message.bytes": str(max_message_bytes)}
    client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, DELIVERIES_TOPIC, configs=limit)])
    client.close()


def said(environment: dict[str, str]) -> str:
    """What `leadline receiver` says where it can't start."""
    ended = subprocess.run(
        [sys.executable, "-m", "streams", "receiver"], env=os.environ | environment, cwd=REPOSITORY,
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert ended.returncode != 0
    assert "Traceback" not in ended.stderr
    return ended.stderr


def test_what_keeps_a_receiver_from_starting_is_one_clear_line(away: Receiver, tmp_path: Path) -> None:
    address, home = away.url.removeprefix("http://"), tmp_path / "home"
    elsewhere = {"LEADLINE_RECEIVER": f"127.0.0.1:{free_port()}"}
    taken = said({"LEADLINE_RECEIVER": address, "LEADLINE_HOME": str(tmp_path / "other")})
    assert address in taken and "LEADLINE_RECEIVER" in taken
    shared = said(elsewhere | {"LEADLINE_HOME": str(home)})
    assert "another receiver uses it" in shared
    broken = tmp_path / "broken" / "spool" / "receiver.sqlite"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"no database" * 1000)
    assert str(broken) in said(elsewhere | {"LEADLINE_HOME": str(tmp_path / "broken")})
    (tmp_path / "file").touch()
    assert "--home" in said(elsewhere | {"LEADLINE_HOME": str(tmp_path / "file")})


def one_delivery(number: int, size: int = 10) -> Delivery:
    from tests.warehouses import START

    return Delivery("events", f"e{number}", START, {"a": "b"}, os.urandom(size), "key")


def test_the_spool_keeps_order_and_survives(tmp_path: Path) -> None:
    async def fill() -> list[Delivery]:
        spool = Spool(tmp_path / "s.sqlite", 10**9)
        sent = [one_delivery(number, number % 50) for number in range(1200)]
        for start in range(0, 1200, 100):
            await asyncio.gather(*(spool.append(one) for one in sent[start : start + 100]))
        spool.close()
        return sent

    async def drain() -> list[Delivery]:
        spool = Spool(tmp_path / "s.sqlite", 10**9)
        assert spool.count == 1200
        got: list[Delivery] = []
        while waiting := await spool.oldest():
            got += [one.delivery for one in waiting]
            await spool.remove(waiting[-1].number)
        assert (spool.count, spool.size) == (0, 0)
        spool.close()
        return got

    sent = asyncio.run(fill())
    assert asyncio.run(drain()) == sent


def test_the_spool_is_bounded(tmp_path: Path) -> None:
    async def overfill() -> int:
        spool = Spool(tmp_path / "s.sqlite", 10_000)
        with pytest.raises(SpoolFullError):
            for number in range(1000):
                await spool.append(one_delivery(number, 1000))
        count = spool.count
        spool.close()
        return count

    assert asyncio.run(overfill()) == 6
