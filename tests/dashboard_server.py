"""A read API over the seeded organisation, and the dashboard reading it: what browser tests look at."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import uvicorn

from models.settings import Settings
from tests.conftest import free_port
from tests.dashboard_store import fill_year
from warehouse.api.app import create_app
from warehouse.store import MEMORY, Store

APP = Path(__file__).parent.parent / "dashboards" / "app.py"
DEADLINE_SECONDS = 30


@contextmanager
def api(store: Store, port: int) -> Iterator[str]:
    """Serves the read API over `store`; gives HOST:PORT."""
    app = create_app(store, Settings(), lag=lambda: 0)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        _until(lambda: server.started, "the API")
        yield f"127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(DEADLINE_SECONDS)


@contextmanager
def dashboard(api_address: str, home: Path, port: int) -> Iterator[str]:
    """Starts the dashboard as `leadline dashboard` does; gives its URL."""
    command = [
        sys.executable, "-m", "streamlit", "run", str(APP), "--server.address", "127.0.0.1",
        "--server.port", str(port), "--server.headless", "true",
    ]  # fmt: skip
    env = os.environ | {"LEADLINE_API": api_address, "LEADLINE_HOME": str(home)}
    with (home / "dashboard.log").open("wb") as log:
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        _until(lambda: _answers(f"{url}/_stcore/health"), "the dashboard")
        yield url
    finally:
        process.terminate()
        process.wait(DEADLINE_SECONDS)


@contextmanager
def serving(home: Path, store: Store | None = None) -> Iterator[str]:
    """Both, over the seeded year (or `store`); gives the dashboard's URL."""
    store = store or fill_year(Store.open(MEMORY))
    with api(store, free_port()) as address, dashboard(address, home, free_port()) as url:
        yield url


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False).is_success
    except httpx.TransportError:
        return False


def _until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not start")
        time.sleep(0.05)
