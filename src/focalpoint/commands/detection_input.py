"""Counts from a CSV file: read whole, checked line by line, gathered by calendar."""

import csv
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from focalpoint.commands.output import progress
from focalpoint.values.errors import BadInput

if TYPE_CHECKING:
    from focalpoint.engines.detection.series import Array, Panel

MISSING = {"", "NA", "NaN", "nan", "na"}
LEVELS = (
    "type",
    "calibre",
    "model",
    "region",
    "jurisdiction",
    "place",
    "conversion",
    "route",
)
LARGEST = 2**53
STEP = 500_000


@dataclass(slots=True)
class Rows:
    """What one series said: parallel columns, in the order of the file."""

    series: str
    unit: str
    labels: tuple[str, ...]
    t: array = field(default_factory=lambda: array("q"))  # type: ignore[type-arg]
    observed: array = field(default_factory=lambda: array("d"))  # type: ignore[type-arg]
    epoch: array = field(default_factory=lambda: array("d"))  # type: ignore[type-arg]
    population: array = field(default_factory=lambda: array("d"))  # type: ignore[type-arg]
    state: array = field(default_factory=lambda: array("d"))  # type: ignore[type-arg]
    reported: array = field(default_factory=lambda: array("d"))  # type: ignore[type-arg]


@dataclass(slots=True)
class Table:
    """All series of a file; ``columns`` is its header."""

    path: Path
    columns: list[str]
    series: list[Rows]

    @property
    def has_unit(self) -> bool:
        return "unit" in self.columns

    @property
    def has_reports(self) -> bool:
        return "reported" in self.columns


def open_csv(path: Path) -> Iterator[list[str]]:
    """Lines of a UTF-8 CSV file, header first; ``.gz`` is unpacked."""
    import gzip

    try:
        if path.suffix == ".gz":
            file = gzip.open(path, "rt", encoding="utf-8-sig", newline="")  # noqa: SIM115
        else:
            file = path.open(encoding="utf-8-sig", newline="")
        with file:
            yield from csv.reader(file)
    except OSError as problem:
        raise BadInput(
            "cannot read %(path)s: %(why)s",
            path=str(path),
            why=problem.strerror or problem,
        ) from None
    except (UnicodeDecodeError, csv.Error, EOFError) as problem:
        raise BadInput(
            "%(path)s is not a CSV file in UTF-8 (%(why)s); save it as such",
            path=str(path),
            why=problem,
        ) from None


def read_table(path: Path) -> Table:
    """Read a series file; with a column ``reported`` a period may come in parts."""
    lines = open_csv(path)
    header = [name.strip() for name in next(lines, [])]
    for needed in ("series", "t", "observed"):
        if needed not in header:
            raise BadInput(
                "%(path)s has no column %(name)s; the columns are series, t, epoch, "
                "observed, population, state",
                path=str(path),
                name=needed,
            )
    places = {name: i for i, name in enumerate(header)}
    levels = [places[name] for name in LEVELS if name in places]
    found: dict[tuple[str, str], Rows] = {}
    for line, row in enumerate(lines, 2):
        if not row:
            continue
        if len(row) < len(header):
            row = row + [""] * (len(header) - len(row))
        unit = row[places["unit"]] if "unit" in places else ""
        key = (row[places["series"]], unit)
        rows = found.get(key)
        if rows is None:
            labels = tuple(row[i].strip() for i in levels)
            rows = found[key] = Rows(key[0], unit, labels)
        _take(rows, row, places, path, line)
        if line % STEP == 0:
            progress(line, line, "lines read")
    if not found:
        raise BadInput("%(path)s has a header but no rows", path=str(path))
    table = Table(path, header, list(found.values()))
    if not table.has_reports:
        _refuse_twice(table)
    return table


def _take(
    rows: Rows, row: list[str], places: dict[str, int], path: Path, line: int
) -> None:
    rows.t.append(_whole(row[places["t"]], "t", path, line))
    count = _number(row[places["observed"]], "observed", path, line)
    if count < 0 or (count == count and count != int(count)) or count > LARGEST:
        raise BadInput(
            "%(path)s line %(line)s: observed is %(value)s; counts are whole numbers "
            "from 0 up (leave the cell empty where nothing was counted)",
            path=str(path),
            line=line,
            value=row[places["observed"]],
        )
    rows.observed.append(count)
    for name in ("epoch", "population", "state", "reported"):
        if name in places:
            getattr(rows, name).append(_number(row[places[name]], name, path, line))


def _number(text: str, name: str, path: Path, line: int) -> float:
    text = text.strip()
    if text in MISSING:
        return float("nan")
    if name == "state":
        text = {"TRUE": "1", "FALSE": "0", "true": "1", "false": "0"}.get(text, text)
    try:
        value = float(text)
    except ValueError:
        value = float("inf")
    if value in (float("inf"), float("-inf")):
        raise BadInput(
            "%(path)s line %(line)s: %(name)s is %(value)s, which is not a number",
            path=str(path),
            line=line,
            name=name,
            value=text,
        )
    return value


