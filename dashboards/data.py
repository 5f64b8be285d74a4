"""What pages read: through `warehouse.client` only, cached for as long as the store says the same.

A page's questions go out together (`ask`), because each takes a round trip; answers are kept per `version()`, which
changes with every batch that is stored or computed.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st

from models.addresses import step
from models.results import EvidencePage, MetricAnswer, MetricInfo
from models.settings import Settings, load_settings
from warehouse.client import Client, connect

AT_ONCE = 6
"""Questions in flight at a time."""
FRESH_SECONDS = 2
"""How often a page looks whether something new has arrived."""
LOOK_BACK = 10
"""How many failed deployments before an incident's end are looked at for the one it is blamed on."""
Question = tuple[str, tuple[tuple[str, str], ...]]
"""A route and its parameters."""
SERVICES_SCHEMA = {
    "service": pl.String, "in_catalog": pl.Boolean,
    **dict.fromkeys(("title", "team", "system", "domain", "tier"), pl.String),
}  # fmt: skip
EVIDENCE_SCHEMA = {
    "service": pl.String, "at": pl.Datetime("us", "UTC"), "value": pl.Float64, "weight": pl.Float64,
    "ref": pl.String, "url": pl.String, "because": pl.String,
}  # fmt: skip


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    """Built once per process, from the environment that `leadline dashboard` passes on."""
    return load_settings()


@st.cache_resource(show_spinner=False)
def client() -> Client:
    return connect(settings())


def zone() -> ZoneInfo:
    """The reporting time zone, in which buckets are cut."""
    return ZoneInfo(settings().timezone)


def question(path: str, **parameters: Any) -> Question:
    """What to ask; None and empty strings leave a parameter out."""
    return path, tuple(sorted((name, str(value)) for name, value in parameters.items() if value not in (None, "")))


def ask(questions: Sequence[Question]) -> list[dict[str, Any]]:
    """The answers, in order. Raises LeadlineError where one can't be had."""
    return _answers(version(), tuple(questions))


@st.cache_data(max_entries=400, ttl=300, show_spinner=False)
def _answers(of: str, questions: tuple[Question, ...]) -> list[dict[str, Any]]:
    if len(questions) == 1:
        return [_answer(questions[0])]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(_answer, questions))


def _answer(one: Question) -> dict[str, Any]:
    path, parameters = one
    return client().get(path, **dict(parameters))


@st.cache_data(ttl=FRESH_SECONDS, show_spinner=False)
def pipeline() -> dict[str, Any]:
    """What the line says of itself now."""
    return client().get("/pipeline")


def version() -> str:
    """Changes whenever the store's content does."""
    now = pipeline()
    return repr([now["counts"], now["uncomputed"]])


def metric_infos() -> dict[str, MetricInfo]:
    """Every metric by name."""
    answer = ask([question("/metrics")])[0]
    return {each["name"]: MetricInfo.model_validate(each) for each in answer["metrics"]}


def as_answered(metric: MetricInfo, answer: MetricAnswer) -> MetricInfo:
    """The metric in the unit of an answer, which a statistic or a definition profile may change."""
    return metric.model_copy(update={"unit": answer.unit})


def metrics(asked: Sequence[Question]) -> list[MetricAnswer]:
    """Answers to questions about metrics."""
    return [MetricAnswer.model_validate(answer) for answer in ask(asked)]


def evidence(name: str, limit: int, **parameters: Any) -> EvidencePage:
    """The newest observations behind a metric."""
    answer = ask([question(f"/metrics/{name}/evidence", limit=limit, **parameters)])[0]
    return EvidencePage.model_validate(answer)


def every_evidence(name: str, **parameters: Any) -> pl.DataFrame:
    """Every observation behind a metric, for a download."""
    rows = client().all_evidence(name, **{key: value for key, value in parameters.items() if value})
    return pl.DataFrame([row.model_dump() for row in rows], schema=EVIDENCE_SCHEMA)


