"""`leadline receiver`: takes webhooks."""

from typing import Annotated

import typer

from streams.cli import settings_of

EXAMPLES = """Examples:

  LEADLINE_SECRET_GITHUB=… leadline receiver

  leadline receiver --listen 0.0.0.0:8400
"""


def register(app: typer.Typer) -> None:
    app.command("receiver", epilog=EXAMPLES)(receiver)


def receiver(
    context: typer.Context,
    listen: Annotated[str | None, typer.Option(metavar="HOST:PORT", help="Default: LEADLINE_RECEIVER.")] = None,
) -> None:
    """Takes webhooks at POST /webhooks/{source}, and gives them to Kafka. Any number may run."""
    from streams.receiver import run

    run(settings_of(context, receiver=listen))
