"""Cells of one surface, each looked for on the other at every angle."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from focalpoint.engines.ballistics import correlation as by_products
from focalpoint.engines.ballistics.compiled import Real, pearson
from focalpoint.engines.ballistics.congruence import apart, turned
from focalpoint.engines.ballistics.peaks import (
    LEEWAY,
    best_fits,
    best_near,
    cut,
    squares,
)
from focalpoint.engines.ballistics.relief import Relief, canvas, view

Floats = NDArray[Any]
# Shorter waves move the peak of the correlation by less than a point: the peak is found
# without them, the correlation at it is taken with them.
PEAK_WAVELENGTH_UM = 25.0
# Farthest that the best place of a cell moves, in points, from one angle to the next.
SHARPEN_POINTS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Square cells of a reference, on a grid through its middle.

    Attributes
    ----------
    place : int, shape (C, 2)
        Row and column of each cell on the grid, from its first cell.
    heights, masks : float32, shape (C, S, S)
        Heights without the cell's own mean, zero where missing; 1 where measured.
    corners : int, shape (C, 2)
        First point of each cell, in points from the middle of the relief.
    pixel_um : float
    grid : int
        Cells along one side of the grid.
    """

    place: NDArray[np.int64]
    heights: Real
    masks: Real
    corners: NDArray[np.int64]
    pixel_um: float
    grid: int

    @property
    def count(self) -> int:
        """Number of cells with enough points."""
        return int(self.place.shape[0])

    @property
    def side(self) -> int:
        """Points along one side."""
        return int(self.heights.shape[1])

    @property
    def half(self) -> int:
        """Points from the first of the grid to the middle of the relief."""
        return (self.grid * self.side + 1) // 2

    @property
    def centres_um(self) -> Floats:
        """Centre of each cell from the middle of the relief, micrometres, (C, 2)."""
        centres: Floats = (self.corners + (self.side - 1) / 2) * self.pixel_um
        return centres

    def only(self, numbers: NDArray[np.int64]) -> "Cells":
        """Some of the cells."""
        return replace(
            self,
            place=self.place[numbers],
            heights=np.ascontiguousarray(self.heights[numbers]),
            masks=np.ascontiguousarray(self.masks[numbers]),
            corners=self.corners[numbers],
        )


def cells_of(
    relief: Relief, cell_um: float, filled_min: float, like: Cells | None = None
) -> Cells:
    """Cut a relief into cells and keep those with enough points.

    Parameters
    ----------
    relief : Relief
    cell_um : float
        Side of a cell, micrometres.
    filled_min : float
        Least share of a cell's points that must be measured.
    like : Cells, optional
        Cells of the same surface at another pitch: the same ones are kept.
    """
    side = max(4, round(cell_um / relief.pixel_um))
    # A scan hardly longer than a whole number of cells gets no row of slivers.
    across = 2 * relief.radius_um / relief.pixel_um / side
    grid = max(2, 2 * int(np.ceil((across - 0.25) / 2)))
    if like is not None:
        grid = like.grid
    every, masks = divided(relief, side, grid)
    keep = np.flatnonzero(masks.sum((1, 2)) >= filled_min * side * side)
    if like is not None:
        keep = like.place[:, 0] * grid + like.place[:, 1]
    return kept_cells(relief, every, masks, keep, grid)


def divided(relief: Relief, side: int, grid: int) -> tuple[Real, Real]:
    """Heights and masks of all squares of a grid: (grid * grid, side, side)."""
    half = (grid * side + 1) // 2
    heights, mask = canvas(relief, half, 0.0, relief.middle)
    cut = slice(0, grid * side)
    shape = (grid, side, grid, side)
    every = heights[cut, cut].reshape(shape).swapaxes(1, 2).reshape(-1, side, side)
    masks = mask[cut, cut].reshape(shape).swapaxes(1, 2).reshape(-1, side, side)
    return every, masks


