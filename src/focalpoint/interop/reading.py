"""Cells to values: one reader for each kind of field, and what it has to say.

A reader never invents: what it cannot read is left empty, kept as text beside the
value, and named as a problem.
"""

import dataclasses
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from focalpoint.interop import daytimes
from focalpoint.interop.cells import Cell, is_blank, says_nothing
from focalpoint.interop.cells import text as as_text
from focalpoint.interop.mapping import TargetField, Use
from focalpoint.interop.meanings import (
    FALSE,
    TRUE,
    find_calibre,
    find_code,
    find_country,
    find_make,
    number_in,
)
from focalpoint.values import serials
from focalpoint.values.folding import fold


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about one cell or row that its sender should know.

    ``message`` is a template with named placeholders and the key of its translation.
    ``rejects`` tells whether the row cannot be stored because of it.
    """

    code: str
    message: str
    params: dict[str, Any] = dataclasses.field(default_factory=dict)
    field: str = ""
    column: str = ""
    rejects: bool = False

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell holds: the value, the text where it says more, the problem if any.

    ``tally`` names what a report counts: the status of a serial, ``make``,
    ``calibre``; empty otherwise.
    """

    value: Any = None
    text: str = ""
    problem: Problem | None = None
    tally: str = ""


EMPTY = Reading()
Reader = Callable[[Cell], Reading]


def reader(target: TargetField, use: Use) -> Reader:
    """The reader of one column; it remembers what it has read."""
    read = _KINDS.get(target.kind, _read_text)
    meanings = {fold(said): code for said, code in use.values.items()}
    memory: dict[tuple[type, Cell], Reading] = {}

    def remembered(cell: Cell) -> Reading:
        place = (type(cell), cell)
        found = memory.get(place)
        if found is None:
            found = _read(cell, target, use, read, meanings)
            if found.problem:
                problem = dataclasses.replace(found.problem, column=use.column)
                found = dataclasses.replace(found, problem=problem)
            if len(memory) < 200_000:
                memory[place] = found
        return found

    return remembered


def _read(
    cell: Cell,
    target: TargetField,
    use: Use,
    read: Callable[[Cell, TargetField, Use], Reading],
    meanings: dict[str, str],
) -> Reading:
    if is_blank(cell):
        return _missing(target) if target.required else EMPTY
    if meanings:
        said = as_text(cell)
        if fold(said) in meanings:
            meaning = meanings[fold(said)]
            return Reading(meaning, said) if meaning else Reading(None, said)
    found = read(cell, target, use)
    if target.required and found.value in (None, "") and found.problem is None:
        return _missing(target)
    return found


def _missing(target: TargetField) -> Reading:
    return Reading(
        problem=Problem(
            "missing",
            "%(field)s is empty. Enter it; no record is made without.",
            {"field": target.label},
            field=target.path,
            rejects=True,
        )
    )


def _read_text(cell: Cell, target: TargetField, use: Use) -> Reading:
    text = as_text(cell)
    if says_nothing(text):
        return EMPTY
    if target.max_length and len(text) > target.max_length:
        problem = Problem(
            "too_long",
            "%(field)s has %(length)d characters; %(limit)d are stored, the whole text "
            "is kept as read.",
            {"field": target.label, "length": len(text), "limit": target.max_length},
            field=target.path,
        )
        return Reading(text[: target.max_length], text, problem)
    return Reading(text)


def _read_serial(cell: Cell, target: TargetField, use: Use) -> Reading:
    text = as_text(cell)
    found = serials.parse(text)
    problem = None
    if (
        isinstance(cell, int | float)
        and not isinstance(cell, bool)
        and abs(cell) >= 1e15
    ):
        problem = Problem(
            "rounded_number",
            "The spreadsheet has rounded this number to 15 figures. Compare it with "
            "the original.",
            field=target.path,
        )
    elif found.status == "narrative":
        problem = Problem(
            "serial_unclear",
            "“%(text)s” is no single serial number. Enter one number, or keep the "
            "text.",
            {"text": text[:60]},
            field=target.path,
        )
    limit = target.max_length
    if limit and len(text) > limit:
        return Reading(text[:limit], text, problem, found.status)
    return Reading(text, "", problem, found.status)


def _read_make(cell: Cell, target: TargetField, use: Use) -> Reading:
    return _recognised(cell, target, find_make, "make")


def _read_calibre(cell: Cell, target: TargetField, use: Use) -> Reading:
    return _recognised(cell, target, find_calibre, "calibre")


def _recognised(
    cell: Cell, target: TargetField, find: Callable[[str], str], tally: str
) -> Reading:
    """Read a name that has a code, and count it; an unknown one is kept as read."""
    text = as_text(cell)
    if says_nothing(text):
        return EMPTY
    if code := find(text):
        return Reading(code, text, None, tally)
    return Reading(None, text, _unknown(text, target))


