"""Many cells on many targets at once, for an accelerator.

The same steps as in ``cells`` and ``whole``, on stacks: every look samples its own
region of its target, and is transformed, scaled and correlated beside all others.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from focalpoint.engines.ballistics.arrays import Arrays
from focalpoint.engines.ballistics.cells import Cells, waves_kept
from focalpoint.engines.ballistics.correlation import Transform, transform
from focalpoint.engines.ballistics.peaks import EVEN_FLOOR, LEEWAY
from focalpoint.engines.ballistics.relief import Relief

Floats = NDArray[Any]
# Rows and columns of missing points round each target, so that no look leaves it.
BORDER = 2
# Fields of single numbers that a look holds at a time.
FIELDS = 14


class Targets:
    """Reliefs of one pitch as one stack on the device."""

    def __init__(self, by: Arrays, reliefs: Sequence[Relief]) -> None:
        rows = max(relief.heights.shape[0] for relief in reliefs) + 2 * BORDER
        columns = max(relief.heights.shape[1] for relief in reliefs) + 2 * BORDER
        heights = np.zeros((len(reliefs), rows, columns), np.float32)
        masks = np.zeros_like(heights)
        for number, relief in enumerate(reliefs):
            inside = tuple(slice(BORDER, BORDER + n) for n in relief.heights.shape)
            heights[number][inside] = relief.heights
            masks[number][inside] = relief.mask
        self.by, self.shape = by, (rows, columns)
        self.heights = by.put(heights.reshape(-1))
        self.masks = by.put(masks.reshape(-1))
        self.wholes = by.put([relief.mean_square for relief in reliefs])
        self.pixel_um = reliefs[0].pixel_um


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """What is looked for where: one line for each cell, target and angle.

    Attributes
    ----------
    cell, target : int, shape (B,)
        Numbers in their stacks.
    angle_deg : float, shape (B,)
    centre : float, shape (B, 2)
        Point of the target about which the view is turned.
    first : float, shape (B, 2)
        First point of the region, rows and columns of the view from the centre.
    """

    cell: NDArray[np.int64]
    target: NDArray[np.int64]
    angle_deg: Floats
    centre: Floats
    first: Floats

    @property
    def count(self) -> int:
        """How many."""
        return int(self.cell.size)

    def some(self, part: slice) -> "Looks":
        """Some of them."""
        return Looks(
            self.cell[part],
            self.target[part],
            self.angle_deg[part],
            self.centre[part],
            self.first[part],
        )


def sampled(targets: Targets, looks: Looks, size: int) -> tuple[Any, Any]:
    """Heights and masks of the regions, bilinear: float32, (B, size, size)."""
    by = targets.by
    xp = by.xp
    angle = np.deg2rad(looks.angle_deg)
    cos, sin = np.cos(angle), np.sin(angle)
    down = np.stack([cos, sin], axis=1)
    across = np.stack([-sin, cos], axis=1)
    start = looks.centre + looks.first[:, :1] * down + looks.first[:, 1:] * across
    steps = by.cast(by.count(size), "float64")
    rows, columns = targets.shape
    place = []
    for axis, most in ((0, rows), (1, columns)):
        at = (
            by.put(start[:, axis], "float64")[:, None, None]
            + by.put(down[:, axis], "float64")[:, None, None] * steps[None, :, None]
            + by.put(across[:, axis], "float64")[:, None, None] * steps[None, None, :]
        )
        low = xp.floor(at)
        share = by.cast(at - low, "float32")
        low = xp.clip(low, -BORDER, most - BORDER - 2)
        place.append((by.cast(low, "int64") + BORDER, share))
    (top, under), (left, right) = place
    base = by.put(looks.target, "int64")[:, None, None] * (rows * columns)
    corner = base + top * columns + left
    weight, total = 0.0, 0.0
    for below in (0, 1):
        for beside in (0, 1):
            share = (under if below else 1 - under) * (right if beside else 1 - right)
            point = corner + (below * columns + beside)
            known = share * targets.masks[point]
            weight = weight + known
            total = total + known * targets.heights[point]
    known = weight > 0.5
    heights = by.cast(
        xp.where(known, total / xp.where(known, weight, 1.0), 0.0), "float32"
    )
    return heights, by.cast(known, "float32")


class Waves:
    """The matrices of a transform on the device, in real numbers."""

    def __init__(self, by: Arrays, of: Transform) -> None:
        self.by = by
        self.real, self.imaginary = (
            by.put(of.across[:, 0::2]),
            by.put(of.across[:, 1::2]),
        )
        self._down, self._downs = of.down, dict[int, Any]()
        self.up = by.put(_doubled(of.up))
        self.back_real, self.back_imaginary = (
            by.put(of.back[0::2]),
            by.put(of.back[1::2]),
        )

    def down(self, height: int) -> Any:
        """Columns of that many points to frequencies."""
        if height not in self._downs:
            self._downs[height] = self.by.put(_doubled(self._down[:, :height]))
        return self._downs[height]

    def forward(self, fields: Any) -> Any:
        """Spectra, real above imaginary parts: (B, 2 F, K)."""
        width = fields.shape[2]
        parts = [fields @ self.real[:width], fields @ self.imaginary[:width]]
        return self.down(fields.shape[1]) @ self.by.xp.concatenate(parts, axis=1)

    def backward(self, one: Any, other: Any) -> Any:
        """The wanted shifts of the product of one with the conjugate of the other."""
        half = one.shape[1] // 2
        a, b, c, d = one[:, :half], one[:, half:], other[:, :half], other[:, half:]
        product = self.by.xp.concatenate([a * c + b * d, b * c - a * d], axis=1)
        columns = self.up @ product
        shifts = columns.shape[1] // 2
        return (
            columns[:, :shifts] @ self.back_real
            + columns[:, shifts:] @ self.back_imaginary
        )


def _doubled(matrix: NDArray[Any]) -> NDArray[Any]:
    """A matrix of complex numbers as one for real above imaginary parts."""
    return np.block([[matrix.real, -matrix.imag], [matrix.imag, matrix.real]])


class Stack:
    """The cells of one reference on the device."""

    def __init__(self, by: Arrays, cells: Cells) -> None:
        self.by, self.cells = by, cells
        self.heights, self.masks = by.put(cells.heights), by.put(cells.masks)
        self.counts = by.xp.sum(self.masks, axis=(1, 2))

    @cached_property
    def side(self) -> int:
        """Points along one side of a cell."""
        return self.cells.side


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where each look found its cell.

    Attributes
    ----------
    place : int, shape (B, 2)
        Shift from the first point of the region.
    correlation, overlap : float, shape (B,)
        -1 and 0 where too little meets.
    """

    place: NDArray[np.int64]
    correlation: Floats
    overlap: Floats


