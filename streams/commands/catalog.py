"""`leadline catalog`: loads catalog folders, and checks them."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from models.errors import LeadlineError
from streams.asking import FOR_PEOPLE
from streams.catalog import send, snapshot, write
from streams.cli import settings_of
from streams.output import Format, FormatOption, messages, show
from warehouse.catalog.files import read_folder

Folders = Annotated[list[Path], typer.Argument(metavar="FOLDER…", help="Folders of catalog-info.yaml files, or files.")]

LOAD_EXAMPLES = """Examples:

  leadline catalog load ./catalog

  leadline catalog load services/ teams/
"""
VALIDATE_EXAMPLES = """Examples:

  leadline catalog validate ./catalog

  leadline catalog validate ./catalog --format json
"""

COLUMNS = ("file", "line", "entity", "field", "message")

group = typer.Typer(help="The service catalog: Backstage's catalog-info.yaml.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="catalog")


@group.command(epilog=LOAD_EXAMPLES)
def load(context: typer.Context, folders: Folders) -> None:
    """Loads folders: through Kafka where it answers, else straight into the store. History follows the new catalog."""
    settings = settings_of(context)
    for folder in folders:
        one = snapshot(folder)
        try:
            send(settings, one)
        except LeadlineError as error:
            messages.print(f"{error.message}: {folder} goes straight into the store")
            write(settings, one)
        messages.print(f"{folder}: {len(one.entities)} entities loaded")


@group.command(epilog=VALIDATE_EXAMPLES)
def validate(folders: Folders, format: FormatOption = Format.TABLE) -> None:
    """Checks folders as Backstage does. Each fault names file, line, entity and field; exit 1 where there is one."""
    count, faults = 0, []
    for folder in folders:
        entities, wrong = read_folder(folder)
        count += len(entities)
        faults += wrong
    if faults or format not in FOR_PEOPLE:
        show([{"file": str(fault.path)} | asdict(fault) for fault in faults], format, COLUMNS)
    if faults:
        raise LeadlineError(f"{len(faults)} faults in {len({fault.path for fault in faults})} files")
    messages.print(f"{count} entities, nothing wrong")
