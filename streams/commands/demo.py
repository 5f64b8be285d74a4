"""`leadline demo`: everything, and a simulated organisation that sends webhooks to it."""

import os
import secrets
import shutil
import sys
import time
import webbrowser
from typing import Annotated

import typer

from models import addresses
from models.errors import LeadlineError
from models.settings import SECRET_PREFIX, Settings
from streams import launch
from streams.cli import settings_of
from streams.commands.up import tell
from streams.output import messages
from streams.process import Process
from streams.supervisor import Supervisor
from warehouse.client import connect

EXAMPLES = """Examples:

  leadline demo

  leadline demo --seed 7 --services 24 --no-browser

  leadline demo --days 30 --once
"""
SOURCES = ("github", "pagerduty", "events", "catalog")
CATCH_UP_SECONDS = 300.0


def register(app: typer.Typer) -> None:
    app.command("demo", epilog=EXAMPLES)(demo)


def demo(
    context: typer.Context,
    seed: Annotated[int, typer.Option(help="The same seed tells the same story.")] = 1,
    services: Annotated[int, typer.Option(min=1, help="How many services the organisation has.")] = 12,
    days: Annotated[int, typer.Option(min=1, help="How much history.")] = 365,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Opens the dashboard.")] = True,
    once: Annotated[bool, typer.Option("--once", help="Ends when the history is in; else live.")] = False,
) -> None:
    """Runs everything over a simulated organisation: a year of its history, then live. Its data: demo/ in the home."""
    given = settings_of(context)
    home = given.home.resolve() / "demo"
    apart = {"home": home, "kafka": None, "warehouse": "warehouse.duckdb", "catalog": str(home / "catalog")}
    settings = given.model_copy(update=apart)
    launch.refuse_busy_ports(settings)
    shutil.rmtree(home, ignore_errors=True)  # each demo starts from nothing
    (home / "catalog").mkdir(parents=True)
    for source in SOURCES:
        os.environ[SECRET_PREFIX + source.upper()] = secrets.token_hex(16)
    player = _player(settings, ["--seed", str(seed), "--services", str(services), "--days", str(days)], live=not once)
    messages.print("starting Kafka, worker, receiver and dashboard …")
    try:
        with Supervisor(launch.own_broker(settings), [*launch.processes(settings), player]) as line:
            tell(settings)
            if browser:
                webbrowser.open(addresses.url(settings.dashboard))
            line.keep(until=lambda: player.exit_code is not None)
            if player.exit_code:
                raise LeadlineError("the simulated organisation ended before its story did", "its words are above")
            _wait_until_shown(settings, line)
    except KeyboardInterrupt:
        messages.print("stopped")


def _player(settings: Settings, story: list[str], live: bool) -> Process:
    """The simulated organisation; it speaks to the terminal. Ends only with --once, or by a failure."""
    command = [
        sys.executable, "-m", "streams.simulator", "play", "--receiver", addresses.url(settings.receiver),
        "--catalog-out", settings.catalog, *story, *(["--live"] if live else []),
    ]  # fmt: skip
    return Process("simulated organisation", command, launch.environment_of(settings), once=True)


def _wait_until_shown(settings: Settings, line: Supervisor) -> None:
    """Returns when all that was sent is in the numbers, and says how much that is."""
    deadline = time.monotonic() + CATCH_UP_SECONDS
    with connect(settings) as client:

        def shown() -> bool:
            if time.monotonic() > deadline:
                raise LeadlineError(f"the worker didn't catch up within {CATCH_UP_SECONDS:.0f} s", "see its log")
            pipeline = client.get("/pipeline")
            return pipeline["lag"] == pipeline["uncomputed"] == 0

        line.keep(until=shown)
        totals = client.get("/pipeline")["totals"]
    messages.print(f"{totals['received']} deliveries are in the numbers, {totals['dead']} were dead letters")
