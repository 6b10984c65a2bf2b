"""System checks: a descriptor that names a missing field is an error, and so is a
server without keys."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import FieldDoesNotExist

from focalpoint.records.fields import CodeField, CodesField
from focalpoint.records.registry import RecordType, all_types
from focalpoint.values import codelists


@register()
def descriptors(**kwargs: Any) -> list[CheckMessage]:
    """Verify every field name in every record type."""
    return [problem for kind in all_types() for problem in _problems(kind)]


@register()
def codelists_exist(**kwargs: Any) -> list[CheckMessage]:
    """Verify the code list of every field that has one."""
    return [
        Error(
            f"{kind.code}.{field.name} names a code list {field.codelist} "
            "that is not there",
            id="records.E002",
        )
        for kind in all_types()
        for field in kind.model._meta.get_fields()
        if isinstance(field, CodeField | CodesField)
        and field.codelist not in codelists.names()
    ]


def _problems(kind: RecordType) -> Iterator[CheckMessage]:
    named = {
        *kind.caption,
        *kind.featured,
        *kind.search,
        *kind.fields,
        *kind.required,
        *kind.facets,
        *kind.identify,
        *kind.share,
        *kind.serials,
    } | ({kind.date} if kind.date else set())
    for name in sorted(named):
        try:
            kind.model._meta.get_field(name)
        except FieldDoesNotExist:
            yield Error(
                f"record type {kind.code} names a field {name} that its model lacks",
                id="records.E001",
            )
