"""The inner loops that no array operation does well, compiled by numba."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

# float32 by use; numpy widens the type of mixed expressions, not the values.
Real = NDArray[Any]
Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(
    signature: str, *, summed_freely: bool = False
) -> Callable[[Function], Function]:
    """Compile for one signature and keep the result on disk where that is allowed.

    ``summed_freely`` lets sums be taken in several parts at once, and takes it that no
    number is missing: faster, and the same on the same processor.
    """
    # No check for a division by zero: the loops guard against it where it can happen.
    ways: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
    if summed_freely:
        ways["fastmath"] = {"reassoc", "contract", "nsz", "nnan"}

    def decorate(function: Function) -> Function:
        try:
            fast = numba.njit(signature, cache=True, **ways)(function)
        except RuntimeError:
            # Neither the package nor the user has a folder that can be written to.
            fast = numba.njit(signature, **ways)(function)
        return cast(Function, fast)

    return decorate


@compiled("void(f4[:,::1],f4[:,::1],f8[:],f8[:,::1],f4[:,::1],f4[:,::1])")
def sample(
    heights: Real,
    mask: Real,
    start: NDArray[np.float64],
    steps: NDArray[np.float64],
    heights_out: Real,
    mask_out: Real,
) -> None:
    """Sample a field with missing points on another grid, bilinear.

    Parameters
    ----------
    heights, mask : float32, shape (M, N)
        Heights, zero where missing, and 1 where measured, else 0.
    start : float64, shape (2,)
        Row and column in the source of the first point of the target.
    steps : float64, shape (2, 2)
        Source rows and columns for each target row, and for each target column.
    heights_out, mask_out : float32, shape (P, Q)
        Filled; a point is measured where more than half of its weight is.
    """
    rows, columns = heights.shape
    for i in range(heights_out.shape[0]):
        for j in range(heights_out.shape[1]):
            y = start[0] + steps[0, 0] * i + steps[1, 0] * j
            x = start[1] + steps[0, 1] * i + steps[1, 1] * j
            heights_out[i, j] = 0.0
            mask_out[i, j] = 0.0
            if y < -0.5 or x < -0.5 or y > rows - 0.5 or x > columns - 0.5:
                continue
            top, left = int(np.floor(y)), int(np.floor(x))
            down, right = np.float32(y - top), np.float32(x - left)
            if top >= 0 and left >= 0 and top < rows - 1 and left < columns - 1:
                up, beside = np.float32(1.0) - down, np.float32(1.0) - right
                k00 = up * beside * mask[top, left]
                k01 = up * right * mask[top, left + 1]
                k10 = down * beside * mask[top + 1, left]
                k11 = down * right * mask[top + 1, left + 1]
                weight = k00 + k01 + k10 + k11
                if weight > np.float32(0.5):
                    heights_out[i, j] = (
                        k00 * heights[top, left]
                        + k01 * heights[top, left + 1]
                        + k10 * heights[top + 1, left]
                        + k11 * heights[top + 1, left + 1]
                    ) / weight
                    mask_out[i, j] = 1.0
                continue
            total, weight = np.float32(0.0), np.float32(0.0)
            for k in range(2):
                m = top + k
                if m < 0 or m >= rows:
                    continue
                part = down if k == 1 else np.float32(1.0) - down
                for other in range(2):
                    n = left + other
                    if n < 0 or n >= columns:
                        continue
                    share = right if other == 1 else np.float32(1.0) - right
                    known = part * share * mask[m, n]
                    weight += known
                    total += known * heights[m, n]
            if weight > np.float32(0.5):
                heights_out[i, j] = total / weight
                mask_out[i, j] = 1.0


@compiled("void(f4[:,::1],f4[:,::1],f8[:],f8[:,::1],f4[:,::1],f4[:,::1])")
def pick(
    heights: Real,
    mask: Real,
    start: NDArray[np.float64],
    steps: NDArray[np.float64],
    heights_out: Real,
    mask_out: Real,
) -> None:
    """Take the nearest point of a field for each point of another grid.

    The parameters are those of ``sample``.
    """
    rows, columns = heights.shape
    width = heights_out.shape[1]
    for i in range(heights_out.shape[0]):
        heights_out[i], mask_out[i] = 0.0, 0.0
        y = start[0] + steps[0, 0] * i + 0.5
        x = start[1] + steps[0, 1] * i + 0.5
        for j in range(width):
            down, right = y + steps[1, 0] * j, x + steps[1, 1] * j
            if down >= 0.0 and right >= 0.0 and down < rows and right < columns:
                # Above zero, cutting off is rounding down, and an index is unsigned.
                m, n = np.uint64(down), np.uint64(right)
                mask_out[i, j] = mask[m, n]
                heights_out[i, j] = heights[m, n]


@compiled(
    "void(f4[:,:,::1],f4[:,:,::1],f4[:,:,::1],f4[:,:,::1],i8[:,::1],f8[::1],f8[::1])"
)
def pearson(
    cells: Real,
    cell_masks: Real,
    regions: Real,
    region_masks: Real,
    corners: NDArray[np.int64],
    correlation: NDArray[np.float64],
    overlap: NDArray[np.float64],
) -> None:
    """Pearson correlation of each cell with one place, on points measured in both.

    Parameters
    ----------
    cells, cell_masks : float32, shape (C, S, S)
        Heights and 1 where measured.
    regions, region_masks : float32, shape (C, M, N)
        The other surface round the place of each cell.
    corners : int64, shape (C, 2)
        Row and column in its region of the first point of each cell.
    correlation, overlap : float64, shape (C,)
        Filled: the correlation (-1 where nothing varies) and the share of the cell's
        measured points that were measured in both.
    """
    rows, columns = regions.shape[1:]
    side = cells.shape[1]
    for c in range(cells.shape[0]):
        sum_a = sum_b = sum_aa = sum_bb = sum_ab = 0.0
        count = known = 0
        for i in range(side):
            m = corners[c, 0] + i
            for j in range(side):
                if cell_masks[c, i, j] == 0.0:
                    continue
                known += 1
                n = corners[c, 1] + j
                if m < 0 or n < 0 or m >= rows or n >= columns:
                    continue
                if region_masks[c, m, n] == 0.0:
                    continue
                a, b = float(cells[c, i, j]), float(regions[c, m, n])
                count += 1
                sum_a += a
                sum_b += b
                sum_aa += a * a
                sum_bb += b * b
                sum_ab += a * b
        correlation[c] = -1.0
        overlap[c] = count / known if known else 0.0
        if count > 2:
            var_a = sum_aa - sum_a * sum_a / count
            var_b = sum_bb - sum_b * sum_b / count
            if var_a > 0.0 and var_b > 0.0:
                joint = sum_ab - sum_a * sum_b / count
                correlation[c] = joint / np.sqrt(var_a * var_b)
