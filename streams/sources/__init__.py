"""Webhook senders: one module each, named as in `POST /webhooks/NAME`, holding `SOURCE`. Nothing else lists them."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from models.source import Source


@cache
def load_sources() -> dict[str, Source]:
    """Name → source, for every module here whose name doesn't begin with an underscore."""
    names = sorted(module.name for module in iter_modules(__path__) if not module.name.startswith("_"))
    return {name: import_module(f"{__name__}.{name}").SOURCE for name in names}
