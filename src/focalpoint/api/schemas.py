"""Schemas of the record types, made from their models."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, create_model
from pydantic_core import PydanticCustomError

from focalpoint.accounts import queries as people
from focalpoint.records.actions import COMMON_FIELDS
from focalpoint.records.base import Record
from focalpoint.records.history import plain
from focalpoint.records.registry import RecordType

TYPES: tuple[tuple[type[models.Field], Any], ...] = (
    (models.JSONField, list[Any] | dict[str, Any]),
    (models.BooleanField, bool),
    (models.FloatField, float),
    (models.PositiveSmallIntegerField, int),
    (models.PositiveIntegerField, int),
    (models.PositiveBigIntegerField, int),
    (models.UUIDField, UUID),
    (models.ForeignKey, UUID),
    (models.CharField, str),
    (models.TextField, str),
)
# One of the two numbers by which UTF-16 writes a character, without the other.
HALF = re.compile("[\ud800-\udfff]")
# A day from both ends: in every zone of the world the year is one that can be written.
FIRST = datetime(1, 1, 2, tzinfo=UTC)
LAST = datetime(9999, 12, 30, tzinfo=UTC)
# Lists of groups, each a few named values; every other list holds texts.
GROUPED = frozenset({"casualties", "commission"})


def _placed(moment: datetime) -> datetime:
    """Return a moment with its zone, the instance's where none is given."""
    zone = moment.tzinfo or timezone.get_current_timezone()
    placed = moment.replace(tzinfo=zone)
    if not FIRST <= placed <= LAST:
        raise PydanticCustomError("moment", _("There is no such moment."))
    return placed


Moment = Annotated[datetime, AfterValidator(_placed)]


class Common(Schema):
    """What every record tells of itself."""

    id: UUID
    record_type: str
    reference: str
    caption: str
    url: str
    unit: str
    jurisdiction: str
    version: int
    created_at: datetime
    updated_at: datetime
    withdrawn: bool


def out_schema(kind: RecordType) -> type[Schema]:
    """Return the schema of a record as it is read."""
    fields = {
        name: (_type(kind.field(name)) | None, Field(None, title=kind.label(name)))
        for name in (*kind.fields, *COMMON_FIELDS)
    }
    return create_model(f"{kind.model.__name__}Out", __base__=Common, **fields)  # type: ignore[call-overload]


def in_schema(kind: RecordType) -> type[Schema]:
    """Return the schema of what may be written; unknown names are refused."""
    fields = {
        name: (
            _written(kind.field(name)) | None,
            Field(None, title=kind.label(name), **_limits(kind.field(name))),
        )
        for name in (*kind.fields, *COMMON_FIELDS)
    }
    return create_model(  # type: ignore[call-overload]
        f"{kind.model.__name__}In",
        __base__=_Strict,
        unit=(str | None, Field(None, title="code of the unit; needed to create")),
        **fields,
    )


def as_out(record: Record, kind: RecordType) -> dict[str, Any]:
    """Return a record in the shape of its schema."""
    values = {
        name: plain(getattr(record, kind.field(name).attname))
        for name in (*kind.fields, *COMMON_FIELDS)
    }
    return {
        **values,
        "id": record.pk,
        "record_type": kind.code,
        "reference": record.reference,
        "caption": record.caption,
        "url": f"/records/{kind.code}/{record.pk}/",
        "unit": record.unit.code,
        "jurisdiction": record.jurisdiction,
        "version": record.version,
        "created_at": record.created_at,
        "updated_at": record.updated_at,
        "withdrawn": record.withdrawn_at is not None,
    }


class _Strict(Schema):
    model_config = ConfigDict(extra="forbid")


def refuse_broken_text(values: Mapping[str, Any]) -> None:
    """Refuse what no database stores as text, however deep it lies."""
    for name, value in values.items():
        for text in _texts(value):
            if "\x00" in text:
                raise ValidationError({name: _("Text cannot hold a null character.")})
            if HALF.search(text):
                raise ValidationError({name: _("Text cannot hold half a character.")})


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in (*value, *value.values()):
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def _written(field: models.Field) -> Any:
    """Return what may be written; what was stored before may hold more than that."""
    if not isinstance(field, models.JSONField):
        return _type(field)
    if field.default is dict:
        return dict[str, str]
    return list[dict[str, str | int]] if field.name in GROUPED else list[str]


def _type(field: models.Field) -> Any:
    for model_field, python in TYPES:
        if isinstance(field, model_field):
            return python
    raise TypeError(field)


def _limits(field: models.Field) -> dict[str, Any]:
    if isinstance(field, models.CharField) and field.max_length:
        return {"max_length": field.max_length}
    if isinstance(field, models.PositiveSmallIntegerField):
        return {"ge": 0, "le": 32_767}
    if isinstance(field, models.PositiveIntegerField):
        return {"ge": 0, "le": 2_147_483_647}
    if isinstance(field, models.FloatField):
        return {"allow_inf_nan": False}
    return {}


class WithdrawalIn(Schema):
    """Why a judgement is taken back."""

    reason: str


class JudgedOut(Schema):
    """What every judgement says: who, when, why, and whether it stands."""

    id: UUID
    verdict: str
    basis: str
    reason: str
    by: str
    at: datetime
    stands: bool
    withdrawn_at: datetime | None
    withdrawn_reason: str


def as_judged(row: Any) -> dict[str, Any]:
    """Return what every judgement says in the shape of its schema."""
    return {
        **{name: getattr(row, name) for name in JudgedOut.model_fields if name != "by"},
        "by": people.names({str(row.by_id)}).get(str(row.by_id), ""),
    }
