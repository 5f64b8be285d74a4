"""`leadline up`: everything on one machine."""

from typing import Annotated

import typer

from models import addresses
from models.settings import Settings
from streams import launch
from streams.cli import settings_of
from streams.output import messages
from streams.supervisor import Supervisor

EXAMPLES = """Examples:

  LEADLINE_SECRET_GITHUB=… leadline up

  leadline up --kafka kafka.example.com:9092
"""


def register(app: typer.Typer) -> None:
    app.command("up", epilog=EXAMPLES)(up)


def up(
    context: typer.Context,
    kafka: Annotated[
        str | None, typer.Option(metavar="HOST:PORT,…", help="Your Kafka instead of a node of our own.")
    ] = None,
) -> None:
    """Runs Kafka, receiver, worker and dashboard until Ctrl-C. What ends is started again."""
    settings = settings_of(context, kafka=kafka)
    launch.refuse_busy_ports(settings)
    messages.print("starting Kafka, worker, receiver and dashboard …")
    try:
        with Supervisor(launch.own_broker(settings), launch.processes(settings)) as line:
            tell(settings)
            line.keep()
    except KeyboardInterrupt:
        messages.print("stopped")


def tell(settings: Settings) -> None:
    """Says where everything is."""
    messages.print(f"dashboard  {addresses.url(settings.dashboard)}", style="bold")
    messages.print(f"webhooks   {addresses.url(settings.receiver)}/webhooks/{{source}}")
    messages.print(f"read API   {addresses.url(settings.api)}/api/v1")
    messages.print(f"Kafka      {settings.bootstrap}")
    messages.print(f"logs       {settings.home / 'logs'}; Ctrl-C stops it all")
