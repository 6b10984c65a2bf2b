"""How unusual the last 1 to 13 periods are, as one honest p value.

The sums over windows that end now are nested. Given the expected counts, the
probability that *any* of them reaches a value as unusual as the most unusual one
observed is computed exactly, by carrying the distribution of the running sum from
window to window (``nested``). The uncertainty of the rate enters as a mixture over its
posterior distribution.

Where a series was looked at before, only what has come since is news: nothing is
unusual unless the periods since the last look brought more than expected. That rule is
part of the probability, and leaves more of the error rate to what is new.

Notes
-----
Increments are negative binomial with variance ``phi`` times the mean (Poisson at one),
mixed with the rare batches of ``batches``. The last period counts whole; within longer
windows one period counts at most as much as still speaks for a raised rate and not for
a batch. With one window the p value is the plain predictive tail.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from focalpoint.engines.detection import nested
from focalpoint.engines.detection.batches import Batches
from focalpoint.engines.detection.bounds import quantile
from focalpoint.engines.detection.series import Array

LENGTHS = (1, 2, 4, 8, 13)
EDGES = np.array([0.0, 0.08, 0.25, 0.5, 0.75, 0.9, 0.97, 0.994, 0.9992, 1.0])
LARGEST = 128  # longest running sum carried
# A longer window looks for a rate so many times raised, with so many more a period.
RAISED, MORE = 3.0, 1.0
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


def judge(
    y: Array,
    mu: Array,
    shape: Array,
    phi: Array,
    alpha: float,
    *,
    looked: int = 0,
    batches: Batches | None = None,
) -> Verdict:
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
    looked : int
        Periods since the last look; 0 where there was none.
    batches : Batches, optional
        How often single large batches come in series like these.

    Returns
    -------
    Verdict
    """
    task = _prepare(y, mu, shape, phi, looked, batches)
    answer = Verdict(*(np.full(len(y), np.nan) for _ in range(8)))
    longest = (task.weights > 0).cumsum(axis=1).argmax(axis=1)
    every = np.arange(len(y))
    reach = _reach(task.totals[every, longest], phi, shape, task.sums[every, longest])
    single = longest == 0
    carried = ~single & (reach <= LARGEST)
    for rows in _blocks(np.flatnonzero(single), 20_000):
        _judge_single(rows, task, answer)
    for rows in _blocks(np.flatnonzero(carried), 20_000):
        _judge_nested(rows, reach, task, answer)
    for rows in _blocks(np.flatnonzero(~single & ~carried), 20_000):
        _judge_bounded(rows, task, answer)
    _describe(answer, task.totals, shape, phi, alpha)
    answer.p[np.isnan(y[:, -1])] = np.nan
    answer.mid_p[np.isnan(y[:, -1])] = np.nan
    return answer


@dataclass(slots=True)
class _Task:
    """The counts as the windows see them; ``gated`` is a length of `LENGTHS`."""

    counts: Array
    means: Array
    weights: Array
    sums: Array
    totals: Array
    shape: Array
    phi: Array
    gate: Array
    gated: int
    clip: Array
    batches: Batches | None


def _prepare(
    y: Array,
    mu: Array,
    shape: Array,
    phi: Array,
    looked: int,
    batches: Batches | None,
) -> _Task:
    missing = np.isnan(y)
    counts = np.where(missing, 0.0, y)
    means = np.where(missing, 0.0, np.maximum(mu, 1e-9))
    known = np.maximum((~missing).sum(axis=1), 1)
    clip = np.full(len(y), np.inf)
    if batches is not None:
        clip = _clips(means.sum(axis=1) / known, phi, batches)
    clipped = np.minimum(counts, clip[:, None])
    sums = np.stack([clipped[:, -w:].sum(axis=1) for w in LENGTHS], axis=1)
    sums[:, 0] = counts[:, -1]
    totals = np.stack([means[:, -w:].sum(axis=1) for w in LENGTHS], axis=1)
    gated = next((w for w in LENGTHS if w >= looked), LENGTHS[-1])
    place = LENGTHS.index(gated)
    gate = np.floor(totals[:, place]) + 1 if looked else np.zeros(len(y))
    weights = shares(means.sum(axis=1) / known)
    return _Task(
        counts, means, weights, sums, totals, shape, phi, gate, gated, clip, batches
    )


def _clips(mean: Array, phi: Array, batches: Batches) -> Array:
    """The count of one period that speaks loudest for a raised rate: beyond, a batch.

    The likelihood ratio of a raised rate grows with the count until batches explain it
    better; from there on more is no more evidence of a rise that lasts.
    """
    reach = np.arange(1.0, LARGEST)
    answer = np.full(len(mean), np.inf)
    for rows in _blocks(np.flatnonzero(batches.rate > 0), 5_000):
        rare = batches.tail(rows, mean[rows], LARGEST)[:, 1:]
        plain = _sf(reach[None, :], mean[rows, None], phi[rows, None])
        larger = RAISED * mean[rows, None] + MORE
        raised = _sf(reach[None, :], larger, phi[rows, None])
        first = ((raised + rare) / (plain + rare)).argmax(axis=1) + 1
        answer[rows] = np.maximum(first, np.floor(mean[rows]) + 1)
    return answer


