"""Serial numbers by any part of them, and with one character misread.

Every number is indexed forwards and backwards, so that beginnings and endings are
ranges. A number with one mistake still has one half without any: both halves are looked
up and what comes back is compared character by character.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Length
from rapidfuzz.distance import Levenshtein

from focalpoint.records.models.search_document import SerialKey
from focalpoint.values import serials
from focalpoint.values.folding import LOOK_ALIKES, fold, look_alikes

SHORTEST = 3  # characters of a number in free words
SHORTEST_MISREAD = 4
FEWEST_DIGITS = 4
CANDIDATES = 4000  # numbers of one half that are compared
NOT_SIGN = re.compile(r"[^A-Z0-9?*]")
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ?"

SAME, UNREAD, LOOKS, MISREAD, SHIFTED = range(5)


@dataclass(frozen=True, slots=True)
class Fit:
    """How a number fits what was asked: the lower ``rank``, the better."""

    rank: int
    normal: str


def pattern_of(text: str) -> str:
    """Return what a person typed as capitals, digits, ``?`` and ``*``."""
    upper = text.upper()
    if not upper.isascii():
        letters = [sign for sign in upper if sign.isalpha() and not sign.isascii()]
        if all(sign in LOOK_ALIKES for sign in letters):
            upper = look_alikes(upper)
        upper = fold(upper).upper()
    return NOT_SIGN.sub("", upper)


def could_be(text: str) -> bool:
    """Tell whether a free word may be meant as a serial number, not as a model."""
    pattern = pattern_of(text)
    digits = sum(sign.isdigit() for sign in pattern)
    known = sum(sign.isalnum() for sign in pattern)
    if known < len(pattern):
        return known >= SHORTEST and digits >= FEWEST_DIGITS // 2
    return digits >= FEWEST_DIGITS


def fitting(pattern: str) -> QuerySet[SerialKey]:
    """Return the numbers that a pattern with ``?`` and ``*`` fits, or the number."""
    keys = SerialKey.objects.all()
    if "*" not in pattern and "?" not in pattern:
        return keys.filter(normal=pattern)
    head = re.split(r"[?*]", pattern, maxsplit=1)[0]
    tail = re.split(r"[?*]", pattern[::-1], maxsplit=1)[0]
    bare = pattern.strip("*")
    if len(head) >= len(tail):
        keys = keys.filter(_begins("normal", head)) if head else keys
        done = bare == head and not pattern.startswith("*")
    else:
        keys = keys.filter(_begins("reverse", tail))
        done = bare == tail[::-1] and not pattern.endswith("*")
    if done and "*" in pattern:
        return keys
    return keys.filter(_is_like(pattern))


def _is_like(pattern: str) -> Func:
    """Return the condition that a number fits a pattern."""
    return Func(
        F("normal"),
        Value(pattern.replace("?", "_").replace("*", "%")),
        template="%(expressions)s",
        arg_joiner=" LIKE ",
        output_field=BooleanField(),
    )


def near(normal: str) -> dict[int, Fit]:
    """Return the documents whose number differs in one character from a full number."""
    found: dict[int, Fit] = {}
    for document, other in _candidates(normal):
        rank = closeness(normal, other)
        if rank is not None and (document not in found or rank < found[document].rank):
            found[document] = Fit(rank, other)
    return found


def closeness(asked: str, other: str) -> int | None:
    """Return how well two numbers agree; nothing where more than one place differs."""
    if asked == other:
        return SAME
    if len(asked) == len(other):
        differ = [
            (a, b)
            for a, b in zip(asked, other, strict=True)
            if a != b and "?" not in (a, b)
        ]
        if not differ:
            return UNREAD
        if serials.light_key(asked) == serials.light_key(other):
            return LOOKS
        return MISREAD if len(differ) == 1 else None
    if "?" in asked or "?" in other or len(asked) < SHORTEST_MISREAD + 1:
        return None
    distance = Levenshtein.distance(asked, other, score_cutoff=1)
    return SHIFTED if distance == 1 else None


def _candidates(normal: str) -> Iterator[tuple[int, str]]:
    """Yield numbers that share a half, or the known part before or after a gap."""
    half = len(normal) // 2
    sized = SerialKey.objects.annotate(size=Length("normal")).filter(
        size__gte=len(normal) - 1, size__lte=len(normal) + 1
    )
    for name, part in (("normal", normal[:half]), ("reverse", normal[half:][::-1])):
        rows = _pairs(sized.filter(_begins(name, part)), CANDIDATES)
        if len(rows) >= CANDIDATES:  # many numbers share this half: ask for each change
            rows = _pairs(SerialKey.objects.filter(normal__in=_changed(normal)), 0)
        yield from rows
    yield from _read_in_part("head", [normal[:end] for end in range(2, len(normal))])
    yield from _read_in_part(
        "tail", [normal[start:] for start in range(1, len(normal) - 1)]
    )


def _read_in_part(name: str, parts: list[str]) -> Iterator[tuple[int, str]]:
    """Yield numbers with a gap that begin or end as a number does.

    The exclusion says nothing new: it lets the database use the index of such numbers.
    """
    rows = SerialKey.objects.filter(**{f"{name}__in": parts}).exclude(**{name: ""})
    yield from _pairs(rows, CANDIDATES)


def _pairs(rows: QuerySet[SerialKey], limit: int) -> list[tuple[int, str]]:
    pairs: Any = rows.values_list("document_id", "normal")
    return list(pairs[:limit] if limit else pairs)


def _changed(normal: str) -> list[str]:
    return [
        f"{normal[:place]}{sign}{normal[place + 1 :]}"
        for place in range(len(normal))
        for sign in ALPHABET
    ]


def _begins(name: str, start: str) -> Q:
    """Return the condition of a beginning in the form that the index serves."""
    if connection.vendor == "sqlite":  # its LIKE ignores case, so no index serves it
        after = start[:-1] + chr(ord(start[-1]) + 1)
        return Q(**{f"{name}__gte": start, f"{name}__lt": after})
    return Q(**{f"{name}__startswith": start})
