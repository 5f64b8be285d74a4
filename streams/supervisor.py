"""Keeps Kafka's node and our processes running for `leadline up` and `demo`: in order, with back-off, leaving nothing.

Of our own and small, because none of the kept ones fits: honcho never starts a process again, circus brings a daemon
with sockets, mode's supervisors start again without a pause and give up by an exception. Everything happens in the
main thread, because Linux ends a child with the *thread* that started it.
"""

import signal
import time
from collections.abc import Callable, Sequence
from types import FrameType, TracebackType
from typing import Any

from models.errors import LeadlineError
from streams.broker import Broker
from streams.output import messages
from streams.process import Process

CHECK_SECONDS = 0.2
START_SECONDS = 90.0
START_TRIES = 3
PAUSE_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""The rest before a part that ended is started again: longer each time, until it has run steadily."""
STEADY_SECONDS = 60.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """Runs parts; a context manager that starts them in order going in, and stops them going out.

    The broker, if there is one, comes first and ends last: a Faust worker whose broker is gone doesn't stop. SIGINT,
    SIGTERM and SIGHUP end `keep` by KeyboardInterrupt; while parts are being stopped, further ones are ignored.
    """

    def __init__(self, broker: Broker | None, processes: Sequence[Process]) -> None:
        self._processes = list(processes)
        self._parts: list[_Kept] = [_Kept("kafka", broker.start, broker.alive)] if broker else []
        self._parts += [_Kept(process.name, process.start, process.alive, process) for process in processes]
        self._broker = broker
        self._before: list[tuple[signal.Signals, Any]] = []

    def __enter__(self) -> "Supervisor":
        """Returns when every part is up. Raises LeadlineError where one doesn't come up, after stopping the others."""
        for number in SIGNALS:
            self._before.append((number, signal.signal(number, _interrupt)))
        try:
            for part in self._parts:
                part.begin()
            self._wait_until_up()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._stop()

    def keep(self, until: Callable[[], bool] = lambda: False) -> None:
        """Starts again what ends, until `until()`, or a signal raises KeyboardInterrupt."""
        while not until():
            for part in self._parts:
                part.check()
            time.sleep(CHECK_SECONDS)

    def _wait_until_up(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while waiting := [process for process in self._processes if not process.up()]:
            for part in self._parts:
                part.check()
                if part.process and part.failures >= START_TRIES:
                    raise LeadlineError(f"{part.name} doesn't start: {part.process.last_words()}", part.log_hint())
            if time.monotonic() > deadline:
                names = ", ".join(process.name for process in waiting)
                raise LeadlineError(f"no answer from {names} within {START_SECONDS:.0f} s", f"see {waiting[0].log}")
            time.sleep(CHECK_SECONDS)

    def _stop(self) -> None:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.stop()
        if self._broker:
            self._broker.stop()
        for number, handler in self._before:
            signal.signal(number, handler)


class _Kept:
    """A part with what is known of its ends."""

    def __init__(
        self, name: str, start: Callable[[], object], alive: Callable[[], bool], process: Process | None = None
    ) -> None:
        self.name = name
        self.process = process
        self.failures = 0
        self._start, self._alive = start, alive
        self._started = 0.0
        self._resume: float | None = None

    def begin(self) -> None:
        self._started, self._resume = time.monotonic(), None
        self._start()

    def check(self) -> None:
        """Notices an end, and starts it again when it has rested."""
        now = time.monotonic()
        if self._resume is not None:
            if now >= self._resume:
                self._try_again()
        elif not self._alive() and not (self.process and self.process.once):
            self._note_end("ended", now)

    def log_hint(self) -> str:
        return f"see {self.process.log}" if self.process and self.process.log else ""

    def _try_again(self) -> None:
        try:
            self.begin()
        except LeadlineError as error:  # the broker's: its port or disk may be free later
            self._note_end(f"doesn't start ({error.message})", time.monotonic())

    def _note_end(self, what: str, now: float) -> None:
        steady = now - self._started > STEADY_SECONDS
        self.failures = 1 if steady else self.failures + 1
        rest = PAUSE_SECONDS[min(self.failures, len(PAUSE_SECONDS)) - 1]
        self._resume = now + rest
        code = f" with exit code {self.process.exit_code}" if self.process else ""
        said = f"{self.name} {what}{code}; starting again in {rest:g} s {self.log_hint()}"
        messages.print(said, style="yellow")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
