"""Columns of lists from record types; the frequent kinds have a layout of their own."""

from collections.abc import Callable, Container
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from focalpoint.accounts.access import unread
from focalpoint.records import wording
from focalpoint.records.registry import RecordType
from focalpoint.records.wording import grade, text_of
from focalpoint.web.templatetags.focalpoint import (
    chip,
    hc,
    jurisdiction,
    mark,
    partial,
)

Cell = dict[str, object]
Maker = Callable[[Any, RecordType], Cell]

SERIAL_STATES = {
    "intact": ("ok", _("Intact")),
    "partial": ("warn", _("Partial")),
    "removed": ("warn", _("Removed")),
    "absent": ("plain", _("Absent")),
    "unreadable": ("warn", _("Unreadable")),
}
WARNING_KINDS = ("stolen", "lost")


def table(kind: RecordType, rows: list[Any], user: Any) -> dict[str, object]:
    """Return columns and rows for parts/table.html.

    A record whose restriction (H3) the reader has not read shows its reference only.
    """
    layout = LAYOUTS.get(kind.code) or generic(kind)
    closed = unread(rows, user)
    return {
        "columns": [{"title": title} for title, _make in layout],
        "rows": [
            {
                "id": record.pk,
                "cells": (
                    _closed(record, len(layout))
                    if record.pk in closed
                    else [make(record, kind) for _title, make in layout]
                ),
            }
            for record in rows
        ],
    }


def _closed(record: Any, width: int) -> list[Cell]:
    first: Cell = {
        "value": record.reference,
        "url": address(record),
        "under": gettext("Read the restriction first"),
    }
    empty: Cell = {"value": ""}
    return [first, *[empty] * (width - 2), _grade(record, record.record_type)]


def generic(kind: RecordType) -> list[tuple[object, Maker]]:
    """Return the columns of a kind without a layout of its own."""
    columns: list[tuple[object, Maker]] = [(_("Record"), _caption)]
    columns += [
        (_capital(kind.label(name)), _field(name)) for name in kind.featured[:5]
    ]
    return [*columns, (_("Grade"), _grade)]


def address(record: Any) -> str:
    """Return the page of a record."""
    return reverse("record_detail", args=[record.type_code, record.pk])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _field(name: str) -> Maker:
    return lambda record, kind: {"value": text_of(record, kind, name)}


def caption(record: Any, closed: Container[Any] = ()) -> str:
    """Return what a record is, in a few words of the reader's language.

    One among ``closed``, whose restriction (H3) the reader has not read, is named by
    its reference alone.
    """
    if record.pk in closed:
        return f"{record.reference}: {gettext('Read the restriction first')}"
    return wording.caption(record)


def _caption(record: Any, kind: RecordType) -> Cell:
    return {
        "value": caption(record),
        "url": address(record),
        "under": record.reference,
    }


def _grade(record: Any, kind: RecordType) -> Cell:
    value = format_html(
        '<span class="grade">{}</span> {}', grade(record), hc(record.handling)
    )
    return {"value": value}


def _serial(record: Any, kind: RecordType) -> Cell:
    state = SERIAL_STATES.get(record.serial_status)
    under = state[1] if state else gettext("Not stated")
    if record.serial_unknown and record.serial_status == "partial":
        under = gettext("%(count)s unread") % {"count": record.serial_unknown}
    shown: SafeString | str = mark(record.serial_normal) or record.serial or "–"
    return {"value": shown, "under": under}


def _firearm(record: Any, kind: RecordType) -> Cell:
    words = [text_of(record, kind, name) for name in ("make", "model", "type")]
    return {
        "value": " ".join(filter(None, words)) or record.reference,
        "url": address(record),
        "under": text_of(record, kind, "calibre") or record.calibre_marked,
    }


def _occasion(record: Any, kind: RecordType) -> Cell:
    word = text_of(record, kind, "kind")
    value = chip("fact", word) if record.kind in WARNING_KINDS else word
    return {"value": value, "under": partial(record.event_date)}


def _origin(record: Any, kind: RecordType) -> Cell:
    return {"value": record.unit.name, "under": jurisdiction(record.jurisdiction)}


def _reference(record: Any, kind: RecordType) -> Cell:
    value: object = record.reference
    if record.withdrawn_at:
        value = format_html(
            "{} {}", record.reference, chip("neutral", gettext("Withdrawn"))
        )
    return {"value": value, "mono": True}


def _incident(record: Any, kind: RecordType) -> Cell:
    return {
        "value": text_of(record, kind, "type") or record.title or record.reference,
        "url": address(record),
        "under": record.title,
    }


def _place(record: Any, kind: RecordType) -> Cell:
    return {
        "value": record.place or record.municipality,
        "under": jurisdiction(record.jurisdiction),
    }


LAYOUTS: dict[str, list[tuple[object, Maker]]] = {
    "firearm": [
        (_("Make, model, calibre"), _firearm),
        (_("Serial"), _serial),
        (_("Event"), _occasion),
        (_("From"), _origin),
        (_("Record"), _reference),
        (_("Grade"), _grade),
    ],
    "incident": [
        (_("Event"), _incident),
        (_("Date"), _field("occurred_from")),
        (_("Place"), _place),
        (_("Case"), _field("case_number")),
        (_("Record"), _reference),
        (_("Grade"), _grade),
    ],
}
