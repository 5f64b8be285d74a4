"""The commands that read, on a warehouse file that no worker owns."""

import csv
import json
from collections.abc import Callable
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from dashboard_store import fill_year

from streams.asking import change, duration, moment, worded
from streams.cli import main
from warehouse.metrics.definitions import definitions
from warehouse.store import Store

Run = Callable[..., tuple[str, str]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    fill_year(Store.open(home / "warehouse.duckdb")).close()
    return home


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `leadline WORDS…` in this process: (stdout, stderr). Nothing listens where it looks for others."""
    for name in ("API", "RECEIVER", "BROKER"):
        monkeypatch.setenv(f"LEADLINE_{name}", "127.0.0.1:1")
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: str, code: int = 0, home: Path = home) -> tuple[str, str]:
        monkeypatch.setattr("sys.argv", ["leadline", "--home", str(home), *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        assert (ended.value.code or 0) == code, err
        return out, err

    return run


def test_metrics_shows_the_value_of_each(run: Run) -> None:
    rows = json.loads(run("metrics", "--format", "json")[0])
    assert {row["metric"] for row in rows} == set(definitions())
    table = run("metrics")[0]
    assert all(name in table for name in definitions())
    assert "Elite" in table


def test_a_metric_by_team_and_month_as_csv_is_exact(run: Run) -> None:
    words = ("metrics", "change_lead_time", "--by", "team", "--bucket", "month", "--since", "6mo")
    exact = json.loads(run(*words, "--format", "json")[0])
    rows = list(csv.DictReader(StringIO(run(*words, "--format", "csv")[0])))
    assert [row["key"] for row in rows] == [row["key"] for row in exact]
    assert [float(row["value"]) if row["value"] else None for row in rows] == [row["value"] for row in exact]
    assert run(*words, "--format", "markdown")[0].startswith("| key | at | value | band |")


def test_evidence_is_cut_at_the_limit_and_says_so(run: Run) -> None:
    out, err = run("evidence", "change_fail_rate", "--limit", "3", "--format", "json")
    assert len(json.loads(out)) == 3
    assert "There is more" in err
    whole = json.loads(run("evidence", "time_to_restore", "--since", "1y", "--limit", "100000", "--format", "json")[0])
    assert len(whole) > 100


def test_services_and_coverage_are_listed(run: Run) -> None:
    services = json.loads(run("services", "--team", "payments", "--format", "json")[0])
    assert {row["service"] for row in services} == {"payments-api", "ledger", "invoicing"}
    assert "identity" in run("services", "consents")[0]
    out, err = run("coverage")
    assert "catalog-info.yaml" in out
    assert "without an owner" in err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("metrics", "lead_time"), "change_lead_time"),
        (("metrics", "change_lead_time", "--team", "payment"), "payments"),
        (("metrics", "--since", "soon"), "30d"),
        (("metrics", "--statistic", "p50"), "belongs to one metric"),
        (("evidence", "nope"), "one of"),
        (("metrics", "change_lead_time/evidence"), "one of: batch_size"),
        (("metrics", "change_lead_time?by=team"), "there is no metric"),
        (("metrics", ""), "there is no metric"),
        (("evidence", ".."), "there is no metric"),
        (("evidence", "change_lead_time", "--limit", "9" * 20), "--limit"),
        (("dead-letters", "show", ""), "dead-letters"),
        (("services", "nobody"), "basket"),
        (("services", ".."), "basket"),
        (("services", "../metrics"), "basket"),
        (("services", "."), "basket"),
        (("services", "nobody?team=payments"), "basket"),
        (("services", "basket", "--team", "payments"), "filters choose among all services"),
    ],
)
def test_a_wrong_question_exits_2_and_names_the_choices(run: Run, words: tuple[str, ...], says: str) -> None:
    out, err = run(*words, code=2)
    assert not out
    assert says in " ".join(err.split())


def test_doctor_says_what_is_broken_and_what_to_do(run: Run, tmp_path: Path) -> None:
    out, err = run("doctor", "--format", "json", code=1)
    found = {row["check"]: row for row in json.loads(out)}
    assert {name for name, row in found.items() if row["state"] == "broken"} == {"receiver", "broker", "worker"}
    assert "LEADLINE_SECRET_GITHUB" in found["source github"]["do"]
    assert "dead letters" in found["store"]["finding"]
    assert all(row["do"] for row in found.values() if row["state"] == "broken")
    assert err.startswith("broken: receiver, broker, worker")
    out, _ = run("doctor", code=1, home=tmp_path / "nowhere")
    assert "there is no" in out


def test_numbers_are_written_as_people_do() -> None:
    assert [duration(seconds) for seconds in (0, 65, 3600, 5000, 90_000, 400_000)] == [
        "0 s", "1 min 5 s", "1 h", "1 h 23 min", "1 d 1 h", "4 d 15 h",
    ]  # fmt: skip
    assert (worded(None, "ratio"), worded(0.148, "ratio"), worded(1.4, "per day")) == ("", "14.8 %", "1.4 per day")
    assert (change(None, "lower"), change(0.001, "lower")) == ("", "0 %")
    assert (change(-0.31, "lower"), change(-0.31, "higher")) == ("-31 % (better)", "-31 % (worse)")
    assert moment(datetime.fromisoformat("2026-03-01T23:30Z"), "Asia/Tokyo") == "2026-03-02 08:30"


def test_a_catalog_without_a_fault_is_an_empty_list_of_faults(run: Run, tmp_path: Path) -> None:
    (tmp_path / "catalog-info.yaml").write_text(
        "apiVersion: backstage.io/v1alpha1\nkind: Domain\nmetadata:\n  name: money\nspec:\n  owner: group:finance\n"
    )
    out, err = run("catalog", "validate", str(tmp_path), "--format", "json")
    assert out == "[]\n"
    assert "1 entities, nothing wrong" in err
