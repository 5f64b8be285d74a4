"""Writes what was found of the news: few rows, as lists that the statements unnest."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import duckdb

from warehouse.compute.append.news import Deployment, News
from warehouse.compute.paths import Paths
from warehouse.compute.recent import Recent
from warehouse.compute.steps import as_columns, step
from warehouse.compute.walk import Walked

EXCHANGES = ("squash:", "copy:")


class _Contained(NamedTuple):
    """A row of table `contained`; `committed_at` in microseconds."""

    service: str
    environment: str
    source: str
    deployment: str
    repository: str
    sha: str
    at: datetime
    reached: bool
    counted: bool
    because: str
    committed_at: int


class _Awaited(NamedTuple):
    """A row of table `awaited`."""

    service: str
    environment: str
    repository: str
    sha: str


def write(cursor: duckdb.DuckDBPyConnection, news: Sequence[News], walked: Walked, recent: Recent | None) -> None:
    """Adds to tables `contained`, `awaited` and `deployments`; what reached production leaves `undeployed`."""
    now = {one.now[:4]: one.now for one in news}
    contained = list(_contained(cursor, now, walked, recent)) if recent and walked.contained.sha else []
    if contained:
        step(cursor, "append/contained", **as_columns(_Contained, contained))
    live: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in contained:
        if now[row[:4]].production:
            live[row.service, row.repository].append(row.sha)
    for (service, repository), shas in live.items():
        step(cursor, "append/undeployed", service=service, repository=repository, shas=shas)
    if awaited := [_Awaited(*row) for row in walked.awaited if row[:2] in {who[:2] for who in now}]:
        step(cursor, "append/awaited", **as_columns(_Awaited, awaited))
    if known := [one.before for one in news if one.before]:
        services = list({before.service for before in known})
        step(cursor, "append/forget", services=services, deployments=[before.deployment for before in known])
    shipped = Counter(row[:4] for row in contained if row.counted)
    graphs = {outcome[:4]: outcome[6] for outcome in walked.outcomes}
    if news:
        rows = [_row(one, graphs.get(one.now[:4]), shipped[one.now[:4]]) for one in news]
        step(cursor, "append/deployments", **as_columns(Deployment, rows))


def _row(one: News, graph: str | None, shipped: int) -> Deployment:
    """What is new of it; and what was found before, or now."""
    now, before = one.now, one.before
    if before is not None:
        kept = ("baseline", "returned_to", "remediation", "failed_by", "recovered_at", "recovered_by")
        now = now._replace(**{name: getattr(before, name) for name in kept})
        if not one.newly_live:
            graph, shipped = before.graph if before.first_success_at else None, before.shipped
    return now._replace(graph=graph or now.graph, shipped=shipped)


def _contained(
    cursor: duckdb.DuckDBPyConnection, now: dict[tuple[Any, ...], Deployment], walked: Walked, recent: Recent
) -> Iterator[_Contained]:
    """As sql/compute/contained.sql says of everything."""
    paths = Paths(cursor, {who[0] for who in now}, walked.contained.sha)
    for owner, repository, sha, reached, because in walked.contained.rows():
        service, environment, source, deployment, at, *_ = walked.outcomes[owner]
        if (service, environment, source, deployment) in now:
            counted = because == "shipped" or because.startswith(EXCHANGES)
            touched = paths.touched(service, (repository, sha), without_files=not counted)
            judged = because
            if because == "merge" and paths.untold(service, (repository, sha)):
                judged = "merge_no_paths"
            elif touched is None and counted:
                judged = "no_paths"
            elif touched is False:
                judged = "other_paths"
            counts, committed = counted and judged == because, recent.committed[repository, sha]
            yield _Contained(
                service, environment, source, deployment, repository, sha, at, reached, counts, judged, committed
            )
