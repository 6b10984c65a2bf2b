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
        "abgegeben consegnat teslim sdan dobrovol zdan amnest legaliz handed"
    ),
    "recovered": (
        "seizure seized recover confisc konfisk incaut apreen apreh saisi sekuestr "
        "sequestr oduzet oduzim zaplj zaplen zapln odzem odzemen izjat iznet vilucen "
        "viluc beschlag sicherge elkoy lefogl zajist zatrzyman capturad"
    ),
    "registered": (
        "registry registered register registar licence license licens permit leje lejet "
        "regjist registrovan registrir registrat registrad registro permis "
        "waffenschein besitz ruhsat ruhsatli porodicn dozvol licenz razresen "
        "dozvil"
    ),
}
# What only the papers of a licence say; two columns of them make a register of owners.
PAPERS = (
    "licence license permit certificate holder expir valid vazi vazen vlasnik dozvol "
    "oruznog leja lejes skadim titular venc validade ablauf inhaber permis autoriz "
    "ruhsat sahibi razresen dozvil vladel"
)
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

    The heading of the date says most, then the names of sheet and file, then whether
    columns are about licences and their holders.
    """
    for text in (date_heading, f"{table.name} {table.file}"):
        words = _words(text)
        for kind, stems in STEMS.items():
            if any(_begins(word, stem) for word in words for stem in stems.split()):
                return kind
    papers = sum(
        any(_begins(word, stem) for word in _words(name) for stem in PAPERS.split())
        for name in (column.text or column.name for column in table.columns)
    )
    return "registered" if papers >= 2 else "recovered"


def _words(text: str) -> set[str]:
    return set(_WORD.findall(fold(text.replace("_", " "))))


def _begins(word: str, stem: str) -> bool:
    return word == stem if len(stem) <= LONGEST_WHOLE else word.startswith(stem)
