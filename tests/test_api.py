"""The read API over real HTTP, on a seeded organisation that went through the real ingest and compute."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx
import jsonschema_rs
import pyarrow as pa
import pytest
from dashboard_store import fill_year
from serving import serving
from warehouses import deploy, push, store_of

from models.errors import LeadlineError
from models.results import EvidencePage, MetricAnswer, MetricList, Problem
from models.settings import Settings
from warehouse.api.app import create_app
from warehouse.api.replies import ARROW, NEXT_HEADER
from warehouse.paging import Position
from warehouse.store import MEMORY, Store

NOW = datetime.now(UTC)
LISTS = ("/services", "/deployments", "/incidents", "/coverage", "/dead-letters", "/metrics/change_lead_time/evidence")


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    store = fill_year(Store.open(MEMORY), now=NOW)
    yield store
    store.close()


@pytest.fixture(scope="module")
def api(store: Store) -> Iterator[httpx.Client]:
    with serving(store) as address, httpx.Client(base_url=f"http://{address}/api/v1", timeout=30) as client:
        yield client


def get(api: httpx.Client, path: str, **params: Any) -> dict[str, Any]:
    answer = api.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def everything(api: httpx.Client, path: str, limit: int, **params: Any) -> list[dict[str, Any]]:
    rows, cursor = [], None
    while True:
        page = get(api, path, limit=limit, **params, **({"cursor": cursor} if cursor else {}))
        rows += page["rows"]
        cursor = page["next"]
        if cursor is None:
            return rows
        assert len(page["rows"]) == limit


def test_metrics_are_told_with_their_headers(api: httpx.Client) -> None:
    told = MetricList.model_validate(get(api, "/metrics")).metrics
    assert {each.name for each in told} >= {"change_lead_time", "time_to_restore"}
    assert all(each.question.endswith("?") for each in told)


def test_an_answer_has_exactly_the_promised_fields(api: httpx.Client) -> None:
    answer = get(api, "/metrics/change_lead_time", by="team", bucket="month", since="6mo", statistic="p90")
    assert list(answer) == [
        "metric", "unit", "since", "until", "by", "bucket", "statistic", "profile", "ladder", "results",
    ]  # fmt: skip
    assert list(answer["results"][0]) == [
        "key", "at", "value", "n", "numerator", "denominator", "band", "previous", "change", "reason",
    ]  # fmt: skip
    assert {result["key"] for result in answer["results"]} >= {"engineering", "payments", "(no team)"}
    assert answer["results"][0]["at"].endswith("Z")


@pytest.mark.parametrize("path", LISTS)
def test_pages_give_every_row_once(api: httpx.Client, path: str) -> None:
    since = {"since": "21d"} if "evidence" in path or path in ("/deployments", "/incidents") else {}
    whole = everything(api, path, 10_000, **since)
    assert whole
    assert everything(api, path, 7, **since) == whole


@pytest.mark.parametrize("path", [*LISTS, "/metrics/change_lead_time"])
def test_arrow_says_the_same_as_json(api: httpx.Client, path: str) -> None:
    params = {"until": "2100-01-01", "since": "2020-01-01"} if path.startswith("/metrics") else {}
    told = get(api, path, **params)
    answer = api.get(path, params=params, headers={"Accept": ARROW})
    assert answer.headers["content-type"] == ARROW
    assert answer.headers.get(NEXT_HEADER) == told.get("next")
    with pa.ipc.open_stream(answer.content) as reader:
        table = reader.read_all()
    rows = told.get("rows", told.get("results"))
    assert table.num_rows == len(rows)
    assert table.column_names == list(rows[0])
    for name in ("service", "ref", "value", "n", "key", "deployment", "reason"):
        if name in table.column_names:
            assert table.column(name).to_pylist() == [row[name] for row in rows]


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/metrics/lead_time", 404, "change_lead_time"),
        ("/metrics/change_lead_time?teem=x", 400, "team"),
        ("/metrics/change_lead_time?team=x", 400, "payments"),
        ("/metrics/change_lead_time?since=soon", 400, "30d"),
        ("/metrics/change_lead_time?bucket=fortnight", 400, "quarter"),
        ("/metrics/change_lead_time?by=person", 400, "team"),
        ("/metrics/change_lead_time?by=team&by=org", 400, "more than once"),
        ("/metrics/change_lead_time/evidence?cursor=!", 400, "`next`"),
        ("/services?limit=0", 400, "limit"),
        ("/services?limit=10001", 400, "10000"),
        ("/services/nobody", 404, "basket"),
        ("/deployments?cursor=eyJ9", 400, "`next`"),
        ("/deployments?status=splendid", 400, "cancelled"),
        ("/deployments?source=jenkins", 400, "github"),
        ("/deployments/0", 404, "SOURCE:ID"),
        ("/commits/abc", 400, "7"),
        ("/commits/0000000", 404, "push"),
        ("/dead-letters/zz", 404, "dead-letters"),
        ("/dead-letters?source=jenkins", 400, "github"),
        ("/incidents?since=2026-02-30", 400, "no date"),
        ("/pipeline?since=1d", 400, "no parameters"),
        ("/nothing", 404, "openapi"),
        ("/metrics/", 404, "openapi"),
        ("/dead-letters/", 404, "openapi"),
    ],
)
def test_a_wrong_question_is_a_problem_that_names_the_choices(
    api: httpx.Client, path: str, status: int, words: str
) -> None:
    answer = api.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    problem = Problem.model_validate(answer.json())
    assert problem.status == status
    assert words in f"{problem.detail} {problem.hint}"


@pytest.mark.parametrize("zone", ["Europe/Oslo", "America/New_York"])
def test_a_window_at_the_end_of_all_dates_is_a_problem_in_any_zone(store: Store, zone: str) -> None:
    with serving(store, timezone=zone) as address, httpx.Client(base_url=f"http://{address}/api/v1") as client:
        for asked in (
            {"until": "9999-12-31T23:59:59Z", "bucket": "day"},
            {"since": "0001-01-01T00:00:00Z", "until": "0001-02-01T00:00:00Z"},
        ):
            answer = client.get("/metrics/deployment_frequency", params=asked)
            assert answer.status_code == 400, answer.text
            assert Problem.model_validate(answer.json()).hint


def test_a_cursor_belongs_to_its_kind_of_list(api: httpx.Client) -> None:
    cursor = get(api, "/services", limit=1)["next"]
    assert api.get("/deployments", params={"cursor": cursor}).status_code == 400
    beyond = Position("pay", 10**19).write()
    assert api.get("/services", params={"cursor": beyond}).status_code == 400


def test_filters_narrow_lists(api: httpx.Client) -> None:
    services = {row["service"] for row in get(api, "/services", team="payments")["rows"]}
    assert services == {"payments-api", "ledger", "invoicing"}
    assert {row["service"] for row in everything(api, "/deployments", 1000, team="payments")} == services
    failed = everything(api, "/deployments", 1000, failed=True, recovered=False)
    assert failed
    assert all(row["failed"] and row["recovered_at"] is None for row in failed)
    for row in everything(api, "/incidents", 1000, open=True):
        assert row["resolved_at"] is None


def test_a_deployment_opens_into_everything_behind_it(api: httpx.Client) -> None:
    failed = next(row for row in everything(api, "/deployments", 1000, failed=True) if row["recovered_at"])
    (whole,) = get(api, f"/deployments/{failed['deployment']}")["deployments"]
    assert (whole["service"], whole["source"]) == (failed["service"], failed["source"])
    assert whole["history"][-1]["status"]
    assert len(whole["shipped_commits"]) == whole["shipped"]
    assert whole["failure_evidence"][0]["because"]
    assert whole["recovery"]["seconds"] >= 0
    assert get(api, f"/deployments/{failed['source']}:{failed['deployment']}")["deployments"] == [whole]
    sha = whole["shipped_commits"][0]["sha"]
    (commit,) = get(api, f"/commits/{sha[:10]}")["commits"]
    assert commit["sha"] == sha
    shipped = next(each for each in commit["deployments"] if each["deployment"] == failed["deployment"])
    assert shipped["counted"]
    assert "first successful deployment" in shipped["explanation"]


def test_a_commit_says_where_it_is_not() -> None:
    early, late = "a" * 40, "b" * 40
    staged = store_of(
        push(1, "", "0" * 39 + "1", early),
        deploy(2, "p1", "0" * 39 + "1"), deploy(3, "s1", "0" * 39 + "1", environment="staging"),
        deploy(4, "s2", early, environment="staging"), push(5, early, late), deploy(6, "p2", None),
    )  # fmt: skip
    with serving(staged) as address, httpx.Client(base_url=f"http://{address}/api/v1") as client:
        (told,) = get(client, f"/commits/{early[:8]}")["commits"]
        assert [(each["environment"], each["because"]) for each in told["deployments"]] == [("staging", "shipped")]
        (absent,) = told["absent"]
        assert (absent["environment"], absent["production"], absent["deployment"]) == ("production", True, "p2")
        assert "can't be told" in absent["explanation"]
        (told,) = get(client, f"/commits/{late[:8]}")["commits"]
        assert {each["environment"] for each in told["absent"]} == {"production", "staging"}
        assert "s2, the newest deployment there, does not contain it" in " ".join(
            each["explanation"] for each in told["absent"]
        )
        assert "contains it yet" in told["reason"]
    staged.close()


def test_a_service_is_found_by_its_reference(api: httpx.Client) -> None:
    told = get(api, "/services/component:default/payments-api")
    assert (told["service"], told["team"]) == ("payments-api", "payments")
    assert told["environments"][0]["live"]["deployment"]
    discovered = get(api, f"/services/{quote('acme/price-feed')}")
    assert not discovered["in_catalog"]


def test_the_pipeline_s_counts_add_up(api: httpx.Client) -> None:
    told = get(api, "/pipeline")
    assert told["lag"] == 3
    assert told["uncomputed"] == 0
    assert told["freshness"]["seconds"] > 0
    for row in [told["totals"], *told["counts"]]:
        assert row["received"] == row["stored"] + row["duplicates"]
        assert row["stored"] == row["parsed"] + row["ignored"] + row["dead"]
    assert told["totals"]["dead"] == len(everything(api, "/dead-letters", 100))


def test_a_dead_letter_shows_what_was_sent(api: httpx.Client) -> None:
    letter = get(api, "/dead-letters")["rows"][0]
    whole = get(api, f"/dead-letters/{letter['id']}")
    assert whole["reason"] == letter["reason"]
    assert len(whole["body"].encode()) == letter["bytes"]


def test_coverage_says_what_to_do(api: httpx.Client) -> None:
    told = get(api, "/coverage")
    by_name = {row["service"]: row for row in told["rows"]}
    assert "catalog-info.yaml" in " ".join(by_name["acme/price-feed"]["advice"])
    assert "no deployment" in " ".join(by_name["consents"]["advice"])
    assert told["summary"]["services_without_owner"] == 1


def test_openapi_is_valid_and_complete(api: httpx.Client) -> None:
    described = api.get(str(api.base_url.join("/openapi.json"))).json()
    for name, shape in described["components"]["schemas"].items():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **shape}), name
    paths = {path.removeprefix("/api/v1") for path in described["paths"] if path.startswith("/api/v1")}
    assert paths >= {
        "/metrics", "/metrics/{name}", "/metrics/{name}/evidence", "/services", "/services/{ref}", "/deployments",
        "/deployments/{id}", "/commits/{sha}", "/incidents", "/coverage", "/pipeline", "/dead-letters",
        "/dead-letters/{id}",
    }  # fmt: skip
    MetricAnswer.model_validate(get(api, "/metrics/change_fail_rate"))
    EvidencePage.model_validate(get(api, "/metrics/change_fail_rate/evidence"))


def test_health_and_counters_are_told(api: httpx.Client) -> None:
    assert api.get(str(api.base_url.join("/healthz"))).json() == {"status": "ok"}
    assert api.head(str(api.base_url.join("/healthz"))).status_code == 200
    get(api, "/services")
    assert "leadline_api_request_seconds_bucket" in api.get(str(api.base_url.join("/metrics"))).text


def test_tokens_open_the_api(store: Store) -> None:
    with serving(store, api_tokens="old-token,new-token") as address:
        url = f"http://{address}"
        for token in (None, "Bearer wrong", "Basic new-token", "Bearer new-token-and-more", "Bearer"):
            refused = httpx.get(f"{url}/api/v1/services", headers={"Authorization": token} if token else {})
            assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
            assert "LEADLINE_API_TOKENS" in refused.json()["hint"]
            assert "new-token" not in refused.text
        for token in ("old-token", "new-token"):
            answer = httpx.get(f"{url}/api/v1/services", headers={"Authorization": f"bearer {token}"})
            assert answer.status_code == 200
        assert httpx.get(f"{url}/metrics").status_code == 401
        assert httpx.get(f"{url}/healthz").status_code == 200


def test_an_open_api_refuses_to_start() -> None:
    store = Store.open(MEMORY)
    for address in ("0.0.0.0:8401", "[::]:8401", "10.0.0.1:8401", "leadline.example:8401"):
        with pytest.raises(LeadlineError, match="LEADLINE_API_TOKENS"):
            create_app(store, Settings(api=address))
    for address in ("127.0.0.1:8401", "[::1]:8401", "localhost:8401"):
        create_app(store, Settings(api=address))
