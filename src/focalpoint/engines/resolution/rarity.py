"""How rare the signs of serial numbers are, for whole columns of them.

Arrays of n records: signs (n, LONGEST) as numbers below ``KINDS``, shapes (n,), groups
(n,). The same counts as ``population.Population``, which a test compares.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from focalpoint.engines.resolution.described import LONGEST
from focalpoint.engines.resolution.population import SMOOTHING

KINDS = 37  # 0-9, A-Z, anything else

LIGHT = np.full(256, KINDS - 1, np.uint8)
_CLASS = np.zeros(256, np.uint8)
for _place, _sign in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
    LIGHT[ord(_sign)] = _place
    _CLASS[ord(_sign)] = 1 if _place < 10 else 2
for _letter, _figure in zip("OIBSZG", "018526", strict=True):
    LIGHT[ord(_letter)] = int(_figure)
    _CLASS[ord(_letter)] = 1
_CLASS[ord("?")] = 3


@dataclass(frozen=True, slots=True)
class Signs:
    """Of n records: number (n,), signs of the light key (n, LONGEST), shape, make."""

    rid: NDArray[np.int32]
    signs: NDArray[np.uint8]
    shape: NDArray[np.int64]
    make: NDArray[np.int32]


def shapes_of(codes: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Shapes as numbers to the base of 3; an unread sign is like the one before it."""
    classes = _CLASS[codes]
    first = np.zeros(len(codes), np.uint8)
    for place in reversed(range(LONGEST)):
        first = np.where((classes[:, place] % 3) > 0, classes[:, place], first)
    first[first == 0] = 1
    shape = np.zeros(len(codes), np.int64)
    before = first
    for place in range(LONGEST):
        here = classes[:, place]
        here = np.where(here == 3, before, here)
        shape = shape * 3 + here
        before = np.where(here > 0, here, before)
    return shape


def find(known: NDArray[Any], wanted: NDArray[Any]) -> NDArray[np.int64]:
    """Places of codes in a sorted list; -1 where a code is not in it."""
    if not len(known):
        return np.full(len(wanted), -1, np.int64)
    at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[at] == wanted, at, -1)


def count(
    groups: int,
    group: NDArray[np.int64],
    signs: NDArray[np.uint8],
    share: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """Signs of every group at every place; of a record only its ``share``."""
    table = np.zeros((groups, LONGEST, KINDS), np.float32)
    for place in range(LONGEST):
        at = group * KINDS + signs[:, place]
        counts = np.bincount(at, weights=share, minlength=groups * KINDS)
        table[:, place] = counts.reshape(groups, KINDS)
    return table


def sign_bits(table: NDArray[np.float32]) -> NDArray[np.float32]:
    """Bits of every sign at every place; what is not a sign is worth nothing."""
    kinds = np.where(np.arange(KINDS) < 10, 10, 23)
    total = table[:, :, : KINDS - 1].sum(axis=2, keepdims=True)
    share = (table + SMOOTHING) / (total + SMOOTHING * kinds)
    bits = np.where(total > 0, -np.log2(share), np.log2(kinds))
    bits[:, :, KINDS - 1] = 0
    return np.asarray(bits, np.float32)


def generic_bits() -> NDArray[np.float32]:
    """Bits of signs of which nothing is known, shape (LONGEST, KINDS)."""
    bits: NDArray[np.float32] = sign_bits(np.zeros((1, LONGEST, KINDS), np.float32))[0]
    return bits


def rarity(
    bits: NDArray[np.float32], group: NDArray[np.int64], signs: NDArray[np.uint8]
) -> NDArray[np.float32]:
    total: NDArray[np.float32] = np.zeros(len(group), np.float32)
    for place in range(LONGEST):
        total += bits[group, place, signs[:, place]]
    return total
