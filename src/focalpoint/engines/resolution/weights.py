"""The table of weights: one definition for single pairs, for millions and for Spark.

``weights.csv`` says, for every level of every comparison, how often two records of one
firearm stand at it (``match``) and among how many possible values (``ways``: how many
wrong signs are as likely as the one that was written; below 1 where few of the numbers
that agree by chance stand at the level too). How often records of different
firearms stand there is never in the table: it is counted in the data at hand
(``population.py``).
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import log2

# Signs that are taken for one another by eye, by hand or across scripts, after the
# light key has joined O0, I1, B8, S5, Z2, G6. Sources: docs/explanation/methods/linkage.md
_BY_EYE = (
    "06 08 09 0D 0Q 0C 0U 17 1L 1T 1J 27 35 38 39 49 4A 56 58 68 69 6C 7T 7Y 79 EF FP "
    "PR MN NH MH HK KX UV VW VY XY WN WM DP CE LE LT 2Q"
)
_ACROSS_SCRIPTS = "8V HN PR C5 YU XH 32 4C"
CONFUSABLE = frozenset(
    pair
    for text in (*_BY_EYE.split(), *_ACROSS_SCRIPTS.split())
    for pair in (text, text[::-1])
)

PRIOR_PARTNERS = 0.35
"""Records of the same firearm that a record is expected to have in the data, if the
population does not say."""
LOT_RATE = 0.002
"""Records with one given number of the next ten, beyond chance, if nobody counted."""
LOT_STEP = 20
"""Numbers no further apart than this are neighbours of one delivery."""
CLONES = 5
"""Records with one number from which on the number itself is in doubt."""


@dataclass(frozen=True, slots=True)
class Level:
    """One row of the table; ``bits`` is log2 of ``match`` / ``ways``."""

    comparison: str
    level: str
    match: float
    ways: float
    sentence: str

    @property
    def code(self) -> str:
        """How the level is named everywhere: ``serial.confusable``."""
        return f"{self.comparison}.{self.level}"

    @property
    def bits(self) -> float:
        """What the level gives before chance is taken off."""
        return log2(self.match / self.ways)


@cache
def levels() -> dict[str, Level]:
    """Every level by its code, in the order of the table."""
    text = files(__package__).joinpath("weights.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    found = [
        Level(
            row["comparison"],
            row["level"],
            float(row["match"]),
            float(row["ways"]),
            row["sentence"],
        )
        for row in rows
    ]
    return {level.code: level for level in found}


def bits(code: str) -> float:
    """Bits of a level by its code."""
    return levels()[code].bits
