"""How offices miswrite what they see: misreadings, scripts, gaps and spellings.

The rates are those of ``linkage_levels``; here one record is treated at a time, in the
language of the office that writes it. Every function returns the text and what went
wrong with it, for the answer sheet.
"""

import random
from dataclasses import dataclass, replace
from functools import cache

from focalpoint.simulation import scripts
from focalpoint.simulation.linkage_dirt import CONFUSED
from focalpoint.simulation.linkage_levels import LEVELS, MIDDLE, Level
from focalpoint.simulation.spelling import model_variants, spellings

REMOVED = {
    "sr": ("избрисан", "обрисан", "уклоњен стругањем", "избрушен"),
    "mk": ("избришан", "отстранет", "изгребан"),
    "sq": ("i fshirë", "i gërryer", "i hequr"),
    "ro": ("șters", "răzuit", "înlăturat"),
}
UNREADABLE = {
    "sr": ("нечитко", "нечитак", "кородирано, не види се", "није читљив"),
    "mk": ("нечитлив", "нечитко", "оштетен, не се чита"),
    "sq": ("i palexueshëm", "nuk lexohet", "i dëmtuar"),
    "ro": ("ilizibil", "necitibil", "corodat"),
}
ABSENT = {
    "sr": ("без броја", "нема броја", "нема"),
    "mk": ("без број", "нема број"),
    "sq": ("pa numër", "nuk ka"),
    "ro": ("fără număr", "lipsește"),
}
VISIBLE = {
    "sr": "видљиво {} на оквиру",
    "mk": "видливо {} на рамката",
    "sq": "duket {} në trup",
    "ro": "vizibil {} pe carcasă",
}
AFFIX = {"sr": ("бр. ", "бр."), "mk": ("бр. ",), "sq": ("Nr. ", "nr."), "ro": ("nr. ",)}
UNREAD = ("?", "?", "?", "*", "x", "_", ".")


@dataclass(frozen=True, slots=True)
class Office:
    """Who writes: language of the words, script, and how carefully."""

    tongue: str
    """``sr``, ``mk``, ``sq`` or ``ro``."""
    script: str
    """``latn`` or ``cyrl``."""
    level: Level
    removed: float
    blank: float

    def words(self, table: dict[str, tuple[str, ...]], chance: random.Random) -> str:
        """One of the words of a table, in the script of the office."""
        return self.spelt(chance.choice(table[self.tongue]))

    def spelt(self, text: str) -> str:
        """A text of our Cyrillic tables in the script of the office."""
        return scripts.to_latin(text) if self.script == "latn" else text


CAREFUL = replace(LEVELS["low"], missing=0.004)
HASTY = MIDDLE


def registry(tongue: str, script: str) -> Office:
    """An office that copies numbers from papers."""
    return Office(tongue, script, CAREFUL, removed=0.0, blank=0.01)


def street(tongue: str, script: str, factor: float) -> Office:
    """An office that reads numbers from guns, at ``factor`` times the middle dirt."""
    level = HASTY.scaled(0.6 * factor)
    return Office(tongue, script, level, 0.17 * factor, 0.06 * factor)


def serial(chance: random.Random, true: str, office: Office) -> tuple[str, list[str]]:
    """The number as written down, and the names of the errors in it."""
    if not true:
        if chance.random() < 0.4:
            return "", ["missing"]
        return office.words(ABSENT, chance), ["missing"]
    gap = _gap(chance, office)
    if gap is not None:
        return gap
    rate, errors = office.level, []
    text = true
    if any(sign > "\u0400" for sign in text) and office.script == "latn":
        text = _latin_letters(chance, text)
        errors.append("script")
    elif office.script == "cyrl" and chance.random() < rate.look_alike * 0.2:
        swapped = scripts.shaped_as_cyrillic(text)
        errors += ["script"] if swapped != text else []
        text = swapped
    steps = (
        ("confusable", rate.confusable, confuse),
        ("edit", rate.edit, edit),
        ("obliterated", rate.obliterated, obliterate),
        ("separator", rate.separator, separate),
    )
    for name, share, step in steps:
        if chance.random() < share and len(text) > 3:
            changed = step(chance, text)
            errors += [name] if changed != text else []
            text = changed
    if chance.random() < rate.case:
        text, errors = text.lower(), [*errors, "case"]
    if chance.random() < rate.affix:
        text, errors = office.words(AFFIX, chance) + text, [*errors, "affix"]
    if "obliterated" in errors and chance.random() < 0.25:
        text = office.spelt(VISIBLE[office.tongue]).format(text)
    return text, errors


