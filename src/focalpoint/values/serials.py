"""Serial numbers as registers hold them: numbers, half numbers, words, sentences.

``parse`` says what a cell is (``STATUSES``) and, where it holds one number, gives its
normal form: Latin capitals and digits, ``?`` for a position that was not read, nothing
else. The text itself is kept as it stands: it is evidence.

The explanation of every rule is in ``docs/explanation/serial-numbers.md``.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from focalpoint.values import serial_words
from focalpoint.values.folding import LOOK_ALIKES, fold, look_alikes
from focalpoint.values.lexicon import Lexicon, entries_of, words_of
from focalpoint.values.serial_text import (
    ANNOUNCED,
    UNREAD,
    announce,
    clean,
    cut_remarks,
    expand_marks,
    spreadsheet_number,
)

STATUSES = (
    "intact",
    "partial",
    "removed",
    "absent",
    "unreadable",
    "narrative",
    "blank",
)
LIGHT = str.maketrans("OIBSZG", "018526")

_PLAIN = re.compile(r"[A-Z0-9]*[0-9][A-Z0-9]*")
_NOT_PLAIN = re.compile(r"X{2}|^N[OR]\d{4}")
_HARD = re.compile(r"[,;+&\n]|\s/\s|\\")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
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
_SERIAL_WORD = re.compile(r"seri|sery|ser$|matri|zavods|fabri|waffen|tvorni")
_NAME_NUMBER = re.compile(r"[^\W\d_]{4,}-?\d{1,3}")
_YEAR = re.compile(r"(?:19|20)\d\d\.?")
LONGEST = 1000  # a longer cell is a report, whatever else it is
LONG_WORD = 4
STRONG_DIGITS = 3
STRONG_LENGTH = 5
TWIN_LENGTH = 6
MANY_UNREAD = 6


@dataclass(frozen=True, slots=True)
class SerialNumber:
    """What stands where a serial number should stand.

    Parameters
    ----------
    raw : str
        The text as it was typed.
    status : str
        One of ``STATUSES``.
    normal : str
        Latin capitals, digits and ``?``; empty where no single number was taken.
    known, unknown : int
        Characters read, and positions not read. Where words say that something is
        missing but not how much, ``unknown`` is 1.
    """

    raw: str
    status: str
    normal: str = ""
    known: int = 0
    unknown: int = 0

    @property
    def light_key(self) -> str:
        """The normal form with letters folded into the digits that they resemble."""
        return light_key(self.normal)


def light_key(normal: str) -> str:
    """Fold O I B S Z G into 0 1 8 5 2 6; a digit is never folded into another."""
    return normal.translate(LIGHT)


@lru_cache(maxsize=8192)  # a record is read, checked and stored one after the other
def parse(raw: str) -> SerialNumber:
    """Read a cell.

    Parameters
    ----------
    raw : str
        Text of the cell, in any script or language.
    """
    stripped = raw.strip()
    if _PLAIN.fullmatch(stripped) and not _NOT_PLAIN.search(stripped):
        return SerialNumber(raw, "intact", stripped, len(stripped), 0)
    if len(stripped) > LONGEST:
        return SerialNumber(raw, "narrative")
    text = clean(raw)
    if _is_blank(text):
        return SerialNumber(raw, "blank")
    return _Reading(raw, spreadsheet_number(text)).result()


def _is_blank(text: str) -> bool:
    words = words_of(text)
    if words:
        return _lexicon("BLANK").is_whole(words) and text not in {"?"}
    return not re.search(r"[\w?*#]", text) and not any(map(str.isalnum, text))


@cache
def _lexicon(name: str) -> Lexicon:
    return Lexicon(getattr(serial_words, name))


@cache
def _function_words() -> frozenset[str]:
    return frozenset(map(fold, entries_of(serial_words.FUNCTION_WORDS)))


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A stretch of text that may be the number."""

    text: str
    start: int
    announced: bool

    @property
    def normal(self) -> str:
        return normal_form(self.text)

    @property
    def known(self) -> int:
        return sum(character.isalnum() for character in self.text)

    @property
    def unknown(self) -> int:
        return self.text.count(UNREAD)

    @property
    def digits(self) -> int:
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


