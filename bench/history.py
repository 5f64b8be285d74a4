"""A git repository made from a seed by `git fast-import`: three years of branches, merges, touched files, tags."""

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

YEARS = 3
PEOPLE = 40
FILES = 600
MERGE_EVERY, TAG_EVERY = 9, 50
"""Commits of a branch until it is merged, and commits to main until a release."""
END = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())


def make_repository(path: Path, commits: int, seed: int = 1) -> None:
    """A bare repository of about `commits` commits at `path`."""
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(path)], check=True)
    command = ["git", "-C", str(path), "fast-import", "--quiet"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as git:
        assert git.stdin
        git.stdin.writelines(_stream(commits, Random(seed)))
    if git.returncode:
        raise RuntimeError("git fast-import failed")


def _stream(commits: int, random: Random) -> Iterator[bytes]:
    """fast-import's commands. Branches start from main and are merged after a while; the rest goes to main directly."""
    step = YEARS * 365 * 86400 / commits
    main, mark, on_main = 0, 0, 0
    while mark < commits:
        tips = [main]
        for _ in range(random.randint(1, 2 * MERGE_EVERY)):
            mark += 1
            at = END - int((commits - mark) * step) + random.randint(0, 3600)
            yield _commit(mark, at, tips[-1], None, random)
            tips.append(mark)
        if random.random() < 0.7 and main:
            mark += 1
            yield _commit(mark, END - int((commits - mark) * step) + 3600, main, tips[-1], random)
        main, on_main = mark, on_main + 1
        if on_main % (TAG_EVERY // MERGE_EVERY) == 0:
            yield b"reset refs/tags/v%d\nfrom :%d\n\n" % (on_main, main)
    yield b"reset refs/heads/main\nfrom :%d\n\n" % main


def _commit(mark: int, at: int, parent: int, merged: int | None, random: Random) -> bytes:
    number = random.randrange(PEOPLE)
    person = f"Person {number} <person{number}@example.org> {at} +0000"
    body = " ".join(["Because", "it", "was", "time", "to."] * random.randint(0, 25))
    title = f"Merge branch 'feature-{mark}'" if merged else f"Change number {mark}"
    message = f"{title}\n\n{body}\n".encode()
    lines = [
        f"commit refs/heads/work\nmark :{mark}\nauthor {person}\ncommitter {person}\ndata {len(message)}\n".encode()
    ]
    lines += [message, b"from :%d\n" % parent if parent else b"", b"merge :%d\n" % merged if merged else b""]
    for _ in range(0 if merged else random.randint(1, 4)):
        name, content = f"src/module_{random.randrange(30):02d}/file_{random.randrange(FILES // 30)}.py", f"{mark}\n"
        lines.append(f"M 100644 inline {name}\ndata {len(content)}\n{content}\n".encode())
    return b"".join([*lines, b"\n"])
