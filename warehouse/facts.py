"""Writing facts: one batch of deliveries and their events, in one transaction, idempotent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import duckdb
import orjson
import polars as pl

from models.delivery import Delivery
from models.source import Events
from warehouse import sql
from warehouse.rows import Rows
from warehouse.store import Store

Frames = Mapping[str, pl.DataFrame]
COMMITS, PUSHES = "commits", "pushes"
COMMIT_KEY = ("repository", "sha", "committed_at")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What became of one delivery: its events; none means ignored on purpose, or dead where `reason` is set."""

    delivery: Delivery
    event_type: str
    events: Events
    kind: str | None = None
    """Dead letter: `rejected` or `unknown_type`."""
    reason: str | None = None
    digest: int = field(init=False)
    """The delivery's, reckoned once: it goes over the whole body."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", self.delivery.digest)

    @property
    def outcome(self) -> str:
        if self.reason is not None:
            return "dead"
        return "parsed" if self.events else "ignored"


@dataclass(frozen=True, slots=True)
class Position:
    """How far a partition has been read. `topic_id` is Kafka's UUID of the topic: a re-created one starts anew."""

    topic_id: str
    topic: str
    partition: int
    next_offset: int


@dataclass(frozen=True, slots=True)
class Written:
    """What a batch changed."""

    stored: int
    duplicates: int
    touched: list[str]
    """Keys for the topic `touched`."""


def read_positions(store: Store) -> list[Position]:
    """Where reading goes on; empty for a new store."""
    with store.cursor() as cursor:
        return [Position(*row) for row in cursor.execute(sql.load("queries/consumed")).fetchall()]


def write_batch(
    store: Store,
    batch: Sequence[Parsed],
    positions: Sequence[Position] = (),
    *,
    people_key: bytes,
    show_handles: bool = True,
) -> Written:
    """Writes deliveries, dead letters, facts, touched keys and positions in ONE transaction.

    A delivery that is stored already changes nothing but the count of duplicates, unless it is a dead letter being
    replayed (`Delivery.replay`). One that no table can hold becomes a dead letter. Raises duckdb.Error, none written.
    """
    with store.transaction() as cursor:
        new, revived, duplicates = _sort_out(cursor, batch)
        empty = partial(Rows, people_key, show_handles)
        try:
            rows, frames = _told(empty(), (*new, *revived))
        except Exception:  # seldom enough to find out only now which delivery it is
            new, revived = [_holdable(empty(), one) for one in new], [_holdable(empty(), one) for one in revived]
            rows, frames = _told(empty(), (*new, *revived))
        _write_deliveries(cursor, new, revived, duplicates)
        _merge(cursor, rows, frames)
        for position in positions:
            key = {"topic_id": position.topic_id, "partition": position.partition}
            cursor.execute(sql.load("merge/consumed_forget"), key)
            rest = {"topic": position.topic, "next_offset": position.next_offset}
            cursor.execute(sql.load("merge/consumed"), key | rest)
    return Written(len(new), len(duplicates), sorted(rows.touched))


def _told(rows: Rows, some: Iterable[Parsed]) -> tuple[Rows, Frames]:
    """What the events of some deliveries say, added to `rows`."""
    for parsed in some:
        for event in parsed.events:
            rows.add(parsed.delivery.source, event)
    return rows, rows.frames()


def _holdable(rows: Rows, parsed: Parsed) -> Parsed:
    """The delivery; a dead letter where its events don't fit the tables. One delivery must not keep all others out."""
    try:
        _told(rows, [parsed])
    except Exception as error:
        reason = f"no table can hold it: {type(error).__name__}: {error}"
        return Parsed(parsed.delivery, parsed.event_type, (), "rejected", reason)
    return parsed


def write_rows(cursor: duckdb.DuckDBPyConnection, rows: Rows) -> None:
    """Merges fact rows into their tables, and notes what they touched."""
    _merge(cursor, rows, rows.frames())


def _merge(cursor: duckdb.DuckDBPyConnection, rows: Rows, frames: Frames) -> None:
    for table, frame in frames.items():
        merge_frame(cursor, table, frame)
    if rows.touched:
        cursor.execute(sql.load("merge/touched"), {"keys": sorted(rows.touched)})
    if rows.heads:
        names, shas = zip(*sorted(rows.heads), strict=True)
        cursor.execute(sql.load("merge/touched_heads"), {"repositories": list(names), "shas": list(shas)})


