"""Write records. Nothing else does."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from focalpoint.accounts.access import may, require
from focalpoint.accounts.models import Unit
from focalpoint.audit import actions as audit
from focalpoint.records import (
    dossiers,
    followers,
    history,
    index,
    making,
    registry,
    source_keys,
)
from focalpoint.records.base import Record
from focalpoint.records.identifiers import reserve
from focalpoint.records.models import Link, SameObject
from focalpoint.values import codelists
from focalpoint.values.errors import BadInput

# Columns that a person may set on any record, beside the fields of its type.
COMMON_FIELDS = (
    "handling",
    "handling_note",
    "grading_source",
    "grading_information",
    "source",
    "source_key",
    "as_read",
    "other",
    "remarks",
)


class Conflict(BadInput):
    """Somebody else changed the record since this person read it."""

    def __init__(self, record: Record, former: Mapping[str, Any]) -> None:
        super().__init__(
            gettext_noop(
                "%(reference)s was changed by somebody else since you opened it; "
                "nothing is saved. Compare both versions and choose."
            ),
            reference=record.reference,
        )
        self.record = record
        self.former = dict(former)


class AlreadyJudged(BadInput):
    """There is a standing judgement of these two records."""

    def __init__(self, judgement: SameObject | None) -> None:
        super().__init__(
            gettext_noop(
                "These two records were judged in the meantime; nothing is saved. "
                "Read that judgement; it can be withdrawn, with a reason."
            )
            if judgement is not None
            else gettext_noop(
                "The judgement that this one would replace was withdrawn in the "
                "meantime; nothing is saved. Look at the two records again."
            )
        )
        self.judgement = judgement


def writable(kind: registry.RecordType) -> frozenset[str]:
    """Return the names that ``create`` and ``change`` accept for a record type."""
    return _writable(kind.code)


@cache
def _writable(code: str) -> frozenset[str]:
    return frozenset(registry.get(code).fields) | frozenset(COMMON_FIELDS)


@transaction.atomic
def create(
    kind: registry.RecordType, values: Mapping[str, Any], *, by: Any, unit: Unit
) -> Record:
    """Record something that one source says."""
    require(by, "records.create", on=unit)
    record = build(kind, values, by=by, unit=unit)
    [record.reference] = reserve(kind.letter, record.jurisdiction)
    check(record)
    record.save(force_insert=True)
    settle([record])
    audit.write("records.create", by=by, on=record, fields=values)
    return record


@transaction.atomic
def change(
    record: Record,
    values: Mapping[str, Any],
    *,
    by: Any,
    version: int | None = None,
    action: str = "records.change",
    reason: str = "",
) -> Record:
    """Correct fields of a record and remember what they were, and why."""
    require(by, "records.change", on=record)
    record = lock(record)
    refuse_unknown(registry.of(record), values)
    former = history.differences(record, values)
    if version is not None and version != record.version:
        raise Conflict(record, former)
    if not former:
        return record
    history.remember(record, former, by=by, action=action, reason=reason)
    for name in former:
        setattr(record, name, values[name])
    check(record)
    bump(record)
    record.save()
    settle([record])
    audit.write(action, by=by, on=record, fields=former)
    return record


@transaction.atomic
def withdraw(record: Record, reason: str, *, by: Any) -> Record:
    """Say that a record should not count; it stays, with the reason."""
    require(by, "records.withdraw", on=record)
    record = lock(record)
    if not reason.strip():
        raise BadInput("Say why the record is withdrawn.")
    history.remember(record, {"withdrawn_at": None}, by=by, action="records.withdraw")
    record.withdrawn_at, record.withdrawn_reason = timezone.now(), reason[:300]
    bump(record)
    record.save()
    settle([record])
    audit.write("records.withdraw", by=by, on=record)
    return record


@transaction.atomic
def restore(record: Record, reason: str, *, by: Any) -> Record:
    """Take a withdrawal back."""
    require(by, "records.withdraw", on=record)
    record = lock(record)
    former = {
        "withdrawn_at": history.plain(record.withdrawn_at),
        "withdrawn_reason": record.withdrawn_reason,
    }
    history.remember(record, former, by=by, action="records.restore")
    record.withdrawn_at, record.withdrawn_reason = None, ""
    bump(record)
    record.save()
    settle([record])
    audit.write("records.restore", by=by, on=record, detail={"reason": reason[:300]})
    return record


@transaction.atomic
def link(first: Record, second: Record, type: str, *, by: Any, **values: Any) -> Record:
    """State that two records belong together."""
    require(by, "records.link", on=first)
    if first.pk == second.pk:
        raise BadInput("A record cannot be linked to itself.")
    given = {
        "type": type,
        "from_type": first.type_code,
        "from_id": first.pk,
        "to_type": second.type_code,
        "to_id": second.pk,
        "handling": stricter(first.handling, second.handling),
        # What restricts a record restricts what is said of it.
        "handling_note": " / ".join(
            dict.fromkeys(filter(None, (first.handling_note, second.handling_note)))
        ),
        **values,
    }
    kind = registry.of(Link)
    made = build(kind, given, by=by, unit=first.unit)
    [made.reference] = reserve(kind.letter, made.jurisdiction)
    check(made)
    made.save(force_insert=True)
    settle([made])
    audit.write("records.link", by=by, on=made)
    return made


@transaction.atomic
def judge_same(
    first: Record,
    second: Record,
    verdict: str,
    *,
    reason: str,
    basis: str,
    by: Any,
    weight: float | None = None,
    lead: UUID | None = None,
    replacing: SameObject | None = None,
) -> SameObject:
    """Say whether two records speak of one thing; the records stay as they are.

    ``verdict`` is ``same``, ``different`` or ``cannot_say``. A pair that is judged
    already raises ``AlreadyJudged``, unless ``replacing`` is that judgement.
    """
    require(by, "records.judge_same", on=first)
    require(by, "records.judge_same", on=second)
    _refuse_unjudgeable(first, second, verdict, reason, basis, by)
    dossiers.hold()
    former = dossiers.standing(first.pk, second.pk)
    if (former and former.pk) != (replacing and replacing.pk):
        raise AlreadyJudged(former)
    touched = dossiers.component([first.pk, second.pk])
    if former is not None:
        former.stands = False
        former.save(update_fields=["stands"])
    low, high = sorted((lock(first), lock(second)), key=lambda record: record.pk)
    judgement = SameObject.objects.create(
        record_type=first.type_code,
        first_id=low.pk,
        second_id=high.pk,
        first_version=low.version,
        second_version=high.version,
        verdict=verdict,
        basis=basis,
        reason=reason.strip()[:600],
        by=by,
        weight=weight,
        lead=lead,
        replaces=former,
    )
    dossiers.settle(touched, first.type_code)
    audit.write_many(
        "records.judge_same",
        [low, high],
        by=by,
        detail={"judgement": str(judgement.pk), "verdict": verdict},
    )
    return judgement


@transaction.atomic
def withdraw_same(judgement: SameObject, reason: str, *, by: Any) -> SameObject:
    """Take a judgement back: every dossier is again what it was before it.

    Whoever judged may withdraw, and whoever may withdraw the judgements of others. A
    judgement that this one had replaced stands again.
    """
    ends = list(_ends(judgement))
    own = judgement.by_id == getattr(by, "pk", None)
    capability = "records.judge_same" if own else "records.withdraw_same"
    held = [end for end in ends if may(by, capability, on=end)]
    require(by, capability, on=(held or ends)[0])
    if not reason.strip():
        raise BadInput("Say why the judgement is withdrawn.")
    dossiers.hold()
    judgement = SameObject.objects.select_for_update().get(pk=judgement.pk)
    if not judgement.stands:
        raise BadInput("This judgement does not stand any more; nothing is changed.")
    touched = dossiers.component([judgement.first_id, judgement.second_id])
    judgement.take_back(reason, by)
    judgement.save()
    if judgement.replaces is not None:
        judgement.replaces.stands = True
        judgement.replaces.save(update_fields=["stands"])
        touched |= dossiers.component([judgement.first_id, judgement.second_id])
    dossiers.settle(touched, judgement.record_type)
    audit.write_many(
        "records.withdraw_same",
        ends,
        by=by,
        detail={"judgement": str(judgement.pk), "verdict": judgement.verdict},
    )
    return judgement


def _refuse_unjudgeable(
    first: Record, second: Record, verdict: str, reason: str, basis: str, by: Any
) -> None:
    if not getattr(by, "pk", None):
        raise BadInput("A judgement is made by a person, not by the system.")
    if first.type_code != second.type_code or not registry.of(first).identify:
        raise BadInput("Only two firearms or two persons can be judged the same.")
    if first.pk == second.pk:
        raise BadInput("A record is the same as itself; choose two records.")
    if verdict not in codelists.load("judgement_verdicts").codes:
        raise BadInput("There is no judgement %(verdict)s.", verdict=verdict)
    if basis not in codelists.load("judgement_bases").codes:
        raise BadInput("Choose what the judgement rests on.")
    if not reason.strip():
        raise BadInput("Say what you saw. A court may read this.")


def _ends(judgement: SameObject) -> Any:
    model = registry.get(judgement.record_type).model
    pks = [judgement.first_id, judgement.second_id]
    return model._default_manager.filter(pk__in=pks).order_by("pk")


# ---- the parts that bulk actions share


def build(
    kind: registry.RecordType, values: Mapping[str, Any], *, by: Any, unit: Unit
) -> Record:
    """Return a record that is not stored yet."""
    refuse_unknown(kind, values)
    author = by if getattr(by, "pk", None) else None
    record = making.make(kind.model, {**values, "unit": unit, "created_by": author})
    record.dossier = record.pk
    record.jurisdiction = unit.jurisdiction
    return record


def check(record: Record) -> None:
    """Set the computed columns and refuse what the schema does not allow."""
    kind = registry.of(record)
    record.prepare()
    missing = [
        name
        for name in kind.required
        if not getattr(record, name) and name not in record.as_read
    ]
    if missing:
        raise ValidationError(
            {name: _("Enter “%s”.") % kind.label(name) for name in missing}
        )
    if "h3" in record.handling and not record.handling_note.strip():
        raise ValidationError(
            {"handling_note": _("H3 needs its restriction in words.")}
        )
    record.full_clean()


def refuse_unknown(kind: registry.RecordType, values: Mapping[str, Any]) -> None:
    """Refuse names that are no field of the record type."""
    if values.keys() <= writable(kind):
        return
    unknown = sorted(set(values) - writable(kind))
    if unknown:
        raise BadInput(
            "%(kind)s has no field %(name)s", kind=kind.code, name=", ".join(unknown)
        )


def lock(record: Record) -> Any:
    """Return the record as it stands now, held until the transaction ends."""
    return type(record).objects.select_for_update().get(pk=record.pk)  # type: ignore[attr-defined]


def bump(record: Record) -> None:
    """Count a change."""
    record.version += 1
    record.updated_at = timezone.now()


def settle(records: list[Record], *, follow: bool = True) -> None:
    """Bring what is derived from records, such as the search index, in line.

    An import is followed as a whole, when all of it is there.
    """
    index.settle(records)
    if follow:
        followers.settled(records)


def unsettle(records: list[Record]) -> None:
    """Take records that are removed out of what is derived from them."""
    index.unsettle(records)
    followers.removed([record.pk for record in records])


def stricter(first: str, second: str) -> str:
    """Return the handling codes that hold for something made of both."""
    codes = sorted({*first.split("+"), *second.split("+")} - {"h0"})
    return "+".join(codes) or "h0"


def find_by_key(
    kind: registry.RecordType, unit: Unit, source: str, key: str
) -> UUID | None:
    """Return the record of a unit that this source calls by this number."""
    rows = kind.model._default_manager.all()
    found = source_keys.keyed(rows, [unit.pk], [source], [key])
    return found.values_list("pk", flat=True).first()
