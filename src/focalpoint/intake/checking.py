"""What would become of every row: new, changed field by field, unchanged, rejected.

Used by the dry run and by the import itself, so that both always agree.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from focalpoint.accounts.models import Unit
from focalpoint.intake import fields, kinds
from focalpoint.interop.mapping import Mapping
from focalpoint.interop.reading import Problem
from focalpoint.interop.rows import Applied
from focalpoint.records import bulk, history, registry, source_keys
from focalpoint.records.base import Record
from focalpoint.records.identifiers import new_id
from focalpoint.records.models.state import State
from focalpoint.records.registry import RecordType

CREATED, UPDATED, UNCHANGED, REJECTED = "created", "updated", "unchanged", "rejected"
# (record type or "*", the sender's key) to type, identifier and record.
References = dict[tuple[str, str], tuple[str, UUID, Record | None]]
BY_IMPORT = ("intake.change", "records.undo")  # changes that no person has made
# What says which firearm it is, and how many of these differ where it is another one.
IDENTITY = ("serial", "make", "model", "calibre", "type", "event_date")
DIFFERING = 3
OTHER_OBJECT = "other_object"
ASIDE = ("as_read", "other")  # compared and stored, not shown field by field


@dataclass
class Planned:
    """What becomes of one row.

    ``made`` is the record to be stored, ``found`` the one that is there already,
    ``values`` what it becomes, ``changes`` the fields that differ: former and new.
    ``event`` is the plan for the event that the row tells of.
    """

    applied: Applied
    state: str
    made: Record | None = None
    found: Record | None = None
    values: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, list[Any]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    event: "Planned | None" = None

    @property
    def change(self) -> bulk.Change | None:
        """The change to carry out, if any."""
        if self.found is None or not self.values:
            return None
        return bulk.Change(self.found, self.values)


class Checker:
    """Plans the rows of one table against what is stored."""

    def __init__(
        self,
        mapping: Mapping,
        *,
        unit: Unit,
        by: Any,
        source: str,
        sources: Sequence[str],
        pending: dict[str, set[str]] | None = None,
    ) -> None:
        self.mapping, self.unit, self.by, self.source = mapping, unit, by, source
        self.sources = list(dict.fromkeys([source, *sources]))
        self.pending = pending
        self.kind = registry.get(mapping.record)
        self.units: dict[str, set[int]] = {}  # that hold keys of this sender, by type
        self.targets = {f.path: f for f in fields.fields_for(mapping.record)}
        self.referring = {
            target.name
            for target in self.targets.values()
            if target.kind == "reference" and target.record == mapping.record
        }
        self.mapped = _mapped(mapping, mapping.record)
        self.blank = {name: _empty(self.kind, name) for name in self.mapped}
        self.mapped_event = (
            _mapped(mapping, "incident") if mapping.record == "firearm" else set()
        )
        self.event_columns = {
            use.field.partition(".")[2]: use.column
            for use in mapping.uses
            if use.field.startswith("incident.") and mapping.record == "firearm"
        }

    def plan(self, rows: Sequence[Applied]) -> list[Planned]:
        """Return what becomes of each row, in order."""
        references = self._references(rows)
        events = self._events(rows) if self.mapped_event else {}
        found = self._stored(self.kind, [row.key for row in rows])
        planned = [self._row(row, found, references, events) for row in rows]
        _leave_corrections(planned)
        _leave_corrections([p.event for p in planned if p.event])
        return planned

    def _row(
        self,
        row: Applied,
        found: dict[str, Record],
        references: References,
        events: dict[str, "Planned"],
    ) -> Planned:
        problems = list(row.problems)
        values, lost = self._values(row, references)
        problems += lost
        event = events.get(row.key)
        if event is not None:
            problems += event.problems
            event_record = event.found or event.made
            if event_record is not None:
                values["incident"] = event_record
        elif told := self._told_of_no_event(row):
            values["other"] = {**row.other, **told}
        old = found.get(row.key)
        plan = plan_of(
            self.kind,
            old,
            values,
            self._identity(row),
            problems=problems,
            by=self.by,
            unit=self.unit,
            row=row,
        )
        plan.event = event if plan.state != REJECTED else None
        if plan.state == UNCHANGED and event is not None and event.state == UPDATED:
            plan.state, plan.changes = UPDATED, dict(event.changes)
        return plan

    def _told_of_no_event(self, row: Applied) -> dict[str, str]:
        """What a row says of an event that cannot be made of it: kept as text."""
        read = row.as_read.get("incident", {})
        return {
            self.event_columns[name]: read.get(name) or str(value)
            for name, value in row.values.get("incident", {}).items()
            if name in self.event_columns and value not in (None, "")
        }

    def _identity(self, row: Applied) -> dict[str, str]:
        return {"source": self.source, "source_key": row.key}

    def _values(
        self,
        row: Applied,
        references: References,
    ) -> tuple[dict[str, Any], list[Problem]]:
        """The values of all mapped fields; a field whose cell is empty is emptied."""
        code = self.kind.code
        given = row.values.get(code, {})
        values = dict(self.blank)
        problems = []
        for name, value in given.items():
            if name not in self.referring:
                values[name] = value
                continue
            target = self.targets[f"{code}.{name}"]
            place = references.get((target.codelist, str(value)))
            if place is None and target.codelist == "*":
                place = self._expected(str(value))
            if place is None:
                if not self._is_pending(target.codelist, str(value)):
                    problems.append(_unknown_reference(target.label, value, target))
                continue
            if target.codelist == "*":
                values[name] = place[1]
                values[name.replace("_id", "_type")] = place[0]
            else:
                values[name] = place[2]
        values["as_read"] = row.as_read.get(code, {})
        values["other"] = row.other
        if code == "firearm" and not values.get("kind"):
            values["kind"] = "recovered"
        return values, problems

    def _is_pending(self, code: str, key: str) -> bool:
        """Whether an earlier table of a dry run would make the record referred to."""
        if self.pending is None:
            return False
        return key in self.pending.get(code, ())

    def _expected(self, key: str) -> tuple[str, UUID, Record | None] | None:
        """An end of a link that an earlier table of a dry run would make."""
        for code, keys in (self.pending or {}).items():
            if key in keys:
                return code, new_id(), None
        return None

    def _stored(self, kind: RecordType, keys: list[str]) -> dict[str, Record]:
        """Return what is stored of this sender, by its keys, whichever unit holds it."""
        rows = kind.model._default_manager.all()
        if kind.code not in self.units:
            held = source_keys.holders(rows, self.source)
            self.units[kind.code] = {self.unit.pk, *held}
        found = source_keys.keyed(
            rows, self.units[kind.code], [self.source], set(keys)
        ).values_list("pk", flat=True)
        known = list(found)
        if not known:  # as a rule: new rows, and nothing to be read of eighty columns
            return {}
        return {row.source_key: row for row in _whole(kind).filter(pk__in=known)}

    def _references(self, rows: Sequence[Applied]) -> References:
        """Look up what the rows refer to by the sender's keys."""
        wanted: dict[str, set[str]] = {}
        for row in rows if self.referring else ():
            given = row.values.get(self.kind.code, {})
            for name in self.referring & given.keys():
                target = self.targets[f"{self.kind.code}.{name}"]
                wanted.setdefault(target.codelist, set()).add(str(given[name]))
        found: References = {}
        for code, keys in wanted.items():
            types = fields.IMPORTED[:-1] if code == "*" else (code,)
            for type_code in types:
                for record in _keyed(type_code, self.unit, self.sources, keys):
                    place = (type_code, record.pk, record)
                    found.setdefault((code, record.source_key), place)
        return found

    def _events(self, rows: Sequence[Applied]) -> dict[str, Planned]:
        """Plan the events that rows tell of, one for each case number."""
        kind = registry.get("incident")
        keys = {row.key: _event_key(row) for row in rows}
        found = self._stored(kind, list(keys.values()))
        plans: dict[str, Planned] = {}
        by_row: dict[str, Planned] = {}
        for row in rows:
            values = _event_values(row, self.mapped_event)
            key = keys[row.key]
            if values is None or row.is_rejected:
                continue
            if key not in plans:
                plans[key] = plan_of(
                    kind,
                    found.get(key),
                    values,
                    {"source": self.source, "source_key": key},
                    problems=[],
                    by=self.by,
                    unit=self.unit,
                    row=row,
                )
            if plans[key].state != REJECTED:
                by_row[row.key] = plans[key]
        return by_row


