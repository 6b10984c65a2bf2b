"""Serial numbers as registers hold them: numbers, half numbers, words, sentences.

``parse`` says what a cell is (``STATUSES``) and, where it holds one number, gives its
normal form: Latin capitals and digits, ``?`` for a position that was not read, nothing
else. The text itself is kept as it stands: it is evidence.

The explanation of every rule is in ``docs/explanation/serial-numbers.md``.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from focalpoint.values.lexicon import words_of
from focalpoint.values.serial_candidates import (
    HARD,
    LONG_WORD,
    THOUSANDS,
    Candidate,
    candidates_of,
    groups_of,
    in_remark,
    is_other_number,
    is_word,
    once,
    tokens_of,
    twins,
    without_calibre,
    without_years,
    word_list,
)
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
_SERIAL_WORD = re.compile(r"seri|sery|ser$|matri|zavods|fabri|waffen|tvorni")
LONGEST = 1000  # a longer cell is a report, whatever else it is
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
        return word_list("BLANK").is_whole(words) and text not in {"?"}
    return not re.search(r"[\w?*#]", text) and not any(map(str.isalnum, text))


class _Reading:
    """The reading of one cell that is not plainly a number."""

    def __init__(self, raw: str, text: str) -> None:
        self.raw = raw
        opened, self.remarks = cut_remarks(text)
        self.words = words_of(text)
        self.outside = words_of(opened)
        self.text = expand_marks(announce(opened))
        self.prose = any(map(is_word, tokens_of(self.text)))

    def result(self) -> SerialNumber:
        if self._is_only_words():
            return self._from_words()
        candidates = self._candidates()
        if not candidates:
            inner = [c for remark in self.remarks for c in in_remark(remark)]
            candidates = [c for c in inner if c.digits]
        else:
            known = {candidate.normal for candidate in candidates}
            candidates += [
                inner
                for remark in self.remarks
                for inner in in_remark(remark)
                if inner.digits >= LONG_WORD and inner.normal not in known
            ]
        candidates = once(candidates)
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
            word_list(name).is_whole(self.words) for name in _WORD_STATUSES
        )

    # -- no number ---------------------------------------------------------------

    def _from_words(self) -> SerialNumber:
        for status, name in _WORD_STATUSES_IN_ORDER:
            if self._says(name):
                return SerialNumber(self.raw, status)
        for status, name in _WORD_STATUSES_IN_ORDER:
            if word_list(name).near(self.words):
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
        spans = word_list(name).spans(self.words)
        if name != "REMOVED" or not spans:
            return bool(spans)
        denied = {end for _, end in word_list("NO_SIGN").spans(self.words)}
        return any(start not in denied for start, _ in spans)

    # -- one number --------------------------------------------------------------

    def _with_number(self, found: Candidate) -> SerialNumber:
        unread = found.unknown
        status = self._status_beside(found)
        if status == "narrative":
            return SerialNumber(self.raw, status)
        if status == "partial" and not unread:
            unread = max(1, self._counted())
        return SerialNumber(self.raw, status, found.normal, found.known, unread)

    def _status_beside(self, found: Candidate) -> str:
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
        first = not tokens_of(self.text[: found.start].replace(ANNOUNCED, " "))
        if outside.say("UNREADABLE"):
            return "partial"
        if outside.say("REMOVED") and self._says("REMOVED"):
            return "partial" if first else "narrative"
        if outside.say("ABSENT") and not first and not found.announced:
            return "narrative"
        return "intact"

    def _counted(self) -> int:
        """How many positions words say are missing: ``last 2 digits illegible``."""
        starts = {start for start, _ in word_list("COUNTED").spans(self.words)}
        counts = [
            int(word)
            for place, word in enumerate(self.words)
            if word.isdecimal() and place + 1 in starts and int(word) <= MANY_UNREAD
        ]
        return sum(counts)

    def _candidates(self) -> list[Candidate]:
        if not self.prose:
            return self._whole()
        needs_strength = not self._says("PARTIAL")
        found = [
            candidate
            for group in groups_of(self.text, words_of_many=self._counted_places())
            for candidate in candidates_of(group)
        ]
        strong = [candidate for candidate in found if candidate.strong]
        if strong or needs_strength:
            return without_years(strong)
        return [candidate for candidate in found if candidate.known > 1]

    def _whole(self) -> list[Candidate]:
        """The numbers of a text without words: usually one."""
        parts = [part for part in HARD.split(self.text) if re.search(r"\w|\?", part)]
        if THOUSANDS.fullmatch(self.text.replace(ANNOUNCED, "").strip()):
            parts = [self.text]
        found: list[Candidate] = []
        for part in parts:
            before, sign, after = part.rpartition(ANNOUNCED)
            announced = bool(sign)
            if is_other_number(before.strip()):
                before = ""  # a model: "AK-47 serial 1234"
            bare = without_calibre(f"{before} {after}".replace(ANNOUNCED, " ").strip())
            found += [
                Candidate(piece, 0, announced)
                for piece in twins(bare)
                if any(sign.isdigit() for sign in piece)
                or (UNREAD in piece and any(sign.isalpha() for sign in piece))
            ]
        return found

    def _counted_places(self) -> set[str]:
        starts = {start for start, _ in word_list("COUNTED").spans(self.words)}
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
        return bool(word_list(name).spans(self.words))


_WORD_STATUSES = ("REMOVED", "UNREADABLE", "ABSENT")
_WORD_STATUSES_IN_ORDER = (
    ("removed", "REMOVED"),
    ("unreadable", "UNREADABLE"),
    ("absent", "ABSENT"),
)
