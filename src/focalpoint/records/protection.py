"""The registers that data protection asks for: requests of persons, and breaches."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from focalpoint.accounts.access import grants, require
from focalpoint.accounts.models import Unit
from focalpoint.audit import actions as audit
from focalpoint.records.models import Breach, SubjectRequest
from focalpoint.values.errors import BadInput

ANSWER_DAYS = 30
NOTIFY_HOURS = 72  # Directive (EU) 2016/680 art. 30(1)


def requests(user: Any) -> QuerySet[SubjectRequest]:
    """Return the requests that a person may see."""
    rows = SubjectRequest.objects.filter(unit_id__in=_units(user))
    return rows.select_related("unit", "handled_by")


def breaches(user: Any) -> QuerySet[Breach]:
    """Return the breaches that a person may see."""
    rows = Breach.objects.filter(unit_id__in=_units(user))
    return rows.select_related("unit", "recorded_by")


@transaction.atomic
def open_request(
    unit: Unit,
    kind: str,
    *,
    by: Any,
    person: str,
    request: str,
    received_on: date,
    contact: str = "",
) -> SubjectRequest:
    """Enter a request; its clock starts on the day it was received."""
    require(by, "protection.change", on=unit)
    made = SubjectRequest(
        unit=unit,
        kind=kind,
        person=person,
        contact=contact,
        request=request,
        received_on=received_on,
        due_on=received_on + timedelta(days=ANSWER_DAYS),
        handled_by=by,
    )
    made.full_clean()
    made.save(force_insert=True)
    audit.write("protection.change", by=by, on=made, detail={"kind": kind})
    return made


@transaction.atomic
def answer_request(
    request: SubjectRequest, state: str, answer: str, *, by: Any
) -> SubjectRequest:
    """Settle a request; a refusal carries its reasons."""
    require(by, "protection.change", on=request.unit)
    if request.state != SubjectRequest.State.OPEN:
        raise BadInput("The request is answered already.")
    if not answer.strip():
        raise BadInput("Write the answer and its reasons.")
    request.state, request.answer = state, answer
    request.answered_on, request.handled_by = timezone.localdate(), by
    request.full_clean()
    request.save()
    audit.write("protection.change", by=by, on=request, detail={"state": state})
    return request


@transaction.atomic
def report_breach(
    unit: Unit,
    title: str,
    *,
    by: Any,
    discovered_at: datetime,
    description: str,
    categories: str,
    persons: int | None = None,
) -> Breach:
    """Enter a breach; the 72 hours run from its discovery."""
    require(by, "protection.change", on=unit)
    if discovered_at > timezone.now():
        raise BadInput("A breach cannot be discovered in the future.")
    made = Breach(
        unit=unit,
        title=title,
        discovered_at=discovered_at,
        notify_by=discovered_at + timedelta(hours=NOTIFY_HOURS),
        description=description,
        categories=categories,
        persons=persons,
        recorded_by=by,
    )
    made.full_clean()
    made.save(force_insert=True)
    audit.write("protection.change", by=by, on=made)
    return made


@transaction.atomic
def update_breach(breach: Breach, values: dict[str, Any], *, by: Any) -> Breach:
    """Note what was done: authority told, persons told, measures, closed."""
    require(by, "protection.change", on=breach.unit)
    allowed = {
        "measures",
        "notified_at",
        "delay_reason",
        "subjects_told_at",
        "closed_at",
    }
    for name in allowed & set(values):
        setattr(breach, name, values[name])
    if breach.is_late and breach.notified_at and not breach.delay_reason.strip():
        raise BadInput("The authority was told after 72 hours. Say why.")
    breach.full_clean()
    breach.save()
    audit.write("protection.change", by=by, on=breach, fields=allowed & set(values))
    return breach


def _units(user: Any) -> frozenset[int]:
    return grants(user).get("protection.view", frozenset())
