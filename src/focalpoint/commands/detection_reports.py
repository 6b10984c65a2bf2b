"""Counts that became known in parts: summed up, and as they were known at any time."""

from typing import TYPE_CHECKING

from focalpoint.commands.detection_input import Rows, Table
from focalpoint.values.errors import BadInput

if TYPE_CHECKING:
    from focalpoint.engines.detection.replay import Reports
    from focalpoint.engines.detection.series import Panel


def summed(table: Table) -> Table:
    """The same series with one row a period: all that was ever reported."""
    series = []
    for rows in table.series:
        total: dict[int, float] = {}
        where: dict[int, int] = {}
        for i, t in enumerate(rows.t):
            total[t] = total.get(t, 0.0) + rows.observed[i]
            where[t] = i
        kept = Rows(rows.series, rows.unit, rows.labels)
        for t in sorted(total):
            kept.t.append(t)
            kept.observed.append(total[t])
            for name in ("epoch", "population", "state"):
                if getattr(rows, name):
                    getattr(kept, name).append(getattr(rows, name)[where[t]])
        series.append(kept)
    return Table(table.path, table.columns, series)


def reports_of(table: Table, panel: "Panel", places: list[int]) -> "Reports":
    """The parts of a panel with the positions in which they became known."""
    import numpy as np

    from focalpoint.engines.detection.replay import Reports

    start = int(panel.periods[0])
    parts: list[tuple[np.ndarray, ...]] = []
    for i, place in enumerate(places):
        rows = table.series[place]
        t = np.array(rows.t) - start
        told = np.array(rows.reported) - start
        told = np.where(np.isnan(told), t, told)
        if (told < t).any():
            raise BadInput(
                "%(path)s: series %(series)s has a report before its own period; "
                "reported must be t or later",
                path=str(table.path),
                series=rows.series,
            )
        count = np.nan_to_num(np.array(rows.observed))
        parts.append((np.full(len(t), i), t, told.astype(np.int64), count))
    columns = [np.concatenate(c) for c in zip(*parts, strict=True)]
    return Reports(columns[0], columns[1], columns[2], columns[3])
