"""One child process that is kept running: its log, whether it is up, how it is stopped."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import httpx

from streams.output import messages

STOP_SECONDS = 30.0
LOG_BYTES = 16 * 1024 * 1024
"""A log larger than this is put aside when its process starts."""
PR_SET_PDEATHSIG = 1


class Process:
    """A command as a child, its output in a log file, ended by the kernel with its parent."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        log: Path | None = None,
        ready: str | None = None,
        once: bool = False,
    ) -> None:
        """`ready` is a URL that says 200 once it is up; a `once` part may end; without `log` it speaks here."""
        self.name = name
        self.log = log
        self.once = once
        self._ready = ready
        self._command = list(command)
        self._environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll() if self._process else None

    def start(self) -> None:
        """Starts it; returns at once. Ask `up` whether it answers."""
        if self.log is None:
            self._process = self._spawn(None)
            return
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as output:
            self._process = self._spawn(output.fileno())

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def up(self) -> bool:
        """Whether it has started: its `ready` URL says 200."""
        if self._ready is None:
            return self.alive() or self.exit_code == 0
        try:
            return httpx.get(self._ready, timeout=1, trust_env=False).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def terminate(self) -> None:
        """Asks it to stop; doesn't wait."""
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def stop(self) -> None:
        """SIGTERM, then SIGKILL, for it and what it started. Returns when it is gone."""
        if self._process is None:
            return
        self.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            messages.print(f"{self.name} didn't stop within {STOP_SECONDS:.0f} s: killed", style="yellow")
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def last_words(self) -> str:
        """The last line of its log: why it ended, as a rule."""
        if self.log is None or not self.log.exists():
            return ""
        lines = self.log.read_bytes()[-4000:].decode(errors="replace").strip().splitlines()
        return lines[-1].strip() if lines else ""

    def _spawn(self, output: int | None) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            preexec_fn=dying_with_parent(),
            start_new_session=True,  # Ctrl-C reaches only the supervisor, which knows the order
        )


def dying_with_parent() -> Callable[[], None]:
    """For `preexec_fn`: the kernel ends the child when the thread that started it ends, killed or not (Linux)."""
    parent = os.getpid()

    def ask() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:  # it ended before it could be told
                os._exit(1)

    return ask
