"""`leadline backfill csv|parquet`: rows become the facts that webhooks of the same source would have left."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from models.settings import Settings
from streams.backfill import chunks
from streams.cli import main
from tests.warehouses import at, deploy, parsed, push, rows
from warehouse.compute import compute
from warehouse.facts import write_batch
from warehouse.people import people_key
from warehouse.store import Store

Run = Callable[..., tuple[str, str]]

DEPLOYS = f"""commit,finished,state,run
b,{at(5)},SUCCESS,1
c,{at(9)},failure,2
"""
COMMITS = f"""repository,sha,committed_at,parents,message
acme/pay,a,{at(1)},,First
acme/pay,b,{at(2)},a,Second
acme/pay,c,2026-01-05 03:00:00,a b,Third
"""
MAPPED = (
    "--map", "sha=commit", "--map", "at=finished", "--map", "status=state", "--map", "deployment=run",
    "--set", "repository=acme/pay", "--set", "environment=production",
)  # fmt: skip


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `leadline backfill WORDS…` on a home of its own: (stdout, stderr)."""
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: Any, code: int = 0) -> tuple[str, str]:
        monkeypatch.setattr("sys.argv", ["leadline", "--home", str(tmp_path), "backfill", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        assert (ended.value.code or 0) == code, err
        return out, err

    return run


@pytest.fixture
def tables(tmp_path: Path) -> dict[str, Path]:
    found = {}
    for name, text in {"deploys": DEPLOYS, "commits": COMMITS}.items():
        found[name] = tmp_path / f"{name}.csv"
        found[name].write_text(text)
    return found


def asked(home: Path, query: str) -> list[tuple[Any, ...]]:
    store = Store.open(home / "warehouse.duckdb")
    try:
        return rows(store, query)
    finally:
        store.close()


def test_csv_tells_what_was_shipped(run: Run, tables: dict[str, Path], tmp_path: Path) -> None:
    run("csv", tables["commits"], "--kind", "commits")
    out, _ = run("csv", tables["deploys"], *MAPPED, "--format", "json")
    assert json.loads(out) == [{"table": "deploys.csv", "rows": 2, "written": 2}]
    assert asked(tmp_path, "SELECT deployment, status FROM deployments ORDER BY 1") == [
        ("1", "success"),
        ("2", "failure"),
    ]
    assert asked(tmp_path, "SELECT sha, list_sort(parents) FROM commits ORDER BY 1") == [
        ("a", None), ("b", ["a"]), ("c", ["a", "b"]),
    ]  # fmt: skip
    assert asked(tmp_path, "SELECT sha, because FROM contained ORDER BY 1") == [("a", "baseline"), ("b", "baseline")]
    assert json.loads(run("csv", tables["deploys"], *MAPPED, "--format", "json")[0])[0]["written"] == 0


def test_a_table_beside_webhooks_doubles_nothing(run: Run, tables: dict[str, Path], tmp_path: Path) -> None:
    store = Store.open(tmp_path / "warehouse.duckdb")
    settings = Settings(home=tmp_path)
    told = [push(2, "a", "b"), deploy(5, "1", "b"), deploy(9, "2", "c", status="failure")]
    write_batch(store, [parsed(one) for one in told], people_key=people_key(settings))
    compute(store, settings)
    before = sorted(rows(store, "FROM deployments"), key=repr)
    store.close()
    run("csv", tables["deploys"], *MAPPED)
    assert sorted(asked(tmp_path, "FROM deployments"), key=repr) == before


def test_parquet_keeps_its_types(run: Run, tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "incident": ["i1", "i1"], "status": ["opened", "resolved"], "services": [["pay", "shop"]] * 2,
            "at": pl.Series([at(3), at(4)]).str.to_datetime(time_zone="UTC"),
        }
    )  # fmt: skip
    frame.write_parquet(tmp_path / "incidents.parquet")
    run("parquet", tmp_path / "incidents.parquet", "--kind", "incidents")
    found = asked(
        tmp_path, "SELECT service, status, resolved_at - opened_at = INTERVAL 1 HOUR FROM incidents ORDER BY 1"
    )
    assert found == [("pay", "resolved", True), ("shop", "resolved", True)]


def test_numbers_in_parquet_are_names_where_names_are_asked_for(run: Run, tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"deployment": [41, 42], "status": ["success"] * 2, "service": ["pay"] * 2, "environment": ["production"] * 2,
         "at": [at(3), at(4)]}
    )  # fmt: skip
    frame.write_parquet(tmp_path / "deployments.parquet")
    run("parquet", tmp_path / "deployments.parquet", "--kind", "deployments")
    assert asked(tmp_path, "SELECT deployment FROM deployments ORDER BY 1") == [("41",), ("42",)]


