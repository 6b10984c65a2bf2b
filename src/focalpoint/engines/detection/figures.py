"""Drawings of alarmed series: counts, expectation, bound, alarm; SVG and table."""

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np

from focalpoint.engines.detection import explain
from focalpoint.engines.detection.default import Event, Run
from focalpoint.engines.detection.pooled import Params
from focalpoint.engines.detection.series import Alarms, Array, Panel
from focalpoint.engines.detection.tree import Tree

mpl.use("svg")
from matplotlib.figure import Figure

INK, ACCENT, BAND = "#1b2b3a", "#b3261e", "#c9d6e2"
SHOWN_YEARS = 2


def file_name(text: str) -> str:
    """A name that every file system accepts."""
    return re.sub(r"[^A-Za-z0-9._=-]+", "_", text).strip("_")[:120] or "series"


def draw_alarms(drawn: Sequence[tuple[Panel, list[Alarms]]], folder: Path) -> None:
    """One SVG and one CSV for each series with an alarm of a published method."""
    for panel, answers in drawn:
        positions = np.array([a.at for a in answers])
        alarm = np.array([a.alarm for a in answers])
        for i in np.flatnonzero(np.nansum(alarm, axis=0) > 0).tolist():
            expected = _spread(panel, positions, [a.expected[i] for a in answers])
            upper = _spread(panel, positions, [a.upper[i] for a in answers])
            raised = positions[np.nan_to_num(alarm[:, i]) > 0]
            start = max(0, int(positions[0]) - panel.frequency)
            _draw(
                panel,
                str(panel.names[i]),
                panel.values[i],
                expected,
                np.full(len(expected), np.nan),
                upper,
                raised,
                start,
                folder / file_name(str(panel.names[i])),
            )


def draw_events(
    panel: Panel,
    grown: Tree | None,
    run: Run,
    params: Params,
    folder: Path,
    locale: str,
) -> None:
    """One SVG and one CSV for each event of a run of the default method."""
    from focalpoint.engines.detection.bounds import quantile

    for event in run.events:
        if not event.shown:
            continue
        values, expected, phi = _of_event(panel, grown, run, event)
        mean = np.maximum(np.nan_to_num(expected), 1e-9)
        low = quantile(0.025, mean, np.full(len(mean), phi))
        high = quantile(1 - params.alpha, mean, np.full(len(mean), phi))
        blank = np.isnan(expected)
        low, high = np.where(blank, np.nan, low), np.where(blank, np.nan, high)
        raised = np.arange(max(0, run.at - event.length + 1), run.at + 1)
        start = max(0, run.at - SHOWN_YEARS * panel.frequency)
        name = file_name(f"{event.period}-{event.series}")
        title = explain.phrase("all", locale) if event.series == "all" else event.series
        _draw(
            panel.until(run.at + 1),
            title,
            values[: run.at + 1],
            expected,
            low,
            high,
            raised,
            start,
            folder / name,
            explain.explain(event, locale),
        )


def _of_event(
    panel: Panel, grown: Tree | None, run: Run, event: Event
) -> tuple[Array, Array, float]:
    """Counts, expectation over the whole past, and dispersion."""
    past = run.expected.past
    if event.series in panel.names:
        rows = np.array([list(panel.names).index(event.series)])
    else:
        assert grown is not None  # noqa: S101 - only branches have other names
        rows = grown.members[grown.names.index(event.series)].indices
    values = np.nansum(panel.values[rows], axis=0)
    expected = np.full(run.at + 1, np.nan)
    expected[-past.shape[1] :] = past[rows].sum(axis=0)
    return values, expected, float(np.mean(run.expected.phi[rows]))


def _spread(panel: Panel, positions: Array, values: Sequence[float]) -> Array:
    answer = np.full(len(panel.periods), np.nan)
    answer[positions] = values
    return answer


def _axis(panel: Panel) -> tuple[Array, str]:
    if panel.epoch is None:
        return panel.periods.astype(float), "period"
    days = panel.epoch.astype("timedelta64[D]") + np.datetime64("1970-01-01")
    return days, ""


def _draw(
    panel: Panel,
    title: str,
    values: Array,
    expected: Array,
    low: Array,
    upper: Array,
    raised: Array,
    start: int,
    target: Path,
    text: str = "",
) -> None:
    where, label = _axis(panel)
    part = slice(start, len(panel.periods))
    with mpl.rc_context({"svg.hashsalt": "focalpoint", "font.size": 9}):
        figure = Figure(figsize=(7.2, 3.0), layout="constrained")
        axes = figure.add_subplot()
        axes.vlines(where[part], 0, values[part], color=INK, linewidth=1.6)
        axes.plot(where[part], expected[part], color=INK, linewidth=1.0, linestyle="--")
        floor = np.nan_to_num(low[part])
        axes.fill_between(
            where[part], floor, upper[part], color=BAND, step="mid", zorder=0
        )
        axes.plot(
            where[part], upper[part], color=ACCENT, linewidth=0.9, drawstyle="steps-mid"
        )
        hit = raised[raised >= start]
        axes.vlines(where[hit], 0, values[hit], color=ACCENT, linewidth=2.4)
        axes.plot(where[hit], values[hit], "v", color=ACCENT, markersize=5)
        axes.set_ylim(bottom=0)
        axes.set_title(title, loc="left", fontsize=10, color=INK)
        axes.set_xlabel(label)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        picture = io.StringIO()
        figure.savefig(
            picture, format="svg", metadata={"Date": None, "Title": text or title}
        )
    Path(f"{target}.svg").write_text(picture.getvalue(), encoding="utf-8")
    raised_set = set(raised.tolist())
    with Path(f"{target}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["t", "observed", "expected", "low", "upper", "marked"])
        for i in range(start, len(panel.periods)):
            cells = [values[i], expected[i], low[i], upper[i]]
            shown = ["" if c != c else f"{c:g}" for c in cells]
            writer.writerow([int(panel.periods[i]), *shown, int(i in raised_set)])
