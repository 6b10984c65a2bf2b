"""What a text of a register means: a code, a country, a quantity, yes or no.

Registers say the same few thousand things millions of times, so every answer is
remembered. Nothing rather than a guess: what is not known comes back empty.
"""

import csv
import re
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale
from rapidfuzz import fuzz, process

from focalpoint.values import calibres, codelists, makes
from focalpoint.values.errors import BadInput
from focalpoint.values.folding import fold

LANGUAGES = (
    "en",
    "sq",
    "bs",
    "sr",
    "sr_Latn",
    "hr",
    "mk",
    "ro",
    "pt",
    "es",
    "fr",
    "de",
    "it",
    "tr",
    "ru",
    "uk",
    "bg",
    "hu",
    "sl",
)
TRUE = frozenset(
    (
        "true",
        "yes",
        "y",
        "1",
        "da",
        "д",
        "да",
        "po",
        "ja",
        "j",
        "oui",
        "o",
        "si",
        "sí",
        "sim",
        "s",
        "evet",
        "e",
        "так",
        "т",
        "igen",
        "x",
        "✓",
        "✔",
    )
)
FALSE = frozenset(
    (
        "false",
        "no",
        "n",
        "0",
        "ne",
        "не",
        "jo",
        "nu",
        "nein",
        "non",
        "não",
        "nao",
        "hayır",
        "hayir",
        "нет",
        "ні",
        "nem",
        "-",
    )
)
_NUMBER = re.compile(r"[-+−]?\d[\d\s.,'’\u00a0\u202f]*")


def number_in(text: str) -> float | None:
    """The number that a text begins with, in either notation; a unit may follow.

    >>> number_in("1.234,5 mm"), number_in("1,234.5"), number_in("9,5"), number_in("ca")
    (1234.5, 1234.5, 9.5, None)
    """
    found = _NUMBER.match(text.strip())
    if not found:
        return None
    plain = re.sub(r"[\s'’\u00a0\u202f]", "", found[0]).replace("−", "-").rstrip(".,")
    comma, point = plain.rfind(","), plain.rfind(".")
    if comma > point:
        lone = plain.count(",") == 1 and (point >= 0 or len(plain) - comma != 4)
        plain = plain.replace(".", "").replace(",", "." if lone else "")
    elif plain.count(".") > 1:
        plain = plain.replace(".", "").replace(",", "")
    else:
        plain = plain.replace(",", "")
    try:
        return float(plain)
    except ValueError:
        return None


@lru_cache(maxsize=65_536)
def find_make(text: str) -> str:
    """The code of a maker, or nothing rather than a guess."""
    return makes.parse(text).make or ""


@lru_cache(maxsize=65_536)
def find_calibre(text: str) -> str:
    """The code of a calibre, or nothing rather than a guess."""
    return calibres.parse(text).calibre or ""


@lru_cache(maxsize=65_536)
def find_code(codelist: str, text: str) -> str:
    """The code that a text names: by code, label in any language, alias, foreign code.

    A word is forgiven one or two slips when it is long and nothing else is near.
    """
    try:
        names = _names(codelist)
    except BadInput:
        return ""
    plain = _plain(text)
    if plain in names:
        return names[plain]
    if len(plain) < 7:
        return ""
    near = process.extract(
        plain, names.keys(), scorer=fuzz.ratio, limit=3, score_cutoff=88
    )
    codes = {names[name] for name, _score, _ in near}
    return codes.pop() if len(codes) == 1 else ""


@cache
def _terms() -> dict[tuple[str, str], tuple[str, ...]]:
    """Words of registers beyond the languages in which code lists are labelled."""
    path = Path(__file__).with_name("terms.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        return {
            (row["codelist"], row["code"]): tuple(row["terms"].split("|"))
            for row in csv.DictReader(lines)
        }


@cache
def _names(codelist: str) -> dict[str, str]:
    """Every name of every code of a list, folded; a name of two codes is left out."""
    names: dict[str, str] = {}
    doubtful: set[str] = set()
    for entry in codelists.load(codelist):
        own = [entry.code, entry.code.replace("_", " "), *entry.labels.values()]
        own += _terms().get((codelist, entry.code), ())
        for name in (*own, *entry.aliases, *entry.foreign.values()):
            plain = _plain(name)
            if names.setdefault(plain, entry.code) != entry.code:
                doubtful.add(plain)
    codes = set(codelists.load(codelist).codes)
    return {n: c for n, c in names.items() if n and (n not in doubtful or n in codes)}


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))


@lru_cache(maxsize=65_536)
def find_country(text: str) -> str:
    """The ISO code of a country named in any of the languages of registers."""
    plain = _plain(text)
    # Code lists are in lower case; records hold countries as ISO writes them.
    found = find_code("countries", text).upper() or _countries().get(plain, "")
    return found or (text.strip().upper() if text.strip().upper() in _codes() else "")


@cache
def _codes() -> frozenset[str]:
    codes = (str(code) for code in Locale("en").territories)
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha())


@cache
def _countries() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if code in _codes():
                names.setdefault(_plain(name), code)
    return names
