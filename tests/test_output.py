"""Printing data: each format of one function."""

import csv
import json
from io import StringIO

import pytest

from streams.output import Format, messages, show

ROWS = [
    {"service": "shop", "n": 3, "value": 0.25, "about": None},
    {"service": "a|b", "n": 12, "value": 1234567.0, "about": ["x"]},
]


def test_json_keeps_types(capsys: pytest.CaptureFixture[str]) -> None:
    show(ROWS, Format.JSON)
    assert json.loads(capsys.readouterr().out) == ROWS


def test_csv_is_read_back(capsys: pytest.CaptureFixture[str]) -> None:
    show(ROWS, Format.CSV, columns=["n", "service"])
    assert list(csv.reader(StringIO(capsys.readouterr().out))) == [["n", "service"], ["3", "shop"], ["12", "a|b"]]


def test_markdown_escapes_its_bars(capsys: pytest.CaptureFixture[str]) -> None:
    show(ROWS, Format.MARKDOWN, columns=["service", "n"])
    assert capsys.readouterr().out.splitlines()[-1] == "| a\\|b | 12 |"


@pytest.mark.parametrize("text", ["[/docs]", "[skip ci] typo", "[bold]x", "a [link=1]"])
def test_a_table_shows_what_senders_wrote_as_they_wrote_it(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    show([{"service": text, text: 1}], Format.TABLE, title=text)
    assert capsys.readouterr().out.count(text) == 3


def test_a_message_says_names_as_they_are_written(capsys: pytest.CaptureFixture[str]) -> None:
    messages.print("/data/[skip ci]/:car:/[/docs]")
    assert capsys.readouterr().err == "/data/[skip ci]/:car:/[/docs]\n"


def test_no_sender_moves_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    show([{"service": "a\x1b[2Jb\x9b1mc"}], Format.TABLE)
    printed = capsys.readouterr().out
    assert "a\N{REPLACEMENT CHARACTER}[2Jb\N{REPLACEMENT CHARACTER}1mc" in printed
    assert "\x1b" not in printed


def test_a_table_names_its_columns(capsys: pytest.CaptureFixture[str]) -> None:
    show(ROWS, Format.TABLE, title="Services")
    printed = capsys.readouterr().out
    assert all(word in printed for word in ("Services", "service", "value", "shop", "0.25"))


@pytest.mark.parametrize("format", list(Format))
def test_nothing_is_no_failure(format: Format) -> None:
    show([], format)
