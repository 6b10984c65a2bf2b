"""Connected components of judgements, and the contradictions inside them.

Plain Python: records compute their dossiers with it inside a web process.
"""

import heapq
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Edge:
    """One judgement between two records.

    Parameters
    ----------
    first, second : Hashable
        The two records; the order has no meaning.
    strength : tuple of float
        How firm the judgement is; compared as tuples are, larger is firmer. All edges
        of one computation have tuples of one length.
    key : Any
        What the caller knows the judgement by.
    """

    first: Any
    second: Any
    strength: tuple[float, ...] = ()
    key: Any = None

    def other(self, end: Any) -> Any:
        """Return the record at the far end."""
        return self.second if end == self.first else self.first


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two records judged different although judgements of *same* connect them.

    Parameters
    ----------
    different : Edge
        The judgement that the two are not one.
    path : tuple of Edge
        Judgements of *same* that lead from ``different.first`` to
        ``different.second``: of all such ways one whose weakest step is the firmest.
    """

    different: Edge
    path: tuple[Edge, ...]

    @property
    def weakest(self) -> Edge:
        """The least firm judgement of the circle, the one of *different* included.

        Of equally firm ones the earliest step is named, *different* last.
        """
        return min((*self.path, self.different), key=lambda edge: edge.strength)


def neighbours(edges: Iterable[Edge]) -> dict[Any, list[Edge]]:
    """Return the edges at each record."""
    found: dict[Any, list[Edge]] = {}
    for edge in edges:
        found.setdefault(edge.first, []).append(edge)
        found.setdefault(edge.second, []).append(edge)
    return found


def components(
    records: Iterable[Hashable], same: Iterable[Edge]
) -> list[frozenset[Any]]:
    """Return the sets of records that judgements of *same* connect.

    Parameters
    ----------
    records : iterable of Hashable
        Every record to place; one without a judgement is a set of its own. Ends of
        edges that are not among them are placed as well.
    same : iterable of Edge
        The standing judgements of *same*.

    Returns
    -------
    list of frozenset
        Disjoint, each record in exactly one, in order of first mention.
    """
    parent: dict[Any, Any] = {record: record for record in records}

    def root(record: Any) -> Any:
        top = record
        while parent[top] != top:
            top = parent[top]
        while parent[record] != top:
            parent[record], record = top, parent[record]
        return top

    for edge in same:
        for end in (edge.first, edge.second):
            parent.setdefault(end, end)
        first, second = root(edge.first), root(edge.second)
        if first != second:
            parent[second] = first
    found: dict[Any, set[Any]] = {}
    for record in parent:
        found.setdefault(root(record), set()).add(record)
    return [frozenset(group) for group in found.values()]


def firmest_path(
    start: Hashable, goal: Hashable, same: Mapping[Any, Sequence[Edge]]
) -> tuple[Edge, ...] | None:
    """Return the way between two records whose weakest step is the firmest.

    Parameters
    ----------
    start, goal : Hashable
        The two records.
    same : mapping of record to sequence of Edge
        As ``neighbours`` returns it.

    Returns
    -------
    tuple of Edge or None
        In order from ``start``; empty where both are one record, None where no
        judgements connect them. Of equally firm ways one with the fewest steps.

    Notes
    -----
    Dijkstra's search with the weakest step in place of the length (the widest path).
    """
    counter = 0
    waiting: list[tuple[tuple[float, ...], int, int, Any, tuple[Edge, ...]]] = [
        ((), 0, counter, start, ())
    ]
    done: set[Any] = set()
    while waiting:
        weakest, steps, _tie, record, path = heapq.heappop(waiting)
        if record == goal:
            return path
        if record in done:
            continue
        done.add(record)
        for edge in same.get(record, ()):
            following = edge.other(record)
            if following in done:
                continue
            counter += 1
            # Negated, because the heap gives the smallest first.
            step = tuple(-part for part in edge.strength)
            worst = max(weakest, step) if path else step
            heapq.heappush(
                waiting, (worst, steps + 1, counter, following, (*path, edge))
            )
    return None


def contradictions(
    same: Iterable[Edge], different: Iterable[Edge]
) -> list[Contradiction]:
    """Return every judgement of *different* whose ends are connected by *same*.

    Parameters
    ----------
    same, different : iterable of Edge
        The standing judgements of both kinds.

    Returns
    -------
    list of Contradiction
        In the order of ``different``.
    """
    at = neighbours(same)
    found = []
    for edge in different:
        path = firmest_path(edge.first, edge.second, at)
        if path:
            found.append(Contradiction(edge, path))
    return found
