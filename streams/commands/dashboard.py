"""`leadline dashboard`: the Streamlit pages."""

import os
from typing import Annotated

import typer

from streams.cli import settings_of
from streams.launch import environment_of, streamlit_command

EXAMPLES = """Examples:

  leadline dashboard

  LEADLINE_API=worker:8401 leadline dashboard --listen 0.0.0.0:8402
"""


def register(app: typer.Typer) -> None:
    app.command("dashboard", epilog=EXAMPLES)(dashboard)


def dashboard(
    context: typer.Context,
    listen: Annotated[str | None, typer.Option(metavar="HOST:PORT", help="Default: LEADLINE_DASHBOARD.")] = None,
) -> None:
    """Serves the pages, which read through the API at LEADLINE_API. Any number may run."""
    settings = settings_of(context, dashboard=listen)
    command = streamlit_command(settings)
    os.execve(command[0], command, environment_of(settings))  # noqa: S606 - becomes Streamlit, signals and all