def services() -> pl.DataFrame:
    """Every service: service, in_catalog, title, team, system, domain, tier."""
    return pl.DataFrame(list(_every("/services")), schema=SERVICES_SCHEMA)


def _every(path: str, **parameters: Any) -> Iterator[dict[str, Any]]:
    cursor = None
    while True:
        page = ask([question(path, limit=10_000, cursor=cursor, **parameters)])[0]
        yield from page["rows"]
        if (cursor := page["next"]) is None:
            return


def open_failures() -> list[dict[str, Any]]:
    """Production deployments that failed and have not recovered, the newest first."""
    return list(_every("/deployments", recovered="false", production="true"))


def open_incidents() -> list[dict[str, Any]]:
    """Incidents that are not resolved, the newest first."""
    return list(_every("/incidents", open="true"))


def deployment(name: str) -> list[dict[str, Any]]:
    """A deployment with its history, commits and evidence, once per service and environment. Raises BadQueryError."""
    return ask([question(f"/deployments/{step(name)}")])[0]["deployments"]


def commits(sha: str) -> list[dict[str, Any]]:
    """The commits whose SHA begins so, each with where it is live and where not, and why. Raises BadQueryError."""
    return ask([question(f"/commits/{step(sha)}")])[0]["commits"]


def deployments_of_commit(sha: str, service: str) -> list[dict[str, Any]]:
    """The deployment that shipped a commit to production, of that service if one is named. Raises BadQueryError."""
    places = [place for commit in commits(sha) for place in commit["deployments"] if place["counted"]]
    places = [each for each in places if not service or each["service"] == service]
    places.sort(key=lambda each: not each["production"])
    return deployment(f"{places[0]['source']}:{places[0]['deployment']}") if places else []


def deployments_of_incident(incident: str, service: str, before: str) -> list[dict[str, Any]]:
    """The deployment of a service that an incident is blamed on, among the failed ones before a moment; or none."""
    asked = question("/deployments", service=service, failed="true", until=before or None, limit=LOOK_BACK)
    failed = ask([asked])[0]["rows"]
    names = dict.fromkeys(f"{each['source']}:{each['deployment']}" for each in failed)
    for answer in ask([question(f"/deployments/{step(name)}") for name in names]):
        for one in answer["deployments"]:
            if any(evidence["ref"] == incident for evidence in one["failure_evidence"]):
                return [one]
    return []


def moment(text: str | None) -> datetime | None:
    """A time as the API writes it."""
    return datetime.fromisoformat(text) if text else None


def local_of(text: str | None) -> datetime | None:
    """A time as the API writes it, on the reporting time zone's clock, without a zone."""
    at = moment(text)
    return None if at is None else local(at)


def local(at: datetime) -> datetime:
    """The moment on the reporting time zone's clock, without a zone, as charts want it."""
    return at.astimezone(zone()).replace(tzinfo=None)


def last_received() -> datetime | None:
    """When the newest delivery arrived."""
    return moment(pipeline()["freshness"]["newest_received_at"])


def waiting() -> int:
    """How many deliveries in Kafka and facts in the store the numbers don't hold yet."""
    now = pipeline()
    return (now["lag"] or 0) + now["uncomputed"]


def dead_letters(limit: int) -> tuple[list[dict[str, Any]], bool]:
    """The newest deliveries that could not be understood, and whether there are more."""
    page = ask([question("/dead-letters", limit=limit)])[0]
    return page["rows"], page["next"] is not None


def dead_letter(name: str) -> dict[str, Any]:
    """One of them, with what was sent. Raises BadQueryError."""
    return ask([question(f"/dead-letters/{step(name)}")])[0]


def coverage() -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Per service, by name, every reason that its numbers are missing or partial; and what concerns all of them."""
    summary = ask([question("/coverage", limit=1)])[0]["summary"]
    return list(_every("/coverage")), summary
