"""Printing data: one function for every command's `--format`."""

import csv
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text


class Format(StrEnum):
    """How data is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"


FormatOption = Annotated[Format, typer.Option("--format", help="How to print the data.")]

messages = Console(stderr=True, soft_wrap=True, markup=False, emoji=False)
"""Progress and messages: never stdout, which is for data. What senders and folders are called is no markup."""
CONTROLS = {code: "\N{REPLACEMENT CHARACTER}" for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}
"""What a terminal would obey instead of showing it."""


def show(
    rows: Sequence[Mapping[str, Any]], format: Format, columns: Sequence[str] = (), title: str | None = None
) -> None:
    """Prints rows to stdout. `columns` chooses and orders; by default those of the first row."""
    names = list(columns or (rows[0] if rows else ()))
    _PRINTERS[format](rows, names, title)


def _table(rows: Sequence[Mapping[str, Any]], names: list[str], title: str | None) -> None:
    console = Console()
    table = Table(title=title and Text(title), title_justify="left", header_style="bold")
    for place, name in enumerate(names):
        numeric = any(isinstance(row.get(name), int | float) for row in rows)
        longest = max((len(_text(row.get(name))) for row in rows), default=0)
        # what a row is called is copied into the next command: whole, unless that leaves the others no room
        whole = place == 0 and longest <= console.width // 2
        table.add_column(Text(name), justify="right" if numeric else "left", overflow="fold", no_wrap=whole)
    for row in rows:
        table.add_row(*(Text(_text(row.get(name)).translate(CONTROLS)) for name in names))
    console.print(table)


def _json(rows: Sequence[Mapping[str, Any]], names: list[str], title: str | None) -> None:
    chosen = [{name: row.get(name) for name in names} for row in rows]
    sys.stdout.write(orjson.dumps(chosen, option=orjson.OPT_INDENT_2, default=str).decode() + "\n")


def _csv(rows: Sequence[Mapping[str, Any]], names: list[str], title: str | None) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(names)
    # a program reads it: no figure is rounded
    writer.writerows(
        [value if isinstance(value := row.get(name), float) else _text(value) for name in names] for row in rows
    )


def _markdown(rows: Sequence[Mapping[str, Any]], names: list[str], title: str | None) -> None:
    lines = [names, ["---"] * len(names), *([_text(row.get(name)) for name in names] for row in rows)]
    for line in lines:
        sys.stdout.write("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |\n")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | dict):
        return orjson.dumps(value, default=str).decode()
    return str(value)


_PRINTERS = {Format.TABLE: _table, Format.JSON: _json, Format.CSV: _csv, Format.MARKDOWN: _markdown}
