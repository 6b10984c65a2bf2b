"""The published rules: congruent matching cells of Song 2013 and Tong 2015.

References
----------
.. [1] Song, "Proposed congruent matching cells (CMC) method for ballistic
       identification and error rate estimation", AFTE Journal 47 (2015) 177-185, and
       NIST's proposal of 2013.
.. [2] Tong, Song and Chu, "An improved algorithm of congruent matching cells (CMC)
       method for firearm evidence identifications", J. Res. NIST 120 (2015) 102-112.
.. [3] Zemmels, VanderPlas and Hofmann, "A study in reproducibility: the congruent
       matching cells algorithm and cmcR package", The R Journal 14 (2023) 79-102.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from focalpoint.engines.ballistics import correlation as by_products
from focalpoint.engines.ballistics.cells import (
    Cells,
    Votes,
    divided,
    kept_cells,
    no_votes,
)
from focalpoint.engines.ballistics.compiled import Real, pearson, pick
from focalpoint.engines.ballistics.congruence import Consensus, apart, turned
from focalpoint.engines.ballistics.parameters import Parameters
from focalpoint.engines.ballistics.relief import Relief, canvas

# Shorter waves move the peak of the correlation by less than a point: the peak is found
# without them, the correlation at it is taken with them.
PEAK_WAVELENGTH_UM = 25.0


def cells_of(relief: Relief, parameters: Parameters) -> Cells:
    """Divide the measured field into ``grid`` x ``grid`` cells; drop the empty ones."""
    grid = parameters.grid
    side = max(4, round(2 * relief.radius_um / relief.pixel_um / grid))
    every, masks = divided(relief, side, grid)
    keep = np.flatnonzero(masks.sum((1, 2)) >= parameters.filled_min * side * side)
    return kept_cells(relief, every, masks, keep, grid)


def votes(cells: Cells, target: Relief, parameters: Parameters) -> Votes:
    """Register every cell in a region three times its side, at every angle.

    As published: missing points take the mean of the region, the peak of the plain
    cross-correlation gives the place, and the correlation there is computed again on
    the points measured in both. The target is turned by taking nearest points, as cmcR
    does it.
    """
    side, angles = cells.side, parameters.angles_deg
    if not cells.count:
        return no_votes(angles)
    # A cell may stand half outside its region, which is empty beyond its edge: so much
    # room keeps the ends of the region apart.
    region, size, out = 3 * side, 4 * side, side // 2
    keep = min((size - 1) // 2, int(size * target.pixel_um / PEAK_WAVELENGTH_UM))
    tried = range(-out, region - side + out + 1)
    matrices = by_products.transform(size, tuple(float(s) for s in tried), keep)
    spectra = np.conj(by_products.forward(cells.heights, matrices))
    half = cells.half + side
    first = cells.corners + half - side
    shape = (angles.size, cells.count)
    shifts, scores, overlaps = np.zeros((*shape, 2)), np.zeros(shape), np.zeros(shape)
    for number, angle in enumerate(angles):
        heights, mask = canvas(target, half, float(angle), target.middle, pick)
        regions, masks = _standing_on_mean(heights, mask, first, region)
        fit = by_products.backward(
            by_products.forward(regions, matrices) * spectra, matrices
        )
        best = fit.reshape(cells.count, -1).argmax(axis=1)
        corner = np.stack(np.divmod(best, len(tried)), axis=1) - out
        pearson(
            cells.heights,
            cells.masks,
            regions,
            masks,
            corner,
            scores[number],
            overlaps[number],
        )
        shifts[number] = (corner - side) * target.pixel_um
    return Votes(angles, shifts, scores, overlaps)


def _standing_on_mean(
    heights: Real, mask: Real, first: NDArray[np.int64], size: int
) -> tuple[Real, Real]:
    """Regions without their own mean, missing points zero, and their masks."""
    views = [
        sliding_window_view(field, (size, size))[first[:, 0], first[:, 1]]
        for field in (heights, mask)
    ]
    count = views[1].sum((1, 2), keepdims=True)
    mean = views[0].sum((1, 2), keepdims=True) / np.maximum(count, 1)
    level = np.ascontiguousarray((views[0] - mean) * views[1], dtype=np.float32)
    return level, np.ascontiguousarray(views[1])


@dataclass(frozen=True, slots=True, eq=False)
class Ruling:
    """What a published rule says: the cells it counts, and how many there were."""

    motion: Consensus
    cmc: int
    cells: int


def original(votes: Votes, cells: Cells, parameters: Parameters) -> Ruling:
    """Song 2013: cells close to the medians of all cells' best shifts and angles."""
    best = votes.correlation.argmax(axis=0)
    each = np.arange(cells.count)
    if not each.size:
        return _nothing(0)
    shift, angle = votes.shift_um[best, each], votes.angles_deg[best]
    middle, turn = np.median(shift, axis=0), float(np.median(angle))
    congruent = (
        (np.abs(shift - middle) <= parameters.distance_um + 1e-6).all(axis=1)
        & (np.abs(angle - turn) <= parameters.angle_within_deg + 1e-6)
        & (votes.correlation[best, each] >= parameters.correlation_min)
    )
    motion = _motion(congruent, turn, middle)
    return Ruling(motion, int(congruent.sum()), cells.count)


