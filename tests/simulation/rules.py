"""Plain rules of matching, written for these tests and used by nothing else."""

import unicodedata

import numpy as np
from numpy.typing import NDArray

from focalpoint.simulation import scripts
from focalpoint.simulation.linkage import LinkageSet
from focalpoint.simulation.spelling import spellings

FOLD = str.maketrans("OIBSZGQ", "0185260")
AFFIXES = ("SN", "NO", "NR", "БР", "BR")


def light_key(text: str) -> str:
    """Capitals, Latin, no affix, separators or unread signs, look-alikes folded."""
    text = text.upper().replace("№", "NO")
    for affix in AFFIXES:
        rest = text.removeprefix(affix)
        if rest != text and (not rest[:1].isalnum() or rest[:1].isdigit()):
            text = rest
    if not any(sign.isdigit() for sign in text):
        return ""
    text = unicodedata.normalize("NFD", scripts.to_latin(text).upper())
    return "".join(sign for sign in text if sign.isalnum()).translate(FOLD)


def normal(kind: str, column: NDArray[np.str_]) -> NDArray[np.str_]:
    """Every known spelling of a make or calibre as its proper name."""
    table = {alias: name for name, all_ in spellings(kind).items() for alias in all_}
    unique, where = np.unique(column, return_inverse=True)
    return np.array([table.get(text, text) for text in unique.tolist()])[where]


def keys(made: LinkageSet) -> NDArray[np.str_]:
    """The light key of every record."""
    unique, where = np.unique(made.serials, return_inverse=True)
    return np.array([light_key(text) for text in unique.tolist()])[where]


def score(made: LinkageSet, *columns: NDArray[np.str_]) -> tuple[float, float]:
    """Precision and recall, in pairs, of calling equal columns one gun."""
    filled = np.ones(len(made), bool)
    joined = np.zeros(len(made), np.int64)
    for column in columns:
        filled &= column != ""
        unique, where = np.unique(column, return_inverse=True)
        _, joined = np.unique(joined * len(unique) + where, return_inverse=True)
    both = joined * (int(made.gun.max()) + 1) + made.gun
    said, right = pairs(joined[filled]), pairs(both[filled])
    return right / said, right / pairs(made.gun)


def pairs(values: NDArray[np.generic]) -> int:
    """How many pairs of equal values there are."""
    _, counts = np.unique(values, return_counts=True)
    return int((counts * (counts - 1) // 2).sum())
