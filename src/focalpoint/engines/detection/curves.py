"""Season and trend of a series or of a whole branch, held back where data are few.

A log-linear curve with one slope and two harmonics of the year; the coefficients have
normal priors, so that a short or sparse series keeps a flat curve instead of an
invented one. Past counts beyond their one-in-five-thousand bound are set back to that
bound, so that old outbreaks do not raise what is expected.
"""

from dataclasses import dataclass

import numpy as np

from focalpoint.engines.detection import bounds
from focalpoint.engines.detection.series import Array

SLOPE_SD = 0.3  # of the logarithm of the rate, per year
HARMONIC_SD = (0.7, 0.7, 0.5, 0.5)
BEYOND = 2e-4
TURNS = 12


@dataclass(slots=True)
class Curve:
    """Fitted curves of S series.

    ``shape`` (S, T) expected count per period; ``contrast`` (S,) variance of the
    logarithm of the curve over the window tested, against the baseline mean; ``phi``
    (S,) dispersion; ``used`` (S, T) the counts after setting back; ``lowered`` (S,)
    how many periods were set back; ``freedom`` (S,).
    """

    shape: Array
    contrast: Array
    phi: Array
    used: Array
    lowered: Array
    freedom: Array


def regressors(periods: Array, frequency: int, at: int) -> Array:
    """Slope (in years before ``at``) and two harmonics, shape (T, 5)."""
    years = (periods - periods[at]) / frequency
    angle = 2 * np.pi * years
    columns = [years]
    if frequency >= 4:
        columns += [np.cos(angle), np.sin(angle)]
    if frequency >= 12:
        columns += [np.cos(2 * angle), np.sin(2 * angle)]
    return np.stack(columns, axis=1)


def fit(y: Array, weights: Array, design: Array, tested: slice) -> Curve:
    """Fit a curve to each row of ``y``.

    Parameters
    ----------
    y : (S, T) array
        Counts; the value where the weight is zero does not matter.
    weights : (S, T) array
        1 in the baseline, 0 elsewhere.
    design : (T, K) array
        See `regressors`.
    tested : slice
        Positions whose expectation will be used: their mean regressor enters
        ``contrast``.

    Returns
    -------
    Curve
        Series without any event get a flat curve at half an event in all.
    """
    used = np.where(weights > 0, y, 0.0)
    phi = np.full(len(y), 1.0)
    lowered = np.zeros(len(y))
    state: Array | None = None
    for turn in range(2):
        for _ in range(2 if turn == 0 else 1):
            state, mu, contrast = _newton(used, weights, design, phi, tested, state)
            freedom = np.maximum(weights.sum(axis=1) - design.shape[1] - 1, 1.0)
            phi = ratio_dispersion(used, mu, weights, freedom)
        if turn == 0:
            used, lowered = set_back(used, mu, phi, weights)
    return Curve(mu, contrast, phi, used, lowered, freedom)


def ratio_dispersion(y: Array, mu: Array, weights: Array, freedom: Array) -> Array:
    """Squared residuals over expectations, corrected for the parameters fitted.

    The ratio of sums is steady where the Pearson statistic is not: on sparse counts.
    """
    total = (weights * (y - mu) ** 2).sum(axis=1)
    expected = np.maximum((weights * mu).sum(axis=1), 1e-12)
    rows = np.maximum(weights.sum(axis=1), 1.0)
    return np.asarray(np.maximum(total / expected * rows / freedom, 1.0))


def set_back(y: Array, mu: Array, phi: Array, weights: Array) -> tuple[Array, Array]:
    """Lower counts beyond their one-in-five-thousand bound; how many, for each row."""
    wide = phi[:, None]
    suspects = (weights > 0) & (y > mu + 2.0 * np.sqrt(wide * mu) + 1)
    row, column = np.nonzero(suspects)
    if not len(row):
        return y, np.zeros(len(y))
    bound = bounds.quantile(1 - BEYOND, np.maximum(mu[row, column], 1e-9), phi[row])
    high = y[row, column] > bound
    lowered = y.copy()
    lowered[row[high], column[high]] = bound[high]
    return lowered, np.bincount(row[high], minlength=len(y)).astype(float)


def _newton(
    y: Array,
    weights: Array,
    design: Array,
    phi: Array,
    tested: slice,
    state: Array | None,
) -> tuple[Array, Array, Array]:
    """Penalised likelihood by Newton steps, all series at once."""
    size, width = len(y), design.shape[1] + 1
    full = np.column_stack([np.ones(len(design)), design])
    crossed = (full[:, :, None] * full[:, None, :]).reshape(len(full), -1)
    prior = np.zeros(width)
    prior[1:] = 1 / np.array([SLOPE_SD, *HARMONIC_SD][: width - 1]) ** 2
    total = np.maximum((weights * y).sum(axis=1), 0.5)
    rows = np.maximum(weights.sum(axis=1), 1.0)
    if state is None:
        state = np.zeros((size, width))
        state[:, 0] = np.log(total / rows)
    scale = np.maximum(phi, 1.0)[:, None]
    for _ in range(TURNS):
        mu = np.exp(np.clip(state @ full.T, -30, 30))
        inner = weights * mu
        hessian = (inner @ crossed).reshape(size, width, width) / scale[:, :, None]
        hessian += np.diag(prior)
        gradient = (weights * (y - mu)) @ full / scale - state * prior
        hessian[:, 0, 0] += 1e-9
        step = np.linalg.solve(hessian, gradient[:, :, None])[:, :, 0]
        state = state + np.clip(step, -2, 2)
        if np.abs(step).max(initial=0.0) < 1e-7:
            break
    mu = np.exp(np.clip(state @ full.T, -30, 30))
    inner = weights * mu
    centre = inner @ full / np.maximum(inner.sum(axis=1), 1e-12)[:, None]
    away = full[tested].mean(axis=0) - centre
    hessian = (inner @ crossed).reshape(size, width, width) / scale[:, :, None]
    hessian += np.diag(prior)
    hessian[:, 0, 0] += 1e-9
    solved = np.linalg.solve(hessian, away[:, :, None])[:, :, 0]
    return state, mu, np.asarray((away * solved).sum(axis=1))
