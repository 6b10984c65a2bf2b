"""A mapping applied to rows: values by record and field, and every problem of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from focalpoint.interop import keys
from focalpoint.interop.cells import Cells, is_blank
from focalpoint.interop.cells import text as as_text
from focalpoint.interop.mapping import Mapping, TargetField, Use
from focalpoint.interop.reading import EMPTY, Problem, Reader, reader
from focalpoint.interop.tables import Row, Table


@dataclass(frozen=True, slots=True)
class Applied:
    """One row through a mapping.

    Parameters
    ----------
    number : int
        The row's number in its sheet.
    key : str
        What tells it from the others of its sender.
    values : dict
        By record type, then by field: what is to be stored.
    as_read : dict
        By record type, then by field: the text in the file where it says more than
        the value.
    other : dict
        The text of the columns that become no field, by heading.
    problems : tuple of Problem
        All of them, not the first.
    tallies : tuple of str
        What the report counts.
    cells : tuple of Cell
        The row itself, column by column.
    """

    number: int
    key: str
    values: dict[str, dict[str, Any]]
    as_read: dict[str, dict[str, str]]
    other: dict[str, str]
    problems: tuple[Problem, ...] = ()
    tallies: tuple[str, ...] = ()
    cells: Cells = ()

    @property
    def is_rejected(self) -> bool:
        """Whether no record can be made of the row."""
        return any(problem.rejects for problem in self.problems)


@dataclass(frozen=True, slots=True)
class _Column:
    place: int
    name: str
    target: TargetField | None
    read: Reader | None


class Plan:
    """A mapping made ready for a table."""

    def __init__(
        self, table: Table, mapping: Mapping, fields: Sequence[TargetField]
    ) -> None:
        self.table, self.mapping = table, mapping
        targets = {target.path: target for target in fields}
        self.columns = [
            _column(place, column.name, mapping, targets)
            for place, column in enumerate(table.columns)
        ]
        # Columns that hold two things are read a second time.
        self.second = [
            _Column(
                column.place,
                column.name,
                targets[use.also],
                reader(targets[use.also], use),
            )
            for column in self.columns
            if (use := mapping.of(column.name)) and use.also in targets
        ]
        self.read = [
            (column.place, column.read, column.target.record, column.target.name)
            for column in (*self.columns, *self.second)
            if column.target is not None and column.read is not None
        ]
        self.kept = [(c.place, c.name) for c in self.columns if c.target is None]
        self.constants = _constants(mapping, targets)
        mapped = {c.target.path for c in self.columns if c.target}
        self.lacking = [
            target
            for target in fields
            if target.required
            and target.record == mapping.record
            and target.path not in mapped
            and target.path not in mapping.constants
        ]
        self.substance = {
            (c.target.record, c.target.name)
            for c in self.columns
            if c.target and c.target.substance
        }
        self.dates = [
            (c.target.record, c.target.name)
            for c in self.columns
            if c.target and c.target.kind == "date"
        ]
        self.heading = tuple(column.text for column in table.columns)

    def rows(self) -> Iterator[Applied]:
        """Apply the mapping to every data row in order.

        A key that occurs a second time rejects the later row.
        """
        seen: dict[str, int] = {}
        for row, key in keys.keyed(self.table, self.mapping.key):
            stored = keys.stored(key)
            problems = self._key_problems(row, stored, seen)
            yield self.applied(row, stored, problems)

    def applied(self, row: Row, key: str, problems: Sequence[Problem] = ()) -> Applied:
        """Apply the mapping to one row."""
        found = list(problems)
        values: dict[str, dict[str, Any]] = {self.mapping.record: {}}
        as_read: dict[str, dict[str, str]] = {}
        other: dict[str, str] = {}
        tallies = []
        for path, value in self.constants:
            record, _, name = path.partition(".")
            values.setdefault(record, {})[name] = value
        cells = row.cells
        for place, heading in self.kept:
            if not is_blank(cell := cells[place]):
                other[heading] = as_text(cell)
        for place, read, record, name in self.read:
            reading = read(cells[place])
            if reading is EMPTY:
                continue
            if reading.value is not None:
                values.setdefault(record, {})[name] = reading.value
            if reading.text:
                as_read.setdefault(record, {})[name] = reading.text
            if reading.tally:
                tallies.append(reading.tally)
            if reading.problem:
                found.append(reading.problem)
        if row.beyond:
            other["…"] = " | ".join(as_text(cell) for cell in row.beyond)
            found.append(_beyond(len(row.beyond)))
        if self._repeats_heading(row):
            found = [_repeated()]
        elif not self._has_substance(values, as_read):
            found.append(self._nothing(values))
        return Applied(
            row.number,
            key,
            values,
            as_read,
            other,
            tuple(found),
            tuple(tallies),
            row.cells,
        )

    def _key_problems(
        self, row: Row, key: str, seen: dict[str, int]
    ) -> tuple[Problem, ...]:
        if not self.mapping.key:
            return ()
        columns = ", ".join(self.mapping.key)
        if not key:
            return (
                Problem(
                    "no_key",
                    "the key (%(columns)s) is empty. Enter it, or choose another key.",
                    {"columns": columns},
                    column=columns,
                    rejects=True,
                ),
            )
        first = seen.setdefault(key, row.number)
        if first == row.number:
            return ()
        return (
            Problem(
                "duplicate_key",
                "the key %(key)s (%(columns)s) already stands in row %(row)d. Give one "
                "of them another, or choose another key.",
                {"key": key[:60], "columns": columns, "row": first},
                column=columns,
                rejects=True,
            ),
        )

    def _repeats_heading(self, row: Row) -> bool:
        pairs = zip(row.cells, self.heading, strict=True)
        return all(as_text(cell) == heading for cell, heading in pairs)

    def _has_substance(
        self,
        values: dict[str, dict[str, Any]],
        as_read: dict[str, dict[str, str]],
    ) -> bool:
        if not self.substance:
            return True
        return any(
            values.get(record, {}).get(name) not in (None, "", [])
            or as_read.get(record, {}).get(name)
            for record, name in self.substance
        )

    def _nothing(self, values: dict[str, dict[str, Any]]) -> Problem:
        dated = any(values.get(record, {}).get(name) for record, name in self.dates)
        if dated:  # something happened to a thing of which nothing else is known
            return Problem(
                "undescribed",
                "nothing is said about the object itself. It is recorded as unknown; "
                "complete it when more is known.",
            )
        return Problem(
            "no_object",
            "this row describes no object: %(fields)s are empty. It may be a title, a "
            "total or a note.",
            {
                "fields": ", ".join(
                    column.name
                    for column in self.columns
                    if column.target and column.target.substance
                )
            },
            rejects=True,
        )


def _beyond(count: int) -> Problem:
    return Problem(
        "extra_cells",
        "this row has %(count)d more cells than there are columns; they are kept as "
        "text. A delimiter inside a cell may have moved the others: compare them.",
        {"count": count},
    )


def _repeated() -> Problem:
    return Problem("repeated_header", "this row repeats the headings.", rejects=True)


def _column(
    place: int, name: str, mapping: Mapping, targets: dict[str, TargetField]
) -> _Column:
    use = mapping.of(name)
    if use is None or not use.field:
        return _Column(place, name, None, None)
    target = targets[use.field]
    return _Column(place, name, target, reader(target, use))


def _constants(
    mapping: Mapping, targets: dict[str, TargetField]
) -> list[tuple[str, Any]]:
    """Constants read as if they stood in a cell."""
    found = []
    for path, text in mapping.constants.items():
        reading = reader(targets[path], Use("", path, "ymd"))(text)
        found.append((path, text if reading.value is None else reading.value))
    return found