def kept_cells(
    relief: Relief, every: Real, masks: Real, keep: NDArray[np.int64], grid: int
) -> Cells:
    """Cells from the squares with these numbers."""
    side = int(every.shape[1])
    half = (grid * side + 1) // 2
    place = np.stack(np.divmod(keep, grid), axis=1)
    masks = np.ascontiguousarray(masks[keep])
    counts = masks.sum((1, 2), keepdims=True)
    kept = every[keep] - every[keep].sum((1, 2), keepdims=True) / np.maximum(counts, 1)
    kept = np.ascontiguousarray(kept * masks, dtype=np.float32)
    return Cells(place, kept, masks, place * side - half, relief.pixel_um, grid)


def waves_kept(size: int, pixel_um: float) -> int | None:
    """Highest frequency that a peak is looked for with; None where all are needed."""
    keep = int(size * pixel_um / PEAK_WAVELENGTH_UM)
    return keep if keep < (size - 1) // 2 else None


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """Where each cell fits best at each angle.

    Attributes
    ----------
    angles_deg : float, shape (A,)
    shift_um : float, shape (A, C, 2)
        Row and column from the place where the cell would lie if the middles met,
        measured along the turned axes.
    correlation, overlap : float, shape (A, C)
        Pearson correlation on the points measured in both, and their share of the cell.
    """

    angles_deg: Floats
    shift_um: Floats
    correlation: Floats
    overlap: Floats


def no_votes(angles_deg: Floats) -> Votes:
    """The votes of no cell."""
    none = np.zeros((angles_deg.size, 0))
    return Votes(angles_deg, np.zeros((angles_deg.size, 0, 2)), none, none)


def vote(
    cells: Cells,
    target: Relief,
    centre: tuple[float, float],
    angles_deg: Floats,
    reach_um: float,
    overlap_min: float,
) -> Votes:
    """Look for every cell near its own place on the target, at every angle.

    Parameters
    ----------
    cells : Cells
        Of the reference.
    target : Relief
        Of the same pitch.
    centre : tuple of float
        Row and column of the target that the middle of the reference lies on.
    angles_deg : float, shape (A,)
        Angles by which the target is turned.
    reach_um : float
        Farthest shift along either axis, micrometres.
    overlap_min : float
        Least share of a cell's points that must meet measured points.

    Returns
    -------
    Votes
    """
    if not cells.count:
        return no_votes(angles_deg)
    reach = max(1, round(reach_um / target.pixel_um))
    size = cells.side + 2 * reach
    tried = tuple(float(shift) for shift in range(2 * reach + 1))
    by = by_products.transform(size, tried, waves_kept(size, target.pixel_um))
    spectra = np.conj(by_products.forward(cells.heights, by))
    counts = cells.masks.sum((1, 2))
    least = (overlap_min * counts - LEEWAY).astype(np.float32)
    # What a whole cell meets is counted while the spread of the target is found.
    part = np.flatnonzero(counts < cells.side**2)
    mask_spectra = np.conj(by_products.forward(cells.masks[part], by))
    shape = (angles_deg.size, cells.count)
    shifts, scores = np.zeros((*shape, 2)), np.zeros(shape)
    overlaps, found = np.zeros(shape), np.zeros(shape, dtype=bool)
    place = np.zeros((cells.count, 2), np.int64)
    whole = target.mean_square
    for number, angle in enumerate(angles_deg):
        seen = _seen(cells, target, whole, float(angle), centre, reach)
        fit = by_products.backward(by_products.forward(seen.heights, by) * spectra, by)
        seen.known[part] = by_products.backward(
            by_products.forward(seen.masks[part], by) * mask_spectra, by
        )
        best_fits(fit, seen.known, seen.spread, least, place, found[number])
        pearson(
            cells.heights,
            cells.masks,
            seen.heights,
            seen.masks,
            place,
            scores[number],
            overlaps[number],
        )
        shifts[number] = (place - reach) * target.pixel_um
    scores[~found] = -1.0
    return Votes(np.asarray(angles_deg, dtype=float), shifts, scores, overlaps)


