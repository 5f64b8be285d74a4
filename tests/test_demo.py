"""`leadline demo`: a short one ends with its story in the numbers; a live one by Ctrl-C; neither leaves anything."""

from pathlib import Path

from tests.conftest import wait_until
from tests.lines import RunningLine
from warehouse.store import Store

SHORT = ("--services", "3", "--days", "21", "--no-browser")


def test_a_demo_that_ends(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with RunningLine(home, "demo", "--once", "--seed", "4", *SHORT) as line:
        assert line.process.wait(150) == 0, line.said()
    assert "deliveries are in the numbers, 0 were dead letters" in line.said()
    Store.open(home / "demo" / "warehouse.duckdb").close()


def test_a_live_demo_shows_teams_and_numbers_until_it_is_interrupted(tmp_path: Path) -> None:
    with RunningLine(tmp_path / "home", "demo", *SHORT) as line:
        line.wait_until_up()
        wait_until(lambda: line.get("/metrics/deployment_frequency")["results"][0]["n"] > 0, timeout=60)
        wait_until(lambda: line.get("/metrics/deployment_frequency", by="team")["results"][-1]["key"] != "(no team)")
        assert line.end() == 0
    assert "Traceback" not in line.said()
