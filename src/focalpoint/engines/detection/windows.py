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

import numba
import numpy as np
from scipy import special

from focalpoint.engines.detection.bounds import quantile
from focalpoint.engines.detection.series import Array

LENGTHS = (1, 2, 4, 8, 13)
EDGES = np.array([0.0, 0.08, 0.25, 0.5, 0.75, 0.9, 0.97, 0.994, 0.9992, 1.0])
LARGEST = 128  # longest running sum carried
TINY, RARE = 1e-7, 1e-9
LEAST = 0.02  # a smaller share is not worth its window
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
    for rows in _blocks(np.flatnonzero(~single & (reach <= LARGEST)), 20_000):
        _judge_nested(rows, reach, sums, totals, weights, shape, phi, answer)
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


def _judge_nested(
    rows: Array,
    reach: Array,
    sums: Array,
    totals: Array,
    weights: Array,
    shape: Array,
    phi: Array,
    answer: Verdict,
) -> None:
    nodes, mixing = rate_nodes(shape[rows])
    found = _nested(
        sums[rows].astype(np.int64),
        totals[rows],
        weights[rows],
        nodes,
        mixing,
        phi[rows],
        np.ceil(reach[rows]).astype(np.int64),
    )
    p, strict, bound = found[:, 0], found[:, 1], np.minimum(found[:, 2], 1.0)
    exact = bound > TINY
    _note(rows, found[:, 3].astype(int), sums, totals, answer)
    answer.p[rows] = np.where(exact, np.minimum(p, bound), bound)
    halved = (np.minimum(p, bound) + np.minimum(strict, bound)) / 2
    answer.mid_p[rows] = np.where(exact, halved, bound)
    # Rounding eats such tails in the recursion: take them from the library.
    rare = rows[bound < RARE]
    if len(rare):
        _judge_bounded(rare, sums, totals, weights, shape, phi, answer)


@numba.njit(cache=True)
def _fill(mu: float, phi: float, limit: int, out: Array) -> None:
    """P(Y = 0..limit-1) for mean ``mu`` and variance ``phi mu``, by recursion."""
    extra = phi - 1.0
    out[0] = np.exp(-mu * np.log(phi) / extra) if extra > 1e-6 else np.exp(-mu)
    for count in range(limit - 1):
        out[count + 1] = out[count] * (mu + count * extra) / (phi * (count + 1))


@numba.njit(cache=True)
def _nested(
    seen: Array,
    totals: Array,
    share: Array,
    nodes: Array,
    mixing: Array,
    phi: Array,
    limits: Array,
) -> Array:
    """P(any as unusual), P(any more unusual), smallest scaled tail, its window; (S, 4)."""
    size, lengths = seen.shape
    longest = limits.max() + 1
    answer = np.empty((size, 4))
    chances = np.empty(longest)
    survival = np.empty((lengths, longest + 1))
    critical = np.empty(lengths, dtype=np.int64)
    carried, moved = np.empty(longest), np.empty(longest)
    for s in range(size):
        limit = limits[s]
        smallest, best = np.inf, 0
        for w in range(lengths):
            if share[s, w] == 0:
                continue
            for c in range(limit + 1):
                survival[w, c] = 0.0
            for j in range(len(mixing)):
                _fill(totals[s, w] * nodes[s, j], phi[s], limit, chances)
                for c in range(limit):
                    survival[w, c + 1] += mixing[j] * chances[c]
            survival[w, 0] = 1.0
            below = 0.0
            for c in range(1, limit + 1):
                below += survival[w, c]
                survival[w, c] = max(1.0 - below, 0.0)
            scaled = survival[w, min(seen[s, w], limit)] / share[s, w]
            if scaled < smallest:
                smallest, best = scaled, w
        answer[s, 2], answer[s, 3] = smallest, best
        for side in range(2):
            level = smallest * (1 + 1e-9) if side == 0 else smallest * (1 - 1e-9)
            for w in range(lengths):
                critical[w] = limit
                if share[s, w] == 0:
                    continue
                for c in range(limit + 1):
                    if survival[w, c] <= level * share[s, w]:
                        critical[w] = c
                        break
            safe = 0.0
            for j in range(len(mixing)):
                before, begun, top = 0.0, False, 0
                for w in range(lengths):
                    if share[s, w] == 0:
                        continue
                    mean = (totals[s, w] - before) * nodes[s, j]
                    before = totals[s, w]
                    _fill(mean, phi[s], max(critical[w], 1), chances)
                    if not begun:
                        for c in range(critical[w]):
                            carried[c] = chances[c]
                        begun, top = True, critical[w]
                        continue
                    for c in range(critical[w]):
                        total = 0.0
                        for d in range(min(c + 1, top)):
                            total += carried[d] * chances[c - d]
                        moved[c] = total
                    top = critical[w]
                    for c in range(top):
                        carried[c] = moved[c]
                inside = 0.0
                for c in range(top):
                    inside += carried[c]
                safe += mixing[j] * inside
            answer[s, side] = 1.0 - safe
    return answer


def _describe(
    answer: Verdict, totals: Array, shape: Array, phi: Array, alpha: float
) -> None:
    """Prediction interval of the loudest window and the bound of the last period."""
    mean = answer.expected
    spread = phi + mean / shape
    answer.low = np.maximum(quantile(0.025, mean, spread), 0.0)
    answer.high = quantile(0.975, mean, spread)
    answer.upper = quantile(1 - alpha, totals[:, 0], phi + totals[:, 0] / shape)
