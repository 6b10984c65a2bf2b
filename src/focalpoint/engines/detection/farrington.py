"""A count is higher than the same time in earlier years and the trend explain.

Flexible Farrington in two modes. ``compat`` gives the decisions of the R package
surveillance 1.20.3 (``farringtonFlexible``) digit for digit, including its treatment of
the dispersion after reweighting. The corrected mode uses the Pearson dispersion with
the weights that were fitted, leaves known outbreaks out, and reports its fallbacks by
name.

References
----------
.. [1] Farrington et al., J. R. Stat. Soc. A 159 (1996) 547.
.. [2] Noufaily et al., Stat. Med. 32 (2013) 1206.
.. [3] Salmon, Schumacher, Hoehle, J. Stat. Softw. 70 (2016) 10.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from focalpoint.engines.detection import bounds, glm
from focalpoint.engines.detection.baseline import Baseline, NoBaselineError, baseline
from focalpoint.engines.detection.series import Alarms, Array, Panel
from focalpoint.values.errors import BadInput

CHUNK = 128


@dataclass(frozen=True, slots=True)
class Params:
    """Settings of the flexible Farrington method.

    ``years`` back; ``half_width`` of the window in periods; ``parts`` of the year;
    ``threshold`` delta, nbPlugin or muan; ``alpha`` one-sided level; at least
    ``limit_cases`` counted in ``limit_period`` periods; reweighting above
    ``weights_threshold``; trend kept below ``p_trend``; ``skipped`` recent periods.
    """

    years: int = 5
    half_width: int = 3
    parts: int = 10
    threshold: str = "nbPlugin"
    alpha: float = 0.01
    limit_cases: float = 0
    limit_period: int = 4
    weights_threshold: float = 2.58
    reweight: bool = True
    trend: bool = True
    p_trend: float = 1.0
    skipped: int = 26
    population_offset: bool = False
    power: str = "2/3"
    frequency: int | None = None
    calendar: bool = True
    compat: bool = False

    def __post_init__(self) -> None:
        _need(self.threshold in {"delta", "nbPlugin", "muan"}, "thresholdMethod")
        _need(self.power in bounds.EXPONENTS, "powertrans")
        _need(0 < self.alpha < 1, "alpha")
        _need(self.years >= 1, "b")
        _need(self.half_width >= 0, "w")
        _need(self.parts >= 1, "noPeriods")
        _need(self.skipped >= 0, "pastWeeksNotIncluded")
        _need(self.limit_cases >= 0, "limit_cases")
        _need(self.limit_period >= 1, "limit_period")


def _need(fine: bool, name: str) -> None:  # noqa: FBT001
    if not fine:
        raise BadInput(
            "the setting %(name)s is out of range; see the reference of the detectors",
            name=name,
        )


def detect(panel: Panel, at: int, params: Params) -> Alarms:
    """A count is higher than the same time in earlier years and the trend explain.

    Parameters
    ----------
    panel : Panel
        S series over T periods.
    at : int
        Position tested, 0-based.
    params : Params
        See there; lengths in periods.

    Returns
    -------
    Alarms
        NaN bounds where the fit did not converge or the history is too short; ``note``
        says which.

    Notes
    -----
    Blind to outbreaks slower than the years of its baseline; on series below one item a
    period the bound is coarse and the false alarms exceed the nominal level (use
    ``default``).
    """
    parts = [
        _detect_chunk(
            panel.rows(np.arange(i, min(i + CHUNK, len(panel.names)))), at, params
        )
        for i in range(0, len(panel.names), CHUNK)
    ]
    return _join(parts)


def _detect_chunk(panel: Panel, at: int, params: Params) -> Alarms:
    frequency = params.frequency or panel.frequency
    epoch = panel.epoch if params.calendar else None
    answer = _empty(panel, at)
    chosen, years = None, params.years
    while chosen is None and years >= 1:
        try:
            chosen = baseline(
                at,
                len(panel.periods),
                epoch,
                years=years,
                half_width=params.half_width,
                parts=params.parts,
                skipped=params.skipped,
                frequency=frequency,
            )
        except NoBaselineError as reason:
            if params.compat or years == 1:
                answer.note[:] = [f"short history: {reason}"] * len(answer.note)
                return answer
            years -= 1
    if chosen is None:
        return answer
    if years < params.years:
        params = replace(params, years=years)
        answer.note[:] = [f"short history: {years} years"] * len(answer.note)
    _evaluate(panel, at, chosen, params, answer)
    return answer


def _empty(panel: Panel, at: int) -> Alarms:
    size = len(panel.names)
    nothing = np.full(size, np.nan)
    return Alarms(
        at=at,
        observed=panel.values[:, at].copy(),
        upper=nothing.copy(),
        alarm=nothing.copy(),
        expected=nothing.copy(),
        score=nothing.copy(),
        note=[""] * size,
        p=nothing.copy(),
    )


def _evaluate(
    panel: Panel, at: int, chosen: Baseline, params: Params, answer: Alarms
) -> None:
    """Fill ``answer``: series that lack the same rows are fitted together."""
    values = panel.values[:, chosen.rows]
    absent = np.isnan(values)
    if params.population_offset:
        if panel.population is None:
            raise BadInput("populationOffset is set, but the series have no population")
        pop = panel.population[:, chosen.rows]
        present = panel.population[:, at]
        if not ((pop > 0).all() and (present > 0).all()):
            raise BadInput(
                "populationOffset needs a population above zero in every period; "
                "correct the column population"
            )
        offset, offset_now = np.log(pop), np.log(present)
    else:
        offset, offset_now = np.zeros_like(values), np.zeros(len(values))
    weights = np.where(absent, 0.0, 1.0)
    if panel.states is not None and not params.compat:
        weights[np.nan_to_num(panel.states[:, chosen.rows]) > 0] = 0.0
    order = np.argsort(chosen.labels, kind="stable")
    labels = chosen.labels[order]
    names, starts, inverse = np.unique(labels, return_index=True, return_inverse=True)
    if params.parts not in names:
        answer.note[:] = ["short history: no period near the same time of year"] * len(
            answer.note
        )
        return
    middle = float(chosen.time.mean())
    design = glm.Design(
        time=chosen.time[order] - middle,
        starts=starts.astype(np.int64),
        labels=inverse.astype(np.int64),
        now=int(np.flatnonzero(names == params.parts)[0]),
        now_time=_now(chosen, weights, params) - middle,
    )
    y = np.where(absent, 0.0, values)[:, order]
    task = _Task(y, weights[:, order], offset[:, order], offset_now, design, params)
    _answer(panel, at, task, answer)


def _now(chosen: Baseline, weights: Array, params: Params) -> Array:
    """Time of the period tested, for each series.

    The compatible mode counts from the first row *with a value* while the rows count
    from the first row: a quirk that matters where the first value is missing.
    """
    size = len(weights)
    if not (params.calendar and chosen.unit):
        return np.full(size, chosen.now)
    dated = chosen.time[0] == 0.0
    if not dated:
        return np.full(size, chosen.now)
    first = np.argmax(weights > 0, axis=1) if params.compat else np.zeros(size, int)
    return np.asarray((chosen.now - chosen.anchors[first]) / chosen.unit)


@dataclass(slots=True)
class _Task:
    y: Array
    weights: Array
    offset: Array
    offset_now: Array
    design: glm.Design
    params: Params

    def rows(self, chosen: Array) -> "_Task":
        design = replace(self.design, now_time=self.design.now_time[chosen])
        return _Task(
            self.y[chosen],
            self.weights[chosen],
            self.offset[chosen],
            self.offset_now[chosen],
            design,
            self.params,
        )


@dataclass(slots=True)
class _Model:
    """What is needed of the fits of a chunk, all (S,)."""

    eta: Array
    error: Array
    phi: Array
    slope: Array
    p_slope: Array
    lost: Array  # no fit converged


def _answer(panel: Panel, at: int, task: _Task, answer: Alarms) -> None:
    params = task.params
    model = _models(task)
    y = panel.values[:, at]
    with np.errstate(all="ignore"):
        mu = np.exp(model.eta)
        if params.threshold == "delta":
            upper = bounds.transformed(
                mu, mu * model.error, model.phi, params.alpha, params.power
            )
            score = (y - mu) / (upper - mu)
        else:
            z = stats.norm.ppf(1 - params.alpha) if params.threshold == "muan" else 0.0
            level = np.exp(model.eta + z * model.error)
            upper = bounds.quantile(1 - params.alpha, level, model.phi)
            # The compatible score mixes scales, as the reference implementation does.
            centre = model.eta if params.compat else mu
            score = (y - centre) / (upper - centre)
        recent = panel.values[:, max(0, at - params.limit_period + 1) : at + 1]
        counted = recent.sum(axis=1) if params.compat else np.nansum(recent, axis=1)
        enough = counted >= params.limit_cases
        judged = enough & np.isfinite(upper) & ~np.isnan(y)
        alarm = judged & (score > 1 if params.compat else y > upper) & (y != 0)
        answer.upper[:] = np.where(enough, upper, np.nan)
        answer.expected[:] = np.where(enough & ~np.isnan(upper), mu, np.nan)
        answer.score[:] = score
        known = ~model.lost & ~np.isnan(model.eta)
        answer.alarm[:] = np.where(known, alarm.astype(float), np.nan)
        if answer.p is not None:
            answer.p[:] = bounds.upper_tail(y, mu, model.phi)
    for i in np.flatnonzero(~known):
        answer.note[i] = answer.note[i] or "the fit did not converge"
    unidentified = known & (mu < 1e-6)
    for i in np.flatnonzero(unidentified):
        answer.note[i] = answer.note[i] or "baseline all zero: not identified"


def _models(task: _Task) -> _Model:
    """Fit with trend, keep it where it is wanted and safe, else fit without."""
    params = task.params
    size = len(task.y)
    blank = [np.full(size, np.nan) for _ in range(5)]
    result = _Model(
        blank[0], blank[1], blank[2], blank[3], blank[4], np.ones(size, bool)
    )
    plain = np.ones(size, dtype=bool)
    if params.trend:
        sloped, unsettled = _fit(task, trend=True)
        with np.errstate(all="ignore"):
            mu = np.exp(sloped.eta)
        largest = np.where(task.weights > 0, task.y, -np.inf).max(axis=1)
        kept = (
            ~unsettled
            & (params.years >= 3)
            & (sloped.p_slope < params.p_trend)
            & (mu <= largest)
        )
        _put(result, sloped, kept, np.flatnonzero(kept))
        plain = ~kept
    if plain.any():
        rows = np.flatnonzero(plain)
        flat, unsettled = _fit(task.rows(rows), trend=False)
        _put(result, flat, ~unsettled, rows[~unsettled])
    return result


def _put(target: _Model, source: _Model, chosen: Array, rows: Array) -> None:
    for name in ("eta", "error", "phi", "slope", "p_slope"):
        getattr(target, name)[rows] = getattr(source, name)[chosen]
    target.lost[rows] = False


def _fit(task: _Task, *, trend: bool) -> tuple[_Model, Array]:
    """One model with its reweighting; the second value says where it did not settle."""
    params, design = task.params, task.design
    model = glm.fit(task.y, task.weights, task.offset, design, trend=trend)
    unsettled = ~model.converged
    phi = np.fmax(glm.dispersion(task.y, model), 1.0)
    scale = glm.dispersion(task.y, model)
    if params.reweight:
        weights = _reweigh(task, model, phi)
        model = glm.fit(task.y, weights, task.offset, design, trend=trend)
        pearson = glm.dispersion(task.y, model)
        phi = np.fmax(pearson, 1.0)
        scale = glm.dispersion(task.y, model, weights) if params.compat else pearson
    if not params.compat:
        scale = np.fmax(scale, 1.0)
    eta, error = glm.predict(model, design, task.offset_now, scale)
    with np.errstate(all="ignore"):
        t = model.slope / np.sqrt(scale / model.spread)
        p_slope = 2 * stats.t.sf(np.abs(t), np.maximum(model.freedom, 1))
    return _Model(eta, error, phi, model.slope, p_slope, unsettled), unsettled


def _reweigh(task: _Task, model: glm.Fit, phi: Array) -> Array:
    """Weights that lower past counts whose Anscombe residual is above the threshold."""
    with np.errstate(all="ignore"):
        scale = np.sqrt(phi[:, None] * (1 - glm.leverages(model, task.design)))
        used = task.weights > 0
        limit = task.params.weights_threshold
        # The Pearson residual is never below the Anscombe residual: a cheap sieve.
        pearson = (task.y - model.mu) / np.sqrt(model.mu)
        suspect = used & ~(pearson <= limit * scale)
        row, column = np.nonzero(suspect)
        y, mu = task.y[row, column], model.mu[row, column]
        root = 1.5 * (y ** (2 / 3) * mu ** (-1 / 6) - np.sqrt(mu))
        residual = root / scale[row, column]
        factor = np.where(residual > limit, residual**-2.0, 1.0)
        lowered = used.astype(float)
        lowered[row, column] = factor
        gamma = used.sum(axis=1) / lowered.sum(axis=1)
        return np.asarray(gamma[:, None] * lowered)


def _join(parts: list[Alarms]) -> Alarms:
    def whole(name: str) -> Array:
        return np.concatenate([getattr(p, name) for p in parts])

    return Alarms(
        at=parts[0].at,
        observed=whole("observed"),
        upper=whole("upper"),
        alarm=whole("alarm"),
        expected=whole("expected"),
        score=whole("score"),
        note=[n for p in parts for n in p.note],
        p=whole("p"),
    )


NAMES = {
    "b": "years",
    "w": "half_width",
    "noPeriods": "parts",
    "thresholdMethod": "threshold",
    "alpha": "alpha",
    "limit_cases": "limit_cases",
    "limit_period": "limit_period",
    "weightsThreshold": "weights_threshold",
    "reweight": "reweight",
    "trend": "trend",
    "pThresholdTrend": "p_trend",
    "pastWeeksNotIncluded": "skipped",
    "populationOffset": "population_offset",
    "powertrans": "power",
    "freq": "frequency",
    "epochAsDate": "calendar",
}


def from_settings(row: dict[str, object], *, compat: bool) -> Params:
    """Read one row of a settings file; its keys are the names used in R."""
    defaults = {
        "b": 5,
        "w": 3,
        "noPeriods": 1,
        "thresholdMethod": "delta",
        "alpha": 0.05,
    }
    defaults |= {"limit_cases": 5, "limit_period": 4, "pThresholdTrend": 0.05}
    row = {**(defaults if compat else {}), **row}
    if compat and row.get("pastWeeksNotIncluded") in (None, "", "NA"):
        row["pastWeeksNotIncluded"] = row["w"]
    known = {f: row[n] for n, f in NAMES.items() if row.get(n) not in (None, "", "NA")}
    fields = {f: _convert(f, v) for f, v in known.items()}
    return Params(**fields, compat=compat)  # type: ignore[arg-type]


_TEXT = {"threshold", "power"}
_TRUTH = {"reweight", "trend", "population_offset", "calendar"}
_REAL = {"alpha", "limit_cases", "weights_threshold", "p_trend"}


def _convert(field: str, value: object) -> object:
    text = str(value).strip()
    try:
        if field in _TEXT:
            return text
        if field in _TRUTH:
            return {"1": True, "0": False, "true": True, "false": False}[text.lower()]
        if field in _REAL:
            return float(text)
        number = float(text)
    except (ValueError, KeyError):
        number = float("nan")
    if number != int(number) if np.isfinite(number) else True:
        name = next(n for n, f in NAMES.items() if f == field)
        raise BadInput(
            "the setting %(name)s has the value %(value)s, which cannot be used",
            name=name,
            value=text,
        )
    return int(number)
