"""A commit graph as runs: stretches of commits of which each has exactly one parent, the one before it. Pure.

What a commit reaches is then a stretch of its run, and what the run's first commit stands on: a question costs the runs
between, not the commits. Graphs of many repositories lie side by side in one.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


class Runs:
    """Nodes are 0 … `nodes`-1; `children` and `parents` are the edges' ends. Cycles do no harm."""

    def __init__(self, nodes: int, children: Numbers, parents: Numbers) -> None:
        order = np.argsort(children, kind="stable")
        children, parents = children[order], parents[order]
        stacked = _stacked(nodes, children, parents)
        bottom, depth, lost = _rank(nodes, children[stacked], parents[stacked])
        if lost.any():
            stacked &= ~lost[children]
            bottom, depth, _ = _rank(nodes, children[stacked], parents[stacked])
        bottoms = np.flatnonzero(bottom == np.arange(nodes))
        lengths = np.bincount(bottom, minlength=nodes)[bottoms]
        starts = np.cumsum(lengths) - lengths
        number = np.empty(nodes, np.int64)
        number[bottoms] = np.arange(len(bottoms))
        self.run: Numbers = number[bottom]
        """Node → its run."""
        self.place: Numbers = starts[self.run] + depth
        """Node → its place in the line of all runs after one another, oldest first in each."""
        self.node: Numbers = np.empty(nodes, np.int64)
        """Place → node."""
        self.node[self.place] = np.arange(nodes)
        self.starts: list[int] = starts.tolist()
        """Run → its first place."""
        below, ups = children[~stacked], parents[~stacked]
        self._edges: list[int] = np.searchsorted(below, np.append(bottoms, nodes)).tolist()
        self._runs: list[int] = self.run[ups].tolist()
        self._places: list[int] = self.place[ups].tolist()

    def below(self, run: int) -> Iterator[tuple[int, int]]:
        """(run, place) of each parent of the run's first commit."""
        ends = slice(self._edges[run], self._edges[run + 1])
        return zip(self._runs[ends], self._places[ends], strict=True)


def _stacked(nodes: int, children: Numbers, parents: Numbers) -> NDArray[np.bool_]:
    """The edges that hold a run together: to an only parent, from one of its children (any, where it has several)."""
    single = np.bincount(children, minlength=nodes)[children] == 1
    above = np.full(nodes, -1, np.int64)
    above[parents[single]] = children[single]
    return single & (above[parents] == children)


def _rank(nodes: int, children: Numbers, parents: Numbers) -> tuple[Numbers, Numbers, NDArray[np.bool_]]:
    """(the first node of each node's run, how far it is from there, whether it is on a cycle), by doubling steps."""
    bottom, depth = np.arange(nodes), np.zeros(nodes, np.int64)
    bottom[children], depth[children] = parents, 1
    first = depth == 0
    for _ in range(nodes.bit_length()):
        if first[bottom].all():
            break
        depth += depth[bottom]
        bottom = bottom[bottom]
    return bottom, depth, ~first[bottom]


class Reached:
    """What the deployments of a (service, environment) have reached, stretch by stretch."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._ends: dict[int, list[int]] = {}
        self._owners: dict[int, list[int]] = {}

    def has(self, run: int, place: int) -> bool:
        """Whether a deployment has reached it. What stands below it in the run is reached with it."""
        ends = self._ends.get(run)
        return ends is not None and place < ends[-1]

    def take(self, run: int, place: int, owner: int, into: "array[int]") -> None:
        """Puts (owner, first place, end) of each stretch that is reachable and wasn't reached before `into` the row."""
        stack = [(run, place)]
        while stack:
            run, place = stack.pop()
            ends = self._ends.get(run)
            if ends is None:
                begin = self._runs.starts[run]
                self._ends[run], self._owners[run] = [place + 1], [owner]
                stack.extend(self._runs.below(run))
            elif place < ends[-1]:
                continue
            else:
                begin = ends[-1]
                ends.append(place + 1)
                self._owners[run].append(owner)
            into.extend((owner, begin, place + 1))

    def is_ancestor(self, run: int, place: int, of_run: int, of_place: int) -> bool:
        """Whether a commit that was reached is reachable from another (and is not that). What an earlier deployment
        reached than the one that first had the commit can't contain it: the search ends there."""
        if (run, place) == (of_run, of_place):
            return False
        floor = self._owner(run, place)
        seen: dict[int, int] = {}
        stack = [(of_run, of_place)]
        while stack:
            at_run, at_place = stack.pop()
            if at_run == run and at_place >= place:
                return True
            if at_place <= seen.get(at_run, -1) or self._owner(at_run, at_place) < floor:
                continue
            if at_run not in seen:
                stack.extend(self._runs.below(at_run))
            seen[at_run] = at_place
        return False

    def _owner(self, run: int, place: int) -> float:
        """The deployment that reached it first; infinity where none did."""
        ends = self._ends.get(run)
        if ends is None or place >= ends[-1]:
            return float("inf")
        return self._owners[run][bisect_right(ends, place)]
