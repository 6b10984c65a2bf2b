"""Dates that keep their precision, and the many ways in which registers write them.

A date that cannot be told is a problem to show, never a guess: `parse` refuses what two
readers could read differently, unless the order of day and month was stated.
"""

import calendar
import datetime
import re
from dataclasses import dataclass
from functools import total_ordering
from typing import Literal

from focalpoint.values.errors import BadInput
from focalpoint.values.months import month_of

Order = Literal["dmy", "mdy", "ymd"]

FIRST_YEAR, LAST_YEAR = 1700, 2100
# Two-digit years are read within the hundred years that end with the pivot.
PIVOT = 2035
EXCEL_EPOCH = datetime.date(1899, 12, 30)
MAC_EPOCH = datetime.date(1904, 1, 1)
# As text, five digits are taken for a day number only where that is 1982 to 2036.
_TEXT_SERIALS = range(30_000, 50_000)
_LONGEST = 80  # characters; no date is longer
_BLANK = {"", "-", "--", "/", "n/a", "na", "null", "none", "nil", "?"}


@total_ordering
@dataclass(frozen=True, slots=True)
class PartialDate:
    """A year, a month of a year, or a day.

    Ordered by the first day that it can mean, then by the last; so a whole year comes
    before its January, and ``certainly_before`` is the question to ask of evidence.

    Raises
    ------
    BadInput
        If there is no such day in the calendar.
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.day is not None and self.month is None:
            raise BadInput("a date with a day needs its month")
        try:
            datetime.date(self.year, self.month or 1, self.day or 1)
        except (ValueError, OverflowError) as problem:
            raise BadInput(
                "%(date)s is not a date of the calendar", date=str(self)
            ) from problem

    def __str__(self) -> str:
        parts = [f"{self.year:04d}"]
        parts += [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)

    def __lt__(self, other: "PartialDate") -> bool:
        return (self.earliest, self.latest) < (other.earliest, other.latest)

    @property
    def precision(self) -> Literal["year", "month", "day"]:
        """How much is known."""
        if self.month is None:
            return "year"
        return "month" if self.day is None else "day"

    @property
    def earliest(self) -> datetime.date:
        """The first day that it can mean."""
        return datetime.date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> datetime.date:
        """The last day that it can mean."""
        month = self.month or 12
        last = calendar.monthrange(self.year, month)[1]
        return datetime.date(self.year, month, self.day or last)

    def overlaps(self, other: "PartialDate") -> bool:
        """Whether both can mean the same day."""
        return self.earliest <= other.latest and other.earliest <= self.latest

    def contains(self, other: "PartialDate") -> bool:
        """Whether every day of ``other`` is one of this."""
        return self.earliest <= other.earliest and other.latest <= self.latest

    def certainly_before(self, other: "PartialDate") -> bool:
        """Whether it ends before ``other`` begins."""
        return self.latest < other.earliest

    @classmethod
    def from_iso(cls, text: str) -> "PartialDate":
        """Read ``2021``, ``2021-05`` or ``2021-05-17``, and nothing else.

        Raises
        ------
        BadInput
            If it is written in another way.
        """
        match = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", text)
        if match is None:
            raise _unreadable(text)
        return cls(*(int(part) if part else None for part in match.groups()))  # type: ignore[arg-type]

    @classmethod
    def from_date(cls, day: datetime.date) -> "PartialDate":
        """The day itself; the time of a datetime is dropped."""
        return cls(day.year, day.month, day.day)


def parse(
    value: object,
    order: Order | None = "dmy",
    *,
    pivot: int = PIVOT,
    epoch: datetime.date = EXCEL_EPOCH,
) -> PartialDate | None:
    """Read a date as a person or a spreadsheet wrote it.

    Parameters
    ----------
    value : object
        Text, a number (day number of a spreadsheet, a year, or ``20210517``), a date, a
        datetime, or None.
    order : {"dmy", "mdy", "ymd"}, optional
        Order where all three parts are numbers and the year has not four digits in
        front. With None a date that reads differently both ways is refused. An order
        that gives no day of the calendar gives way to the one that does.
    pivot : int
        Last year of the hundred in which a two-digit year is read.
    epoch : datetime.date
        Day 0 of day numbers; ``MAC_EPOCH`` for workbooks with the 1904 system.

    Returns
    -------
    PartialDate or None
        None for an empty cell or a word for empty.

    Raises
    ------
    BadInput
        If it cannot be told which date is meant.
    """
    if value is None or isinstance(value, PartialDate):
        return value
    if isinstance(value, datetime.date):
        return _plausible(PartialDate.from_date(value), str(value))
    if isinstance(value, bool):
        raise _unreadable(str(value))
    if isinstance(value, (int, float)):
        return _from_number(value, epoch)
    if len(str(value)) > _LONGEST:
        raise _unreadable(str(value))
    text = _tidy(str(value))
    if text in _BLANK:
        return None
    for read in (_iso, _compact, _numbers, _month_and_year, _named_month):
        found = read(text, order, pivot)
        if found is not None:
            return _plausible(found, str(value))
    if text.isdecimal() and len(text) == 5 and int(text) in _TEXT_SERIALS:
        return _from_number(int(text), epoch)
    raise _unreadable(str(value))


def column_order(texts: list[str]) -> Order | None:
    """The order of day and month that a column of texts shows.

    A day above twelve settles it. None while no text does, or while some say one and
    some the other: then a person must say.
    """
    firsts = seconds = False
    for text in texts:
        match = _THREE.fullmatch(_tidy(text[:_LONGEST]))
        if match is None or len(match[1]) == 4:
            continue
        firsts |= int(match[1]) > 12
        seconds |= int(match[2]) > 12
    if firsts == seconds:
        return None
    return "dmy" if firsts else "mdy"


_SEPARATOR = r"\s*[./\-–, ]\s*"
_TIME = re.compile(
    r"[t, ]+\d{1,2}[:.h]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?\s*(?:h|z|am|pm|uhr)?$"
)
_YEAR_WORDS = re.compile(
    r"[\s.]*\b(?:g|god|godina|godine|godini|viti|vitit|anul|an|anno|jahr|yili|r|rik|roku"
    r"|год|година|године|годината|году|года|г|рік|року|р)\b\.?$"
)
_THREE = re.compile(
    rf"(\d{{1,4}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{4}}|\d{{1,2}})"
)
_TWO = re.compile(r"(\d{1,4})\s*[./\-–]\s*(\d{1,4})")
_ROMAN = re.compile(r"(\d{1,2})[.\s/\-]+([ivx]+)[.\s/\-]+(\d{4}|\d{2})")
_WORD = r"([^\W\d_]+)"
_FILL = r"(?:[\s.,\-/']|\b(?:de|del|di|of|the|e|la|le)\b)*"
_DAY_WORD_YEAR = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th|er|º|°|-?ja|-?og)?{_FILL}{_WORD}{_FILL}(\d{{4}}|\d{{2}})"
)
_WORD_DAY_YEAR = re.compile(
    rf"{_WORD}{_FILL}(\d{{1,2}})(?:st|nd|rd|th)?[\s.,]+(\d{{4}}|\d{{2}})"
)
_YEAR_WORD_DAY = re.compile(rf"(\d{{4}}){_FILL}{_WORD}{_FILL}(\d{{1,2}})")
_WORD_YEAR = re.compile(rf"{_WORD}{_FILL}(\d{{4}})")
_YEAR_WORD = re.compile(rf"(\d{{4}}){_FILL}{_WORD}")
_NUMERALS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")


def _tidy(text: str) -> str:
    """Lower case, single spaces; the time of day and words for year taken off."""
    text = " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split()).lower()
    text = _TIME.sub("", text)
    text = _YEAR_WORDS.sub("", text) if text[:1].isdigit() else text
    text = _YEAR_WORDS.sub("", text)
    return text.strip().rstrip(".,; ") if text not in _BLANK else text


def _iso(text: str, _order: Order | None, _pivot: int) -> PartialDate | None:
    match = re.fullmatch(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?", text)
    if match is None:
        return None
    return _made(text, *(int(part) if part else None for part in match.groups()))


def _compact(text: str, _order: Order | None, _pivot: int) -> PartialDate | None:
    if not re.fullmatch(r"(?:17|18|19|20)\d{6}", text):
        return None
    return _made(text, int(text[:4]), int(text[4:6]), int(text[6:]))


def _numbers(text: str, order: Order | None, pivot: int) -> PartialDate | None:
    """Three numbers: the order decides, unless only one order gives a day."""
    match = _THREE.fullmatch(text)
    if match is None:
        return None
    first, second, third = match.groups()
    if len(first) == 4:
        return _made(text, int(first), int(second), int(third))
    if order == "ymd" and len(third) == 4:
        order = None
    readings: dict[str, PartialDate] = {}
    for name, (year, month, day) in {
        "dmy": (third, second, first),
        "mdy": (third, first, second),
        "ymd": (first, second, third),
    }.items():
        if name == "ymd" and (order != "ymd" or len(third) == 4):
            continue
        try:
            readings[name] = PartialDate(_year(year, pivot), int(month), int(day))
        except BadInput:
            continue
    if order in readings:
        return readings[order]
    if order == "ymd" or not readings:
        raise _no_such_day(text)
    if len(set(readings.values())) > 1:
        first_reading, second_reading = readings.values()
        raise BadInput(
            "“%(text)s” may be %(first)s or %(second)s: "
            "state the order of day and month",
            text=text,
            first=str(first_reading),
            second=str(second_reading),
        )
    return next(iter(readings.values()))


def _month_and_year(text: str, _order: Order | None, _pivot: int) -> PartialDate | None:
    match = _TWO.fullmatch(text)
    if match is None or len(match[2]) != 4 or len(match[1]) > 2:
        return None
    return _made(text, int(match[2]), int(match[1]))


def _named_month(text: str, _order: Order | None, pivot: int) -> PartialDate | None:
    roman = _ROMAN.fullmatch(text)
    if roman and roman[2] in _NUMERALS:
        month = _NUMERALS.index(roman[2]) + 1
        return _made(text, _year(roman[3], pivot), month, int(roman[1]))
    for pattern, places in (
        (_DAY_WORD_YEAR, (3, 2, 1)),
        (_WORD_DAY_YEAR, (3, 1, 2)),
        (_YEAR_WORD_DAY, (1, 2, 3)),
        (_WORD_YEAR, (2, 1, 0)),
        (_YEAR_WORD, (1, 2, 0)),
    ):
        match = pattern.fullmatch(text)
        month_named = match and month_of(match[places[1]])
        if match and month_named:
            day = int(match[places[2]]) if places[2] else None
            return _made(text, _year(match[places[0]], pivot), month_named, day)
    return None


def _from_number(value: float, epoch: datetime.date) -> PartialDate:
    """A day number, a year, or the digits of a date in one number."""
    if value != value or value in (float("inf"), float("-inf")):
        raise _unreadable(str(value))
    whole = int(value)
    if whole == value and FIRST_YEAR <= whole <= LAST_YEAR:
        return PartialDate(whole)
    if whole == value and 17_000_101 <= whole <= 21_001_231:
        text = str(whole)
        return _made(text, int(text[:4]), int(text[4:6]), int(text[6:]))
    if (
        not 61 <= whole <= 73_415
    ):  # 1900-03-01, before which Excel miscounts; 2100-12-31
        raise _unreadable(str(value))
    return PartialDate.from_date(epoch + datetime.timedelta(days=whole))


def _year(text: str, pivot: int) -> int:
    if len(text) > 2:
        return int(text)
    year = pivot - pivot % 100 + int(text)
    return year if year <= pivot else year - 100


def _made(
    text: str, year: int | None, month: int | None = None, day: int | None = None
) -> PartialDate:
    try:
        return PartialDate(year or 0, month, day)
    except BadInput as problem:
        raise _no_such_day(text) from problem


def _plausible(date: PartialDate, text: str) -> PartialDate:
    if FIRST_YEAR <= date.year <= LAST_YEAR:
        return date
    raise BadInput(
        "the year in “%(text)s” is not between %(first)s and %(last)s: correct it",
        text=text,
        first=FIRST_YEAR,
        last=LAST_YEAR,
    )


def _unreadable(text: str) -> BadInput:
    return BadInput(
        "no date can be read in “%(text)s”: write it as 2021-05-17, 2021-05 or 2021",
        text=text.strip()[:80],
    )


def _no_such_day(text: str) -> BadInput:
    return BadInput("“%(text)s” is not a date of the calendar: correct it", text=text)
