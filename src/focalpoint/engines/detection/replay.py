"""Run a detector over the past as the data were known then.

Counts that were reported later are not yet there; how complete the last periods are is
learnt from the delays seen so far. A planted or known rise is found when the first
alarm falls between its first and last period.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from focalpoint.engines.detection.series import Array, Panel

LONGEST = 13


@dataclass(frozen=True, slots=True)
class Reports:
    """Counts by series, period, and period in which they became known; flat arrays."""

    series: npt.NDArray[np.int64]
    period: npt.NDArray[np.int64]  # positions
    reported: npt.NDArray[np.int64]  # positions
    count: Array


@dataclass(slots=True)
class Score:
    """What a replay found over all looks.

    ``looks`` series x periods, ``alarms`` and ``told`` (after merging), ``false``
    alarms outside known outbreaks per 1,000 looks, ``found`` of ``outbreaks``, median
    ``delay`` in periods (NaN without), ``over_budget`` periods with more told than the
    budget.
    """

    looks: int
    alarms: int
    told: int
    false_per_1000: float
    outbreaks: int
    found: int
    delay: float
    over_budget: int


def as_known(panel: Panel, reports: Reports, at: int) -> Panel:
    """The panel cut after ``at``, with only what was reported by then."""
    cut = panel.until(at + 1)
    known = (reports.reported <= at) & (reports.period <= at)
    values = np.where(np.isnan(cut.values), np.nan, 0.0)
    np.add.at(
        values,
        (reports.series[known], reports.period[known]),
        reports.count[known],
    )
    return Panel(
        names=cut.names,
        periods=cut.periods,
        values=values,
        epoch=cut.epoch,
        population=cut.population,
        paths=cut.paths,
        states=cut.states,
    )


def completeness(reports: Reports, at: int, longest: int = LONGEST) -> Array:
    """Share of the events of the last periods reported by ``at``, oldest first, (13,).

    From the delays of events old enough to be complete, reversed chain by chain; half
    an event is added so that an empty history says complete.
    """
    old = reports.period <= at - longest
    seen = old & (reports.reported <= at)
    delay = np.clip(reports.reported[seen] - reports.period[seen], 0, longest)
    counts = np.bincount(delay, weights=reports.count[seen], minlength=longest + 1)
    share = (np.cumsum(counts)[:longest] + 0.5) / (counts.sum() + 0.5)
    return np.asarray(np.minimum(share, 1.0)[::-1])


def spans(states: Array) -> list[tuple[int, int, int]]:
    """Known outbreaks: series, first and last position of each run of ones."""
    found = []
    for row, state in enumerate(np.nan_to_num(states) > 0):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], state.astype(int), [0]])))
        found += [
            (row, int(a), int(b) - 1)
            for a, b in zip(edges[::2], edges[1::2], strict=True)
        ]
    return found


def score(
    alarm: Array, first: int, states: Array | None, told: Sequence[int], budget: int
) -> Score:
    """Summarise alarms (S, L) of the positions from ``first`` on.

    Parameters
    ----------
    alarm : (S, L) array
        1 where there was an alarm.
    first : int
        Position of the first column.
    states : (S, T) array or None
        1 during known outbreaks.
    told : sequence of int
        Events told in each period.
    budget : int
        Most signals wanted in one period; 0 for no limit.
    """
    raised = np.nan_to_num(alarm) > 0
    inside = np.zeros_like(raised)
    delays: list[float] = []
    outbreaks = 0
    if states is not None:
        last = first + raised.shape[1] - 1
        for row, start, end in spans(states):
            if start < first or start > last:
                continue
            outbreaks += 1
            columns = slice(start - first, min(end, last) - first + 1)
            inside[row, columns] = True
            hits = np.flatnonzero(raised[row, columns])
            if len(hits):
                delays.append(float(hits[0]))
    quiet = ~inside
    false = float((raised & quiet).sum()) / max(int(quiet.sum()), 1) * 1000
    return Score(
        looks=int(raised.size),
        alarms=int(raised.sum()),
        told=int(sum(told)),
        false_per_1000=false,
        outbreaks=outbreaks,
        found=len(delays),
        delay=float(np.median(delays)) if delays else float("nan"),
        over_budget=sum(budget > 0 and t > budget for t in told),
    )


Runner = Callable[[Panel, int], tuple[Array, Array, int]]


def replay(
    panel: Panel,
    first: int,
    last: int,
    runner: Runner,
    reports: Reports | None,
    progress: Callable[[int, int], None],
) -> tuple[Array, Array, list[int]]:
    """Alarms (S, L), strengths (S, L) and events told in each period.

    ``runner`` judges the last period of the panel it is given and answers with alarm,
    strength and the number of events told.
    """
    alarms, strengths, told = [], [], []
    for at in range(first, last + 1):
        then = panel.until(at + 1) if reports is None else as_known(panel, reports, at)
        alarm, strength, count = runner(then, at)
        alarms.append(alarm)
        strengths.append(strength)
        told.append(count)
        progress(at - first + 1, last - first + 1)
    return np.array(alarms).T, np.array(strengths).T, told
