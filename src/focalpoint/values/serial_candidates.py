"""Which stretches of a text may be the serial number: what ``serials`` chooses from.

Words of languages, dates, calibres and models stand between them; two complete numbers
in one stretch are two.
"""

import re
from dataclasses import dataclass
from functools import cache

from focalpoint.values import serial_words
from focalpoint.values.folding import LOOK_ALIKES, fold, look_alikes
from focalpoint.values.lexicon import Lexicon, entries_of
from focalpoint.values.serial_text import ANNOUNCED, UNREAD, announce, expand_marks

HARD = re.compile(r"[,;+&\n]|\s/\s|\\")
THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_DATE = re.compile(r"(?:\d{1,2}[./-]){2}\d{2,4}\.?|\d{4}[./-]\d{1,2}[./-]\d{1,2}\.?")
_CALIBRE = re.compile(
    r"(?:cal|kal|кал)?\.?(?:\d{1,2}[.,]?\d{0,2}\s*(?:mm|мм)\.?"
    r"|\d{1,2}(?:[.,]\d{1,2})?[xх×*]\d{2}(?:mm|мм|r)?|[.,]\d{2,3})",
    re.IGNORECASE,
)
_MODEL = re.compile(
    r"(?:M|MOD|AK|AKM|AKS|CZ|VZ|PM|TT|PT|PA|HS|SKS|MP|MD|AR|FN|HK|МОД|М|АК|ЦЗ|ПМ|ТТ)"
    r"[-.]?\d{1,3}(?:/\d{2})?[A-ZА-Я]{0,2}\d?",
    re.IGNORECASE,
)
_NAME_NUMBER = re.compile(r"[^\W\d_]{4,}-?\d{1,3}")
_YEAR = re.compile(r"(?:19|20)\d\d\.?")
LONG_WORD = 4
STRONG_DIGITS = 3
STRONG_LENGTH = 5
TWIN_LENGTH = 6


@cache
def word_list(name: str) -> Lexicon:
    """Return one of the lists of ``serial_words``."""
    return Lexicon(getattr(serial_words, name))


@cache
def _function_words() -> frozenset[str]:
    return frozenset(map(fold, entries_of(serial_words.FUNCTION_WORDS)))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch of text that may be the number."""

    text: str
    start: int
    announced: bool

    @property
    def normal(self) -> str:
        """The normal form of the stretch."""
        return normal_form(self.text)

    @property
    def known(self) -> int:
        """How many signs were read."""
        return sum(character.isalnum() for character in self.text)

    @property
    def unknown(self) -> int:
        """How many signs were not read."""
        return self.text.count(UNREAD)

    @property
    def digits(self) -> int:
        """How many figures there are."""
        return sum(character.isdigit() for character in self.text)

    @property
    def strong(self) -> bool:
        """Long enough to be a number by itself, even inside a sentence."""
        signs = self.known + self.unknown
        return self.announced or (
            self.digits >= STRONG_DIGITS
            or (self.digits >= 1 and signs >= STRONG_LENGTH)
        )


def normal_form(text: str) -> str:
    """Latin capitals, digits and ``?`` of a number.

    Where every Cyrillic letter has a Latin twin, the twins are taken (``АВ12`` is
    ``AB12``). Where one has none, the number is Cyrillic and is transliterated as a
    whole, so that ``БВ12`` meets ``BV12``, which a clerk with a Latin keyboard types.
    """
    upper = text.upper()
    if not upper.isascii():
        letters = [sign for sign in upper if sign.isalpha() and not sign.isascii()]
        if all(sign in LOOK_ALIKES for sign in letters):
            upper = look_alikes(upper)
        upper = fold(upper).upper()
    return re.sub(r"[^A-Z0-9?]", "", upper)


def tokens_of(text: str) -> list[str]:
    """What stands between spaces and hard separators."""
    return [token for token in re.split(r"[\s,;+&=]+", text) if token.strip(".:!'\"")]


def is_word(token: str) -> bool:
    """Whether a token is a word of a language, not letters of a number."""
    letters = token.strip(".:!'\"()/-?")
    if not letters or not all(sign.isalpha() or sign in "'-/." for sign in letters):
        return False
    bare = re.sub(r"[^\w]", "", letters)
    return (
        len(bare) >= LONG_WORD
        or (fold(bare) in _function_words() and not (len(bare) == 1 and bare.isupper()))
        or bool(word_list("REMOVED").spans([fold(bare), ""]))
        or (len(bare) > 2 and bare.islower() and not bare.isascii())
    )


def groups_of(text: str, words_of_many: set[str]) -> list[list[tuple[str, int]]]:
    """Runs of tokens between words and hard separators, with their places."""
    groups: list[list[tuple[str, int]]] = [[]]
    capitals = text.upper() == text
    for found in re.finditer(r"[,;+&]|[^\s,;+&]+", text):
        token = found[0].rstrip(".:!'\"").lstrip(":!'\"(")
        bare = fold(token)
        if (
            not token
            or found[0] in ",;+&"
            or is_word(token)
            or bare in words_of_many
            or is_other_number(token)
        ):
            groups.append([])
        elif token == ANNOUNCED:
            groups.append([(token, found.start())])
        elif token.isalpha() and (
            not token.isupper()
            or (bare in _function_words() and (capitals or bare[1:]))
        ):
            groups.append([])
        else:
            groups[-1].append((token, found.start()))
    return [group for group in groups if group]


def candidates_of(group: list[tuple[str, int]]) -> list[Candidate]:
    """The numbers in a run of tokens: one, or several that are each complete."""
    announced = group[0][0] == ANNOUNCED
    tokens = group[1:] if announced else group
    if not tokens:
        return []
    strong = [t for t in tokens if Candidate(t[0], 0, False).strong]
    if strong:
        tokens = _drop_weak(tokens)
    while tokens and tokens[-1][0].isalpha() and len(tokens[-1][0]) > 2:
        tokens = tokens[:-1]
    if not tokens:
        return []
    text = " ".join(token for token, _ in tokens)
    return [
        Candidate(piece, tokens[0][1], announced)
        for piece in twins(text)
        if any(sign.isdigit() for sign in piece)
        or (UNREAD in piece and any(sign.isalnum() for sign in piece))
    ]


def _drop_weak(tokens: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Leave out model names such as ``PT 92`` before a number."""
    while len(tokens) > 1 and not Candidate(tokens[0][0], 0, False).strong:
        later = [token for token, _ in tokens[1:]]
        weak_digits = any(sign.isdigit() for sign in tokens[0][0])
        next_weak = (
            any(map(str.isdigit, later[0]))
            and not Candidate(
                later[0],
                0,
                False,
            ).strong
        )
        if not weak_digits and not (tokens[0][0].isalpha() and next_weak):
            break
        tokens = tokens[1:]
    return tokens


