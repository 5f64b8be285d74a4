"""`leadline metrics`: values of metrics."""

from typing import Annotated, Any

import typer

from models.results import MetricAnswer, MetricInfo
from streams.asking import (
    FOR_PEOPLE,
    BucketOption,
    ByOption,
    DomainOption,
    EnvironmentOption,
    LadderOption,
    ProfileOption,
    ServiceOption,
    SinceOption,
    StatisticOption,
    SystemOption,
    TeamOption,
    TierOption,
    UntilOption,
    change,
    moment,
    worded,
)  # fmt: skip
from streams.cli import settings_of
from streams.output import Format, FormatOption, show
from warehouse.client import connect

EXAMPLES = """Examples:

  leadline metrics

  leadline metrics change_lead_time --by team --since 12w

  leadline metrics deployment_frequency --team payments --bucket week --format csv

  leadline metrics change_lead_time --statistic p90 --service payments-api

  leadline metrics --profile devlake-2023 --ladder dora-2023
"""
SHOWN = ("metric", "key", "at", "value", "band", "n", "previous", "change", "reason")


def register(app: typer.Typer) -> None:
    app.command("metrics", epilog=EXAMPLES)(metrics)


def metrics(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="A metric; without it, the value of each.")] = None,
    by: ByOption = "org",
    bucket: BucketOption = "none",
    since: SinceOption = None,
    until: UntilOption = None,
    service: ServiceOption = None,
    team: TeamOption = None,
    system: SystemOption = None,
    domain: DomainOption = None,
    tier: TierOption = None,
    environment: EnvironmentOption = None,
    statistic: StatisticOption = None,
    ladder: LadderOption = None,
    profile: ProfileOption = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """Shows metrics: value, band, n, the window before and the change; and why a value is missing."""
    asked = {
        "by": by, "bucket": bucket, "since": since, "until": until, "service": service, "team": team, "system": system,
        "domain": domain, "tier": tier, "environment": environment, "ladder": ladder,
        "profile": profile,
    }  # fmt: skip
    settings = settings_of(context)
    with connect(settings) as client:
        if name is None and statistic is not None:
            raise typer.BadParameter("a statistic belongs to one metric: name it", param_hint="--statistic")
        infos = {info.name: info for info in client.metrics()}
        answers = [client.metric(each, **asked, statistic=statistic) for each in (infos if name is None else [name])]
    zone = settings.timezone
    people = format in FOR_PEOPLE
    rows = [
        (_worded(row, answer, infos[answer.metric], zone) if people else row)
        for answer in answers
        for row in _rows(answer, named=name is None)
    ]
    window = f"{moment(answers[0].since, zone)} to {moment(answers[0].until, zone)} {zone}" if answers else ""
    window += f", by the definitions of {answers[0].profile}" if answers and answers[0].profile != "leadline" else ""
    title = f"{infos[name].question} {answers[0].statistic}, {window}" if name else window
    show(rows, format, _columns(rows, answers, people), title)


def _rows(answer: MetricAnswer, named: bool) -> list[dict[str, Any]]:
    name = {"metric": answer.metric, "unit": answer.unit} if named else {}
    return [name | result.model_dump(mode="json") for result in answer.results]


def _worded(row: dict[str, Any], answer: MetricAnswer, info: MetricInfo, zone: str) -> dict[str, Any]:
    return row | {
        "at": moment(row["at"], zone)[:10],
        "value": worded(row["value"], answer.unit),
        "previous": worded(row["previous"], answer.unit),
        "change": change(row["change"], info.better),
    }


def _columns(rows: list[dict[str, Any]], answers: list[MetricAnswer], people: bool) -> list[str]:
    """A program gets every column; people get those that say something."""
    if not people:
        return []
    unsaid = {"key": answers[0].by == "org", "at": answers[0].bucket == "none"} if answers else {}
    unsaid |= {"metric": len(answers) == 1, "reason": not any(row["reason"] for row in rows)}
    return [name for name in SHOWN if not unsaid.get(name)]
