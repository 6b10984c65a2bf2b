"""More than the family, the season and the trend explain, even where events are rare.

Each series borrows what it cannot know itself: season and trend from the lowest branch
that has enough events, its rate and its dispersion partly from its relatives. See
``windows`` for the test and ``curves`` for season and trend.

References
----------
.. [1] Clayton, Kaldor, Biometrics 43 (1987) 671 (empirical Bayes rates).
.. [2] Noufaily et al., Stat. Med. 32 (2013) 1206.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from focalpoint.engines.detection import curves
from focalpoint.engines.detection.series import Array, Panel
from focalpoint.engines.detection.tree import Tree
from focalpoint.engines.detection.windows import LENGTHS

LONGEST = LENGTHS[-1]
SHAPES = np.array([0.1, 0.2, 0.35, 0.6, 1.0, 1.7, 3.0, 5.0, 10.0, 20.0, 50.0, 200.0])
OWN_PHI_SD, LONE_PHI_SD = 0.3, 0.8
LONE_PHI = 1.4
TAIL_ALLOWANCE = 1.2
BAND, BAND_ROUNDS = 4.0, 4  # means within this factor share a dispersion
BAND_PRIOR = 5.0  # events by which a band is drawn towards all
STEP_GAIN = 7.0  # log likelihood that a change of level must gain
STEP_AGES = (26, 52, 104, 156)  # periods of a week before the end of the baseline


@dataclass(frozen=True, slots=True)
class Params:
    """Settings of the default detector; lengths in periods, ``years`` in years.

    ``enough`` events in the baseline let a branch have a curve of its own. ``alpha`` is
    the level of one test, ``fdr`` the share of false signals allowed among those of one
    run, ``min_cases`` the smallest count that may alarm, ``budget`` the most signals
    shown in one run (0: no limit). ``family`` false judges each series alone, ``batches``
    false leaves out the allowance for single large batches. ``late`` is how many of the
    last periods wait for reports: what is told of them is marked as provisional.
    """

    years: int = 7
    skipped: int = LONGEST
    enough: float = 200.0
    alpha: float = 0.01
    fdr: float = 0.10
    min_cases: float = 2.0
    budget: int = 0
    family: bool = True
    batches: bool = True
    drift_ratio: float = 2.0
    late: int = 0


@dataclass(slots=True)
class Expected:
    """What is expected of the last periods of each series; S series in all arrays.

    ``mu`` (S, 13) expected counts, ``past`` (S, T) fitted counts, ``shape`` of the
    gamma posterior of the rate, ``phi`` dispersion, ``source`` name of the branch that
    lent season and trend (empty: its own), ``rows`` periods of the baseline,
    ``lowered`` periods set back, ``events`` counted in the baseline, ``note`` the
    fallback used.
    """

    mu: Array
    past: Array
    shape: Array
    phi: Array
    source: list[str]
    rows: Array
    lowered: Array
    events: Array
    note: list[str]


def expect(panel: Panel, tree: Tree, at: int, params: Params) -> Expected:
    """Expected counts of the last periods up to ``at`` (0-based), with uncertainty."""
    frequency = panel.frequency
    skipped = _skip(at, params)
    first = max(0, at - skipped - params.years * frequency + 1)
    window = slice(max(0, at - LONGEST + 1), at + 1)
    values = panel.values[:, first : at + 1]
    weights = _weights(panel, first, at, skipped)
    y = np.where(weights > 0, np.nan_to_num(values), 0.0)
    design = curves.regressors(
        panel.periods[first : at + 1].astype(float), frequency, at - first
    )
    tested = slice(window.start - first, at - first + 1)
    exposure = _exposure(panel, first, at)
    task = _Task(y, weights, exposure, design, tested, params, frequency)
    answer = _borrowed(task, tree)
    if skipped < params.skipped or at - skipped - first < 2 * frequency:
        for i in range(len(answer.note)):
            answer.note[i] = answer.note[i] or (
                f"short history: {max(at - skipped - first + 1, 0)} periods"
            )
    pad = LONGEST - answer.mu.shape[1]
    if pad > 0:
        answer.mu = np.pad(answer.mu, ((0, 0), (pad, 0)), constant_values=0.0)
    return answer


def _skip(at: int, params: Params) -> int:
    """Recent periods kept out of the baseline: fewer where the history is short."""
    return max(1, min(params.skipped, at // 3))


def _weights(panel: Panel, first: int, at: int, skipped: int) -> Array:
    weights = np.isfinite(panel.values[:, first : at + 1]).astype(float)
    weights[:, max(at - skipped + 1 - first, 0) :] = 0.0
    if panel.states is not None:
        weights[np.nan_to_num(panel.states[:, first : at + 1]) > 0] = 0.0
    return weights


def _exposure(panel: Panel, first: int, at: int) -> Array | None:
    """Population relative to the period tested, where it is given and changes."""
    if panel.population is None:
        return None
    part = panel.population[:, first : at + 1]
    usable = np.isfinite(part) & (part > 0)
    if not usable.all(axis=1).any():
        return None
    relative = part / part[:, -1:]
    whole = np.asarray(usable.all(axis=1))
    return np.asarray(np.where(whole[:, None], relative, 1.0))


@dataclass(slots=True)
class _Task:
    y: Array
    weights: Array
    exposure: Array | None
    design: Array
    tested: slice
    params: Params
    frequency: int


def _borrowed(task: _Task, tree: Tree) -> Expected:
    size = len(task.y)
    events = task.y.sum(axis=1)
    lender = _lenders(task, tree, events)
    shape, contrast = np.empty_like(task.y), np.empty(size)
    cut, lowered = np.zeros(size), np.zeros(size)
    alone = np.flatnonzero(lender < 0)
    if len(alone):
        fitted = curves.fit(
            task.y[alone], task.weights[alone], task.design, task.tested
        )
        shape[alone], contrast[alone] = fitted.shape, fitted.contrast
        lowered[alone] = fitted.lowered
        cut[alone] = curves.spread_outside(
            fitted.shape, fitted.phi, task.weights[alone]
        )
        task.weights[alone] = fitted.kept
    for branch in np.unique(lender[lender >= 0]):
        rows = np.flatnonzero(lender == branch)
        curve, spread = _branch_curve(task, tree, int(branch))
        shape[rows], contrast[rows] = curve, spread
    if task.exposure is not None:
        own = np.where(lender >= 0, 1.0, 0.0)[:, None]
        shape *= np.where(own > 0, task.exposure, 1.0)
    return _levels(task, tree, task.y, shape, contrast, lender, lowered, cut)


def _lenders(task: _Task, tree: Tree, events: Array) -> Array:
    """The smallest branch with enough events; -1 where the series has them itself."""
    size = len(events)
    lender = np.full(size, -1)
    if not task.params.family or not len(tree.names):
        return lender
    totals = tree.members @ events
    root = int(np.argmax(tree.sizes))
    lender[:] = root
    smallest = np.full(size, tree.sizes[root] + 1)
    indptr, indices = tree.members.indptr, tree.members.indices
    for branch in np.flatnonzero(totals >= task.params.enough):
        rows = indices[indptr[branch] : indptr[branch + 1]]
        better = rows[tree.sizes[branch] < smallest[rows]]
        lender[better] = branch
        smallest[better] = tree.sizes[branch]
    lender[events >= task.params.enough] = -1
    return lender


def _branch_curve(task: _Task, tree: Tree, branch: int) -> tuple[Array, float]:
    members = tree.members[branch].indices
    counts = task.y[members].sum(axis=0)[None, :]
    known = task.weights[members]
    share = known.mean(axis=0)[None, :]
    scaled = np.divide(counts, share, out=np.zeros_like(counts), where=share > 0.2)
    weights = np.where(share > 0.2, 1.0, 0.0)
    fitted = curves.fit(scaled, weights, task.design, task.tested)
    return fitted.shape[0] / len(members), float(fitted.contrast[0])


def _levels(
    task: _Task,
    tree: Tree,
    y: Array,
    shape: Array,
    contrast: Array,
    lender: Array,
    lowered: Array,
    cut: Array,
) -> Expected:
    """Rates and dispersions, shrunk towards those of the relatives.

    ``cut`` (S,) is the share of the variance that leaving out rare counts took away.
    """
    weights = task.weights
    events, exposure = (weights * y).sum(axis=1), (weights * shape).sum(axis=1)
    exposure = np.maximum(exposure, 1e-9)
    pooled = len(y) >= 5 and task.params.family
    rate = (events + 0.5) / (exposure + 0.5)
    borrowed = lender >= 0
    y2, back = curves.set_back(
        y, rate[:, None] * shape, np.full(len(y), 2.0), weights * borrowed[:, None]
    )
    lowered = lowered + back
    y, events = y2, (weights * y2).sum(axis=1)
    fresh = _fresh(task, y, shape)
    events, exposure = (fresh * y).sum(axis=1), (fresh * shape).sum(axis=1)
    exposure = np.maximum(exposure, 1e-9)
    rate = np.where(exposure > 0, events / exposure, 0.0)
    phi = _dispersions(
        y, rate[:, None] * shape, fresh, cut, pooled=pooled, design=task.design
    )
    prior_mean, prior_shape = _prior(task, tree, events, exposure, phi, lender)
    posterior = prior_shape + events / phi
    level = posterior / (prior_shape / prior_mean + exposure / phi)
    variance = 1 / posterior + contrast
    names = [tree.names[b] if b >= 0 else "" for b in lender]
    mu = level[:, None] * shape
    note = ["no event in the baseline" if e == 0 else "" for e in events]
    return Expected(
        mu=mu[:, task.tested],
        past=mu,
        shape=1 / variance,
        phi=phi,
        source=names,
        rows=fresh.sum(axis=1),
        lowered=lowered,
        events=events,
        note=note,
    )


def _fresh(task: _Task, y: Array, shape: Array) -> Array:
    """Weights that forget what lies before a clear change of level.

    For each age the counts before and after are compared with one common rate; where
    two rates gain more than `STEP_GAIN` in log likelihood, the older rows are left out.
    """
    weights = task.weights
    counts, means = weights * y, weights * shape
    total, expected = counts.sum(axis=1), np.maximum(means.sum(axis=1), 1e-9)
    last = int(np.flatnonzero(weights.any(axis=0)).max(initial=0))
    best, cut = np.full(len(y), STEP_GAIN), np.zeros(len(y), dtype=int)
    scale = np.maximum(
        (weights * (y - total[:, None] / expected[:, None] * shape) ** 2).sum(axis=1)
        / np.maximum(total, 1.0),
        1.0,
    )
    for age in STEP_AGES:
        start = last + 1 - max(4, round(age * task.frequency / 52))
        if start < 8:
            continue
        new, new_mean = counts[:, start:].sum(axis=1), means[:, start:].sum(axis=1)
        gain = _gain(new, new_mean, total, expected) + _gain(
            total - new, expected - new_mean, total, expected
        )
        better = gain / scale > best
        best = np.where(better, gain / scale, best)
        cut = np.where(better, start, cut)
    fresh = weights.copy()
    fresh[np.arange(weights.shape[1])[None, :] < cut[:, None]] = 0.0
    return fresh


def _gain(part: Array, mean: Array, total: Array, expected: Array) -> Array:
    base = np.maximum(mean, 1e-9) * total / expected
    return np.asarray(
        special.xlogy(part, part / np.maximum(base, 1e-12)) - (part - base)
    )


def _dispersions(
    y: Array, mu: Array, weights: Array, cut: Array, *, pooled: bool, design: Array
) -> Array:
    """Dispersion of each series, drawn towards that of all on the log scale."""
    squares = (weights * (y - mu) ** 2).sum(axis=1)
    means = np.maximum((weights * mu).sum(axis=1), 1e-9)
    rows = weights.sum(axis=1)
    lost = np.where(means > 100, design.shape[1] + 1.0, 1.0)
    freed = rows / np.maximum(rows - lost, 1.0)
    own = np.maximum(squares / means * freed / (1 - cut), 0.7)
    centre, sd = np.full(len(y), LONE_PHI), LONE_PHI_SD
    if pooled:
        centre, sd = _centres(y, mu, weights), OWN_PHI_SD
    noise = _phi_noise(centre, means, rows)
    trust = sd**2 / (sd**2 + noise)
    logs = trust * np.log(own) + (1 - trust) * np.log(centre)
    noise = np.maximum(noise, _phi_noise(np.exp(logs), means, rows))
    # An uncertain dispersion makes long tails: the allowance is its second-order effect
    # on a tail of about one per cent.
    logs = logs + TAIL_ALLOWANCE * trust * noise
    return np.asarray(np.maximum(np.exp(logs), 1.0))


def _phi_noise(phi: Array, means: Array, rows: Array) -> Array:
    """Variance of the logarithm of an estimated dispersion, from the fourth cumulant."""
    average = means / np.maximum(rows, 1.0)
    cumulant = phi * (6 * phi**2 - 6 * phi + 1) / average + 2 * phi**2
    return np.asarray(cumulant / np.maximum(rows, 1.0) / phi**2)


def _centres(y: Array, mu: Array, weights: Array) -> Array:
    """Dispersion usual at the mean of each series, without rare batches, (S,).

    Sparse series vary less around their mean than dense ones: a common dispersion would
    be too large for the first and too small for the second.
    """
    means = np.maximum((weights * mu).sum(axis=1), 1e-9)
    level = np.log(means / np.maximum(weights.sum(axis=1), 1.0)) / np.log(BAND)
    number = np.round(level)
    found, kept = np.full(len(y), 2.0), weights
    for _ in range(BAND_ROUNDS):
        squares = (kept * (y - mu) ** 2).sum(axis=1)
        all_ = max(float(squares.sum() / means.sum()), 1.0)
        bands = np.unique(number)
        near = [np.abs(number - b) <= 1 for b in bands]
        ratios = [
            (squares[n].sum() + BAND_PRIOR * all_) / (means[n].sum() + BAND_PRIOR)
            for n in near
        ]
        found = np.maximum(np.interp(level, bands, ratios), 1.0)
        kept = curves.inside(y, mu, found, weights)
    return np.asarray(found)


def _prior(
    task: _Task, tree: Tree, events: Array, exposure: Array, phi: Array, lender: Array
) -> tuple[Array, Array]:
    """Mean and shape of the gamma prior of each rate, from its relatives."""
    size = len(events)
    mean, shape = np.ones(size), np.full(size, 0.5)
    # Alone: half an event of knowledge, centred on what was counted.
    mean = (events + 0.5) / np.maximum(exposure, 1e-9)
    if not task.params.family:
        return mean, shape
    for branch in np.unique(lender[lender >= 0]):
        rows = np.flatnonzero(lender == branch)
        if len(rows) < 5:
            continue
        total, space = events[rows].sum(), exposure[rows].sum()
        mean[rows] = (total + 0.5) / space
        shape[rows] = _best_shape(
            events[rows] / phi[rows], exposure[rows] / phi[rows], mean[rows]
        )
    return mean, shape


def _best_shape(events: Array, exposure: Array, mean: Array) -> float:
    """Shape with the largest marginal likelihood of the counts."""
    a = SHAPES[:, None]
    rate = a / mean[None, :]
    terms = (
        special.gammaln(a + events)
        - special.gammaln(a)
        + a * np.log(rate / (rate + exposure))
        - events * np.log(rate + exposure)
    )
    return float(SHAPES[int(np.argmax(terms.sum(axis=1)))])
