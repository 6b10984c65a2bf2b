"""What the models cannot say about themselves, once for each record type."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from focalpoint.records.base import Record
from focalpoint.values import codelists
from focalpoint.values.errors import BadInput


@dataclass(frozen=True)
class RecordType:
    """One row of the registry; everything generic reads it."""

    model: type[Record]
    code: str
    letter: str  # the letter in references, such as F in RS-F-2026-000123
    caption: tuple[str, ...]
    featured: tuple[str, ...]
    search: tuple[str, ...]
    groups: tuple[tuple[Any, tuple[str, ...]], ...]  # title and fields, in form order
    required: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    date: str = ""  # the field that says when it happened
    identify: tuple[str, ...] = ()
    share: tuple[str, ...] = ()
    retention: str = "object"
    serials: tuple[str, ...] = ()  # fields searched as serial numbers
    personal: bool = False
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The name of one such record."""
        return str(self.model._meta.verbose_name)

    @property
    def title_plural(self) -> str:
        """The name of several."""
        return str(self.model._meta.verbose_name_plural)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the type itself, in the order of its form."""
        return tuple(name for _title, names in self.groups for name in names)

    def field(self, name: str) -> models.Field[Any, Any]:
        """Return the model field with this name."""
        return self.model._meta.get_field(name)  # type: ignore[return-value]

    def label(self, name: str) -> str:
        """Return the name of a field as people read it."""
        return str(self.field(name).verbose_name)

    def caption_of(self, record: Record) -> str:
        """Return the record in a few words."""
        return " ".join(
            filter(None, (self.text(record, name) for name in self.caption))
        )

    def text(self, record: Record, name: str, locale: str = "en") -> str:
        """Return a value as people read it: the code's label, else what was read."""
        value = getattr(record, name)
        codelist = getattr(self.field(name), "codelist", "")
        if codelist and value:
            values = value if isinstance(value, list) else [value]
            return ", ".join(_label(codelist, code, locale) for code in values)
        if value in (None, "", [], {}):
            return str(record.as_read.get(name, ""))
        return str(value)


RECORD_TYPES: dict[str, RecordType] = {}


def register(kind: RecordType) -> RecordType:
    """Add a row. Only stores: models are still being defined; checks.py verifies."""
    kind.model.type_code, kind.model.record_type = kind.code, kind
    RECORD_TYPES[kind.code] = kind
    return kind


def get(code: str) -> RecordType:
    """Return the record type with this code."""
    if code not in RECORD_TYPES:
        raise BadInput("there is no record type %(code)s", code=code)
    return RECORD_TYPES[code]


def of(record: Record | type[Record]) -> RecordType:
    """Return the record type of a record."""
    return RECORD_TYPES[record.type_code]


def all_types() -> Iterator[RecordType]:
    """Return every record type in the order of registration."""
    yield from RECORD_TYPES.values()


def _label(codelist: str, code: str, locale: str) -> str:
    found = codelists.load(codelist).get(code)
    return found.label(locale) if found else code
