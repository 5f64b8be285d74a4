"""Derived tables filled by hand, and a seeded little world of them that tests can compute themselves."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import polars as pl

from warehouse.store import MEMORY, Store

NOW = datetime(2026, 6, 15, 10, 30, tzinfo=UTC)
COMMITS = pl.List(pl.Struct({"repository": pl.String, "sha": pl.String}))
TIME = pl.Datetime("us", "UTC")
_LIST = pl.List(pl.String)
TYPES: dict[str, dict[str, Any]] = {
    "deployments": {"commits": COMMITS},
    "pull_requests": {"labels": _LIST},
    "pushes": {"shas": _LIST, "new_shas": _LIST},
    "commits": {"reverts": _LIST},
}
_DEPLOYMENT: dict[str, Any] = {
    "service": "pay", "environment": "production", "source": "github", "deployment": "1", "production": True,
    "status": "success", "started_at": NOW, "first_success_at": None, "last_failure_at": None, "version": None,
    "ref": None, "url": None, "commits": [], "graph": "known", "baseline": False, "shipped": 0, "rollback": False,
    "returned_to": None, "remediation": None, "fixes": None, "marked_failed": False, "failed": False,
    "failed_by": None, "recovered_at": None, "recovered_by": None,
}  # fmt: skip
_CONTAINED: dict[str, Any] = {
    "service": "pay", "environment": "production", "repository": "acme/pay", "sha": "a" * 40, "source": "github",
    "deployment": "1", "at": NOW, "reached": True, "counted": True, "because": "shipped", "committed_at": NOW,
}  # fmt: skip
_INCIDENT: dict[str, Any] = {
    "source": "pagerduty", "incident": "P1", "service": "pay", "status": "resolved", "opened_at": NOW,
    "opening_known": True, "acknowledged_at": None, "resolved_at": None, "severity": None, "title": None,
    "deployment": None, "url": None,
}  # fmt: skip
_SERVICE: dict[str, Any] = {
    "service": "pay", "in_catalog": True, "title": None, "team": None, "system": None, "domain": None, "tier": None,
}  # fmt: skip
_PULL: dict[str, Any] = {
    "source": "github", "repository": "acme/pay", "number": 1, "status": "open", "title": None, "author": None,
    "handle": None, "head_sha": None, "merge_sha": None, "head_branch": None, "base_branch": "main", "fork": False,
    "labels": [], "commits": None, "reverts_number": None, "opened_at": None, "ready_at": None, "reviewed_at": None,
    "approved_at": None, "merged_at": None, "closed_at": None, "url": None,
}  # fmt: skip
_PUSH: dict[str, Any] = {
    "digest": 0, "source": "github", "repository": "acme/pay", "branch": "main", "at": NOW, "before": None,
    "after": None, "forced": False, "total": 0, "shas": [], "new_shas": [], "default_branch": None,
    "key": "repository=acme/pay", "told_until": NOW,
}  # fmt: skip
_COMMIT: dict[str, Any] = {
    "repository": "acme/pay", "sha": "a" * 40, "committed_at": NOW, "title": "A change", "author": None, "handle": None,
    "parents": None, "files": None, "reverts": [],
}  # fmt: skip
DEFAULTS = {
    "pull_requests": _PULL, "pushes": _PUSH, "commits": _COMMIT,
    "deployments": _DEPLOYMENT, "contained": _CONTAINED, "incidents": _INCIDENT, "services": _SERVICE,
    "teams": {}, "failure_evidence": {}, "service_repositories": {},
}  # fmt: skip
Rows = Iterable[Mapping[str, Any]]


def fill(store: Store, **tables: Rows) -> Store:
    """Inserts rows by table; what a row leaves out has a default."""
    for table, rows in tables.items():
        whole = [{**DEFAULTS[table], **row} for row in rows]
        if not whole:
            continue
        types = {name: TIME for name in whole[0] if name == "at" or name.endswith("_at")} | TYPES.get(table, {})
        frame = pl.DataFrame(whole, schema_overrides={name: types[name] for name in whole[0] if name in types})
        with store.transaction() as cursor:
            cursor.register("batch", frame.to_arrow())
            cursor.execute(f"INSERT INTO {table} BY NAME SELECT * FROM batch")
            cursor.unregister("batch")
    return store


def deployed(at: datetime, **more: Any) -> dict[str, Any]:
    """A deployment that succeeded at `at`."""
    return {"first_success_at": at, "started_at": at - timedelta(minutes=5), **more}


class World:
    """A year before NOW: `services` in nested teams, deployments with commits, failures and recoveries, incidents, pull
    requests with the pushes of their branches."""

    def __init__(self, seed: int, deployments: int = 400) -> None:
        rng = self.rng = Random(seed)
        teams = ["red", "blue", "green", None]
        self.services = [
            {"service": f"s{i}", "team": rng.choice(teams), "system": rng.choice(["x", "y", None]),
             "domain": rng.choice(["d", None]), "tier": rng.choice(["1", "2", None])}
            for i in range(8)
        ]  # fmt: skip
        self.teams = [{"team": name, "member": name} for name in ("red", "blue", "green", "all")]
        self.teams += [{"team": "all", "member": "red"}, {"team": "all", "member": "blue"}]
        self.deployments = [self._deployment(i) for i in range(deployments)]
        self.contained = [row for each in self.deployments for row in self._commits(each)]
        self.incidents = [row for i in range(deployments // 8) for row in self._incident(i)]
        self.pulls = [self._pull(i) for i in range(deployments // 4)]
        self.commits = [row for pull in self.pulls for row in self._branch(pull)]

    def store(self) -> Store:
        return fill(
            Store.open(MEMORY), services=self.services, teams=self.teams, deployments=self.deployments,
            contained=self.contained, incidents=self.incidents, pull_requests=self.pulls, commits=self.commits,
            pushes=[self._push(pull) for pull in self.pulls],
            service_repositories=[
                {"service": each["service"], "repository": f"acme/{each['service']}"} for each in self.services
            ],
        )  # fmt: skip

    def moment(self) -> datetime:
        """Often at a full hour, so that moments meet bucket edges and one another."""
        at = NOW - timedelta(hours=self.rng.randrange(365 * 24))
        return at.replace(minute=0) if self.rng.random() < 0.5 else at + timedelta(seconds=self.rng.randrange(3600))

    def _deployment(self, i: int) -> dict[str, Any]:
        rng, at = self.rng, self.moment()
        environment = rng.choice(["production", "production", "prod-eu", "staging"])
        failed = rng.random() < 0.2
        recovers = failed and rng.random() < 0.8
        kind = rng.choice(["rollback", "hotfix", None, None, None])
        return {
            **deployed(at), "service": rng.choice(self.services)["service"], "deployment": f"{i}",
            "environment": environment, "production": environment != "staging",
            "source": rng.choice(["github", "events"]), "failed": failed, "failed_by": "incident" if failed else None,
            "recovered_at": at + timedelta(seconds=rng.randrange(-500, 90_000)) if recovers else None,
            "recovered_by": "incident", "rollback": kind == "rollback", "remediation": kind,
            "shipped": rng.choice([0, 1, 2, 5]),
            **({"first_success_at": None, "last_failure_at": at} if rng.random() < 0.15 else {}),
        }  # fmt: skip

    def _commits(self, deployment: dict[str, Any]) -> list[dict[str, Any]]:
        at = deployment["first_success_at"]
        if at is None:
            return []
        keys = ("service", "environment", "source", "deployment")
        return [
            {name: deployment[name] for name in keys}
            | {"at": at, "sha": f"{deployment['deployment']}-{j}", "counted": self.rng.random() < 0.9}
            | {"repository": f"acme/{deployment['service']}"}
            | {"committed_at": at - timedelta(seconds=self.rng.randrange(-20_000, 800_000))}
            for j in range(self.rng.randrange(4))
        ]

    def _incident(self, i: int) -> list[dict[str, Any]]:
        rng, opened = self.rng, self.moment()
        resolved = opened + timedelta(seconds=rng.randrange(100_000)) if rng.random() < 0.8 else None
        named = rng.sample([each["service"] for each in self.services], rng.choice([0, 1, 1, 2, 3])) or [None]
        common = {"incident": f"P{i}", "opened_at": opened, "resolved_at": resolved}
        return [common | {"service": service, "status": "resolved" if resolved else "open"} for service in named]

    def _pull(self, i: int) -> dict[str, Any]:
        """Moments mostly one after another; merged ones left a commit that a deployment contains."""
        rng, at = self.rng, self.moment()
        steps = [at := at + timedelta(seconds=rng.randrange(-500, 90_000)) for _ in range(5)]
        names = ("opened_at", "ready_at", "reviewed_at", "approved_at", "merged_at")
        moments = {name: step if rng.random() < 0.7 else None for name, step in zip(names, steps, strict=True)}
        shipped = rng.choice(self.contained)
        return {
            **moments, "opened_at": moments["opened_at"] or steps[0] - timedelta(hours=1), "number": i,
            "repository": shipped["repository"], "head_branch": f"topic-{i}", "head_sha": f"head-{i}",
            "merge_sha": shipped["sha"] if moments["merged_at"] else None,
        }  # fmt: skip

    def _branch(self, pull: dict[str, Any]) -> list[dict[str, Any]]:
        started = pull["opened_at"] - timedelta(seconds=self.rng.randrange(-5_000, 400_000))
        return [
            {"repository": pull["repository"], "sha": f"{pull['head_branch']}-{j}",
             "committed_at": started + timedelta(hours=j)}
            for j in range(self.rng.randrange(4))
        ]  # fmt: skip

    def _push(self, pull: dict[str, Any]) -> dict[str, Any]:
        shas = [row["sha"] for row in self.commits if row["sha"].startswith(f"{pull['head_branch']}-")]
        ended = pull["merged_at"] or NOW
        return {
            "repository": pull["repository"], "branch": pull["head_branch"], "at": ended - timedelta(seconds=1),
            "shas": shas, "new_shas": shas, "total": len(shas),
        }  # fmt: skip
