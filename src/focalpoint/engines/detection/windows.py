"""How unusual the last 1 to 13 periods are, as one honest p value.

The sums over windows that end now are nested. Given the expected counts, the
probability that *any* of them reaches a value as unusual as the most unusual one
observed is computed exactly, by carrying the distribution of the running sum from
window to window. The uncertainty of the rate enters as a mixture over its posterior
distribution.

Notes
-----
Increments are negative binomial with variance ``phi`` times the mean (Poisson at one),
so sums are of the same kind. With one window the p value is the plain predictive tail.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from focalpoint.engines.detection.bounds import quantile
from focalpoint.engines.detection.series import Array

LENGTHS = (1, 2, 4, 8, 13)
EDGES = np.array([0.0, 0.08, 0.25, 0.5, 0.75, 0.9, 0.97, 0.994, 0.9992, 1.0])
LARGEST = 128  # longest running sum carried
TINY = 1e-7
LEAST = 0.02  # a smaller share is not worth its window
CHUNK = 4000  # series times K kept in memory at once
# Share of the error rate of each window: below 0.3 events a period, at 1.6, above 5.
SPARSE = np.array([0.03, 0.15, 0.60, 0.17, 0.05])
MIDDLE = np.array([0.80, 0.15, 0.05, 0.0, 0.0])
DENSE = np.array([1.0, 0.0, 0.0, 0.0, 0.0])


@dataclass(slots=True)
class Verdict:
    """For each series: p, mid-p, the window that speaks loudest and its numbers.

    ``p`` is exact for the discrete statistic, ``mid_p`` counts half of the probability
    of the value observed; ``length`` is the number of periods of the window,
    ``observed`` and ``expected`` its sums, ``low`` and ``high`` the 95 % prediction
    interval of the sum, ``upper`` the count of the last period above which it alone
    would alarm.
    """

    p: Array
    mid_p: Array
    length: Array
    observed: Array
    expected: Array
    low: Array
    high: Array
    upper: Array


def shares(expected: Array) -> Array:
    """Weights of the windows for the expected count of one period, shape (S, W)."""
    level = np.log10(np.maximum(expected, 1e-6))
    first = np.clip((level + 0.5) / 0.7, 0, 1)[:, None]
    second = np.clip((level - 0.2) / 0.5, 0, 1)[:, None]
    mixed = SPARSE * (1 - first) + MIDDLE * first
    whole = mixed * (1 - second) + DENSE * second
    whole[whole < LEAST] = 0.0
    return np.asarray(whole / whole.sum(axis=1, keepdims=True))


def rate_nodes(shape: Array) -> tuple[Array, Array]:
    """Nodes (S, J) and weights (J,) of a gamma distribution of mean one.

    Each node is the mean of its slice of probability; the last slices are thin, because
    the tail of the prediction lives there.
    """
    shape = np.clip(shape, 0.05, 1e7)[:, None]
    quantiles = special.gammaincinv(shape, EDGES[None, :])
    above = special.gammainc(shape + 1, quantiles)
    above[:, -1] = 1.0
    weights = np.diff(EDGES)
    return np.asarray(np.diff(above, axis=1) / weights), weights


def judge(y: Array, mu: Array, shape: Array, phi: Array, alpha: float) -> Verdict:
    """Judge the last periods of each series.

    Parameters
    ----------
    y : (S, 13) array
        Counts, the last period in the last column; NaN where missing.
    mu : (S, 13) array
        Expected counts.
    shape : (S,) array
        Shape of the gamma posterior of the rate (1 / relative variance).
    phi : (S,) array
        Dispersion, at least one.
    alpha : float
        Level of ``upper``.

    Returns
    -------
    Verdict
    """
    size = len(y)
    missing = np.isnan(y)
    counts = np.where(missing, 0.0, y)
    means = np.where(missing, 0.0, np.maximum(mu, 1e-9))
    answer = Verdict(*(np.full(size, np.nan) for _ in range(8)))
    per_period = means.sum(axis=1) / np.maximum((~missing).sum(axis=1), 1)
    weights = shares(per_period)
    sums = np.stack([counts[:, -w:].sum(axis=1) for w in LENGTHS], axis=1)
    totals = np.stack([means[:, -w:].sum(axis=1) for w in LENGTHS], axis=1)
    single = weights[:, 1:].sum(axis=1) == 0
    for rows in _blocks(np.flatnonzero(single), 20_000):
        _judge_single(rows, sums, totals, shape, phi, answer)
    longest = (weights > 0).cumsum(axis=1).argmax(axis=1)
    every = np.arange(size)
    reach = _reach(totals[every, longest], phi, shape, sums[every, longest])
    for limit in (8, 16, 32, 64, LARGEST):
        fits = ~single & (reach <= limit) & (reach > (0 if limit == 8 else limit // 2))
        for used in range(1, len(LENGTHS)):
            chosen = np.flatnonzero(fits & (longest == used))
            for rows in _blocks(chosen, CHUNK * 8 // limit):
                _judge_nested(rows, limit, sums, totals, weights, shape, phi, answer)
    rest = np.flatnonzero(~single & (reach > LARGEST))
    for rows in _blocks(rest, 20_000):
        _judge_bounded(rows, sums, totals, weights, shape, phi, answer)
    _describe(answer, totals, shape, phi, alpha)
    answer.p[missing[:, -1]] = np.nan
    answer.mid_p[missing[:, -1]] = np.nan
    return answer


def _blocks(rows: Array, size: int) -> list[Array]:
    return [rows[i : i + size] for i in range(0, len(rows), max(size, 1))]


def _reach(mean: Array, phi: Array, shape: Array, seen: Array) -> Array:
    """A count that the longest sum hardly passes by chance at the level of interest."""
    deviation = np.sqrt(mean * phi + mean**2 / shape)
    return np.asarray(np.maximum(seen + 2, mean + 5 * deviation + 5))


def tails(counts: Array, mean: Array, shape: Array, phi: Array) -> tuple[Array, Array]:
    """P(sum >= count) and P(sum > count) with the uncertainty of the rate, (S,)."""
    nodes, weights = rate_nodes(shape)
    mu = mean[:, None] * nodes
    at_least = _sf(counts[:, None], mu, phi[:, None]) @ weights
    above = _sf(counts[:, None] + 1, mu, phi[:, None]) @ weights
    return at_least, above


def _sf(count: Array, mu: Array, phi: Array) -> Array:
    """P(Y >= count) for mean ``mu`` and variance ``phi mu``."""
    count, mu, phi = np.broadcast_arrays(count, mu, phi)
    answer = np.ones(count.shape)
    positive = count > 0
    wide = positive & (phi > 1 + 1e-6)
    plain = positive & ~wide
    answer[plain] = special.gammainc(count[plain], mu[plain])
    size = mu[wide] / (phi[wide] - 1)
    answer[wide] = special.betainc(count[wide], size, 1 - 1 / phi[wide])
    return answer


def _judge_single(
    rows: Array, sums: Array, totals: Array, shape: Array, phi: Array, answer: Verdict
) -> None:
    at_least, above = tails(sums[rows, 0], totals[rows, 0], shape[rows], phi[rows])
    answer.p[rows] = at_least
    answer.mid_p[rows] = (at_least + above) / 2
    answer.length[rows] = 1
    answer.observed[rows] = sums[rows, 0]
    answer.expected[rows] = totals[rows, 0]


def _judge_bounded(
    rows: Array,
    sums: Array,
    totals: Array,
    weights: Array,
    shape: Array,
    phi: Array,
    answer: Verdict,
) -> None:
    """Weighted Bonferroni: safe where the running sum is too long to carry."""
    smallest = np.full(len(rows), np.inf)
    middle = np.full(len(rows), np.inf)
    best = np.zeros(len(rows), dtype=int)
    for j in range(len(LENGTHS)):
        share = weights[rows, j]
        at_least, above = tails(sums[rows, j], totals[rows, j], shape[rows], phi[rows])
        with np.errstate(divide="ignore", invalid="ignore"):
            scaled = np.where(share > 0, at_least / share, np.inf)
            halved = np.where(share > 0, (at_least + above) / 2 / share, np.inf)
        best = np.where(scaled < smallest, j, best)
        smallest = np.minimum(smallest, scaled)
        middle = np.minimum(middle, halved)
    _note(rows, best, sums, totals, answer)
    answer.p[rows] = np.minimum(smallest, 1.0)
    answer.mid_p[rows] = np.minimum(middle, 1.0)


def _note(
    rows: Array, best: Array, sums: Array, totals: Array, answer: Verdict
) -> None:
    answer.length[rows] = np.array(LENGTHS)[best]
    answer.observed[rows] = sums[rows, best]
    answer.expected[rows] = totals[rows, best]


def _probabilities(mu: Array, phi: Array, limit: int) -> Array:
    """P(Y = 0..limit-1), last axis added, by recursion."""
    extra = phi - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        none = np.where(extra > 1e-6, -mu * np.log(phi) / extra, -mu)
    answer = np.empty((*mu.shape, limit))
    answer[..., 0] = np.exp(none)
    for count in range(limit - 1):
        ratio = (mu + count * extra) / (phi * (count + 1))
        answer[..., count + 1] = answer[..., count] * ratio
    return answer


def _judge_nested(
    rows: Array,
    limit: int,
    sums: Array,
    totals: Array,
    weights: Array,
    shape: Array,
    phi: Array,
    answer: Verdict,
) -> None:
    nodes, mixing = rate_nodes(shape[rows])
    wide = phi[rows][:, None]
    share = weights[rows]
    survival = np.empty((len(rows), len(LENGTHS), limit + 1))
    for j in range(len(LENGTHS)):
        chances = _probabilities(totals[rows, j][:, None] * nodes, wide, limit)
        mixed = np.einsum("sjk,j->sk", chances, mixing)
        survival[:, j, 0] = 1.0
        survival[:, j, 1:] = np.maximum(1.0 - np.cumsum(mixed, axis=1), 0.0)
    seen = sums[rows].astype(int)
    reached = np.take_along_axis(survival, np.minimum(seen, limit)[:, :, None], 2)[
        ..., 0
    ]
    low = reached < 1e-9
    if low.any():
        r, w = np.nonzero(low)
        rare, _ = tails(
            sums[rows[r], w], totals[rows[r], w], shape[rows[r]], phi[rows[r]]
        )
        reached[r, w] = rare
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = np.where(share > 0, reached / share, np.inf)
    best = scaled.argmin(axis=1)
    smallest = scaled[np.arange(len(rows)), best]
    _note(rows, best, sums, totals, answer)
    levels = smallest[:, None] * share
    at_most = _critical(survival, levels * (1 + 1e-9), share)
    below = _critical(survival, levels * (1 - 1e-9), share)
    steps = np.diff(totals[rows], axis=1, prepend=0.0)
    p = _reject(at_most, steps, nodes, mixing, wide, limit)
    strict = _reject(below, steps, nodes, mixing, wide, limit)
    bound = np.minimum(smallest, 1.0)
    exact = (bound > TINY) & np.isfinite(p)
    answer.p[rows] = np.where(exact, np.minimum(p, bound), bound)
    halved = (np.minimum(p, bound) + np.minimum(strict, bound)) / 2
    answer.mid_p[rows] = np.where(exact, halved, bound)


def _critical(survival: Array, levels: Array, share: Array) -> Array:
    """Smallest count of each window whose tail is at most its level, (S, W)."""
    fits = survival <= levels[:, :, None]
    first = np.where(fits.any(axis=2), fits.argmax(axis=2), survival.shape[2] - 1)
    return np.asarray(np.where(share > 0, first, survival.shape[2] + 1))


def _reject(
    critical: Array, steps: Array, nodes: Array, mixing: Array, phi: Array, limit: int
) -> Array:
    """P(any nested sum reaches its critical count), (S,)."""
    places = np.arange(limit)
    carried = _probabilities(steps[:, 0][:, None] * nodes, phi, limit)
    carried *= (places < critical[:, 0][:, None])[:, None, :]
    # What leaves the carried range without crossing is counted as rejected: safe.
    for j in range(1, len(LENGTHS)):
        if not (critical[:, j] <= limit).any():
            continue
        gained = _probabilities(_gap(critical, steps, j, limit) * nodes, phi, limit)
        moved = carried * gained[..., :1]
        for count in range(1, limit):
            moved[..., count:] += (
                carried[..., : limit - count] * gained[..., count, None]
            )
        carried = moved * (places < critical[:, j][:, None])[:, None, :]
    return np.asarray(1.0 - np.einsum("sjk,j->s", carried, mixing))


def _gap(critical: Array, steps: Array, j: int, limit: int) -> Array:
    """Expected count gained since the last window that any series uses, (S, 1)."""
    used = [i for i in range(j) if i == 0 or (critical[:, i] <= limit).any()]
    return np.asarray(steps[:, used[-1] + 1 : j + 1].sum(axis=1)[:, None])


def _describe(
    answer: Verdict, totals: Array, shape: Array, phi: Array, alpha: float
) -> None:
    """Prediction interval of the loudest window and the bound of the last period."""
    mean = answer.expected
    spread = phi + mean / shape
    answer.low = np.maximum(quantile(0.025, mean, spread), 0.0)
    answer.high = quantile(0.975, mean, spread)
    answer.upper = quantile(1 - alpha, totals[:, 0], phi + totals[:, 0] / shape)
