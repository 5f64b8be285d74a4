"""A whole line (`leadline up`, `leadline demo`) as a child of a test: free ports, its own home, nothing left."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.conftest import REPOSITORY, free_port, wait_until


class RunningLine:
    """`leadline ARGUMENTS…` with ports of its own. `environment` is what a second shell would need."""

    def __init__(self, home: Path, *arguments: str, **environment: str) -> None:
        names = ("BROKER", "RECEIVER", "API", "DASHBOARD")
        addresses = {f"LEADLINE_{name}": f"127.0.0.1:{free_port()}" for name in names}
        self.environment: Mapping[str, str] = {**addresses, "LEADLINE_HOME": str(home), **environment}
        self.receiver = f"http://{addresses['LEADLINE_RECEIVER']}"
        self.api = f"http://{addresses['LEADLINE_API']}/api/v1"
        self.dashboard = f"http://{addresses['LEADLINE_DASHBOARD']}"
        self.output = home.parent / f"{home.name}.out"
        command = [sys.executable, "-m", "streams", *arguments]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command, env=os.environ | self.environment, cwd=REPOSITORY, stdout=output, stderr=output
            )

    def said(self) -> str:
        return self.output.read_text(errors="replace")

    def wait_until_up(self) -> None:
        wait_until(lambda: "Ctrl-C stops it all" in self.said() or self.process.poll() is not None, timeout=120)
        assert self.process.poll() is None, self.said()

    def children(self) -> list[psutil.Process]:
        """Everything below it."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, word: str) -> psutil.Process | None:
        """The one whose command line holds `word`; None while there is none."""
        return next((child for child in self.children() if alive(child) and word in child.cmdline()), None)

    def get(self, path: str, **parameters: Any) -> Any:
        return httpx.get(self.api + path, params=parameters, timeout=30).raise_for_status().json()

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Ends it as Ctrl-C or a kill would, and holds it to leaving no process. Gives its exit code."""
        below = self.children()
        self.process.send_signal(number)
        code = self.process.wait(90)
        wait_until(lambda: not [child for child in below if alive(child)], timeout=60)
        return code

    def __enter__(self) -> "RunningLine":
        return self

    def __exit__(self, *failure: object) -> None:
        if self.process.poll() is None:
            self.process.kill()  # its children end with it
        self.process.wait()


def alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
