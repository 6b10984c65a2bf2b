"""Correlation of many scans with one at shifts that mirror each other, in real products.

The wanted shifts lie evenly on both sides of zero, and so do the frequencies kept. A
frequency and its mirror image meet a shift with the same cosine and opposite sines; so
their sum is carried by cosines, their difference by sines, both by real matrices and for
the shifts of one side only. The other side differs by signs, which the search for the
peak puts in. The same holds along the other axis. That is a third of the arithmetic of
the complex products, and the same result.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from focalpoint.engines.ballistics.compiled import Real, compiled
from focalpoint.engines.ballistics.correlation import Complex


@dataclass(frozen=True, slots=True, eq=False)
class Mirrored:
    """Matrices from folded frequencies to the shifts of one side, zero first.

    Attributes
    ----------
    down : tuple of float32, shapes (S, k + 1) and (S, k)
        Cosines for sums and sines for differences of mirrored frequencies.
    across : tuple of float32, shapes (S, K)
        Cosines for real parts and sines for imaginary parts.
    """

    down: tuple[Real, Real]
    across: tuple[Real, Real]


@lru_cache(maxsize=8)
def mirrored(size: int, shifts: tuple[float, ...], keep: int) -> Mirrored:
    """Matrices for fields of ``size`` points, which repeat with that period.

    Parameters
    ----------
    size : int
        Points along one side.
    shifts : tuple of float
        Shifts of one side along both axes, in points, from zero.
    keep : int
        Highest frequency kept, in periods per field.
    """
    turn = 2 * np.pi / size * np.outer(shifts, np.arange(keep + 1))
    # A real field has each frequency across twice, but the first once.
    weight = np.full(keep + 1, 2.0)
    weight[0] = 1.0
    return Mirrored(
        down=(_single(np.cos(turn) / size**2), _single(np.sin(turn[:, 1:]) / size**2)),
        across=(_single(np.cos(turn) * weight), _single(np.sin(turn) * weight)),
    )


def _single(values: NDArray[Any]) -> Real:
    return np.ascontiguousarray(values, dtype=np.float32)


def quarters(entries: Real, view: Complex, by: Mirrored) -> Real:
    """Correlations of all entries with one view, in four parts.

    Parameters
    ----------
    entries : float32, shape (2, 2 k + 1, K, B)
        Real and imaginary parts of the low frequencies, the lowest of the column first.
    view : complex64, shape (2 k + 1, K)
    by : Mirrored

    Returns
    -------
    float32, shape (4, S, S, B)
        Parts ``p`` by shift down, shift across and entry. The correlation at ``i`` down
        and ``j`` across is ``p0 - p1 + p2 - p3``; where ``j`` is turned to the other
        side, the signs of ``p1`` and ``p3`` are turned, and where ``i`` is, those of
        ``p2`` and ``p3``.
    """
    _, frequencies, half, count = entries.shape
    keep, shifts = frequencies // 2, by.down[0].shape[0]
    sums = np.empty((2, keep + 1, half, count), np.float32)
    differences = np.empty((2, keep, half, count), np.float32)
    real, imag = np.ascontiguousarray(view.real), np.ascontiguousarray(view.imag)
    _fold(entries, real, imag, sums, differences)
    parts = np.empty((4, shifts, shifts, count), np.float32)
    for side, folded in enumerate((sums, differences)):
        for part in range(2):
            wide = by.down[side] @ folded[part].reshape(-1, half * count)
            wide = wide.reshape(shifts, half, count)
            np.matmul(by.across[part], wide, out=parts[2 * side + part])
    return parts


@compiled(
    "void(f4[:,:,:,::1],f4[:,::1],f4[:,::1],f4[:,:,:,::1],f4[:,:,:,::1])",
    summed_freely=True,
)
def _fold(entries: Real, real: Real, imag: Real, sums: Real, differences: Real) -> None:
    """Products with the view's conjugate; sums, and differences times i, of mirrors."""
    keep, half, count = differences.shape[1:]
    for k in range(half):
        one, one_i = entries[0, keep, k], entries[1, keep, k]
        both, both_i = sums[0, 0, k], sums[1, 0, k]
        c, s = real[keep, k], imag[keep, k]
        for b in range(count):
            both[b] = one[b] * c + one_i[b] * s
            both_i[b] = one_i[b] * c - one[b] * s
    for f in range(1, keep + 1):
        for k in range(half):
            one, one_i = entries[0, keep + f, k], entries[1, keep + f, k]
            two, two_i = entries[0, keep - f, k], entries[1, keep - f, k]
            both, both_i = sums[0, f, k], sums[1, f, k]
            apart, apart_i = differences[0, f - 1, k], differences[1, f - 1, k]
            c, s = real[keep + f, k], imag[keep + f, k]
            d, t = real[keep - f, k], imag[keep - f, k]
            for b in range(count):
                above = one[b] * c + one_i[b] * s
                above_i = one_i[b] * c - one[b] * s
                below = two[b] * d + two_i[b] * t
                below_i = two_i[b] * d - two[b] * t
                both[b] = above + below
                both_i[b] = above_i + below_i
                apart[b] = below_i - above_i
                apart_i[b] = above - below


@compiled(
    "void(f4[:,:,:,::1],f4[:,:,:,::1],f4[::1],i8,f4[::1],i8[:,::1])",
    summed_freely=True,
)
def stand_out_most(
    fit: Real,
    meet: Real,
    least: Real,
    angle: int,
    best: Real,
    poses: NDArray[np.int64],
) -> None:
    """Keep the shift at which each scan stands out most, if it beats what was found.

    Parameters
    ----------
    fit, meet : float32, shape (4, S, S, B)
        Correlations of heights and of masks, in quarters.
    least : float32, shape (B,)
        Overlap below which a shift does not count.
    angle : int
        Number of the angle that is looked at.
    best : float32, shape (B,)
        Changed: sum of products over the root of the overlap; finite.
    poses : int64, shape (B, 2)
        Changed: number of the angle, and of the shift among the ``(2 S - 1)**2`` of
        both sides.
    """
    shifts, scans = fit.shape[1], fit.shape[3]
    last, side = shifts - 1, 2 * shifts - 1
    # Most shifts hold nothing better: seen from squares, without root or branch.
    bar = best * np.abs(best)
    one, over = np.empty(scans, np.float32), np.empty(scans, np.float32)
    for i in range(shifts):
        for j in range(shifts):
            for sign in range(4):
                down = np.float32(1.0 if sign < 2 else -1.0)
                along = np.float32(1.0 if sign % 2 == 0 else -1.0)
                p, q, r, s = fit[0, i, j], fit[1, i, j], fit[2, i, j], fit[3, i, j]
                t, u, v, w = meet[0, i, j], meet[1, i, j], meet[2, i, j], meet[3, i, j]
                better = np.float32(0.0)
                for b in range(scans):
                    one[b] = (p[b] - along * q[b]) + down * (r[b] - along * s[b])
                    over[b] = (t[b] - along * u[b]) + down * (v[b] - along * w[b])
                for b in range(scans):
                    more = one[b] * abs(one[b]) > bar[b] * over[b]
                    better += np.float32(more & (over[b] >= least[b]))
                if better == 0.0:
                    continue
                for b in range(scans):
                    if over[b] >= least[b]:
                        here = one[b] / np.sqrt(over[b])
                        if here > best[b]:
                            best[b], bar[b] = here, here * abs(here)
                            row = last + i if down > 0 else last - i
                            column = last + j if along > 0 else last - j
                            poses[b, 0], poses[b, 1] = angle, row * side + column
