"""Correlation of small patches with larger regions, by matrix products.

The discrete Fourier transforms are written as products with fixed matrices: the patches
are small, only some of the shifts are wanted, and a processor multiplies matrices many
times faster than it runs small transforms. The result is that of the transform, not an
approximation of it.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float32]
Complex = NDArray[np.complex64]


@dataclass(frozen=True, slots=True)
class Transform:
    """Matrices that carry square fields to frequencies, and some shifts back.

    Attributes
    ----------
    across : float32, shape (size, 2 * K)
        Points of a row to K frequencies, real and imaginary parts interleaved.
    down : complex64, shape (F, size)
        Points of a column to F frequencies.
    up : complex64, shape (shifts, F)
        Frequencies to the wanted shifts along the columns.
    back : float32, shape (2 * K, shifts)
        Frequencies to the wanted shifts along the rows.
    """

    across: Real
    down: Complex
    up: Complex
    back: Real


@lru_cache(maxsize=32)
def transform(
    size: int, shifts: tuple[float, ...], keep: int | None = None
) -> Transform:
    """Matrices for fields of ``size`` points, which repeat with that period.

    Parameters
    ----------
    size : int
        Points along one side.
    shifts : tuple of float
        Shifts wanted along both axes, in points; they may lie between points.
    keep : int, optional
        Highest frequency kept, in periods per field; all where none is given.
    """
    points, wanted = np.arange(size), np.array(shifts)
    rows = np.arange(size) if keep is None else np.arange(-keep, keep + 1)
    columns = np.arange(size // 2 + 1 if keep is None else keep + 1)
    turn = -2j * np.pi / size
    across = np.exp(turn * np.outer(points, columns))
    back = np.exp(-turn * np.outer(columns, wanted))
    # A real field has each frequency twice, but the first and, if even, the last once.
    weight = np.full(columns.size, 2.0)
    weight[0] = 1.0
    if keep is None and size % 2 == 0:
        weight[-1] = 1.0
    back *= weight[:, None]
    return Transform(
        across=_interleaved(across, axis=1),
        down=np.exp(turn * np.outer(rows, points)).astype(np.complex64),
        up=(np.exp(-turn * np.outer(wanted, rows)) / size**2).astype(np.complex64),
        back=_interleaved(np.conj(back), axis=0),
    )


def _interleaved(values: NDArray[Any], axis: int) -> Real:
    both = np.stack([values.real, values.imag], axis=axis + 1)
    shape = list(values.shape)
    shape[axis] *= 2
    return np.ascontiguousarray(both.reshape(shape), dtype=np.float32)


def forward(fields: Real, by: Transform) -> Complex:
    """Spectra of a stack of fields.

    Parameters
    ----------
    fields : float32, shape (B, H, W)
        ``H`` and ``W`` at most the size of the transform; what is missing counts zero.

    Returns
    -------
    complex64, shape (B, F, K)
    """
    count, height, width = fields.shape
    rows = fields.reshape(count * height, width) @ by.across[:width]
    spectra = rows.view(np.complex64).reshape(count, height, -1)
    out: Complex = np.matmul(by.down[:, :height], spectra)
    return out


def backward(spectra: Complex, by: Transform) -> Real:
    """The wanted shifts of products of spectra: float32, (B, shifts, shifts)."""
    columns = np.matmul(by.up, spectra)
    count, shifts, half = columns.shape
    flat = columns.view(np.float32).reshape(count * shifts, 2 * half)
    shifted: Real = (flat @ by.back).reshape(count, shifts, shifts)
    return shifted
