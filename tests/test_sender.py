"""The receiver's way into Kafka: batches of what waits, in order, and one answer for all where Kafka is gone."""

import asyncio
import gc
import os
import time

from models.delivery import Delivery
from models.settings import Settings
from streams.broker import Broker
from streams.receiver.sender import BATCH_BYTES, SEND_SECONDS, NotAnsweredError, Sender
from streams.topics import ensure_topics
from tests.test_receiver import in_kafka
from tests.warehouses import START


def deliveries(count: int, size: int) -> list[Delivery]:
    """Of seven keys."""
    return [
        Delivery("events", f"e{number}", START, {"a": "b"}, os.urandom(size), f"key-{number % 7}")
        for number in range(count)
    ]


def test_batches_keep_the_order_of_a_key_and_every_byte(kafka_node: Broker) -> None:
    settings = Settings(broker=kafka_node.address, kafka_partitions=4)
    ensure_topics(settings)
    sent = deliveries(40, 10) + deliveries(30, BATCH_BYTES // 3) + deliveries(3, 2 * BATCH_BYTES) + deliveries(1, 0)

    async def send() -> list[bool]:
        sender = Sender(settings)
        await sender.start()
        try:
            return await asyncio.gather(*(sender.send(one) for one in sent))
        finally:
            await sender.close()

    assert all(asyncio.run(send()))
    found = in_kafka(kafka_node.address)
    assert len(found) == len(sent)
    for key in {one.key for one in sent}:
        assert [one for one in found if one.key == key] == [one for one in sent if one.key == key]


def test_all_who_wait_hear_of_it_when_kafka_is_gone(kafka_node: Broker) -> None:
    settings = Settings(broker=kafka_node.address)
    ensure_topics(settings)

    said: list[str] = []

    async def send() -> tuple[list[bool | BaseException], float]:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: said.append(context["message"]))
        sender = Sender(settings)
        await sender.start()
        assert await sender.send(deliveries(1, 10)[0])
        kafka_node.kill()
        begun = time.monotonic()
        first = [asyncio.create_task(sender.send(one)) for one in deliveries(5, 10)]
        await asyncio.sleep(SEND_SECONDS / 2)
        later = [asyncio.create_task(sender.send(one)) for one in deliveries(5, 10)]
        answers = await asyncio.gather(*first, *later, return_exceptions=True)
        took = time.monotonic() - begun
        answers += await asyncio.gather(sender.send(deliveries(1, 10)[0]), return_exceptions=True)
        await sender.abandon()
        del sender
        gc.collect()
        return answers, took

    answers, took = asyncio.run(send())
    assert all(isinstance(answer, NotAnsweredError) for answer in answers), answers
    assert took < SEND_SECONDS * 1.5, "the later ones don't wait their own time out"
    assert said == [], "nothing of it goes past our own log"
