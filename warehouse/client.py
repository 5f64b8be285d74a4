"""How dashboards, the CLI and reports read: over HTTP while a worker answers, else from the file, through the same code."""

from collections.abc import Iterator
from types import TracebackType
from typing import Any

from models.results import EvidencePage, EvidenceRow, MetricAnswer, MetricInfo
from models.settings import Settings


class Client:
    """Reads what the API at `settings.api` says; with no worker running, what the warehouse file says.

    Raises BadQueryError for a question that names something unknown, LeadlineError where nothing can be read.
    Parameters are those of INTERFACE.md's routes; None leaves one out. Usable from any thread.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        """The JSON answer of `/api/v1{path}`, e.g. `get("/deployments", service="payments", limit=20)`."""
        raise NotImplementedError

    def rows(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        """Every row of a list, page by page."""
        cursor = None
        while True:
            page = self.get(path, **params, cursor=cursor)
            yield from page["rows"]
            if (cursor := page["next"]) is None:
                return

    def metrics(self) -> list[MetricInfo]:
        """Every metric with its header."""
        return [MetricInfo.model_validate(each) for each in self.get("/metrics")["metrics"]]

    def metric(self, name: str, **params: Any) -> MetricAnswer:
        """A metric's values: since, until, by, bucket, service, team, system, domain, tier, environment, statistic, ladder."""
        return MetricAnswer.model_validate(self.get(f"/metrics/{name}", **params))

    def evidence(self, name: str, limit: int = 100, cursor: str | None = None, **params: Any) -> EvidencePage:
        """One page of the observations behind a metric, the newest first."""
        return EvidencePage.model_validate(self.get(f"/metrics/{name}/evidence", **params, limit=limit, cursor=cursor))

    def all_evidence(self, name: str, **params: Any) -> Iterator[EvidenceRow]:
        """Every observation behind a metric, fetched page by page."""
        for row in self.rows(f"/metrics/{name}/evidence", **params, limit=10_000):
            yield EvidenceRow.model_validate(row)

    def close(self) -> None:
        """Lets go of connections."""

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def connect(settings: Settings) -> Client:
    """A client of the warehouse that `settings` names. Opens nothing until it is asked something."""
    return Client(settings)
