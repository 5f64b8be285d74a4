"""The read API over real HTTP: uvicorn in a thread."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn

from models.settings import Settings
from warehouse.api.app import create_app
from warehouse.store import Store


@contextmanager
def serving(store: Store, **settings: object) -> Iterator[str]:
    """Serves a store on a free port; gives HOST:PORT. The socket listens before the thread starts: nobody waits."""
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"127.0.0.1:{listening.getsockname()[1]}"
    app = create_app(store, Settings.model_validate({"api": address} | settings), lag=lambda: 3)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, ws="none"))
    thread = Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield address
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        listening.close()
