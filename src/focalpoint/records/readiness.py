"""What a trace needs of a firearm, what is missing, and how to get it.

The list ``trace_minimum`` holds what article 8 of the UN Firearms Protocol and
paragraphs 8 and 17 of the International Tracing Instrument ask. Seven of its lines
stand on the gun itself; they make the score.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from focalpoint.records import wording
from focalpoint.records.models import Firearm, Mark
from focalpoint.values import codelists
from focalpoint.values.misreadings import misreadings

# Lines of the list that are read on the gun: the column that answers, how to get it.
ON_THE_GUN: dict[str, tuple[str, Any]] = {
    "serial_number": (
        "serial",
        _("Look on frame, slide, barrel and bolt, and under the grips; photograph it."),
    ),
    "make": ("make", _("Read the maker’s mark, or compare with reference pictures.")),
    "country_of_manufacture": (
        "country_of_manufacture",
        _("Read the proof marks and crest; the maker often tells the country."),
    ),
    "type": ("type", _("Choose the type from the reference table.")),
    "calibre": (
        "calibre",
        _("Read it on barrel or chamber, or have the laboratory measure the chamber."),
    ),
    "model": ("model", _("Read it on slide or receiver; the grip may carry it.")),
    "manufacture_year": (
        "year_of_manufacture",
        _("Read the proof or year mark; photograph the chamber, light from the side."),
    ),
}
# Lines that the records around the gun answer.
AROUND: dict[str, Any] = {
    "photographs": _("Photograph both sides and every mark."),
    "recovery_date": _("Enter the date of recovery in the event."),
    "recovery_place": _("Enter the place of recovery in the event."),
    "circumstances": _("Write in the event’s narrative how it was found."),
}
DOUBTS = {
    "figure": _("“%(character)s” at place %(place)s may be %(figure)s."),
    "script": _("“%(character)s” at place %(place)s is a Cyrillic letter."),
    "calibre": _("The number looks like a calibre. Is there a serial number?"),
    "model": _("The number looks like a mark of the model."),
    "year": _("The number looks like a year, perhaps the proof year."),
    "remark": _("The number holds words; they are kept as read."),
}
PARTLY = ("partial", "removed", "unreadable", "narrative")


@dataclass(frozen=True)
class Missing:
    """One thing that a trace needs and the record lacks."""

    code: str
    name: str
    how: str
    instrument: str


@dataclass(frozen=True)
class Readiness:
    """How ready a firearm is to be traced."""

    have: int
    whole: int
    missing: tuple[Missing, ...]
    around: tuple[Missing, ...]
    check: tuple[str, ...]


def readiness(
    firearm: Firearm, marks: Sequence[Mark], incident: Any = None, *, photographs: int
) -> Readiness:
    """Compare a firearm with the minimum for a trace."""
    lines = codelists.load("trace_minimum")
    missing = tuple(
        _missing(lines.get(code), how)
        for code, (column, how) in ON_THE_GUN.items()
        if not _is_known(firearm, column)
    )
    answered = {
        "photographs": bool(photographs),
        "recovery_date": bool(firearm.event_date),
        "recovery_place": bool(incident and (incident.place or incident.municipality)),
        "circumstances": bool(incident and incident.narrative),
    }
    around = tuple(
        _missing(lines.get(code), how)
        for code, how in AROUND.items()
        if not answered[code]
    )
    return Readiness(
        have=len(ON_THE_GUN) - len(missing),
        whole=len(ON_THE_GUN),
        missing=missing,
        around=around if firearm.kind == "recovered" else (),
        check=tuple(_checks(firearm, marks)),
    )


def _is_known(firearm: Firearm, column: str) -> bool:
    if column == "serial":
        return firearm.serial_status == "intact"
    return bool(getattr(firearm, column))


def _missing(line: Any, how: Any) -> Missing:
    return Missing(
        code=line.code,
        name=line.label(wording.locale()),
        how=str(how),
        instrument=line.extra.get("instrument", ""),
    )


def _checks(firearm: Firearm, marks: Sequence[Mark]) -> list[str]:
    """Say what was probably misread, and where two readings disagree."""
    found = []
    if firearm.serial_status in PARTLY and firearm.serial_known:
        text = gettext("%(known)s characters are read, %(unread)s are not: %(number)s")
        found.append(
            text
            % {
                "known": firearm.serial_known,
                "unread": firearm.serial_unknown,
                "number": firearm.serial_normal,
            }
        )
    for doubt in misreadings(firearm.serial):
        if doubt.kind == "remark" and firearm.serial_status in PARTLY:
            continue
        place = max(doubt.place - 1, 0)
        words = {
            "character": doubt.character,
            "place": doubt.place,
            "figure": doubt.suggestion[place : place + 1],
        }
        found.append(str(DOUBTS[doubt.kind]) % words)
    return found + _disagreements(firearm, marks)


def _disagreements(firearm: Firearm, marks: Sequence[Mark]) -> list[str]:
    numbers = {
        mark.normal: mark for mark in marks if mark.kind == "serial" and mark.normal
    }
    found = []
    for normal, mark in numbers.items():
        if firearm.serial_normal and not agree(normal, firearm.serial_normal):
            text = gettext(
                "%(place)s reads %(number)s, the record %(other)s. "
                "A part from another gun?"
            )
            place = wording.label(mark.position, "mark_positions") or gettext("A mark")
            found.append(
                text
                % {"place": place, "number": normal, "other": firearm.serial_normal}
            )
    calibre = codelists.load("calibres").get(firearm.calibre)
    confusable = [
        wording.label(code, "calibres")
        for code in (calibre.several("confusable_with") if calibre else ())
    ]
    if confusable:
        text = gettext("The calibre is easily confused with %(others)s.")
        found.append(text % {"others": ", ".join(confusable[:3])})
    return found


def agree(first: str, second: str) -> bool:
    """Tell whether two readings can be of one number; ``?`` fits any character."""
    return len(first) == len(second) and all(
        one == other or "?" in (one, other)
        for one, other in zip(first, second, strict=True)
    )