def plan_of(
    kind: RecordType,
    old: Record | None,
    values: dict[str, Any],
    identity: dict[str, str],
    *,
    problems: list[Problem],
    by: Any,
    unit: Unit,
    row: Applied,
) -> Planned:
    """Compare values with the record that has the same key, or make a new one."""
    if old is not None and (old.unit_id != unit.pk or old.withdrawn_at):
        problems.append(_taken(old, unit))
    if any(problem.rejects for problem in problems):
        return Planned(row, REJECTED, problems=problems)
    if old is None:
        filled = {name: v for name, v in values.items() if v not in (None, "", [], {})}
        [made] = bulk.build_many(kind, [{**filled, **identity}], by=by, unit=unit)
        wrong = _wrong(kind, made, filled)
        problems.extend(wrong)
        if wrong:
            return Planned(row, REJECTED, problems=problems)
        return Planned(row, CREATED, made=made, values=filled, problems=problems)
    former = history.differences(old, values)
    for name in ASIDE:
        if name in former and _alike(former[name], values[name]):
            del former[name]
    changes = {
        name: [before, history.plain(values[name])]
        for name, before in former.items()
        if name not in ASIDE
    }
    if not former:
        return Planned(row, UNCHANGED, found=old, problems=problems)
    if kind.code == "firearm" and (other := _another(changes)):
        problems.append(_is_another(kind, old, other))
        return Planned(row, REJECTED, problems=problems)
    wanted = {name: values[name] for name in former}
    return Planned(row, UPDATED, None, old, wanted, changes, problems)


