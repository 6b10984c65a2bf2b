"""A firearm as one record describes it, in the normal forms that are compared.

Every reading is kept per distinct text: registers repeat themselves, so that millions
of rows cost thousands of readings.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from focalpoint.values import calibres, codelists, makes, serials
from focalpoint.values.folding import LOOK_ALIKES, fold, look_alikes

UNREAD = "?"
UNNAMED = "~"  # before a make or a type that no list knows
LONGEST = 24  # characters of a number that are compared
MOST_LOST = 3  # characters that an open end may have lost
KEPT = 65_536

_OPEN_END = re.compile(r"(?<![*.])(?:\*|\.{3}|…)\s*$")
_OPEN_START = re.compile(r"^\s*(?:\*|\.{3}|…)(?![*.])")
_MODEL_WORD = re.compile(r"^(?:model|modell?o?|mod|typ[ei]?|tip|m(?=\.))[\s.:]+")
_GLUED = re.compile(r"(?:[Nn][ro]|[Bb]r|[Бб]р)(?=[A-ZА-Я]{1,4}[-\d])")
_DOUBLE_DASH = re.compile(r"(?<=\w)--(?=\w)")
_NOT_KEY = re.compile(r"[^a-z0-9]")


@dataclass(frozen=True, slots=True)
class Number:
    """A serial number ready to be compared.

    Parameters
    ----------
    status : str
        One of ``values.serials.STATUSES``.
    normal : str
        Latin capitals, digits and ``?``; empty where there is no number.
    forms : tuple of str
        Light keys (``values.serials.light_key``), the principal one first. More than
        one where Cyrillic letters may be read by shape or by sound, or where an end is
        lost and its length not known.
    known : int
        Characters that were read.
    """

    status: str
    normal: str = ""
    forms: tuple[str, ...] = ()
    known: int = 0


@dataclass(frozen=True, slots=True)
class Described:
    """One record; empty text is "not stated".

    ``make``, ``calibre`` and ``type`` are codes of their lists, or the folded text
    after ``~`` where no list knows it; ``model`` is letters and figures alone;
    ``family`` is the parent of the type; ``part`` is the kind of component where the
    record is of one.
    """

    id: str
    number: Number
    serial: str = ""
    make: str = ""
    model: str = ""
    calibre: str = ""
    type: str = ""
    family: str = ""
    part: str = ""
    country: str = ""
    year: str = ""

    @property
    def key(self) -> str:
        """The principal light key; empty where there is no number."""
        return self.number.forms[0] if self.number.forms else ""

    @property
    def shape(self) -> str:
        """Letters as ``A``, figures as ``9``, of the light key: ``AC?23`` is ``AA999``."""
        size = len(self.number.normal)
        return shape_of(self.key[:size])


def describe(
    id: str,
    *,
    serial: str = "",
    make: str = "",
    model: str = "",
    calibre: str = "",
    type: str = "",
    country: str = "",
    year: str | int = "",
) -> Described:
    """Bring the texts of one record into the forms that are compared.

    Parameters
    ----------
    id : str
        How the record is named.
    serial, make, model, calibre, type, country, year : str
        As they were typed, in any script and language; a code of a list is understood
        as well as a name. Empty where nothing is stated.
    """
    kind, family, part = read_type(type)
    maker = read_make(make)
    return Described(
        id,
        read_number(serial),
        serial,
        maker,
        read_model(model, maker),
        read_calibre(calibre),
        kind,
        family,
        part,
        country.strip().upper(),
        str(year).strip(),
    )


@lru_cache(maxsize=KEPT)
def read_number(text: str) -> Number:
    """Read a serial number and form its light keys."""
    return number_from(*bodies_of(text))


def bodies_of(text: str) -> tuple[str, list[str], int]:
    """Status, every reading of the number, the principal first, and signs read."""
    found = serials.parse(text)
    normal = found.normal[:LONGEST]
    if not found.known or not normal:
        return found.status, [], 0
    bodies = [normal, *_by_sound(text, found), *_otherwise(text, found)]
    if _OPEN_END.search(text) and normal.endswith(UNREAD):
        bodies += [normal + UNREAD * more for more in range(1, MOST_LOST)]
    elif _OPEN_START.search(text) and normal.startswith(UNREAD):
        bodies += [UNREAD * more + normal for more in range(1, MOST_LOST)]
    elif found.status == "partial" and UNREAD not in normal:
        bodies += [normal + UNREAD * more for more in range(1, MOST_LOST)]
    return found.status, bodies, found.known


def number_from(status: str, bodies: list[str], known: int) -> Number:
    """A number from what ``bodies_of`` said of a text."""
    if not bodies:
        return Number(status)
    forms = tuple(dict.fromkeys(map(serials.light_key, bodies)))
    return Number(status, bodies[0], forms, known)


def _otherwise(text: str, found: serials.SerialNumber) -> list[str]:
    """Readings without a glued affix (``NrAB123``), and of a doubled dash as one."""
    stripped = text.strip()
    others = []
    if _GLUED.match(stripped):
        others.append(_GLUED.sub("", stripped, count=1))
    if _DOUBLE_DASH.search(stripped):
        others.append(_DOUBLE_DASH.sub("-", stripped))
    readings = [serials.parse(other) for other in others]
    return [
        reading.normal[:LONGEST]
        for reading in readings
        if reading.status in ("intact", found.status) and reading.normal
    ]


def _by_sound(text: str, found: serials.SerialNumber) -> list[str]:
    """The other reading of Cyrillic letters: ``В12`` is typed ``B12`` and ``V12``."""
    if text.isascii() or not any(sign.isalpha() for sign in found.normal):
        return []
    if not any(sign in LOOK_ALIKES for sign in text.upper()):
        return []
    other = serials.parse(fold(text).upper())
    mixed = serials.parse(fold(look_alikes(text)).upper())
    return [
        reading.normal[:LONGEST]
        for reading in (other, mixed)
        if reading.status == found.status
        and abs(len(reading.normal) - len(found.normal)) <= 1
    ]


@cache
def shape_of(normal: str) -> str:
    """Letters as ``A``, figures as ``9``; an unread sign is like the one before it."""
    signs: list[str] = []
    for sign in normal:
        if sign == UNREAD:
            signs.append(signs[-1] if signs else "")
        else:
            signs.append("9" if sign.isdigit() else "A")
    first = next((sign for sign in signs if sign), "9")
    return "".join(sign or first for sign in signs)


@lru_cache(maxsize=KEPT)
def read_make(text: str) -> str:
    """Code of the maker; ``~`` and the folded text where the list does not know it."""
    stated = text.strip()
    if not stated:
        return ""
    code = makes.parse(stated).make
    return code or _unnamed(stated)


def _unnamed(text: str) -> str:
    key = _NOT_KEY.sub("", fold(text))
    return UNNAMED + key if key else ""


@lru_cache(maxsize=KEPT)
def read_calibre(text: str) -> str:
    """Code of the calibre; empty where the text names none of the list."""
    stated = text.strip()
    if not stated:
        return ""
    if codelists.load("calibres").get(stated):
        return stated
    return calibres.parse(stated).calibre or ""


@lru_cache(maxsize=KEPT)
def read_model(text: str, make: str = "") -> str:
    """Letters and figures of a model: ``mod. M-70 AB2`` and ``М70АБ2`` are ``m70ab2``.

    An alias of the list of models becomes the model that it stands for.
    """
    folded = _MODEL_WORD.sub("", " ".join(fold(look_alike_letters(text)).split()))
    key = _NOT_KEY.sub("", folded)
    return _model_aliases().get((make, key), key)


def look_alike_letters(text: str) -> str:
    """Cyrillic text in its Latin shapes where every letter has one, else unchanged."""
    letters = [sign for sign in text.upper() if sign.isalpha() and not sign.isascii()]
    if letters and all(sign in LOOK_ALIKES for sign in letters):
        return look_alikes(text)
    return text


@cache
def _model_aliases() -> dict[tuple[str, str], str]:
    aliases: dict[tuple[str, str], str] = {}
    for model in codelists.load("models"):
        proper = _NOT_KEY.sub("", fold(model.label("en")))
        for name in model.aliases:
            key = _NOT_KEY.sub("", fold(name))
            aliases.setdefault((model.extra.get("maker", ""), key), proper)
    return aliases


@lru_cache(maxsize=KEPT)
def read_type(text: str) -> tuple[str, str, str]:
    """Type, its parent and, where it is one, the kind of component."""
    stated = text.strip()
    if not stated:
        return "", "", ""
    code = _types().get(_NOT_KEY.sub("", fold(stated)))
    if code is None:
        part = _parts().get(_NOT_KEY.sub("", fold(stated)), "")
        return ("part_only" if part else _unnamed(stated)), "", part
    entry = codelists.load("firearm_types").get(code)
    family = (entry.parent or code) if entry else ""
    return (
        ("", "", "")
        if code == "unknown"
        else (code, family, "part" if code == "part_only" else "")
    )


@cache
def _types() -> dict[str, str]:
    return _labels("firearm_types")


@cache
def _parts() -> dict[str, str]:
    vague = {"other", "unknown"}
    return {k: v for k, v in _labels("component_types").items() if v not in vague}


def _labels(name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in codelists.load(name):
        for text in (entry.code, *entry.labels.values()):
            found.setdefault(_NOT_KEY.sub("", fold(text)), entry.code)
    return found
