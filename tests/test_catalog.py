"""Catalog folders: checked as Backstage does, bound to facts, and followed by history when they change."""

import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from models.delivery import DELIVERIES_TOPIC
from models.errors import LeadlineError
from models.settings import Settings
from streams import catalog
from streams.broker import Broker
from streams.catalog import delivery_of, snapshot, write
from streams.sources import catalog as source
from streams.topics import end_offsets, ensure_topics, topic_ids
from tests.conftest import wait_until
from tests.warehouses import deploy, event, fill, push, rows, store_of
from warehouse.catalog.derive import shown_name
from warehouse.catalog.files import read_folder
from warehouse.store import MEMORY, Store

CATALOG = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: payments
  annotations:
    github.com/project-slug: ACME/Pay
    leadline.dev/tier: "1"
spec: {type: service, lifecycle: production, owner: group:default/pay-team, system: money}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: money}
spec: {owner: pay-team, domain: commerce}
---
apiVersion: backstage.io/v1alpha1
kind: Domain
metadata: {name: commerce}
spec: {owner: everybody}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: pay-team}
spec: {type: team, parent: everybody, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: search-team}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: everybody}
spec: {type: department, children: [search-team]}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: ann}
spec: {memberOf: [pay-team]}
"""


def folder_with(tmp_path: Path, text: str, name: str = "catalog-info.yaml") -> Path:
    folder = tmp_path / "catalog"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_history_follows_the_catalog(tmp_path: Path) -> None:
    store = store_of(push(1, "", "a"), deploy(2, "1", "a"))
    assert rows(store, "SELECT service, in_catalog FROM services") == [("acme/pay", False)]
    fill(store, [snapshot(folder_with(tmp_path, CATALOG))])
    assert rows(store, "SELECT service, in_catalog, team, system, domain, tier FROM services") == [
        ("payments", True, "pay-team", "money", "commerce", "1")
    ]
    assert rows(store, "SELECT DISTINCT service FROM deployments") == [("payments",)]
    later = snapshot(folder_with(tmp_path, CATALOG.replace("name: payments", "name: billing")))
    fill(store, [later])
    assert rows(store, "SELECT DISTINCT service FROM deployments") == [("billing",)]
    assert rows(store, "SELECT service FROM services") == [("billing",)]


def test_the_newest_snapshot_counts_whatever_arrives_last(tmp_path: Path) -> None:
    new = snapshot(folder_with(tmp_path, CATALOG))
    old = new.model_copy(update={"id": "old", "at": new.at - timedelta(days=1), "entities": ()})
    store = fill(Store.open(MEMORY), [new])
    fill(store, [old])
    assert rows(store, "SELECT service FROM services") == [("payments",)]


def test_a_team_has_the_groups_below_it_by_parent_and_by_children(tmp_path: Path) -> None:
    store = fill(Store.open(MEMORY), [snapshot(folder_with(tmp_path, CATALOG))])
    assert rows(store, "SELECT team, member FROM teams ORDER BY ALL") == [
        ("everybody", "everybody"), ("everybody", "pay-team"), ("everybody", "search-team"),
        ("pay-team", "pay-team"), ("search-team", "search-team"),
    ]  # fmt: skip


def test_a_repository_shared_by_services_splits_its_commits_by_path(tmp_path: Path) -> None:
    both = "".join(
        f"---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\n  annotations:\n"
        f"    github.com/project-slug: acme/pay\n    leadline.dev/paths: {name}/, common/\n"
        "spec: {type: service, lifecycle: production, owner: x}\n"
        for name in ("left", "right")
    )
    moment = datetime(2026, 1, 5, tzinfo=UTC)
    touched = {"a": ["left/x"], "b": ["left/x"], "c": ["right/y"], "d": ["common/z"], "e": ["docs/readme"]}
    commits = [{"sha": sha, "committed_at": moment, "files": files} for sha, files in touched.items()]
    store = store_of(push(1, "", commits=commits), deploy(2, "1", "a"), deploy(3, "2", "e"))
    fill(store, [snapshot(folder_with(tmp_path, both))])
    shipped = rows(store, "SELECT service, sha FROM contained WHERE counted ORDER BY ALL")
    assert shipped == [("left", "b"), ("left", "d"), ("right", "c"), ("right", "d")]


@pytest.mark.parametrize(
    ("told", "theirs"),
    [
        ("services/api", {"services/api/x", "services/api"}),
        ("/services/api/", {"services/api/x", "services/api"}),
        ("services/api/**", {"services/api/x", "services/api"}),
        ("./services/api-gateway/y", {"services/api-gateway/y"}),
        (".github, services/api-gateway", {".github/ci", "services/api-gateway/y"}),
        (".", {"services/api/x", "services/api", "services/api-gateway/y", ".github/ci"}),
    ],
)
def test_a_path_is_a_folder_or_a_file_as_in_git(tmp_path: Path, told: str, theirs: set[str]) -> None:
    bound = CATALOG.replace('leadline.dev/tier: "1"', f'leadline.dev/paths: "{told}"')
    files = ["services/api/x", "services/api", "services/api-gateway/y", ".github/ci"]
    moment = datetime(2026, 1, 5, tzinfo=UTC)
    commits = [{"sha": f"{i}", "committed_at": moment, "files": [file]} for i, file in enumerate(files)]
    store = store_of(push(1, "", "a"), deploy(2, "1", "a"), push(3, "a", commits=commits), deploy(4, "2", "3"))
    fill(store, [snapshot(folder_with(tmp_path, bound))])
    shipped = rows(store, "SELECT sha FROM contained WHERE counted AND service = 'payments'")
    assert {files[int(sha)] for (sha,) in shipped} == theirs


def test_pagerduty_is_bound_by_its_service_id(tmp_path: Path) -> None:
    bound = CATALOG.replace("github.com/project-slug: ACME/Pay", "pagerduty.com/service-id: P1")
    incident = event("incident", 3, incident="I", status="opened", bindings=["pagerduty.com/service-id=P1"])
    store = fill(Store.open(MEMORY), [incident])
    assert rows(store, "SELECT service FROM incidents") == [("P1",)]
    fill(store, [snapshot(folder_with(tmp_path, bound))])
    assert rows(store, "SELECT service FROM incidents") == [("payments",)]


@pytest.mark.parametrize(
    ("wrong", "right", "line", "field"),
    [
        ("name: payments", "name: pay ments", 4, "metadata.name"),
        ("lifecycle: production, ", "", 8, "spec.lifecycle"),
        ("kind: Component", "knd: Component", 1, "kind"),
        ("{owner: pay-team, domain: commerce}", "{domain: commerce}", 13, "spec.owner"),
        ("{type: team, children: []}", "{type: team}", 28, "spec.children"),
        ("{name: money}", "{name: money, namespace: Big One}", 12, "metadata.namespace"),
        ("{owner: pay-team, domain: commerce}", "{owner: pay-team, n: 99999999999999999999}", 13, "spec"),
        ("{owner: pay-team, domain: commerce}", '{owner: "\\ud800"}', 13, "spec"),
        ("{name: money}", '{name: "\\ud800"}', 12, "metadata.name"),
        ("kind: System", 'kind: "\\ud800"', 11, "kind"),
        ("kind: System", 'kind: System\n"\\ud800": 1', 12, "\\ud800"),
        ("kind: System", 'kind: ""', 11, "kind"),
        ("metadata: {name: money}", "base: &base {name: a b}\nmetadata: {<<: *base}", 13, "metadata.name"),
        ("spec: {memberOf: [pay-team]}", "spec: []", 38, "spec"),
    ],
)
def test_faults_name_file_line_entity_and_field(tmp_path: Path, wrong: str, right: str, line: int, field: str) -> None:
    assert wrong in CATALOG
    folder = folder_with(tmp_path, CATALOG.replace(wrong, right, 1))
    _, faults = read_folder(folder)
    assert [(fault.path.name, fault.line, fault.field) for fault in faults] == [("catalog-info.yaml", line, field)]
    with pytest.raises(LeadlineError, match=re.escape(field)):
        snapshot(folder)


def test_broken_yaml_a_missing_folder_and_twins_are_said(tmp_path: Path) -> None:
    _, faults = read_folder(folder_with(tmp_path, "kind: [", "catalog-info.yaml"))
    assert "not YAML" in str(faults[0])
    with pytest.raises(LeadlineError, match="no catalog folder"):
        read_folder(tmp_path / "nowhere")
    folder_with(tmp_path, CATALOG)
    _, faults = read_folder(folder_with(tmp_path, CATALOG, "again.yaml"))
    assert any("defined twice" in str(fault) for fault in faults)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\ntitle: a\x01b", 2, "not YAML: unacceptable character #x0001"),
        ("a: 1\nborn: 2026-13-45", 2, "not YAML: '2026-13-45' is no timestamp"),
        ("a: 1\nsure: !!bool perhaps", 2, "not YAML: 'perhaps' is no bool"),
        ("a: 1\nmany: " + "9" * 5000, 2, "not YAML: '9999"),
        ("deep: " + "[" * 3000, 1, "nested too deeply"),
        ("half: '\udc80'", 1, "can't be read"),
        ('a: 1\n"\\ud800": 1\n"\\ud800": 2', 3, 'duplicate key "\\ud800"'),
    ],
)
def test_what_no_yaml_holds_is_a_fault_of_its_file(tmp_path: Path, text: str, line: int, says: str) -> None:
    folder = folder_with(tmp_path, CATALOG)
    (folder / "catalog-info-odd.yaml").write_bytes(text.encode("utf-8", "surrogateescape"))
    entities, (fault,) = read_folder(folder)
    assert (len(entities), fault.path.name, fault.line) == (7, "catalog-info-odd.yaml", line)
    assert says in str(fault).encode().decode()


def test_what_is_no_fault_of_a_file_is_taken_by_the_line(tmp_path: Path) -> None:
    other = "---\napiVersion: example.com/v1\nkind: Family\nmetadata: {name: lee}\nspec: {children: two}\n"
    one = snapshot(folder_with(tmp_path, CATALOG + other))
    assert source.parse(delivery_of(one)) == [one]


def test_an_empty_namespace_is_the_default_one(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, CATALOG.replace("{name: money}", "{name: money, namespace: }"))
    assert read_folder(folder)[1] == []
    assert snapshot(folder).entities


def test_a_file_that_is_named_must_hold_an_entity(tmp_path: Path) -> None:
    path = tmp_path / "some.toml"
    path.write_text("answer = 42\n")
    _, faults = read_folder(path)
    assert [str(fault) for fault in faults] == [f"{path}:1: holds no entity: apiVersion, kind, metadata, spec"]


def test_other_yaml_files_are_left_alone(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, CATALOG)
    (folder / "values.yaml").write_text("replicas: 3\n")
    entities, faults = read_folder(folder)
    assert len(entities) == 7
    assert faults == []


def test_a_watched_folder_waits_for_kafka_and_is_sent_once(
    tmp_path: Path, kafka_node: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog, "RETRY_MS", 100)
    (tmp_path / "home").mkdir()
    kept = tmp_path / "home" / catalog.SENT_FILE
    kept.write_text("{")  # as a crash may leave it
    folder = folder_with(tmp_path, CATALOG)
    settings = Settings(home=tmp_path / "home", broker=kafka_node.address, catalog=str(folder))
    kafka_node.kill()
    stop = Event()
    thread = catalog.watch(settings, stop)
    assert thread
    time.sleep(0.5)
    kafka_node.start()
    ensure_topics(settings)
    wait_until(lambda: sum(end_offsets(settings).values()) == 1)
    folder_with(tmp_path, CATALOG.replace("name: money", "name: cash"))
    wait_until(lambda: sum(end_offsets(settings).values()) == 2)
    wait_until(lambda: topic_ids(settings)[DELIVERIES_TOPIC] in kept.read_text())
    time.sleep(0.5)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert sum(end_offsets(settings).values()) == 2
    topic = topic_ids(settings)[DELIVERIES_TOPIC]
    kept.write_text(kept.read_text().replace(topic, "of-another-kafka"))
    stop.clear()
    thread = catalog.watch(settings, stop)
    assert thread
    wait_until(lambda: topic in kept.read_text())
    stop.set()
    thread.join(10)
    assert sum(end_offsets(settings).values()) == 3


@pytest.mark.parametrize("missing", [False, True])
def test_a_watched_file_is_followed_also_beside_a_folder_that_cant_be_made(
    tmp_path: Path, kafka_node: Broker, monkeypatch: pytest.MonkeyPatch, missing: bool
) -> None:
    monkeypatch.setattr(catalog, "RETRY_MS", 100)
    (tmp_path / catalog.SENT_FILE).write_text("[]")
    path = folder_with(tmp_path, CATALOG) / "catalog-info.yaml"
    watched = f"{path / 'below'},{path}" if missing else str(path)
    settings = Settings(home=tmp_path, broker=kafka_node.address, catalog=watched)
    ensure_topics(settings)
    stop = Event()
    thread = catalog.watch(settings, stop)
    assert thread
    wait_until(lambda: sum(end_offsets(settings).values()) == 1)
    time.sleep(0.5)
    folder_with(tmp_path, CATALOG.replace("name: money", "name: cash"))
    wait_until(lambda: sum(end_offsets(settings).values()) == 2)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def test_a_folder_goes_straight_into_a_store_that_nobody_owns(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    write(settings, snapshot(folder_with(tmp_path, CATALOG)))
    store = Store.open(settings.warehouse_path, read_only=True)
    assert rows(store, "SELECT service FROM services") == [("payments",)]
    store.close()


@pytest.mark.parametrize(
    ("ref", "shown"),
    [
        ("payments", "payments"), ("component:default/payments", "payments"), ("default/payments", "payments"),
        ("component:ops/payments", "ops/payments"), ("Group:Ops/x", "ops/x"), (None, None),
    ],
)  # fmt: skip
def test_shown_names(ref: str | None, shown: str | None) -> None:
    assert shown_name(ref) == shown
