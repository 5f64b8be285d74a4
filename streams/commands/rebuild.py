"""`leadline rebuild`: the kept raw deliveries parsed again, everything computed from nothing."""

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from models.errors import LeadlineError
from streams.cli import settings_of
from streams.output import Format, FormatOption, messages, show
from streams.replay import Rebuilt, rebuild

EXAMPLES = """Examples:

  leadline rebuild

  leadline rebuild --format json
"""


def register(app: typer.Typer) -> None:
    app.command("rebuild", epilog=EXAMPLES)(_rebuild)


def _rebuild(context: typer.Context, format: FormatOption = Format.TABLE) -> None:
    """Parses every kept delivery again and computes everything anew, after a source or a rule was corrected.

    Works without Kafka, while no worker runs; the old warehouse stays until the new one takes its place.
    """
    settings = settings_of(context)
    if not settings.warehouse_path.exists():
        raise LeadlineError(f"there is no warehouse at {settings.warehouse_path}", "start `leadline up` once")
    bar = Progress(TextColumn("deliveries"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=messages)
    try:
        with bar:
            task = bar.add_task("deliveries", total=None)
            rebuilt = rebuild(settings, lambda done, total: bar.update(task, completed=done, total=total))
    except LeadlineError as error:
        if "owns" not in error.message:
            raise
        raise LeadlineError(
            f"a running worker owns {settings.warehouse_path}",
            "stop the worker (Ctrl-C in `leadline up`), run this, start it again: Kafka keeps what arrives meanwhile",
        ) from None
    _say(rebuilt, format)


def _say(rebuilt: Rebuilt, format: Format) -> None:
    show([{"deliveries": rebuilt.deliveries, "services": rebuilt.services}], format)
