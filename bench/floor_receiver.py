"""The floor of `receive`: the same server and producer, which only forwards the body to Kafka (acks=all)."""

import sys
from typing import Any

import uvloop
from aiokafka import AIOKafkaProducer
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from models.delivery import DELIVERIES_TOPIC
from models.settings import Settings
from streams.receiver.sender import BATCH_BYTES
from streams.topics import client_options


async def _serve(broker: str, port: int) -> None:
    options = client_options(Settings(broker=broker))
    producer = AIOKafkaProducer(**options, acks="all", enable_idempotence=True, max_batch_size=BATCH_BYTES)
    await producer.start()

    async def forward(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = (await receive())["body"]
        await (await producer.send(DELIVERIES_TOPIC, body))
        await send({"type": "http.response.start", "status": 202, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    server = Server(
        forward, address="127.0.0.1", port=port, interface=Interfaces.ASGINL, http=HTTPModes.http1, websockets=False,
        backlog=2048, log_enabled=False,
    )  # fmt: skip
    await server.serve()


if __name__ == "__main__":
    uvloop.run(_serve(sys.argv[1], int(sys.argv[2])))
