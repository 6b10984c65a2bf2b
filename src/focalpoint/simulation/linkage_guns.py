"""The guns of a linkage set: model, serial number, clones and lots."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from focalpoint.simulation import scripts
from focalpoint.simulation.linkage_levels import WIDTH, Codes, Ints, Level, Random
from focalpoint.simulation.spelling import models

T = TypeVar("T", bound=np.generic)
LEADING = np.log10(1 + 1 / np.arange(1, 10))
LATIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Guns:
    model: Ints
    serial: Codes
    length: Ints
    clone: Ints
    lot: Ints

    def __len__(self) -> int:
        return len(self.model)


def guns_of(number: int, random: Random, dirt: Level) -> Guns:
    made = [row for row in models() if row.pattern]
    index = np.array([i for i, row in enumerate(models()) if row.pattern])
    # Flatter than in life, as if the many rare models of a register were there too.
    weight = np.array([row.licit + row.illicit + 0.5 for row in made]) ** 0.35
    model = index[random.choice(len(made), size=number, p=weight / weight.sum())]
    lot = _groups(number, dirt.lots, (4, 21), random)
    clone = _groups(number, dirt.clones * 17, (5, 31), random)
    clone[lot > 0] = 0
    model = _same_within(model, np.where(lot > 0, lot, 0))
    model = _same_within(model, np.where(clone > 0, clone, 0))
    serial = np.zeros((number, WIDTH), np.uint32)
    length = np.zeros(number, np.int64)
    for row in np.unique(model):
        chosen = np.flatnonzero(model == row)
        pattern = models()[int(row)].pattern
        serial[chosen, : len(pattern)] = _numbers(pattern, len(chosen), random)
        length[chosen] = len(pattern)
    serial = _same_within(serial, clone)
    _run(serial, lot, model)
    return Guns(model, serial, length, clone, lot)


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


def _run(serial: Codes, lot: Ints, model: Ints) -> None:
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
    patterns = [row.pattern for row in models()]
    for row in np.unique(model[order]):
        rows = np.flatnonzero(model[order] == row)
        places = np.array(_digit_places(patterns[int(row)])[-3:])
        digits = serial[np.ix_(order[rows], places)].astype(np.int64) - ord("0")
        weights = 10 ** np.arange(len(places))[::-1]
        value = (digits @ weights + step[rows]) % 10 ** len(places)
        counted = value[:, None] // weights % 10 + ord("0")
        serial[np.ix_(order[rows], places)] = counted.astype(np.uint32)


def _digit_places(pattern: str) -> list[int]:
    return [place for place, sign in enumerate(pattern) if sign == "9"]