def is_other_number(token: str) -> bool:
    """A date, a calibre, a model: numbers that are not serials inside a sentence."""
    return any(
        pattern.fullmatch(token) for pattern in (_DATE, _CALIBRE, _MODEL, _NAME_NUMBER)
    )


def twins(text: str) -> list[str]:
    """Split text that holds two complete numbers; else leave it in one piece."""
    for separator in ("/", " ", "-"):
        parts = [part for part in text.split(separator) if part.strip()]
        if len(parts) > 1 and _are_complete(parts, separator):
            return parts
    return [text]


def _are_complete(parts: list[str], separator: str) -> bool:
    sizes = [sum(sign.isalnum() or sign == UNREAD for sign in part) for part in parts]
    digits = [sum(sign.isdigit() for sign in part) for part in parts]
    shapes = {_shape(part) for part in parts}
    if separator == "/":
        return all(d >= STRONG_DIGITS for d in digits) and min(sizes) >= LONG_WORD
    if separator == "-":
        return len(shapes) == 1 and min(sizes) >= TWIN_LENGTH
    return all(d >= STRONG_DIGITS for d in digits) and (
        min(sizes) >= TWIN_LENGTH or (len(shapes) == 1 and min(sizes) >= STRONG_LENGTH)
    )


def _shape(text: str) -> str:
    return "".join(
        "9" if sign.isdigit() else "A" for sign in text if sign.isalnum() or sign == "?"
    )


def without_calibre(text: str) -> str:
    """Leave out calibres where something else is left."""
    tokens = text.split()
    kept = [token for token in tokens if not _CALIBRE.fullmatch(token)]
    return " ".join(kept) if kept else text


def in_remark(remark: str) -> list[Candidate]:
    """Numbers inside a bracket."""
    text = expand_marks(announce(remark))
    groups = groups_of(text, words_of_many=set())
    found = [candidate for group in groups for candidate in candidates_of(group)]
    return [
        candidate
        for candidate in without_years(found)
        if candidate.strong and not _YEAR.fullmatch(candidate.text)
    ]


def without_years(found: list[Candidate]) -> list[Candidate]:
    """Leave out years where there is something better."""
    others = [c for c in found if c.announced or not _YEAR.fullmatch(c.text)]
    return others or found


def once(found: list[Candidate]) -> list[Candidate]:
    """Each number once; an announced one before the same not announced."""
    first: dict[str, Candidate] = {}
    for candidate in sorted(found, key=lambda c: not c.announced):
        first.setdefault(candidate.normal, candidate)
    return list(first.values())