def high(
    there: Votes, back: Votes, cells: Cells, others: Cells, parameters: Parameters
) -> Ruling:
    """Tong 2015: the cells of all angles that share the peak, in both directions.

    Where a direction has no clear peak, or the directions turn the same way, the
    smaller of both original counts is returned.
    """
    if not cells.count or not others.count:
        return _nothing(max(cells.count, others.count))
    peaks = [_peak(votes, parameters) for votes in (there, back)]
    first, second = (
        original(v, c, parameters) for v, c in ((there, cells), (back, others))
    )
    named = [_names(c, np.ones(c.count, dtype=bool)) for c in (cells, others)]
    compared = len(named[0] | named[1])
    ahead, behind = peaks
    if ahead is not None and behind is not None:
        opposite = apart(np.array(ahead[1]), -behind[1])
        if opposite <= parameters.angle_within_deg:
            union = _names(cells, ahead[0]) | _names(others, behind[0])
            return Ruling(_peak_motion(there, ahead), len(union), compared)
    fewer = min(first.cmc, second.cmc)
    return Ruling(first.motion, fewer, compared)


Peak = tuple[NDArray[np.bool_], float]


def _peak(votes: Votes, parameters: Parameters) -> Peak | None:
    """Cells of the angles whose counts share the peak, and the mean of these angles."""
    median = np.median(votes.shift_um, axis=1, keepdims=True)
    near = (np.abs(votes.shift_um - median) <= parameters.distance_um + 1e-6).all(
        axis=2
    )
    inside = near & (votes.correlation >= parameters.correlation_min)
    counts = inside.sum(axis=1)
    shared = np.flatnonzero(counts >= counts.max() - parameters.tau)
    angles = votes.angles_deg[shared]
    if counts.max() == 0 or angles.max() - angles.min() > parameters.angle_within_deg:
        return None
    return np.asarray(inside[shared].any(axis=0)), float(angles.mean())


def _peak_motion(votes: Votes, peak: Peak) -> Consensus:
    nearest = int(np.abs(votes.angles_deg - peak[1]).argmin())
    return _motion(peak[0], peak[1], np.median(votes.shift_um[nearest], axis=0))


def _motion(
    congruent: NDArray[np.bool_], angle: float, shift: NDArray[Any]
) -> Consensus:
    on = turned(shift, angle)
    return Consensus(congruent, angle, (float(on[0]), float(on[1])))


def _names(cells: Cells, which: NDArray[np.bool_]) -> set[tuple[int, int]]:
    return {(int(row), int(column)) for row, column in cells.place[which]}


def _nothing(cells: int) -> Ruling:
    none = np.zeros(0, dtype=bool)
    return Ruling(Consensus(none, 0.0, (0.0, 0.0)), 0, cells)
