"""Season and trend of a series or of a whole branch, held back where data are few.

A log-linear curve with one slope and two harmonics of the year; the coefficients have
normal priors, so that a short or sparse series keeps a flat curve instead of an
invented one. Past counts beyond their one-in-two-thousand bound are left out, so that old
outbreaks do not raise what is expected. The first bound rests on a dispersion without the
largest residuals; the bounds then follow the fit until they settle.
"""

from dataclasses import dataclass

import numpy as np

from focalpoint.engines.detection import bounds
from focalpoint.engines.detection.series import Array

SLOPE_SD = 0.3  # of the logarithm of the rate, per year
HARMONIC_SD = (0.7, 0.7, 0.5, 0.5)
BEYOND = 2e-4
OUTSIDE = 5e-4  # past counts rarer than this are left out of a curve
ROUNDS = 4
LARGEST_LEFT_OUT = 0.1  # share of the largest residuals behind the first dispersion
KEPT_SPREAD = 0.75  # of a normal variance below its 90 % point
TURNS = 12


@dataclass(slots=True)
class Curve:
    """Fitted curves of S series.

    ``shape`` (S, T) expected count per period; ``contrast`` (S,) variance of the
    logarithm of the curve over the window tested, against the baseline mean; ``phi``
    (S,) dispersion; ``kept`` (S, T) the weights without the periods left out; ``lowered``
    (S,) how many periods these are; ``freedom`` (S,).
    """

    shape: Array
    contrast: Array
    phi: Array
    kept: Array
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
    state, mu, contrast = _newton(used, weights, design, np.ones(len(y)), tested, None)
    phi = _first_dispersion(used, mu, weights)
    kept = weights
    for _ in range(ROUNDS):
        kept = inside(used, mu, phi, weights)
        state, mu, contrast = _newton(used, kept, design, phi, tested, state)
        freedom = np.maximum(kept.sum(axis=1) - design.shape[1] - 1, 1.0)
        phi = ratio_dispersion(used, mu, kept, freedom)
        phi = phi / (1 - spread_outside(mu, phi, weights))
    return Curve(mu, contrast, phi, kept, (weights - kept).sum(axis=1), freedom)


def _first_dispersion(y: Array, mu: Array, weights: Array) -> Array:
    """Dispersion without the largest residuals, which may be outbreaks."""
    squares = weights * (y - mu) ** 2 / np.maximum(mu, 1e-12)
    signed = np.where(weights > 0, (y - mu) / np.sqrt(np.maximum(mu, 1e-12)), -np.inf)
    rows = weights.sum(axis=1)
    rank = (-signed).argsort(axis=1).argsort(axis=1)
    inner = weights * (rank >= LARGEST_LEFT_OUT * rows[:, None])
    ratio = (inner * squares).sum(axis=1) / np.maximum(inner.sum(axis=1), 1.0)
    return np.asarray(np.maximum(ratio / KEPT_SPREAD, 1.0))


def inside(y: Array, mu: Array, phi: Array, weights: Array) -> Array:
    """Weights without the counts beyond their bound."""
    suspects = (weights > 0) & (y > mu + 2.0 * np.sqrt(phi[:, None] * mu) + 1)
    row, column = np.nonzero(suspects)
    kept = weights.copy()
    if len(row):
        expected = np.maximum(mu[row, column], 1e-9)
        rare = bounds.upper_tail(y[row, column], expected, phi[row]) < OUTSIDE
        kept[row[rare], column[rare]] = 0.0
    return kept


def spread_outside(mu: Array, phi: Array, weights: Array) -> Array:
    """Share of the variance that lies beyond the bound while nothing is wrong, (S,)."""
    rows = np.maximum(weights.sum(axis=1), 1.0)
    mean = np.maximum((weights * mu).sum(axis=1) / rows, 1e-6)
    first = bounds.quantile(1 - OUTSIDE, mean, phi) + 1
    beyond = bounds.upper_tail(first, mean, phi)
    # The moments of a tail are tails of the same law with a larger mean.
    total = mean * bounds.upper_tail(first - 1, mean + phi - 1, phi)
    square = (
        mean
        * (mean + phi - 1)
        * bounds.upper_tail(first - 2, mean + 2 * (phi - 1), phi)
    )
    spread = square + total - 2 * mean * total + mean**2 * beyond
    return np.asarray(np.clip(spread / (phi * mean), 0.0, 0.3))


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
    # Without any event the likelihood has its maximum at minus infinity.
    none = (weights * y).sum(axis=1) == 0
    y = np.where(none[:, None], (total / rows)[:, None], y)
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
