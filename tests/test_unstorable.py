"""What no table can hold, or nobody's record: it becomes a dead letter, and what came with it is stored."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from models.delivery import Delivery
from models.errors import DeadLetterError, LeadlineError
from models.settings import Settings, load_settings, refuse_unknown_secrets
from streams.ingest import ingest
from streams.sources import load_sources
from streams.worker.writer import to_delivery
from tests.warehouses import at, deploy, event, fill, incident, push, rows, store_of
from warehouse.compute import compute
from warehouse.store import MEMORY, Store

NOW = datetime(2026, 1, 7, tzinfo=UTC)


def sent(source: str, name: str, body: Any, **headers: str) -> Delivery:
    return Delivery(source, name, NOW, headers, orjson.dumps(body))


GOOD = sent("events", "good", deploy(1, "V1", "a").model_dump(mode="json"))
HUGE = (
    b'{"type":"catalog","id":"1","at":"2026-01-07T00:00:00Z","location":"git","entities":[{"apiVersion":"v1",'
    b'"kind":"Component","metadata":{"name":"pay"},"spec":{"n":1180591620717411303424}}]}'
)


def test_one_delivery_that_no_table_can_hold_stops_no_other(tmp_path: Any) -> None:
    store, settings = Store.open(MEMORY), Settings(home=tmp_path)
    for _ in range(2):
        ingest(store, settings, [GOOD, Delivery("catalog", "huge", NOW, {}, HUGE)])
    compute(store, settings)
    found = dict(rows(store, "SELECT delivery_id, outcome FROM deliveries"))
    assert found == {"good": "parsed", "huge": "dead"}
    ((kind, reason),) = rows(store, "SELECT kind, reason FROM dead_letters")
    assert kind == "rejected" and "no table can hold it" in reason
    assert rows(store, "SELECT count(*) FROM deployments") == [(1,)]


@pytest.mark.parametrize("body", ["Reverts #99999999999999999999", "Reverts #" + "9" * 300, "Reverts other/repo#5"])
def test_what_reverts_nothing_here_is_no_revert(body: str) -> None:
    one = event("pull_request", 1, status="opened", repository="acme/pay", number=6, body=body)
    assert rows(store_of(one), "SELECT reverts_number FROM pull_request_events") == [(0,)]


def test_a_revert_may_name_its_repository_in_any_case() -> None:
    one = event("pull_request", 1, status="opened", repository="acme/pay", number=6, body="Reverts Acme/Pay#5")
    assert rows(store_of(one), "SELECT reverts_number FROM pull_request_events") == [(5,)]


@pytest.mark.parametrize(
    "headers",
    [
        [("source", None), ("id", b"1"), ("received_at", b"2026-01-07T00:00:00+00:00"), ("http", b"{}")],
        [("source", b"github"), ("id", b"1"), ("received_at", b"2026-01-07T00:00:00+00:00"), ("http", b"5")],
        [("source", b"github")],
    ],
)
def test_a_record_of_nobodys_is_a_dead_letter(headers: list[Any]) -> None:
    record: Any = SimpleNamespace(
        key=None, value=b"{}", headers=headers, timestamp=1767744000000, topic="deliveries", partition=0, offset=7
    )
    assert to_delivery(record).delivery_id == "deliveries/0/7"


@pytest.mark.parametrize("pushed_at", [10**17, -(10**17)])
def test_a_moment_beyond_all_clocks_is_a_dead_letter(pushed_at: int) -> None:
    repository = {"full_name": "acme/pay", "pushed_at": pushed_at}
    body = {"ref": "refs/heads/main", "before": "a" * 40, "after": "b" * 40, "repository": repository}
    with pytest.raises(DeadLetterError):
        load_sources()["github"].parse(sent("github", "1", body, **{"x-github-event": "push"}))


@pytest.mark.parametrize("title", ["One", "Two", "Three", "Four", "Five"])
def test_the_newest_description_of_an_incident_counts(title: str) -> None:
    shipped = [push(1, "", "a", "b"), deploy(2, "V1", "a"), deploy(3, "V2", "b")]
    first = [
        incident(4, "I", deployment="V1", title="Down", described_at=at(4)),
        incident(5, "I", "resolved", deployment="V1", title="Down", described_at=at(5)),
    ]
    edited = [
        incident(4, "I", deployment="V2", title=title, described_at=at(9)),
        incident(5, "I", "resolved", deployment="V2", title=title, described_at=at(9)),
    ]
    for events in ([*shipped, *first, *edited], [*edited, *shipped, *first]):
        assert rows(store_of(*events), "SELECT DISTINCT title, deployment FROM incidents") == [(title, "V2")]


def test_what_the_newest_description_no_longer_says_is_so_no_longer() -> None:
    """A link that was a mistake, and a text that no longer names what it reverts; None only says nothing of it."""
    linked = incident(4, "I", deployment="V1", severity="sev1", described_at=at(4))
    unlinked = incident(4, "I", deployment="", severity="", described_at=at(9))
    silent = incident(4, "I", described_at=at(10))
    reverting = event("pull_request", 1, status="opened", repository="acme/pay", number=6, body="Reverts #5")
    edited = event("pull_request", 2, status="updated", repository="acme/pay", number=6, body="Takes #5 further")
    for told in ([linked, unlinked, silent, reverting, edited], [edited, reverting, silent, unlinked, linked]):
        store = store_of(push(1, "", "a"), deploy(2, "V1", "a"), *told)
        assert rows(store, "SELECT deployment, severity FROM incidents") == [(None, None)]
        assert rows(store, "SELECT reverts_number FROM pull_requests") == [(None,)]


def test_what_is_told_in_the_second_of_the_opening_came_later() -> None:
    for label in ("one", "two", "three", "four"):
        opened = event("pull_request", 1, status="opened", repository="acme/pay", number=1, labels=[])
        labelled = event("pull_request", 1, status="updated", repository="acme/pay", number=1, labels=[label])
        store = store_of(opened)
        assert rows(fill(store, [labelled]), "SELECT labels FROM pull_requests") == [([label],)]


@pytest.mark.parametrize("pattern", ["^(?!non-)prod", r"(a)\1", "("])
def test_a_pattern_that_the_store_cannot_match_is_refused(pattern: str) -> None:
    with pytest.raises(LeadlineError, match="no regular expression"):
        load_settings(production_pattern=pattern)


def test_the_secret_of_an_unknown_source_names_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADLINE_SECRET_GITHUB_FILE", "/dev/null")
    refuse_unknown_secrets(["github", "events"])
    monkeypatch.setenv("LEADLINE_SECRET_GITHBU", "x")
    with pytest.raises(LeadlineError) as refused:
        refuse_unknown_secrets(["github", "events"])
    assert "LEADLINE_SECRET_GITHUB" in (refused.value.hint or "")
