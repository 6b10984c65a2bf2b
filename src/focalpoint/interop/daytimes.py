"""Dates as offices write them: real ones, numbers, text in any order, month names.

A date becomes a year, a year and month, or a full date in ISO 8601, as precise as it
was written. Which of day and month comes first is decided for a column as a whole.
"""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from focalpoint.interop.cells import Cell, says_nothing
from focalpoint.values.folding import fold

ORDERS = ("dmy", "mdy", "ymd")
FIRST_YEAR, LAST_YEAR = 1800, 2100
# Day 1 of spreadsheets is 1 January 1900, with a 29 February 1900 that never was.
_EPOCH = datetime.date(1899, 12, 30)
_SERIALS = range(20_000, 65_000)  # 1954 to 2077
_MONTHS = (
    "jan januar sijecanj sijecnja janar ianuarie janeiro enero janvier gennaio ocak "
    "janvar janvarja sicen sicnja ene gen ian janv",
    "feb februar veljaca veljace shkurt februarie fevereiro febrero fevrier febbraio "
    "subat fevral fevralja ljutij ljutogo fev shk",
    "mar mart ozujak ozujka mars martie marco marzo marz mac maerz berezen berezja "
    "berezna bereznja march",
    "apr april travanj travnja prill aprilie abril avril aprile nisan aprel aprelja "
    "kviten kvitnja abr avr pri",
    "may maj svibanj svibnja mai maio mayo maggio mayis maja traven mag",
    "jun juni lipanj lipnja qershor iunie junho junio juin giugno haziran ijun ijunja "
    "cerven cervnja june giu qer iun",
    "jul juli srpanj srpnja korrik iulie julho julio juillet luglio temmuz ijul "
    "ijulja lipen july lug kor iul",
    "aug august kolovoz kolovoza gusht agosto aout agustos avgust avgusta serpen "
    "serpnja avg ago gus",
    "sep sept septembar rujan rujna shtator septembrie setembro septiembre septembre "
    "settembre eylul sentjabr sentjabrja veresen veresnja september set sht",
    "oct okt oktobar listopad listopada tetor octombrie outubro octubre octobre "
    "ottobre ekim oktjabr oktjabrja zovten zovtnja october oktober out ott tet",
    "nov novembar studeni studenog studenoga nentor noiembrie novembro noviembre "
    "novembre kasim nojabr nojabrja november noi nen",
    "dec decembar prosinac prosinca dhjetor decembrie dezembro diciembre decembre "
    "dicembre aralik dekabr dekabrja gruden grudnja december dez dic dek dhj dezember",
)
MONTHS = {
    fold(word): number
    for number, line in enumerate(_MONTHS, 1)
    for word in line.split()
}
# Ukrainian names that are other months in Croatian; told apart by their script.
_CYRILLIC_MONTHS = {"травень": 5, "травня": 5, "липень": 7, "липня": 7, "листопад": 11}
_CYRILLIC_MONTHS["листопада"] = 11
_FILLERS = re.compile(
    r"(?<=\d)(?:st|nd|rd|th|er|º|°)\b|\b(?:de|of|di|del|den|të|la)\b", re.IGNORECASE
)
_PLACEHOLDER = re.compile(r"[0_\W]+|[9\W]+|[xX_\W]+|[dgmyDGMYј\W]+")
_ROMAN = {
    word: number
    for number, word in enumerate(
        ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"), 1
    )
}
_TIME = re.compile(
    r"[T ,]+(?:u |at |в |v |ora |às )?\d{1,2}[:.hч]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?"
    r"\s*(?:h|hrs?|ч|am|pm|z|utc|[+-]\d{2}:?\d{2})?\.?\s*$",
    re.IGNORECASE,
)
_PARTS = re.compile(r"(\d{1,4})\s*[./\-–, ]\s*(\d{1,2})\s*[./\-–, ]\s*(\d{1,4})")
_WORDED = re.compile(
    r"(\d{1,2})?[\s.,\-/]*([^\W\d_]+)\.?[\s.,\-/]*(?:(\d{1,2})(?!\d)[\s.,\-/]+)?(\d{4}|\d{2})"
)
_MONTH_YEAR = re.compile(r"(\d{1,2})\s*[./\-]\s*(\d{4})|(\d{4})\s*[./\-]\s*(\d{1,2})")
_YEAR_WORD = re.compile(
    r"[\s.]*(?:g|god|godine|godina|г|год|године|година|года|року|р|viti|anul|year)?"
    r"[\s.]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as read.

    ``text`` is ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``, empty where no date was found;
    ``status`` is ``date``, ``blank``, ``impossible`` or ``unclear``.
    """

    text: str
    status: str


BLANK = Moment("", "blank")


def read(cell: Cell, order: str = "dmy") -> Moment:
    """Read one cell as a date.

    Parameters
    ----------
    cell : Cell
        A date, a number (of days as spreadsheets count, of a year, or ``YYYYMMDD``)
        or text.
    order : str
        Which order a text of three numbers is in; a year of four figures in front
        is always recognised.
    """
    if cell is None:
        return BLANK
    if isinstance(cell, datetime.date):
        return Moment(cell.strftime("%Y-%m-%d") if cell.year >= 1000 else "", "date")
    if isinstance(cell, bool | datetime.time | datetime.timedelta):
        return Moment("", "unclear")
    if isinstance(cell, int | float):
        return _number(cell)
    return _text(cell.strip(), order)


def order_of(cells: Iterable[Cell]) -> tuple[str, bool]:
    """Which order the texts of a column are in, and whether they prove it."""
    first = second = 0
    for cell in cells:
        if not isinstance(cell, str):
            continue
        parts = _PARTS.search(cell)
        if not parts or len(parts[1]) > 2:
            continue
        one, two = int(parts[1]), int(parts[2])
        first += 12 < one <= 31 and two <= 12
        second += 12 < two <= 31 and one <= 12
    if second > first:
        return "mdy", first <= 0.1 * second
    return "dmy", first > 0 and second <= 0.1 * first


@lru_cache(maxsize=65_536)
def _text(text: str, order: str) -> Moment:
    if says_nothing(text) or _PLACEHOLDER.fullmatch(text):
        return BLANK
    plain = _TIME.sub("", text).strip()
    if re.fullmatch(r"\d+([.,]0+)?", plain):
        number = _number(float(plain.replace(",", ".")))
        if number.status == "date" or len(plain) < 8:
            return number
    found = _numbers(plain, order) or _month_year(plain) or _worded(plain)
    if found:
        return found
    year = re.match(r"(\d{4})", plain)
    if year and _YEAR_WORD.match(plain[4:]) and _is_year(int(year[1])):
        return Moment(year[1], "date")
    return Moment("", "unclear")


def _numbers(text: str, order: str) -> Moment | None:
    parts = _PARTS.match(text)
    if not parts or not _YEAR_WORD.match(text[parts.end() :]):
        return None
    one, two, three = parts[1], parts[2], parts[3]
    if len(one) == 4:
        return _made(int(one), int(two), int(three))
    if len(one) == 3 or len(three) == 3:
        return Moment("", "unclear")
    if len(three) <= 2 and order == "ymd":
        return _made(_full(int(one)), int(two), int(three))
    year = int(three) if len(three) == 4 else _full(int(three))
    if order == "mdy":
        return _made(year, int(one), int(two))
    return _made(year, int(two), int(one))


def _month_year(text: str) -> Moment | None:
    parts = _MONTH_YEAR.match(text)
    if not parts or not _YEAR_WORD.match(text[parts.end() :]):
        return None
    month, year = (parts[1], parts[2]) if parts[1] else (parts[4], parts[3])
    if not 1 <= int(month) <= 12:
        return Moment("", "impossible")
    return Moment(f"{year}-{int(month):02d}", "date") if _is_year(int(year)) else None


def _worded(text: str) -> Moment | None:
    parts = _WORDED.match(_FILLERS.sub(" ", text))
    if not parts or not _YEAR_WORD.match(parts.string[parts.end() :]):
        return None
    word = fold(parts[2])
    month = (
        _CYRILLIC_MONTHS.get(parts[2].lower())
        or MONTHS.get(word)
        or _ROMAN.get(word)
        or _stem(word)
    )
    if not month:
        return None
    day, year = parts[1] or parts[3], int(parts[4])
    year = year if len(parts[4]) == 4 else _full(year)
    return _made(year, month, int(day)) if day else _month(year, month)


def _stem(word: str) -> int:
    """A month in a case or abbreviation of its own: at least four letters agree."""
    found = {
        number
        for name, number in MONTHS.items()
        if len(word) >= 4 and len(name) >= 4 and name[:4] == word[:4]
    }
    return found.pop() if len(found) == 1 else 0


def _month(year: int, month: int) -> Moment:
    if not _is_year(year):
        return Moment("", "impossible")
    return Moment(f"{year}-{month:02d}", "date")


def _made(year: int, month: int, day: int) -> Moment:
    try:
        made = datetime.date(year, month, day)
    except ValueError:
        return Moment("", "impossible")
    if not _is_year(year):
        return Moment("", "impossible")
    return Moment(made.isoformat(), "date")


def _number(number: float) -> Moment:
    whole = int(number)
    if FIRST_YEAR <= whole <= LAST_YEAR and whole == number:
        return Moment(str(whole), "date")
    if whole in _SERIALS:
        return Moment((_EPOCH + datetime.timedelta(days=whole)).isoformat(), "date")
    if FIRST_YEAR * 10_000 <= whole <= LAST_YEAR * 10_000 and whole == number:
        return _made(whole // 10_000, whole // 100 % 100, whole % 100)
    if whole == number and FIRST_YEAR <= whole % 10_000 <= LAST_YEAR and whole > 99_999:
        day, month = whole // 1_000_000, whole // 10_000 % 100
        if 1 <= day <= 31 and 1 <= month <= 12:
            return _made(whole % 10_000, month, day)
    return Moment("", "unclear")


def _full(year: int) -> int:
    """The century of a year of two figures: the last that is not in the future."""
    now = datetime.datetime.now(tz=datetime.UTC).year
    return year + (2000 if year <= now % 100 + 1 else 1900)


def _is_year(year: int) -> bool:
    return FIRST_YEAR <= year <= LAST_YEAR
