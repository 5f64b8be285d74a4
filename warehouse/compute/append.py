"""The common news, which only adds: deployments that follow all others of their environment, and repair, fail and go
back to nothing. What they ship is found from recent facts; every doubt puts their service into `again`, to be derived
as a whole.
"""

from datetime import timedelta
from typing import Any

import duckdb

from warehouse import sql
from warehouse.compute.place import place
from warehouse.compute.walk import TOGETHER, Walked, walk_on

LOOK_BACK = timedelta(days=14)
"""How long before the last deployment the facts are read from: most of what is deployed next is younger."""


def append(cursor: duckdb.DuckDBPyConnection, production_pattern: str, **hotfix: str) -> None:
    """Adds the deployments that temp table `work` names, of the services in temp table `scope` that aren't in `again`.

    Services that turn out to need more are in `again` then. `hotfix`: the settings that tell a hotfix.
    """
    _run(cursor, "append/told_deployments")
    _run(cursor, "scoped_deployments", production_pattern=production_pattern)
    place(cursor)
    _run(cursor, "append/news")
    _run(cursor, "append/again", hotfix_branch_pattern=hotfix["hotfix_branch_pattern"])
    _run(cursor, "append/pairs")
    ((services, last_at),) = cursor.execute(sql.load("compute/append/since")).fetchall()
    if services > TOGETHER:
        _run(cursor, "append/again_all")
        services = 0
    since = last_at - LOOK_BACK if services else None
    walked, stuck = walk_on(cursor, since) if since else (Walked(), [])
    with walked.registered(cursor):
        if since:
            _run(cursor, "append/again_found", since=since, **hotfix)
            _run(cursor, "append/again_stuck", services=[service for service, _ in stuck])
            for name in ("append/found", "contained", "awaited", "append/undeployed"):
                _run(cursor, name)
        _run(cursor, "append/deployments")


def _run(cursor: duckdb.DuckDBPyConnection, query: str, **values: Any) -> None:
    cursor.execute(sql.load(f"compute/{query}"), values or None)
