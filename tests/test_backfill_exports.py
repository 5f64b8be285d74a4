"""`leadline backfill github|gitlab`: what a host's REST lists say is what its webhooks said, and nothing doubles."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest

from models.delivery import Delivery
from models.errors import LeadlineError
from models.settings import Settings
from streams.backfill.chunks import write_events
from streams.backfill.export import github_events, read_export
from streams.backfill.gitlab import gitlab_events
from streams.ingest import ingest
from streams.simulator import simulate
from tests.warehouses import START, rows
from warehouse.compute import compute, rebuild
from warehouse.store import MEMORY, Store

EMBEDDED = {
    "deployment_status": "deployment",
    "deployment": "deployment",
    "pull_request": "pull_request",
    "issues": "issue",
}
COMPARED = {
    "deployments": 'SELECT service, environment, deployment, status, first_success_at, commits, graph FROM deployments',
    "contained": 'SELECT service, environment, repository, sha, deployment, "at", counted, because FROM contained',
    "incidents": "SELECT incident, service, status, opened_at, resolved_at, deployment FROM incidents",
    "pull_requests": """SELECT repository, number, status, merge_sha, head_branch, labels,
        reviewed_at, approved_at FROM pull_requests""",
}  # fmt: skip


def say(store: Store) -> dict[str, list[Any]]:
    return {name: sorted(rows(store, query), key=repr) for name, query in COMPARED.items()}


def listed(delivery: Delivery) -> Iterator[tuple[str, dict[str, Any]]]:
    """(list, object) that GitHub's REST API would list of what a webhook tells."""
    kind, payload = delivery.headers["x-github-event"], orjson.loads(delivery.body)
    if kind == "deployment_status":
        yield "statuses", payload["deployment_status"]
    if kind == "pull_request_review":
        yield "reviews", payload["review"] | {"pull_request_url": payload["pull_request"]["url"]}
    if kind in EMBEDDED:
        one = payload[EMBEDDED[kind]]
        yield (
            EMBEDDED[kind],
            one | {"url": one.get("url") or f"https://api.github.com/repos/{payload['repository']['full_name']}/x"},
        )


def issue(action: str, **more: Any) -> Delivery:
    """A webhook of an issue that is an incident: the simulated organisation has its incidents elsewhere."""
    repository, at = "acme/checkout", "2026-01-06T12:00:00Z"
    one = {
        "url": f"https://api.github.com/repos/{repository}/issues/900", "number": 900, "title": "Checkout is down",
        "labels": [{"name": "incident"}, {"name": "sev1"}], "created_at": at, "updated_at": at, "closed_at": None,
    } | more  # fmt: skip
    body = {"action": action, "issue": one, "repository": {"full_name": repository}}
    return Delivery("github", f"issue/{action}", START, {"x-github-event": "issues"}, orjson.dumps(body))


def test_an_export_says_what_the_webhooks_said_and_both_together_say_no_more(tmp_path: Path) -> None:
    simulation = simulate(3, services=5, days=60)
    sent = [
        Delivery(one.source, one.delivery_id, one.at, one.headers, one.body)
        for one in simulation.deliveries if one.source == "github"
    ]  # fmt: skip
    sent += [issue("opened"), issue("closed", closed_at="2026-01-06T14:00:00Z")]
    newest = {(name, one.get("url"), one.get("id")): one for each in sent for name, one in listed(each)}
    for name in {name for name, *_ in newest}:
        objects = [one for (its, *_), one in newest.items() if its == name]
        Random(1).shuffle(objects)
        pages = [objects[start : start + 100] for start in range(0, len(objects), 100)]
        (tmp_path / f"{name}.json").write_text("\n".join(map(json.dumps, pages)))  # as `gh api --paginate` leaves them
    records, state = read_export([tmp_path])
    events = [event for told in github_events(records, None) for event in told]
    settings = Settings(home=tmp_path)

    hooked, exported = Store.open(MEMORY), Store.open(MEMORY)
    ingest(hooked, settings, sent)
    compute(hooked, settings)
    ingest(exported, settings, [one for one in sent if one.headers["x-github-event"] == "push"])
    assert write_events(exported, settings, "github x", state, "github", events) == len(events)
    compute(exported, settings)
    expected = say(hooked)
    assert all(expected.values()), "there is something of each"
    assert say(exported) == expected

    assert write_events(exported, settings, "github x", state, "github", events) == 0, "read already"
    write_events(hooked, settings, "github x", state, "github", events)
    compute(hooked, settings)
    assert say(hooked) == expected
    rebuild(hooked, settings)
    assert say(hooked) == expected


