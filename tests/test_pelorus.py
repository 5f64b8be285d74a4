"""Pelorus' own test of its rules (promtool's format): each suite's series in, every value that it expects out."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from models.events import EVENT, CatalogSnapshot
from models.settings import Settings
from tests.conftest import CORPORA
from tests.warehouses import store_of
from warehouse.metrics.engine import Engine
from warehouse.metrics.query import MetricQuery
from warehouse.store import Store

FILE = CORPORA / "pelorus" / "test.yaml"
SERIES = re.compile(r"^(\w+)\{(.*)\}$")
LABEL = re.compile(r'(\w+)=~?"([^"]*)"')
METRICS = {
    "sdp:lead_time": "change_lead_time", "sdp:time_to_restore": "time_to_restore",
    "sdp:change_failure_rate": "change_fail_rate", "deploy_timestamp": "deployment_frequency",
}  # fmt: skip
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
pytestmark = pytest.mark.skipif(not FILE.exists(), reason=f"{FILE} is missing")
Labels = dict[str, str]


def suites() -> list[dict[str, Any]]:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))["tests"] if FILE.exists() else []


def store(suite: dict[str, Any]) -> Store:
    told = [(*_series(one["series"]), int(one["values"])) for one in suite["input_series"]]
    commits = {labels["image_sha"]: _commit(labels, at) for name, labels, at in told if name == "commit_timestamp"}
    events = [event for name, labels, at in told for event in _events(name, labels, at, commits)]
    return store_of(_catalog({labels["app"] for _, labels, _ in told}), *events)


def _series(text: str) -> tuple[str, Labels]:
    found = SERIES.match(text)
    assert found, text
    return found[1], dict(LABEL.findall(found[2]))


def _commit(labels: Labels, seconds: int) -> str:
    """Pelorus tells a time per image, and of one commit two: to us those are two commits."""
    return f"{labels['commit']}-{seconds}"


def _events(name: str, labels: Labels, seconds: int, commits: dict[str, str]) -> Iterator[Any]:
    at, service = datetime.fromtimestamp(seconds, UTC), _service(labels["app"])
    base = {"id": repr(sorted(labels.items())) + name, "at": at, "service": service}
    place = base | {"repository": f"acme/{service}"}
    if name == "commit_timestamp":
        listed = {"sha": _commit(labels, seconds), "committed_at": at}
        push = {"type": "push", "branch": "main", "before": "", "after": listed["sha"], "commits": [listed]}
        yield EVENT.validate_python(place | push)
    elif name == "deploy_timestamp":
        deployment = {
            "type": "deployment", "deployment": labels["image_sha"], "status": "success",
            "environment": labels.get("exported_namespace", "prod"), "sha": commits.get(labels["image_sha"]),
        }  # fmt: skip
        yield EVENT.validate_python(place | deployment)
    else:
        status = {"failure_creation_timestamp": "opened", "failure_resolution_timestamp": "resolved"}[name]
        yield EVENT.validate_python(
            base | {"type": "incident", "incident": labels["issue_number"] + service, "status": status}
        )


def _service(app: str) -> str:
    """`/group/subgroup/application_1/,/class/application_1/` → application_1."""
    return app.split(",")[0].strip("/").split("/")[-1]


def _catalog(apps: set[str]) -> CatalogSnapshot:
    """An app's first path is a chain of groups, which own it; its second is its system."""
    entities: dict[str, dict[str, Any]] = {}
    for app in apps:
        paths = [path.strip("/").split("/") for path in app.split(",")]
        for parent, name in zip([None, *paths[0]], paths[0], strict=False):
            spec = {"type": "team", "children": []} | ({"parent": parent} if parent else {})
            entities[f"group {name}"] = _entity("Group", name, spec)
        system = {"system": paths[1][0]} if len(paths) > 1 else {}
        spec = {"type": "service", "lifecycle": "production", "owner": paths[0][-1]} | system
        entities[f"component {paths[0][-1]}"] = _entity("Component", paths[0][-1], spec)
    return CatalogSnapshot(id="catalog", at=EPOCH, location="here", entities=tuple(entities.values()))


def _entity(kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec}


WINDOW = {"since": EPOCH.isoformat(), "until": "2022-01-01", "profile": "pelorus"}


class Ours:
    """What Leadline says to Pelorus' expressions."""

    def __init__(self, filled: Store) -> None:
        self.engine = Engine(filled, Settings())

    def __call__(self, expression: str) -> list[float]:
        """The expression's samples, sorted."""
        metric = METRICS[next(name for name in METRICS if name in expression)]
        scope = self._scope(expression)
        if ":by_commit" in expression or "count(sdp:time_to_restore:by_issue" in expression:
            rows = self.engine.evidence(metric, MetricQuery(**WINDOW, **scope)).rows
            return sorted(row.value for row in rows) if "count" not in expression else [len(rows)]
        by = "service" if ":by_app" in expression and "avg" not in expression else "org"
        results = self.engine.metric(metric, MetricQuery(**WINDOW, **scope, by=by)).results
        values = sorted(result.value for result in results if result.value is not None)
        return [len(values)] if "count(sdp" in expression else values

    @staticmethod
    def _scope(expression: str) -> dict[str, str]:
        labels = dict(LABEL.findall(expression))
        if "app" not in labels:
            return {}
        path = re.fullmatch(r"\.\*/(\w+)/\.\*", labels["app"])
        if path is None:
            return {"service": labels["app"]}
        return {"system": "class"} if path[1] == "class" else {"team": path[1]}


@pytest.mark.parametrize("number", range(len(suites())))
def test_every_value_that_pelorus_expects(number: int) -> None:
    suite = suites()[number]
    ours, compared = Ours(store(suite)), 0
    for case in suite["promql_expr_test"]:
        if case["expr"] == "count(commit_timestamp)":  # counts what was put in, nothing of ours
            continue
        expected = sorted(float(sample["value"]) for sample in case["exp_samples"])
        digits = 3 if case["expr"].startswith("round(") else 9
        assert [round(value, digits) for value in ours(case["expr"])] == [round(value, digits) for value in expected], (
            case["expr"]
        )
        compared += len(expected)
    assert compared > 10
