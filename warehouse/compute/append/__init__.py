"""The common news, which only adds: deployments that follow all others of their environment, and repair, fail and go
back to nothing. They are few: simple queries read what concerns them, and the rest is done in Python, because planning
a join costs more than all of it. Every doubt puts their service among those that are derived as a whole, by SQL.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

import duckdb

from warehouse.compute.append.doubts import Ends, doubtful, read_ends
from warehouse.compute.append.news import News, read_news
from warehouse.compute.append.write import write
from warehouse.compute.bindings import Bindings
from warehouse.compute.load import LOOK_BACK, Pair, repositories
from warehouse.compute.recent import Recent, as_lives, read_live, read_pulls, read_recent
from warehouse.compute.shipping import FreshWalkNeededError, Success, order_commits
from warehouse.compute.steps import ask
from warehouse.compute.walk import TOGETHER, Walked, walk_pair

MANY = 500
"""Deployments at once of which SQL takes less time, whatever else it does again."""


def append(
    cursor: duckdb.DuckDBPyConnection,
    bindings: Bindings,
    deployments: Sequence[str],
    scope: Collection[str],
    production_pattern: str,
    **hotfix: str,
) -> set[str]:
    """Adds the deployments with these ids, of the services in `scope`. Returns the services that need more: of them
    nothing was written. `hotfix`: the settings that tell a hotfix."""
    if len(deployments) > MANY:
        return set(scope)
    news = read_news(
        cursor,
        bindings,
        deployments,
        scope,
        production_pattern=production_pattern,
        hotfix_branch_pattern=hotfix["hotfix_branch_pattern"],
    )
    services = {one.now.service for one in news}
    if len(services) > TOGETHER:
        return services  # deriving them together costs less
    homes = bindings.homes(services)
    ends = read_ends(cursor, news)
    again = doubtful(cursor, news, ends, homes)
    plain = [one for one in news if one.now.service not in again]
    walked, recent = Walked(), None
    if any(one.newly_live for one in plain):
        walked, recent, doubts = _walk(cursor, plain, ends, homes, **hotfix)
        again |= doubts
        plain = [one for one in plain if one.now.service not in again]
    write(cursor, plain, walked, recent)
    return again


def _walk(
    cursor: duckdb.DuckDBPyConnection, news: Sequence[News], ends: Ends, homes: dict[str, set[str]], **hotfix: str
) -> tuple[Walked, Recent, set[str]]:
    """What went live newly contained, by recent facts; and the services of which these can't tell, or older ones may
    tell more, or that shipped a revert or a hotfix."""
    walks: dict[Pair, list[Success]] = defaultdict(list)
    for one in sorted(news, key=lambda one: (one.now.source, len(one.now.deployment), one.now.deployment)):
        now = one.now
        if one.newly_live and now.first_success_at:
            walks[now.service, now.environment].append(
                Success(*now[:4], now.first_success_at, order_commits(now.commits), now.version)
            )
    since = min(ends.last[pair].at for pair in walks) - LOOK_BACK
    lives = as_lives(walks, read_live(cursor, walks, since))
    for pair, live in lives.items():
        live.follow(ends.last[pair], ends.known[pair])
    recent = read_recent(cursor, lives, homes, since, **hotfix)
    graphs = repositories(cursor, recent.facts)
    walked, again = Walked(), set[str]()
    named = {one.now[:4]: bool(one.now.commits) for one in news}
    for pair, successes in sorted(walks.items()):
        group = [(success, named[success.who]) for success in sorted(successes, key=lambda one: one.at)]
        try:
            walk_pair(lives[pair], group, graphs, walked)
        except FreshWalkNeededError:
            again.add(pair[0])
    return walked, recent, again | _doubtful(cursor, walked, recent, since, **hotfix)


def _doubtful(
    cursor: duckdb.DuckDBPyConnection, walked: Walked, recent: Recent, since: datetime, **hotfix: str
) -> set[str]:
    found = {(walked.outcomes[owner][0], (repository, sha)) for owner, repository, sha, *_ in walked.contained.rows()}
    awaited = {(service, (repository, sha)) for service, _, repository, sha in walked.awaited}
    again = {service for service, key in found if key not in recent.committed}
    again |= {outcome[0] for outcome in walked.outcomes if outcome[6] not in ("known", "no_sha")}
    special, either = recent.special, found | awaited
    beyond = {key for _, key in awaited if key not in recent.committed}
    if beyond:
        special = special | read_pulls(cursor, beyond, **hotfix)[1]
    if either:
        special = special | set(ask(cursor, "recent/older", since=since, shas=list({key[1] for _, key in either})))
    return again | {service for service, key in either if key in special}