def _whole(text: str, name: str, path: Path, line: int) -> int:
    value = _number(text, name, path, line)
    if value != value or value != int(value) or abs(value) > LARGEST:
        raise BadInput(
            "%(path)s line %(line)s: %(name)s is %(value)s; it must be a whole number",
            path=str(path),
            line=line,
            name=name,
            value=text or "empty",
        )
    return int(value)


def _refuse_twice(table: Table) -> None:
    for rows in table.series:
        if len(set(rows.t)) != len(rows.t):
            seen: set[int] = set()
            twice = next(t for t in rows.t if t in seen or seen.add(t))  # type: ignore[func-returns-value]
            raise BadInput(
                "%(path)s: series %(series)s has period %(t)s twice; keep one row for "
                "each period (or say in a column reported when each part became known)",
                path=str(table.path),
                series=rows.series,
                t=twice,
            )


def panels(table: Table, *, together: bool) -> list[tuple["Panel", list[int]]]:
    """The series gathered into panels, with their places in the table.

    With ``together`` series that share one calendar lie in one panel from the first to
    the last period of any of them; else only series with the same periods do.
    """
    spans: dict[tuple[int, int, tuple[float, float] | None], list[int]] = {}
    for place, rows in enumerate(table.series):
        first, last = min(rows.t), max(rows.t)
        if last - first > 200_000:
            raise BadInput(
                "%(path)s: series %(series)s runs from period %(first)s to %(last)s; "
                "t must count periods, one by one",
                path=str(table.path),
                series=rows.series,
                first=first,
                last=last,
            )
        line = _calendar(rows, table.path)
        key = (0, 0, line) if together else (first, last, line)
        spans.setdefault(key, []).append(place)
    answer = []
    for places in spans.values():
        chosen = [table.series[p] for p in places]
        answer.append((_panel(table, chosen), places))
    return answer


def _calendar(rows: Rows, path: Path) -> tuple[float, float] | None:
    """A key that series of one calendar share: date of period 0, days a period."""
    import numpy as np

    if not rows.epoch:
        return None
    t, epoch = np.array(rows.t), np.array(rows.epoch)
    known = ~np.isnan(epoch)
    if known.sum() < 2:
        return None
    order = np.argsort(t[known])
    t, epoch = t[known][order], epoch[known][order]
    gaps = np.diff(t)
    gaps[gaps == 0] = 1
    steps = np.diff(epoch) / gaps
    distinct = np.diff(t) > 0
    steps = steps[distinct]
    if not len(steps):
        return None
    if steps.min() <= 0 or steps.max() > 1.6 * steps.min():
        worst = int(np.argmax(np.abs(steps - np.median(steps))))
        raise BadInput(
            "%(path)s: the calendar of series %(series)s changes near period %(t)s "
            "(%(step)s days where %(usual)s are usual); split the series there",
            path=str(path),
            series=rows.series,
            t=int(t[:-1][distinct][worst]),
            step=f"{steps[worst]:g}",
            usual=f"{float(np.median(steps)):g}",
        )
    step = float(np.round(np.median(steps)))
    return (float(np.round((epoch[0] - t[0] * np.mean(steps)) / step)), step)


def _panel(table: Table, chosen: list[Rows]) -> "Panel":
    import numpy as np

    from focalpoint.engines.detection.series import Panel

    first = min(min(r.t) for r in chosen)
    last = max(max(r.t) for r in chosen)
    length, size = last - first + 1, len(chosen)
    values = np.full((size, length), np.nan)
    epoch = np.full(length, np.nan)
    extra = {
        name: np.full((size, length), np.nan)
        for name in ("population", "state")
        if name in table.columns
    }
    for i, rows in enumerate(chosen):
        at = np.array(rows.t) - first
        values[i, at] = np.array(rows.observed)
        if rows.epoch:
            epoch[at] = np.where(
                np.isnan(np.array(rows.epoch)), epoch[at], np.array(rows.epoch)
            )
        for name, target in extra.items():
            target[i, at] = np.array(getattr(rows, name))
    levels = [name for name in LEVELS if name in table.columns]
    return Panel(
        names=[r.series for r in chosen],
        periods=np.arange(first, last + 1),
        values=values,
        epoch=_filled(epoch),
        population=_given(extra.get("population")),
        paths={n: [r.labels[i] for r in chosen] for i, n in enumerate(levels)},
        states=extra.get("state"),
    )


def _given(population: "Array | None") -> "Array | None":
    import numpy as np

    if population is None or not np.isfinite(population).any():
        return None
    return population


def _filled(epoch: "Array") -> "Array | None":
    """Dates of periods without a row, by interpolation; None without any date."""
    import numpy as np

    known = np.flatnonzero(np.isfinite(epoch))
    if len(known) < 2:
        return None
    if len(known) == len(epoch):
        return epoch
    places = np.arange(len(epoch))
    first, last = known[0], known[-1]
    step = (epoch[last] - epoch[first]) / (last - first)
    filled = np.interp(places, known, epoch[known])
    filled = np.where(places > last, epoch[last] + step * (places - last), filled)
    filled = np.where(places < first, epoch[first] - step * (first - places), filled)
    return np.asarray(np.round(filled))