def _another(changes: dict[str, list[Any]]) -> list[str]:
    """Return the fields that tell of another object than the one with this key.

    A correction changes a number, a make or a date; where the number and two more
    differ, the key has come to mean another firearm, whose record is not overwritten.
    """
    told = [
        name
        for name in IDENTITY
        if name in changes and all(changes[name]) and not _same(*changes[name])
    ]
    return told if "serial" in told and len(told) >= DIFFERING else []


def _same(one: Any, other: Any) -> bool:
    return re.sub(r"\W", "", str(one)).casefold() == (
        re.sub(r"\W", "", str(other)).casefold()
    )


def _is_another(kind: RecordType, old: Record, names: Iterable[str]) -> Problem:
    return Problem(
        OTHER_OBJECT,
        "%(reference)s, which has this key, is another object (%(fields)s differ) and "
        "is not overwritten. Choose another key, or another name for the sender; "
        "correct the record itself if it was wrong.",
        {
            "reference": old.reference,
            "fields": ", ".join(kind.label(name) for name in names),
        },
        rejects=True,
    )


def _alike(one: Any, other: Any) -> bool:
    """Whether texts beside the values say the same: a workbook and a text file write
    numbers, truth and dates in ways of their own."""
    return {k: _plainly(v) for k, v in one.items()} == {
        k: _plainly(v) for k, v in other.items()
    }


def _plainly(text: object) -> str:
    plain = " ".join(str(text).split()).casefold()
    return re.sub(r"(?<=\d)\.0+$|(?<=\d)[ t]00:00(:00)?$", "", plain)


