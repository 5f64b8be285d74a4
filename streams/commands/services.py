"""`leadline services`: what is measured."""

from typing import Annotated

import typer

from models.addresses import step
from models.errors import BadQueryError
from streams.asking import (
    FOR_PEOPLE,
    DomainOption,
    SystemOption,
    TeamOption,
    TierOption,
    moment,
    without_empty,
)  # fmt: skip
from streams.cli import settings_of
from streams.output import Format, FormatOption, show
from warehouse.client import connect

EXAMPLES = """Examples:

  leadline services --team payments

  leadline services payments-api --format json
"""
SHOWN = (
    "service", "team", "system", "tier", "in_catalog", "production_deployments", "last_deployed_at",
    "unrecovered_failures", "open_incidents",
)  # fmt: skip


def register(app: typer.Typer) -> None:
    app.command("services", epilog=EXAMPLES)(services)


def services(
    context: typer.Context,
    ref: Annotated[str | None, typer.Argument(help="A service's name or reference; without it, all.")] = None,
    team: TeamOption = None,
    system: SystemOption = None,
    domain: DomainOption = None,
    tier: TierOption = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """Lists services, those of the catalog and those only seen in events, or shows all that is known of one."""
    if ref is not None and any((team, system, domain, tier)):
        raise BadQueryError("filters choose among all services", f"leave them out, or leave out {ref!r}")
    with connect(settings_of(context)) as client:
        if ref is not None:
            found = client.get(f"/services/{step(ref, safe='/')}")
            if format in FOR_PEOPLE:
                show([{"what": name, "is": str(value)} for name, value in without_empty(found).items()], format)
            else:
                show([found], format)
            return
        rows = list(client.rows("/services", team=team, system=system, domain=domain, tier=tier))
    if format in FOR_PEOPLE:
        rows = [without_empty(row) | {"last_deployed_at": moment(row["last_deployed_at"])} for row in rows]
    show(rows, format, SHOWN if format in FOR_PEOPLE else ())
