"""The read API beside the agents: the process that owns the DuckDB file answers all reads of it."""

import socket
from collections.abc import Callable
from threading import Thread

import uvicorn

from models import addresses
from models.settings import Settings
from streams.addresses import refuse_busy
from warehouse.api.app import create_app
from warehouse.store import Store


class ApiThread:
    """Serves the read API on `settings.api` from a thread of its own."""

    def __init__(self, store: Store, settings: Settings, lag: Callable[[], int | None]) -> None:
        """Raises LeadlineError where the address can't be had."""
        refuse_busy(settings.api, "the read API", "LEADLINE_API")
        host, port = addresses.split(settings.api)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, port), family=family, backlog=2048)
        config = uvicorn.Config(create_app(store, settings, lag), log_config=None, access_log=False)
        self._server = uvicorn.Server(config)
        self._thread = Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, name="api", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Lets requests in hand end, for some seconds."""
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._socket.close()