def sharpen(
    votes: Votes,
    cells: Cells,
    target: Relief,
    centre: tuple[float, float],
    angles_deg: Floats,
    overlap_min: float,
) -> Votes:
    """Also try the angles between those voted on, each cell near its best place.

    Parameters
    ----------
    votes : Votes
    cells, target, centre, overlap_min
        As for ``vote``.
    angles_deg : float, shape (B,)
        Angles between. Each cell tries those next to its best angle.

    Returns
    -------
    Votes
        The angles voted on, then those between; -1 where a cell did not try.
    """
    if not cells.count or not angles_deg.size:
        return votes
    each = np.arange(cells.count)
    first = votes.correlation.argmax(axis=0)
    turn, shift = votes.angles_deg[first], votes.shift_um[first, each]
    step = float(np.diff(votes.angles_deg[:2]).max(initial=0.0))
    shape = (angles_deg.size, cells.count)
    shifts, scores = np.zeros((*shape, 2)), np.full(shape, -1.0)
    overlaps = np.zeros(shape)
    at = cells.centres_um
    reach = int(np.abs(votes.shift_um).max() / target.pixel_um) + SHARPEN_POINTS + 4
    half = cells.half + reach
    for number, angle in enumerate(angles_deg):
        beside = apart(turn, float(angle)) < step
        near = np.flatnonzero(beside & (votes.correlation[first, each] > -1.0))
        if not near.size:
            continue
        # The cell stays where it is on the target while the view turns.
        moved = turned((at + shift)[near], (turn - angle)[near]) - at[near]
        heights, mask = canvas(target, half, float(angle), centre)
        corners = cells.corners[near] + half
        place = corners + np.rint(moved / target.pixel_um).astype(np.int64)
        best = np.zeros((near.size, 2), np.int64)
        score, overlap = np.zeros(near.size), np.zeros(near.size)
        some = cells.only(near)
        best_near(
            some.heights,
            some.masks,
            heights,
            mask,
            place,
            SHARPEN_POINTS,
            overlap_min,
            best,
            score,
            overlap,
        )
        shifts[number, near] = (best - corners) * target.pixel_um
        scores[number, near], overlaps[number, near] = score, overlap
    return Votes(
        np.concatenate([votes.angles_deg, angles_deg]),
        np.concatenate([votes.shift_um, shifts]),
        np.concatenate([votes.correlation, scores]),
        np.concatenate([votes.overlap, overlaps]),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What each cell may meet on the target at one angle.

    Attributes
    ----------
    heights, masks : float32, shape (C, R, R)
        The region of each cell.
    spread, known : float32, shape (C, S, S)
        Of the square that begins at each shift: one over the root of its mean square,
        and its measured points.
    """

    heights: Real
    masks: Real
    spread: Real
    known: Real


def _seen(
    cells: Cells,
    target: Relief,
    whole: float,
    angle_deg: float,
    centre: tuple[float, float],
    reach: int,
) -> Seen:
    """The regions of all cells at one angle.

    Many cells are cut from one turned view of the target; for few, which at a fine
    pitch lie far apart, only their own regions are turned.
    """
    size, shifts = cells.side + 2 * reach, 2 * reach + 1
    regions = np.empty((2, cells.count, size, size), np.float32)
    levels = np.empty((2, cells.count, shifts, shifts), np.float32)
    half = cells.half + reach
    if cells.count * size**2 >= (2 * half) ** 2 / 2:
        heights, mask = canvas(target, half, angle_deg, centre)
        first = cells.corners + half - reach
        spread = np.empty((2 * half - cells.side + 1,) * 2, np.float32)
        points = np.empty_like(spread)
        squares(heights, mask, cells.side, whole, spread, points)
        for field, windows in zip(
            (heights, mask, spread, points), (*regions, *levels), strict=True
        ):
            cut(field, first, windows)
    else:
        for number, corner in enumerate(cells.corners - reach):
            heights, mask = view(target, size, angle_deg, centre, corner)
            squares(heights, mask, cells.side, whole, *levels[:, number])
            regions[:, number] = heights, mask
    return Seen(*regions, *levels)
