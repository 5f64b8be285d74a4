"""A worker in a process of its own, configured by LEADLINE_* as ever.

SIGUSR1 freezes its event loop for good while its threads live on: what Faust's silent stalls look like from outside.
"""

import signal
import sys
from threading import Event
from typing import Any

from models.settings import load_settings
from streams.worker import run


def _freeze(*_: Any) -> None:
    Event().wait()


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, _freeze)
    sys.exit(run(load_settings()))
