"""The read API without a server: the same app, called in this process over the file opened read-only.

The file is open only while a question is answered, so that a worker may start at any moment.
"""

from threading import Lock

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI

from models.settings import Settings
from warehouse.api.app import create_app
from warehouse.api.reading import Reading
from warehouse.metrics import Engine
from warehouse.store import Store

ORIGIN = "http://leadline"


class LocalApi:
    """Answers one question at a time. Raises LeadlineError where the file can't be opened."""

    def __init__(self, settings: Settings) -> None:
        # nobody else can call it: it needs no token
        self._settings = settings.model_copy(update={"api": "127.0.0.1:0", "api_tokens": None})
        self._turn = Lock()
        self._app: FastAPI | None = None
        self._loop = start_blocking_portal()
        self._portal: BlockingPortal | None = None

    def get(self, path: str, params: dict[str, str]) -> httpx.Response:
        """The answer to GET `path`."""
        with self._turn:
            store = Store.open(self._settings.warehouse_path, read_only=True)
            try:
                if self._portal is None:
                    self._portal = self._loop.__enter__()
                return self._portal.call(self._ask, self._over(store), path, params)
            finally:
                store.close()

    def close(self) -> None:
        """Ends the thread that answered."""
        with self._turn:
            if self._portal is not None:
                self._portal = None
                self._loop.__exit__(None, None, None)

    def _over(self, store: Store) -> FastAPI:
        if self._app is None:
            self._app = create_app(store, self._settings)
        else:
            self._app.state.reading = Reading(store, self._settings, Engine(store, self._settings), None)
        return self._app

    @staticmethod
    async def _ask(app: FastAPI, path: str, params: dict[str, str]) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
            return await client.get(path, params=params)
