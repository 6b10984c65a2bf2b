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
from numpy.typing import NDArray

from focalpoint.engines.ballistics import correlation as by_products
from focalpoint.engines.ballistics.cells import (
    Cells,
    Votes,
    divided,
    kept_cells,
    no_votes,
)
from focalpoint.engines.ballistics.compiled import Real, pick
from focalpoint.engines.ballistics.congruence import Consensus, apart, turned
from focalpoint.engines.ballistics.parameters import Parameters
from focalpoint.engines.ballistics.plain import follow, pearson_within, thinned
from focalpoint.engines.ballistics.relief import Relief, canvas

# Without shorter waves the correlation is laid out; its peaks are followed with them.
PEAK_WAVELENGTH_UM = 37.5


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
    region, out = 3 * side, side // 2
    block = max(1, int(PEAK_WAVELENGTH_UM / 3 / target.pixel_um))
    step = max(1, int(PEAK_WAVELENGTH_UM / 2 / target.pixel_um))
    size = -(-4 * side // block)
    keep = int(size * block * target.pixel_um / PEAK_WAVELENGTH_UM)
    tried = range(-out, region - side + out + 1, step)
    by = by_products.transform(
        size,
        tuple(shift / block for shift in tried),
        keep if keep < (size - 1) // 2 else None,
    )
    spectra = np.conj(by_products.forward(_thin_cells(cells, block), by))
    half = cells.half + side
    first = cells.corners + half - side
    shape = (angles.size, cells.count)
    shifts, scores, overlaps = np.zeros((*shape, 2)), np.zeros(shape), np.zeros(shape)
    place, means = np.zeros((cells.count, 2), np.int64), np.zeros(cells.count)
    thin = np.empty((cells.count, *(2 * (-(-region // block),))), np.float32)
    for number, angle in enumerate(angles):
        field = canvas(target, half, float(angle), target.middle, pick)
        thinned(*field, first, region, block, means, thin)
        fit = by_products.backward(by_products.forward(thin, by) * spectra, by)
        follow(fit, cells.heights, *field, first, region, means, -out, step, place)
        pearson_within(
            cells.heights,
            cells.masks,
            *field,
            first,
            region,
            place,
            scores[number],
            overlaps[number],
        )
        shifts[number] = (place - side) * target.pixel_um
    return Votes(angles, shifts, scores, overlaps)


def _thin_cells(cells: Cells, block: int) -> Real:
    size = -(-cells.side // block)
    thin = np.empty((cells.count, size, size), np.float32)
    corner, mean = np.zeros((1, 2), np.int64), np.zeros(1)
    for number in range(cells.count):
        one = cells.heights[number], cells.masks[number]
        thinned(*one, corner, cells.side, block, mean, thin[number : number + 1])
    return thin


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
