"""How dashboards, the CLI and reports read: over HTTP while a worker answers, else from the file by the same code."""

from collections.abc import Iterator
from types import TracebackType
from typing import Any

import httpx

from models.addresses import url
from models.errors import BadQueryError, LeadlineError
from models.results import EvidencePage, EvidenceRow, MetricAnswer, MetricInfo
from models.settings import Settings
from warehouse.api.auth import tokens
from warehouse.api.local import LocalApi
from warehouse.metrics.definitions import no_metric
from warehouse.paging import MOST_LIMIT

TIMEOUT_SECONDS = 60.0


class Client:
    """Reads what the API at `settings.api` says; with no worker running, what the warehouse file says.

    Raises BadQueryError for a question that names something unknown, LeadlineError where nothing can be read.
    Parameters are those of INTERFACE.md's routes; None leaves one out. Usable from any thread.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        headers = {"Authorization": f"Bearer {known[0]}"} if (known := tokens(settings)) else {}
        # trust_env: a proxy configured for the internet must not carry what stays on this network
        self._http = httpx.Client(
            base_url=address(settings.api), headers=headers, timeout=TIMEOUT_SECONDS, trust_env=False
        )
        self._local = LocalApi(settings)

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        """The JSON answer of `/api/v1{path}`, e.g. `get("/deployments", service="payments", limit=20)`.

        Names within the path come quoted (`models.addresses.step`).
        """
        named = {name: _text(value) for name, value in params.items() if value is not None}
        return _checked(self._answer(f"/api/v1{path}", named))

    def rows(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        """Every row of a list, page by page."""
        cursor = None
        while True:
            page = self.get(path, **{"limit": MOST_LIMIT, **params, "cursor": cursor})
            yield from page["rows"]
            if (cursor := page["next"]) is None:
                return

    def metrics(self) -> list[MetricInfo]:
        """Every metric with its header."""
        return [MetricInfo.model_validate(each) for each in self.get("/metrics")["metrics"]]

    def metric(self, name: str, **params: Any) -> MetricAnswer:
        """A metric's values; `params`: since, until, by, bucket, service, team, system, domain, tier, environment …"""
        return MetricAnswer.model_validate(self.get(_metric(name), **params))

    def evidence(self, name: str, limit: int = 100, cursor: str | None = None, **params: Any) -> EvidencePage:
        """One page of the observations behind a metric, the newest first."""
        found = self.get(f"{_metric(name)}/evidence", **params, limit=limit, cursor=cursor)
        return EvidencePage.model_validate(found)

    def all_evidence(self, name: str, page: int = MOST_LIMIT, **params: Any) -> Iterator[EvidenceRow]:
        """Every observation behind a metric, fetched `page` at a time."""
        for row in self.rows(f"{_metric(name)}/evidence", **params, limit=page):
            yield EvidenceRow.model_validate(row)

    @property
    def url(self) -> str:
        """Where the API is looked for first."""
        return str(self._http.base_url)

    def answers(self) -> bool:
        """Whether a worker's API answers, so that nothing is read from the file."""
        try:
            return self._http.get("/healthz").is_success
        except httpx.TransportError:
            return False

    def close(self) -> None:
        """Lets go of connections."""
        self._http.close()
        self._local.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _answer(self, path: str, params: dict[str, str]) -> httpx.Response:
        try:
            return self._http.get(path, params=params)
        except httpx.ConnectError:
            pass
        except httpx.TransportError as error:
            raise LeadlineError(f"the read API at {self.url} did not answer: {error}", "is the worker busy?") from None
        try:
            return self._local.get(path, params)
        except LeadlineError as error:
            raise LeadlineError(f"no read API answers at {self.url}, and {error.message}", error.hint) from None


def connect(settings: Settings) -> Client:
    """A client of the warehouse that `settings` names. Opens nothing until it is asked something."""
    return Client(settings)


def address(api: str) -> str:
    """`HOST:PORT`, as a setting names it, or a URL → the URL to ask."""
    return api if "://" in api else url(api)


def _metric(name: str) -> str:
    if not name.isidentifier():  # as a path it would lead elsewhere
        raise no_metric(name)
    return f"/metrics/{name}"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _checked(answer: httpx.Response) -> dict[str, Any]:
    if answer.is_success:
        return answer.json()
    try:
        problem = answer.json()
        detail, hint = problem["detail"], problem["hint"]
    except (ValueError, KeyError, TypeError):
        raise LeadlineError(
            f"{answer.request.url} answered {answer.status_code}, and not as Leadline does",
            "is another program listening there? Set LEADLINE_API",
        ) from None
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        raise LeadlineError(detail, hint)
    if answer.is_client_error:
        raise BadQueryError(detail, hint, answer.status_code)
    raise LeadlineError(detail, hint)
