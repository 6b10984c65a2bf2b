"""What a column may become: the fields of every record type, as mappings see them."""

import dataclasses
from functools import cache
from typing import Any

from django.db import models

from focalpoint.interop.mapping import TargetField
from focalpoint.records import registry
from focalpoint.records.fields import (
    CodeField,
    CodesField,
    CountryField,
    PartialDateField,
)
from focalpoint.records.registry import RecordType
from focalpoint.records.wording import locale

# Record types that a row may be about, in the order in which they refer to each other.
IMPORTED = (
    "location",
    "organisation",
    "incident",
    "legal_case",
    "seizure",
    "consignment",
    "person",
    "firearm",
    "part",
    "ammunition",
    "explosive",
    "ballistic_item",
    "report",
    "link",
)
# The concept of the vocabulary where it is not the name of the field.
CONCEPTS = {
    "firearm.type": "type",
    "incident.type": "incident_type",
    "incident.occurred_from": "event_date",
    "incident.title": "incident_title",
    "seizure.seized_on": "event_date",
    "seizure.record_number": "key",
    "seizure.authority": "unit_name",
    "person.given_name": "given_names",
    "person.name_original": "person_name",
    "person.national_id": "national_id",
    "person.citizenships": "citizenship",
    "legal_case.number": "case_number",
    "location.name": "place",
    "organisation.name": "organisation_name",
    "part.event_date": "event_date",
    "link.from_id": "link_from",
    "link.to_id": "link_to",
    "link.type": "link_type",
}
# What makes a row be about something; others only say more of it.
SUBSTANCE = {
    "firearm": ("serial", "make", "model", "calibre", "type"),
    "incident": ("type", "place", "case_number", "title", "narrative"),
    "seizure": ("record_number", "authority", "quantity_text"),
    "person": ("family_name", "given_name", "name_original", "national_id"),
    "organisation": ("name",),
    "location": ("name", "place"),
    "legal_case": ("number",),
    "consignment": ("tracking_number",),
    "part": ("component", "serial"),
    "ammunition": ("calibre", "headstamp", "quantity"),
    "explosive": ("family", "model", "quantity"),
    "ballistic_item": ("kind", "calibre"),
    "report": ("title", "text"),
    "link": ("from_id", "to_id"),
}
BOUNDS = {
    "lat": (-90.0, 90.0),
    "lon": (-180.0, 180.0),
    "quantity": (1.0, 100_000_000.0),
}
LENGTHS = (0.0, 100_000.0)
SERIALS = frozenset({"serial"})
# Set by people, by computation or by the import itself.
CLOSED = frozenset(
    {
        "eu_category",
        "from_type",
        "to_type",
        "casualties",
        "location",
        "transit_countries",
    }
)


def fields_of(code: str) -> tuple[TargetField, ...]:
    """Return the fields of a record type that a column may become."""
    return _fields_of(code, locale())


@cache
def _fields_of(code: str, locale: str) -> tuple[TargetField, ...]:
    """Fields carry their labels: they are kept for each language by itself."""
    kind = registry.get(code)
    found = [
        made
        for name in (*kind.fields, "remarks")
        if name not in CLOSED and (made := _field(kind, name)) is not None
    ]
    return tuple(found)


def fields_for(code: str) -> tuple[TargetField, ...]:
    """Return what the columns of a table about ``code`` may become.

    A row about a firearm may tell of its event too; then it makes both.
    """
    return fields_of(code) + (companions() if code == "firearm" else ())


def companions() -> tuple[TargetField, ...]:
    """Return the fields of the event that a row about a firearm may tell of."""
    return _companions(locale())


@cache
def _companions(locale: str) -> tuple[TargetField, ...]:
    wanted = (
        "type",
        "case_number",
        "place",
        "municipality",
        "region",
        "lat",
        "lon",
        "place_type",
        "border_crossing",
        "origin_country",
        "destination_country",
        "transport_mode",
        "conveyance",
        "concealment",
        "detection_method",
        "narrative",
    )
    return tuple(
        dataclasses.replace(field, substance=False)
        for field in _fields_of("incident", locale)
        if field.name in wanted
    )


def _field(kind: RecordType, name: str) -> TargetField | None:
    field = kind.field(name)
    how = _kind_of(field, name)
    if how is None:
        return None
    least, most = BOUNDS.get(name, (None, None))
    if least is None and how in ("integer", "decimal"):
        least, most = LENGTHS
    path = f"{kind.code}.{name}"
    codelist = getattr(field, "codelist", "")
    if isinstance(field, models.ForeignKey):
        codelist = str(getattr(field.related_model, "type_code", ""))
    if path in ("link.from_id", "link.to_id"):
        codelist = "*"
    return TargetField(
        record=kind.code,
        name=name,
        label=kind.label(name),
        kind=how,
        codelist=codelist,
        concept=CONCEPTS.get(path, name),
        aliases=_aliases(kind, name),
        required=path in ("link.from_id", "link.to_id"),
        substance=name in SUBSTANCE.get(kind.code, ()),
        max_length=int(getattr(field, "max_length", None) or 0),
        least=least,
        most=most,
    )


def _aliases(kind: RecordType, name: str) -> tuple[str, ...]:
    plain = name.replace("_", " ")
    return (plain, f"{kind.code.replace('_', ' ')} {plain}")


def _kind_of(field: Any, name: str) -> str | None:
    if name in SERIALS:
        return "serial"
    if isinstance(field, CodesField):
        return "codes"
    if isinstance(field, CodeField):
        return {"makes": "make", "calibres": "calibre"}.get(field.codelist, "code")
    if isinstance(field, PartialDateField):
        return "date"
    if isinstance(field, CountryField):
        return "country"
    if isinstance(field, models.ForeignKey) or field.name in ("from_id", "to_id"):
        return "reference"
    if isinstance(field, models.BooleanField):
        return "boolean"
    if isinstance(field, models.IntegerField):
        return "integer"
    if isinstance(field, models.FloatField | models.DecimalField):
        return "decimal"
    if isinstance(field, models.CharField | models.TextField):
        return "text" if not field.choices else None
    return None
