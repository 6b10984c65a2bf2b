"""The default detector, end to end: expected, tested, corrected for many tests, merged.

Every series and every branch above it is tested; what is told in one run is limited to
the wanted share of false signals; alarms of parents, children and relatives that say
the same become one event, named by its most specific branch.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from focalpoint import __version__
from focalpoint.engines.detection import batches, drift, pooled, tree, windows
from focalpoint.engines.detection.bounds import quantile
from focalpoint.engines.detection.multiplicity import q_values, within_budget
from focalpoint.engines.detection.pooled import LONGEST, Expected, Params
from focalpoint.engines.detection.series import Array, Panel

DRIFT_SHARE = 0.2  # share of the level of one test that the slow rise may use
SETTLED = 0.98  # from this share on a period counts as wholly reported
COMPLETE = 0.9  # a period with a smaller share of its reports still brings news


@dataclass(slots=True)
class Event:
    """One thing to tell: the most specific branch, its numbers, their origin.

    ``series`` is a series or a branch (``level=label`` pairs); ``merged`` the other
    names that alarmed for the same reason; ``parts`` the series that contribute, with
    observed and expected. ``kind`` is ``rise`` or ``drift``.
    """

    series: str
    kind: str
    at: int
    period: int
    length: int
    observed: float
    expected: float
    low: float
    high: float
    p: float
    q: float
    since: int
    tested: int
    frequency: int
    source: str
    baseline_events: float
    baseline_periods: float
    lowered: float
    epoch: float | None
    parts: list[tuple[str, float, float]]
    merged: list[str]
    shown: bool = True
    provisional: bool = False
    version: str = __version__
    parameters: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Run:
    """One run over a panel: an answer for each series, and the events.

    Arrays are (S,), in the order of the panel; ``upper`` is the count of the last
    period above which it alone would alarm; ``provisional`` is true where the window
    that speaks reaches into periods whose reports are not all in.
    """

    at: int
    verdict: windows.Verdict
    expected: Expected
    q: Array
    drift_p: Array
    alarm: Array
    tested: int
    events: list[Event]
    provisional: Array


@dataclass(slots=True)
class _Units:
    """Series followed by branches: what is tested."""

    panel: Panel
    members: sparse.csr_matrix
    names: list[str]


def detect(
    panel: Panel,
    at: int,
    params: Params,
    grown: tree.Tree | None = None,
    completeness: Array | None = None,
    looked: int = 0,
) -> Run:
    """More than the family, the season and the trend explain, even for rare events.

    Parameters
    ----------
    panel : Panel
        S series over T periods.
    at : int
        Position tested, 0-based.
    params : Params
        See ``pooled``.
    grown : Tree, optional
        The branches, when the same panel is tested at several positions.
    completeness : (13,) array, optional
        Share of the events of the last periods that are reported by now.
    looked : int
        Periods since the last look at these series; 0 where there was none. After a
        look only what has come since can alarm.

    Returns
    -------
    Run

    Notes
    -----
    A rise that lasts longer than the baseline becomes the expectation. Series without
    relatives and without events have almost nothing to be judged by: ``note`` says so.
    """
    if not params.family:
        grown = tree.Tree(
            [], sparse.csr_matrix((0, len(panel.names))), np.zeros(0, int)
        )
    grown = grown or tree.grow(panel)
    own = pooled.expect(panel, grown, at, params)
    units = _units(panel, grown)
    expected = _with_branches(own, units, at, params)
    recent = units.panel.values[:, max(0, at - LONGEST + 1) : at + 1]
    recent = np.pad(
        recent, ((0, 0), (LONGEST - recent.shape[1], 0)), constant_values=np.nan
    )
    if completeness is not None:
        expected.mu = expected.mu * completeness
        own = replace(own, mu=own.mu * completeness)
        looked += int((completeness < COMPLETE).sum()) if looked else 0
    verdict = windows.judge(
        recent,
        expected.mu,
        expected.shape,
        expected.phi,
        params.alpha,
        looked=looked,
        batches=_batches(units.panel, expected, at)
        if params.batches and params.family
        else None,
    )
    slow = _drift(units.panel, expected, at, params)
    both = q_values(np.concatenate([verdict.p, slow.p]))
    size = len(units.names)
    q, slow_q = both[:size], both[size:]
    rise = (verdict.p <= params.alpha) & (q <= params.fdr)
    rise &= verdict.observed >= params.min_cases
    creep = (slow.p <= params.alpha * DRIFT_SHARE) & (slow_q <= params.fdr)
    found = _Found(units, expected, verdict, slow, q, slow_q, rise, creep)
    open_ = _open_periods(completeness, params)
    events = _events(found, at, params, open_)
    return Run(
        at=at,
        verdict=_cut(verdict, len(panel.names)),
        expected=own,
        q=q[: len(panel.names)],
        drift_p=slow.p[: len(panel.names)],
        alarm=(rise | creep)[: len(panel.names)],
        tested=2 * size,
        events=events,
        provisional=np.full(len(panel.names), open_ > 0),
    )


def _open_periods(completeness: Array | None, params: Params) -> int:
    """How many of the last periods still wait for reports."""
    learnt = 0 if completeness is None else int((completeness < SETTLED).sum())
    return max(learnt, params.late)


def _batches(panel: Panel, expected: Expected, at: int) -> batches.Batches | None:
    """How often single large batches came before the periods tested."""
    length = expected.past.shape[1]
    past = slice(0, max(length - LONGEST, 0))
    return batches.law(
        panel.values[:, at + 1 - length : at + 1][:, past],
        expected.past[:, past],
        expected.phi,
    )


def _cut(verdict: windows.Verdict, size: int) -> windows.Verdict:
    names = ("p", "mid_p", "length", "observed", "expected", "low", "high", "upper")
    return windows.Verdict(*(getattr(verdict, n)[:size] for n in names))


def _units(panel: Panel, grown: tree.Tree) -> _Units:
    size = len(panel.names)
    if not grown.names:
        return _Units(panel, sparse.identity(size, format="csr"), list(panel.names))
    names = [*panel.names, *grown.names]
    values = np.concatenate([panel.values, grown.totals(panel.values)])
    whole = Panel(names=names, periods=panel.periods, values=values, epoch=panel.epoch)
    members = sparse.vstack([sparse.identity(size), grown.members]).tocsr()
    return _Units(whole, members, names)


def _with_branches(own: Expected, units: _Units, at: int, params: Params) -> Expected:
    """Expectations of the series, then of the branches, each branch by itself."""
    size = len(own.phi)
    if len(units.names) == size:
        return replace(own)
    branches = units.panel.rows(np.arange(size, len(units.names)))
    alone = replace(params, family=False)
    nothing = tree.Tree(
        [], sparse.csr_matrix((0, len(branches.names))), np.zeros(0, int)
    )
    upper = pooled.expect(branches, nothing, at, alone)

    def join(name: str) -> Array:
        return np.concatenate([getattr(own, name), getattr(upper, name)])

    return Expected(
        mu=join("mu"),
        past=join("past"),
        shape=join("shape"),
        phi=join("phi"),
        source=own.source + upper.source,
        rows=join("rows"),
        lowered=join("lowered"),
        events=join("events"),
        note=own.note + upper.note,
    )


def _drift(panel: Panel, expected: Expected, at: int, params: Params) -> drift.Drift:
    length = min(drift.LOOKBACK_YEARS * panel.frequency, expected.past.shape[1])
    y = panel.values[:, at + 1 - length : at + 1]
    mu = expected.past[:, -length:]
    return drift.drift(
        y,
        mu,
        np.sqrt(1 / np.maximum(expected.shape, 1e-9)),
        expected.phi,
        ratio=params.drift_ratio,
        alpha=params.alpha * DRIFT_SHARE,
    )


@dataclass(slots=True)
class _Found:
    units: _Units
    expected: Expected
    verdict: windows.Verdict
    slow: drift.Drift
    q: Array
    slow_q: Array
    rise: Array
    creep: Array


def _events(found: _Found, at: int, params: Params, open_periods: int) -> list[Event]:
    """Merge the alarms into events, strongest first."""
    rows = np.flatnonzero(found.rise | found.creep)
    spans = {int(r): _span(found, int(r), at) for r in rows}
    sums = {r: _sums(found, r, span, at) for r, span in spans.items()}
    strength = {r: _strength(found, r, spans[r], at) for r in sums}
    open_ = sorted(sums, key=lambda r: (-strength[r], len(_leaves(found, r)), r))
    events = []
    while open_:
        best = open_.pop(0)
        merged = [r for r in open_ if _explained(found, best, r, spans, at, params)]
        open_ = [r for r in open_ if r not in merged]
        events.append(_event(found, best, merged, spans[best], at, params))
    kept = within_budget(np.array([e.p for e in events]), params.budget)
    for event, shown in zip(events, kept, strict=True):
        event.shown, event.provisional = bool(shown), open_periods > 0
    return events


def _span(found: _Found, row: int, at: int) -> int:
    """Periods of the window that speaks for this alarm."""
    if found.rise[row]:
        return int(found.verdict.length[row])
    length = min(
        drift.LOOKBACK_YEARS * found.units.panel.frequency,
        found.expected.past.shape[1],
    )
    return int(max(1, length - found.slow.since[row]))


def _leaves(found: _Found, row: int) -> Array:
    members = found.units.members
    return np.asarray(members.indices[members.indptr[row] : members.indptr[row + 1]])


def _window(found: _Found, rows: Array, length: int, at: int) -> tuple[Array, Array]:
    y = np.nan_to_num(found.units.panel.values[rows, at + 1 - length : at + 1])
    return y.sum(axis=1), found.expected.past[rows, -length:].sum(axis=1)


def _sums(found: _Found, row: int, length: int, at: int) -> tuple[float, float]:
    y, mu = _window(found, np.array([row]), length, at)
    return float(y[0]), float(mu[0])


def _strength(found: _Found, row: int, span: int, at: int) -> float:
    """Largest gain over the windows, so that branches of any density compare."""
    most = min(found.expected.past.shape[1], at + 1)
    lengths = {min(w, most) for w in (*windows.LENGTHS, span)}
    gains = [_excess(*_sums(found, row, w, at)) for w in lengths]
    return max(gains) / float(found.expected.phi[row])


def _excess(observed: float, expected: float) -> float:
    """Log likelihood gained by a rate of its own."""
    expected = max(expected, 1e-9)
    if observed <= expected:
        return 0.0
    return float(observed * np.log(observed / expected) - (observed - expected))


def _explained(
    found: _Found, best: int, other: int, spans: dict[int, int], at: int, params: Params
) -> bool:
    """Whether nothing unusual is left of ``other`` once ``best`` is taken out."""
    mine, theirs = _leaves(found, best), _leaves(found, other)
    both = np.intersect1d(mine, theirs)
    if not len(both):
        return False
    if len(both) == len(theirs):
        return True
    length = spans[other]
    rest = np.setdiff1d(theirs, mine)
    y, mu = _window(found, rest, length, at)
    _, whole_mu = _sums(found, other, length, at)
    y_rest, mu_rest = float(y.sum()), float(mu.sum())
    _, inner_mu = _window(found, theirs, length, at)
    mu_rest *= whole_mu / max(float(inner_mu.sum()), 1e-9)
    phi = found.expected.phi[[other]]
    shape = found.expected.shape[[other]]
    at_least, _ = windows.tails(np.array([y_rest]), np.array([mu_rest]), shape, phi)
    return bool(at_least[0] > params.alpha)


def _event(
    found: _Found, row: int, merged: list[int], length: int, at: int, params: Params
) -> Event:
    panel, expected = found.units.panel, found.expected
    observed, mean = _sums(found, row, length, at)
    rise = bool(found.rise[row])
    if rise:
        observed, mean = (
            float(found.verdict.observed[row]),
            float(found.verdict.expected[row]),
        )
    spread = np.array([expected.phi[row] + mean / expected.shape[row]])
    low, high = (
        float(quantile(x, np.array([mean]), spread)[0]) for x in (0.025, 0.975)
    )
    look = min(panel.frequency, expected.past.shape[1])
    start = drift.changepoint(
        panel.values[[row], at + 1 - look : at + 1], expected.past[[row], -look:]
    )
    leaves = _leaves(found, row)
    y, mu = _window(found, leaves, length, at)
    order = np.argsort(-(y - mu), kind="stable")[:5]
    parts = [
        (panel.names[leaves[i]], float(y[i]), float(mu[i])) for i in order if y[i] > 0
    ]
    since = int(panel.periods[at + 1 - look + int(start[0])])
    return Event(
        series=found.units.names[row],
        kind="rise" if rise else "drift",
        at=at,
        period=int(panel.periods[at]),
        length=length,
        observed=observed,
        expected=mean,
        low=low,
        high=high,
        p=float(found.verdict.p[row] if rise else found.slow.p[row]),
        q=float(found.q[row] if rise else found.slow_q[row]),
        since=since,
        tested=2 * len(found.units.names),
        frequency=panel.frequency,
        source=expected.source[row],
        baseline_events=float(expected.events[row]),
        baseline_periods=float(expected.rows[row]),
        lowered=float(expected.lowered[row]),
        epoch=None if panel.epoch is None else float(panel.epoch[at]),
        parts=parts,
        merged=[found.units.names[r] for r in merged],
        parameters={
            "alpha": params.alpha,
            "fdr": params.fdr,
            "years": params.years,
            "skipped": params.skipped,
            "min_cases": params.min_cases,
        },
    )
