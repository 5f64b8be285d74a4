"""The command line: every command helps with examples, and failures are one line with their exit code."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from streams.cli import build
from tests.conftest import REPOSITORY


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command's words: ("dead-letters", "list"), …"""
    found: Mapping[str, Any] = getattr(group, "commands", {})
    for name, command in found.items():
        inner = list(commands(command, (*path, name)))
        yield from inner or [(*path, name)]


COMMANDS = sorted(commands(get_command(build())))


def leadline(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "streams", *arguments],
        env=os.environ | environment,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_each_command_helps_with_an_example(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(build(), [*words, "--help"])
    assert result.exit_code == 0
    assert f"leadline {' '.join(words)}" in result.output.split("xample", 1)[-1]


def test_a_failure_is_one_line_and_exit_1(tmp_path: Path) -> None:
    done = leadline("receiver", LEADLINE_HOME=str(tmp_path), LEADLINE_TIMEZON="UTC")
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert "did you mean LEADLINE_TIMEZONE?" in done.stderr


@pytest.mark.parametrize("arguments", [("no-such-command",), ("broker", "--no-such-option")])
def test_wrong_usage_is_exit_2(arguments: tuple[str, ...]) -> None:
    done = leadline(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""


def test_a_busy_port_is_said_before_anything_starts(tmp_path: Path, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        done = leadline("up", LEADLINE_HOME=str(tmp_path), LEADLINE_RECEIVER=f"127.0.0.1:{port}")
    assert done.returncode == 1
    assert "LEADLINE_RECEIVER" in done.stderr
    assert not (tmp_path / "kafka").exists()
