"""`leadline worker`: deliveries become facts and metrics; serves the read API."""

from typing import Annotated

import typer

from streams.cli import settings_of

EXAMPLES = """Examples:

  leadline worker

  LEADLINE_KAFKA=kafka:9092 leadline worker --api 127.0.0.1:8401
"""


def register(app: typer.Typer) -> None:
    app.command("worker", epilog=EXAMPLES)(worker)


def worker(
    context: typer.Context,
    api: Annotated[str | None, typer.Option(metavar="HOST:PORT", help="Default: LEADLINE_API.")] = None,
) -> None:
    """Reads deliveries from Kafka into the store, computes what they touch, and serves the read API. One per store."""
    from streams.worker import run

    raise typer.Exit(run(settings_of(context, api=api)))
