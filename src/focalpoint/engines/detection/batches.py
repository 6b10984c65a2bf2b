"""Single large batches: how often they happen in this family, added to the p value.

One lorry brings forty pistols, and no smooth distribution foresees it. Past counts beyond
what the model allows once in ten thousand are gathered over all series of a similar mean,
and the probability that such a batch falls into the window is added. Beyond the largest
batch seen a Pareto tail goes on.

References
----------
.. [1] Hill, Ann. Stat. 3 (1975) 1163.
"""

import numpy as np

from focalpoint.engines.detection.bounds import upper_tail
from focalpoint.engines.detection.series import Array

BEYOND = 1e-4
BASE, REACH = 4.0, 1  # means within about this factor are taken together
FEWEST = 5  # series that make a family


def chance_of_batch(
    y: Array, mu: Array, phi: Array, excess: Array, length: Array
) -> Array:
    """Probability that the excess of the window comes from one batch, (S,).

    Parameters
    ----------
    y, mu : (S, L) arrays
        Past counts (NaN where missing) and fitted means.
    phi : (S,) array
        Dispersion.
    excess, length : (S,) arrays
        Observed less expected in the window, and its periods.
    """
    answer = np.zeros(len(y))
    if len(y) < FEWEST or not y.shape[1]:
        return answer
    mean = np.maximum(mu.mean(axis=1), 1e-6)
    group = np.round(np.log(mean) / np.log(BASE)).astype(int)
    row, column = np.nonzero(y > mu + 3 * np.sqrt(phi[:, None] * mu) + 1)
    tail = upper_tail(y[row, column], mu[row, column], phi[row])
    row, column = row[tail < BEYOND], column[tail < BEYOND]
    size = y[row, column] - mu[row, column]
    for number in np.unique(group):
        near = np.abs(group - number) <= REACH
        found = size[near[row]]
        if len(found):
            rows = float(np.isfinite(y[near]).sum())
            inside = group == number
            answer[inside] = _tail(found, excess[inside]) * len(found) / rows
    return np.asarray(np.minimum(answer * np.nan_to_num(length, nan=1.0), 1.0))


def _tail(batches: Array, excess: Array) -> Array:
    """Share of batches at least as large: empirical inside, Pareto beyond."""
    ordered = np.sort(batches)
    least = ordered[0]
    power = (len(ordered) + 2) / (np.log(ordered / least).sum() + 1)
    seen = 1 - np.searchsorted(ordered, excess - 1e-9) / len(ordered)
    beyond = (np.maximum(excess, least) / least) ** -power
    return np.asarray(np.maximum(seen, beyond))
