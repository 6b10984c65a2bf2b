"""Handling codes and intelligence grading, and what they permit.

The codes and their effects are data (``handling_codes``, ``grading_*``); here they are
combined, asked and converted. A conversion loses detail: it keeps the original.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from focalpoint.values import codelists
from focalpoint.values.errors import BadInput

HANDLING = "handling_codes"
OPEN = "h0"


@dataclass(frozen=True, slots=True)
class Handling:
    """The handling codes of something, with the provider's own conditions.

    ``h0`` is what holds where no other code does; ``h1`` to ``h3`` combine.

    Raises
    ------
    BadInput
        If a code is unknown, or a code that needs a text comes without one.
    """

    codes: frozenset[str] = frozenset({OPEN})
    text: str = ""

    def __post_init__(self) -> None:
        known = codelists.load(HANDLING)
        for code in sorted(self.codes):
            if code not in known:
                raise BadInput(
                    "there is no handling code %(code)s; the codes are %(codes)s",
                    code=code,
                    codes=", ".join(known.codes),
                )
        restricting = self.codes - {OPEN}
        object.__setattr__(self, "codes", frozenset(restricting or {OPEN}))
        if self._any("text_required") and not self.text.strip():
            raise BadInput("handling code h3 needs its restriction in words")

    @classmethod
    def of(cls, codes: str, text: str = "") -> "Handling":
        """From codes in one text, such as ``"H1, H3"``; empty means ``h0``."""
        parts = codes.replace(",", " ").replace("+", " ").replace("/", " ").split()
        return cls(frozenset(part.lower() for part in parts) or frozenset({OPEN}), text)

    def __str__(self) -> str:
        return " ".join(sorted(self.codes)).upper()

    def _any(self, column: str) -> bool:
        entries = [codelists.load(HANDLING).get(code) for code in self.codes]
        return any(entry and entry.extra.get(column) == "yes" for entry in entries)

    def _all(self, column: str) -> bool:
        entries = [codelists.load(HANDLING).get(code) for code in self.codes]
        return all(entry and entry.extra.get(column) == "yes" for entry in entries)

    @property
    def may_use_in_court(self) -> bool:
        """Whether it may enter a prosecution bundle without asking the provider."""
        return self._all("may_use_in_court")

    @property
    def may_pass_on(self) -> bool:
        """Whether it may be shared onward without asking the provider."""
        return self._all("may_pass_on")

    @property
    def must_read_first(self) -> bool:
        """Whether a person must read the text and confirm before any use."""
        return self._any("must_read_first")

    def covers(self, other: "Handling") -> bool:
        """Whether it is at least as strict as ``other``."""
        return other.codes - {OPEN} <= self.codes


def highest(handlings: Iterable[Handling]) -> Handling:
    """The handling of something made of several parts: every restriction of each.

    Parameters
    ----------
    handlings : iterable of Handling
        None at all gives ``h0``.
    """
    codes: set[str] = {OPEN}
    texts: list[str] = []
    for handling in handlings:
        codes |= handling.codes
        texts += [part for part in handling.text.split("\n") if part.strip()]
    return Handling(frozenset(codes), "\n".join(dict.fromkeys(texts)))


# The part of the name of a list that each scheme has, in the order in which it is said.
SCHEMES: dict[str, tuple[str, ...]] = {
    "4x4": ("sources", "information"),
    "3x5x2": ("sources", "information", "handling"),
    "5x5x5": ("sources", "information", "handling"),
    "admiralty": ("sources", "information"),
}


@dataclass(frozen=True, slots=True)
class Grading:
    """How far a source and what it says are trusted, in one of the four schemes.

    Raises
    ------
    BadInput
        If the scheme or one of the grades does not exist.
    """

    scheme: str
    source: str
    information: str
    handling: str = ""

    def __post_init__(self) -> None:
        if self.scheme not in SCHEMES:
            raise BadInput(
                "there is no grading scheme %(scheme)s; the schemes are %(schemes)s",
                scheme=self.scheme,
                schemes=", ".join(SCHEMES),
            )
        for part in SCHEMES[self.scheme]:
            grade = str(getattr(self, part.removesuffix("s")))
            grades = codelists.load(f"grading_{part}_{self.scheme}")
            if grade not in grades and not (part == "handling" and not grade):
                raise BadInput(
                    "%(grade)s is not a grade of %(scheme)s; choose one of %(grades)s",
                    grade=grade,
                    scheme=self.scheme,
                    grades=", ".join(grades.codes),
                )
        if self.handling and "handling" not in SCHEMES[self.scheme]:
            raise BadInput("%(scheme)s has no handling grade", scheme=self.scheme)

    @classmethod
    def of(cls, scheme: str, grades: str) -> "Grading":
        """From its grades written together, such as ``("3x5x2", "1AP")``."""
        return cls(scheme, *(mark for mark in grades.lower() if mark.isalnum()))

    def __str__(self) -> str:
        return f"{self.source}{self.information}{self.handling}".upper()


@dataclass(frozen=True, slots=True)
class Converted:
    """A grading in 4x4, with the original that it was made from.

    ``note`` is a sentence to show where the 4x4 grade alone would mislead.
    """

    grading: Grading
    original: Grading
    note: str = ""


_SOURCES = {
    "3x5x2": {"1": "b", "2": "x", "3": "c"},
    "5x5x5": {"a": "a", "b": "b", "c": "c", "d": "c", "e": "x"},
    "admiralty": {"a": "a", "b": "b", "c": "b", "d": "c", "e": "c", "f": "x"},
}
_INFORMATION = {
    "3x5x2": {"a": "2", "b": "3", "c": "4", "d": "4", "e": "4"},
    "5x5x5": {"1": "1", "2": "2", "3": "3", "4": "4", "5": "4"},
    "admiralty": {"1": "1", "2": "3", "3": "4", "4": "4", "5": "4", "6": "4"},
}
_DOUBTED = {"3x5x2": {"e"}, "5x5x5": {"5"}, "admiralty": {"4", "5"}}
DOUBT = "the original grading doubts that the information is true"


def to_4x4(original: Grading, *, seen_by_officer: bool = False) -> Converted:
    """Express a grading in 4x4, and keep what it was.

    Parameters
    ----------
    original : Grading
        In any scheme; 4x4 comes back unchanged.
    seen_by_officer : bool
        For 3x5x2: information that an officer observed is graded 1, not 2.
    """
    if original.scheme == "4x4":
        return Converted(original, original)
    information = _INFORMATION[original.scheme][original.information]
    if seen_by_officer and (original.scheme, original.information) == ("3x5x2", "a"):
        information = "1"
    source = _SOURCES[original.scheme][original.source]
    doubted = original.information in _DOUBTED[original.scheme]
    return Converted(
        Grading("4x4", source, information), original, DOUBT if doubted else ""
    )


def handling_of(original: Grading, conditions: str = "") -> Handling:
    """The Europol handling that the handling grade of a scheme asks for.

    Where the grade sets conditions, the text says them and a person must read it.

    Raises
    ------
    BadInput
        If the grade sets conditions and none are given.
    """
    if not original.handling or original.handling == "p":
        return Handling(text=conditions)
    if original.scheme == "3x5x2" or original.handling == "5":
        return Handling(frozenset({"h3"}), conditions)
    label = codelists.load("grading_handling_5x5x5").label(original.handling)
    text = "\n".join(part for part in (label, conditions) if part)
    codes = {"h2", "h3"} if original.handling == "4" else {"h3"}
    return Handling(frozenset(codes), text)
