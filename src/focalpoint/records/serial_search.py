"""Serial numbers by any part of them, and with one character misread.

Every number is indexed forwards and backwards in its light form, so that beginnings
and endings are ranges. What one misread or two unread characters may have been is
written out from what was asked (a thousand numbers at most) and looked up: that costs
the same among a thousand numbers and among five million.
"""

import re
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from rapidfuzz.distance import OSA

from focalpoint.records import serial_tokens
from focalpoint.values.folding import LOOK_ALIKES, fold, look_alikes
from focalpoint.values.serials import LIGHT, light_key

SHORTEST = 3  # characters of a number in free words
SHORTEST_MISREAD = 4
FEWEST_DIGITS = 4
WRITTEN_OUT = 2  # unread characters that are written out
INDEXED = 3  # characters of a beginning or ending that make a short range
WRITTEN_DOWN = 300  # ways of a number with unread characters that are looked up
NOT_SIGN = re.compile(r"[^A-Z0-9?*]")
# What is left of letters and figures in the light form, and the sign for unread.
SIGNS = "".join(
    sign
    for sign in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    if sign.translate(LIGHT) == sign
)
UNREAD_SIGN = "?"

SAME, UNREAD, LOOKS, MISREAD, SHIFTED, SWAPPED = range(6)


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


# ---- conditions


def fitting(pattern: str, keys: QuerySet[Any]) -> QuerySet[Any]:
    """Narrow numbers to those that a pattern with ``?`` and ``*`` fits.

    Without ``*`` letters and figures that look alike count as the same; the caller
    ranks them.
    """
    light = light_key(pattern)
    if "*" not in pattern:
        if light.count(UNREAD_SIGN) <= WRITTEN_OUT:
            return among(written_out(light), keys)
        return narrowed(light, keys).filter(is_like("light", light))
    return narrowed(light, keys).filter(is_like("normal", pattern))


def near(normal: str, keys: QuerySet[Any], owner: str) -> dict[Any, Fit]:
    """Return the owners of numbers that are, or may be, a number that was read whole.

    One look into the index finds the number itself, numbers that differ from it in one
    place, and numbers of which a few characters were not read.
    """
    light = light_key(normal)
    wanted = [light, *one_apart(light), *less_read(light)]
    found: dict[Any, Fit] = {}
    for key, other in among(wanted, keys).values_list(owner, "normal"):
        rank = closeness(normal, other)
        if rank is not None and (key not in found or rank < found[key].rank):
            found[key] = Fit(rank, other)
    return found


def fits_of(
    pattern: str, keys: QuerySet[Any], owner: str, limit: int
) -> dict[Any, Fit]:
    """Return what fits a pattern, or a number with one misread character."""
    if pattern.isalnum() and len(pattern) >= SHORTEST_MISREAD:
        return near(pattern, keys, owner)
    rows: Any = fitting(pattern, keys).values_list(owner, "normal")[:limit]
    return {key: Fit(rank_of(pattern, normal), normal) for key, normal in rows}


def among(lights: list[str], keys: QuerySet[Any]) -> QuerySet[Any]:
    """Narrow numbers to some that are written out."""
    if connection.vendor == "sqlite":
        return keys.filter(light__in=lights)
    # One array instead of a thousand places in the statement: less to read for both.
    return keys.extra(  # noqa: S610 - the numbers are a parameter
        where=[f"{keys.model._meta.db_table}.light = ANY(%s)"], params=[lights]
    )


def rank_of(pattern: str, normal: str) -> int:
    """Return how well a number fits a pattern that its light form fits."""
    if "*" in pattern:
        return SAME
    places = zip(pattern, normal, strict=False)
    if any(a not in (UNREAD_SIGN, b) for a, b in places):
        return LOOKS
    return UNREAD if UNREAD_SIGN in pattern else SAME


def closeness(asked: str, other: str) -> int | None:
    """Return how well two numbers agree; nothing where more than one place differs."""
    if asked == other:
        return SAME
    one, two = light_key(asked), light_key(other)
    if len(one) == len(two):
        differ = sum(
            a != b and UNREAD_SIGN not in (a, b) for a, b in zip(one, two, strict=True)
        )
        if UNREAD_SIGN in other + asked and not differ:
            return UNREAD
        if one == two:
            return LOOKS
        if differ == 1:
            return MISREAD
        return SWAPPED if OSA.distance(one, two, score_cutoff=1) == 1 else None
    if UNREAD_SIGN in asked or UNREAD_SIGN in other:
        return None
    if len(asked) < SHORTEST_MISREAD + 1:
        return None
    return SHIFTED if OSA.distance(one, two, score_cutoff=1) == 1 else None


# ---- written out


def written_out(light: str) -> list[str]:
    """Return every number that a pattern with a few unread characters may be."""
    parts = light.split(UNREAD_SIGN)
    return [
        "".join(part + sign for part, sign in zip(parts, (*signs, ""), strict=True))
        for signs in product(SIGNS + UNREAD_SIGN, repeat=len(parts) - 1)
    ]


def one_apart(light: str) -> list[str]:
    """Return every number one misreading away: replaced, lost, added, exchanged."""
    found: dict[str, None] = {}
    for place in range(len(light) + 1):
        head, tail = light[:place], light[place:]
        found.update((f"{head}{sign}{tail}", None) for sign in SIGNS)
        if tail:
            found[head + tail[1:]] = None
            signs = SIGNS + UNREAD_SIGN
            found.update((f"{head}{sign}{tail[1:]}", None) for sign in signs)
        if len(tail) > 1:
            found[head + tail[1] + tail[0] + tail[2:]] = None
    found.pop(light, None)
    return list(found)


def less_read(light: str) -> list[str]:
    """Return a number as who could not read two or three of its characters wrote it."""
    found = []
    for count in (2, 3):
        if len(light) - count >= SHORTEST:
            for places in combinations(range(len(light)), count):
                signs = (
                    UNREAD_SIGN if place in places else sign
                    for place, sign in enumerate(light)
                )
                found.append("".join(signs))
    return found if len(found) <= WRITTEN_DOWN else found[:WRITTEN_DOWN]


def narrowed(light: str, keys: QuerySet[Any]) -> QuerySet[Any]:
    """Let an index do the most of it: by beginning, by ending, or by pieces."""
    head = re.split(r"[?*]", light, maxsplit=1)[0]
    tail = re.split(r"[?*]", light[::-1], maxsplit=1)[0]
    pieces = connection.vendor == "postgresql" and serial_tokens.tokens(light)
    if max(len(head), len(tail)) < INDEXED and pieces:
        return serial_tokens.having(keys, light)
    if len(head) >= len(tail):
        return keys.filter(_begins("light", head)) if head else keys
    return keys.filter(_begins("reverse", tail))


def is_like(name: str, pattern: str) -> Func:
    """Return the condition that a number fits a pattern."""
    return Func(
        F(name),
        Value(pattern.replace("?", "_").replace("*", "%")),
        template="%(expressions)s",
        arg_joiner=" LIKE ",
        output_field=BooleanField(),
    )


def _begins(name: str, start: str) -> Q:
    """Return the condition of a beginning in the form that the index serves."""
    if connection.vendor == "sqlite":  # its LIKE ignores case, so no index serves it
        after = start[:-1] + chr(ord(start[-1]) + 1)
        return Q(**{f"{name}__gte": start, f"{name}__lt": after})
    return Q(**{f"{name}__startswith": start})
