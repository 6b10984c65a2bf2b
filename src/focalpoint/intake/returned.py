"""Exports of this instance that come back: records are known by their identifier.

A cell that says what the export would write now changes nothing; another is read as the
new value of its field, unless the record was changed here since the export.
"""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models

from focalpoint.accounts.access import visible
from focalpoint.accounts.models import Unit
from focalpoint.intake.checking import REJECTED, UNCHANGED, UPDATED, Planned
from focalpoint.interop.cells import Cell
from focalpoint.interop.cells import text as as_text
from focalpoint.interop.meanings import number_in
from focalpoint.interop.reading import Problem
from focalpoint.interop.rows import Applied
from focalpoint.interop.tables import Table
from focalpoint.records import actions, export, history, registry
from focalpoint.records.base import Record
from focalpoint.values.errors import BadInput

MARKS = frozenset({"id", "reference", "record_type", "version"})
SOURCE = "focalpoint"


def is_own(table: Table) -> bool:
    """Whether a table has the columns of an export."""
    return {column.name for column in table.columns} >= MARKS


def record_type(table: Table) -> str:
    """Return the record type of an export."""
    place = [column.name for column in table.columns].index("record_type")
    found = {as_text(row.cells[place]) for row in table.sample(50)}
    code = found.pop() if len(found) == 1 else ""
    if code not in registry.RECORD_TYPES:
        raise BadInput(
            "%(file)s is an export of several or of no record types: import one kind "
            "at a time",
            file=table.file or table.name,
        )
    return code


class ReturnChecker:
    """Plans the rows of an export against what is stored."""

    def __init__(self, code: str, table: Table, *, unit: Unit, by: Any) -> None:
        self.kind, self.unit, self.by = registry.get(code), unit, by
        names = [column.name for column in table.columns]
        wanted = actions.writable(self.kind) - {"source", "source_key"}
        self.places = {name: names.index(name) for name in wanted if name in names}
        self.version = names.index("version")

    def plan(self, rows: Sequence[Applied]) -> list[Planned]:
        """Return what becomes of each row, in order."""
        keys = [key for row in rows if (key := _identifier(row.key))]
        manager = self.kind.model._default_manager
        found = visible(manager.filter(pk__in=keys), self.by).select_related("unit")
        records: dict[str, Record] = {str(record.pk): record for record in found}
        return [self._row(row, records.get(row.key.lower())) for row in rows]

    def _row(self, row: Applied, record: Record | None) -> Planned:
        problems = [problem for problem in row.problems if problem.code != "no_object"]
        if record is None:
            problems.append(
                Problem(
                    "not_here",
                    "no record with the identifier %(id)s is here for you to change.",
                    {"id": row.key[:40]},
                    column="id",
                    rejects=True,
                )
            )
        if record is None or any(problem.rejects for problem in problems):
            return Planned(row, REJECTED, problems=problems)
        values = {}
        for name, place in self.places.items():
            cell = row.cells[place]
            if _says(cell) == _says(_stored(self.kind.field(name), record, name)):
                continue
            try:
                values[name] = _value(self.kind.field(name), cell)
            except (ValidationError, ValueError, TypeError) as wrong:
                problems.append(_not_allowed(self.kind.label(name), name, wrong))
        former = history.differences(record, values)
        if former and as_text(row.cells[self.version]) != str(record.version):
            problems.append(
                Problem(
                    "changed_since",
                    "%(reference)s was changed here since the export. Export it again "
                    "and make the change there.",
                    {"reference": record.reference},
                    rejects=True,
                )
            )
        if any(problem.rejects for problem in problems):
            return Planned(row, REJECTED, problems=problems)
        changes = {
            name: [before, history.plain(values[name])]
            for name, before in former.items()
        }
        if not former:
            return Planned(row, UNCHANGED, found=record, problems=problems)
        wanted = {name: values[name] for name in former}
        return Planned(row, UPDATED, None, record, wanted, changes, problems)


def _identifier(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None


def _stored(field: Any, record: Record, name: str) -> str:
    value = getattr(record, field.attname if field.is_relation else name)
    return export.original(
        export.cell(str(value) if field.is_relation and value else value)
    )


def _says(cell: Cell) -> str:
    """A cell in the one form in which text files and workbooks agree."""
    text = export.original(as_text(cell)).strip()
    if text[:1] in ("{", "["):
        try:
            return json.dumps(json.loads(text), sort_keys=True)
        except ValueError:
            return text
    number = number_in(text) if text.replace(".", "", 1).isdigit() else None
    return f"{number:g}" if number is not None and not text.startswith("0") else text


def _value(field: Any, cell: Cell) -> Any:
    """The new value of a field, checked."""
    text = export.original(as_text(cell)).strip()
    if field.is_relation:
        if not text:
            return None
        return field.related_model._default_manager.get(pk=UUID(text))
    if isinstance(field, models.JSONField):
        value = json.loads(text) if text else field.get_default()
    elif not text:
        value = None if field.null else field.get_default()
    else:
        value = field.to_python(text)
    if value not in field.empty_values or not field.blank:
        field.clean(value, None)
    return value


def _not_allowed(label: str, name: str, wrong: Exception) -> Problem:
    said = (
        "; ".join(wrong.messages) if isinstance(wrong, ValidationError) else str(wrong)
    )
    return Problem(
        "not_allowed",
        "%(field)s: %(message)s",
        {"field": label, "message": said[:200]},
        column=name,
        rejects=True,
    )
