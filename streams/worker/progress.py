"""How far this worker's store has read the topic, and how much of it is on its way through memory."""

import asyncio
from collections.abc import Iterable, Mapping
from threading import Lock

from warehouse.facts import Position


class Progress:
    """The next offset of each partition of one topic, as the store holds it. Usable from any thread.

    Positions of another topic id don't count: offsets of a re-created topic start anew.
    """

    def __init__(self, topic: str, topic_id: str, stored: Iterable[Position]) -> None:
        self.topic = topic
        self.topic_id = topic_id
        self._lock = Lock()
        self._next = {p.partition: p.next_offset for p in stored if p.topic_id == topic_id}

    def next_offset(self, partition: int) -> int | None:
        """Where reading goes on; None where the store has read nothing of the partition."""
        with self._lock:
            return self._next.get(partition)

    def snapshot(self) -> dict[int, int]:
        """Partition → next offset."""
        with self._lock:
            return dict(self._next)

    def lag(self, end: Mapping[int, int]) -> int:
        """Records of the topic, which ends at `end` (partition → offset), that the store hasn't read."""
        stored = self.snapshot()
        return sum(max(0, offset - stored.get(partition, 0)) for partition, offset in end.items())

    def seek(self, partition: int, offset: int) -> None:
        """Notes where the consumer really starts (retention may have removed what was next)."""
        with self._lock:
            self._next[partition] = offset

    def reached(self, offsets: Mapping[int, int]) -> None:
        """Notes what a transaction has stored: partition → next offset."""
        with self._lock:
            self._next.update(offsets)

    def is_new(self, partition: int, offset: int) -> bool:
        """False for a record that the store has read already."""
        with self._lock:
            return offset >= self._next.get(partition, 0)


class ByteBudget:
    """Bounds the bytes between Kafka and the store: 20 MiB pushes come by the thousand too. One event loop's."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._used = 0
        self._room = asyncio.Event()

    async def take(self, size_bytes: int) -> None:
        """Waits until there is room; a record greater than the whole budget passes alone."""
        while self._used and self._used + size_bytes > self._limit:
            self._room.clear()
            await self._room.wait()
        self._used += size_bytes

    def give(self, size_bytes: int) -> None:
        """What was taken is stored, or gone."""
        self._used = max(0, self._used - size_bytes)
        self._room.set()

    def reset(self) -> None:
        """After a rebalance, which empties Faust's buffers."""
        self._used = 0
        self._room.set()
