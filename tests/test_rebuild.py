"""Rebuild: from the kept raw deliveries to identical tables, and a corrected source reaches all of history."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import orjson
import polars as pl
import pytest

from models.delivery import Delivery
from models.errors import LeadlineError
from models.settings import Settings
from streams.ingest import ingest, keep, parse_all
from streams.replay import rebuild
from tests.test_laws import history
from tests.warehouses import PEOPLE, START, content, deploy, parsed, push, rows, store_of
from warehouse.backfilled import Progress, write_chunk
from warehouse.compute import compute
from warehouse.facts import Position, read_positions
from warehouse.rows import SCHEMAS, Rows
from warehouse.store import Store

COUNTS = "SELECT source, event_type, received_at, n FROM duplicate_deliveries ORDER BY ALL"


def deliveries(seed: int) -> list[Delivery]:
    """A random organisation's events as the sources `events` and `catalog` send them; some can't be read."""
    sent = []
    for one in history(seed):
        source = "catalog" if one.type == "catalog" else "events"
        headers = {"content-type": "application/json"}
        sent.append(replace(parsed(one).delivery, source=source, headers=headers, key=one.type))
    broken = replace(sent[0], delivery_id="broken", body=orjson.dumps({"type": "deployment", "id": "x"}))
    return [*sent, broken, replace(broken, delivery_id="unknown", source="teapot")]


def backfilled() -> pl.DataFrame:
    """A commit that only git told."""
    commit = ("acme/pay", "c0ffee", START, "Old times", None, None, ["beef"], None, [])
    return pl.DataFrame([commit], schema=SCHEMAS["commits"], orient="row")


def filled(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    """A warehouse as a worker leaves it; its content."""
    store = Store.open(settings.warehouse_path)
    sent = deliveries(3)
    ingest(store, settings, sent[: len(sent) // 2])
    compute(store, settings)
    keep(store, settings, parse_all(sent), [Position("topic", "deliveries", 1, 42)])
    write_chunk(store, Progress("git acme/pay", "state"), Rows(PEOPLE, True), {"commits": backfilled()})
    compute(store, settings)
    whole = content(store)
    store.close()
    return whole


def test_a_rebuild_gives_identical_tables_and_keeps_what_deliveries_cannot_tell(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    before = filled(settings)
    old = Store.open(settings.warehouse_path)
    duplicates, positions = rows(old, COUNTS), read_positions(old)
    old.close()
    steps: list[tuple[int, int]] = []
    rebuilt = rebuild(settings, lambda done, total: steps.append((done, total)))
    new = Store.open(settings.warehouse_path)
    after = content(new)
    for table, expected in before.items():
        assert after[table] == expected, table
    assert rows(new, COUNTS) == duplicates != []
    assert read_positions(new) == positions != []
    assert rows(new, "SELECT parents FROM commits WHERE sha = 'c0ffee'") == [(["beef"],)]
    assert rebuilt.deliveries == len(before["deliveries"]) == steps[-1][0] == steps[-1][1]
    assert rebuilt.services == len(before["services"])
    assert rows(new, "SELECT count(*) FROM touched") == [(0,)]
    new.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["people.key", "warehouse.duckdb"]


def test_what_was_wrongly_ignored_is_read_after_a_correction(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    before = filled(settings)
    store = Store.open(settings.warehouse_path)
    with store.transaction() as cursor:  # as if an earlier release had understood none of it
        for table in ("pushes", "deployment_events", "incident_events", "pull_request_events"):
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("UPDATE deliveries SET outcome = 'ignored'")
    store.close()
    rebuild(settings, lambda done, total: None)
    new = Store.open(settings.warehouse_path)
    assert content(new) == before
    new.close()


def test_other_rules_derive_everything_again(monkeypatch: pytest.MonkeyPatch) -> None:
    store = store_of(push(1, "", "a"), deploy(2, "V1", "a"))
    with store.transaction("derived") as cursor:
        cursor.execute("UPDATE deployments SET version = 'as older rules had it'")
    assert compute(store, Settings()) == 0
    monkeypatch.setattr("warehouse.compute._rules", lambda: b"newer")
    assert compute(store, Settings()) == 1
    assert rows(store, "SELECT version FROM deployments") == [(None,)]
    assert compute(store, Settings()) == 0


def test_views_are_as_their_files_say_at_every_start(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    for _ in range(2):
        store = Store.open(path)
        with store.transaction() as cursor:
            assert "because" in [column[0] for column in cursor.execute("DESCRIBE reached").fetchall()]
            cursor.execute("CREATE OR REPLACE VIEW reached AS SELECT 1 AS what_an_older_version_made_of_it")
        store.close()


def test_an_interrupted_rebuild_leaves_the_warehouse_as_it_was(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    before = filled(settings)

    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(settings, interrupt)
    store = Store.open(settings.warehouse_path)
    assert content(store) == before
    store.close()
    assert not list(tmp_path.glob("*.rebuilding*"))


def test_a_warehouse_in_use_is_not_rebuilt(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    filled(settings)
    code = "import sys; from warehouse.store import Store; s = Store.open(sys.argv[1]); print(1, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(settings.warehouse_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as owner:
        assert owner.stdout and owner.stdin and owner.stdout.readline() == b"1\n"
        with pytest.raises(LeadlineError, match="another process owns"):
            rebuild(settings, lambda done, total: None)
        owner.stdin.write(b"\n")
