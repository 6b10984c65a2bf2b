"""Bulk actions: many records at once, checked, audited and remembered like single ones.

Each call is one short transaction. New records of an import are hidden until ``reveal``
says that the whole of it is there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.utils import timezone

from focalpoint.accounts.access import require
from focalpoint.accounts.models import Unit
from focalpoint.audit import actions as audit
from focalpoint.audit import inserting
from focalpoint.records import actions, followers, history, index, registry
from focalpoint.records.base import Record
from focalpoint.records.identifiers import reserve
from focalpoint.records.models.state import State
from focalpoint.records.registry import RecordType

REMOVED = 200  # records that are taken away in one transaction
REMEMBERED = 20_000  # values known to be sound, of one field
REVEALED = 2_000  # rows of one UPDATE: well under half a second


@dataclass(frozen=True)
class Change:
    """Fields of one record and what they become."""

    record: Record
    values: Mapping[str, Any]


def build_many(
    kind: RecordType, rows: Iterable[Mapping[str, Any]], *, by: Any, unit: Unit
) -> list[Record]:
    """Return records that are not stored yet; unknown fields are refused."""
    return [actions.build(kind, values, by=by, unit=unit) for values in rows]


def problems_of(record: Record, names: Iterable[str]) -> dict[str, list[str]]:
    """Return what is wrong with the given fields of a record, by field.

    The same checks as for a single record, apart from uniqueness, which the database
    itself keeps.
    """
    kind = registry.of(record)
    record.prepare()
    wrong: dict[str, list[str]] = {}
    for name in kind.required:
        if not getattr(record, name) and name not in record.as_read:
            wrong.setdefault(name, []).append("missing")
    checks, own = _checks(kind.code), record.__dict__
    for name in names:
        check = checks[name]
        value = own[check.name]
        if check.is_reference or (check.blank and value in check.empty):
            continue  # what a reference names, the importer has looked up
        place = (type(value), value) if isinstance(value, str | int | float) else None
        if place is not None and place in check.sound:
            continue  # registers say the same few things again and again
        try:
            setattr(record, check.name, check.field.clean(value, record))
        except ValidationError as problem:
            wrong.setdefault(name, []).extend(problem.messages)
            continue
        if place is not None and len(check.sound) < REMEMBERED:
            check.sound.add(place)
    return wrong


class _Check(NamedTuple):
    """How one field of a record type is checked, and values known to be sound."""

    field: Any
    name: str
    blank: bool
    is_reference: bool
    empty: Sequence[Any]
    sound: set[tuple[type, object]]


@cache
def _checks(code: str) -> dict[str, _Check]:
    return {
        field.name: _Check(
            field,
            field.attname,
            field.blank,
            isinstance(field, models.ForeignKey),
            field.empty_values,
            set(),
        )
        for field in registry.get(code).model._meta.concrete_fields
    }


@transaction.atomic
def create_many(
    records: Sequence[Record],
    *,
    by: Any,
    batch: UUID | None = None,
    hidden: bool = False,
) -> None:
    """Store records of one type and unit that ``build_many`` has made."""
    if not records:
        return
    kind, first = registry.of(records[0]), records[0]
    require(by, "records.create", on=first.unit)
    numbers = reserve(kind.letter, first.jurisdiction, len(records))
    for record, number in zip(records, numbers, strict=True):
        record.reference = number
        record.batch, record.is_complete = batch, not hidden
        record.prepare()
    _insert(kind, records)
    index.settle(records, are_new=True)
    if batch is None:  # an import is followed as a whole, when all of it is there
        followers.settled(records)
    audit.write_many(
        "records.create",
        records,
        by=by,
        detail={"batch": str(batch)} if batch else None,
    )


@transaction.atomic
def change_many(
    changes: Sequence[Change],
    *,
    by: Any,
    batch: UUID | None = None,
    action: str = "records.change",
) -> list[Record]:
    """Correct many records of one type; those that would stay as they are are left."""
    if not changes:
        return []
    kind = registry.of(changes[0].record)
    wanted = {change.record.pk: change.values for change in changes}
    found = kind.model._default_manager.select_for_update().filter(pk__in=wanted)
    changed: list[Record] = []
    states: list[State] = []
    fields: dict[frozenset[str], list[Record]] = {}
    for record in found:
        require(by, "records.change", on=record)
        values = wanted[record.pk]
        actions.refuse_unknown(kind, values)
        former = history.differences(record, values)
        if not former:
            continue
        state = history.state_of(record, former, by=by, action=action)
        state.batch = batch
        states.append(state)
        for name in former:
            setattr(record, name, values[name])
        record.prepare()
        actions.bump(record)
        changed.append(record)
        fields.setdefault(frozenset(former), []).append(record)
    _store(kind, changed, {name for names in fields for name in names})
    inserting.insert_objects(State, states)
    actions.settle(changed, follow=batch is None)
    for names, group in fields.items():
        audit.write_many(
            action,
            group,
            by=by,
            fields=names,
            detail={"batch": str(batch)} if batch else None,
        )
    return changed


def hidden(kind: RecordType, batch: UUID) -> list[list[UUID]]:
    """Return an import's records that nobody sees yet, in portions to ``reveal``."""
    rows = kind.model._default_manager.filter(batch=batch, is_complete=False)
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    return [keys[i : i + REVEALED] for i in range(0, len(keys), REVEALED)]


