"""`python -m streams.simulator`: plays a simulated organisation to a running receiver."""

import asyncio
import os
import signal
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Annotated, Any

import stamina
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from streams.simulator import simulate
from streams.simulator.play import Player, disturbed
from streams.simulator.signing import SIGNERS, secrets_from, variable

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
console = Console(stderr=True, markup=False, emoji=False)
EXAMPLES = """Examples:

  python -m streams.simulator play --seed 7 --catalog-out catalog

  python -m streams.simulator play --services 24 --days 90 --shuffle --duplicates

  python -m streams.simulator play --live --haste 60
"""


@app.callback()
def _group() -> None:
    """Keeps `play` a command by name."""


@app.command(epilog=EXAMPLES)
def play(
    receiver: Annotated[str, typer.Option(help="Where the receiver listens.")] = "http://127.0.0.1:8400",
    seed: Annotated[int, typer.Option(help="The same seed tells the same story.")] = 1,
    services: Annotated[int, typer.Option(min=1)] = 12,
    days: Annotated[int, typer.Option(min=1, help="How much history, up to now.")] = 365,
    catalog_out: Annotated[Path | None, typer.Option(help="Folder for the catalog-info.yaml files.")] = None,
    live: Annotated[bool, typer.Option("--live", help="Afterwards go on until SIGTERM or Ctrl-C.")] = False,
    haste: Annotated[int, typer.Option(min=1, help="How many times faster than life --live goes.")] = 60,
    shuffle: Annotated[bool, typer.Option("--shuffle", help="Out of order, by some hundred deliveries.")] = False,
    duplicates: Annotated[bool, typer.Option("--duplicates", help="One in twenty is sent twice.")] = False,
) -> None:
    """Makes up an organisation and posts its webhooks, signed with LEADLINE_SECRET_GITHUB, _PAGERDUTY and _EVENTS.

    Exit code 1 where the receiver refused anything, or didn't answer.
    """
    secrets = secrets_from(os.environ)
    missing = [variable(source) for source in SIGNERS if source not in secrets]
    if missing:
        console.print(f"set {', '.join(missing)}: the receiver takes only what is signed")
        raise typer.Exit(1)
    simulation = simulate(seed, services, days, until=datetime.now(UTC))
    if catalog_out:
        simulation.write_catalog(catalog_out)
    stamina.instrumentation.set_on_retry_hooks([])  # a busy receiver is asked again, without a line for each time
    player = Player(receiver, secrets)
    deliveries = disturbed(simulation.deliveries, Random(seed), shuffle, duplicates)
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    )
    with bar:
        task = bar.add_task(f"{days} days of {services} services", total=len(deliveries))
        _until_stopped(player.play(deliveries, lambda n: bar.advance(task, n)))
    _report(player)
    if live:
        console.print("live: going on until SIGTERM or Ctrl-C")
        _until_stopped(player.live(simulation, haste, lambda _: None))
        console.print(_answers(player))


def _until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Runs it to its end, or until SIGTERM or Ctrl-C asks it to stop, which is no error."""

    async def run() -> None:
        task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, task.cancel)
        try:
            await task
        except asyncio.CancelledError:
            console.print("stopped")

    asyncio.run(run())


def _answers(player: Player) -> str:
    counts = ", ".join(f"{status or 'no answer'}: {n}" for status, n in sorted(player.answers.items()))
    return f"answers by status: {counts or 'none'}"


def _report(player: Player) -> None:
    """Says what the receiver answered. Raises typer.Exit(1) where it wasn't all accepted."""
    console.print(_answers(player))
    if any(not 200 <= status < 300 for status in player.answers):
        console.print(f"refused: {player.refused or 'the receiver did not answer'}")
        raise typer.Exit(1)


if __name__ == "__main__":
    app()
