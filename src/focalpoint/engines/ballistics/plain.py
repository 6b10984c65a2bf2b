"""Peaks of the plain cross-correlation of the published rules, in compiled loops.

The correlation is laid out without its shortest waves at some shifts; the best of them
are then followed to the peak on all points, so that the place is that of a correlation
at every shift.
"""

import numpy as np
from numpy.typing import NDArray

from focalpoint.engines.ballistics.compiled import Real, compiled

# So many peaks of the thinned correlation are followed, if they reach this share of the
# best, as a peak of the whole may be the lower one without the short waves.
PEAKS, PEAK_SHARE = 3, 0.8
WAYS = np.array(
    [[(-1, 0), (1, 0), (0, -1), (0, 1)], [(-1, -1), (-1, 1), (1, -1), (1, 1)]]
)


@compiled(
    "void(f4[:,::1],f4[:,::1],i8[:,::1],i8,i8,f8[::1],f4[:,:,::1])", summed_freely=True
)
def thinned(
    heights: Real,
    mask: Real,
    corners: NDArray[np.int64],
    size: int,
    factor: int,
    means: NDArray[np.float64],
    out: Real,
) -> None:
    """Square windows without their own mean, averaged over blocks of points.

    Parameters
    ----------
    heights, mask : float32, shape (M, N)
        Zero where missing, and 1 where measured.
    corners : int64, shape (C, 2)
    size, factor : int
        Points along a side of a window, and of a block.
    means : float64, shape (C,)
        Filled: mean of the measured points of each window.
    out : float32, shape (C, B, B)
        Filled; missing points take the mean, which is zero here.
    """
    blocks = out.shape[1]
    known = np.zeros((blocks, blocks), np.float32)
    share = np.float32(1.0 / (factor * factor))
    for c in range(corners.shape[0]):
        top, left = corners[c, 0], corners[c, 1]
        total = count = 0.0
        out[c] = 0.0
        known[:] = 0.0
        for m in range(size):
            high = heights[top + m, left : left + size]
            points = mask[top + m, left : left + size]
            into, counted = out[c, m // factor], known[m // factor]
            if factor == 2 and size % 2 == 0:
                for j in range(blocks):
                    into[j] += high[2 * j] + high[2 * j + 1]
                    counted[j] += points[2 * j] + points[2 * j + 1]
            else:
                for n in range(size):
                    into[n // factor] += high[n]
                    counted[n // factor] += points[n]
        for i in range(blocks):
            for j in range(blocks):
                total += out[c, i, j]
                count += known[i, j]
        means[c] = total / max(count, 1.0)
        mean = np.float32(means[c])
        for i in range(blocks):
            for j in range(blocks):
                out[c, i, j] = (out[c, i, j] - mean * known[i, j]) * share


@compiled("f8(f4[:,::1],f4[:,::1],f4[:,::1],i8,i8,i8,i8,i8,f8)", summed_freely=True)
def product(
    cell: Real,
    heights: Real,
    mask: Real,
    top: int,
    left: int,
    row: int,
    column: int,
    size: int,
    mean: float,
) -> float:
    """Sum of products of a cell with a window that takes its mean where missing.

    The window of ``size`` points begins at ``top``, ``left``; the cell lies ``row`` and
    ``column`` points from there, and what stands out of the window counts nothing.
    """
    side = cell.shape[0]
    total = known = np.float32(0.0)
    first, last = max(0, -column), min(side, size - column)
    begin, end = left + column + first, left + column + last
    for i in range(max(0, -row), min(side, size - row)):
        # Slices tell the compiler that no index is negative, so that it takes many
        # points at once.
        one = cell[i, first:last]
        high, points = heights[top + row + i, begin:end], mask[top + row + i, begin:end]
        for j in range(one.size):
            total += one[j] * high[j]
            known += one[j] * points[j]
    return float(total) - mean * float(known)


@compiled(
    "void(f4[:,:,::1],f4[:,:,::1],f4[:,::1],f4[:,::1],i8[:,::1],i8,f8[::1],i8,i8,"
    "i8[:,::1])"
)
def follow(
    fit: Real,
    cells: Real,
    heights: Real,
    mask: Real,
    corners: NDArray[np.int64],
    size: int,
    means: NDArray[np.float64],
    least: int,
    step: int,
    place: NDArray[np.int64],
) -> None:
    """The place of the highest correlation on all points, near the best of some shifts.

    Parameters
    ----------
    fit : float32, shape (C, S, S)
        Thinned correlation at shifts ``least``, ``least + step``, …; overwritten.
    cells : float32, shape (C, N, N)
    heights, mask, corners, size, means
        As of ``thinned``.
    least, step : int
    place : int64, shape (C, 2)
        Filled: the shift of each cell from the corner of its window.
    """
    shifts = fit.shape[1]
    for c in range(cells.shape[0]):
        top, left, mean = corners[c, 0], corners[c, 1], means[c]
        best, highest = -np.inf, np.float32(-np.inf)
        for _ in range(PEAKS):
            value, at, along = np.float32(-np.inf), 0, 0
            for i in range(shifts):
                for j in range(shifts):
                    if fit[c, i, j] > value:
                        value, at, along = fit[c, i, j], i, j
            highest = max(highest, value)
            if value < PEAK_SHARE * highest or value == -np.inf:
                break
            for i in range(max(0, at - 2), min(shifts, at + 3)):
                for j in range(max(0, along - 2), min(shifts, along + 3)):
                    fit[c, i, j] = -np.inf
            row, column = least + at * step, least + along * step
            here = product(cells[c], heights, mask, top, left, row, column, size, mean)
            # Along the axes as long as that climbs, else across.
            way = 0
            while way < 2:
                moved = False
                centre_row, centre_column = row, column
                for number in range(4):
                    m, n = WAYS[way, number, 0], WAYS[way, number, 1]
                    there = product(
                        cells[c],
                        heights,
                        mask,
                        top,
                        left,
                        centre_row + m,
                        centre_column + n,
                        size,
                        mean,
                    )
                    if there > here:
                        here, moved = there, True
                        row, column = centre_row + m, centre_column + n
                way = 0 if moved else way + 1
            if here > best:
                best = here
                place[c, 0], place[c, 1] = row, column


@compiled(
    "void(f4[:,:,::1],f4[:,:,::1],f4[:,::1],f4[:,::1],i8[:,::1],i8,i8[:,::1],"
    "f8[::1],f8[::1])",
    summed_freely=True,
)
def pearson_within(
    cells: Real,
    cell_masks: Real,
    heights: Real,
    mask: Real,
    corners: NDArray[np.int64],
    size: int,
    place: NDArray[np.int64],
    correlation: NDArray[np.float64],
    overlap: NDArray[np.float64],
) -> None:
    """Pearson correlation of each cell at its place, on the points measured in both.

    As ``compiled.pearson``, with windows of one field; -1 where nothing varies.
    """
    side = cells.shape[1]
    for c in range(cells.shape[0]):
        row, column = place[c, 0], place[c, 1]
        top, left = corners[c, 0] + row, corners[c, 1] + column
        known = count = sum_a = sum_b = sum_aa = sum_bb = sum_ab = 0.0
        for i in range(side):
            for j in range(side):
                known += cell_masks[c, i, j]
        first, last = max(0, -column), min(side, size - column)
        for i in range(max(0, -row), min(side, size - row)):
            one, own = cells[c, i, first:last], cell_masks[c, i, first:last]
            other = heights[top + i, left + first : left + last]
            points = mask[top + i, left + first : left + last]
            for j in range(one.size):
                k = own[j] * points[j]
                a, b = float(one[j] * k), float(other[j] * k)
                count += k
                sum_a += a
                sum_b += b
                sum_aa += a * a
                sum_bb += b * b
                sum_ab += a * b
        correlation[c] = -1.0
        overlap[c] = count / known if known > 0.0 else 0.0
        if count > 2.0:
            var_a = sum_aa - sum_a * sum_a / count
            var_b = sum_bb - sum_b * sum_b / count
            if var_a > 0.0 and var_b > 0.0:
                joint = sum_ab - sum_a * sum_b / count
                correlation[c] = joint / np.sqrt(var_a * var_b)
