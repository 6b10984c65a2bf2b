"""Gaussian filters for surfaces with missing points (ISO 16610-21, -31, -61)."""

import math

import numpy as np
from scipy import ndimage

from focalpoint.engines.ballistics.compiled import Real

# exp(-pi (x / (alpha cutoff))^2) lets half of the cutoff wavelength through.
ALPHA = math.sqrt(math.log(2) / math.pi)
TRUNCATE = 3.5


def sigma(cutoff: float) -> float:
    """Standard deviation of the Gaussian weight with that cutoff, in the same unit."""
    return ALPHA * cutoff / math.sqrt(2 * math.pi)


def smooth(heights: Real, mask: Real, cutoff: float) -> Real:
    """Low-pass filter: the weighted mean of what was measured (regression order 0).

    Parameters
    ----------
    heights, mask : float32, shape (M, N)
        Heights, zero where missing, and 1 where measured.
    cutoff : float
        Wavelength of which half the height passes, in points.

    Returns
    -------
    float32, shape (M, N)
        Also defined beside the mask, as far as the filter reaches.
    """
    width = sigma(cutoff)
    total = ndimage.gaussian_filter(heights * mask, width, truncate=TRUNCATE)
    weight = ndimage.gaussian_filter(mask, width, truncate=TRUNCATE)
    low: Real = total / np.maximum(weight, 1e-6)
    return low
