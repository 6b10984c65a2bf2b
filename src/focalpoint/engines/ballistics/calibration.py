"""How good likelihood ratios are, and how far they may go.

Cllr, PAV, ECE, Tippett and ELUB.

All take log10 likelihood ratios of known same-source and known different-source
comparisons.

References
----------
.. [1] Brümmer and du Preez, "Application-independent evaluation of speaker detection",
       Computer Speech and Language 20 (2006) 230-275.
.. [2] Vergeer, van Es, de Jongh, Alberink and Stoel, "Numerical likelihood ratios
       outputted by LR systems are often based on extrapolation: when to stop
       extrapolating?", Science and Justice 56 (2016) 482-491.
.. [3] Ramos and Gonzalez-Rodriguez, "Reliable support: measuring calibration of
       likelihood ratios", Forensic Science International 230 (2013) 156-169.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

Floats = NDArray[Any]
STEP = 0.01


def cllr(same: Floats, different: Floats) -> float:
    """Cost of the likelihood ratios in bits: 0 is perfect, 1 says nothing.

    Parameters
    ----------
    same, different : float, shape (n,) and (m,)
        Log10 likelihood ratios of same-source and of different-source comparisons.
    """
    ln = np.log(10)
    miss = np.logaddexp(0, -same * ln).mean()
    false = np.logaddexp(0, different * ln).mean()
    return float((miss + false) / (2 * np.log(2)))


def pav(same: Floats, different: Floats) -> tuple[Floats, Floats]:
    """The best calibration that keeps the order: log10 LRs of both sets.

    Pool-adjacent-violators on the truth, equal values as one; may be infinite.
    """
    values = np.concatenate([same, different])
    truth = np.concatenate([np.ones(same.size), np.zeros(different.size)])
    weight = np.where(truth == 1, 1 / same.size, 1 / different.size)
    place = np.unique(values, return_inverse=True)[1]
    total = np.bincount(place, weight)
    mean = np.bincount(place, weight * truth) / total
    share = isotonic_regression(mean, weights=total).x[place]
    with np.errstate(divide="ignore"):
        out = np.log10(share) - np.log10(1 - share)
    return out[: same.size], out[same.size :]


@dataclass(frozen=True, slots=True)
class Cost:
    """Cllr, and what of it the order of the scores alone costs."""

    cllr: float
    cllr_min: float

    @property
    def cllr_cal(self) -> float:
        """The part of the cost that better calibration would save."""
        return self.cllr - self.cllr_min


def cost(same: Floats, different: Floats) -> Cost:
    """Cllr and its parts."""
    return Cost(cllr(same, different), cllr(*pav(same, different)))


def elub(same: Floats, different: Floats) -> tuple[float, float]:
    """Empirical lower and upper bounds: how far the data support a log10 LR.

    A likelihood ratio beyond a bound is one with which decisions, at the prior odds
    where it matters, would be worse than without it, if one more comparison of each
    kind were misleading.

    Returns
    -------
    lower, upper : float
        Log10; lower at most 0, upper at least 0.
    """
    every = np.clip(np.concatenate([same, different]), -9, 9)
    low = max(float(every.min()), -float(np.log10(same.size + 1)))
    high = min(float(every.max()), float(np.log10(different.size + 1)))
    first = min(0, int(np.floor(low / STEP)))
    last = max(0, int(np.floor(high / STEP)) + 1)
    grid = np.arange(first, last + 1) * STEP
    odds = 10.0**grid
    missed = _share(same <= grid[:, None], extra=True)
    falsely = _share(different > grid[:, None], extra=True)
    with_lr = missed + odds * falsely
    without = np.where(grid >= 0, 1.0, odds)
    useless = without < with_lr
    lower = max([*(grid[useless & (grid <= 0)] + STEP), float(grid[0])])
    upper = min([*(grid[useless & (grid >= 0)] - STEP), float(grid[-1])])
    return min(float(lower), 0.0), max(float(upper), 0.0)


def _share(wrong: NDArray[np.bool_], *, extra: bool) -> Floats:
    more = int(extra)
    share: Floats = (wrong.sum(axis=1) + more) / (wrong.shape[1] + more)
    return share


def ece(same: Floats, different: Floats, log10_prior: Floats) -> dict[str, Floats]:
    """Empirical cross-entropy over prior odds: LRs, after PAV, and without any."""
    ln = np.log(10)
    prior = np.asarray(log10_prior, dtype=float)
    p = 1 / (1 + 10.0**-prior)

    def entropy(s: Floats, d: Floats) -> Floats:
        miss = np.logaddexp(0, -(s[:, None] + prior) * ln).mean(0)
        false = np.logaddexp(0, (d[:, None] + prior) * ln).mean(0)
        value: Floats = (p * miss + (1 - p) * false) / np.log(2)
        return value

    nothing = np.zeros(1)
    best = [np.clip(values, -30, 30) for values in pav(same, different)]
    return {
        "lr": entropy(same, different),
        "pav": entropy(best[0], best[1]),
        "reference": entropy(nothing, nothing),
    }


def tippett(values: Floats, grid: Floats) -> Floats:
    """Share of the comparisons with at least that log10 LR, for each of ``grid``."""
    share: Floats = (values[:, None] >= np.asarray(grid)[None]).mean(0)
    return share


def plot(same: Floats, different: Floats, path: Any) -> None:
    """Draw Tippett, PAV and ECE plots side by side into a PNG or SVG file."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 3.8), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    low = float(min(same.min(), different.min())) - 0.5
    high = float(max(same.max(), different.max())) + 0.5
    grid = np.linspace(low, high, 400)
    left.step(grid, tippett(same, grid), color="#15506b", label="same source")
    left.step(grid, tippett(different, grid), "--", color="#b5651d", label="different")
    left.set(xlabel="log10 LR at least", ylabel="share", title="Tippett")
    left.legend()
    best = np.concatenate(pav(same, different))
    given = np.concatenate([same, different])
    middle.plot(given, np.clip(best, low, high), ".", color="#15506b")
    middle.plot([low, high], [low, high], color="#6d777b", linewidth=0.8)
    middle.set(xlabel="log10 LR given", ylabel="log10 LR after PAV", title="PAV")
    prior = np.linspace(-3, 3, 121)
    names = {"lr": "-", "pav": "--", "reference": ":"}
    for name, curve in ece(same, different, prior).items():
        right.plot(prior, curve, names[name], label=name)
    right.set(xlabel="log10 prior odds", ylabel="bits", title="ECE")
    right.legend()
    figure.savefig(path, dpi=110)
