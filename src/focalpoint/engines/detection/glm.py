"""Log-linear fits with over-dispersion, many series at once.

One group intercept for each block of the year and, if wanted, one slope over time: the
normal equations are an arrow matrix and are solved by sums over groups, without a
linear-algebra library. Iteration, stopping rule and dispersion follow R's ``glm`` with
``family = quasipoisson``, so that every decision taken from a fit is the same.

References
----------
.. [1] McCullagh, Nelder, "Generalized Linear Models", 2nd ed. (1989), sections 2.5, 6.2.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from focalpoint.engines.detection.series import Array

EPSILON = 1e-8
ITERATIONS = 25


@dataclass(slots=True)
class Design:
    """The rows of a baseline, ordered by group.

    ``time`` (n,) is centred; ``starts`` (G,) are the first rows of each group, ``labels``
    (n,) the group of each row, ``now`` the group of the period tested and ``now_time``
    its centred time.
    """

    time: Array
    starts: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int64]
    now: int
    now_time: Array


@dataclass(slots=True)
class Fit:
    """A fitted model for each of S series; see `fit`."""

    mu: Array  # (S, n) fitted means
    working: Array  # (S, n) working weights of the last iteration
    weights: Array  # (S, n) prior weights
    offset: Array  # (S, n)
    intercepts: Array  # (S, G)
    slope: Array  # (S,), NaN without trend
    converged: npt.NDArray[np.bool_]  # (S,)
    sums: Array  # (S, G) of the working weights
    centres: Array  # (S, G) weighted mean time of each group
    spread: Array  # (S,) weighted sum of squares of time within groups
    freedom: Array  # (S,) residual degrees of freedom


def fit(
    y: Array, weights: Array, offset: Array, design: Design, *, trend: bool
) -> Fit:
    """Fit log mean = offset + intercept of group (+ slope x time) to each row of ``y``.

    Parameters
    ----------
    y, weights, offset : (S, n) arrays
        Counts, prior weights (zero leaves a row out) and logarithms of exposure.
    design : Design
        Rows ordered by group.
    trend : bool
        Whether there is a slope over time.

    Returns
    -------
    Fit
        ``converged`` is false where 25 iterations were not enough.
    """
    shape = (len(y), len(design.starts))
    result = Fit(
        mu=np.empty_like(y),
        working=np.empty_like(y),
        weights=weights,
        offset=offset,
        intercepts=np.zeros(shape),
        slope=np.full(len(y), np.nan),
        converged=np.zeros(len(y), dtype=bool),
        sums=np.empty(shape),
        centres=np.zeros(shape),
        spread=np.full(len(y), np.nan),
        freedom=np.zeros(len(y)),
    )
    with np.errstate(all="ignore"):
        _iterate(result, y, design, trend=trend)
    used = (weights > 0).sum(axis=1)
    groups = (result.sums > 0).sum(axis=1)
    slopes = np.isfinite(result.slope) if trend else 0
    result.freedom = (used - groups - slopes).astype(float)
    return result


def _iterate(result: Fit, y: Array, design: Design, *, trend: bool) -> None:
    active = np.arange(len(y))
    counts, prior, offset = y, result.weights, result.offset
    constant = _saturated(counts, prior)
    mu = counts + 0.1
    eta = np.log(mu)
    old = _deviance(constant, counts, prior, mu, eta)
    previous: Array | None = None
    for turn in range(ITERATIONS):
        solution = _solve(counts, prior, offset, mu, eta, design, trend=trend)
        beta, slope = solution.intercepts, solution.slope
        eta = offset + beta[:, design.labels]
        if trend:
            eta += np.where(np.isfinite(slope), slope, 0.0)[:, None] * design.time
        mu = np.exp(eta)
        new = _deviance(constant, counts, prior, mu, eta)
        state = np.column_stack([beta, np.where(np.isfinite(slope), slope, 0.0)])
        wild = ~np.isfinite(new)
        if previous is not None and wild.any():
            _halve(wild, state, previous, counts, prior, offset, design, constant)
            beta, slope = state[:, :-1], np.where(np.isfinite(slope), state[:, -1], slope)
            eta = offset + beta[:, design.labels] + state[:, -1:] * design.time
            mu = np.exp(eta)
            new = _deviance(constant, counts, prior, mu, eta)
        previous = state
        settled = np.abs(new - old) / (0.1 + np.abs(new)) < EPSILON
        finished = settled | (turn == ITERATIONS - 1) | ~np.isfinite(new)
        if finished.any():
            rows = active[finished]
            result.converged[rows] = settled[finished]
            result.mu[rows] = mu[finished]
            result.working[rows] = solution.working[finished]
            result.intercepts[rows] = beta[finished]
            result.slope[rows] = slope[finished]
            result.sums[rows] = solution.sums[finished]
            result.centres[rows] = solution.centres[finished]
            result.spread[rows] = solution.spread[finished]
            if finished.all():
                return
            stay = ~finished
            active, counts, prior = active[stay], counts[stay], prior[stay]
            offset, constant, mu, eta = offset[stay], constant[stay], mu[stay], eta[stay]
            new, previous = new[stay], previous[stay]
        old = new


@dataclass(slots=True)
class _Solution:
    working: Array
    sums: Array
    centres: Array
    spread: Array
    intercepts: Array
    slope: Array


def _solve(
    y: Array,
    prior: Array,
    offset: Array,
    mu: Array,
    eta: Array,
    design: Design,
    *,
    trend: bool,
) -> _Solution:
    """One weighted least-squares step."""
    working = prior * mu
    response = (eta - offset) * working + prior * (y - mu)
    sums = np.add.reduceat(working, design.starts, axis=1)
    totals = np.add.reduceat(response, design.starts, axis=1)
    filled = sums > 0
    safe = np.where(filled, sums, 1.0)
    if not trend:
        empty = np.full(len(y), np.nan)
        beta = np.where(filled, totals / safe, 0.0)
        return _Solution(working, sums, np.zeros_like(sums), empty, beta, empty)
    timed = working * design.time
    first = np.add.reduceat(timed, design.starts, axis=1)
    centres = first / safe
    spread = (timed @ design.time) - (first * centres).sum(axis=1)
    cross = (response @ design.time) - (centres * totals).sum(axis=1)
    flat = spread <= 1e-14 * (timed @ design.time)
    slope = np.where(flat, np.nan, cross / spread)
    steep = np.where(flat, 0.0, slope)[:, None]
    beta = np.where(filled, totals / safe - steep * centres, 0.0)
    return _Solution(working, sums, centres, spread, beta, slope)


def _saturated(y: Array, prior: Array) -> Array:
    """The part of the deviance that does not depend on the fit."""
    logs = np.log(np.where(y > 0, y, 1.0))
    return np.asarray((prior * y * logs).sum(axis=1))


def _deviance(constant: Array, y: Array, prior: Array, mu: Array, eta: Array) -> Array:
    return np.asarray(2.0 * (constant - (prior * (y * eta - mu + y)).sum(axis=1)))


def _halve(
    wild: npt.NDArray[np.bool_],
    state: Array,
    previous: Array,
    y: Array,
    prior: Array,
    offset: Array,
    design: Design,
    constant: Array,
) -> None:
    """Shorten a diverging step until its deviance is finite, in place."""
    for row in np.flatnonzero(wild):
        for _ in range(ITERATIONS):
            state[row] = (state[row] + previous[row]) / 2
            eta = offset[row] + state[row, :-1][design.labels]
            eta = eta + state[row, -1] * design.time
            parts = prior[row] * (y[row] * eta - np.exp(eta) + y[row])
            if np.isfinite(constant[row] - parts.sum()):
                break


def dispersion(y: Array, model: Fit, weights: Array | None = None) -> Array:
    """Pearson statistic over degrees of freedom, with the last working weights.

    Give ``weights`` to use others in their place.
    """
    with np.errstate(all="ignore"):
        residual = (y - model.mu) / model.mu
        used = model.working if weights is None else weights
        total = np.where(used > 0, used * residual**2, 0.0).sum(axis=1)
        return np.asarray(
            np.where(model.freedom > 0, total / np.maximum(model.freedom, 1), np.nan)
        )


def leverages(model: Fit, design: Design) -> Array:
    """Diagonal of the hat matrix, shape (S, n)."""
    with np.errstate(all="ignore"):
        hat = model.working / model.sums[:, design.labels]
        sloped = np.isfinite(model.slope)
        if sloped.any():
            away = design.time - model.centres[:, design.labels]
            extra = model.working * away**2 / model.spread[:, None]
            hat = hat + np.where(sloped[:, None], extra, 0.0)
    return np.asarray(np.where(hat > 1 - 10 * np.finfo(float).eps, 1.0, hat))


def predict(
    model: Fit, design: Design, offset_now: Array, scale: Array
) -> tuple[Array, Array]:
    """Linear predictor of the period tested and its standard error, both (S,)."""
    with np.errstate(all="ignore"):
        sloped = np.isfinite(model.slope)
        beta = np.where(sloped, model.slope, 0.0)
        filled = model.sums[:, design.now] > 0
        eta = model.intercepts[:, design.now] + beta * design.now_time + offset_now
        variance = 1 / model.sums[:, design.now]
        away = design.now_time - model.centres[:, design.now]
        variance = variance + np.where(sloped, away**2 / model.spread, 0.0)
        error = np.sqrt(variance * scale)
    return np.where(filled, eta, np.nan), np.where(filled, error, np.nan)
