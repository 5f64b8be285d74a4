"""Ends a worker that has silently stopped reading (faust-streaming/faust issues 175, 523, 640).

It stands outside Faust: a thread with its own Kafka client compares the end of the topic with what the store holds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event, Thread
from time import monotonic

import structlog
from kafka.errors import KafkaError

from models.errors import LeadlineError
from models.settings import Settings
from streams import topics
from streams.worker import metrics
from streams.worker.progress import Progress

log = structlog.get_logger(__name__)


WHILE_OTHERS_MOVE = 5
"""A busy worker may keep one partition waiting while it reads others: so many times more patience then."""


@dataclass(slots=True)
class Stall:
    """Tells lag that moves from lag that doesn't. Pure: the clock is passed in."""

    patience_seconds: float
    _since: dict[int, tuple[int, float]] = field(default_factory=dict)
    """Partition → (where the store stood, since when)."""
    _moved_at: float = float("-inf")
    """When any partition's lag last moved."""

    def observe(self, now: float, end: Mapping[int, int], stored: Mapping[int, int]) -> int | None:
        """The partition whose lag hasn't moved for longer than the patience, if there is one.

        Longer than `WHILE_OTHERS_MOVE` times the patience where others' lag moves meanwhile.
        """
        stalled: int | None = None
        for partition, end_offset in end.items():
            at = stored.get(partition, 0)
            known_at, since = self._since.get(partition, (-1, now))
            if at >= end_offset:
                self._since.pop(partition, None)
            elif known_at != at:
                self._since[partition] = (at, now)
                self._moved_at = now if known_at >= 0 else self._moved_at
            elif now - since > self.patience_seconds and (stalled is None or since < self._since[stalled][1]):
                stalled = partition
        if stalled is None or now - self._moved_at > self.patience_seconds:
            return stalled
        return stalled if now - self._since[stalled][1] > WHILE_OTHERS_MOVE * self.patience_seconds else None

    def forget(self) -> None:
        """Kafka is away: nothing can move, so nothing is held against the worker."""
        self._since.clear()


class Watchdog(Thread):
    """Calls `end(reason)` when lag has stood still for `settings.watchdog_seconds`, or the topic was re-created."""

    def __init__(self, settings: Settings, progress: Progress, end: Callable[[str], None]) -> None:
        super().__init__(name="watchdog", daemon=True)
        self._settings = settings
        self._progress = progress
        self._end = end
        self._stopped = Event()
        self._kafka_up = True
        self._stall = Stall(settings.watchdog_seconds)

    def run(self) -> None:
        interval = min(5.0, self._settings.watchdog_seconds / 4)
        while not self._stopped.wait(interval):
            reason = self._look()
            if reason and not self._stopped.is_set():
                self._end(reason)
                return

    def stop(self) -> None:
        self._stopped.set()

    def _hear(self, up: bool) -> None:
        self._kafka_up = up
        metrics.KAFKA_UP.set(up)

    def _look(self) -> str | None:
        topic = self._progress.topic
        try:
            topic_id = topics.topic_ids(self._settings)[topic]
            end = topics.end_offsets(self._settings, topic)
        except (LeadlineError, KafkaError, OSError) as error:
            if self._kafka_up:
                log.warning("Kafka is away", error=str(error))
            self._hear(False)
            self._stall.forget()
            return None
        self._hear(True)
        if topic_id != self._progress.topic_id:
            return f"the topic {topic} was re-created; a restart reads the new one from its beginning"
        stored = self._progress.snapshot()
        for partition, end_offset in end.items():
            metrics.LAG.labels(str(partition)).set(max(0, end_offset - stored.get(partition, 0)))
        partition = self._stall.observe(monotonic(), end, stored)
        if partition is None:
            return None
        lag = end[partition] - stored.get(partition, 0)
        patience = self._settings.watchdog_seconds
        return f"{lag} deliveries wait in partition {partition} and none was read for {patience:g} s and more"
