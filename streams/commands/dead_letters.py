"""`leadline dead-letters`: what could not be read, why, and once more through the line."""

from base64 import b64decode
from datetime import datetime
from itertools import islice
from typing import Annotated, Any

import typer

from models.delivery import Delivery
from models.errors import BadQueryError
from streams.asking import FOR_PEOPLE, LimitOption, moment
from streams.cli import settings_of
from streams.output import Format, FormatOption, messages, show
from streams.produce import produce
from warehouse.client import Client, connect

LIST_EXAMPLES = """Examples:

  leadline dead-letters list --source github --since 7d

  leadline dead-letters list --kind unknown_type --format json
"""
SHOW_EXAMPLES = """Examples:

  leadline dead-letters show 00c3a1f29be0d471

  leadline dead-letters show 00c3a1f29be0d471 --format json
"""
REPLAY_EXAMPLES = """Examples:

  leadline dead-letters replay 00c3a1f29be0d471

  leadline dead-letters replay --all --source github
"""

SourceOption = Annotated[str | None, typer.Option(help="Only of this source.")]
KindOption = Annotated[str | None, typer.Option(help="rejected or unknown_type.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Deliveries that could not become events: list, show, replay.", no_args_is_help=True)
    group.command("list", epilog=LIST_EXAMPLES)(_list)
    group.command("show", epilog=SHOW_EXAMPLES)(_show)
    group.command("replay", epilog=REPLAY_EXAMPLES)(_replay)
    app.add_typer(group, name="dead-letters")


def _list(
    context: typer.Context,
    source: SourceOption = None,
    kind: KindOption = None,
    since: Annotated[str | None, typer.Option(help="ISO 8601, or a span ago: 30d. Default: all.")] = None,
    until: Annotated[str | None, typer.Option(help="Before this.")] = None,
    limit: LimitOption = 100,
    format: FormatOption = Format.TABLE,
) -> None:
    """Lists dead letters, the newest first, each with its reason."""
    with connect(settings_of(context)) as client:
        found = client.rows("/dead-letters", source=source, kind=kind, since=since, until=until)
        rows = list(islice(found, limit))
    if format in FOR_PEOPLE:
        rows = [row | {"received_at": moment(row["received_at"])} for row in rows]
    show(rows, format)


def _show(
    context: typer.Context,
    id: Annotated[str, typer.Argument(help="As `list` gives it.")],
    format: FormatOption = Format.TABLE,
) -> None:
    """Shows one dead letter whole: reason, headers and body."""
    with connect(settings_of(context)) as client:
        letter = _letter(client, id)
    show([{"what": name, "is": value} for name, value in letter.items()] if format in FOR_PEOPLE else [letter], format)


def _replay(
    context: typer.Context,
    ids: Annotated[list[str] | None, typer.Argument(help="As `list` gives them.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every dead letter of the options below.")] = False,
    source: SourceOption = None,
    kind: KindOption = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """Sends dead letters through Kafka once more, after their source was corrected.

    What can be read now becomes events; what still can't stays a dead letter, with today's reason.
    """
    if bool(ids) == everything or ((source or kind) and not everything):
        raise BadQueryError("name dead letters, or ask for --all (with --source, --kind)", "see `dead-letters list`")
    settings = settings_of(context)
    with connect(settings) as client:
        named = [_letter(client, id) for id in ids or ()]  # before the first is sent: one of them may not be there
        wanted = ids or [row["id"] for row in client.rows("/dead-letters", source=source, kind=kind)]
        letters = named or (_letter(client, id) for id in wanted)
        sent: list[dict[str, Any]] = []
        try:
            for id, one in zip(wanted, produce(settings, map(_delivery, letters)), strict=True):
                sent.append({"id": id, "source": one.source, "delivery_id": one.delivery_id})
        finally:  # what was sent is told, too, where Kafka goes away half way through
            show(sent, format, ("id", "source", "delivery_id"))
            messages.print(f"{len(sent)} of {len(wanted)} sent through the line again")


def _letter(client: Client, id: str) -> dict[str, Any]:
    if not id.isalnum():  # as a path it would lead elsewhere
        raise BadQueryError(f"there is no dead letter {id!r}", "`leadline dead-letters list` shows them")
    return client.get(f"/dead-letters/{id}")


def _delivery(letter: dict[str, Any]) -> Delivery:
    """The delivery as it was received, marked as a replay."""
    encoded = letter.get("body_base64")
    return Delivery(
        source=letter["source"],
        delivery_id=letter["delivery_id"],
        received_at=datetime.fromisoformat(letter["received_at"]),
        headers=letter["headers"],
        body=b64decode(encoded) if encoded is not None else letter["body"].encode(),
        key=letter["key"],
        replay=True,
    )