def _wrong(kind: RecordType, record: Record, names: Iterable[str]) -> list[Problem]:
    """What the schema does not allow of a new record; empty for a good one."""
    own = [name for name in names if name not in ASIDE]
    return [
        Problem(
            "missing" if message == "missing" else "not_allowed",
            "%(field)s is empty. Enter it; no record is made without."
            if message == "missing"
            else "%(field)s: %(message)s",
            {"field": kind.label(name), "message": message},
            field=f"{kind.code}.{name}",
            rejects=True,
        )
        for name, messages in bulk.problems_of(record, own).items()
        for message in messages
    ]


def _leave_corrections(planned: list[Planned]) -> None:
    """Leave fields alone that somebody has corrected here by hand since the import."""
    changed = {p.found.pk: p for p in planned if p.state == UPDATED and p.found}
    if not changed:
        return
    states = State.objects.filter(record__in=changed).exclude(action__in=BY_IMPORT)
    for state in states:
        plan = changed[state.record]
        for name in set(state.values) & set(plan.values):
            label = registry.of(plan.found).label(name) if plan.found else name
            plan.values.pop(name)
            plan.changes.pop(name, None)
            plan.problems.append(
                Problem(
                    "corrected_here",
                    "%(field)s was corrected here by hand and stays as it is.",
                    {"field": label},
                )
            )
    for plan in changed.values():
        if not (set(plan.values) - set(ASIDE)) and not plan.changes and plan.problems:
            own = {problem.code for problem in plan.problems}
            if "corrected_here" in own and not set(plan.values) - set(ASIDE):
                plan.state, plan.values = UNCHANGED, {}


def _mapped(mapping: Mapping, record: str) -> set[str]:
    paths = [use.field for use in mapping.uses if use.field] + list(mapping.constants)
    return {
        path.partition(".")[2] for path in paths if path.partition(".")[0] == record
    }


def _empty(kind: RecordType, name: str) -> Any:
    field: Any = kind.field(name)
    if field.has_default():
        return field.get_default()
    return None if field.null else ""


def _whole(kind: RecordType) -> Any:
    """Return records with what they refer to."""
    near = [f.name for f in kind.model._meta.concrete_fields if f.name in kind.fields]
    related = [name for name in near if kind.field(name).is_relation]
    rows = kind.model._default_manager.all()
    return rows.select_related(*related) if related else rows


def _keyed(
    code: str, unit: Unit, sources: list[str], keys: set[str]
) -> Iterable[Record]:
    rows = registry.get(code).model._default_manager.all()
    return source_keys.keyed(rows, [unit.pk], sources, keys)


def _event_key(row: Applied) -> str:
    number = row.values.get("incident", {}).get("case_number")
    return str(number)[:120] if number else row.key


def _event_values(row: Applied, mapped: set[str]) -> dict[str, Any] | None:
    """The event of a row; None where too little is said of it."""
    given = dict(row.values.get("incident", {}))
    firearm = row.values.get("firearm", {})
    event = kinds.EVENTS.get(str(firearm.get("kind") or "recovered"))
    date = firearm.get("event_date")
    told = [name for name in given if name != "type"]
    if event is None or not date or not told:
        return None
    kind = registry.get("incident")
    values = {name: _empty(kind, name) for name in mapped}
    values.update(given)
    values["type"] = given.get("type") or event
    values["occurred_from"] = date
    values["as_read"] = row.as_read.get("incident", {})
    return values


def _taken(old: Record, unit: Unit) -> Problem:
    if old.unit_id != unit.pk:
        return Problem(
            "key_taken",
            "this sender's key is used by another unit. Choose another name for the "
            "sender.",
            rejects=True,
        )
    return Problem(
        "withdrawn",
        "%(reference)s, which has this key, was withdrawn. Restore it first, or leave "
        "the row out.",
        {"reference": old.reference},
        rejects=True,
    )


def _unknown_reference(label: str, value: object, target: Any) -> Problem:
    return Problem(
        "unknown_reference",
        "%(field)s “%(key)s” is the key of no record of this sender. Send the table "
        "that holds it too.",
        {"field": label, "key": str(value)[:60]},
        field=target.path,
        rejects=bool(target.required),
    )
