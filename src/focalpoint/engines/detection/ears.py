"""A count is higher than the recent past explains.

Early Aberration Reporting System: C1 compares with the periods just before, C2 leaves
two periods between, C3 adds up the excess of three periods.

References
----------
.. [1] Hutwagner et al., J. Urban Health 80 (2003), suppl. 1, i89-i96.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from focalpoint.engines.detection.series import Alarms, Array, Panel
from focalpoint.values.errors import BadInput

LAGS = {"C1": 0, "C2": 2, "C3": 2}
HISTORY = {"C1": 0, "C2": 2, "C3": 4}


@dataclass(frozen=True, slots=True)
class Params:
    """``variant`` C1, C2 or C3; ``baseline`` periods averaged; one-sided ``alpha``.

    ``min_sigma`` is the smallest standard deviation used. Outside the compatible mode
    the deviation is also never below that of a Poisson count.
    """

    variant: str = "C1"
    baseline: int = 7
    alpha: float = 0.001
    min_sigma: float = 0.0
    compat: bool = False

    def __post_init__(self) -> None:
        if self.baseline < 3:
            raise BadInput("the setting baseline must be 3 or more")
        if not 0 < self.alpha < 1:
            raise BadInput("the setting alpha must lie between 0 and 1")
        if self.min_sigma < 0:
            raise BadInput("the setting minSigma must not be negative")


def first_position(params: Params) -> int:
    """The first position (0-based) that has enough history."""
    return params.baseline + HISTORY[params.variant]


def run(panel: Panel, first: int, last: int, params: Params) -> list[Alarms]:
    """A count is higher than the recent past explains.

    Parameters
    ----------
    panel : Panel
        S series over T periods.
    first, last : int
        Positions tested, 0-based, both included.
    params : Params
        See there.

    Returns
    -------
    list of Alarms
        One for each position; NaN where a period of the baseline is missing.

    Notes
    -----
    Blind to slow rises (use ``cusum``) and to seasons (use ``farrington``). The
    compatible mode divides by a zero deviation as the reference does: C3 is then NaN,
    and its C3 adds up the excess of the two periods before only.
    """
    return [_at(panel, at, params) for at in range(first, last + 1)]


def _at(panel: Panel, at: int, params: Params) -> Alarms:
    observed = panel.values[:, at].copy()
    size = len(observed)
    if at < first_position(params):
        note = ["short history: fewer periods than the baseline needs"] * size
        blank = np.full(size, np.nan)
        return Alarms(at, observed, blank, blank, blank, blank, note)
    mean, deviation = _moments(panel.values, at, params)
    z = float(special.ndtri(1 - params.alpha))
    with np.errstate(all="ignore"):
        if params.variant == "C3":
            carried = sum(_excess(panel.values, at - lag, params) for lag in (2, 1))
            if params.compat:
                upper = np.maximum(0.0, observed + deviation * (z - carried))
            else:
                # The period's own excess counts too, and it must have one.
                upper = np.maximum(mean, mean + deviation * (z + 1 - carried))
        else:
            upper = mean + z * deviation
        alarm = np.where(np.isnan(upper + observed), np.nan, observed > upper)
        score = (observed - mean) / deviation
    note = [
        "" if ok else "a period of the baseline is missing" for ok in ~np.isnan(upper)
    ]
    return Alarms(at, observed, upper, alarm.astype(float), mean, score, note)


def _moments(values: Array, at: int, params: Params) -> tuple[Array, Array]:
    end = at - LAGS[params.variant]
    window = values[:, end - params.baseline : end]
    mean = window.mean(axis=1)
    deviation = np.maximum(window.std(axis=1, ddof=1), params.min_sigma)
    if not params.compat:
        floor = np.sqrt(np.maximum(mean, 1 / params.baseline))
        deviation = np.maximum(deviation, floor)
    return mean, deviation


def _excess(values: Array, at: int, params: Params) -> Array:
    mean, deviation = _moments(values, at, params)
    return np.asarray(np.maximum(0.0, (values[:, at] - mean) / deviation - 1))


def from_settings(row: dict[str, object], *, compat: bool, variant: str) -> Params:
    """Read one row of a settings file (keys baseline, alpha, minSigma)."""
    try:
        return Params(
            variant=variant,
            baseline=int(float(str(row.get("baseline") or 7))),
            alpha=float(str(row.get("alpha") or 0.001)),
            min_sigma=float(str(row.get("minSigma") or 0)),
            compat=compat,
        )
    except ValueError as problem:
        if isinstance(problem, BadInput):
            raise
        raise BadInput(
            "a setting of EARS is not a number: %(why)s", why=problem
        ) from None
