"""The commit graph of one repository: what contains what. Pure; edges come from `proven`."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from heapq import heappop, heappush

Parents = Mapping[str, Sequence[str]]

HEAD, EXCLUDED = 1, 2


class Graph:
    """Reachability over `parents` (child → parents). Questions cost what lies between the commits, not the history."""

    def __init__(self, parents: Parents) -> None:
        self.parents = parents

    @cached_property
    def generations(self) -> dict[str, int]:
        """Length of the longest way to a root, per commit: a child's is always greater than its parents'."""
        return _generations(self.parents)

    @cached_property
    def mentioned(self) -> set[str]:
        """Every commit that has parents or is one."""
        return set(self.parents).union(*self.parents.values())

    def reach(self, tip: str, seen: set[str]) -> list[str]:
        """What is reachable from `tip` and not in `seen`, which must be closed under parents; adds it to `seen`."""
        if tip in seen:
            return []
        parents = self.parents
        seen.add(tip)
        found, position = [tip], 0
        while position < len(found):
            for parent in parents.get(found[position], ()):
                if parent not in seen:
                    seen.add(parent)
                    found.append(parent)
            position += 1
        return found

    def difference(self, head: str, excluded: Sequence[str]) -> list[str]:
        """`git log --topo-order head --not excluded`: newest first, merges included."""
        generations = self.generations
        marks: dict[str, int] = {head: HEAD}
        for sha in excluded:
            marks[sha] = marks.get(sha, 0) | EXCLUDED
        heap = [(-generations.get(sha, 0), sha) for sha in marks]
        heap.sort()
        waiting = sum(mark == HEAD for mark in marks.values())
        found: list[str] = []
        while heap and waiting:
            sha = heappop(heap)[1]
            mark = marks[sha]
            if mark == HEAD:
                waiting -= 1
                found.append(sha)
            for parent in self.parents.get(sha, ()):
                old = marks.get(parent, 0)
                new = old | mark
                if new == old:
                    continue
                marks[parent] = new
                waiting += (new == HEAD) - (old == HEAD)
                if not old:
                    heappush(heap, (-generations.get(parent, 0), parent))
        return found

    def is_ancestor(self, sha: str, of: str) -> bool:
        """Whether `sha` is reachable from `of` (and is not `of` itself)."""
        generations = self.generations
        floor = generations.get(sha, 0)
        stack, seen = [of], {of}
        while stack:
            for parent in self.parents.get(stack.pop(), ()):
                if parent == sha:
                    return True
                if parent not in seen and generations.get(parent, 0) > floor:
                    seen.add(parent)
                    stack.append(parent)
        return False

    def first_parents(self, sha: str, count: int) -> list[str]:
        """`sha` and those before it on the first-parent way, newest first, at most `count`."""
        way = [sha]
        while len(way) < count and (parents := self.parents.get(way[-1])):
            way.append(parents[0])
        return way


def _generations(parents: Parents) -> dict[str, int]:
    """Kahn's algorithm from the roots; commits on a cycle (which only a lying sender can make) stay at 0."""
    children: dict[str, list[str]] = {}
    missing: dict[str, int] = {}
    for child, ups in parents.items():
        missing[child] = len(ups)
        for parent in ups:
            children.setdefault(parent, []).append(child)
    ready = [sha for sha in children if not missing.get(sha)]
    generations = dict.fromkeys(ready, 1)
    while ready:
        sha = ready.pop()
        following = generations[sha] + 1
        for child in children.get(sha, ()):
            if following > generations.get(child, 0):
                generations[child] = following
            missing[child] -= 1
            if not missing[child]:
                ready.append(child)
    return generations
