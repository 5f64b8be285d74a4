"""Every source's golden cases: what a sender sends, and the events expected of it.

A case is `fixtures/SOURCE/EVENT__CASE.json` (headers, body) with `EVENT__CASE.expected.json` beside it: the event type,
and the events or the dead letter.
"""

import base64
import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jsonschema_rs
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from models.delivery import Delivery
from models.errors import NotAuthenticError
from models.events import EVENT, Incident, PullRequest, Push
from streams.bodies import read_json
from streams.ingest import parse_delivery
from streams.signatures import hmac_sha256
from streams.sources import load_sources
from streams.sources.events import published_schema
from warehouse.facts import Parsed

FIXTURES = Path(__file__).parent / "fixtures"
CASES = sorted(path for path in FIXTURES.glob("*/*__*.json") if not path.name.endswith(".expected.json"))
NOW = datetime(2026, 1, 7, tzinfo=UTC)


def delivery(source: str, body: bytes, headers: dict[str, str]) -> Delivery:
    return Delivery(source, "1", NOW, headers, body)


def told(parsed: Parsed) -> dict[str, Any]:
    """What became of a delivery, as JSON; defaults left out."""
    events = [one.model_dump(mode="json", exclude_defaults=True) | {"type": one.type} for one in parsed.events]
    dead = {"kind": parsed.kind, "reason": parsed.reason} if parsed.reason else None
    return {"event_type": parsed.event_type, "outcome": parsed.outcome, "events": events, "dead_letter": dead}


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_golden_case(path: Path) -> None:
    case = json.loads(path.read_text())
    one = delivery(path.parent.name, orjson.dumps(case["body"]), case["headers"])
    expected = json.loads(path.with_suffix(".expected.json").read_text())
    assert told(parse_delivery(one, load_sources())) == expected


def test_every_source_has_cases_and_every_case_a_source() -> None:
    assert {path.parent.name for path in CASES} == set(load_sources())


def test_githubs_form_encoding_is_read_like_its_json() -> None:
    case = json.loads((FIXTURES / "github" / "push__two_commits.json").read_text())
    form = urlencode({"payload": json.dumps(case["body"])}).encode()
    headers = case["headers"] | {"content-type": "Application/x-www-form-URLencoded"}
    sources = load_sources()
    as_json = parse_delivery(delivery("github", orjson.dumps(case["body"]), case["headers"]), sources)
    assert told(parse_delivery(delivery("github", form, headers), sources)) == told(as_json)
    decode = sources["github"].decode
    assert decode
    with pytest.raises(ValueError, match="payload"):
        decode(b"other=1", headers)


def test_a_cut_list_of_files_is_no_list() -> None:
    case = json.loads((FIXTURES / "github" / "push__beyond_the_cap.json").read_text())
    for many, known in ((2_999, True), (3_000, False)):
        files = {"added": [f"web/{number}" for number in range(many)], "removed": None, "modified": ["api/x"]}
        body = case["body"] | {"commits": [case["body"]["commits"][0] | files]}
        (push,) = parse_delivery(delivery("github", orjson.dumps(body), case["headers"]), load_sources()).events
        assert isinstance(push, Push) and (push.commits[0].files is not None) is known


def test_a_sha_in_capitals_is_the_same() -> None:
    told = EVENT.validate_python(
        {"type": "deployment", "id": "1", "at": "2026-01-06T12:00:00Z", "service": "pay", "deployment": "1",
         "environment": "production", "status": "success", "sha": "AB" * 20}
    )  # fmt: skip
    assert told.sha == "ab" * 20