GITLAB = [
    {
        "id": 41, "iid": 1, "ref": "main", "sha": "a" * 40, "status": "success",
        "created_at": "2026-01-06T10:00:00.000Z", "updated_at": "2026-01-06T10:09:00.000Z",
        "environment": {"id": 9, "name": "live", "tier": "production"},
        "deployable": {
            "started_at": "2026-01-06T10:01:00.000Z", "finished_at": "2026-01-06T10:08:00.000Z", "tag": False,
            "web_url": "https://gitlab.example.com/acme/shop/pay/-/jobs/7",
        },
    },
    {
        "id": 5, "iid": 12, "state": "merged", "title": "Pay faster", "created_at": "2026-01-05T10:00:00Z",
        "merged_at": "2026-01-06T09:00:00Z", "updated_at": "2026-01-07T09:00:00Z", "sha": "b" * 40,
        "merge_commit_sha": "c" * 40, "squash_commit_sha": None, "source_branch": "faster", "target_branch": "main",
        "source_project_id": 1, "target_project_id": 1, "references": {"full": "acme/shop/pay!12"}, "labels": ["x"],
        "author": {"username": "ann"}, "web_url": "https://gitlab.example.com/acme/shop/pay/-/merge_requests/12",
    },
    {
        "id": 6, "iid": 3, "issue_type": "incident", "title": "Pay is down", "severity": "CRITICAL",
        "created_at": "2026-01-06T11:00:00Z", "closed_at": "2026-01-06T12:30:00Z",
        "references": {"full": "acme/shop/pay#3"},
        "web_url": "https://gitlab.example.com/acme/shop/pay/-/issues/3",
    },
    {"id": 7, "iid": 4, "issue_type": "issue", "created_at": "2026-01-06T11:00:00Z", "title": "A wish"},
]  # fmt: skip
"""Fields as docs.gitlab.com/api shows them for deployments, merge requests and issues."""


def test_gitlabs_lists(tmp_path: Path) -> None:
    told = list(gitlab_events(GITLAB, None))
    assert [len(events) for events in told] == [3, 2, 2, 0]
    settings, store = Settings(home=tmp_path), Store.open(MEMORY)
    events = [event for one in told for event in one]
    assert write_events(store, settings, "gitlab x", "1", "gitlab", events) == 7
    compute(store, settings)
    day = START + timedelta(days=1)
    assert rows(store, "SELECT production, started_at, first_success_at, commits FROM deployments") == [
        (
            True, day + timedelta(hours=10), day + timedelta(hours=10, minutes=8),
            [{"repository": "acme/shop/pay", "sha": "a" * 40}],
        )
    ]  # fmt: skip
    assert rows(store, "SELECT number, status, merge_sha FROM pull_requests") == [(12, "merged", "c" * 40)]
    assert rows(store, "SELECT incident, opened_at, resolved_at, severity FROM incidents") == [
        ("acme/shop/pay#3", day + timedelta(hours=11), day + timedelta(hours=12, minutes=30), "critical")
    ]


def test_pages_in_a_list_a_byte_order_mark_and_other_objects_are_no_obstacle(tmp_path: Path) -> None:
    url = "https://api.github.com/repos/acme/pay"
    repository = {
        "id": 9,
        "full_name": "acme/pay",
        "url": url,
        "statuses_url": f"{url}/statuses/{{sha}}",
        "labels_url": "",
    }
    made = [
        {"url": f"{url}/deployments/{number}", "id": number, "sha": "a" * 40, "ref": "main",
         "environment": "production", "created_at": "2026-01-01T00:00:00Z", "payload": "",
         "statuses_url": f"{url}/deployments/{number}/statuses"}
        for number in (1, 2)
    ]  # fmt: skip
    pages = orjson.dumps([[made[0]], [made[1]]]) + orjson.dumps(repository) + orjson.dumps({"message": "Not Found"})
    (tmp_path / "all.json").write_bytes(b"\xef\xbb\xbf" + pages)
    told = list(github_events(read_export([tmp_path])[0], None))
    assert [len(events) for events in told] == [1, 1, 0, 0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[{]", "not JSON at line 1"),
        ('[{"head": {}, "url": "https://api.github.com/repos/acme/pay/pulls/1"}]', "can't be read"),
        ('[{"labels": [], "number": 1}]', "--repository"),
    ],
)
def test_what_is_wrong_with_an_export_is_said(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "pulls.json").write_text(text)
    with pytest.raises(LeadlineError) as raised:
        list(github_events(read_export([tmp_path])[0], None))
    assert said in f"{raised.value.message} {raised.value.hint}"


def test_a_folder_without_json_is_said(tmp_path: Path) -> None:
    with pytest.raises(LeadlineError, match="there is no"):
        read_export([tmp_path])
