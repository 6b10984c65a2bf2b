"""Routes that appear, wake up, reverse or rise.

An edge from one place to the next is expected in proportion to what leaves the one and
reaches the other; an edge with a past is drawn towards its own rate. Recent counts are
tested against that with a gamma-Poisson prediction.

References
----------
.. [1] DuMouchel, Am. Stat. 53 (1999) 177 (gamma-Poisson shrinkage of a table).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from scipy import stats

from focalpoint.engines.detection.multiplicity import q_values


@dataclass(frozen=True, slots=True)
class Move:
    """One movement: day and the places passed, in order from origin to destination."""

    id: str
    day: int
    stops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Params:
    """Days tested, days remembered, level, strength of the borrowed expectation."""

    window: int = 90
    memory: int = 730
    level: float = 0.01
    strength: float = 0.5
    fdr: float = 0.1


@dataclass(slots=True)
class Edge:
    """One leg, or a whole route of three stops (``via``), with its test.

    ``kind`` is new, woken (silent for the whole memory, seen before), reversed or
    rising; ``before`` counts the memory, ``back`` the other direction in the memory.
    """

    origin: str
    destination: str
    via: str
    kind: str
    observed: int
    expected: float
    before: int
    back: int
    first: int
    last: int
    p: float
    q: float
    ids: list[str]


def find(moves: Sequence[Move], params: Params) -> list[Edge]:
    """Find edges whose recent count is more than leaving and arriving explain.

    Parameters
    ----------
    moves : sequence of Move
        Any order.
    params : Params
        See there.

    Returns
    -------
    list of Edge
        Those with p at most ``level`` and q at most ``fdr``; new, woken and reversed
        edges with at least one movement are always given; smallest p first.
    """
    if not moves:
        return []
    end = max(m.day for m in moves)
    legs = [(m, a, b, "") for m in moves for a, b in _legs(m)]
    legs += [
        (m, m.stops[0], m.stops[-1], ">".join(m.stops[1:-1]))
        for m in moves
        if len(m.stops) > 2
    ]
    recent = [x for x in legs if x[0].day > end - params.window]
    past = [
        x
        for x in legs
        if end - params.window - params.memory < x[0].day <= end - params.window
    ]
    older = {x[1:] for x in legs if x[0].day <= end - params.window - params.memory}
    start = max(min(m.day for m in moves), end - params.window - params.memory + 1)
    span = max(end - params.window - start + 1, params.window)
    scale = params.window / span
    edges = [
        _test(k, recent, past, older, scale, params)
        for k in sorted({x[1:] for x in recent})
    ]
    for edge, q in zip(edges, q_values(_p(edges)), strict=True):
        edge.q = float(q)
    kept = [
        e
        for e in edges
        if e.kind != "rising" or (e.p <= params.level and e.q <= params.fdr)
    ]
    return sorted(kept, key=lambda e: (e.p, e.origin, e.destination, e.via))


def _p(edges: list[Edge]):  # type: ignore[no-untyped-def]
    import numpy as np

    return np.array([e.p for e in edges])


def _legs(move: Move) -> list[tuple[str, str]]:
    return list(zip(move.stops, move.stops[1:], strict=False))


Leg = tuple[Move, str, str, str]


def _test(
    key: tuple[str, str, str],
    recent: list[Leg],
    past: list[Leg],
    older: set[tuple[str, str, str]],
    scale: float,
    params: Params,
) -> Edge:
    origin, destination, via = key
    same = [x for x in past if bool(x[3]) == bool(via)]
    counts = Counter(x[1:] for x in same)
    leaving = sum(n for k, n in counts.items() if k[0] == origin)
    arriving = sum(n for k, n in counts.items() if k[1] == destination)
    total = max(len(same), 1)
    borrowed = (leaving + 0.5) * (arriving + 0.5) / (total + 1)
    if via:
        through = sum(n for k, n in counts.items() if k[2] == via)
        borrowed *= (through + 0.5) / (total + 1)
    before = counts[key]
    shape = params.strength + before
    rate = params.strength / max(borrowed, 1e-6) + 1.0
    members = [x[0] for x in recent if x[1:] == key]
    p = float(stats.nbinom.sf(len(members) - 1, shape, rate / (rate + scale)))
    back = counts[
        destination, origin, ">".join(reversed(via.split(">"))) if via else ""
    ]
    return Edge(
        origin,
        destination,
        via,
        _kind(key, before, back, older),
        len(members),
        shape / rate * scale,
        before,
        back,
        min(m.day for m in members),
        max(m.day for m in members),
        p,
        1.0,
        [m.id for m in members],
    )


def _kind(
    key: tuple[str, str, str], before: int, back: int, older: set[tuple[str, str, str]]
) -> str:
    if before:
        return "rising"
    if back:
        return "reversed"
    return "woken" if key in older else "new"
