"""Former states of records and the differences between them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone

from focalpoint.records.base import Record
from focalpoint.records.models.state import State


def plain(value: Any) -> Any:
    """Return a value as JSON holds it."""
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def differences(record: Record, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the former value of every field that ``values`` would change."""
    found = {}
    for name, value in values.items():
        now = getattr(record, name)
        if plain(now) != plain(value) and not (_is_empty(now) and _is_empty(value)):
            found[name] = plain(now)
    return found


def needs_reason(record: Record, by: Any) -> bool:
    """Tell whether a person is to say why a record is changed.

    Whoever recorded it may still finish it on the same day without a reason.
    """
    mine = record.created_by_id is not None and record.created_by_id == by.pk
    return not mine or timezone.localdate(record.created_at) != timezone.localdate()


def remember(
    record: Record, former: Mapping[str, Any], *, by: Any, action: str, reason: str = ""
) -> State:
    """Keep what the record was before this change, and why it was changed."""
    state = state_of(record, former, by=by, action=action)
    state.reason = reason.strip()[:300]
    state.save()
    return state


def state_of(
    record: Record, former: Mapping[str, Any], *, by: Any, action: str
) -> State:
    """Return the row that keeps the former values, not yet stored."""
    return State(
        record_type=record.type_code,
        record=record.pk,
        version=record.version,
        action=action,
        by=str(by.pk) if by.pk else "system",
        batch=record.batch,
        values=dict(former),
    )


def states(record: Record) -> models.QuerySet[State]:
    """Return the former states of a record, the latest first."""
    return State.objects.filter(record=record.pk).order_by("-version", "-pk")


def changed_since(record: Record, version: int) -> list[str]:
    """Return the fields that are other than they were in an earlier version.

    A field that was changed and changed back is not among them. After an erasure the
    history is gone, and nothing can be named.
    """
    former: dict[str, Any] = {}
    rows = State.objects.filter(record=record.pk, version__gte=version)
    for values in rows.order_by("version", "pk").values_list("values", flat=True):
        for name, value in values.items():
            former.setdefault(name, value)
    return sorted(
        name
        for name, value in former.items()
        if not hasattr(record, name) or name == "marks" or _differs(record, name, value)
    )


def _differs(record: Record, name: str, former: Any) -> bool:
    now = plain(getattr(record, name))
    return bool(now != former and not (_is_empty(now) and _is_empty(former)))


def forget(records: Iterable[UUID]) -> int:
    """Remove the history of records that retention empties."""
    return State.objects.filter(record__in=list(records)).delete()[0]


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})
