"""The marks of a gun as rows: what is read on it beside what that means."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from focalpoint.records import wording
from focalpoint.records.dossier import Dossier
from focalpoint.records.models import Firearm, Mark
from focalpoint.values import codelists
from focalpoint.web import tables

Row = dict[str, object]
# condition of a mark: kind of chip
CONDITIONS = {
    "intact": "ok",
    "restored_full": "ok",
    "never_marked": "plain",
    "not_examined": "plain",
    "partial_visible": "warn",
    "restored_partial": "warn",
    "corroded": "warn",
    "covered_or_painted": "warn",
}


def rows(told: Dossier) -> list[Row]:
    """Every mark in the order of the list, serial numbers first, each with its source.

    Of a gun that several records speak of, the marks of all of them: this record first.
    """
    kinds = codelists.load("mark_kinds").codes
    found = _of(told.firearm, told.marks)
    for firearm in told.life.firearms:
        if firearm.pk != told.firearm.pk:
            own = [mark for mark in told.life.marks if mark.firearm_id == firearm.pk]
            found += _of(firearm, own)
    known = [row for row in found if row["code"] in kinds]
    return sorted(known, key=lambda row: kinds.index(str(row["code"])))


def _of(firearm: Firearm, marks: Sequence[Mark]) -> list[Row]:
    source = {"reference": firearm.reference, "url": tables.address(firearm)}
    every = [*_own(firearm, marks), *(_mark(one) for one in marks)]
    return [{**row, "source": source} for row in every]


def _own(firearm: Any, marks: Sequence[Mark]) -> list[Row]:
    """The columns of the record itself, as rows beside the marks."""
    kind = firearm.record_type
    noted = {mark.kind for mark in marks}
    found = []
    if "serial" not in noted:
        found.append(_serial(firearm))
    for name, mark_kind in (
        ("make", "maker"),
        ("model", "model"),
        ("calibre", "calibre"),
    ):
        value = wording.text_of(firearm, kind, name)
        read = firearm.as_read.get(name, "") or (
            firearm.calibre_marked if name == "calibre" else ""
        )
        if mark_kind in noted or not (value or read):
            continue
        coded = value if getattr(firearm, name) else ""
        found.append(
            {
                "code": mark_kind,
                "kind": wording.label(mark_kind, "mark_kinds"),
                "text": read,
                "quoted": bool(read),
                "means": coded if name != "model" else value,
            }
        )
    return found


def _serial(firearm: Any) -> Row:
    state = tables.SERIAL_STATES.get(firearm.serial_status)
    return {
        "code": "serial",
        "kind": wording.label("serial", "mark_kinds"),
        "text": firearm.serial,
        "number": firearm.serial_normal,
        "means": _reading(firearm.serial_normal, firearm.serial_known),
        "chip": state[0] if state else "plain",
        "condition": state[1] if state else gettext("Not stated"),
    }


def _mark(mark: Any) -> Row:
    picture = mark.image
    return {
        "code": mark.kind,
        "kind": wording.label(mark.kind, "mark_kinds"),
        "under": wording.label(mark.position, "mark_positions")
        or wording.label(mark.component, "component_types"),
        "text": mark.text,
        "number": mark.normal,
        "quoted": mark.kind != "serial",
        "means": _reading(mark.normal, sum(c != "?" for c in mark.normal))
        if mark.kind == "serial"
        else mark.restoration,
        "chip": CONDITIONS.get(mark.status, "warn"),
        "condition": wording.label(mark.status, "marking_conditions"),
        "picture": reverse("file_picture", args=[picture.pk]) if picture else "",
        "small": reverse("file_thumbnail", args=[picture.pk]) if picture else "",
    }


def _reading(number: str, known: int) -> str:
    """Say which places of a number are unread."""
    if not number:
        return gettext("No character read")
    places = [str(place) for place, sign in enumerate(number, 1) if sign == "?"]
    if not places:
        return gettext("All %(n)s characters read") % {"n": known}
    text = gettext("%(n)s characters read; unread: place %(places)s")
    return text % {"n": known, "places": ", ".join(places)}
