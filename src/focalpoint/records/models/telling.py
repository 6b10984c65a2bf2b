"""Records that tell of others: seen by those who may see what they tell of.

A link names its two ends, an attachment the record that it belongs to. Where one of
these is a person, the row says of a person what the person's own record says: it is
held behind the same capabilities.
"""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from focalpoint.records import registry
from focalpoint.records.models.person import PROTECTED, Person


def of_kind(
    queryset: models.QuerySet[Any],
    held: dict[str, frozenset[int]],
    kind: registry.RecordType,
    column: str,
) -> models.QuerySet[Any]:
    """Ask of rows that name a kind in a column what the kind asks of its records."""
    for capability in kind.model.view_capabilities:
        units = held.get(capability, frozenset())
        if not units:
            queryset = queryset.exclude(**{column: kind.code})
        elif units != held.get("records.view"):
            queryset = queryset.filter(~Q(**{column: kind.code}) | Q(unit_id__in=units))
    return queryset


def of_seen(
    queryset: models.QuerySet[Any],
    held: dict[str, frozenset[int]],
    ends: Iterable[tuple[str, str]],
) -> models.QuerySet[Any]:
    """Narrow rows to those whose ends a person may see at all.

    ``ends`` names the columns with type and identifier of each end.
    """
    for code, identifier in ends:
        for kind in registry.all_types():
            queryset = of_kind(queryset, held, kind, code)
        units = held.get("records.protected_persons", frozenset())
        if units != held.get("records.view"):
            closed = Person._default_manager.filter(
                pk=OuterRef(identifier), led_category__in=PROTECTED
            ).exclude(unit_id__in=units)
            queryset = queryset.filter(~Q(**{code: Person.type_code}) | ~Exists(closed))
    return queryset


def is_personal(record: Any) -> bool:
    """Tell whether a record is about a person, itself or by what it tells of."""
    ends = [
        getattr(record, code) for code, _identifier in getattr(record, "tells_of", ())
    ]
    return any(
        registry.RECORD_TYPES[code].personal
        for code in (record.type_code, *ends)
        if code in registry.RECORD_TYPES
    )


def without_persons(queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Leave out the rows that tell of a person."""
    personal = [kind.code for kind in registry.all_types() if kind.personal]
    for code, _identifier in getattr(queryset.model, "tells_of", ()):
        queryset = queryset.exclude(**{f"{code}__in": personal})
    return queryset


def sees_all(held: dict[str, frozenset[int]]) -> bool:
    """Tell whether nothing that such a row tells of is closed to a person."""
    wanted = {name for kind in registry.all_types() for name in _capabilities(kind)}
    view = held.get("records.view", frozenset())
    return all(held.get(name, frozenset()) == view for name in wanted)


def _capabilities(kind: registry.RecordType) -> tuple[str, ...]:
    protected = ("records.protected_persons",) if kind.personal else ()
    return (*kind.model.view_capabilities, *protected)
