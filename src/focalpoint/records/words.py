"""Words as the index holds them: folded, letters and digits only."""

import re
from functools import lru_cache

from focalpoint.values.folding import fold, without_dj

WORD = re.compile(r"[^\W_]+")
LONGEST = 60
LETTERS = 20_000
SHORT = 60  # letters of a text that may occur again


def words_of(text: str) -> list[str]:
    """Return the folded words of a text."""
    return list(_remembered(text) if len(text) <= SHORT else _words(text))


@lru_cache(maxsize=20_000)  # the same words stand in every record of a register
def _remembered(text: str) -> tuple[str, ...]:
    return _words(text)


def _words(text: str) -> tuple[str, ...]:
    folded = fold(text[:LETTERS].replace("×", "x"))
    return tuple(word[:LONGEST] for word in WORD.findall(folded))


def variants(words: list[str]) -> list[str]:
    """Return the other spelling of words with ``dj``: ``Đ`` is also typed ``D``."""
    return [without_dj(word) for word in words if "dj" in word]


def joined(text: str) -> str:
    """Return a number or key as one word: ``KT 12/2025`` becomes ``kt122025``."""
    return "".join(words_of(text))[:LONGEST]
