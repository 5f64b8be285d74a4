"""Puts the read API together. A topic is one file in `routes/` holding `router`; nothing else lists it."""

from importlib import import_module
from pkgutil import iter_modules

from fastapi import Depends, FastAPI

from models.settings import Settings
from warehouse.api import routes
from warehouse.api.auth import refuse_open, signed_in
from warehouse.api.counters import count_requests
from warehouse.api.parameters import only_known
from warehouse.api.problems import RESPONSES, explain
from warehouse.api.reading import Lag, Reading
from warehouse.metrics import Engine
from warehouse.store import Store

DESCRIPTION = """The numbers and the facts behind them. Times are RFC 3339, durations seconds, ratios 0–1, windows half
open. Every list takes `limit` and `cursor`; `Accept: application/vnd.apache.arrow.stream` gives its rows as Arrow."""


def create_app(store: Store, settings: Settings, lag: Lag | None = None) -> FastAPI:
    """The read API over `store`; `lag` is asked how many deliveries wait in Kafka.

    Raises LeadlineError where it would be open to a network without tokens.
    """
    refuse_open(settings)
    app = FastAPI(
        title="Leadline",
        version="1",
        description=DESCRIPTION,
        dependencies=[Depends(signed_in), Depends(only_known)],
        responses=RESPONSES,
        redoc_url=None,
        redirect_slashes=False,  # what isn't there is told so, as problem JSON
    )
    app.state.reading = Reading(store, settings, Engine(store, settings), lag)
    explain(app)
    count_requests(app)
    for module in sorted(iter_modules(routes.__path__), key=lambda found: found.name):
        app.include_router(import_module(f"{routes.__name__}.{module.name}").router)
    return app
