"""Former states of records and the differences between them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models

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


def remember(
    record: Record, former: Mapping[str, Any], *, by: Any, action: str
) -> State:
    """Keep what the record was before this change."""
    state = state_of(record, former, by=by, action=action)
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


def forget(records: Iterable[UUID]) -> int:
    """Remove the history of records that retention empties."""
    return State.objects.filter(record__in=list(records)).delete()[0]


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})
