"""Numbers that name a person, a vehicle, a case, a judgment or a postal item.

Each function says whether a text has the shape of such a number and, where the number
has a check digit, whether it fits. A record keeps the text as read in any case: a wrong
check digit is a remark for a person, not a reason to refuse.
"""

import datetime
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from focalpoint.values.folding import fold, look_alikes


@dataclass(frozen=True, slots=True)
class Identifier:
    """A text that has the shape of a known kind of number.

    ``normal`` is the form to compare and search by. ``checks`` tells whether its check
    digit fits, or is None for a kind that has none. ``born``, ``sex`` and ``issuers``
    (codes of jurisdictions) are what the number itself says, where it does.
    """

    kind: str
    raw: str
    normal: str
    checks: bool | None = None
    born: datetime.date | None = None
    sex: str = ""
    issuers: tuple[str, ...] = ()


# Two digits of a JMBG say where it was issued.
_JMBG_REGIONS = (
    (range(10, 20), "ba"),
    (range(20, 30), "me"),
    (range(30, 40), "hr"),
    (range(40, 50), "mk"),
    (range(50, 60), "si"),
    (range(70, 90), "rs"),
    (range(90, 97), "xk"),
)
_JMBG_WEIGHTS = (7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_IDNP_WEIGHTS = (7, 3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1)
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def _digits(text: str) -> str:
    """The digits of a text, in ASCII, without the marks people put between them."""
    plain = re.sub(r"[\s./\-]", "", unicodedata.normalize("NFKC", text))
    return plain if plain.isascii() and plain.isdigit() else ""


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(
        int(digit) * weight for digit, weight in zip(digits, weights, strict=False)
    )


def _day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def jmbg(text: str) -> Identifier | None:
    """Unique master citizen number of the former Yugoslavia (JMBG, JMB, EMBG).

    Thirteen digits: day, month, three of the year, region, number, check digit
    (11 minus the weighted sum modulo 11; 10 and 11 are written 0).
    """
    digits = _digits(text)
    if len(digits) != 13:
        return None
    year = int(digits[4:7])
    born = _day(
        year + (2000 if year < 800 else 1000), int(digits[2:4]), int(digits[:2])
    )
    if born is None:
        return None
    check = -_weighted(digits[:12], _JMBG_WEIGHTS) % 11 % 10
    region = int(digits[7:9])
    return Identifier(
        kind="jmbg",
        raw=text,
        normal=digits,
        checks=check == int(digits[12]),
        born=born,
        sex="male" if int(digits[9:12]) < 500 else "female",
        issuers=tuple(code for numbers, code in _JMBG_REGIONS if region in numbers),
    )


def albanian_nid(text: str) -> Identifier | None:
    """Identity number of Albania: shape and date of birth, without its check letter.

    A letter for the decade (``A`` 1900s, ``B`` 1910s, and so on), a digit for the year,
    the month (plus 50 for women, plus 30 more for foreigners), the day, three digits,
    a letter.
    """
    plain = re.sub(r"[\s.\-]", "", text).upper()
    match = re.fullmatch(r"([A-T])([0-9])([0-9]{2})([0-9]{2})[0-9]{3}[A-W]", plain)
    if match is None:
        return None
    month = int(match[3])
    female = month > 50
    month -= 50 if female else 0
    month -= 30 if month > 30 else 0
    year = 1900 + 10 * (ord(match[1]) - ord("A")) + int(match[2])
    born = _day(year, month, int(match[4]))
    if born is None:
        return None
    return Identifier(
        kind="albanian_nid",
        raw=text,
        normal=plain,
        born=born,
        sex="female" if female else "male",
        issuers=("al",),
    )


def idnp(text: str) -> Identifier | None:
    """Personal number of Moldova (IDNP): 0 or 2, eleven digits, check digit."""
    digits = _digits(text)
    if len(digits) != 13 or digits[0] not in "02":
        return None
    check = _weighted(digits[:12], _IDNP_WEIGHTS) % 10
    return Identifier(
        kind="idnp",
        raw=text,
        normal=digits,
        checks=check == int(digits[12]),
        issuers=("md",),
    )


def kosovo_number(text: str) -> Identifier | None:
    """Personal number of Kosovo*: ten digits from 1 on; shape only."""
    digits = _digits(text)
    if len(digits) != 10 or digits[0] == "0":
        return None
    return Identifier(kind="kosovo_number", raw=text, normal=digits, issuers=("xk",))


def personal_numbers(text: str) -> tuple[Identifier, ...]:
    """Every personal number that a text can be, those whose check digit fits first."""
    kinds: tuple[Callable[[str], Identifier | None], ...] = (
        jmbg,
        albanian_nid,
        idnp,
        kosovo_number,
    )
    found = [number for number in (kind(text) for kind in kinds) if number]
    return tuple(sorted(found, key=lambda number: number.checks is not True))


# Shapes of registration plates, without separators, in Latin look-alikes.
_PLATES = (
    ("al", r"[A-Z]{2}[0-9]{3}[A-Z]{2}"),
    ("ba", r"[AEJKMOT][0-9]{2}[AEJKMOT][0-9]{3}"),
    ("xk", r"0[1-7][0-9]{3}[A-Z]{2}"),
    ("md", r"[A-Z]{3}[0-9]{3}|[A-Z]{1,2}[A-Z]{2}[0-9]{3}"),
    ("me", r"[A-Z]{2}[A-Z]{2}[0-9]{3}"),
    ("mk", r"[A-Z]{2}[0-9]{3,4}[A-Z]{2}"),
    ("rs", r"[A-Z]{2}[0-9]{3,5}[A-Z]{2}"),
)


def plate(text: str) -> Identifier | None:
    """A registration plate: its letters and digits together, in Latin capitals.

    Text in Cyrillic is transliterated (``НС`` is ``NS``); a stray Cyrillic letter among
    Latin ones is its look-alike. Marks are dropped. ``issuers`` are those of the region
    whose plates have this shape; to have none does not mean that it is no plate.
    """
    raw = text
    letters = [letter for letter in text if letter.isalpha()]
    cyrillic = [letter for letter in letters if "\u0400" <= letter <= "\u04ff"]
    if len(cyrillic) < len(letters):
        text = look_alikes(text)
    bare = fold(text.upper().replace("Đ", "D")).upper()
    normal = re.sub(r"[\s.\-·*]", "", bare)
    if not re.fullmatch(r"(?=.*[0-9])[A-Z0-9]{3,10}", normal):
        return None
    issuers = tuple(code for code, shape in _PLATES if re.fullmatch(shape, normal))
    return Identifier(kind="plate", raw=raw, normal=normal, issuers=issuers)


_CASE = re.compile(
    r"(?P<mark>[^\W\d_](?:[\w.\- ]*[^\W\d_])?\.?)?[\s.\-:]*"
    r"(?P<number>\d{1,9})\s*[/\-]\s*(?P<year>\d{4}|\d{2})(?P<suffix>(?:[/\-]\d{1,6})*)",
    re.IGNORECASE,
)


def case_number(text: str, pivot: int = 2035) -> Identifier | None:
    """A case number of the form mark, number, year: ``KTN-123/24``, ``К.бр. 12/2021``.

    The normal form is the mark in Latin capitals, the number without leading zeros and
    the year in full, so that the ways of writing one case meet.
    """
    match = _CASE.fullmatch(" ".join(text.split())[:60])
    if match is None:
        return None
    mark = re.sub(r"\W", "", fold(match["mark"] or "")).upper()
    mark = re.sub(r"(?<=.)(?:BR|NR|NO)$", "", mark)
    year = int(match["year"])
    if len(match["year"]) == 2:
        year += pivot - pivot % 100
        year -= 100 if year > pivot else 0
    suffix = match["suffix"].replace("-", "/")
    number = f"{int(match['number'])}/{year}{suffix}"
    return Identifier(kind="case_number", raw=text, normal=f"{mark} {number}".strip())


def ecli(text: str) -> Identifier | None:
    """European Case Law Identifier: ``ECLI:country:court:year:number``."""
    plain = re.sub(r"\s", "", text).upper()
    shape = r"ECLI:([A-Z]{2}):[A-Z][A-Z0-9]{0,6}:[0-9]{4}:[A-Z0-9.]{1,25}"
    match = re.fullmatch(shape, plain)
    if match is None:
        return None
    return Identifier(kind="ecli", raw=text, normal=plain, issuers=(match[1].lower(),))


def postal_item(text: str) -> Identifier | None:
    """Item number of the Universal Postal Union (S10), such as ``RR473124829GB``."""
    plain = re.sub(r"[\s\-]", "", text).upper()
    match = re.fullmatch(r"[A-Z]{2}([0-9]{8})([0-9])([A-Z]{2})", plain)
    if match is None:
        return None
    check = 11 - _weighted(match[1], _S10_WEIGHTS) % 11
    check = {10: 0, 11: 5}.get(check, check)
    return Identifier(
        kind="postal_item",
        raw=text,
        normal=plain,
        checks=check == int(match[2]),
        issuers=(match[3].lower(),),
    )
