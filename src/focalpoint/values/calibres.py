"""Calibres: many names, one code.

A name is cut into letters and figures, words with one meaning become one word
(``.32 Auto`` and ``.32 A.C.P.``), units and words such as "calibre" fall away, and what
is left is looked up among the names of the list. Calibres that are taken for one
another (.223 Rem. and 5.56 x 45) are different codes; text that names two is neither.
"""

import re
from dataclasses import dataclass
from functools import cache

from focalpoint.values import codelists
from focalpoint.values.folding import fold

SURE, SPLIT, MISSPELT, BARE = 1.0, 0.95, 0.85, 0.7
LONG_WORD = 6

# Words of one meaning, in all languages: the first of a line stands for the others.
_SYNONYMS = """
acp auto automatic automatico automatique automatik automatica autom automatski aut
luger luguer para parabellum parab parabelum parabelo bellum ljuger parabel parabelumm
luger par lug
browning brow brown browing brownin braunig brauning browninga brownning
short kurz kratki kratak kratka kratko corto corta curto curta court courte kratok scurt
short scurta korotkij korotkaja kisa shkurter kratk kort krotki krotka
long lang largo longo longue lungo dlugi gjate lung uzun dlouhy
mag magnum magn magnun
spl special spec spcl espec especial spezial speciale speciaal specijal speciall esp spc
sw smithwesson
win winchester winch vincester vincestr winchestr winc
rem remington remi remingtom
spr springfield sprg sprng spring
mak makarov makarow macarov makar
tok tokarev tokarew tokariev
tt tt33
knall blank knal platz platzpatrone salve fogueo startna startni start alarm alarma
knall gasni plinska plinski gas gaz signal halostoj zalzna detonadora fulminante ses
knall kurusiki blanc blanche alarmna gasna plasljivac ruido salva festim traca
rubber gum gummi gumi guma rezinovaja travmat traumatic traumatik travmaticeskij
flobert flober floberta flowert
ga gauge gage bore gauges
lr lfb
imi israel
nato otan
mauser mausera mavzer mouser
nagant nagan naganta
russian russe ruski
swedish swed svedski sueco
swiss suisse schweizer svajcarski
lefaucheux lefose lefoucheux lefauchaux
"""
# Words that say nothing about which calibre it is.
_NOISE_TEXT = """
kalibre kalibrom kalibrit
mm mms mme mili milimetara milimetra milimetar milimetri milimetros milimetres
millimeter cal calibre calibres caliber calibro calibru calibrul calibri kal kalibar
kalibra kalibr kalibri kaliber kaliberi kalibrit kalib calibar calber calibur cailber
caliper caliberi kalibara cap capi of de di da for the tip type nominal nominalni
approx municija municije municiju ammo ammunition cartridge cartridges round rounds
metak metka metke metaka kursum mermi fisek fishek fisheke municion municao cartucho
cartuchos municoes bala balas patron patrona patroni patrone patronen cartouche
cartuccia colpi kom komada ball fmj jhp hp tracer subsonic softpoint bojeva bojevi
bojni bojno live
"""
_NOISE = frozenset(_NOISE_TEXT.split())
# Words that say what the weapon is: they count only if a name has them.
_WEAPONS_TEXT = """
pistol pistola pistole pistolj pistolet pistoleta pishtol pushke puska puske pusca
rifle fusil fuzil flinte gewehr shotgun sacmarica sacmara sacmarka lovacka lovacki
escopeta espingarda handgun revolver revolveri carbine carabina karabin karabina tufek
tabanca silah vojni vojnicki factory standard semi gun firearm weapon arma armas
oruzje oruzja
"""
_WEAPONS = frozenset(_WEAPONS_TEXT.split())
_X = re.compile(r"(?<=\d)\s*(?:[xх×*✕]|by)\s*(?=[\d.,])", re.IGNORECASE)
# At the head "k. 12" is a calibre, at the end "12 k." a gauge; "8 mm K" is a blank.
_CALIBRE_HEAD = re.compile(r"^(?:k|kb|c|cl|clb)(?:\s*\.\s*|\s+)(?=[.,]?\d)")
_GAUGE_END = re.compile(r"^(\d{2})\s*[kc]\.?$")
# Initials: rubber ball; the same three letters without points are short for Parabellum.
_RUBBER = re.compile(r"\bp\.\s?a\.\s?r\b\.?")
_INITIALS = re.compile(r"\b([a-z])\.\s?(?=[a-z]\b)")
_SMITH = re.compile(
    r"s\s*(?:&|and|i|e|y|et|und|n)\s*w\b|smith\s*(?:&|and|i|e|y|et)?\s*wess\w*"
)
_TWO_WORDS = (
    (re.compile(r"holland\s*(?:&|and)\s*holland|\bh\s*&\s*h\b"), "hh"),
    (re.compile(r"\bh\s*&\s*r\b|harrington\s*(?:&|and)\s*richardson"), "hr"),
    (re.compile(r"long\s*rif+le|\bl\s*rifle|\blong\s*r\b|largo\s*rifle"), "lr"),
    (re.compile(r"\bp\s*\.?\s*a\s*\.?\s*k\b|\bпак\b"), "pak"),
    (re.compile(r"kuru\s*siki"), "knall"),
    (re.compile(r"para\s+bellum"), "luger"),
    (re.compile(r"(?<=\d)\s*['\"”″]+"), " "),
    (re.compile(r"\bsemi[- ]?auto\w*"), " "),
    (re.compile(r"(?<=\d)[.,]0+(?=\s*(?:mm|x|$))"), ""),
    (re.compile(r"(?<![\d.,])0(?=[.,]\d)"), ""),
    (re.compile(r"\bgr\b\.?"), "ga"),
    (re.compile(r"\bm/m\b"), "mm"),
    (re.compile(r"(?<=\d)\s*mm(?=par)"), "mm "),
)
_PARTS = re.compile(r"[a-z]+|\d+(?:[.,]\d+)*")
_SEVERAL = re.compile(
    r"\s*[;|/()\[\]\n=]\s*|\s+-\s+|,\s+|\s+(?:or|ou|ili|oder|или|ose|sau|o)\s+"
)
# Figures with a point that is often left out: 762x39, 556, but never 4.5.
_DOT_TO_SPARE = re.compile(r"\d\.\d+x|^\d\.\d\d|\d\d\.\d+x")
_GAUGES = frozenset({"10", "12", "14", "16", "20", "24", "28", "32", "36"})
_UNITS = re.compile(r"^\d{2}mm$")


