"""`leadline broker`: Apache Kafka, one node of our own."""

import signal
from types import FrameType

import typer

from models.errors import LeadlineError
from streams.broker import Broker
from streams.cli import settings_of
from streams.output import messages
from streams.topics import ensure_topics, max_message_bytes

EXAMPLES = """Examples:

  leadline broker

  LEADLINE_BROKER=127.0.0.1:19092 leadline --home /var/lib/leadline broker
"""


def register(app: typer.Typer) -> None:
    app.command("broker", epilog=EXAMPLES)(broker)


def broker(context: typer.Context) -> None:
    """Runs a Kafka node (KRaft) on LEADLINE_BROKER, its data in the home folder. No Docker, no Java to install."""
    settings = settings_of(context)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with Broker(settings.home, settings.broker, max_message_bytes(settings)) as node:
            ensure_topics(settings)
            messages.print(f"Kafka answers on {node.address}; its data is in {node.folder}, its log is {node.log}")
            code = node.wait()
    except KeyboardInterrupt:
        return
    raise LeadlineError(f"Kafka ended with exit code {code}", f"see {node.log}")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
