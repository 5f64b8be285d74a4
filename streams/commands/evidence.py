"""`leadline evidence`: the observations behind a metric."""

from itertools import islice
from typing import Annotated

import typer

from streams.asking import (
    FOR_PEOPLE,
    DomainOption,
    EnvironmentOption,
    LimitOption,
    ProfileOption,
    ServiceOption,
    SinceOption,
    SystemOption,
    TeamOption,
    TierOption,
    UntilOption,
    moment,
    worded,
)  # fmt: skip
from streams.cli import settings_of
from streams.output import Format, FormatOption, messages, show
from warehouse.client import connect
from warehouse.paging import MOST_LIMIT

EXAMPLES = """Examples:

  leadline evidence change_fail_rate --team payments --since 30d

  leadline evidence change_lead_time --service payments-api --limit 100000 --format csv > lead-time.csv
"""


def register(app: typer.Typer) -> None:
    app.command("evidence", epilog=EXAMPLES)(evidence)


def evidence(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A metric.")],
    since: SinceOption = None,
    until: UntilOption = None,
    service: ServiceOption = None,
    team: TeamOption = None,
    system: SystemOption = None,
    domain: DomainOption = None,
    tier: TierOption = None,
    environment: EnvironmentOption = None,
    profile: ProfileOption = None,
    limit: LimitOption = 100,
    format: FormatOption = Format.TABLE,
) -> None:
    """Shows the things that happened behind a number, the newest first, each with why it counts as it does."""
    asked = {
        "since": since, "until": until, "service": service, "team": team, "system": system, "domain": domain,
        "tier": tier, "environment": environment, "profile": profile,
    }  # fmt: skip
    with connect(settings_of(context)) as client:
        found = client.all_evidence(name, page=min(limit + 1, MOST_LIMIT), **asked)
        rows = [row.model_dump(mode="json") for row in islice(found, limit)]
        more = next(found, None) is not None
        unit = next(info.observation_unit for info in client.metrics() if info.name == name)
    if format in FOR_PEOPLE:
        rows = [
            row | {"at": moment(row["at"]), "value": worded(row["value"], unit), "service": row["service"] or ""}
            for row in rows
        ]
    columns = ("at", "service", "value", "ref", "because", "url") if format in FOR_PEOPLE else ()
    show(rows, format, columns)
    if more:
        messages.print(f"There is more: the first {limit:,} are shown (--limit).")