@dataclass(frozen=True, slots=True)
class CalibreMatch:
    """What a text says about a calibre: a code or None, and how sure that is (0-1)."""

    raw: str
    calibre: str | None
    score: float


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of all calibres as keys."""

    certain: dict[str, str]
    loose: dict[str, str]


def parse(raw: str) -> CalibreMatch:
    """Find the calibre that a text names.

    Returns
    -------
    CalibreMatch
        None where the text names no calibre of the list, or more than one. A bare
        number that is nearly always one calibre (``9 mm``, ``.38``) is answered with
        score ``BARE``; one that is not (``7.62``, ``.32``) is not answered.
    """
    text = _prepare(raw)
    if not any(map(str.isdigit, text)):
        return CalibreMatch(raw, *_look_up(text))
    code, score = _look_up(text)
    if code is None:
        code, score = _by_parts(text)
    if code is None:
        code, score = _misspelt(text)
    return CalibreMatch(raw, code, score)


def are_confusable(one: str, other: str) -> bool:
    """Whether two codes are known to be taken for one another."""
    calibres = codelists.load("calibres")
    first = calibres.get(one)
    return first is not None and other in first.several("confusable_with")


def _prepare(raw: str) -> str:
    text = _X.sub("x", raw.strip())
    text = _RUBBER.sub("pa rubber", fold(text))
    text = _CALIBRE_HEAD.sub("", _INITIALS.sub(r"\1", text))
    text = _GAUGE_END.sub(r"\1", text)
    text = _SMITH.sub("sw", text)
    for pattern, word in _TWO_WORDS:
        text = pattern.sub(word, text)
    return text


@cache
def _synonyms() -> dict[str, str]:
    return {
        word: line.split()[0]
        for line in _SYNONYMS.strip().splitlines()
        for word in line.split()
    }


def _key(text: str, *, unit: bool = False, weapons: bool = True) -> str:
    """What is left of a prepared text: figures and telling words, without spaces."""
    synonyms = _synonyms()
    parts: list[str] = []
    for part in _PARTS.findall(text):
        if part[0].isdigit():
            parts.append(part.replace(",", "."))
        elif part == "mm" and unit:
            parts.append(part)
        elif part not in _NOISE and (weapons or part not in _WEAPONS):
            word = synonyms.get(part, part)
            if word != "knall" or "knall" not in parts:
                parts.append(word)
    return "".join(parts)


@cache
def _names() -> _Names:
    certain: dict[str, str] = {}
    loose: dict[str, str] = {}
    calibres = codelists.load("calibres")
    for code in calibres:
        for name in (*code.aliases, code.label("en")):
            _remember(certain, name, code.code)
    for code in calibres:
        for name in code.several("loose"):
            _remember(loose, name, code.code)
    for names in (certain, loose):
        for key, found in list(names.items()):
            if _DOT_TO_SPARE.search(key):
                names.setdefault(key.replace(".", ""), found)
    return _Names(certain, loose)


@cache
def _known_words() -> tuple[str, ...]:
    """Long words of all names: what a misspelt word may have been."""
    words = {
        part
        for code in codelists.load("calibres")
        for name in code.aliases
        for part in re.findall(r"[a-z]+", _prepare(name))
    }
    known = words | set(_synonyms())
    return tuple(sorted(word for word in known if len(word) >= LONG_WORD - 1))


def _remember(names: dict[str, str], name: str, code: str) -> None:
    text = _prepare(name)
    with_unit = _key(text, unit=True)
    # "12 mm" is not gauge 12
    names.setdefault(with_unit if _UNITS.match(with_unit) else _key(text), code)


def _look_up(text: str) -> tuple[str | None, float]:
    names = _names()
    with_unit = _key(text, unit=True)
    keys = [with_unit] if _UNITS.match(with_unit) else [_key(text)]
    keys.append(_key(text, weapons=False, unit=len(keys[0]) == len(with_unit)))
    if (
        keys[0] in _GAUGES
        and re.search(r"(?<![\da-z])[.,]\d", text)
        and keys[0] not in {"12", "16"}
    ):
        return (names.loose[keys[0]], BARE) if keys[0] in names.loose else (None, 0.0)
    for key in keys:
        if key in names.certain:
            return names.certain[key], SURE
        if key in names.loose:
            return names.loose[key], BARE
    return None, 0.0


def _by_parts(text: str) -> tuple[str | None, float]:
    """Text of several names: the calibre, if all that are names say the same."""
    parts = [part for part in _SEVERAL.split(text) if part and part.strip()]
    if len(parts) < 2:
        return None, 0.0
    found = [_look_up(part) for part in parts]
    sure = {code for code, score in found if code and score > BARE}
    named = {code for code, _ in found if code}
    unknown = [
        part
        for part, (code, _) in zip(parts, found, strict=True)
        if code is None and any(map(str.isdigit, part))
    ]
    if unknown or len(named) != 1:
        return None, 0.0
    return named.pop(), SPLIT if sure else BARE


def _misspelt(text: str) -> tuple[str | None, float]:
    """A name with one typing mistake in one long word; figures are never corrected."""
    # Imported here: most text needs no likeness, and the command must start at once.
    from rapidfuzz.distance import Levenshtein

    for word in re.findall(r"[a-z]+", text):
        if len(word) < LONG_WORD or word in _known_words() or word in _NOISE:
            continue
        for near in _known_words():
            if Levenshtein.distance(word, near, score_cutoff=1) <= 1:
                code, _ = _look_up(text.replace(word, near))
                if code:
                    return code, MISSPELT
    return None, 0.0
