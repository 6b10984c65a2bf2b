"""Retention: what is due for review under which rule, holds, and erasure.

Nothing erases by itself: the machine finds what is due, a person decides. What is
erased are values and former states; the row, its reference and its judgements remain.
"""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from focalpoint.accounts.access import SYSTEM, grants, require, visible
from focalpoint.audit import actions as audit
from focalpoint.records import (
    actions,
    attachments,
    followers,
    history,
    registry,
    storage,
)
from focalpoint.records.base import Record
from focalpoint.records.models import Erasure, Hold, Person
from focalpoint.values import codelists
from focalpoint.values.errors import BadInput

BATCH = 2000
# Person records follow their category in the case.
PERSON_RULES = {
    "suspect": "person_suspect",
    "convicted": "person_convicted",
    "victim": "person_victim_witness",
    "other_party": "person_victim_witness",
}
RULES = {"ballistic": "object", "organisation": "object"}
# What stays when a record is emptied: without these the row would mean nothing.
STAYS = {"handling", "source", "source_key", "kind", "type", "led_category"}


def rule_of(record: Record) -> str:
    """Return the retention class of a record."""
    if isinstance(record, Person):
        return PERSON_RULES.get(record.led_category, "person_suspect")
    code = registry.of(record).retention
    if code == "object" and getattr(record, "kind", "") == "registered":
        return "registry"
    return RULES.get(code, code)


def due_on(record: Record) -> date | None:
    """Return when a record is due for review; None where its rule has no end."""
    rule = codelists.load("retention_classes").get(rule_of(record))
    if rule is None or not rule.extra.get("years"):
        return None
    start = _start(record, rule.extra.get("start", ""))
    return start + timedelta(days=365.25 * int(rule.extra["years"])) if start else None


def mark_due() -> int:
    """Note the day of review on every record that has none; return how many."""
    marked = 0
    for kind in registry.all_types():
        model: Any = kind.model
        last = None
        while rows := _without_review(model, last):
            last = rows[-1].pk
            for row in rows:
                row.review_due = due_on(row)
            noted = [row for row in rows if row.review_due]
            with transaction.atomic():
                model.objects.bulk_update(noted, ["review_due"], batch_size=500)
            marked += len(noted)
    return marked


def queue(kind: registry.RecordType, user: Any) -> QuerySet[Any]:
    """Return the records of a type whose review is due and that nobody holds."""
    rows = visible(kind.model._default_manager.all(), user)
    held = Hold.objects.filter(lifted_at=None).values("record")
    today = timezone.localdate()
    return (
        rows.filter(review_due__lte=today).exclude(pk__in=held).order_by("review_due")
    )


def held(user: Any) -> list[tuple[Hold, Record]]:
    """Return the standing holds with their records, visible ones only."""
    standing = Hold.objects.filter(lifted_at=None).order_by("-placed_at")
    codes: dict[str, list[Hold]] = {}
    for hold in standing.select_related("placed_by"):
        codes.setdefault(hold.record_type, []).append(hold)
    found = []
    for code, rows in codes.items():
        model: Any = registry.get(code).model
        seen = visible(model.objects.all(), user).in_bulk([h.record for h in rows])
        found += [(hold, seen[hold.record]) for hold in rows if hold.record in seen]
    return sorted(found, key=lambda pair: pair[0].placed_at, reverse=True)


def evidence(user: Any) -> QuerySet[Erasure]:
    """Return the evidence of erasures in the units whose retention one decides on."""
    units = grants(user).get("records.purge", frozenset())
    rows = Erasure.objects.filter(unit_id__in=units)
    return rows.select_related("by", "unit").order_by("-at")


def holds(record: Record) -> QuerySet[Hold]:
    """Return the standing holds of a record."""
    return Hold.objects.filter(record=record.pk, lifted_at=None)


@transaction.atomic
def place_hold(record: Record, reason: str, *, by: Any) -> Hold:
    """Keep a record from erasure while a court or a person needs it."""
    require(by, "records.hold", on=record)
    if not reason.strip():
        raise BadInput("Say why the record must be kept.")
    hold = Hold.objects.create(
        record_type=record.type_code,
        record=record.pk,
        reason=reason[:300],
        placed_by=by,
    )
    audit.write("records.hold", by=by, on=record)
    return hold


