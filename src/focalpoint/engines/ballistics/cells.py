"""Cells of one surface, each looked for on the other at every angle."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from focalpoint.engines.ballistics import correlation as by_products
from focalpoint.engines.ballistics.compiled import Real, pearson, squares
from focalpoint.engines.ballistics.relief import Relief, canvas, view

Floats = NDArray[Any]


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
    matrices = by_products.transform(
        size, tuple(float(shift) for shift in range(2 * reach + 1))
    )
    spectra = np.conj(by_products.forward(cells.heights, matrices))
    mask_spectra = np.conj(by_products.forward(cells.masks, matrices))
    counts = cells.masks.sum((1, 2))
    shape = (angles_deg.size, cells.count)
    shifts, scores = np.zeros((*shape, 2)), np.full(shape, -1.0)
    overlaps = np.zeros(shape)
    for number, angle in enumerate(angles_deg):
        regions, masks, energy = _seen(cells, target, float(angle), centre, reach)
        fit = by_products.backward(
            by_products.forward(regions, matrices) * spectra, matrices
        )
        known = by_products.backward(
            by_products.forward(masks, matrices) * mask_spectra, matrices
        )
        # The energy under the cell's own mask is that of its square, scaled by the
        # points that meet. The exact correlation follows at the best place.
        fit /= np.sqrt(np.maximum(known, 1.0) * np.maximum(energy, 1e-9)) * np.sqrt(
            np.maximum(known, 1.0) / counts[:, None, None]
        )
        fit[known < overlap_min * counts[:, None, None] - 0.5] = -np.inf
        best = fit.reshape(cells.count, -1).argmax(axis=1)
        place = np.stack(np.divmod(best, 2 * reach + 1), axis=1)
        pearson(
            cells.heights,
            cells.masks,
            regions,
            masks,
            place,
            scores[number],
            overlaps[number],
        )
        shifts[number] = (place - reach) * target.pixel_um
        found = np.isfinite(fit.reshape(cells.count, -1)[np.arange(cells.count), best])
        scores[number][~found] = -1.0
    return Votes(np.asarray(angles_deg, dtype=float), shifts, scores, overlaps)


def _seen(
    cells: Cells,
    target: Relief,
    angle_deg: float,
    centre: tuple[float, float],
    reach: int,
) -> tuple[Real, Real, Real]:
    """What each cell may meet at one angle: heights, masks and mean squares.

    Many cells are cut from one turned view of the target; for few, which at a fine
    pitch lie far apart, only their own regions are turned.
    """
    size, shifts = cells.side + 2 * reach, 2 * reach + 1
    half = cells.half + reach
    first = cells.corners + half - reach
    if cells.count * size**2 >= (2 * half) ** 2 / 2:
        heights, mask = canvas(target, half, angle_deg, centre)
        level = _mean_squares(heights, mask, cells.side)
        return (
            _regions(heights, first, size),
            _regions(mask, first, size),
            _regions(level, first, shifts),
        )
    views = [
        view(target, size, angle_deg, centre, (corner[0] - reach, corner[1] - reach))
        for corner in cells.corners
    ]
    regions = np.stack([heights for heights, _ in views])
    masks = np.stack([mask for _, mask in views])
    levels = [
        _mean_squares(*pair, cells.side) for pair in zip(regions, masks, strict=True)
    ]
    return regions, masks, np.stack([level[:shifts, :shifts] for level in levels])


def _regions(field: Real, first: NDArray[np.int64], size: int) -> Real:
    windows = sliding_window_view(field, (size, size))
    return np.ascontiguousarray(windows[first[:, 0], first[:, 1]])


def _mean_squares(heights: Real, mask: Real, side: int) -> Real:
    """Mean square of the target in the square of a cell that begins at each point."""
    level, points = np.empty_like(heights), np.empty_like(heights)
    squares(heights, mask, side, level, points)
    whole = float(level.sum() / max(float(points.sum()), 1.0))
    level /= np.maximum(points, 1.0)
    # A square with a few points has no steady level: it is drawn towards the whole.
    points /= side * side
    return (level * points + np.float32(0.05 * whole)) / (points + np.float32(0.05))
