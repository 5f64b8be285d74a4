"""How `up` and `demo` start each process: its command, and the environment that carries the settings to it."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

from pydantic import SecretStr

from models import addresses
from models.errors import LeadlineError
from models.settings import PREFIX, Settings
from streams.addresses import refuse_busy
from streams.broker import Broker
from streams.process import Process
from streams.topics import max_message_bytes


def environment_of(settings: Settings) -> dict[str, str]:
    """This process's environment with every setting that was given, by option, file or variable; the home absolute."""
    environment = dict(os.environ)
    for name in settings.model_fields_set | {"home"}:
        variable, value = PREFIX + name.upper(), getattr(settings, name)
        if value is None:
            environment.pop(variable, None)
        elif isinstance(value, SecretStr):
            environment[variable] = value.get_secret_value()
        else:
            environment[variable] = str(value.resolve() if name == "home" else value)
    return environment


def streamlit_command(settings: Settings) -> list[str]:
    """`streamlit run dashboards/app.py`, without a browser. Its theme is in dashboards/.streamlit beside the script."""
    host, port = addresses.split(settings.dashboard)
    return [
        sys.executable, "-m", "streamlit", "run", str(_dashboard_script()),
        "--server.address", host, "--server.port", str(port), "--server.headless", "true",
        "--server.enableXsrfProtection", "true", "--browser.gatherUsageStats", "false",
    ]  # fmt: skip


def own_broker(settings: Settings) -> Broker | None:
    """Kafka's node, unless LEADLINE_KAFKA names one of yours."""
    return None if settings.kafka else Broker(settings.home, settings.broker, max_message_bytes(settings))


def processes(settings: Settings) -> list[Process]:
    """Worker (with the read API), receiver and dashboard, in the order in which they start."""
    environment = environment_of(settings) | {"PYTHONUNBUFFERED": "1"}
    logs = settings.home.resolve() / "logs"
    leadline = [sys.executable, "-m", "streams"]
    return [
        Process(
            "worker", [*leadline, "worker"], environment, logs / "worker.log",
            ready=addresses.url(settings.api) + "/healthz",
        ),
        Process(
            "receiver", [*leadline, "receiver"], environment, logs / "receiver.log",
            ready=addresses.url(settings.receiver) + "/readyz",
        ),
        Process(
            "dashboard", streamlit_command(settings), environment, logs / "dashboard.log",
            ready=addresses.url(settings.dashboard) + "/_stcore/health",
        ),
    ]  # fmt: skip


def refuse_busy_ports(settings: Settings) -> None:
    """Raises LeadlineError, one clear line, before anything is started."""
    refuse_busy(settings.receiver, "webhooks", "LEADLINE_RECEIVER")
    refuse_busy(settings.api, "the read API", "LEADLINE_API")
    refuse_busy(settings.dashboard, "the dashboard", "LEADLINE_DASHBOARD")
    if not settings.kafka:
        refuse_busy(settings.broker, "Kafka", "LEADLINE_BROKER")


def _dashboard_script() -> Path:
    """dashboards/app.py, found without importing it: streams never imports the pages."""
    found = find_spec("dashboards")
    if found is None or not found.submodule_search_locations:
        raise LeadlineError("the dashboards are not installed", "install Leadline with `make setup`")
    return Path(next(iter(found.submodule_search_locations))) / "app.py"
