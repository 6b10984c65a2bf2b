"""What a serial number was probably misread as, said before it is stored.

Suggestions only: the text stays as it was typed until a person takes one. Every rule
names a slip that registers show: a letter among figures that looks like a figure, a
Cyrillic letter that looks Latin, and a calibre, a model mark or a year that stands
where the number should stand.
"""

import re
from dataclasses import dataclass

from focalpoint.values import serials
from focalpoint.values.folding import LOOK_ALIKES

FIGURES = {"O": "0", "Q": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "B": "8"}
AROUND = 2  # figures that must stand on each side before a letter is doubted

_CALIBRE = re.compile(
    r"[.,]?\d{1,2}(?:[.,]\d{1,3})?\s*(?:mm|мм|cal|kal)?|"
    r"\d{1,2}(?:[.,]\d{1,2})?\s*[x×х*]\s*\d{2}\w{0,3}",
    re.IGNORECASE,
)
_CALIBRE_SIGN = re.compile(r"[.,x×х*]|mm|мм|cal|kal", re.IGNORECASE)
_MODEL = re.compile(
    r"(?:M|MOD|AK|AKM|AKMS|CZ|VZ|PM|TT|SKS|MP|MD|HK|FN)[-. ]?\d{1,3}[A-Z]{0,3}\d?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Misreading:
    """One doubt about a number.

    Parameters
    ----------
    kind : str
        ``figure``: a letter that may be a figure; ``script``: a letter of another
        script; ``calibre``, ``model``, ``year``: probably not a serial number;
        ``remark``: words, not a number.
    character : str
        The doubtful character, where there is one.
    place : int
        Its place in the text, counted from 1; 0 where the whole text is doubted.
    suggestion : str
        What to put instead; empty where nothing can be offered.
    """

    kind: str
    character: str = ""
    place: int = 0
    suggestion: str = ""


def misreadings(text: str) -> list[Misreading]:
    """Return every doubt about a number, the gravest first."""
    typed = text.strip()
    if not typed:
        return []
    whole = _not_a_number(typed)
    return [*whole, *_scripts(typed), *([] if whole else _figures(typed))]


def _not_a_number(text: str) -> list[Misreading]:
    if _CALIBRE.fullmatch(text) and _CALIBRE_SIGN.search(text):
        return [Misreading("calibre")]
    if _MODEL.fullmatch(text):
        return [Misreading("model")]
    if _YEAR.fullmatch(text):
        return [Misreading("year")]
    if serials.parse(text).status in ("narrative", "removed", "unreadable"):
        return [Misreading("remark")]
    return []


def _scripts(text: str) -> list[Misreading]:
    return [
        Misreading(
            "script",
            character,
            place,
            "".join(LOOK_ALIKES.get(one.upper(), one) for one in text),
        )
        for place, character in enumerate(text, 1)
        if character.upper() in LOOK_ALIKES
    ][:1]


def _figures(text: str) -> list[Misreading]:
    """Doubt a letter with figures on both sides; prefixes and suffixes are letters."""
    found = []
    for place, character in enumerate(text):
        latin = LOOK_ALIKES.get(character.upper(), character.upper())
        figure = FIGURES.get(latin)
        before, after = text[:place], text[place + 1 :]
        if (
            figure
            and before[-1:].isdigit()
            and (after[:1].isdigit() or not after)
            and len(re.findall(r"\d", before + after)) >= 2 * AROUND
        ):
            suggestion = f"{before}{figure}{after}"
            found.append(Misreading("figure", character, place + 1, suggestion))
    return found