class _Reading:
    """The reading of one cell that is not plainly a number."""

    def __init__(self, raw: str, text: str) -> None:
        self.raw = raw
        opened, self.remarks = cut_remarks(text)
        self.words = words_of(text)
        self.outside = words_of(opened)
        self.text = expand_marks(announce(opened))
        self.prose = any(map(_is_word, _tokens(self.text)))

    def result(self) -> SerialNumber:
        if self._is_only_words():
            return self._from_words()
        candidates = self._candidates()
        if not candidates:
            inner = [c for remark in self.remarks for c in _in_remark(remark)]
            candidates = [c for c in inner if c.digits]
        else:
            known = {candidate.normal for candidate in candidates}
            candidates += [
                inner
                for remark in self.remarks
                for inner in _in_remark(remark)
                if inner.digits >= LONG_WORD and inner.normal not in known
            ]
        candidates = _once(candidates)
        if not candidates:
            return self._without_number()
        announced = [candidate for candidate in candidates if candidate.announced]
        if len(candidates) > 1 and len(announced) == 1 and self._names_the_serial():
            candidates = announced
        if len(candidates) > 1:
            return SerialNumber(self.raw, "narrative")
        return self._with_number(candidates[0])

    def _names_the_serial(self) -> bool:
        """Whether a sentence says which of its numbers is the serial number."""
        return self.prose and any(map(_SERIAL_WORD.match, self.words))

    def _is_only_words(self) -> bool:
        return not any(sign.isdigit() or sign == UNREAD for sign in self.text) or any(
            _lexicon(name).is_whole(self.words) for name in _WORD_STATUSES
        )

    # -- no number ---------------------------------------------------------------

    def _from_words(self) -> SerialNumber:
        for status, name in _WORD_STATUSES_IN_ORDER:
            if self._says(name):
                return SerialNumber(self.raw, status)
        for status, name in _WORD_STATUSES_IN_ORDER:
            if _lexicon(name).near(self.words):
                return SerialNumber(self.raw, status)
        if self._says("PARTIAL") and len(self.words) == 1:
            return SerialNumber(self.raw, "unreadable")
        return SerialNumber(self.raw, "narrative")

    def _without_number(self) -> SerialNumber:
        answer = self._from_words()
        unread = self.text.count(UNREAD)
        if answer.status == "narrative" and unread and not self.prose:
            return SerialNumber(self.raw, "unreadable", "", 0, unread)
        return answer

    def _says(self, name: str) -> bool:
        """Whether a word of the list stands in the text and is not taken back."""
        spans = _lexicon(name).spans(self.words)
        if name != "REMOVED" or not spans:
            return bool(spans)
        denied = {end for _, end in _lexicon("NO_SIGN").spans(self.words)}
        return any(start not in denied for start, _ in spans)

    # -- one number --------------------------------------------------------------

    def _with_number(self, found: _Candidate) -> SerialNumber:
        unread = found.unknown
        status = self._status_beside(found)
        if status == "narrative":
            return SerialNumber(self.raw, status)
        if status == "partial" and not unread:
            unread = max(1, self._counted())
        return SerialNumber(self.raw, status, found.normal, found.known, unread)

    def _status_beside(self, found: _Candidate) -> str:
        """Status of a text with one number, by the words beside the number."""
        if found.unknown:
            return "partial"
        if not self.prose and not self.remarks:
            return "intact"
        if self._says("RESTORED"):
            return "intact"
        if self._says("PARTIAL"):
            return "partial"
        outside = _Words(self.outside)
        first = not _tokens(self.text[: found.start].replace(ANNOUNCED, " "))
        if outside.say("UNREADABLE"):
            return "partial"
        if outside.say("REMOVED") and self._says("REMOVED"):
            return "partial" if first else "narrative"
        if outside.say("ABSENT") and not first and not found.announced:
            return "narrative"
        return "intact"

    def _counted(self) -> int:
        """How many positions words say are missing: ``last 2 digits illegible``."""
        starts = {start for start, _ in _lexicon("COUNTED").spans(self.words)}
        counts = [
            int(word)
            for place, word in enumerate(self.words)
            if word.isdecimal() and place + 1 in starts and int(word) <= MANY_UNREAD
        ]
        return sum(counts)

    def _candidates(self) -> list[_Candidate]:
        if not self.prose:
            return self._whole()
        needs_strength = not self._says("PARTIAL")
        found = [
            candidate
            for group in _groups(self.text, words_of_many=self._counted_places())
            for candidate in _split(group)
        ]
        strong = [candidate for candidate in found if candidate.strong]
        if strong or needs_strength:
            return _without_years(strong)
        return [candidate for candidate in found if candidate.known > 1]

    def _whole(self) -> list[_Candidate]:
        """The numbers of a text without words: usually one."""
        parts = [part for part in _HARD.split(self.text) if re.search(r"\w|\?", part)]
        if _THOUSANDS.fullmatch(self.text.replace(ANNOUNCED, "").strip()):
            parts = [self.text]
        found: list[_Candidate] = []
        for part in parts:
            before, sign, after = part.rpartition(ANNOUNCED)
            announced = bool(sign)
            if _is_other_number(before.strip()):
                before = ""  # a model: "AK-47 serial 1234"
            bare = _drop_calibre(f"{before} {after}".replace(ANNOUNCED, " ").strip())
            found += [
                _Candidate(piece, 0, announced)
                for piece in _twins(bare)
                if any(sign.isdigit() for sign in piece)
                or (UNREAD in piece and any(sign.isalpha() for sign in piece))
            ]
        return found

    def _counted_places(self) -> set[str]:
        starts = {start for start, _ in _lexicon("COUNTED").spans(self.words)}
        return {
            word
            for place, word in enumerate(self.words)
            if word.isdecimal() and place + 1 in starts and int(word) < 100
        }