@transaction.atomic
def lift_hold(hold: Hold, record: Record, *, by: Any) -> None:
    """End a hold."""
    require(by, "records.hold", on=record)
    hold.lifted_at = timezone.now()
    hold.save(update_fields=["lifted_at"])
    audit.write("records.hold", by=by, on=record, detail={"lifted": True})


@transaction.atomic
def keep(record: Record, until: date, reason: str, *, by: Any) -> Record:
    """Decide to keep a record until another day, with the reason."""
    require(by, "records.purge", on=record)
    if until <= timezone.localdate():
        raise BadInput("Choose a day in the future for the next review.")
    if not reason.strip():
        raise BadInput("Say why the record is still needed.")
    record.review_due = until
    record.save(update_fields=["review_due"])
    detail = {"until": until.isoformat(), "reason": reason[:300]}
    audit.write("records.review", by=by, on=record, detail=detail)
    return record


@transaction.atomic
def erase(record: Record, reason: str, *, by: Any) -> Erasure:
    """Empty the values of a record, its files and its former states; keep evidence."""
    require(by, "records.purge", on=record)
    if holds(record).exists():
        raise BadInput("%(r)s is on hold and cannot be erased.", r=record.reference)
    if not reason.strip():
        raise BadInput("Say why the record is erased.")
    record = actions.lock(record)
    emptied = _empty(record)
    record.review_due = None
    record.withdrawn_at = record.withdrawn_at or timezone.now()
    actions.bump(record)
    record.save()
    actions.settle([record])
    for file in attachments.of_record(record, SYSTEM):
        transaction.on_commit(lambda pk=file.pk: storage.remove(pk))  # type: ignore[misc]
        file.withdrawn_at, file.withdrawn_reason = timezone.now(), "erased"
        file.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    evidence = Erasure.objects.create(
        record_type=record.type_code,
        record=record.pk,
        reference=record.reference,
        rule=rule_of(record),
        reason=reason[:300],
        fields=emptied,
        former_states=history.forget([record.pk]),
        by=by,
        unit=record.unit,
    )
    followers.erased([record.pk], by=by)
    audit.write("records.purge", by=by, on=record, fields=emptied)
    return evidence


def _empty(record: Record) -> list[str]:
    """Set every field to nothing but those that say what the row is."""
    kind, emptied = registry.of(record), []
    for name in (*kind.fields, *actions.COMMON_FIELDS):
        field = kind.field(name)
        if name in STAYS or not getattr(record, field.attname):
            continue
        empty = None if field.null else field.get_default()
        setattr(record, name, {} if name in {"as_read", "other"} else empty)
        emptied.append(name)
    record.prepare()
    return emptied


def _without_review(model: type[Model], after: Any) -> list[Any]:
    rows: Any = model._default_manager.filter(review_due=None, withdrawn_at=None)
    return list((rows.filter(pk__gt=after) if after else rows).order_by("pk")[:BATCH])


def _start(record: Record, start: str) -> date | None:
    recorded = record.created_at.date()
    if start == "recorded":
        return recorded
    case = getattr(record, "case", None)
    closed = getattr(record, "closed_on", "") or getattr(case, "closed_on", "")
    if start == "closed":
        return _last_day(closed) or recorded
    if start == "case_end":
        return _last_day(closed)
    if start == "destroyed" and getattr(record, "disposition", "") == "destroyed":
        return _last_day(getattr(record, "disposition_date", ""))
    return None


def _last_day(text: str) -> date | None:
    """Return the last day that a partial date may mean: erasure is never too early."""
    if not text:
        return None
    year, month, day = (*(int(part) for part in text.split("-")), 0, 0)[:3]
    if day:
        return date(year, month, day)
    following = date(year + (month or 12) // 12, (month or 12) % 12 + 1, 1)
    return following - timedelta(days=1)