def _gap(chance: random.Random, office: Office) -> tuple[str, list[str]] | None:
    draw = chance.random()
    if draw < office.removed * 0.82:
        return office.words(REMOVED, chance), ["missing", "removed"]
    if draw < office.removed:
        return office.words(UNREADABLE, chance), ["missing", "unreadable"]
    if draw < office.removed + office.blank:
        return "", ["missing"]
    return None


def confuse(chance: random.Random, text: str) -> str:
    """One character taken for another that looks like it."""
    places = [i for i, sign in enumerate(text) if sign in CONFUSED]
    if not places:
        return text
    place = chance.choice(places)
    return text[:place] + chance.choice(CONFUSED[text[place]]) + text[place + 1 :]


def edit(chance: random.Random, text: str) -> str:
    """One character swapped, replaced, dropped or doubled."""
    i = chance.randrange(len(text) - 1)
    return chance.choice(
        (
            text[:i] + text[i + 1] + text[i] + text[i + 2 :],
            text[:i] + str(chance.randrange(10)) + text[i + 1 :],
            text[:i] + text[i + 1 :],
            text[: i + 1] + text[i:],
        )
    )


def obliterate(chance: random.Random, text: str) -> str:
    """One or two characters that could not be read, or a lost tail."""
    if chance.random() < 0.3:
        return text[: max(2, len(text) - chance.randint(1, 3))] + "..."
    mark = chance.choice(UNREAD)
    for _ in range(chance.choice((1, 1, 2))):
        place = chance.randrange(len(text))
        text = text[:place] + mark + text[place + 1 :]
    return text


def separate(chance: random.Random, text: str) -> str:
    """A sign put in between."""
    place = chance.randrange(1, len(text))
    return text[:place] + chance.choice(" -/.") + text[place:]


def make(chance: random.Random, true: str, office: Office) -> tuple[str, list[str]]:
    """The make as written: another spelling, another script, a slip, or nothing."""
    if not true:
        return "", []
    rate = office.level
    if chance.random() < rate.make_blank * 0.3:
        return "", ["make"]
    forms = _forms("make", true, office.script)
    if chance.random() < rate.make_alias:
        text = chance.choice(forms)
        return text, ["make"] if text != true else []
    if chance.random() < rate.make_typo:
        return edit(chance, true), ["make"]
    if office.script == "cyrl":
        cyrillic = [form for form in forms if form[:1] > "\u0400"]
        if cyrillic:
            return cyrillic[0].capitalize(), ["make"]
    return true, []


def model(chance: random.Random, true: str, office: Office) -> tuple[str, list[str]]:
    """The model as written."""
    rate = office.level
    if not true or chance.random() < rate.model_blank * 0.6:
        return "", ["model"] if true else []
    if chance.random() < rate.model_variant * 0.5:
        return chance.choice(model_variants(true)), ["model"]
    return true, []


def calibre(chance: random.Random, true: str, office: Office) -> tuple[str, list[str]]:
    """The calibre as written."""
    rate = office.level
    if chance.random() < rate.calibre_blank * 0.4:
        return "", ["calibre"]
    if chance.random() < max(0.25, rate.calibre_alias):
        return chance.choice(_forms("calibre", true, office.script)), ["calibre"]
    return true, []


@cache
def _forms(name_of: str, true: str, script: str) -> tuple[str, ...]:
    """The spellings of a make or calibre that an office of that script may use."""
    forms = spellings(name_of).get(true, (true,))
    return tuple(form for form in forms if _fits(form, script)) or (true,)


def _fits(text: str, script: str) -> bool:
    """Whether a spelling could come from an office of that script."""
    cyrillic = any(sign > "\u0400" and sign < "\u0500" for sign in text)
    return script == "cyrl" or not cyrillic


def _latin_letters(chance: random.Random, text: str) -> str:
    """A Cyrillic number at a Latin keyboard: by sound, or by shape."""
    if chance.random() < 0.6:
        return scripts.to_latin(text)
    return scripts.to_latin(scripts.shaped_as_latin(text))