class _Words:
    """The words outside of brackets."""

    def __init__(self, words: list[str]) -> None:
        self.words = words

    def say(self, name: str) -> bool:
        return bool(_lexicon(name).spans(self.words))


_WORD_STATUSES = ("REMOVED", "UNREADABLE", "ABSENT")
_WORD_STATUSES_IN_ORDER = (
    ("removed", "REMOVED"),
    ("unreadable", "UNREADABLE"),
    ("absent", "ABSENT"),
)


def _tokens(text: str) -> list[str]:
    return [token for token in re.split(r"[\s,;+&=]+", text) if token.strip(".:!'\"")]


def _is_word(token: str) -> bool:
    """Whether a token is a word of a language, not letters of a number."""
    letters = token.strip(".:!'\"()/-?")
    if not letters or not all(sign.isalpha() or sign in "'-/." for sign in letters):
        return False
    bare = re.sub(r"[^\w]", "", letters)
    return (
        len(bare) >= LONG_WORD
        or (fold(bare) in _function_words() and not (len(bare) == 1 and bare.isupper()))
        or bool(_lexicon("REMOVED").spans([fold(bare), ""]))
        or (len(bare) > 2 and bare.islower() and not bare.isascii())
    )


def _groups(text: str, words_of_many: set[str]) -> list[list[tuple[str, int]]]:
    """Runs of tokens between words and hard separators, with their places."""
    groups: list[list[tuple[str, int]]] = [[]]
    capitals = text.upper() == text
    for found in re.finditer(r"[,;+&]|[^\s,;+&]+", text):
        token = found[0].rstrip(".:!'\"").lstrip(":!'\"(")
        bare = fold(token)
        if (
            not token
            or found[0] in ",;+&"
            or _is_word(token)
            or bare in words_of_many
            or _is_other_number(token)
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


def _split(group: list[tuple[str, int]]) -> list[_Candidate]:
    """The numbers in a run of tokens: one, or several that are each complete."""
    announced = group[0][0] == ANNOUNCED
    tokens = group[1:] if announced else group
    if not tokens:
        return []
    strong = [t for t in tokens if _Candidate(t[0], 0, False).strong]
    if strong:
        tokens = _drop_weak(tokens)
    while tokens and tokens[-1][0].isalpha() and len(tokens[-1][0]) > 2:
        tokens = tokens[:-1]
    if not tokens:
        return []
    text = " ".join(token for token, _ in tokens)
    return [
        _Candidate(piece, tokens[0][1], announced)
        for piece in _twins(text)
        if any(sign.isdigit() for sign in piece)
        or (UNREAD in piece and any(sign.isalnum() for sign in piece))
    ]


def _drop_weak(tokens: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Leave out model names such as ``PT 92`` before a number."""
    while len(tokens) > 1 and not _Candidate(tokens[0][0], 0, False).strong:
        later = [token for token, _ in tokens[1:]]
        weak_digits = any(sign.isdigit() for sign in tokens[0][0])
        next_weak = (
            any(map(str.isdigit, later[0]))
            and not _Candidate(
                later[0],
                0,
                False,
            ).strong
        )
        if not weak_digits and not (tokens[0][0].isalpha() and next_weak):
            break
        tokens = tokens[1:]
    return tokens


def _is_other_number(token: str) -> bool:
    """A date, a calibre, a model: numbers that are not serials inside a sentence."""
    return any(
        pattern.fullmatch(token) for pattern in (_DATE, _CALIBRE, _MODEL, _NAME_NUMBER)
    )


def _twins(text: str) -> list[str]:
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


def _drop_calibre(text: str) -> str:
    tokens = text.split()
    kept = [token for token in tokens if not _CALIBRE.fullmatch(token)]
    return " ".join(kept) if kept else text


def _in_remark(remark: str) -> list[_Candidate]:
    """Numbers inside a bracket."""
    text = expand_marks(announce(remark))
    groups = _groups(text, words_of_many=set())
    found = [candidate for group in groups for candidate in _split(group)]
    return [
        candidate
        for candidate in _without_years(found)
        if candidate.strong and not _YEAR.fullmatch(candidate.text)
    ]


def _without_years(found: list[_Candidate]) -> list[_Candidate]:
    """Leave out years where there is something better."""
    others = [c for c in found if c.announced or not _YEAR.fullmatch(c.text)]
    return others or found


def _once(found: list[_Candidate]) -> list[_Candidate]:
    """Each number once; an announced one before the same not announced."""
    first: dict[str, _Candidate] = {}
    for candidate in sorted(found, key=lambda c: not c.announced):
        first.setdefault(candidate.normal, candidate)
    return list(first.values())
