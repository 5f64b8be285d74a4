"""The worker over a real Kafka: everything lands once, it stops when told to, and starts where its store stands."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import orjson
import pytest
from typer.testing import CliRunner, Result

from models.errors import BadQueryError, LeadlineError
from models.settings import Settings
from streams.broker import Broker
from streams.cli import build
from streams.topics import admin, end_offsets, ensure_topics, topic_ids
from streams.worker.app import GROUP
from streams.worker.progress import ByteBudget, Progress
from streams.worker.writer import Writer
from tests.conftest import free_port, wait_until
from tests.warehouses import rows
from tests.workers import WorkerProcess, deployment, query, send, stored, worker_settings
from warehouse.facts import Parsed, write_batch
from warehouse.store import MEMORY, Store


@pytest.fixture
def worker(kafka_node: Broker, tmp_path: Path) -> Iterator[WorkerProcess]:
    process = WorkerProcess(worker_settings(tmp_path / "home", kafka_node.address, watchdog_seconds=6.0))
    ensure_topics(process.settings)
    yield process
    process.end()


def test_every_delivery_lands_once_and_sigterm_stops(worker: WorkerProcess) -> None:
    settings = worker.settings
    rejected = replace(deployment(1000), delivery_id="wrong", body=orjson.dumps({"type": "deployment", "id": "x"}))
    nobodys = replace(deployment(1001), delivery_id="nobody", source="teapot")
    large = deployment(1002, version="x" * 1000, url="https://example.org/" + "y" * 20 * 1024 * 1024)
    once = [deployment(number) for number in range(500)]
    send(settings, [*once, *once[:50], rejected, nobodys, large])
    worker.start().wait_caught_up()
    assert worker.stop() == 0, worker.log
    assert stored(settings) == sorted([one.delivery_id for one in (*once, rejected, nobodys, large)])
    outcomes = dict(query(settings, "SELECT outcome, count(*) FROM deliveries GROUP BY ALL"))
    assert outcomes == {"parsed": 501, "dead": 2}
    letters = query(settings, "SELECT delivery_id, kind, reason FROM dead_letters JOIN deliveries USING (digest)")
    kinds = {name: kind for name, kind, _ in letters}
    assert kinds == {"wrong": "rejected", "nobody": "unknown_type"}
    assert all(reason for _, _, reason in letters)
    assert query(settings, "SELECT sum(n) FROM duplicate_deliveries") == [(50,)]
    assert query(settings, "SELECT count(*) FROM touched") == [(0,)]
    assert query(settings, "SELECT count(*) FROM deployments") == [(501,)]


def test_dead_letters_are_listed_shown_and_replayed_through_the_line(worker: WorkerProcess) -> None:
    settings = worker.settings
    readable = deployment(1)
    store = Store.open(settings.warehouse_path)
    earlier = Parsed(readable, "deployment", (), "rejected", "an earlier release could not read it")
    write_batch(store, [earlier], people_key=b"key")
    store.close()
    send(settings, [replace(deployment(2), delivery_id="nobody", source="teapot")])
    worker.start().wait_caught_up()
    listed = json.loads(worker.command("dead-letters", "list", "--format", "json"))
    assert {(one["source"], one["kind"]) for one in listed} == {("events", "rejected"), ("teapot", "unknown_type")}
    (id,) = [one["id"] for one in listed if one["source"] == "events"]
    assert "an earlier release" in worker.command("dead-letters", "show", id)
    sent = json.loads(worker.command("dead-letters", "replay", "--all", "--format", "json"))
    assert {one["id"] for one in sent} == {one["id"] for one in listed}
    worker.wait_caught_up()
    assert worker.stop() == 0
    assert query(settings, "SELECT source, outcome FROM deliveries ORDER BY ALL") == [
        ("events", "parsed"), ("teapot", "dead"),
    ]  # fmt: skip
    assert query(settings, "SELECT kind FROM dead_letters") == [("unknown_type",)]
    assert query(settings, "SELECT deployment FROM deployments") == [("d1",)]
    assert query(settings, "SELECT coalesce(sum(n), 0) FROM duplicate_deliveries") == [(0,)]


def test_a_replay_sends_none_if_one_is_not_there_and_tells_what_it_sent_before_it_failed(
    worker: WorkerProcess,
) -> None:
    settings = worker.settings
    large, small = deployment(1, url="https://example.org/" + "y" * 2**21), deployment(2)
    store = Store.open(settings.warehouse_path)
    write_batch(store, [Parsed(large, "", (), "rejected", "x"), Parsed(small, "", (), "rejected", "x")], people_key=b"")
    store.close()
    environment = {"LEADLINE_BROKER": settings.broker, "LEADLINE_API": settings.api, "LEADLINE_MAX_BODY_BYTES": "1024"}

    def replay(*words: str) -> Result:
        whole = ["--home", str(settings.home), "dead-letters", "replay", *words, "--format", "json"]
        return CliRunner().invoke(build(), whole, env=environment)

    done = replay("--all")
    assert isinstance(done.exception, LeadlineError) and "MessageSizeTooLarge" in done.exception.message
    (sent,) = json.loads(done.stdout)
    assert sent["delivery_id"] == small.delivery_id
    assert "1 of 2 sent" in done.stderr
    done = replay(sent["id"], "f00")
    assert isinstance(done.exception, BadQueryError) and "f00" in done.exception.message
    assert sum(end_offsets(settings).values()) == 1


def test_a_lost_group_loses_nothing_and_reads_nothing_twice(worker: WorkerProcess) -> None:
    settings = worker.settings
    ids = send(settings, map(deployment, range(300)))
    worker.start().wait_caught_up()
    assert worker.stop() == 0
    client = admin(settings)
    client.delete_groups([GROUP])
    client.close()
    ids += send(settings, map(deployment, range(300, 700)))
    worker.start().wait_caught_up()
    assert worker.stop() == 0
    assert stored(settings) == sorted(ids)
    assert query(settings, "SELECT coalesce(sum(n), 0) FROM duplicate_deliveries") == [(0,)]


def test_a_recreated_topic_ends_the_worker_and_the_next_reads_it_from_its_beginning(worker: WorkerProcess) -> None:
    settings = worker.settings
    ids = send(settings, map(deployment, range(300)))
    worker.start().wait_caught_up()
    before = topic_ids(settings)
    client = admin(settings)
    client.delete_topics(list(before))
    wait_until(lambda: not set(client.list_topics()) & set(before))
    client.close()
    ensure_topics(settings)
    ids += send(settings, map(deployment, range(300, 500)))
    assert worker.wait() == 70, worker.log
    worker.start().wait_caught_up()
    assert worker.stop() == 0, worker.log
    assert stored(settings) == sorted(ids)


def test_a_frozen_worker_is_ended_and_the_next_goes_on(worker: WorkerProcess) -> None:
    settings = worker.settings
    ids = send(settings, map(deployment, range(100)))
    worker.start().wait_caught_up()
    worker.freeze()
    ids += send(settings, map(deployment, range(100, 200)))
    assert worker.wait() == 70, worker.log
    assert "watchdog" in worker.log
    worker.start().wait_caught_up()
    assert worker.stop() == 0
    assert stored(settings) == sorted(ids)


def test_a_batch_that_cannot_be_written_ends_the_worker_and_comes_again(worker: WorkerProcess) -> None:
    settings = worker.settings
    ids = send(settings, map(deployment, range(100)))
    worker.start().wait_caught_up()
    worker.limit_file_size((settings.home / "warehouse.duckdb.wal").stat().st_size)  # as a full disk would
    ids += send(settings, map(deployment, range(100, 3000)))
    assert worker.wait() == 1, worker.log
    assert "the worker ends" in worker.log
    worker.start().wait_caught_up()
    assert worker.stop() == 0
    assert stored(settings) == sorted(ids)
    assert query(settings, "SELECT coalesce(sum(n), 0) FROM duplicate_deliveries") == [(0,)]


def test_what_keeps_a_batch_from_being_parsed_ends_the_worker(tmp_path: Path) -> None:
    """A batch that is neither parsed nor refused must not stop the line without a word, nor reach Faust."""
    settings, failed = Settings(home=tmp_path), list[BaseException]()
    store = Store.open(MEMORY)

    async def announce(touched: list[str]) -> None:
        raise AssertionError(touched)

    async def add() -> None:
        progress = Progress("deliveries", "id", [])
        writer = Writer(store, settings, progress, ByteBudget(1), announce, failed.append)
        unreadable = SimpleNamespace(message=SimpleNamespace(value=None))  # no records: Faust's own fault
        for _ in range(2):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(writer.add(cast(Any, None), cast(Any, [unreadable])), 1)

    asyncio.run(add())
    assert [type(error) for error in failed] == [TypeError]
    assert rows(store, "FROM deliveries") == []


def test_a_worker_without_kafka_waits_for_it_and_stops_when_told(tmp_path: Path) -> None:
    worker = WorkerProcess(worker_settings(tmp_path, f"127.0.0.1:{free_port()}", watchdog_seconds=0.2)).start()
    try:
        wait_until(lambda: "waiting for Kafka" in worker.log, 60)
        assert worker.stop() == 0
    finally:
        worker.end()
