"""`leadline doctor`: is it well, and what to do."""

from dataclasses import asdict

import typer

from models.errors import LeadlineError
from streams.checks import examine
from streams.cli import settings_of
from streams.output import Format, FormatOption, show
from warehouse.client import connect

EXAMPLES = """Examples:

  leadline doctor

  leadline doctor --format json
"""


def register(app: typer.Typer) -> None:
    app.command("doctor", epilog=EXAMPLES)(doctor)


def doctor(context: typer.Context, format: FormatOption = Format.TABLE) -> None:
    """Checks receiver, broker, worker, store, secrets and the last delivery of each source; says what to do.

    Exit 1 where something is broken.
    """
    settings = settings_of(context)
    with connect(settings) as client:
        found = list(examine(settings, client))
    show([asdict(each) for each in found], format)
    broken = [each.check for each in found if each.state == "broken"]
    if broken:
        raise LeadlineError(f"broken: {', '.join(broken)}", "the table says what to do")
