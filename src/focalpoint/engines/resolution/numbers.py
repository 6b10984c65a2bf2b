"""In what two serial numbers differ, sign by sign."""

import re
from dataclasses import dataclass

from focalpoint.engines.resolution.described import UNREAD, Number
from focalpoint.engines.resolution.weights import CONFUSABLE

SIGN_BITS = 3.32  # of one sign that only one of two numbers shows
TWO_LENGTH = 6  # shortest number in which two misread signs are believed

# The last run of figures is what counts on: "T1102-19A00017".
_LAST_RUN = re.compile(r"(|.*\D)(\d+)(\D*)")


@dataclass(frozen=True, slots=True)
class Difference:
    """How two numbers differ.

    Parameters
    ----------
    code : str
        The level of ``weights.csv``: ``serial.confusable``.
    places : int
        Among how many places the difference could have been.
    hidden_from_a, hidden_from_b : float
        Bits of signs of a (of b) that the other number does not show.
    differences : tuple
        ``(position, sign of a, sign of b)`` in the normal forms.
    """

    code: str
    places: int = 1
    hidden_from_a: float = 0.0
    hidden_from_b: float = 0.0
    differences: tuple[tuple[int, str, str], ...] = ()

    @property
    def is_equal(self) -> bool:
        """Whether the numbers are the same but for script and look-alikes."""
        return self.code in ("serial.equal", "serial.look_alike", "serial.script")


OTHER = Difference("serial.other")
ABSENT = Difference("serial.absent")


def differ(a: Number, b: Number) -> Difference:
    """Tell the difference of two numbers; the kindest over all their forms."""
    if not a.forms or not b.forms:
        return ABSENT
    if a.normal == b.normal and UNREAD not in a.normal:
        return Difference("serial.equal")
    shown = _shown(a.normal, b.normal)
    best = OTHER
    for place, one in enumerate(a.forms):
        for other_place, other in enumerate(b.forms):
            code, places, hidden = _light(one, other)
            if code == "serial.equal" and (place or other_place):
                code = "serial.script" if UNREAD not in one + other else "serial.unread"
            elif code == "serial.equal":
                code = "serial.look_alike"
            if code == "serial.unread" and len(a.forms[0]) != len(b.forms[0]):
                code = "serial.unread_end"
            found = Difference(code, places, *hidden, shown)
            if _ORDER[found.code] < _ORDER[best.code]:
                best = found
    return best


_KINDS = (
    "equal look_alike script unread unread_end confusable transposed dropped last substituted "
    "unread_confusable two_confusable other"
)
_ORDER = {f"serial.{kind}": place for place, kind in enumerate(_KINDS.split())}


def _light(one: str, other: str) -> tuple[str, int, tuple[float, float]]:
    """Level, places and hidden bits of two light keys."""
    nothing = (0.0, 0.0)
    if one == other and UNREAD not in one:
        return "serial.equal", 1, nothing
    size = len(one)
    if size == len(other):
        pairs = list(zip(one, other, strict=True))
        unread = [pair for pair in pairs if UNREAD in pair]
        wrong = [i for i, (x, y) in enumerate(pairs) if x != y and UNREAD not in (x, y)]
        hidden = (
            SIGN_BITS * sum(y == UNREAD != x for x, y in pairs),
            SIGN_BITS * sum(x == UNREAD != y for x, y in pairs),
        )
        likely = all(one[i] + other[i] in CONFUSABLE for i in wrong)
        if unread:
            if not wrong:
                return "serial.unread", 1, hidden
            if len(wrong) == 1 and likely:
                return "serial.unread_confusable", size, hidden
            return "serial.other", 1, nothing
        return (*_same_length(one, other, wrong, likely=likely), nothing)
    short, long = sorted((one, other), key=len)
    if (
        UNREAD not in one + other
        and len(long) == len(short) + 1
        and _lacks_one(short, long)
    ):
        return "serial.dropped", len(long), nothing
    return "serial.other", 1, nothing


def _same_length(
    one: str, other: str, wrong: list[int], *, likely: bool
) -> tuple[str, int]:
    size = len(one)
    if len(wrong) == 1:
        if likely:
            return "serial.confusable", size
        return (
            ("serial.last", 1) if wrong[0] == size - 1 else ("serial.substituted", size)
        )
    if len(wrong) == 2:
        first, second = wrong
        crossed = one[first] == other[second] and one[second] == other[first]
        if second == first + 1 and crossed:
            return "serial.transposed", size - 1
        if likely and size >= TWO_LENGTH:
            return "serial.two_confusable", size * (size - 1) // 2
    return "serial.other", 1


def _lacks_one(short: str, long: str) -> bool:
    place = 0
    while place < len(short) and short[place] == long[place]:
        place += 1
    return short[place:] == long[place + 1 :]


def _shown(one: str, other: str) -> tuple[tuple[int, str, str], ...]:
    """Places where the normal forms differ; a shift is one sign that one lacks."""
    if len(one) == len(other):
        return tuple(
            (place, x, y)
            for place, (x, y) in enumerate(zip(one, other, strict=True), 1)
            if x != y
        )
    short, long = sorted((one, other), key=len)
    if len(long) == len(short) + 1 and _lacks_one(short, long):
        place = next(
            (i for i, (x, y) in enumerate(zip(short, long, strict=False)) if x != y),
            len(short),
        )
        pair = (long[place], "") if long == one else ("", long[place])
        return ((place + 1, *pair),)
    return tuple(
        (place + 1, one[place : place + 1], other[place : place + 1])
        for place in range(max(len(one), len(other)))
        if one[place : place + 1] != other[place : place + 1]
    )


def steps_apart(one: str, other: str) -> int | None:
    """How many numbers of one series lie between two; None if they are of two.

    >>> steps_apart("A99998", "A100001") is None, steps_apart("A1007", "A1012")
    (True, 5)
    """
    if len(one) != len(other) or UNREAD in one + other:
        return None
    first, second = _LAST_RUN.fullmatch(one), _LAST_RUN.fullmatch(other)
    if not first or not second or (first[1], first[3]) != (second[1], second[3]):
        return None
    if len(first[2]) != len(second[2]):
        return None
    return abs(int(first[2]) - int(second[2]))
