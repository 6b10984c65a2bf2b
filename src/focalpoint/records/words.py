"""Words as the index holds them: folded, letters and digits only."""

import re

from focalpoint.values.folding import fold, without_dj

WORD = re.compile(r"[^\W_]+")
LONGEST = 60
LETTERS = 20_000


def words_of(text: str) -> list[str]:
    """Return the folded words of a text."""
    folded = fold(text[:LETTERS].replace("×", "x"))
    return [word[:LONGEST] for word in WORD.findall(folded)]


def variants(words: list[str]) -> list[str]:
    """Return the other spelling of words with ``dj``: ``Đ`` is also typed ``D``."""
    return [without_dj(word) for word in words if "dj" in word]


def joined(text: str) -> str:
    """Return a number or key as one word: ``KT 12/2025`` becomes ``kt122025``."""
    return "".join(words_of(text))[:LONGEST]
