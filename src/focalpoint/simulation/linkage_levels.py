"""How dirty the records of a linkage set are, and what each kind of dirt is called."""

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
Random = np.random.Generator

WIDTH = 20
"""The longest serial number, dirt included."""
ERRORS = (
    "confusable",  # one character read as another that looks like it
    "edit",  # transposed, replaced, dropped or doubled
    "obliterated",  # one or two characters unread, or the tail lost
    "missing",  # no number: blank, or words in its place
    "script",  # Cyrillic letters transliterated or typed as Latin look-alikes
    "affix",  # "No", "бр.", "nr." before the number
    "separator",  # a space, dash or stroke inside
    "case",  # small letters
    "make",  # another spelling of the make, or none
    "calibre",  # another spelling of the calibre, or none
    "model",  # another spelling, a wrong model, or none
)


@dataclass(frozen=True, slots=True)
class Level:
    """How dirty the records are: shares of records, 0 to 1."""

    confusable: float = 0.18
    edit: float = 0.07
    obliterated: float = 0.10
    missing: float = 0.015
    words: float = 0.5  # of the missing: words instead of an empty cell
    transliterated: float = 0.45
    look_alike: float = 0.30
    affix: float = 0.06
    separator: float = 0.06
    case: float = 0.025
    make_alias: float = 0.5
    make_typo: float = 0.03
    make_blank: float = 0.22
    calibre_alias: float = 0.55
    calibre_blank: float = 0.10
    model_variant: float = 0.45
    model_wrong: float = 0.03
    model_blank: float = 0.20
    type_blank: float = 0.10
    clones: float = 0.000006  # of the guns: numbers that further guns carry too
    lots: float = 0.0005  # of the guns: parts of a run of consecutive numbers

    def scaled(self, factor: float) -> "Level":
        """The same kinds of dirt, more or less of each; shares stay below 0.9."""
        kept = {"words", "clones", "lots", "transliterated", "look_alike"}
        values = {
            field.name: min(0.9, getattr(self, field.name) * factor)
            for field in fields(self)
            if field.name not in kept
        }
        return replace(self, **values)


MIDDLE = Level()
LEVELS = {
    "low": MIDDLE.scaled(0.25),
    "middle": MIDDLE,
    "high": replace(MIDDLE, missing=0.23, words=0.74, clones=0.0004, lots=0.03),
}
