"""Columns of dates: the order that a column is written in, and what each cell says.

Reading one date is ``values.dates``; here it meets the cells of spreadsheets, the words
and patterns that forms leave for an empty date, and columns that mix notations.
"""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from focalpoint.interop.cells import Cell, says_nothing
from focalpoint.values import dates
from focalpoint.values.errors import BadInput

ORDERS = ("dmy", "mdy", "ymd")
Order = Literal["dmy", "mdy", "ymd"]
# Figures or letters of a form that stand for no date: 00.00.0000, dd.mm.yyyy.
_PLACEHOLDER = re.compile(r"[0_\W]+|[9\W]+|[xX_\W]+|[dgmyDGMY\W]+")
_PARTS = re.compile(r"(\d{1,2})\s*[./\-, ]\s*(\d{1,2})\s*[./\-, ]\s*\d{2,4}")
MOST_BREAKS = 0.1  # share of cells that may break the order of their column


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as read.

    ``text`` is ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``, empty where no date was found;
    ``status`` is ``date``, ``blank``, ``impossible`` or ``unclear``.
    """

    text: str
    status: str


BLANK = Moment("", "blank")
UNCLEAR = Moment("", "unclear")


def read(cell: Cell, order: str = "dmy") -> Moment:
    """Read one cell as a date.

    Parameters
    ----------
    cell : Cell
        A date, a number (of days as spreadsheets count, of a year, or ``YYYYMMDD``)
        or text.
    order : str
        Which of ``ORDERS`` a text of three numbers is in; a year of four figures in
        front is always recognised.
    """
    if cell is None:
        return BLANK
    if isinstance(cell, bool | datetime.time | datetime.timedelta):
        return UNCLEAR
    if isinstance(cell, str):
        plain = cell.strip()
        if says_nothing(plain) or _PLACEHOLDER.fullmatch(plain):
            return BLANK
        return _read(plain, order)
    return _read(cell, order)


@lru_cache(maxsize=65_536)
def _read(cell: str | float | datetime.date, order: str) -> Moment:
    wanted: Order = "mdy" if order == "mdy" else "ymd" if order == "ymd" else "dmy"
    try:
        found = dates.parse(cell, wanted)
    except BadInput as problem:
        wrong = "calendar" in problem.message or "year in" in problem.message
        return Moment("", "impossible" if wrong else "unclear")
    return BLANK if found is None else Moment(str(found), "date")


def order_of(cells: Iterable[Cell]) -> tuple[str, bool]:
    """Which order the texts of a column are in, and whether they prove it.

    A day above twelve tells; a few cells that say otherwise are slips.
    """
    first = second = 0
    for cell in cells:
        parts = _PARTS.match(cell.strip()) if isinstance(cell, str) else None
        if not parts:
            continue
        one, two = int(parts[1]), int(parts[2])
        first += 12 < one <= 31 and two <= 12
        second += 12 < two <= 31 and one <= 12
    if second > first:
        return "mdy", first <= MOST_BREAKS * second
    return "dmy", first > 0 and second <= MOST_BREAKS * first