def merge_frame(cursor: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    """Merges a frame (columns of `rows.SCHEMAS[table]`) into its fact table: what is there already changes nothing."""
    moment = "committed_at" if table == COMMITS else "at"
    span = {"first": frame[moment].min(), "last": frame[moment].max()}
    cursor.register("batch", frame.to_arrow())
    if table == COMMITS:
        if frame.select(COMMIT_KEY).is_duplicated().any():
            cursor.register("batch", cursor.sql(sql.load("merge/commits_alone")).to_arrow_table())
        ((known,),) = cursor.execute(sql.load("merge/commits_known"), span).fetchall()
        if known:
            cursor.execute(sql.load("merge/touched_commits"), span)
            cursor.execute(sql.load("merge/commits_enrich"), span)
        else:
            cursor.execute(sql.load("merge/touched_fresh"))
        cursor.execute(sql.load("merge/commits_insert"), span)
    else:
        if table == PUSHES:
            cursor.execute(sql.load("merge/touched_edges"))
        cursor.execute(sql.load(f"merge/{table}"), span)
    cursor.unregister("batch")


def _sort_out(
    cursor: duckdb.DuckDBPyConnection, batch: Sequence[Parsed]
) -> tuple[list[Parsed], list[Parsed], list[Parsed]]:
    """(new, revived dead letters, duplicates)."""
    if not batch:
        return [], [], []
    ids = [(p.delivery.source, p.delivery.delivery_id) for p in batch]
    frame = pl.DataFrame(
        {"digest": [p.digest for p in batch], "source": [i[0] for i in ids], "delivery_id": [i[1] for i in ids]},
        schema_overrides={"digest": pl.UInt64},
    )
    cursor.register("batch", frame.unique().to_arrow())
    known: dict[int, str] = dict(cursor.execute(sql.load("merge/deliveries_known")).fetchall())
    cursor.unregister("batch")
    new: list[Parsed] = []
    revived: list[Parsed] = []
    duplicates: list[Parsed] = []
    for parsed in batch:
        if parsed.digest not in known:
            known[parsed.digest] = parsed.outcome
            new.append(parsed)
        elif not parsed.delivery.replay:
            duplicates.append(parsed)
        elif known[parsed.digest] == "dead":
            known[parsed.digest] = parsed.outcome
            revived.append(parsed)
    return new, revived, duplicates


def _write_deliveries(
    cursor: duckdb.DuckDBPyConnection, new: list[Parsed], revived: list[Parsed], duplicates: list[Parsed]
) -> None:
    if revived:
        frame = _deliveries_frame(revived)
        for query in ("merge/revived", "merge/revived_letters"):
            _with_batch(cursor, query, frame)
    if new:
        _with_batch(cursor, "merge/deliveries", _deliveries_frame(new))
    dead = [p for p in (*new, *revived) if p.reason is not None]
    if dead:
        letters = {
            "digest": [p.digest for p in dead],
            "kind": [p.kind or "rejected" for p in dead],
            "reason": [p.reason for p in dead],
        }
        _with_batch(cursor, "merge/dead_letters", pl.DataFrame(letters, schema_overrides={"digest": pl.UInt64}))
    if duplicates:
        _with_batch(cursor, "merge/duplicate_deliveries", _deliveries_frame(duplicates))


def _with_batch(cursor: duckdb.DuckDBPyConnection, query: str, frame: pl.DataFrame) -> None:
    cursor.register("batch", frame.to_arrow())
    cursor.execute(sql.load(query))
    cursor.unregister("batch")


def _deliveries_frame(batch: list[Parsed]) -> pl.DataFrame:
    deliveries = [parsed.delivery for parsed in batch]
    return pl.DataFrame(
        {
            "digest": [parsed.digest for parsed in batch],
            "source": [d.source for d in deliveries],
            "delivery_id": [d.delivery_id for d in deliveries],
            "event_type": [parsed.event_type for parsed in batch],
            "received_at": [d.received_at for d in deliveries],
            "outcome": [parsed.outcome for parsed in batch],
            "key": [d.key for d in deliveries],
            "headers": [orjson.dumps(dict(d.headers)).decode() for d in deliveries],
            "body": [d.body for d in deliveries],
        },
        schema_overrides={"digest": pl.UInt64, "received_at": pl.Datetime("us", "UTC")},
    )
