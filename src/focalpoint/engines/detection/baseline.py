"""Which past periods a count is compared with, and the block of the year of each.

The windows around the same time in earlier years form one block; the rest of the year
is cut into blocks of nearly equal length, the longer ones first.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from focalpoint.engines.detection.series import Array

_ORIGIN = date(1970, 1, 1)
_WEEK, _MONTH, _DAY = 52, 12, 365


class NoBaselineError(ValueError):
    """The history does not reach back far enough for the settings."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """Rows of the past, in order of time.

    ``rows`` (n,) positions in the series, ``labels`` (n,) block of each (1..parts),
    ``time`` (n,) time of each row and ``now`` the time of the period tested, in
    periods. ``anchors`` (n,) are the dates or positions the prediction counts from.
    """

    rows: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int64]
    time: Array
    anchors: Array
    now: float
    unit: float


def baseline(
    at: int,
    length: int,
    epoch: Array | None,
    *,
    years: int,
    half_width: int,
    parts: int,
    skipped: int,
    frequency: int,
) -> Baseline:
    """Choose the rows for the period at position ``at`` (0-based).

    Parameters
    ----------
    at, length : int
        Position tested and number of positions.
    epoch : (length,) array or None
        Days since 1970-01-01; None counts in positions.
    years, half_width, parts, skipped, frequency : int
        Years back, half width of the window, number of blocks in a year, recent periods
        left out, periods in a year.

    Raises
    ------
    NoBaselineError
        A reference period lies outside the series, or the blocks do not fit the year.
    """
    stamps = np.arange(1, length + 1) if epoch is None else epoch.astype(np.int64)
    references = _references(at, stamps, years, frequency, dated=epoch is not None)
    labels = _label(at + 1, length, references, half_width, parts)
    first = at - skipped
    labels[max(first, 0) : at + 1] = 0
    rows = np.flatnonzero(labels)
    if not len(rows):
        raise NoBaselineError("no row is left in the baseline")
    anchors = stamps[rows].astype(float)
    unit = 1.0 if epoch is None else float(stamps[1] - stamps[0])
    origin = 0.0 if epoch is None else anchors[0]
    return Baseline(
        rows=rows,
        labels=labels[rows],
        time=(anchors - origin) / unit,
        anchors=anchors,
        now=float(stamps[at]),
        unit=unit,
    )


def _references(
    at: int, stamps: npt.NDArray[np.int64], years: int, frequency: int, *, dated: bool
) -> list[int]:
    """1-based positions of now and of the same time in each earlier year."""
    if not dated:
        wanted = [at + 1 - frequency * i for i in range(years + 1)]
        known = {int(s): i + 1 for i, s in enumerate(stamps)}
    else:
        known = {int(s): i + 1 for i, s in enumerate(stamps)}
        wanted = [_year_before(int(stamps[at]), i, frequency) for i in range(years + 1)]
    missing = [w for w in wanted if w not in known]
    if missing:
        raise NoBaselineError(
            "a reference period of an earlier year is not in the series"
        )
    return [known[w] for w in wanted]


def _year_before(day: int, years: int, frequency: int) -> int:
    """The same calendar day ``years`` earlier; for weeks the nearest same weekday."""
    then = _ORIGIN + timedelta(days=day)
    try:
        earlier = then.replace(year=then.year - years)
    except ValueError:
        earlier = date(then.year - years, 3, 1)
    number = (earlier - _ORIGIN).days
    if frequency != _WEEK:
        return number
    # Weekdays count from Sunday = 0, as the reference implementation does.
    shifted = number - (earlier.isoweekday() % 7 - then.isoweekday() % 7)
    other = shifted + (-7 if shifted > number else 7)
    return other if abs(shifted - number) > abs(other - number) else shifted


def _label(
    now: int, length: int, references: list[int], half_width: int, parts: int
) -> npt.NDArray[np.int64]:
    """Block of every position; 0 where the position is in none. Positions from 1."""
    labels = np.zeros(length + 1, dtype=np.int64)
    _mark(labels, now - half_width, now, parts)
    for newer, reference in pairwise(references):
        _mark(labels, reference - half_width, reference + half_width, parts)
        if parts == 1:
            continue
        gap = newer - 2 * half_width - 1 - reference
        if gap < parts - (2 * half_width + 1):
            raise NoBaselineError("there are more blocks than periods between windows")
        size, rest = divmod(gap, parts - 1)
        start = reference + half_width + 1
        for block in range(1, parts):
            end = start + size + (1 if block <= rest else 0)
            _mark(labels, start, end - 1, block)
            start = end
    return labels[1:]


def _mark(labels: npt.NDArray[np.int64], first: int, last: int, block: int) -> None:
    """Give positions first..last a block; like R, an empty run counts backwards."""
    low, high = min(first, last), max(first, last)
    if low < 0 or high >= len(labels):
        raise NoBaselineError("a window of the baseline begins before the series")
    labels[low : high + 1] = block
