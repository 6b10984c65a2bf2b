"""A slow rise: likelihood-ratio sums that start again after each alarm, and since when.

The sum compares a rate raised by a fixed ratio with the expected one. Run backwards the
ratio is a martingale, so that a sum of ``h`` or more has probability of at most exp(-h)
while nothing has changed: the p value is honest without simulation.

References
----------
.. [1] Page, Biometrika 41 (1954) 100.
.. [2] Lorden, Ann. Math. Stat. 42 (1971) 1897.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from focalpoint.engines.detection.series import Array

LOOKBACK_YEARS = 2
LARGEST_GAIN = np.log(10.0)


@dataclass(slots=True)
class Drift:
    """For each series: ``p``, ``level`` of the sum and ``since``, a position; (S,)."""

    p: Array
    level: Array
    since: npt.NDArray[np.int64]


def drift(
    y: Array, mu: Array, spread: Array, phi: Array, *, ratio: float, alpha: float
) -> Drift:
    """Sum up the evidence that each rate has risen by ``ratio``.

    Parameters
    ----------
    y, mu : (S, L) arrays
        Counts (NaN where missing) and expected counts, oldest first.
    spread : (S,) array
        Relative standard deviation of the expected rate: expectations are raised by it.
    phi : (S,) array
        Dispersion; evidence is divided by it.
    ratio : float
        Rise looked for, above one.
    alpha : float
        Level at which the sum alarms and starts again.
    """
    threshold = -np.log(alpha)
    careful = mu * (1 + spread[:, None])
    gain = (np.log(ratio) * np.nan_to_num(y) - (ratio - 1) * careful) / phi[:, None]
    # One batch is no drift: no single period brings more than a factor of ten.
    gain = np.where(np.isnan(y), 0.0, np.minimum(gain, LARGEST_GAIN))
    total = np.zeros(len(y))
    since = np.zeros(len(y), dtype=np.int64)
    shown = total
    for at in range(y.shape[1]):
        total = total + gain[:, at]
        fallen = total <= 0
        total = np.where(fallen, 0.0, total)
        since = np.where(fallen, at + 1, since)
        shown = total
        if at < y.shape[1] - 1:
            total = np.where(total >= threshold, 0.0, total)
    return Drift(np.exp(-shown), shown, np.minimum(since, y.shape[1] - 1))


def changepoint(y: Array, mu: Array) -> npt.NDArray[np.int64]:
    """The position since when a rise is most likely, (S,), for counts (S, L)."""
    counts = np.cumsum(np.nan_to_num(y)[:, ::-1], axis=1)[:, ::-1]
    means = np.cumsum(np.where(np.isnan(y), 0.0, mu)[:, ::-1], axis=1)[:, ::-1]
    means = np.maximum(means, 1e-9)
    gain = special.xlogy(counts, counts / means) - (counts - means)
    gain = np.where(counts > means, gain, -1.0)
    return np.asarray(gain.argmax(axis=1), dtype=np.int64)
