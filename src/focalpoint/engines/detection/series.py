"""Counts over time as the detectors see them, and the answers they give back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

LEVELS_ITEM = ("type", "calibre", "model")
LEVELS_PLACE = ("region", "jurisdiction", "place")
LEVELS_OTHER = ("conversion", "route")
LEVELS = LEVELS_ITEM + LEVELS_PLACE + LEVELS_OTHER


@dataclass(frozen=True, slots=True)
class Panel:
    """Several series counted over the same periods.

    Parameters
    ----------
    names : sequence of str
        One name for each of the S series.
    periods : (T,) int array
        Consecutive period numbers.
    values : (S, T) float array
        Counts; NaN where a period was not observed.
    epoch : (T,) float array or None
        Days since 1970-01-01 of the start of each period, when the calendar is known.
    population : (S, T) float array or None
        Exposure of each series and period.
    paths : dict
        For each known level of `LEVELS`, one label for each series.
    states : (S, T) float array or None
        1 where a past outbreak is known: those counts never enter a baseline of the
        corrected methods.
    """

    names: Sequence[str]
    periods: npt.NDArray[np.int64]
    values: Array
    epoch: Array | None = None
    population: Array | None = None
    paths: dict[str, list[str]] = field(default_factory=dict)
    states: Array | None = None

    @property
    def frequency(self) -> int:
        """Periods in a year, read from the calendar; 52 where there is none."""
        if self.epoch is None or len(self.epoch) < 2:
            return 52
        step = float(np.median(np.diff(self.epoch)))
        for periods, days in ((365, 1.0), (52, 7.0), (12, 30.44), (4, 91.3), (1, 365)):
            if abs(step - days) <= 0.12 * days:
                return periods
        return max(1, round(365.25 / step))

    def rows(self, chosen: npt.NDArray[np.int64]) -> "Panel":
        """The same panel with only the chosen series."""
        return Panel(
            names=[self.names[i] for i in chosen],
            periods=self.periods,
            values=self.values[chosen],
            epoch=self.epoch,
            population=None if self.population is None else self.population[chosen],
            paths={k: [v[i] for i in chosen] for k, v in self.paths.items()},
            states=None if self.states is None else self.states[chosen],
        )

    def until(self, stop: int) -> "Panel":
        """The same panel cut after ``stop`` periods."""
        return Panel(
            names=self.names,
            periods=self.periods[:stop],
            values=self.values[:, :stop],
            epoch=None if self.epoch is None else self.epoch[:stop],
            population=None if self.population is None else self.population[:, :stop],
            paths=self.paths,
            states=None if self.states is None else self.states[:, :stop],
        )


@dataclass(frozen=True, slots=True)
class Alarms:
    """What a detector says of one period of every series of a panel.

    All arrays have shape (S,). ``upper`` is the count above which there is an alarm;
    NaN where the method has nothing to say. ``note`` names the fallback used, empty
    where there was none.
    """

    at: int
    observed: Array
    upper: Array
    alarm: Array
    expected: Array
    score: Array
    note: list[str]
    p: Array | None = None
