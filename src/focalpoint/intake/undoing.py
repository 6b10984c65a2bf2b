"""Take an import back: what depends on it first, then its changes, then its records."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models

from focalpoint.accounts.access import require
from focalpoint.intake import actions, files
from focalpoint.intake.models import Batch
from focalpoint.records import bulk, registry
from focalpoint.records.base import Record
from focalpoint.records.models import Attachment, Hold, Link, SameObject
from focalpoint.records.models.state import State
from focalpoint.records.registry import RecordType

STEP = 200
Status = Batch.Status
REASON = "The import was undone; other records depend on this one."


@dataclass(frozen=True)
class Dependant:
    """Something from elsewhere that speaks of an imported record.

    ``why`` is ``link``, ``attachment``, ``judgement``, ``hold``, ``correction`` or the
    name of a record type whose record refers to it.
    """

    record: UUID
    on: str
    why: str
    title: str


def dependants(batch: Batch, limit: int | None = None) -> list[Dependant]:
    """Name what depends on the records of an import and is not part of it."""
    found: list[Dependant] = []
    for kind in _kinds(batch):
        for keys in _portions(kind, batch):
            found += _of(kind, keys, batch)
            if limit is not None and len(found) >= limit:
                return found[:limit]
    return found


def undo(batch: Batch, *, by: Any) -> Batch:
    """Carry out an undo: former values back, records that stand alone removed.

    A record that something depends on is withdrawn with the reason, so that nothing is
    left pointing at a gap.
    """
    _put_back(batch, by=by)
    removed = kept = 0
    for kind in reversed(_kinds(batch)):
        for keys in _portions(kind, batch):
            needed = {dependant.record for dependant in _of(kind, keys, batch)}
            rows = kind.model._default_manager.filter(pk__in=needed, withdrawn_at=None)
            bulk.withdraw_many(list(rows), REASON, by=by)
            kept += len(needed)
            free = [key for key in keys if key not in needed]
            removed += bulk.take_back(kind, free, batch.pk, by=by, unit=batch.unit)
    report = {**batch.report, "undone": {"removed": removed, "withdrawn": kept}}
    return actions.settle(batch, Status.UNDONE, report, by=by)


def remove(batch: Batch, *, by: Any) -> Batch:
    """Take back an import that was stopped before it was complete.

    One that stopped while its records were being shown is undone: somebody may have
    used those that were there.
    """
    kinds = _kinds(batch)
    if any(_shown(kind, batch).exists() for kind in kinds):
        require(by, "intake.undo", on=batch)
        batch = undo(batch, by=by)
    else:
        _put_back(batch, by=by)
        for kind in reversed(kinds):
            while bulk.remove_hidden(kind, batch.pk, by=by, unit=batch.unit):
                pass
    files.drop(batch)
    return actions.settle(batch, Status.REMOVED, {}, by=by)


def _shown(kind: RecordType, batch: Batch) -> models.QuerySet[Record]:
    return kind.model._default_manager.filter(batch=batch.pk, is_complete=True)


def _put_back(batch: Batch, *, by: Any) -> None:
    """Give changed records their former values, except where a person came later."""
    done: set[int] = set()
    while states := list(_states(batch).exclude(pk__in=done)[:STEP]):
        for kind in _kinds(batch):
            own = [state for state in states if state.record_type == kind.code]
            changes = [change for state in own if (change := _former(kind, state))]
            bulk.change_many(changes, by=by, action="records.undo")
        done.update(state.pk for state in states)


def _states(batch: Batch) -> models.QuerySet[State]:
    return State.objects.filter(batch=batch.pk, action="intake.change").order_by("pk")


def _former(kind: RecordType, state: State) -> bulk.Change | None:
    record = kind.model._default_manager.filter(pk=state.record).first()
    if record is None:
        return None
    later: set[str] = set()
    for other in State.objects.filter(record=state.record, pk__gt=state.pk):
        later |= set(other.values)
    values = {}
    for name, value in state.values.items():
        if name in later or name not in (*kind.fields, "as_read", "other", "remarks"):
            continue
        field: Any = kind.field(name)
        if field.is_relation and value is not None:
            value = field.related_model._default_manager.filter(pk=value).first()
        values[name] = value
    return bulk.Change(record, values) if values else None


def _kinds(batch: Batch) -> list[RecordType]:
    return [registry.get(code) for code in actions.created_types(batch)]


def _portions(kind: RecordType, batch: Batch) -> Iterator[list[UUID]]:
    """The identifiers of an import's records of one type, a few hundred at a time."""
    rows = kind.model._default_manager.filter(batch=batch.pk, unit=batch.unit)
    last: UUID | None = None
    while True:
        part = rows.filter(pk__gt=last) if last else rows
        keys = list(part.order_by("pk").values_list("pk", flat=True)[:STEP])
        if not keys:
            return
        yield keys
        last = keys[-1]


def _of(kind: RecordType, keys: list[UUID], batch: Batch) -> list[Dependant]:
    names = dict(
        kind.model._default_manager.filter(pk__in=keys).values_list("pk", "reference")
    )
    found = [*_links(keys, batch), *_owned(keys), *_corrections(keys, batch)]
    found += _referring(kind, keys, batch)
    return [
        Dependant(record, names.get(record, ""), why, title)
        for record, why, title in found
    ]


def _links(keys: list[UUID], batch: Batch) -> Iterable[tuple[UUID, str, str]]:
    for end in ("from_id", "to_id"):
        rows = Link.objects.filter(**{f"{end}__in": keys}).exclude(batch=batch.pk)
        for record, title in rows.values_list(end, "reference"):
            yield record, "link", title


def _owned(keys: list[UUID]) -> Iterable[tuple[UUID, str, str]]:
    files = Attachment.objects.filter(owner_id__in=keys)
    for record, title in files.values_list("owner_id", "name"):
        yield record, "attachment", title
    for end in ("first_id", "second_id"):
        judged = SameObject.objects.filter(**{f"{end}__in": keys})
        for record, verdict in judged.values_list(end, "verdict"):
            yield record, "judgement", verdict
    holds = Hold.objects.filter(record__in=keys, lifted_at=None)
    for record, title in holds.values_list("record", "reason"):
        yield record, "hold", title


def _corrections(keys: list[UUID], batch: Batch) -> Iterable[tuple[UUID, str, str]]:
    rows = State.objects.filter(record__in=keys).exclude(action="records.undo")
    rows = rows.exclude(batch=batch.pk, action="intake.change")
    for record, action in rows.values_list("record", "action").distinct():
        yield record, "correction", action


def _referring(
    kind: RecordType, keys: list[UUID], batch: Batch
) -> Iterable[tuple[UUID, str, str]]:
    """Rows of other models with a foreign key to these records."""
    for relation in kind.model._meta.related_objects:
        model: Any = relation.related_model
        name = relation.field.name
        rows = model._default_manager.filter(**{f"{name}__in": keys})
        if issubclass(model, Record):
            rows = rows.exclude(batch=batch.pk)
        for row in rows[: STEP * 5]:
            title = getattr(row, "reference", "") or str(model._meta.verbose_name)
            yield getattr(row, f"{name}_id"), str(model._meta.model_name), title
