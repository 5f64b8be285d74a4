"""The read API beside the agents: the process that owns the DuckDB file answers all reads of it."""

import socket
from threading import Thread

import uvicorn
from warehouse.api.app import create_app

from models.errors import LeadlineError
from models.settings import Settings
from warehouse.store import Store


class ApiThread:
    """Serves the read API on `settings.api` from a thread of its own."""

    def __init__(self, store: Store, settings: Settings) -> None:
        """Raises LeadlineError where the address can't be had."""
        host, _, port = settings.api.rpartition(":")
        try:
            self._socket = socket.create_server((host.strip("[]"), int(port)), backlog=2048)
        except OSError as error:
            raise LeadlineError(
                f"the read API can't listen on {settings.api}: {error.strerror}", "set LEADLINE_API to a free address"
            ) from None
        config = uvicorn.Config(create_app(store, settings), log_config=None, access_log=False)
        self._server = uvicorn.Server(config)
        self._thread = Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, name="api", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Lets requests in hand end, for some seconds."""
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._socket.close()
