"""Answers questions about metrics: window, buckets, slices, statistic, the window before, band, reason, evidence.

Everything is computed set-based in the store; what comes here is one row per slice and bucket.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from models.errors import BadQueryError
from models.results import EvidencePage, MetricAnswer, MetricInfo
from models.settings import Settings
from warehouse.metrics.bands import ladder, ladders
from warehouse.metrics.compose import ENGINE, compose, fetch, rows_of, table_of
from warehouse.metrics.definitions import definitions
from warehouse.metrics.observed import aggregate, counting, observations
from warehouse.metrics.profiles import profile, profiles
from warehouse.metrics.query import MetricQuery
from warehouse.metrics.question import Parts, Question, ask, into_buckets
from warehouse.metrics.why import Place, reasons
from warehouse.metrics.windows import Bucket, buckets
from warehouse.paging import DEFAULT_LIMIT, Position, cut_page
from warehouse.store import Store

MOST_RESULTS = 100_000


class Engine:
    """The metric engine over a store; any thread may ask. Raises BadQueryError where a setting is of no known name."""

    def __init__(
        self, store: Store, settings: Settings, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._store = store
        self._settings = settings
        self._now = now
        ladder(settings.ladder)
        profile(settings.profile)

    def metrics(self) -> list[MetricInfo]:
        """Every metric's header."""
        return [
            MetricInfo(
                **each.model_dump(exclude={"needs", "once", "statistics", "unit"}),
                unit=each.unit_of(each.statistics[0]),
                observation_unit=each.unit,
                statistics=list(each.statistics),
                ladder=self._settings.ladder,
                ladders=list(ladders()),
                profile=self._settings.profile,
                profiles={name: one.says.get(each.name, each.description) for name, one in profiles().items()},
            )
            for each in definitions().values()
        ]

    def metric(self, name: str, query: MetricQuery | None = None) -> MetricAnswer:
        """A metric's values: for each slice, and each bucket in it. Raises BadQueryError."""
        return MetricAnswer.model_validate(self.answer(name, query or MetricQuery()))

    def answer(self, name: str, query: MetricQuery) -> dict[str, Any]:
        """The same as plain values, which the read API writes: checking thousands of rows takes longer than that."""
        with self._store.cursor() as cursor:
            cursor.begin()
            question = ask(cursor, self._settings, self._now(), name, query)
            zone = ZoneInfo(self._settings.timezone)
            shift = question.values["week_shift"]
            pieces = buckets(question.since, question.until, question.query.bucket, zone, shift)
            cut = into_buckets(pieces)
            values = {**question.values, **cut.values, "most": MOST_RESULTS + 1}
            rows = fetch(cursor, _values_query(question, cut.placed), values)
            if len(rows) > MOST_RESULTS:
                raise BadQueryError(
                    f"more than {MOST_RESULTS:,} results", "take a larger bucket, a shorter window or a filter"
                )
            empty = [(row["key"], row["bucket"]) for row in rows if not row["n"]]
            why = reasons(cursor, question, cut, empty) if empty else {}
            return _answer(question, pieces, rows, why)

    def evidence(
        self, name: str, query: MetricQuery | None = None, limit: int = DEFAULT_LIMIT, cursor: str | None = None
    ) -> EvidencePage:
        """The observations behind a metric, the newest first. Raises BadQueryError."""
        return EvidencePage.model_validate(self.evidence_page(name, query or MetricQuery(), limit, cursor))

    def evidence_page(self, name: str, query: MetricQuery, limit: int, cursor: str | None) -> dict[str, Any]:
        """The same as plain values."""
        position = Position.read(cursor)
        with self._store.cursor() as connection:
            connection.begin()
            question = ask(connection, self._settings, self._now(), name, query)
            values = {
                **question.values,
                **position.bound(limit),
                "since": question.since,
                "until": question.until,
            }
            reach = fetch(connection, _evidence_query(question, "evidence_reach"), values)[0]["reach"]
            if reach is None:
                return {"rows": [], "next": None}
            table = table_of(connection, _evidence_query(question, "evidence"), {**values, "since": reach})
        rows = rows_of(table)
        many, following = cut_page([row["at"] for row in rows], limit, position)
        return {"rows": rows[:many], "next": following}


def _observed(question: Question, placed: str) -> Parts:
    return [
        *observations(question.definition, question.choices),
        ("placed", placed),
        ("chosen", f"{ENGINE}/chosen"),
        *question.slices,
    ]


def _values_query(question: Question, placed: str) -> str:
    quantile = question.values["quantile"] is not None
    aggregated = aggregate(question.definition, question.choices, question.statistic, quantile)
    parts = [("buckets", f"{ENGINE}/buckets"), *_observed(question, placed), *aggregated]
    return compose(parts, f"{ENGINE}/values")


def _evidence_query(question: Question, last: str) -> str:
    counted = counting(question.definition, question.choices, question.statistic)
    evidence = ("evidence", f"{ENGINE}/evidence_{'each' if question.query.by == 'service' else counted}")
    return compose([*_observed(question, f"{ENGINE}/placed/window"), evidence], f"{ENGINE}/{last}")


def _answer(
    question: Question, pieces: Sequence[Bucket], rows: list[dict[str, Any]], why: Mapping[Place, str]
) -> dict[str, Any]:
    definition, query = question.definition, question.query
    rungs = ladder(question.ladder)
    own = definition.statistics[0]
    same_unit = definition.unit_of(question.statistic) == definition.unit_of(own)
    judged = definition.band if same_unit and question.statistic in (own, "p50", "mean") else None
    results = []
    for row in rows:
        bucket, value, previous = row["bucket"], row["value"], row["previous"]
        results.append(
            {
                "key": row["key"],
                "at": None if query.bucket == "none" else pieces[bucket].at,
                "value": value,
                "n": row["n"],
                "numerator": row["numerator"],
                "denominator": row["denominator"],
                "band": rungs.band(judged, value),
                "previous": previous,
                "change": (value - previous) / previous if value is not None and previous else None,
                "reason": why.get((row["key"], bucket)),
            }
        )
    return {
        "metric": definition.name,
        "unit": definition.unit_of(question.statistic),
        "since": question.since,
        "until": question.until,
        "by": query.by,
        "bucket": query.bucket,
        "statistic": question.statistic,
        "profile": question.profile,
        "ladder": question.ladder,
        "results": results,
    }
