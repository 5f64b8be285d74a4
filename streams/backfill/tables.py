"""Backfill from tables: a CSV or Parquet file whose columns are mapped to the fields of the `events` source.

A row is an event; a column is the event's field of the same name, unless `--map field=column` says otherwise, and
`--set field=value` gives every row the same. Moments without a zone are UTC; lists (labels, parents, files, services)
are lists in Parquet and separated by spaces in CSV; empty cells are absent. `commits` rows need repository, sha,
committed_at.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import ValidationError

from models.errors import BadQueryError, LeadlineError
from models.events import EVENT, Commit, Deployment, Incident, PullRequest
from warehouse.rows import Rows, commit_row

KINDS: dict[str, type[Any]] = {
    "deployments": Deployment, "incidents": Incident, "pull_requests": PullRequest, "commits": Commit,
}  # fmt: skip
NUMBERS = {"number", "commits"}
LISTS = {"labels", "parents", "files", "services", "bindings"}
MOMENTS = {"at", "committed_at", "described_at", "opened_at"}
HINT = "--map field=column and --set field=value say where a field comes from"
OWN = {"commits": {"repository"}}
"""Fields that a row of a kind has besides its event's."""


def read_table(path: Path, format: str) -> pl.DataFrame:
    """The file's columns, all text where it is CSV. Raises LeadlineError."""
    try:
        if format == "csv":
            return pl.read_csv(path, infer_schema=False, glob=False)
        return pl.read_parquet(path, glob=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise LeadlineError(f"{path} can't be read as {format}: {str(error).splitlines()[0]}") from None


def state_of(path: Path, *options: Any) -> str:
    """Identifies a file's content read with these options."""
    return blake2b(path.read_bytes() + repr(options).encode(), digest_size=16).hexdigest()


def choose_columns(
    frame: pl.DataFrame, kind: str, mapping: Mapping[str, str], constants: Mapping[str, str]
) -> pl.DataFrame:
    """The fields of `kind` that the table has. Raises BadQueryError naming what isn't there, LeadlineError where the
    table has none of them."""
    fields = set(KINDS[kind].model_fields) - {"type"} | OWN.get(kind, set())
    for field in (*mapping, *constants):
        if field not in fields:
            raise BadQueryError(f"{kind} have no field {field!r}", f"there are: {', '.join(sorted(fields))}")
    for column in mapping.values():
        if column not in frame.columns:
            raise BadQueryError(f"the table has no column {column!r}", f"there are: {', '.join(frame.columns)}")
    named = {field: mapping.get(field, field) for field in sorted(fields)}
    columns = [pl.col(column).alias(field) for field, column in named.items() if column in frame.columns]
    if not columns:
        raise LeadlineError(
            f"no column of the table is a field of {kind}: it has {', '.join(map(repr, frame.columns))}",
            f"CSV is separated by commas; name fields as they are ({', '.join(sorted(fields))}), or --map field=column",
        )
    return frame.select(*columns).with_columns(**{field: pl.lit(value) for field, value in constants.items()})


def events_of(frame: pl.DataFrame, kind: str) -> Iterator[Any]:
    """An event per row of `choose_columns`. Raises LeadlineError naming the row and the field."""
    for number, row in enumerate(frame.iter_rows(named=True), start=1):
        given = _given(row, number)
        if "status" in given:
            given["status"] = str(given["status"]).lower()
        name = {"deployments": "deployment", "incidents": "incident", "pull_requests": "pull_request"}[kind]
        given.setdefault("id", f"{name}/{number}/{given.get('at')}")
        try:
            yield EVENT.validate_python({"type": name} | given)
        except ValidationError as error:
            raise LeadlineError(f"row {number}: {_why(error)}", HINT) from None


def commits_of(frame: pl.DataFrame) -> Iterator[tuple[str, Commit]]:
    """(repository, commit) per row. Raises LeadlineError naming the row and the field."""
    for number, row in enumerate(frame.iter_rows(named=True), start=1):
        given = _given(row, number)
        repository = given.pop("repository", None)
        if not repository:
            raise LeadlineError(f"row {number}: repository: Field required", HINT)
        try:
            yield str(repository), Commit.model_validate(given)
        except ValidationError as error:
            raise LeadlineError(f"row {number}: {_why(error)}", HINT) from None


def add_commit(rows: Rows, source: str, commit: tuple[str, Commit]) -> None:
    """Puts what `commits_of` gives into the rows; commits have no source."""
    repository, one = commit
    rows.touched.add(f"repository={repository}")
    rows.tables["commits"].append(commit_row(repository, one, rows.people_key, rows.show_handles))


def _given(row: Mapping[str, Any], number: int) -> dict[str, Any]:
    return {field: _value(field, value, number) for field, value in row.items() if value not in (None, "")}


def _value(field: str, value: Any, number: int) -> Any:
    if field in LISTS and isinstance(value, str):
        return value.split()
    if field in MOMENTS:
        try:
            moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        except ValueError:
            raise LeadlineError(f"row {number}: {field}: {value!r} is no ISO 8601 moment") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if type(value) is int and field not in NUMBERS:
        return str(value)  # an id in a column of numbers, as CSV would say it
    return value


def _why(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(map(str, first['loc'][-1:]))}: {first['msg']}"
