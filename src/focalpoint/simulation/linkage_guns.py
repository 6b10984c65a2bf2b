"""The guns of a linkage set: model, serial number, clones and lots."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from focalpoint.simulation import scripts
from focalpoint.simulation.linkage_levels import WIDTH, Codes, Ints, Level, Random
from focalpoint.simulation.linkage_words import catalogue

T = TypeVar("T", bound=np.generic)
LEADING = np.log10(1 + 1 / np.arange(1, 10))
# How common a shape is among the patterns of one maker, by figures alone or not and by
# signs (five and fewer, eight and more together).
SHAPES = {
    (True, 5): 0.5,
    (True, 6): 0.06,
    (True, 7): 1.0,
    (True, 8): 1.0,
    (False, 5): 0.5,
    (False, 6): 0.35,
    (False, 7): 1.0,
    (False, 8): 1.0,
}
LOW = {"999": 0.05, "9999": 0.05}  # of the guns: the low numbers of a beginning series
MAKE_FLATNESS, MODEL_FLATNESS = 0.55, 0.35
LATIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Guns:
    """Every gun as it is; arrays of shape (G,), G the number of guns.

    ``model`` is a row of ``linkage_words.catalogue()``; ``serial`` has shape (G, WIDTH).
    """

    model: Ints
    serial: Codes
    length: Ints
    clone: Ints
    lot: Ints

    def __len__(self) -> int:
        return len(self.model)


def guns_of(number: int, random: Random, dirt: Level) -> Guns:
    """So many guns, some with one number in common, some from one delivery."""
    model = random.choice(len(catalogue()), size=number, p=_weights())
    lot = _groups(number, dirt.lots, (4, 21), random)
    clone = _groups(number, dirt.clones * 17, (5, 31), random)
    clone[lot > 0] = 0
    model = _same_within(model, np.where(lot > 0, lot, 0))
    model = _same_within(model, np.where(clone > 0, clone, 0))
    serial = np.zeros((number, WIDTH), np.uint32)
    length = np.zeros(number, np.int64)
    patterns, pattern = _patterns(model, random)
    pattern = _same_within(pattern, lot)
    for row in np.unique(pattern):
        chosen = np.flatnonzero(pattern == row)
        signs = patterns[int(row)]
        serial[chosen, : len(signs)] = _numbers(signs, len(chosen), random)
        length[chosen] = len(signs)
    length = _same_within(length, clone)
    serial = _same_within(serial, clone)
    _run(serial, lot, pattern, patterns)
    return Guns(model, serial, length, clone, lot)


def _weights() -> NDArray[np.float64]:
    """How common each model is: flatter than in life, makers and models within each.

    It is as if the many rare makers and models of a register were there too.
    """
    weight = np.array([row.licit + row.illicit + 0.1 for row in catalogue()])
    makes = np.array([row.make for row in catalogue()])
    for make in np.unique(makes):
        own = makes == make
        within = weight[own] ** MODEL_FLATNESS
        weight[own] = weight[own].sum() ** MAKE_FLATNESS * within / within.sum()
    return np.asarray(weight / weight.sum())


def _patterns(model: Ints, random: Random) -> tuple[list[str], Ints]:
    """For each gun one of the patterns in which its maker numbers, or a low number.

    A number tells the maker, not the model: two guns of one maker whose numbers are
    alike are of one model no more often than any two of that maker.
    """
    rows = catalogue()
    patterns = list(dict.fromkeys([*LOW, *(row.pattern for row in rows)]))
    chosen = np.zeros(len(model), np.int64)
    make = np.array([row.make for row in rows])[model]
    for name in sorted({row.make for row in rows}):
        guns = np.flatnonzero(make == name)
        own = [row.pattern for row in rows if row.make == name]
        weight = np.array([SHAPES[_shape(pattern)] for pattern in own])
        places = [patterns.index(pattern) for pattern in own]
        chosen[guns] = random.choice(places, len(guns), p=weight / weight.sum())
    shares = [*LOW.values(), 1 - sum(LOW.values())]
    low = random.choice(len(shares), len(model), p=shares)
    return patterns, np.where(low < len(LOW), low, chosen)


def _shape(pattern: str) -> tuple[bool, int]:
    signs = [sign for sign in pattern if sign.isalnum()]
    return set(signs) == {"9"}, min(8, max(5, len(signs)))


def _groups(number: int, share: float, sizes: tuple[int, int], random: Random) -> Ints:
    """Number groups of random sizes so that ``share`` of all are in one."""
    wanted = int(number * share)
    labels = np.zeros(number, np.int64)
    if wanted < sizes[0]:
        return labels
    lengths = random.integers(*sizes, size=wanted // sizes[0] + 1)
    lengths = lengths[: np.searchsorted(np.cumsum(lengths), wanted) + 1]
    members = random.permutation(number)[: lengths.sum()]
    labels[members] = np.repeat(np.arange(1, len(lengths) + 1), lengths)[: len(members)]
    return labels


def _same_within(values: NDArray[T], group: Ints) -> NDArray[T]:
    """Give every member of a group the value of its first member."""
    members = np.flatnonzero(group)
    first = np.full(int(group.max(initial=0)) + 1, -1)
    first[group[members][::-1]] = members[::-1]
    values = values.copy()
    values[members] = values[first[group[members]]]
    return values


def _numbers(pattern: str, number: int, random: Random) -> Codes:
    """Serial numbers of one pattern, shape (number, len(pattern)), as code points."""
    sets = {
        "9": "0123456789",
        "A": LATIN_LETTERS,
        "a": LATIN_LETTERS.lower(),
        "Ж": scripts.SERIAL_LETTERS,
        "А": "АБВГДЕКМ",
    }
    result = np.empty((number, len(pattern)), np.uint32)
    for place, sign in enumerate(pattern):
        letters = np.array([ord(letter) for letter in sets.get(sign, sign)], np.uint32)
        if sign == "9" and not pattern[:place].endswith("9"):
            # No number starts with a nought, and series rarely reach their end.
            first = random.choice(9, size=number, p=LEADING)
            result[:, place] = letters[1:][first]
        else:
            result[:, place] = letters[random.integers(0, len(letters), number)]
    return result


def _run(serial: Codes, lot: Ints, pattern: Ints, patterns: list[str]) -> None:
    """Give the members of a lot consecutive numbers: the last three digits count on."""
    members = np.flatnonzero(lot)
    if not len(members):
        return
    order = members[np.argsort(lot[members], kind="stable")]
    labels = lot[order]
    starts = np.concatenate([[0], np.flatnonzero(np.diff(labels)) + 1])
    group = np.cumsum(np.concatenate([[0], (np.diff(labels) != 0).astype(int)]))
    step = np.arange(len(order)) - starts[group]
    serial[order] = serial[order[starts[group]]]
    for row in np.unique(pattern[order]):
        rows = np.flatnonzero(pattern[order] == row)
        places = np.array(_digit_places(patterns[int(row)])[-3:])
        digits = serial[np.ix_(order[rows], places)].astype(np.int64) - ord("0")
        weights = 10 ** np.arange(len(places))[::-1]
        value = (digits @ weights + step[rows]) % 10 ** len(places)
        counted = value[:, None] // weights % 10 + ord("0")
        serial[np.ix_(order[rows], places)] = counted.astype(np.uint32)


def _digit_places(pattern: str) -> list[int]:
    return [place for place, sign in enumerate(pattern) if sign == "9"]