def in_parts(
    by: Arrays, looks: Looks, size: int, work: Callable[[Looks], Places]
) -> Places:
    """Do so many looks at a time as the device holds."""
    most = max(1, by.bytes_most // (size * size * 4 * FIELDS))
    done = [work(looks.some(slice(i, i + most))) for i in range(0, looks.count, most)]
    return Places(
        np.concatenate([one.place for one in done]),
        np.concatenate([one.correlation for one in done]),
        np.concatenate([one.overlap for one in done]),
    )


def searched(
    stack: Stack, targets: Targets, looks: Looks, reach: int, overlap_min: float
) -> Places:
    """The best place of each cell within ``reach`` points, as ``cells.vote`` finds it."""
    by, side = stack.by, stack.side
    xp, size, shifts = by.xp, side + 2 * reach, 2 * reach + 1
    tried = tuple(float(shift) for shift in range(shifts))
    waves = Waves(by, transform(size, tried, waves_kept(size, targets.pixel_um)))
    cells, masks = waves.forward(stack.heights), waves.forward(stack.masks)
    window = np.tri(shifts, size, side - 1) - np.tri(shifts, size, -1)
    down, across = by.put(window), by.put(window.T)

    def work(some: Looks) -> Places:
        heights, known = sampled(targets, some, size)
        number = by.put(some.cell, "int64")
        fit = waves.backward(waves.forward(heights), cells[number])
        meet = waves.backward(waves.forward(known), masks[number])
        area = 1.0 / (side * side)
        floor = EVEN_FLOOR * targets.wholes[by.put(some.target, "int64")][:, None, None]
        square = down @ (heights * heights) @ across * area + floor
        level = square / (down @ known @ across * area + EVEN_FLOOR) + 1e-9
        least = (overlap_min * stack.counts[number] - LEEWAY)[:, None, None]
        value = fit / (xp.clip(meet, 1.0, None) * xp.sqrt(level))
        value = xp.where(meet >= least, value, -1e15).reshape(some.count, -1)
        best = xp.argmax(value, axis=1)
        found = value[by.count(some.count), best] > -1e15
        row, column = best // shifts, best % shifts
        score, overlap = pearson(stack, number, heights, known, row, column)
        return Places(
            by.take(xp.stack([row, column], axis=1)).astype(np.int64),
            by.take(xp.where(found, score, -1.0)),
            by.take(overlap),
        )

    return in_parts(by, looks, size, work)


def near(
    stack: Stack, targets: Targets, looks: Looks, reach: int, overlap_min: float
) -> Places:
    """The best correlation within a few points, as ``peaks.best_near`` finds it."""
    by, side = stack.by, stack.side
    xp, size, shifts = by.xp, side + 2 * reach, 2 * reach + 1

    def work(some: Looks) -> Places:
        heights, known = sampled(targets, some, size)
        number = by.put(some.cell, "int64")
        zero = by.put(np.zeros(some.count), "int64")
        best = by.put(np.full(some.count, -1.0), "float64")
        over, at = best * 0.0, zero
        for shift in range(shifts * shifts):
            row, column = zero + shift // shifts, zero + shift % shifts
            score, overlap = pearson(stack, number, heights, known, row, column)
            enough = overlap * stack.counts[number] >= (
                overlap_min * stack.counts[number] - LEEWAY
            )
            better = enough & (score > best)
            best, over = xp.where(better, score, best), xp.where(better, overlap, over)
            at = xp.where(better, zero + shift, at)
        return Places(
            by.take(xp.stack([at // shifts, at % shifts], axis=1)).astype(np.int64),
            by.take(best),
            by.take(over),
        )

    return in_parts(by, looks, size, work)


def pearson(
    stack: Stack, number: Any, heights: Any, known: Any, row: Any, column: Any
) -> tuple[Any, Any]:
    """Correlation and overlap of each cell at one place of its region: float64, (B,)."""
    by, side, size = stack.by, stack.side, heights.shape[2]
    xp, count = by.xp, heights.shape[0]
    steps = by.count(side)
    offset = (steps[:, None] * size + steps[None, :]).reshape(1, -1)
    point = (row * size + column)[:, None] + offset
    line = by.count(count)[:, None]

    def wide(values: Any) -> Any:
        return by.cast(values, "float64")

    own = stack.masks[number].reshape(count, -1)
    both = wide(own * known.reshape(count, -1)[line, point])
    a = wide(stack.heights[number].reshape(count, -1)) * both
    b = wide(heights.reshape(count, -1)[line, point]) * both
    meet = xp.sum(both, axis=1)
    most = xp.clip(meet, 1.0, None)
    sum_a, sum_b = xp.sum(a, axis=1), xp.sum(b, axis=1)
    var_a = xp.sum(a * a, axis=1) - sum_a * sum_a / most
    var_b = xp.sum(b * b, axis=1) - sum_b * sum_b / most
    joint = xp.sum(a * b, axis=1) - sum_a * sum_b / most
    varies = (meet > 2.0) & (var_a > 0.0) & (var_b > 0.0)
    score = joint / xp.sqrt(xp.where(varies, var_a * var_b, 1.0))
    return xp.where(varies, score, -1.0), meet / wide(stack.counts[number])
