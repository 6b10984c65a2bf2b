"""How two names or two dates of birth differ: the levels of ``persons.csv``."""

from focalpoint.engines.resolution.person_names import SHORTEST_STEM, Word
from focalpoint.values.dates import PartialDate

SHORTEST_NEAR = 4
SHORTEST_CUT = 3


def name_level(one: Word, other: Word) -> str:
    """The level of two words of names; empty where they are different names."""
    if one.text == other.text and not one.is_initial:
        return "equal"
    if one.is_initial or other.is_initial:
        return "initial" if one.sound[:1] == other.sound[:1] else ""
    if one.sound == other.sound:
        return "sound"
    if one.stem == other.stem:
        return "ending"
    short, long = sorted((one.sound, other.sound), key=len)
    if len(short) >= SHORTEST_NEAR and one_apart(short, long):
        return "near"
    if len(short) >= SHORTEST_CUT and long.startswith(short):
        return "cut"
    return ""


def one_apart(short: str, long: str) -> bool:
    """Whether one letter was replaced, dropped or added, or two neighbours swapped."""
    start = 0
    while start < len(short) and short[start] == long[start]:
        start += 1
    rest_short, rest_long = short[start:], long[start:]
    if len(short) < len(long):
        return rest_long[1:] == rest_short
    if rest_short[1:] == rest_long[1:]:
        return True
    swapped = rest_short[1:2] + rest_short[:1] + rest_short[2:]
    return swapped == rest_long


def is_derived(one: Word, other: Word) -> bool:
    """Whether one is formed from the other: ``Petrović``, ``Petrov`` from ``Petar``."""
    short, long = sorted((one.stem, other.stem), key=len)
    bare = short[:-2] + short[-1:] if short[-2:-1] in "aeiou" else short
    return len(bare) >= SHORTEST_STEM and long.startswith((short, bare))


def birth_level(one: PartialDate, other: PartialDate) -> str:
    """The level of two dates of birth, no finer than the coarser of them."""
    precision = min(
        (one.precision, other.precision), key=("year", "month", "day").index
    )
    if one.overlaps(other):
        return precision
    if precision == "day" and (one.year, one.month, one.day) == (
        other.year,
        other.day,
        other.month,
    ):
        return "turned"
    if one.year == other.year and _placeholder(one, other):
        return "year"
    if precision == "day" and _nearly(one, other):
        return "near"
    if precision != "day" and abs(one.year - other.year) == 1:
        return "next"
    return "differs"


def _placeholder(one: PartialDate, other: PartialDate) -> bool:
    """The first of January is what registers put where only the year is known."""
    return (1, 1) in ((one.month, one.day), (other.month, other.day))


def _nearly(one: PartialDate, other: PartialDate) -> bool:
    """Whether one part differs, the year by one figure or by two that are swapped."""
    apart = [
        part
        for part in ("year", "month", "day")
        if getattr(one, part) != getattr(other, part)
    ]
    if len(apart) != 1:
        return False
    return apart != ["year"] or one_apart(str(one.year), str(other.year))
