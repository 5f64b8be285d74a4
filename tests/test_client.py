"""The client gives the same over HTTP and from the file, and says clearly when it can give nothing."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from dashboard_store import fill_year
from serving import serving

from models.errors import BadQueryError, LeadlineError
from models.settings import Settings
from warehouse.client import Client, address, connect
from warehouse.store import Store

NOBODY = "127.0.0.1:1"
WINDOW = {"since": "2020-01-01", "until": "2100-01-01"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    fill_year(Store.open(home / "warehouse.duckdb")).close()
    return home


@pytest.fixture
def local(home: Path) -> Iterator[Client]:
    with connect(Settings(home=home, api=NOBODY)) as client:
        yield client


def test_http_and_file_give_the_same(home: Path, local: Client) -> None:
    from_file = [
        local.metrics(),
        local.metric("change_lead_time", by="team", **WINDOW),
        local.evidence("change_fail_rate", limit=5, **WINDOW),
        local.get("/services", limit=3),
    ]
    store = Store.open(home / "warehouse.duckdb")
    try:
        with (
            serving(store, api_tokens="token") as api,
            connect(Settings.model_validate({"home": home, "api": api, "api_tokens": "token"})) as remote,
        ):
            assert remote.answers()
            assert from_file == [
                remote.metrics(),
                remote.metric("change_lead_time", by="team", **WINDOW),
                remote.evidence("change_fail_rate", limit=5, **WINDOW),
                remote.get("/services", limit=3),
            ]
    finally:
        store.close()


def test_the_file_is_free_between_questions(home: Path, local: Client) -> None:
    assert not local.answers()
    local.metrics()
    Store.open(home / "warehouse.duckdb").close()
    local.metrics()


def test_every_observation_comes_page_by_page(local: Client) -> None:
    rows = list(local.all_evidence("deployment_frequency", page=50, since="60d"))
    assert len(rows) == local.metric("deployment_frequency", since="60d").results[0].n
    assert len(rows) > 50


def test_a_wrong_question_is_a_bad_query_either_way(home: Path, local: Client) -> None:
    store = Store.open(home / "warehouse.duckdb")
    with serving(store) as api, connect(Settings(home=home, api=api)) as remote:
        for ask, status in ((lambda c: c.metric("nope"), 404), (lambda c: c.metric("change_fail_rate", team="x"), 400)):
            with pytest.raises(BadQueryError) as over_http:
                ask(remote)
            assert over_http.value.status == status
    store.close()
    with pytest.raises(BadQueryError) as from_file:
        local.metric("change_fail_rate", team="x")
    assert str(from_file.value) == str(over_http.value)


def test_a_wrong_token_is_no_reason_to_read_the_file(home: Path) -> None:
    store = Store.open(home / "warehouse.duckdb")
    with (
        serving(store, api_tokens="token") as api,
        connect(Settings(home=home, api=api)) as remote,
        pytest.raises(LeadlineError, match="bearer token"),
    ):
        remote.metrics()
    store.close()


def test_nothing_to_read_says_where_it_looked(tmp_path: Path) -> None:
    with connect(Settings(home=tmp_path, api=NOBODY)) as client, pytest.raises(LeadlineError) as error:
        client.metrics()
    assert NOBODY in error.value.message
    assert "there is no warehouse" in error.value.message
    assert "leadline up" in error.value.hint


def test_an_address_becomes_a_url_that_can_be_asked() -> None:
    assert address("0.0.0.0:8401") == "http://127.0.0.1:8401"
    assert address("[::]:8401") == "http://[::1]:8401"
    assert address("https://leadline.example/") == "https://leadline.example/"
    assert httpx.URL(address("[::1]:8401")).host == "::1"