def _read_code(cell: Cell, target: TargetField, use: Use) -> Reading:
    text = as_text(cell)
    if says_nothing(text):
        return EMPTY
    code = find_code(target.codelist, text)
    if code:
        return Reading(code, text)
    return Reading(None, text, _unknown(text, target))


def _read_codes(cell: Cell, target: TargetField, use: Use) -> Reading:
    text = as_text(cell)
    if says_nothing(text):
        return EMPTY
    parts = [part.strip() for part in re.split(r"[;|\n]|,\s", text) if part.strip()]
    found = [find_code(target.codelist, part) for part in parts]
    missing = [part for part, code in zip(parts, found, strict=True) if not code]
    problem = _unknown(", ".join(missing), target) if missing else None
    return Reading([code for code in dict.fromkeys(found) if code], text, problem)


def _read_date(cell: Cell, target: TargetField, use: Use) -> Reading:
    found = daytimes.read(cell, use.order)
    if found.status == "blank":
        return EMPTY
    text = as_text(cell)
    if found.status == "date":
        return Reading(found.text, "" if text == found.text else text)
    if found.status == "impossible":
        problem = Problem(
            "impossible_date",
            "%(text)s is not a day of the calendar. Enter the right date, or only the "
            "month or year.",
            {"text": text[:40]},
            field=target.path,
            rejects=True,
        )
        return Reading(None, text, problem)
    problem = Problem(
        "unclear_date",
        "“%(text)s” could not be read as one date. It is kept as read; enter a date to "
        "have it counted.",
        {"text": text[:60]},
        field=target.path,
    )
    return Reading(None, text, problem)


def _read_integer(cell: Cell, target: TargetField, use: Use) -> Reading:
    found = _read_decimal(cell, target, use)
    if found.value is None:
        return found
    whole = int(found.value)
    if whole != found.value:
        return Reading(None, found.text or as_text(cell), _not_a_number(cell, target))
    return Reading(whole, found.text, found.problem)


def _read_decimal(cell: Cell, target: TargetField, use: Use) -> Reading:
    text = as_text(cell)
    if says_nothing(text):
        return EMPTY
    number = (
        float(cell)
        if isinstance(cell, int | float) and not isinstance(cell, bool)
        else number_in(text)
    )
    if number is None:
        return Reading(None, text, _not_a_number(cell, target))
    low = target.least is not None and number < target.least
    high = target.most is not None and number > target.most
    if low or high:
        problem = Problem(
            "out_of_range",
            "%(text)s is outside what %(field)s can be (%(least)s to %(most)s). "
            "Correct the number.",
            {
                "text": text,
                "field": target.label,
                "least": "…" if target.least is None else f"{target.least:g}",
                "most": "…" if target.most is None else f"{target.most:g}",
            },
            field=target.path,
            rejects=True,
        )
        return Reading(None, text, problem)
    return Reading(number, "" if text == f"{number:g}" else text)


def _read_boolean(cell: Cell, target: TargetField, use: Use) -> Reading:
    if isinstance(cell, bool):
        return Reading(cell)
    text = as_text(cell)
    word = text.casefold().strip(" .")
    if word in TRUE or word in FALSE:
        return Reading(word in TRUE, text)
    return EMPTY if says_nothing(text) else Reading(None, text, _unknown(text, target))


def _read_country(cell: Cell, target: TargetField, use: Use) -> Reading:
    text = as_text(cell)
    if says_nothing(text) and text.upper() != "NA":
        return EMPTY
    code = find_country(text)
    if code:
        return Reading(code, "" if text == code else text)
    return EMPTY if says_nothing(text) else Reading(None, text, _unknown(text, target))


def _read_reference(cell: Cell, target: TargetField, use: Use) -> Reading:
    text = as_text(cell)
    return EMPTY if says_nothing(text) else Reading(text, text)


_KINDS: dict[str, Callable[[Cell, TargetField, Use], Reading]] = {
    "text": _read_text,
    "serial": _read_serial,
    "make": _read_make,
    "calibre": _read_calibre,
    "code": _read_code,
    "codes": _read_codes,
    "date": _read_date,
    "integer": _read_integer,
    "decimal": _read_decimal,
    "boolean": _read_boolean,
    "country": _read_country,
    "reference": _read_reference,
}


def _unknown(text: str, target: TargetField) -> Problem:
    return Problem(
        "unknown_code",
        "“%(text)s” is not known as %(field)s. It is kept as read; choose what it "
        "means once for all rows.",
        {"text": text[:60], "field": target.label},
        field=target.path,
    )


def _not_a_number(cell: Cell, target: TargetField) -> Problem:
    return Problem(
        "not_a_number",
        "“%(text)s” is not a number for %(field)s. It is kept as read.",
        {"text": as_text(cell)[:60], "field": target.label},
        field=target.path,
    )


def tallied(readings: Iterable[Reading]) -> dict[str, int]:
    """How often each tally occurs."""
    counts: dict[str, int] = {}
    for found in readings:
        if found.tally:
            counts[found.tally] = counts.get(found.tally, 0) + 1
    return counts
