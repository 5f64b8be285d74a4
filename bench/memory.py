"""Peak memory of a process."""

import re
from pathlib import Path


def peak_mb() -> float:
    """The most that this process has held, in MB. (`getrusage` would count its parent's too, before the exec.)"""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8"))
    assert found, "Linux tells it"
    return int(found[1]) / 1024
