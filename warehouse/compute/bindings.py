"""Which services source keys are bound to, and where the commits of services live."""

from collections import defaultdict
from collections.abc import Collection

import duckdb

from warehouse.compute.steps import ask


class Bindings:
    """As they were computed. Each is asked for once in a compute."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor
        self._services: dict[str, set[str]] = {}
        self._homes: dict[str, set[str]] = {}

    def services(self, keys: Collection[str]) -> dict[str, set[str]]:
        """Source key → its services; of one that was never seen, none."""
        if new := set(keys) - self._services.keys():
            self._services |= {key: set() for key in new}
            for key, service in ask(self._cursor, "recent/bound", keys=list(new)):
                self._services[key].add(service)
        return {key: self._services[key] for key in keys}

    def homes(self, services: Collection[str], repositories: Collection[str] = ()) -> dict[str, set[str]]:
        """Service → repositories; of these services, and of all others whose commits live in these repositories."""
        if not repositories and self._homes.keys() >= set(services):
            return {service: self._homes[service] for service in services}
        homes: dict[str, set[str]] = defaultdict(set)
        for service, repository in ask(
            self._cursor, "recent/homes", services=list(services), repositories=list(repositories)
        ):
            homes[service].add(repository)
        self._homes |= {service: homes[service] for service in services}
        return dict(homes)
