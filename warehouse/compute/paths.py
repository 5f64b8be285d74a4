"""In a monorepo a commit is a service's where a file of it lies under one of the service's paths (METRICS.md)."""

from collections import defaultdict
from collections.abc import Collection

import duckdb

from warehouse.compute.proven import Key
from warehouse.compute.steps import ask


class Paths:
    """The paths of some services and, where there are any, the files of some commits."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, services: Collection[str], shas: Collection[str]) -> None:
        self._prefixes: dict[str, list[str]] = defaultdict(list)
        for service, prefix in ask(cursor, "recent/paths", services=list(services)):
            self._prefixes[service].append(prefix)
        told = ask(cursor, "recent/files", shas=list(shas)) if self._prefixes else ()
        self._files = {(repository, sha): files for repository, sha, files in told}

    def touched(self, service: str, commit: Key, without_files: bool = False) -> bool | None:
        """Whether the commit is the service's; None: the service has paths, and nobody told the commit's files.

        `without_files`: what is said of a commit that touches none.
        """
        if service not in self._prefixes:
            return True
        files = self._files.get(commit)
        if files is None:
            return None
        if not files:
            return without_files
        return any(f"{file}/".startswith(prefix) for file in files for prefix in self._prefixes[service])

    def untold(self, service: str, commit: Key) -> bool:
        """Whether the service has paths, and no file of the commit is known."""
        return service in self._prefixes and not self._files.get(commit)
