"""Which news may change more than it adds: the services of those deployments are derived again as a whole."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import duckdb

from warehouse.compute.append.news import News
from warehouse.compute.load import Pair
from warehouse.compute.shipping import Success, order_commits
from warehouse.compute.steps import ask

WINDOWS = (timedelta(days=3), timedelta(days=60), None)
"""How far before the news the last deployment is looked for: mostly it is near."""
ABBREVIATED = range(7, 40)
"""Lengths of the beginning of a SHA that may stand for it."""


@dataclass(frozen=True, slots=True)
class Ends:
    """What was live last."""

    last: dict[Pair, Success] = field(default_factory=dict)
    known: dict[Pair, bool] = field(default_factory=dict)
    """Whether all commits of the last were found."""
    production: dict[Pair, bool] = field(default_factory=dict)
    """Whether the last was to production."""
    in_production: set[str] = field(default_factory=set)
    """Services of which a production deployment named a commit that was found."""


def read_ends(cursor: duckdb.DuckDBPyConnection, news: Sequence[News]) -> Ends:
    """Of the environments in which something went live newly."""
    live = [one.now for one in news if one.newly_live]
    ends = Ends()
    if not live:
        return ends
    wanted = {(one.service, one.environment) for one in live}
    services = {service for service, _ in wanted}
    in_production = {one.service for one in live if one.production and one.commits}
    earliest = min(one.first_success_at for one in live if one.first_success_at)
    for window in WINDOWS:
        since = earliest - window if window else datetime.min.replace(tzinfo=UTC)
        ends = _ends(ask(cursor, "append/ends", services=list(services), since=since))
        if wanted <= ends.last.keys() and in_production <= ends.in_production:
            break
    return ends


def _ends(rows: Iterable[tuple]) -> Ends:
    ends, newest = Ends(), dict[Pair, tuple]()
    for row in rows:
        service, environment, at, source, deployment, production, graph, _ = row
        order = (at, source, len(deployment), deployment)
        if (service, environment) not in newest or order > newest[service, environment][0]:
            newest[service, environment] = (order, row)
        if production and graph in ("known", "partial"):
            ends.in_production.add(service)
    for pair, ((at, source, _, deployment), row) in newest.items():
        moment = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=at)
        ends.last[pair] = Success(*pair, source, deployment, moment, order_commits(row[7]))
        ends.production[pair], ends.known[pair] = row[5], row[6] == "known"
    return ends


def doubtful(
    cursor: duckdb.DuckDBPyConnection, news: Sequence[News], ends: Ends, homes: Mapping[str, set[str]]
) -> set[str]:
    """Services of deployments that repair, fail, go back, come before others or change after they went live; of those
    that links name or incidents followed; and of first ones, of which more has to be found than of the next."""
    again = {one.now.service for one in news if _mends(one) or _changed(one) or _comes_first(one, ends)}
    again |= {
        one.now.service
        for one in news
        for commit in one.now.commits
        if commit["repository"] and commit["repository"] not in homes.get(one.now.service, ())
    }
    plain = [one for one in news if one.now.service not in again]
    return again | _linked(cursor, plain) | _followed(cursor, plain) | _unseen(cursor, plain)


def _mends(one: News) -> bool:
    now, before = one.now, one.before
    if one.flagged or one.hot or now.marked_failed or now.fixes is not None:
        return True
    return before is not None and (
        before.rollback
        or before.failed
        or before.marked_failed
        or before.remediation is not None
        or before.fixes is not None
    )


def _changed(one: News) -> bool:
    """Whether it is told otherwise than it was, after it went live."""
    now, before = one.now, one.before
    return (
        before is not None
        and before.first_success_at is not None
        and (now.first_success_at, now.production, now.commits, now.version, now.ref)
        != (before.first_success_at, before.production, before.commits, before.version, before.ref)
    )


def _comes_first(one: News, ends: Ends) -> bool:
    now = one.now
    if not one.newly_live or now.first_success_at is None:
        return False
    pair = now.service, now.environment
    last = ends.last.get(pair)
    if last is None or now.first_success_at <= last.at or now.production != ends.production[pair]:
        return True
    return now.production and bool(now.commits) and now.service not in ends.in_production


def _linked(cursor: duckdb.DuckDBPyConnection, news: Sequence[News]) -> set[str]:
    """Services of deployments that an incident or a fix names: by id, version, branch, SHA or the beginning of one."""
    named: dict[str, set[str]] = defaultdict(set)
    for one in news:
        now = one.now
        for link in (now.deployment, now.version, now.ref, *(commit["sha"] for commit in now.commits)):
            if link is not None:
                for name in (link, *(link[:length] for length in ABBREVIATED if length < len(link))):
                    named[name].add(now.service)
    linked = ask(cursor, "append/linked", names=list(named)) if named else ()
    return {service for (link,) in linked for service in named[link]}


def _followed(cursor: duckdb.DuckDBPyConnection, news: Sequence[News]) -> set[str]:
    """Services on which an incident was opened after a deployment that is news."""
    lived: dict[str, datetime] = {}
    for one in news:
        if one.newly_live and one.now.first_success_at:
            service, at = one.now.service, one.now.first_success_at
            lived[service] = min(at, lived.get(service, at))
    if not lived:
        return set()
    since = min(lived.values())
    opened = ask(cursor, "append/incidents_since", since=since, services=list(lived))
    return {service for service, at in opened if at >= lived[service]}


def _unseen(cursor: duckdb.DuckDBPyConnection, news: Sequence[News]) -> set[str]:
    """Services that weren't there before."""
    services = {one.now.service for one in news}
    seen = ask(cursor, "append/seen", services=list(services)) if services else ()
    return services - {service for (service,) in seen}
