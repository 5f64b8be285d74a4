"""`leadline sources`: who may send, and how to point a sender here."""

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.markdown import Markdown

from models import addresses
from models.errors import BadQueryError
from models.settings import SECRET_PREFIX
from streams.cli import settings_of
from streams.output import Format, FormatOption, show
from streams.sources import load_sources

EXAMPLES = """Examples:

  leadline sources

  leadline sources github

  leadline sources --format json
"""
Name = Annotated[str | None, typer.Argument(metavar="[NAME]", help="One source: shows its set-up steps.")]


def register(app: typer.Typer) -> None:
    app.command("sources", epilog=EXAMPLES)(sources)


def sources(context: typer.Context, name: Name = None, format: FormatOption = Format.TABLE) -> None:
    """Lists the webhook senders; with NAME, copy-paste steps that point that sender here."""
    settings, known = settings_of(context), load_sources()
    url = addresses.url(settings.receiver)
    if name is None:
        states = {source: "configured" if settings.secrets(source) else "missing" for source in known}
        rows = [
            {"source": source, "path": f"/webhooks/{source}", "secret": f"{SECRET_PREFIX}{source.upper()}", "is": state}
            for source, state in states.items()
        ]
        show(rows, format)
        return
    if name not in known:
        raise BadQueryError(f"there is no source {name!r}", f"known sources: {', '.join(known)}")
    setup = known[name].setup.replace("{url}", url).strip()
    if format in (Format.JSON, Format.CSV):
        show([{"source": name, "path": f"/webhooks/{name}", "setup": setup}], format)
        return
    text = f"# {name}\n\n{setup}\n"
    if sys.stdout.isatty():
        Console().print(Markdown(text))
    else:
        sys.stdout.write(text)
