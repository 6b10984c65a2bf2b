"""Which cells agree on one rigid motion."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]
ROUNDS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Where cells of the reference were found on the target.

    Attributes
    ----------
    at_um : float, shape (C, 2)
        Centre of each cell on the reference, row and column from its middle.
    on_um : float, shape (C, 2)
        Centre of its place on the target, from the point taken for the middle there.
    angle_deg : float, shape (C,)
    correlation : float, shape (C,)
        -1 where the cell was not found.
    """

    at_um: Floats
    on_um: Floats
    angle_deg: Floats
    correlation: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Consensus:
    """The largest set of cells that one rigid motion explains.

    Attributes
    ----------
    congruent : bool, shape (C,)
    angle_deg : float
        Turn of the target against the reference.
    shift_um : tuple of float
        Where the middle of the reference lies on the target: row, column.
    """

    congruent: NDArray[np.bool_]
    angle_deg: float
    shift_um: tuple[float, float]


def turned(points: Floats, angle_deg: float | Floats) -> Floats:
    """Points (…, 2) as row and column, turned about the origin."""
    angle = np.deg2rad(np.asarray(angle_deg, dtype=float))
    cos, sin = np.cos(angle), np.sin(angle)
    rows, columns = points[..., 0], points[..., 1]
    return np.stack([cos * rows - sin * columns, sin * rows + cos * columns], axis=-1)


def apart(angle_deg: Floats, other_deg: float | Floats) -> Floats:
    """Difference of angles on the circle, 0 to 180 degrees."""
    between: Floats = np.abs((angle_deg - other_deg + 180) % 360 - 180)
    return between


def consensus(
    found: Found, distance_um: float, angle_deg: float, correlation_min: float
) -> Consensus:
    """Find the rigid motion that explains most cells.

    Every cell proposes the motion that it was found with. The proposal that explains
    most cells is fitted to them by least squares and counted again, until the set no
    longer grows.

    Parameters
    ----------
    found : Found
    distance_um : float
        Farthest that a cell may lie from where the motion puts it, micrometres.
    angle_deg : float
        Farthest that the angle of a cell may lie from that of the motion.
    correlation_min : float
        Least correlation of a cell that has a say.

    Returns
    -------
    Consensus
    """
    able = np.flatnonzero(found.correlation >= correlation_min)
    congruent = np.zeros(found.correlation.size, dtype=bool)
    if not able.size:
        return Consensus(congruent, 0.0, (0.0, 0.0))
    at, on = found.at_um[able], found.on_um[able]
    angle, weight = found.angle_deg[able], found.correlation[able]
    predicted = on[:, None] + turned(at[None] - at[:, None], angle[:, None])
    inside = (np.hypot(*np.moveaxis(on[None] - predicted, -1, 0)) <= distance_um) & (
        apart(angle[None], angle[:, None]) <= angle_deg
    )
    best = _order(inside.sum(1), inside @ weight)[0]
    members, motion = (
        inside[best],
        (angle[best], on[best] - turned(at[best], angle[best])),
    )
    for _ in range(ROUNDS):
        fitted = _fit(at[members], on[members], weight[members], motion[0])
        off = on - (turned(at, fitted[0]) + fitted[1])
        next_members = (np.hypot(off[:, 0], off[:, 1]) <= distance_um) & (
            apart(angle, fitted[0]) <= angle_deg
        )
        if _worse(next_members, members, weight):
            break
        same = bool((next_members == members).all())
        members, motion = next_members, fitted
        if same:
            break
    congruent[able[members]] = True
    return Consensus(
        congruent, float(motion[0]), (float(motion[1][0]), float(motion[1][1]))
    )


def _order(count: NDArray[np.int64], weight: Floats) -> NDArray[np.int64]:
    # Rounded, so that the order of summation cannot decide between equals.
    return np.lexsort((np.arange(count.size), -np.round(weight, 6), -count))


def _worse(new: NDArray[np.bool_], old: NDArray[np.bool_], weight: Floats) -> bool:
    if new.sum() != old.sum():
        return bool(new.sum() < old.sum())
    return bool(weight[new].sum() < weight[old].sum() - 1e-9)


def _fit(
    at: Floats, on: Floats, weight: Floats, start_deg: float
) -> tuple[float, Floats]:
    """Weighted least-squares rotation and shift; the start where two points are few."""
    share = weight / weight.sum()
    at_mean, on_mean = share @ at, share @ on
    angle = start_deg
    if len(at) >= 3:
        a, b = at - at_mean, on - on_mean
        cosine = float((share * (a * b).sum(1)).sum())
        sine = float((share * (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])).sum())
        angle = float(np.rad2deg(np.arctan2(sine, cosine)))
    return angle, on_mean - turned(at_mean, angle)
