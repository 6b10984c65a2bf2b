"""Latin and Cyrillic of the region, as offices of the region write them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache


@dataclass(frozen=True, eq=False)
class Alphabet:
    """Cyrillic letters with their Latin ones; there are two, each known by itself."""

    latin: Mapping[str, str]


_SERBIAN = (
    "аa бb вv гg дd ђđ еe жž зz иi јj кk лl љlj мm нn њnj оo пp рr сs тt ћć уu "
    "фf хh цc чč џdž шš"
)
SERBIAN = Alphabet({pair[0]: pair[1:] for pair in _SERBIAN.split()})
MACEDONIAN = Alphabet(
    {
        **{key: value for key, value in SERBIAN.latin.items() if key not in "ђћ"},
        "ѓ": "gj",
        "ќ": "kj",
        "ѕ": "dz",
    }
)
LOOK_ALIKES = dict(zip("АВЕКМНОРСТХ", "ABEKMHOPCTX", strict=True))
_SHAPES = {latin: cyrillic for cyrillic, latin in LOOK_ALIKES.items()}
SERIAL_LETTERS = "АБВГДЕЖЗКМНОПРСТ"
"""Cyrillic capitals that stand in serial numbers; each has a one-letter Latin form."""


def to_cyrillic(text: str, *, letters: Alphabet = SERBIAN) -> str:
    """Write a Latin text in Cyrillic; signs without a counterpart stay."""
    return " ".join(_in_cyrillic(word, letters) for word in text.split(" "))


@lru_cache(maxsize=50_000)  # names of people and towns come again and again
def _in_cyrillic(word: str, letters: Alphabet) -> str:
    for latin, cyrillic in _longest_first(letters):
        word = word.replace(latin.capitalize(), cyrillic.upper())
        word = word.replace(latin.upper(), cyrillic.upper()).replace(latin, cyrillic)
    return word


@cache
def _longest_first(letters: Alphabet) -> list[tuple[str, str]]:
    pairs = ((latin, cyrillic) for cyrillic, latin in letters.latin.items())
    return sorted(pairs, key=lambda pair: -len(pair[0]))


def to_latin(text: str, *, letters: Alphabet = SERBIAN) -> str:
    """Write a Cyrillic text in Latin; signs without a counterpart stay."""
    return text.translate(_latin(letters))


@cache
def _latin(letters: Alphabet) -> dict[int, str | int | None]:
    table: dict[str, str | int | None] = dict(letters.latin)
    table |= {key.upper(): value.capitalize() for key, value in letters.latin.items()}
    return str.maketrans(table)


def shaped_as_latin(text: str) -> str:
    """Cyrillic letters replaced by the Latin ones that look the same, where any do."""
    return "".join(LOOK_ALIKES.get(sign, sign) for sign in text)


def shaped_as_cyrillic(text: str) -> str:
    """Latin letters replaced by the Cyrillic ones that look the same, where any do."""
    return "".join(_SHAPES.get(sign, sign) for sign in text)
