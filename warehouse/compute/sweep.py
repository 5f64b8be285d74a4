"""Walks plain histories, set-based: of services that deploy one commit of one repository each time, where no pull
request may have left anything to exchange (sql/compute/sweep/pairs.sql). Finds what `warehouse.compute.walk` finds.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from warehouse import sql
from warehouse.compute.runs import Reached, Runs
from warehouse.compute.steps import ask, step

QUERIES = (
    "sweep/pairs", "sweep/successes", "sweep/facts", "sweep/merges", "sweep/leave", "sweep/undescribed",
)  # fmt: skip
NOWHERE = -1
"""The node of a deployment that names no commit of a repository."""
BACK = {"owner": pl.Int64, "returned": pl.Int64, "blamed": pl.Int64}


@dataclass(frozen=True, slots=True)
class Successes:
    """Columns over the successes, by their number (`owner`): those of a (service, environment) follow one another."""

    pair: list[int]
    node: list[int]
    known: list[bool]
    """Whether anything is known of what the commit contains."""
    version: list[int | None]
    flagged: list[bool]
    run: list[int]
    place: list[int]


def sweep(cursor: duckdb.DuckDBPyConnection) -> dict[str, pl.DataFrame]:
    """Marks the pairs that are plain as swept and sweeps them. Gives the frames that sql/compute/sweep/found.sql reads:
    `swept` (a commit's node, the success that reached it first), `swept_known` and `swept_back` (rollbacks)."""
    step(cursor, *QUERIES)
    ((nodes,),) = ask(cursor, "sweep/size")
    edges = _frame(cursor, "sweep/edges")
    children, parents = edges["child"].to_numpy(), edges["parent"].to_numpy()
    runs = Runs(nodes, children, parents)
    connected = np.zeros(nodes + 1, bool)
    connected[children] = connected[parents] = True
    successes = _successes(cursor, runs, connected)
    stretches, back = _sweep(runs, successes)
    return {
        "swept": _reached(runs, stretches),
        "swept_known": pl.DataFrame({"known": successes.known}, schema={"known": pl.Boolean}).with_row_index("owner"),
        "swept_back": pl.DataFrame(back, schema=BACK, orient="row"),
    }


def _frame(cursor: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    return pl.DataFrame(cursor.sql(sql.load(f"compute/{query}")).to_arrow_table())


def _successes(cursor: duckdb.DuckDBPyConnection, runs: Runs, connected: NDArray[np.bool_]) -> Successes:
    told = _frame(cursor, "sweep/heads")
    node = told["node"].to_numpy()
    known = (node != NOWHERE) & (told["described"].to_numpy() | connected[node])
    run, place = (np.append(numbers, NOWHERE)[node].tolist() for numbers in (runs.run, runs.place))
    return Successes(
        pair=told["pair"].to_list(), node=told["node"].to_list(), known=known.tolist(),
        version=told["version"].to_list(), flagged=told["flagged"].to_list(), run=run, place=place,
    )  # fmt: skip


def _sweep(runs: Runs, successes: Successes) -> tuple["array[int]", list[tuple[int, int | None, int | None]]]:
    """(owner, first place, end of each stretch, in a row; rollbacks as BACK)."""
    stretches = array("q")
    back: list[tuple[int, int | None, int | None]] = []
    pair, reached, first = None, Reached(runs), 0
    for owner, (of, known, flagged, run, place) in enumerate(
        zip(successes.pair, successes.known, successes.flagged, successes.run, successes.place, strict=True)
    ):
        if of != pair:
            pair, reached, first = of, Reached(runs), owner
        if flagged or (known and reached.has(run, place)):
            history = History(successes, reached, first, owner)
            if flagged or history.goes_back():
                back.append((owner, *history.went_back()))
        if known:
            reached.take(run, place, owner, stretches)
    return stretches, back


@dataclass(frozen=True, slots=True)
class History:
    """The successes of a (service, environment) from `first` up to `owner`, which may be a rollback."""

    successes: Successes
    reached: Reached
    first: int
    owner: int

    def goes_back(self) -> bool:
        """Whether it goes back behind what was live (`warehouse.compute.shipping.is_rollback`)."""
        return self.owner > self.first and self._is_ancestor(self.owner, self.owner - 1)

    def went_back(self) -> tuple[int | None, int | None]:
        """(whose version the rollback goes back to, which failed), as `warehouse.compute.shipping.went_back`."""
        return next(self._candidates(), (None, None))

    def _candidates(self) -> Iterator[tuple[int | None, int | None]]:
        last = self.owner - 1
        before = range(last, self.first - 1, -1)
        yield from ((one, one + 1 if one < last else None) for one in before if self._same_version(one))
        yield from ((one, one + 1) for one in before[1:] if self._is_ancestor(one, self.owner))
        yield from ((None, one) for one in reversed(before) if self._is_ancestor(self.owner, one))
        if len(before) > 1:
            yield last - 1, last

    def _same_version(self, one: int) -> bool:
        nodes, version = self.successes.node, self.successes.version
        if NOWHERE not in (nodes[one], nodes[self.owner]):
            return nodes[one] == nodes[self.owner]
        return version[one] is not None and version[one] == version[self.owner]

    def _is_ancestor(self, one: int, of: int) -> bool:
        successes = self.successes
        if not successes.known[one] or not successes.known[of]:
            return False
        return self.reached.is_ancestor(
            successes.run[one], successes.place[one], successes.run[of], successes.place[of]
        )


def _reached(runs: Runs, stretches: "array[int]") -> pl.DataFrame:
    """Every commit that was reached, by its node, with its owner; in the order of the owners, oldest first."""
    owner, start, end = np.frombuffer(stretches, np.int64).reshape(-1, 3).T
    lengths = end - start
    before = np.cumsum(lengths) - lengths
    places = np.arange(lengths.sum()) + np.repeat(start - before, lengths)
    return pl.DataFrame({"node": runs.node[places], "owner": np.repeat(owner, lengths)})
