"""Read records: always through the gate."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from focalpoint.accounts.access import (
    RestrictionUnread,
    get_or_404,
    has_read,
    visible,
)
from focalpoint.records import registry
from focalpoint.records.base import Record
from focalpoint.records.models import Link


def records(code: str, user: Any, *, use: str = "view") -> Any:
    """Return the standing records of a type that a person may see, latest first."""
    model = registry.get(code).model
    everything = model._default_manager.select_related("unit")
    return visible(everything, user, use=use)


def record_or_404(code: str, pk: Any, user: Any, *, use: str = "view") -> Any:
    """Return one record, or the same 404 for absent, forbidden and unknown type.

    A record whose restriction (H3) the person has not read raises
    ``RestrictionUnread``: everything that opens a record comes through here.
    """
    record = record_behind_restriction(code, pk, user, use=use)
    if not has_read(user, record):
        raise RestrictionUnread(record)
    return record


def record_behind_restriction(
    code: str, pk: Any, user: Any, *, use: str = "view"
) -> Any:
    """Return one record to the page that shows its restriction, and to no other."""
    if code not in registry.RECORD_TYPES:
        raise Http404
    return get_or_404(registry.get(code).model, pk, user, use=use, beside="unit")


def by_reference(reference: str, user: Any) -> Record:
    """Return the record with a reference such as RS-F-2026-000123, else 404."""
    letter = "".join(reference.split("-")[-3:-2])
    for kind in registry.all_types():
        if kind.letter == letter:
            found = records(kind.code, user).filter(reference=reference).first()
            if found is not None:
                return found
    raise Http404


def neighbours(
    record: Record, user: Any, *, use: str = "view"
) -> list[tuple[Link, Record]]:
    """Return the links of a record with the record at the other end, both visible."""
    links = visible(Link.objects.filter(withdrawn_at=None), user, use=use).filter(
        Q(from_id=record.pk) | Q(to_id=record.pk)
    )
    ends: dict[str, set[UUID]] = {}
    for link in links:
        code, pk = other_end(link, record)
        ends.setdefault(code, set()).add(pk)
    found = {
        other.pk: other
        for code, pks in ends.items()
        if code in registry.RECORD_TYPES
        for other in records(code, user, use=use).filter(pk__in=pks)
    }
    pairs = ((link, found.get(other_end(link, record)[1])) for link in links)
    return [(link, other) for link, other in pairs if other is not None]


def other_end(link: Link, record: Record) -> tuple[str, UUID]:
    """Return type and identifier of the record at the far end of a link."""
    if link.from_id == record.pk:
        return link.to_type, link.to_id
    return link.from_type, link.from_id


def children(
    record: Record, user: Any, *, use: str = "view"
) -> dict[str, list[Record]]:
    """Return the records that name this one in a field, by type, visible ones only."""
    found: dict[str, list[Record]] = {}
    for kind in registry.all_types():
        for field in kind.model._meta.concrete_fields:
            if field.related_model is type(record):
                named = {field.name: record}
                rows = list(records(kind.code, user, use=use).filter(**named))
                if rows:
                    found.setdefault(kind.code, []).extend(rows)
    return found


def parents(record: Record, user: Any) -> list[Record]:
    """Return the records that this one names, visible ones only."""
    found = []
    for field in record._meta.concrete_fields:
        related = field.related_model
        pk = getattr(record, field.attname)
        if pk and isinstance(related, type) and issubclass(related, Record):
            found.extend(records(related.type_code, user).filter(pk=pk))
    return found


def resolve(
    kind: registry.RecordType, values: Mapping[str, Any], user: Any
) -> dict[str, Any]:
    """Return values with identifiers of other records turned into those records.

    A record that the person may not see is refused like one that does not exist.
    """
    found = dict(values)
    for name, value in values.items():
        field = kind.model._meta.get_field(name)
        related = field.related_model
        if value in (None, "") or not isinstance(related, type):
            continue
        if isinstance(value, Record) or not issubclass(related, Record):
            continue
        try:
            found[name] = get_or_404(related, value, user)
        except Http404:
            message = _("There is no such record. Choose one that you can see.")
            raise ValidationError({name: message}) from None
    return found


def seen(names: Iterable[tuple[str, str]], user: Any) -> dict[str, Record]:
    """Return the records among (type, identifier) that the person may see."""
    by_type: dict[str, set[str]] = {}
    for code, pk in names:
        if code in registry.RECORD_TYPES:
            by_type.setdefault(code, set()).add(pk)
    return {
        str(row.pk): row
        for code, pks in by_type.items()
        for row in records(code, user).filter(pk__in=pks)
    }
