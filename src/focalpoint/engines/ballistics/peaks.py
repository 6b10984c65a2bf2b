"""Where each cell fits best, in compiled loops: windows, their spread, the best fit."""

import numpy as np
from numpy.typing import NDArray

from focalpoint.engines.ballistics.compiled import Real, compiled

# A square with a few points has no steady mean square: so much of that of the whole
# target is added to it.
EVEN_FLOOR = 0.05
# So many points fewer than the least share may meet: with it no whole number of points
# stands on the border, where rounding would decide.
LEEWAY = 0.75
# Below any correlation.
NEVER = np.float32(-1e15)


@compiled("void(f4[:,::1],f4[:,::1],i8,f8,f4[:,::1],f4[:,::1])")
def squares(
    heights: Real, mask: Real, side: int, whole: float, spread: Real, points: Real
) -> None:
    """Spread, and number of measured points, of the square that begins at each point.

    Parameters
    ----------
    heights, mask : float32, shape (M, N)
    side : int
        Of a square, in points.
    whole : float
        Mean square of all that is measured, towards which squares with few points are
        drawn.
    spread, points : float32, shape (M - side + 1, N - side + 1)
        Filled. The spread is one over the root of the mean square.
    """
    rows, columns = heights.shape
    area = 1.0 / (side * side)
    high, known = np.zeros(columns), np.zeros(columns)
    for i in range(rows):
        for j in range(columns):
            high[j] += float(heights[i, j]) * float(heights[i, j])
            known[j] += mask[i, j]
        if i >= side:
            for j in range(columns):
                high[j] -= float(heights[i - side, j]) * float(heights[i - side, j])
                known[j] -= mask[i - side, j]
        if i < side - 1:
            continue
        sum_high = sum_known = 0.0
        for j in range(columns):
            sum_high += high[j]
            sum_known += known[j]
            if j >= side:
                sum_high -= high[j - side]
                sum_known -= known[j - side]
            if j >= side - 1:
                mean = (max(sum_high, 0.0) * area + EVEN_FLOOR * whole) / (
                    sum_known * area + EVEN_FLOOR
                )
                spread[i - side + 1, j - side + 1] = 1.0 / np.sqrt(mean + 1e-9)
                points[i - side + 1, j - side + 1] = sum_known


@compiled("void(f4[:,::1],i8[:,::1],f4[:,:,::1])")
def cut(field: Real, corners: NDArray[np.int64], windows: Real) -> None:
    """Copy the window of a field that begins at each corner.

    Parameters
    ----------
    field : float32, shape (M, N)
    corners : int64, shape (C, 2)
    windows : float32, shape (C, H, W)
        Filled.
    """
    height, width = windows.shape[1:]
    for c in range(corners.shape[0]):
        top, left = corners[c, 0], corners[c, 1]
        for i in range(height):
            for j in range(width):
                windows[c, i, j] = field[top + i, left + j]


@compiled("void(f4[:,:,::1],f4[:,:,::1],f4[:,:,::1],f4[::1],i8[:,::1],b1[::1])")
def best_fits(
    fit: Real,
    known: Real,
    spread: Real,
    least: Real,
    place: NDArray[np.int64],
    found: NDArray[np.bool_],
) -> None:
    """Where the normalised fit of each cell is best; the first of equals.

    Parameters
    ----------
    fit, known, spread : float32, shape (C, S, S)
        Sum of products, points that meet, and one over the target's spread, by shift.
    least : float32, shape (C,)
        Points of each cell that must meet.
    place : int64, shape (C, 2)
        Filled.
    found : bool, shape (C,)
        Filled: whether enough points meet anywhere.
    """
    shifts = fit.shape[1]
    value = np.empty(shifts, np.float32)
    for c in range(fit.shape[0]):
        best = NEVER
        place[c, 0] = place[c, 1] = 0
        found[c] = False
        for i in range(shifts):
            one, over, level = fit[c, i], known[c, i], spread[c, i]
            for j in range(shifts):
                value[j] = (
                    one[j] * level[j] / max(over[j], np.float32(1.0))
                    if over[j] >= least[c]
                    else NEVER
                )
            for j in range(shifts):
                if value[j] > best:
                    best = value[j]
                    place[c, 0], place[c, 1] = i, j
                    found[c] = True


@compiled(
    "void(f4[:,:,::1],f4[:,:,::1],f4[:,::1],f4[:,::1],i8[:,::1],i8,f8,"
    "i8[:,::1],f8[::1],f8[::1])",
    summed_freely=True,
)
def best_near(
    cells: Real,
    cell_masks: Real,
    heights: Real,
    mask: Real,
    corners: NDArray[np.int64],
    reach: int,
    overlap_min: float,
    best: NDArray[np.int64],
    correlation: NDArray[np.float64],
    overlap: NDArray[np.float64],
) -> None:
    """Best Pearson correlation of each cell within some points of a place.

    Parameters
    ----------
    cells, cell_masks : float32, shape (C, S, S)
    heights, mask : float32, shape (M, N)
        One view of the target.
    corners : int64, shape (C, 2)
        Where in it the first point of each cell is expected.
    reach : int
        Farthest from there, along either axis.
    overlap_min : float
        Least share of a cell's points that must meet measured points.
    best : int64, shape (C, 2)
        Filled.
    correlation, overlap : float64, shape (C,)
        Filled; -1 where too little meets.
    """
    rows, columns = heights.shape
    side = cells.shape[1]
    for c in range(cells.shape[0]):
        known = 0.0
        for i in range(side):
            for j in range(side):
                known += cell_masks[c, i, j]
        correlation[c], overlap[c] = -1.0, 0.0
        best[c, 0], best[c, 1] = corners[c, 0], corners[c, 1]
        for top in range(corners[c, 0] - reach, corners[c, 0] + reach + 1):
            for left in range(corners[c, 1] - reach, corners[c, 1] + reach + 1):
                if top < 0 or left < 0 or top + side > rows or left + side > columns:
                    continue
                count = sum_a = sum_b = sum_aa = sum_bb = sum_ab = 0.0
                for i in range(side):
                    one, own = cells[c, i], cell_masks[c, i]
                    other = heights[top + i, left : left + side]
                    points = mask[top + i, left : left + side]
                    for j in range(side):
                        k = own[j] * points[j]
                        a, b = float(one[j] * k), float(other[j] * k)
                        count += k
                        sum_a += a
                        sum_b += b
                        sum_aa += a * a
                        sum_bb += b * b
                        sum_ab += a * b
                if count < 3.0 or count < overlap_min * known - LEEWAY:
                    continue
                var_a = sum_aa - sum_a * sum_a / count
                var_b = sum_bb - sum_b * sum_b / count
                if var_a <= 0.0 or var_b <= 0.0:
                    continue
                value = (sum_ab - sum_a * sum_b / count) / np.sqrt(var_a * var_b)
                if value > correlation[c]:
                    correlation[c], overlap[c] = value, count / known
                    best[c, 0], best[c, 1] = top, left
