"""Small rises that last, added up until they matter.

One-sided cumulative sum of standardised counts. The compatible mode equals ``cusum`` of
the R package surveillance 1.20.3, which never resets; the corrected mode starts again
after each alarm, so that one rise is told once and an empty period never alarms.

References
----------
.. [1] Rossi, Lampugnani, Marchi, Stat. Med. 18 (1999) 2111.
.. [2] Page, Biometrika 41 (1954) 100.
"""

from dataclasses import dataclass

import numpy as np

from focalpoint.engines.detection.series import Alarms, Array, Panel
from focalpoint.values.errors import BadInput

TRANSFORMS = ("rossi", "standard", "anscombe", "none")


@dataclass(frozen=True, slots=True)
class Params:
    """Reference value ``k``, threshold ``h``, ``transform`` and, if known, ``mean``."""

    k: float = 1.04
    h: float = 2.26
    transform: str = "rossi"
    mean: float | None = None
    compat: bool = False

    def __post_init__(self) -> None:
        if self.transform not in TRANSFORMS:
            raise BadInput(
                "the setting trans must be one of %(known)s",
                known=", ".join(TRANSFORMS),
            )
        if self.h <= 0:
            raise BadInput("the setting h must be above 0")
        if self.mean is not None and self.mean <= 0:
            raise BadInput("the setting m must be above 0")


def run(panel: Panel, first: int, last: int, params: Params) -> list[Alarms]:
    """Small rises that last, added up until they matter.

    Parameters
    ----------
    panel : Panel
        S series over T periods.
    first, last : int
        Positions tested, 0-based; the mean comes from the periods before ``first``.
    params : Params
        See there; in units of one standard deviation.

    Returns
    -------
    list of Alarms
        ``score`` is the cumulative sum; a missing count leaves it as it was.

    Notes
    -----
    Knows neither season nor trend: give it series that have none (or use ``default``).
    """
    if params.mean is not None:
        mean = np.full(len(panel.names), params.mean)
    elif params.compat:
        mean = panel.values[:, :first].mean(axis=1) if first else _nothing(panel)
    else:
        mean = _robust_mean(panel.values[:, :first])
    total = np.zeros(len(panel.names))
    answer = []
    for at in range(first, last + 1):
        alarms, total = _step(panel, at, mean, total, params)
        answer.append(alarms)
    return answer


def _nothing(panel: Panel) -> Array:
    return np.full(len(panel.names), np.nan)


def _robust_mean(past: Array) -> Array:
    """Mean of the known past; half a count in all where it is empty of events."""
    known = np.isfinite(past).sum(axis=1)
    total = np.nansum(past, axis=1)
    with np.errstate(all="ignore"):
        return np.asarray(np.where(known > 0, (total + 0.5) / known, np.nan))


def _step(
    panel: Panel, at: int, mean: Array, total: Array, params: Params
) -> tuple[Alarms, Array]:
    count = panel.values[:, at]
    with np.errstate(all="ignore"):
        upper = _upper(mean, total, params)
        raised = np.maximum(0.0, total + _standard(count, mean, params) - params.k)
        after = np.where(np.isnan(count), total, raised)
        alarm = after >= params.h
        if not params.compat:
            alarm &= count > 0
    known = np.isfinite(mean)
    answer = Alarms(
        at,
        count.copy(),
        np.where(known, upper, 0.0 if params.compat else np.nan),
        np.where(known, alarm.astype(float), np.nan),
        mean.copy(),
        after,
        [
            "" if k else "short history: no period before the first tested"
            for k in known
        ],
    )
    return answer, after if params.compat else np.where(alarm, 0.0, after)


def _standard(x: Array, m: Array, params: Params) -> Array:
    if params.transform == "rossi":
        value = (x - 3 * m + 2 * np.sqrt(x * m)) / (2 * np.sqrt(m))
    elif params.transform == "standard":
        value = (x - m) / np.sqrt(m)
    elif params.transform == "anscombe":
        value = 1.5 * (x ** (2 / 3) - m ** (2 / 3)) / m ** (1 / 6)
    else:
        value = x
    return np.asarray(value)


def _upper(m: Array, total: Array, params: Params) -> Array:
    """The count that would just raise the sum to ``h``."""
    reach = params.h + params.k - total
    root = np.sqrt(m)
    if params.transform == "rossi":
        inner = 4 * m**2 + 2 * m**1.5 * reach
        upper = 2 * root * reach + 5 * m - 2 * np.sqrt(inner)
    elif params.transform == "standard":
        upper = np.ceil(root * reach + m)
    elif params.transform == "anscombe":
        base = 2 / 3 * m ** (1 / 6) * reach + m ** (2 / 3)
        upper = np.where(base < 0, 0.0, np.abs(base) ** 1.5)
    else:
        raised = np.maximum(0.0, total)
        upper = params.h - raised
    return np.asarray(np.fmax(np.nan_to_num(upper, nan=0.0), 0.0))


def from_settings(row: dict[str, object], *, compat: bool) -> Params:
    """Read one row of a settings file (keys k, h, trans, m)."""
    mean = row.get("m")
    try:
        return Params(
            k=float(str(row.get("k") or 1.04)),
            h=float(str(row.get("h") or 2.26)),
            transform=str(row.get("trans") or "rossi"),
            mean=None if mean in (None, "", "NA") else float(str(mean)),
            compat=compat,
        )
    except ValueError as problem:
        if isinstance(problem, BadInput):
            raise
        raise BadInput(
            "a setting of CUSUM is not a number: %(why)s", why=problem
        ) from None