def _blocks(rows: Array, size: int) -> list[Array]:
    return [rows[i : i + size] for i in range(0, len(rows), max(size, 1))]


def _reach(mean: Array, phi: Array, shape: Array, seen: Array) -> Array:
    """A count that the longest sum hardly passes by chance at the level of interest."""
    deviation = np.sqrt(mean * phi + mean**2 / shape)
    return np.asarray(np.maximum(seen + 4 + 8 * phi, mean + 5 * deviation + 5))


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


def _single_tails(rows: Array, j: int, task: _Task) -> tuple[Array, Array]:
    """P(sum >= seen) and P(sum > seen) of one window, batches included."""
    phi, shape = task.phi[rows], task.shape[rows]
    seen = task.counts[rows, -LENGTHS[j] :].sum(axis=1)
    mean = task.totals[rows, j]
    at_least, above = tails(seen, mean, shape, phi)
    if task.batches is not None:
        rare = LENGTHS[j] * task.batches.chance(rows, seen - mean)
        at_least = np.minimum(at_least + rare, 1.0)
        above = np.minimum(above + rare, 1.0)
    return at_least, above


def _judge_single(rows: Array, task: _Task, answer: Verdict) -> None:
    at_least, above = _single_tails(rows, 0, task)
    answer.p[rows] = at_least
    answer.mid_p[rows] = (at_least + above) / 2
    _note(rows, np.zeros(len(rows), dtype=int), task, answer)


def _judge_bounded(rows: Array, task: _Task, answer: Verdict) -> None:
    """Weighted Bonferroni: safe where the running sum is too long to carry."""
    smallest = np.full(len(rows), np.inf)
    middle = np.full(len(rows), np.inf)
    best = np.zeros(len(rows), dtype=int)
    for j in range(len(LENGTHS)):
        share = task.weights[rows, j]
        at_least, above = _single_tails(rows, j, task)
        with np.errstate(divide="ignore", invalid="ignore"):
            scaled = np.where(share > 0, at_least / share, np.inf)
            halved = np.where(share > 0, (at_least + above) / 2 / share, np.inf)
        best = np.where(scaled < smallest, j, best)
        smallest = np.minimum(smallest, scaled)
        middle = np.minimum(middle, halved)
    place = LENGTHS.index(task.gated)
    stale = task.sums[rows, place] < task.gate[rows]
    _note(rows, best, task, answer)
    answer.p[rows] = np.where(stale, 1.0, np.minimum(smallest, 1.0))
    answer.mid_p[rows] = np.where(stale, 0.75, np.minimum(middle, 1.0))


def _note(rows: Array, best: Array, task: _Task, answer: Verdict) -> None:
    answer.length[rows] = np.array(LENGTHS)[best]
    whole = np.cumsum(task.counts[rows, ::-1], axis=1)
    answer.observed[rows] = whole[np.arange(len(rows)), np.array(LENGTHS)[best] - 1]
    answer.expected[rows] = task.totals[rows, best]


def _judge_nested(rows: Array, reach: Array, task: _Task, answer: Verdict) -> None:
    nodes, mixing = rate_nodes(task.shape[rows])
    limits = np.ceil(reach[rows]).astype(np.int64)
    most = int(limits.max()) + 2
    table = np.zeros((len(rows), most))
    if task.batches is not None:
        mean = task.means[rows].sum(axis=1) / np.maximum(
            (task.means[rows] > 0).sum(axis=1), 1
        )
        table = task.batches.tail(rows, mean, most)
    found = nested.joint(
        task.sums[rows].astype(np.int64),
        task.means[rows],
        np.array(LENGTHS),
        task.weights[rows],
        nodes,
        mixing,
        task.phi[rows],
        table,
        np.minimum(task.clip[rows], limits).astype(np.int64),
        limits,
        task.gate[rows].astype(np.int64),
        task.gated,
    )
    p, strict = np.minimum(found[:, 0], 1.0), np.minimum(found[:, 1], 1.0)
    _note(rows, found[:, 3].astype(int), task, answer)
    answer.p[rows] = p
    answer.mid_p[rows] = (p + strict) / 2


def _describe(
    answer: Verdict, totals: Array, shape: Array, phi: Array, alpha: float
) -> None:
    """Prediction interval of the loudest window and the bound of the last period."""
    mean = answer.expected
    spread = phi + mean / shape
    answer.low = np.maximum(quantile(0.025, mean, spread), 0.0)
    answer.high = quantile(0.975, mean, spread)
    answer.upper = quantile(1 - alpha, totals[:, 0], phi + totals[:, 0] / shape)