def test_an_interrupted_run_goes_on(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "many.csv"
    lines = [f"d{number},{at(number)},success,{number:040x}" for number in range(95)]
    table.write_text("deployment,at,status,sha\n" + "\n".join(lines))
    words = ("csv", table, "--set", "service=pay", "--set", "environment=production", "--format", "json")
    monkeypatch.setattr(chunks, "CHUNK", 10)
    write = chunks.write_chunk

    def fail_later(store: Store, progress: chunks.Progress, *more: Any) -> None:
        if progress.done > 50:
            raise KeyboardInterrupt
        write(store, progress, *more)

    monkeypatch.setattr(chunks, "write_chunk", fail_later)
    run(*words, code=130)
    monkeypatch.setattr(chunks, "write_chunk", write)
    assert asked(tmp_path, "SELECT count(*) FROM deployment_events") == [(50,)]
    assert json.loads(run(*words)[0])[0]["written"] == 45
    assert asked(tmp_path, "SELECT count(*), count(DISTINCT deployment) FROM deployments") == [(95, 95)]


def test_a_bar_shows_its_files_name_as_it_is_written(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "[bold] :car: [beta].csv"
    table.write_text(DEPLOYS)
    out, err = run("csv", table, *MAPPED, "--set", "service=pay", "--format", "json")
    assert json.loads(out) == [{"table": table.name, "rows": 2, "written": 2}]
    assert table.name in err


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("a,b\n1,2\n", ["--map", "sha=z"], "no column 'z'"),
        ("a,b\n1,2\n", ["--map", "shaa=a"], "no field 'shaa'"),
        ("a,b\n1,2\n", ["--map", "sha"], "not FIELD="),
        ("a,b\n1,2\n", ["--kind", "cows"], "there are: deployments"),
        ("at,deployment\n2026-01-01,1\n", [], "row 1: environment"),
        ("at,deployment\nyesterday,1\n", [], "row 1: at: 'yesterday' is no ISO 8601 moment"),
    ],
)
def test_what_is_wrong_with_a_table_is_said(run: Run, text: str, words: list[str], said: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(text)
    _, err = run("csv", tmp_path / "t.csv", *words, code=2 if words else 1)
    assert said in err
    assert "Traceback" not in err


@pytest.mark.parametrize("source", ["github", "gitlab"])
@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ('{"a": 1}', 1, "none of 1 objects is of a list that is read from Git"),
        ('[{"iid": 1, "labels": [], "web_url": "https://host/a/b/-/issues/1"}]', 0, "none of 1 objects says anything"),
    ],
)
def test_an_export_that_says_nothing_is_told(
    run: Run, tmp_path: Path, source: str, text: str, code: int, said: str
) -> None:
    (tmp_path / "odd.json").write_text(text)
    out, err = run(source, tmp_path / "odd.json", "--repository", "acme/pay", "--format", "json", code=code)
    assert said in err
    told = [{"source": source, "objects": 1, "left_out": 1, "events": 0, "written": 0}]
    assert json.loads(out or "[]") == ([] if code else told)
    (tmp_path / "odd.json").write_text("[]")
    assert "none of" not in run(source, tmp_path / "odd.json")[1]


def test_incidents_as_people_write_them(run: Run, tmp_path: Path) -> None:
    (tmp_path / "i.csv").write_text(
        "at,incident,status,service,opened_at\n2026-11-02 12:00:00,I1,Resolved,pay,2026-11-02 10:00:00\n"
    )
    run("csv", tmp_path / "i.csv", "--kind", "incidents")
    store = Store.open(tmp_path / "warehouse.duckdb")
    found = rows(store, "SELECT status, resolved_at - opened_at FROM incidents")
    assert [(status, took.total_seconds()) for status, took in found] == [("resolved", 7200)]


@pytest.mark.parametrize("text", ["deployment;at;status\nq1;2026-10-01;success\n", "Deployment,At\nq1,2026-10-01\n"])
def test_a_table_of_which_no_column_is_a_field_is_refused(run: Run, text: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(text)
    _, err = run("csv", tmp_path / "t.csv", "--set", "service=pay", "--set", "environment=production", code=1)
    assert "no column of the table is a field of deployments" in err
    assert "separated by commas" in err
