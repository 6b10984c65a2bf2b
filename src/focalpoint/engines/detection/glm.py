"""Log-linear fits with over-dispersion, many series at once.

One group intercept for each block of the year and, if wanted, one slope over time: the
normal equations are an arrow matrix and are solved by sums over groups, without a
linear-algebra library. Iteration, stopping rule and dispersion follow R's ``glm`` with
``family = quasipoisson``, so that every decision taken from a fit is the same.

References
----------
.. [1] McCullagh, Nelder, "Generalized Linear Models", 2nd ed. (1989), sections 2.5,
6.2.
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

    ``time`` (n,) is centred; ``starts`` (G,) are the first rows of each group,
    ``labels`` (n,) the group of each row, ``now`` the group of the period tested and
    ``now_time`` its centred time.
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


def fit(y: Array, weights: Array, offset: Array, design: Design, *, trend: bool) -> Fit:
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
    """Weighted least squares to start with, then Newton steps on the group sums."""
    prior, offset = result.weights, result.offset
    span = _span(design, trend=trend)
    moments = _moments(design, trend=trend)
    counted = (prior * y) @ span.T
    constant = _constant(y, prior, offset)
    state, current = _first(y, prior, offset, span, moments)
    start = np.log(y + 0.1)
    old = 2.0 * (constant - (prior * (y * (start - offset) - 0.1)).sum(axis=1) + 0.0)
    shift = counted[:, : len(design.starts)].sum(axis=1)
    active = np.arange(len(y))
    previous: Array | None = None
    for turn in range(ITERATIONS):
        mu = np.exp(state @ span + offset)
        working = prior * mu
        sums = working @ moments
        groups = len(design.starts)
        fitted = (state * counted).sum(axis=1)
        new = 2.0 * (constant - fitted - shift + sums[:, :groups].sum(axis=1))
        wild = ~np.isfinite(new)
        if previous is not None and wild.any():
            # A diverging step is halved until its deviance is finite, as in R.
            for _ in range(ITERATIONS):
                state[wild] = (state[wild] + previous[wild]) / 2
                inner = prior * np.exp(state @ span + offset)
                total = 2.0 * (constant - (state * counted).sum(axis=1) - shift)
                if np.isfinite((total + 2.0 * inner.sum(axis=1))[wild]).all():
                    break
            mu = np.exp(state @ span + offset)
            working = prior * mu
            sums = working @ moments
            total = 2.0 * (constant - (state * counted).sum(axis=1) - shift)
            new = total + 2.0 * sums[:, :groups].sum(axis=1)
        settled = np.abs(new - old) / (0.1 + np.abs(new)) < EPSILON
        finished = settled | (turn == ITERATIONS - 1) | ~np.isfinite(new)
        if finished.any():
            _store(
                result,
                active[finished],
                settled[finished],
                state[finished],
                mu[finished],
                current.rows(finished),
                groups,
                trend=trend,
            )
            if finished.all():
                return
            stay = ~finished
            active, prior, offset = active[stay], prior[stay], offset[stay]
            counted, constant, shift = counted[stay], constant[stay], shift[stay]
            state, working, sums, new = (
                state[stay],
                working[stay],
                sums[stay],
                new[stay],
            )
        previous = state
        current = _Normal(working, sums)
        state = state + _step(current, counted, groups, trend=trend)
        old = new


@dataclass(slots=True)
class _Normal:
    """Working weights (S, n) and their moments: sums by group, then with time."""

    working: Array
    sums: Array

    def rows(self, chosen: npt.NDArray[np.bool_]) -> "_Normal":
        return _Normal(self.working[chosen], self.sums[chosen])


def _span(design: Design, *, trend: bool) -> Array:
    """The regressors, one row each: a group's indicator, then time; (G [+ 1], n)."""
    indicator = np.zeros((len(design.starts), len(design.labels)))
    indicator[design.labels, np.arange(len(design.labels))] = 1.0
    return np.vstack([indicator, design.time]) if trend else indicator


def _moments(design: Design, *, trend: bool) -> Array:
    """Columns whose weighted sums give the normal equations; (n, G) or (n, 2G + 1)."""
    indicator = _span(design, trend=False)
    if not trend:
        return np.ascontiguousarray(indicator.T)
    timed = indicator * design.time
    return np.ascontiguousarray(np.vstack([indicator, timed, design.time**2]).T)


def _constant(y: Array, prior: Array, offset: Array) -> Array:
    """The part of half the deviance that does not depend on the coefficients."""
    logs = np.log(np.where(y > 0, y, 1.0)) - offset
    return np.asarray((prior * y * logs).sum(axis=1))


def _first(
    y: Array, prior: Array, offset: Array, span: Array, moments: Array
) -> tuple[Array, _Normal]:
    """One weighted least-squares step from means a tenth above the counts."""
    mu = y + 0.1
    working = prior * mu
    response = (np.log(mu) - offset) * working - 0.1 * prior
    current = _Normal(working, working @ moments)
    groups = moments.shape[1] if len(span) == moments.shape[1] else len(span) - 1
    return _arrow(current, response @ span.T, groups, trend=len(span) > groups), current


def _step(current: _Normal, counted: Array, groups: int, *, trend: bool) -> Array:
    """Newton step: the score over the information."""
    sums = current.sums
    score = counted[:, :groups] - sums[:, :groups]
    if trend:
        timed = sums[:, groups : 2 * groups].sum(axis=1)
        score = np.column_stack([score, counted[:, groups] - timed])
    return _arrow(current, score, groups, trend=trend)


def _arrow(current: _Normal, right: Array, groups: int, *, trend: bool) -> Array:
    """Solve the normal equations: group intercepts, and one slope."""
    sums = current.sums[:, :groups]
    filled = sums > 0
    safe = np.where(filled, sums, 1.0)
    totals = np.where(filled, right[:, :groups], 0.0)
    if not trend:
        return np.asarray(totals / safe)
    centres, spread = _spread(current, groups)
    cross = right[:, groups] - (centres * totals).sum(axis=1)
    slope = np.where(np.isfinite(spread), cross / spread, 0.0)
    return np.column_stack([totals / safe - slope[:, None] * centres, slope])


def _spread(current: _Normal, groups: int) -> tuple[Array, Array]:
    """Mean time of each group and sum of squares within groups; NaN where flat."""
    sums, first = current.sums[:, :groups], current.sums[:, groups : 2 * groups]
    centres = first / np.where(sums > 0, sums, 1.0)
    whole = current.sums[:, 2 * groups]
    spread = whole - (first * centres).sum(axis=1)
    return centres, np.where(spread <= 1e-14 * whole, np.nan, spread)


def _store(
    result: Fit,
    rows: npt.NDArray[np.int64],
    settled: npt.NDArray[np.bool_],
    state: Array,
    mu: Array,
    current: _Normal,
    groups: int,
    *,
    trend: bool,
) -> None:
    result.converged[rows] = settled
    result.mu[rows] = mu
    result.working[rows] = current.working
    result.sums[rows] = current.sums[:, :groups]
    result.intercepts[rows] = state[:, :groups]
    if trend:
        centres, spread = _spread(current, groups)
        result.centres[rows], result.spread[rows] = centres, spread
        result.slope[rows] = np.where(np.isfinite(spread), state[:, groups], np.nan)


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
