"""`leadline up` as a user meets it: README's first webhook, a killed worker, Ctrl-C, and a kill of `up` itself."""

import re
import signal
import subprocess
from pathlib import Path

import httpx

from tests.conftest import REPOSITORY, wait_until
from tests.lines import RunningLine
from warehouse.store import Store

SECRET = "choose-something-long"


def readme_commands() -> str:
    """The bash block under "Point your first webhook at it"."""
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    found = re.search(r"## Point your first webhook at it.*?```bash\n(.*?)```", text, re.DOTALL)
    assert found
    return found[1]


def test_the_first_webhook_of_the_readme_becomes_a_number(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with RunningLine(home, "up", LEADLINE_SECRET_GITHUB=SECRET) as line:
        line.wait_until_up()
        assert httpx.get(line.dashboard + "/_stcore/health").text == "ok"
        script = readme_commands().replace("http://127.0.0.1:8400", line.receiver)
        sent = subprocess.run(["bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, timeout=60)
        assert sent.returncode == 0, sent.stderr
        assert sent.stdout.count('"delivery"') == 4

        def lead_time() -> float | None:
            return line.get("/metrics/change_lead_time")["results"][0]["value"]

        wait_until(lambda: lead_time() is not None)
        assert lead_time() == 45 * 60
        assert line.get("/metrics/deployment_frequency")["results"][0]["numerator"] == 2
        worker = line.child("worker")
        assert worker
        worker.kill()
        wait_until(lambda: "worker ended with exit code -9" in line.said())
        wait_until(lambda: answers(line), timeout=60)
        assert lead_time() == 45 * 60
        assert line.end() == 0
    Store.open(home / "warehouse.duckdb").close()  # no lock is left
    assert "Traceback" not in line.said()


def answers(line: RunningLine) -> bool:
    try:
        line.get("/metrics")
    except httpx.HTTPError:
        return False
    return True


def test_a_killed_up_leaves_no_process(tmp_path: Path) -> None:
    with RunningLine(tmp_path / "home", "up") as line:
        wait_until(lambda: line.child("receiver") is not None, timeout=90)
        assert line.end(signal.SIGKILL) == -signal.SIGKILL
