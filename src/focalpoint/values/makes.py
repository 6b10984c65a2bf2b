"""Makers: the name that a register holds, with or without a model, to one code.

An alias table does the work; likeness comes last and only where it is safe: one typing
mistake in a name of five letters or more, two in one of nine, one maker within reach.
Text that names two makers, a copy, or nobody is answered with None.

The country is where the maker, or whoever goes on with its name, is today. A maker that
went with its state keeps that state's code of four letters (ISO 3166-3); the states of
the others are in ``country_history``.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache, lru_cache

from focalpoint.values import codelists
from focalpoint.values.folding import fold

SURE, WITH_MODEL, INSIDE, BY_MODEL, CUT_SHORT = 1.0, 0.95, 0.9, 0.85, 0.85
MISSPELT = {1: 0.85, 2: 0.75}
SHORTEST_FORGIVEN, SHORTEST_FORGIVEN_TWICE = 5, 9
SHORTEST_INSIDE, SHORTEST_CUT, SHORTEST_MODEL = 5, 8, 4
SHORT_NAME = 3
LONGEST_NAME = 7

_WORD = re.compile(r"[a-z0-9]+")
_LETTERS_FIGURES = re.compile(r"(?<=[a-z]{4})(?=\d)")
_JOINING = frozenset({"and", "und", "e", "y", "i", "et", "ve", "dhe", "end", "u", "n"})
# Words that stand around a name and are no part of it.
_AROUND_TEXT = """
marka marke brand make maker marca marque fabricante proizvodac proizvodjac
proizvodjaca proizvoditel manufacturer hersteller produttore uretici imalatci prodhues
producator fabrica pistol pistola pistole pistolj pistolet pistoleta pishtol
pistoletja revolver revole rifle puska pushke pusca shotgun lovacka automatska
poluautomatska vazdusna gasni gasna startni tabanca tufek silah arma armas weapon gun
firearm carabina karabin fuzil espingarda escopeta fusil semi auto semiauto automatic
the of de di da mod model modelo modele inc co corp company ltd gmbh ag sa spa srl kg
mfg manufacturing industries firearms arms usa austria germany italy brasil brazil
industria brasileira avtomat avtomatska ind tip type tipo caliber calibre cal kal
kalibar made in turkey turkiye
"""
_AROUND = frozenset(_AROUND_TEXT.split())
# With one of these the text does not say who made the gun.
_NOBODY_TEXT = """
unknown unkn unk nepoznato nepoznat nepoznata nepoznati nepoznatog neznam panjohur
panjohura necunoscut necunoscuta desconhecido desconhecida desconocido desconocida
inconnu inconnue unbekannt sconosciuto sconosciuta bilinmiyor bilinmeyen neizvestno
neizvesten neizvestnyj neizvestna nevidomo nevidomij ignorado ignorada homemade
artesanal artesanais caseira caseiro kucna kucne domace craft artizanal artizanale
artizanala samodelnyj samodelnoe samorobnij handmade improvised copy kopija kopje
copia copie kopie imitation imitacija imitacao imitacion replica replika clone clon
fake none various razno razni other drugo tjeter altele outros outra otros autre
andere possibly probably mozda vjerovatno verovatno mundesisht selfmade izrada izradba
rachna racna rucne rucna privately ghost kompilacija assembled likely vermutlich quiza
talvez style pattern
"""
_NOBODY = frozenset(_NOBODY_TEXT.split())
# Makers' names that are everyday words: they need to stand alone, or before a model.
_EVERYDAY_TEXT = """
mas mat ina sar bul aya cva cai nef psa mke fie skb zvi kol ruag hera mac zid me sw
star universal century raven phoenix diana target noble unique ruby savage henry
wilson anderson bond charter fox davis walter radical traditions freedom hera fort
tara blow arsenal spencer cobra springfield astra record robust falco carrera doberman
nighthawk grendel sterling feather crescent maverick interarms windham silvereagle
safir legacy adler simson harrington steyer palmetto brno tula
"""
_EVERYDAY = frozenset(_EVERYDAY_TEXT.split())


@dataclass(frozen=True, slots=True)
class MakeMatch:
    """What a text says about the maker: a code or None, its country, how sure (0-1)."""

    raw: str
    make: str | None
    country: str | None
    score: float


@dataclass(frozen=True, slots=True)
class _Names:
    makers: dict[str, str]
    models: dict[str, str]
    ordered: tuple[str, ...]
    forgiven: tuple[str, ...]


def parse(raw: str) -> MakeMatch:
    """Find the maker that a text names.

    Returns
    -------
    MakeMatch
        ``score`` is 1 for a known name, less where a model, other words or a typing
        mistake had to be seen past; None with score 0 where no one maker is named.
    """
    code, score = _find(" ".join(fold(raw).split()))
    if code is None:
        return MakeMatch(raw, None, None, 0.0)
    maker = codelists.load("makes").get(code)
    country = maker.extra.get("country") if maker else None
    return MakeMatch(raw, code, country, score)


def key_of(text: str) -> str:
    """Letters and figures of a name, without joining words such as "and"."""
    return "".join(_words(fold(text)))


def _words(folded: str) -> list[str]:
    words = _WORD.findall(_LETTERS_FIGURES.sub(" ", folded))
    return [
        word
        for place, word in enumerate(words)
        if word not in _JOINING or place == 0 or place == len(words) - 1
    ]


@cache
def _names() -> _Names:
    makers: dict[str, str] = {}
    for maker in codelists.load("makes"):
        for name in (*maker.aliases, maker.label("en"), maker.label("sr")):
            makers.setdefault(key_of(name), maker.code)
    models: dict[str, str] = {}
    for model in codelists.load("models"):
        if model.extra.get("distinctive") == "1" and "maker" in model.extra:
            for name in (*model.aliases, model.label("en")):
                if len(key_of(name)) >= SHORTEST_MODEL:
                    models.setdefault(key_of(name), model.extra["maker"])
    ordered = tuple(sorted(makers))
    forgiven = tuple(key for key in ordered if len(key) >= SHORTEST_FORGIVEN)
    return _Names(makers, models, ordered, forgiven)


@lru_cache(maxsize=16384)
def _find(folded: str) -> tuple[str | None, float]:
    """Maker and score for folded text; registers repeat themselves, so it is kept."""
    words = _words(folded)
    if not words or _NOBODY.intersection(words):
        return None, 0.0
    whole = "".join(words)
    if whole in _names().makers:
        return _names().makers[whole], SURE
    named = [word for word in words if word not in _AROUND] or words
    found = _at_start(named)
    others = _inside(named)
    if found[0] is None and len(others) == 1:
        return others.pop(), INSIDE
    if others - {found[0]}:
        return None, 0.0
    if found[0] is not None:
        return found
    return _alike(named)


def _at_start(words: list[str]) -> tuple[str | None, float]:
    """The longest name at the beginning, before a model or other words.

    A model that tells its maker counts after a maker's name, but before a short one:
    ``CZ 99`` is a Zastava.
    """
    names = _names()
    lengths = range(min(len(words), LONGEST_NAME), 0, -1)
    maker, model = "", ""
    for length in lengths:
        key, rest = "".join(words[:length]), words[length:]
        if not maker and key in names.makers and _may_stand_before(key, rest):
            maker, score = key, WITH_MODEL if rest else SURE
        if not model and key in names.models:
            model = key
    if maker and (len(maker) > SHORT_NAME or not model):
        return names.makers[maker], score
    return (names.models[model], BY_MODEL) if model else (None, 0.0)


def _may_stand_before(key: str, rest: list[str]) -> bool:
    """Whether a short or everyday name is one here: alone, or before a model."""
    if key not in _EVERYDAY:
        return True
    return not rest or any(map(str.isdigit, rest[0])) or len(rest[0]) <= SHORT_NAME


def _inside(words: list[str]) -> set[str]:
    """Makers whose unmistakable names stand anywhere in the text."""
    makers = _names().makers
    found: set[str] = set()
    place = 0
    while place < len(words):
        for length in range(min(len(words) - place, LONGEST_NAME), 0, -1):
            key = "".join(words[place : place + length])
            if (
                key in makers
                and len(key) >= SHORTEST_INSIDE
                and key not in _EVERYDAY
                and not key.isdigit()
            ):
                found.add(makers[key])
                place += length - 1
                break
        place += 1
    return found


def _alike(words: list[str]) -> tuple[str | None, float]:
    """A misspelt name, or one that a narrow column cut short."""
    whole = "".join(words)
    code = _cut_short(whole)
    if code:
        return code, CUT_SHORT
    for length in range(min(len(words), LONGEST_NAME), 0, -1):
        code, score = _near("".join(words[:length]))
        if code:
            return code, score
    return None, 0.0


def _cut_short(key: str) -> str | None:
    if len(key) < SHORTEST_CUT:
        return None
    names = _names()
    place = bisect_left(names.ordered, key)
    found = set()
    while place < len(names.ordered) and names.ordered[place].startswith(key):
        found.add(names.makers[names.ordered[place]])
        place += 1
    return found.pop() if len(found) == 1 else None


def _near(key: str) -> tuple[str | None, float]:
    """The only maker within the mistakes allowed for the length of the name."""
    if len(key) < SHORTEST_FORGIVEN or any(map(str.isdigit, key)):
        return None, 0.0
    # Imported here: most text needs no likeness, and the command must start at once.
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    allowed = 2 if len(key) >= SHORTEST_FORGIVEN_TWICE else 1
    names = _names()
    found: dict[int, set[str]] = {}
    for name, distance, _ in process.extract(
        key, names.forgiven, scorer=OSA.distance, score_cutoff=allowed, limit=8
    ):
        if name[0] == key[0] and name not in _EVERYDAY:
            found.setdefault(int(distance), set()).add(names.makers[name])
    for distance in sorted(found):
        if len(found[distance]) == 1:
            return found[distance].pop(), MISSPELT[max(1, distance)]
        return None, 0.0
    return None, 0.0