@pytest.mark.parametrize("source", ["github", "pagerduty", "events"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_half_a_character_at_a_text_s_end_and_a_byte_order_mark_stop_nothing(source: str, mark: bytes) -> None:
    cases = {"github": "issues__incident_opened", "pagerduty": "incident.triggered__plain"}
    path = FIXTURES / source / f"{cases.get(source, 'pull_request__merged')}.json"
    case = json.loads(path.read_text())
    titled = case["body"] | ({"title": "Merged"} if source == "events" else {})
    body = orjson.dumps(titled).replace(b'"title":"', b'"title":"\\ud83d')
    assert b"ud83d" in body
    parsed = parse_delivery(delivery(source, mark + body, case["headers"]), load_sources())
    assert parsed.reason is None
    assert {(one.title or "")[0] for one in parsed.events if isinstance(one, Incident | PullRequest)} == {"?"}


@pytest.mark.parametrize("body", [b"", b"{", b'{"a":NaN}', b'{"a":1}x', b'{"a":"\xff"}', b"[" * 5000])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_json(body)


def test_ndjson_is_a_batch() -> None:
    case = json.loads((FIXTURES / "events" / "batch__array.json").read_text())["body"]
    body = b"\n".join(orjson.dumps(one) for one in case) + b"\n"
    for headers in ({"content-type": "Application/X-NDJSON"}, {}):
        parsed = parse_delivery(delivery("events", body, headers), load_sources())
        assert (len(parsed.events), parsed.event_type) == (2, "batch")


def test_an_event_is_known_by_its_id_where_that_is_a_text_and_else_by_its_content() -> None:
    known_by = load_sources()["events"].delivery_id
    assert known_by({}, {"id": "e1"}, b"1") == "e1"
    others: list[Any] = [{"id": 1}, {"id": True}, {"id": ["e1"]}, {"id": ""}, {}, [{"id": "e1"}]]
    assert {known_by({}, payload, b"1") for payload in others} == {"sha256:" + sha256(b"1").hexdigest()}


def test_githubs_own_payloads_all_land_somewhere(corpora: Path) -> None:
    outcomes: Counter[str] = Counter()
    for path in sorted((corpora / "github").rglob("*.json")):
        one = delivery("github", path.read_bytes(), {"x-github-event": path.parent.name})
        parsed = parse_delivery(one, load_sources())
        assert parsed.reason is None, f"{path.parent.name}/{path.name}: {parsed.reason}"
        outcomes[f"{path.parent.name} {parsed.outcome}"] += 1
    assert outcomes["push parsed"] and outcomes["pull_request parsed"] and outcomes["deployment_status parsed"]
    assert outcomes["star ignored"] and outcomes["workflow_run ignored"]


def test_the_published_schema_agrees_with_the_source() -> None:
    schema = published_schema()
    validator = jsonschema_rs.validator_for(schema)
    for path in (path for path in CASES if path.parent.name == "events"):
        body = json.loads(path.read_text())["body"]
        parsed = json.loads(path.with_suffix(".expected.json").read_text())["outcome"] == "parsed"
        # A JSON Schema can't say that a time needs its zone, nor between which years it must lie.
        if path.stem not in ("deployment__naive_time", "deployment__before_all_times"):
            assert validator.is_valid(body) == parsed, path.stem
    for example in schema["examples"]:
        assert validator.is_valid(example)


Signed = Callable[[bytes, str], dict[str, str]]


def _standard(body: bytes, secret: str) -> dict[str, str]:
    moment = datetime.now(UTC)
    signature = Webhook(secret).sign("msg_1", moment, body.decode())
    stamp = str(int(moment.timestamp()))
    return {"webhook-id": "msg_1", "webhook-timestamp": stamp, "webhook-signature": signature}


SCHEMES: dict[str, tuple[str, Signed]] = {
    "github": ("github", lambda body, secret: {"x-hub-signature-256": f"sha256={hmac_sha256(body, secret)}"}),
    "pagerduty": ("pagerduty", lambda body, secret: {"x-pagerduty-signature": f"v1=00,v1={hmac_sha256(body, secret)}"}),
    "events by token": ("events", lambda body, secret: {"authorization": f"Bearer {secret}"}),
    "events by signature": ("events", _standard),
    "catalog": ("catalog", lambda body, secret: {"authorization": f"Bearer {secret}"}),
}
secrets = st.binary(min_size=8, max_size=40).map(lambda raw: "whsec_" + base64.b64encode(raw).decode())


@pytest.mark.parametrize("scheme", SCHEMES)
@given(body=st.text(max_size=200).map(str.encode), mine=secrets, other=secrets)
def test_any_of_our_secrets_verifies_and_nothing_else(scheme: str, body: bytes, mine: str, other: str) -> None:
    source, sign = SCHEMES[scheme]
    verify = load_sources()[source].verify
    headers = sign(body, mine)
    verify(body, headers, [mine])
    verify(body, headers, [other, mine])
    for wrong in ([], [other] if other != mine else []):
        with pytest.raises(NotAuthenticError) as refused:
            verify(body, headers, wrong)
        assert mine not in str(refused.value) and other not in str(refused.value)
    with pytest.raises(NotAuthenticError):
        verify(body, {}, [mine])
    if "authorization" not in headers:
        with pytest.raises(NotAuthenticError):
            verify(body + b" ", headers, [mine])


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b'{\n "type": "deployment",\n "id": "5",\n}', "line 3 column 11"),
        (b'{"type": "deployment"}\n\n{"type": \n', "number 3"),
    ],
)
def test_a_fault_of_json_is_told_where_it_is(body: bytes, fault: str) -> None:
    decode = load_sources()["events"].decode
    assert decode
    with pytest.raises(ValueError, match=fault):
        decode(body, {})
