"""Two records side by side: every field, and every character in which they differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from focalpoint.records import wording
from focalpoint.values import serials
from focalpoint.web import evidence
from focalpoint.web.templatetags.focalpoint import UNREAD

FIREARM = ("serial", "make", "model", "calibre", "type", "year_of_manufacture")
ROWS = {
    "firearm": (*FIREARM, "country_of_manufacture", "finish"),
    "person": (
        "family_name",
        "given_name",
        "patronymic",
        "name_original",
        "birth_date",
        "birth_place",
        "sex",
        "citizenships",
        "national_id",
        "document",
        "led_category",
    ),
}
# fields that the engine names otherwise
NAMES = {
    "year_of_manufacture": "year",
    "family_name": "name",
    "patronymic": "father",
    "birth_date": "born",
    "national_id": "number",
    "led_category": "led",
}
WIDE, AXIS = 140, 46  # of the bar: its width and where neither side is
LONGEST_FOR, LONGEST_AGAINST = 90, 44


@dataclass(frozen=True)
class Bar:
    """The bar of a weight: to the right for, to the left against."""

    x: float
    width: float
    name: str


@dataclass(frozen=True)
class Row:
    """One field of two records, with what the engine makes of it."""

    label: str
    first: object
    second: object
    first_under: str = ""
    second_under: str = ""
    weight: str = ""
    bar: Bar | None = None
    why: str = ""


# ---- numbers, character by character


def aligned(first: str, second: str) -> list[tuple[str, str]]:
    """Set two numbers under each other so that as few places as possible differ.

    A sign that one of them lacks stands opposite an empty text.
    """
    costs = _costs(first, second)
    at, to = len(first), len(second)
    found: list[tuple[str, str]] = []
    while at or to:
        if (
            at
            and to
            and costs[at][to]
            == costs[at - 1][to - 1] + _differ(first[at - 1], second[to - 1])
        ):
            found.append((first[at - 1], second[to - 1]))
            at, to = at - 1, to - 1
        elif at and costs[at][to] == costs[at - 1][to] + 1:
            found.append((first[at - 1], ""))
            at -= 1
        else:
            found.append(("", second[to - 1]))
            to -= 1
    return found[::-1]


def _differ(one: str, other: str) -> float:
    """Return how much two signs differ: signs that look alike less than others."""
    if one == other or UNREAD in (one, other):
        return 0
    return 0.5 if serials.light_key(one) == serials.light_key(other) else 1


def _costs(first: str, second: str) -> list[list[float]]:
    rows = [[float(place) for place in range(len(second) + 1)]]
    for number, one in enumerate(first, 1):
        row = [float(number)]
        for place, other in enumerate(second, 1):
            row.append(
                min(
                    rows[-1][place - 1] + _differ(one, other),
                    rows[-1][place] + 1,
                    row[-1] + 1,
                )
            )
        rows.append(row)
    return rows


def numbers(first: str, second: str) -> tuple[SafeString, SafeString]:
    """Draw two numbers so that every differing character is marked in both."""
    pairs = aligned(first[:60], second[:60])
    return (
        _drawn([(one, other) for one, other in pairs]),
        _drawn([(other, one) for one, other in pairs]),
    )


def _drawn(pairs: Sequence[tuple[str, str]]) -> SafeString:
    return format_html(
        '<span class="serial" translate="no">{}</span>',
        format_html_join("", "{}", ((_sign(own, far),) for own, far in pairs)),
    )


def _sign(own: str, far: str) -> SafeString:
    """Draw one place: unread, missing, look-alike, different or the same."""
    if own == UNREAD:
        return format_html(
            '<span class="unk"><span class="vh">{}</span>'
            '<span aria-hidden="true">?</span></span>',
            gettext("unread"),
        )
    if not own:
        return format_html(
            '<span class="dif gone"><span class="vh">{}</span>'
            '<span aria-hidden="true">·</span></span>',
            gettext("no sign here"),
        )
    weight = 1 if not far else _differ(own, far)
    if not weight:
        return format_html("{}", own)
    name = "dbt" if weight < 1 else "dif"
    said = gettext("looks alike") if weight < 1 else gettext("differs")
    return format_html(
        '<span class="{}">{}<span class="vh"> ({}) </span></span>', name, own, said
    )


# ---- rows


def rows(
    first: Any, second: Any, reasons: Sequence[Mapping[str, Any]] = ()
) -> list[Row]:
    """Return the fields of two records of one type, and what remains of the reasons."""
    kind = first.record_type
    by_field: dict[str, list[Mapping[str, Any]]] = {}
    for item in reasons:
        by_field.setdefault(evidence.field_of(str(item["code"])), []).append(item)
    found = []
    for name in ROWS.get(kind.code, kind.featured):
        own = by_field.pop(NAMES.get(name, name), [])
        found.append(_row(kind, name, first, second, own))
    found.append(_event(first, second))
    found += [_further(item) for items in by_field.values() for item in items]
    return [row for row in found if row is not None]


def _row(
    kind: Any, name: str, first: Any, second: Any, reasons: Sequence[Mapping[str, Any]]
) -> Row | None:
    texts = [_text(kind, name, one) for one in (first, second)]
    if not any(texts) and not reasons:
        return None
    label = kind.label(name)
    shown: tuple[object, object] = (
        texts[0] or gettext("not stated"),
        texts[1] or gettext("not stated"),
    )
    if name == "serial" and all(one.serial_normal for one in (first, second)):
        shown = numbers(first.serial_normal, second.serial_normal)
    weight = sum(float(item["weight"]) for item in reasons)
    under = [_as_read(name, *one) for one in zip((first, second), texts, strict=True)]
    return Row(
        f"{label[:1].upper()}{label[1:]}",
        *shown,
        first_under=under[0],
        second_under=under[1],
        weight=evidence.bits(weight) if reasons else "",
        bar=bar(weight) if reasons else None,
        why=" ".join(evidence.sentences(reasons)) or _silence(texts),
    )


def _text(kind: Any, name: str, record: Any) -> str:
    if name == "serial":
        return str(record.serial_normal or record.serial)
    return wording.text_of(record, kind, name)


def _as_read(name: str, record: Any, shown: str) -> str:
    """Return the text on the gun or in the file, where it says it otherwise."""
    read = record.serial if name == "serial" else record.as_read.get(name, "")
    if name == "calibre" and not read:
        read = getattr(record, "calibre_marked", "")
    return f"“{read}”" if read and str(read) != shown else ""


def _silence(texts: Sequence[str]) -> str:
    if not all(texts):
        return gettext("missing on one side")
    return ""


def _event(first: Any, second: Any) -> Row | None:
    """Set what happened beside what happened, and whether that order can be."""
    dates = [
        str(getattr(one, one.record_type.date, "") or "") for one in (first, second)
    ]
    if not any(dates) and not hasattr(first, "kind"):
        return None
    under = [
        ", ".join(filter(None, (one.unit.name, wording.jurisdiction(one.jurisdiction))))
        for one in (first, second)
    ]
    texts = [_happening(one) for one in (first, second)]
    return Row(gettext("Event"), texts[0], texts[1], under[0], under[1])


def _happening(record: Any) -> str:
    kind = record.record_type
    what = (
        wording.text_of(record, kind, "kind") if "kind" in kind.fields else kind.title
    )
    when = wording.partial(getattr(record, kind.date, "")) if kind.date else ""
    return ", ".join(filter(None, (what, when)))


def _further(item: Mapping[str, Any]) -> Row:
    """Return a reason that speaks of no one field."""
    weight = float(item["weight"])
    label = gettext("Beyond the fields")
    why = evidence.sentence(item)
    return Row(label, "", "", "", "", evidence.bits(weight), bar(weight), why)


def bar(weight: float) -> Bar:
    """Return the bar of a weight in bits."""
    if weight >= 0:
        return Bar(AXIS, min(weight * 5, LONGEST_FOR), "g-pos")
    width = min(-weight * 5, LONGEST_AGAINST)
    return Bar(AXIS - width, width, "g-neg")
