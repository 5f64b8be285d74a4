"""Plays a simulation to a receiver: its history as fast as it is taken, then what happens from now on."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from random import Random

import aiohttp
import stamina

from streams.simulator.history import Simulation
from streams.simulator.outbox import SimDelivery
from streams.simulator.signing import sign

CONNECTIONS = 32
SHUFFLED_WITHIN = 200
"""How far a delivery may get out of order, counted in deliveries."""
DUPLICATED = 0.05
TRIES = 12


class BusyError(Exception):
    """The receiver asked to come again later (503), or wasn't there."""


class Player:
    """Posts deliveries. `answers` counts the receiver's, by HTTP status; 0 stands for no answer at all."""

    def __init__(self, receiver: str, secrets: dict[str, str]) -> None:
        self._receiver, self._secrets = receiver.rstrip("/"), secrets
        self.answers: Counter[int] = Counter()
        self.refused: str = ""
        """What the receiver said when it refused something for the first time."""

    async def play(self, deliveries: Sequence[SimDelivery], done: Callable[[int], object]) -> None:
        """Sends all of them over some connections at once; calls `done(1)` for each that was answered."""
        queue = iter(deliveries)
        connector, timeout = aiohttp.TCPConnector(limit=CONNECTIONS), aiohttp.ClientTimeout(total=30)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session, asyncio.TaskGroup() as group:
            for _ in range(CONNECTIONS):
                group.create_task(self._drain(session, queue, done))

    async def _drain(
        self, session: aiohttp.ClientSession, queue: Iterable[SimDelivery], done: Callable[[int], object]
    ) -> None:
        for delivery in queue:
            try:
                status = await self._send(session, delivery)
            except BusyError:
                status = 0
            self.answers[status] += 1
            done(1)

    @stamina.retry(on=BusyError, attempts=TRIES, timeout=120, wait_initial=0.05, wait_max=5)
    async def _send(self, session: aiohttp.ClientSession, delivery: SimDelivery) -> int:
        headers = sign(delivery, self._secrets[delivery.source])
        url = f"{self._receiver}/webhooks/{delivery.source}"
        try:
            async with session.post(url, data=delivery.body, headers=headers) as answer:
                text = "" if answer.ok else await answer.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise BusyError(str(error)) from error
        if answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
            raise BusyError(text)
        if not answer.ok and not self.refused:
            self.refused = f"{delivery.source} {delivery.event}: {answer.status} {text[:300]}"
        return answer.status

    async def live(self, simulation: Simulation, haste: int, done: Callable[[int], object]) -> None:
        """Goes on as time goes on, `haste` times faster than life; ends only when its task is cancelled."""
        simulation.go_live(haste)
        while True:
            await asyncio.sleep(1)
            await self.play(simulation.advance(datetime.now(UTC)), done)


def disturbed(deliveries: Sequence[SimDelivery], rng: Random, shuffle: bool, duplicates: bool) -> list[SimDelivery]:
    """The deliveries as a network may bring them: locally out of order, some of them twice."""
    places = [(float(place), delivery) for place, delivery in enumerate(deliveries)]
    if duplicates:
        places += [(place + rng.uniform(0, 1000), d) for place, d in places if rng.random() < DUPLICATED]
    if shuffle:
        places = [(place + rng.uniform(0, SHUFFLED_WITHIN), delivery) for place, delivery in places]
    return [delivery for _, delivery in sorted(places, key=lambda pair: pair[0])]
