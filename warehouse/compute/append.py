"""The common news, which only adds: deployments that follow all others of their environment, and repair, fail and go
back to nothing. What they ship is found from recent facts; every doubt puts their service into `again`, to be derived
as a whole.
"""

import duckdb

from warehouse.compute.load import LOOK_BACK
from warehouse.compute.place import place
from warehouse.compute.steps import ask, registered, step
from warehouse.compute.walk import TOGETHER, Walked, walk_on


def append(cursor: duckdb.DuckDBPyConnection, production_pattern: str, **hotfix: str) -> None:
    """Adds the deployments that temp table `work` names, of the services in temp table `scope` that aren't in `again`.

    Services that turn out to need more are in `again` then. `hotfix`: the settings that tell a hotfix.
    """
    step(cursor, "append/told_deployments")
    step(cursor, "scoped_deployments", production_pattern=production_pattern)
    place(cursor)
    step(cursor, "append/news")
    step(cursor, "append/again", hotfix_branch_pattern=hotfix["hotfix_branch_pattern"])
    step(cursor, "append/pairs")
    ((services, last_at),) = ask(cursor, "append/since")
    if services > TOGETHER:
        step(cursor, "append/again_all")
        services = 0
    since = last_at - LOOK_BACK if services else None
    walked, stuck = walk_on(cursor, since) if since else (Walked(), [])
    with registered(cursor, walked.frames()):
        if since:
            step(cursor, "append/again_found", since=since, **hotfix)
            step(cursor, "append/again_stuck", services=[service for service, _ in stuck])
            step(cursor, "append/found", "contained", "awaited", "append/undeployed")
        step(cursor, "append/deployments")