@transaction.atomic
def reveal(
    kind: RecordType, keys: Sequence[UUID], batch: UUID, *, by: Any, unit: Unit
) -> int:
    """Show one portion of an import's new records; return how many."""
    require(by, "records.create", on=unit)
    rows = kind.model._default_manager.filter(pk__in=keys, unit=unit, is_complete=False)
    count = rows.update(is_complete=True)
    index.reveal(keys)
    audit.write(
        "records.receive",
        by=by,
        detail={"batch": str(batch), "type": kind.code, "count": count},
    )
    return count


@transaction.atomic
def remove_hidden(kind: RecordType, batch: UUID, *, by: Any, unit: Unit) -> int:
    """Remove one portion of what an unfinished import has made; return how many."""
    require(by, "records.create", on=unit)
    rows = kind.model._default_manager.filter(batch=batch, is_complete=False)
    return _removed(kind, list(rows[:REMOVED]), by=by, batch=batch)


@transaction.atomic
def take_back(
    kind: RecordType, keys: Sequence[UUID], batch: UUID, *, by: Any, unit: Unit
) -> int:
    """Remove records of an import that is undone; return how many."""
    require(by, "intake.undo", on=unit)
    rows = kind.model._default_manager.filter(batch=batch, unit=unit, pk__in=keys)
    return _removed(kind, list(rows), by=by, batch=batch)


@transaction.atomic
def withdraw_many(records: Sequence[Record], reason: str, *, by: Any) -> None:
    """Say of many records that they should not count; they stay, with the reason."""
    states = []
    for record in records:
        require(by, "intake.undo", on=record)
        states.append(
            history.state_of(
                record, {"withdrawn_at": None}, by=by, action="records.withdraw"
            )
        )
        record.withdrawn_at, record.withdrawn_reason = timezone.now(), reason[:300]
        actions.bump(record)
    inserting.insert_objects(State, states)
    for record in records:
        record.save()
    actions.settle(list(records))
    audit.write_many("records.withdraw", records, by=by)


def _removed(kind: RecordType, rows: list[Record], *, by: Any, batch: UUID) -> int:
    if not rows:
        return 0
    audit.write_many("records.undo", rows, by=by, detail={"batch": str(batch)})
    actions.unsettle(rows)
    history.forget(row.pk for row in rows)
    kind.model._default_manager.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _insert(kind: RecordType, records: Sequence[Record]) -> None:
    inserting.insert_objects(kind.model, records)
    for record in records:
        record._state.adding, record._state.db = False, connection.alias


def _store(kind: RecordType, records: list[Record], names: set[str]) -> None:
    """Write the changed columns and those that are computed from them."""
    if not records:
        return
    computed = {
        field.name
        for field in kind.model._meta.concrete_fields
        if not field.editable and not field.primary_key and not field.is_relation
    }
    kind.model._default_manager.bulk_update(
        records, sorted(names | computed), batch_size=100
    )
