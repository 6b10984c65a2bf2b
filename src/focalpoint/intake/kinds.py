"""Which occasion a table of firearms tells of, from what its sender calls it."""

import re

from focalpoint.interop.tables import Table
from focalpoint.values.folding import fold

# Beginnings of words, folded; the first kind whose word occurs is taken.
STEMS = {
    "stolen": (
        "stolen theft thefts vjedh vjedhur ukrad krad otudj furt roubo roubad "
        "robo robad hurto sustra vol voles vole diebstahl gestohlen rubat calint "
        "hiscen vykrad viktraden pohis pohisc lopott"
    ),
    "lost": (
        "lost loss humb izgublj nestal pierdut perdid extravi perdu perdue verlor "
        "verlust smarrit kayip utra utracen vtrac zagub elveszett"
    ),
    "surrendered": (
        "surrender dorez predat predaj predat predar entreg rendu remis abgabe "
        "abgegeben consegnat teslim sdan dobrovol zdan amnest legaliz"
    ),
    "registered": (
        "registry registered register licence license licens permit leje lejet "
        "regjist registrovan registrir registrat registrad registro permis "
        "waffenschein besitz ruhsat ruhsatli porodicn dozvol licenz razresen "
        "dozvil"
    ),
}
EVENTS = {
    "recovered": "seizure",
    "stolen": "theft",
    "lost": "loss",
    "surrendered": "voluntary_surrender",
}
_WORD = re.compile(r"[a-z]+")
LONGEST_WHOLE = 4  # shorter words must agree to the end


def kind_of(table: Table, date_heading: str = "") -> str:
    """Return the kind of record of a table's firearms: recovered unless it says so.

    The heading of the date says most, then the names of sheet and file.
    """
    for text in (date_heading, f"{table.name} {table.file}"):
        words = set(_WORD.findall(fold(text.replace("_", " "))))
        for kind, stems in STEMS.items():
            if any(_begins(word, stem) for word in words for stem in stems.split()):
                return kind
    return "recovered"


def _begins(word: str, stem: str) -> bool:
    return word == stem if len(stem) <= LONGEST_WHOLE else word.startswith(stem)
