"""Commits per second from a git repository's history into the facts; beside `git log`, the same fields to a file.

Aim: half of git's own speed, below 1 GB. `python -m bench.backfill PATH HOME FILES` is one measured backfill.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.history import make_repository
from bench.memory import peak_mb
from models.settings import Settings
from streams.backfill.git import GitRun, backfill_git
from streams.backfill.gitlog import log_command
from warehouse.compute import compute
from warehouse.store import Store

COMMITS = 100_000
ROUNDS = 3
WAYS = {"": False, " with touched paths": True}


def run(commits: int = COMMITS, rounds: int = ROUNDS) -> list[dict[str, Any]]:
    """Rows: commits/s and peak memory, without touched paths and with them; and how long the first compute takes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.git"
        make_repository(path, commits)
        return [row for name, files in WAYS.items() for row in _measure(path, Path(folder), name, files, rounds)]


def _measure(path: Path, folder: Path, name: str, files: bool, rounds: int) -> list[dict[str, Any]]:
    ours, git, computing, memory, read = [], [], [], [], 0
    for number in range(rounds):
        git.append(_git_log(path, folder / "log", files))
        command = [sys.executable, "-m", "bench.backfill", str(path), str(folder / f"home{files}{number}"), str(files)]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        read = int(told[0])
        for values, value in zip((ours, computing, memory), told[1:], strict=True):
            values.append(float(value))
    seconds, beside = statistics.median(ours), statistics.median(git)
    floor = f"git log to a file: {read / beside:.0f}/s"
    rows = [
        ("commits per second", round(read / seconds), "1/s", floor, beside / seconds),
        ("peak memory", round(max(memory)), "MB", "aim: below 1000 MB", None),
        ("first compute", round(statistics.median(computing), 2), "s", f"reading took {seconds:.2f} s", None),
    ]
    return [
        {"benchmark": "backfill", "figure": figure + name, "value": value, "unit": unit, "beside": compared}
        | ({"ratio": round(ratio, 2)} if ratio else {})
        for figure, value, unit, compared, ratio in rows
    ]


def _git_log(path: Path, output: Path, files: bool) -> float:
    began = time.perf_counter()
    with output.open("wb") as written:
        subprocess.run(log_command(path, files), stdin=subprocess.DEVNULL, stdout=written, check=True)
    return time.perf_counter() - began


def _backfill(path: str, home: str, files: str) -> None:
    """Prints commits, seconds of reading, seconds of computing, peak memory in MB (git's own beside)."""
    settings = Settings(home=Path(home))
    store = Store.open(settings.warehouse_path)
    run = GitRun(Path(path), "acme/history", "history", tags="v*", files=files == "True")
    began = time.perf_counter()
    found = backfill_git(store, settings, run)
    read = time.perf_counter()
    compute(store, settings)
    computed = time.perf_counter()
    store.close()
    print(found.commits, read - began, computed - read, peak_mb())


if __name__ == "__main__":
    _backfill(*sys.argv[1:])
