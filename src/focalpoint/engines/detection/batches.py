"""Single large batches: how often they happen in this family, and how large they are.

One lorry brings forty pistols, and no smooth distribution foresees it. Past counts beyond
what the model allows once in ten thousand are gathered over all series of a similar mean.
They make a law of batches: how often one comes, drawn for each series towards what is
usual, and how large it is. Beyond the largest batch seen a Pareto tail goes on.

References
----------
.. [1] Hill, Ann. Stat. 3 (1975) 1163.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from focalpoint.engines.detection.bounds import upper_tail
from focalpoint.engines.detection.series import Array

BEYOND = 1e-4
BASE, REACH = 4.0, 1  # means within about this factor are taken together
FEWEST = 5  # series that make a family
HABIT = 0.5  # batches of knowledge by which the rate of a series is drawn to the usual


@dataclass(frozen=True, slots=True)
class Batches:
    """The law of batches of each series.

    ``rate`` (S,) is the chance of a batch in one period; ``group`` (S,) its place in
    ``sizes``, one sorted array for each group of similar means: batches less the mean.
    """

    rate: Array
    group: npt.NDArray[np.int64]
    sizes: list[Array]

    def chance(self, rows: Array, excess: Array) -> Array:
        """P(a batch of one period makes at least ``excess``), for chosen series (R,)."""
        answer = np.zeros(len(rows))
        for number, sizes in enumerate(self.sizes):
            inside = (self.group[rows] == number) & (self.rate[rows] > 0)
            if inside.any():
                chosen = rows[inside]
                answer[inside] = self.rate[chosen] * _share(sizes, excess[inside])
        return answer

    def tail(self, rows: Array, mean: Array, most: int) -> Array:
        """P(a batch makes at least 0, 1, .. most - 1) for chosen series, (R, most)."""
        counts = np.arange(most, dtype=float)
        answer = np.zeros((len(rows), most))
        for number, sizes in enumerate(self.sizes):
            inside = np.flatnonzero(
                (self.group[rows] == number) & (self.rate[rows] > 0)
            )
            if len(inside):
                excess = counts[None, :] - mean[inside, None]
                found = _share(sizes, excess.ravel()).reshape(excess.shape)
                answer[inside] = self.rate[rows[inside], None] * found
        return answer


def law(y: Array, mu: Array, phi: Array) -> Batches | None:
    """Learn the law of batches from the past of a family; None where it is too small.

    Parameters
    ----------
    y, mu : (S, L) arrays
        Past counts (NaN where missing) and fitted means.
    phi : (S,) array
        Dispersion.
    """
    if len(y) < FEWEST or not y.shape[1]:
        return None
    mean = np.maximum(mu.mean(axis=1), 1e-6)
    number = np.round(np.log(mean) / np.log(BASE)).astype(int)
    row, column = np.nonzero(y > mu + 3 * np.sqrt(phi[:, None] * mu) + 1)
    tail = upper_tail(y[row, column], mu[row, column], phi[row])
    row, column = row[tail < BEYOND], column[tail < BEYOND]
    size = y[row, column] - mu[row, column]
    seen = np.bincount(row, minlength=len(y)).astype(float)
    periods = np.isfinite(y).sum(axis=1)
    rate, group = np.zeros(len(y)), np.zeros(len(y), dtype=np.int64)
    sizes: list[Array] = []
    for value in np.unique(number):
        near = np.abs(number - value) <= REACH
        found = np.sort(size[near[row]])
        inside = number == value
        group[inside] = len(sizes)
        sizes.append(found)
        if len(found):
            usual = len(found) / float(periods[near].sum())
            own = seen[inside] + HABIT
            rate[inside] = own / (periods[inside] + HABIT / usual)
    return Batches(rate, group, sizes)


def _share(batches: Array, excess: Array) -> Array:
    """Share of batches at least as large: empirical inside, Pareto beyond."""
    least = batches[0]
    power = (len(batches) + 2) / (np.log(batches / least).sum() + 1)
    seen = 1 - np.searchsorted(batches, excess - 1e-9) / len(batches)
    beyond = (np.maximum(excess, least) / least) ** -power
    return np.asarray(np.maximum(seen, beyond))
