"""`leadline coverage`: why numbers are what they are."""

import typer

from streams.asking import (
    FOR_PEOPLE,
    DomainOption,
    ServiceOption,
    SystemOption,
    TeamOption,
    TierOption,
    moment,
    worded,
)  # fmt: skip
from streams.cli import settings_of
from streams.output import Format, FormatOption, messages, show
from warehouse.client import connect

EXAMPLES = """Examples:

  leadline coverage

  leadline coverage --team payments --format markdown
"""
SHOWN = ("service", "deployments", "known SHA", "missing commits", "anomalies", "last event", "what to do")


def register(app: typer.Typer) -> None:
    app.command("coverage", epilog=EXAMPLES)(coverage)


def coverage(
    context: typer.Context,
    service: ServiceOption = None,
    team: TeamOption = None,
    system: SystemOption = None,
    domain: DomainOption = None,
    tier: TierOption = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """Shows per service what is known of its deployments, what is missing, and what to do about it."""
    asked = {"service": service, "team": team, "system": system, "domain": domain, "tier": tier}
    with connect(settings_of(context)) as client:
        summary = client.get("/coverage", **asked, limit=1)["summary"]
        rows = list(client.rows("/coverage", **asked))
    if format in FOR_PEOPLE:
        rows = [
            {
                "service": row["service"],
                "deployments": row["deployments"],
                "known SHA": worded(row["known_sha_ratio"], "ratio"),
                "missing commits": row["missing_commits"],
                "anomalies": row["negative_lead_times"] + row["negative_recoveries"] + row["negative_incidents"],
                "last event": moment(max((each["at"] for each in row["last_events"]), default=None)),
                "what to do": "; ".join(row["advice"]),
            }
            for row in rows
        ]
    show(rows, format, SHOWN if format in FOR_PEOPLE else ())
    for line in summary["advice"]:
        messages.print(line, highlight=False)
