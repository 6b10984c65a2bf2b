"""How common things are in the data at hand: what agreement by chance amounts to.

The weight of two equal numbers is not a constant. ``12345`` on a Zastava agrees by
chance in any large register, ``EF-5955193`` hardly ever. So it is counted: how many
records share the shape of the number and whatever else agrees, times the chance that
the signs of the number are these.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import exp2, log2
from zlib import crc32

from focalpoint.engines.resolution.described import UNREAD, Described, shape_of
from focalpoint.engines.resolution.weights import LOT_RATE, PRIOR_PARTNERS

Combination = tuple[str, str, str, str, str]
"""Shape, make, model, calibre, type."""
FIELDS = ("make", "model", "calibre", "type")
ENOUGH = 200  # records of one make and shape whose signs are counted by themselves
DIGIT_BITS, LETTER_BITS = log2(10), log2(23)
SMOOTHING = 0.5
LOUDEST = (
    50  # records of one number and make that count; a number of copies is no shape
)
BUCKETS = 1 << 24  # one byte each


@dataclass(frozen=True)
class Population:
    """Counts of a set of records.

    Parameters
    ----------
    size : int
        Records in it.
    combinations : mapping
        How many records have a shape, make, model, calibre and type.
    signs : mapping
        For ``shape`` and ``shape|make``: one counter of signs a position.
    partners : float
        Records of the same firearm that a record is expected to have among them.
    lots : float
        Records that have one given number of the next ten, beyond chance.
    """

    size: int
    combinations: Mapping[Combination, float] = field(default_factory=dict)
    signs: Mapping[str, list[dict[str, float]]] = field(default_factory=dict)
    partners: float = PRIOR_PARTNERS
    lots: float = LOT_RATE

    @classmethod
    def of(
        cls, records: Iterable[Described], *, partners: float = PRIOR_PARTNERS
    ) -> "Population":
        """Count records; those without a number count for the size alone.

        One pass that keeps none of them: millions may be counted in little memory.
        """
        size, loud = 0, _Loud()
        combinations: dict[Combination, float] = defaultdict(float)
        signs: dict[str, list[dict[str, float]]] = defaultdict(list)
        for record in records:
            size += 1
            shape = record.shape
            if not shape or loud.has_said_enough(record):
                continue
            combinations[
                (shape, record.make, record.model, record.calibre, record.type)
            ] += 1.0
            for name in (shape, f"{shape}|{record.make}"):
                counters = signs[name]
                while len(counters) < len(shape):
                    counters.append(defaultdict(float))
                for counter, sign in zip(counters, record.key, strict=False):
                    if sign == UNREAD:
                        continue
                    counter[sign] += 1.0
        kept = {
            name: [dict(counter) for counter in counters]
            for name, counters in signs.items()
            if "|" not in name or sum(counters[0].values()) >= ENOUGH
        }
        return cls(size, dict(combinations), kept, partners)

    def expected(
        self,
        record: Described,
        agreed: Iterable[str],
        *,
        among: Described | None = None,
    ) -> float:
        """Records that have this number and share ``agreed`` fields by chance alone.

        Parameters
        ----------
        record : Described
            The record whose number is looked for.
        agreed : iterable of str
            Those of ``FIELDS`` whose values must be the record's own.
        among : Described or None
            The record whose shape of number is meant, where it is not the record's own.
        """
        shared = frozenset(agreed)
        return self.alike(among or record, shared) * exp2(-self.rarity(record, shared))

    def alike(self, record: Described, agreed: frozenset[str]) -> float:
        """Records of the shape of this number that share the ``agreed`` fields."""
        if not self.combinations:
            return self._guessed(record, agreed)
        names = tuple(name for name in FIELDS if name in agreed)
        values = tuple(getattr(record, name) for name in names)
        counted = self._by_fields(names)
        if record.shape:
            return max(0.5, counted.get((record.shape, *values), 0))
        return max(1.0, sum(n for key, n in counted.items() if key[1:] == values))

    def rarity(self, record: Described, agreed: frozenset[str]) -> float:
        """Bits by which the signs of this number are rarer than its shape."""
        shape, key = record.shape, record.key
        counters = None
        if "make" in agreed:
            counters = self.signs.get(f"{shape}|{record.make}")
        counters = counters or self.signs.get(shape)
        return sum(
            _sign_bits(sign, counters[place] if counters else {})
            for place, sign in enumerate(key[: len(shape)])
            if sign != UNREAD
        )

    def _guessed(self, record: Described, agreed: frozenset[str]) -> float:
        """Without counts: shares that are usual in registers of the region."""
        share = {"make": 0.1, "model": 0.02, "calibre": 0.15, "type": 0.3}
        if "model" in agreed:
            agreed = frozenset({"model"})
        most = self.size * 0.1
        for name in agreed:
            most *= share[name]
        return max(0.5, most)

    @cached_property
    def _cache(self) -> dict[tuple[str, ...], Mapping[tuple[str, ...], float]]:
        return {}

    def _by_fields(self, names: tuple[str, ...]) -> Mapping[tuple[str, ...], float]:
        if names not in self._cache:
            places = [FIELDS.index(name) + 1 for name in names]
            counter: dict[tuple[str, ...], float] = defaultdict(float)
            for combination, count in self.combinations.items():
                values = (combination[place] for place in places)
                counter[(combination[0], *values)] += count
            self._cache[names] = counter
        return self._cache[names]

    def to_json(self, *, fewest: int = 1) -> str:
        """Text to be kept; combinations of fewer records than ``fewest`` are left."""
        return json.dumps(
            {
                "size": self.size,
                "partners": self.partners,
                "lots": self.lots,
                "combinations": [
                    [*combination, count]
                    for combination, count in self.combinations.items()
                    if count >= fewest
                ],
                "signs": self.signs,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, text: str) -> "Population":
        """Read what ``to_json`` wrote."""
        kept = json.loads(text)
        return cls(
            kept["size"],
            {(s, a, b, c, d): n for s, a, b, c, d, n in kept["combinations"]},
            kept["signs"],
            kept["partners"],
            kept.get("lots", LOT_RATE),
        )


class _Loud:
    """Which numbers were told so often that further records of them say nothing new.

    Numbers fall into buckets by a digest; that two of them meet in one bucket and are
    both common is too rare to matter among counts.
    """

    def __init__(self) -> None:
        self.times = bytearray(BUCKETS)

    def has_said_enough(self, record: Described) -> bool:
        """Count a record; tell whether its number and make were told ``LOUDEST`` times."""
        if UNREAD in record.key:
            return False
        place = crc32(f"{record.key}|{record.make}".encode()) % BUCKETS
        if self.times[place] >= LOUDEST:
            return True
        self.times[place] += 1
        return False


def _sign_bits(sign: str, counter: Mapping[str, float]) -> float:
    kinds = 10 if sign.isdigit() else 23
    total = sum(counter.values())
    if not total:
        return DIGIT_BITS if sign.isdigit() else LETTER_BITS
    share = (counter.get(sign, 0) + SMOOTHING) / (total + SMOOTHING * kinds)
    return -log2(share)


def typical(size: int = 1_000_000) -> Population:
    """A population of which nothing but the size is known."""
    return Population(size)


__all__ = ["FIELDS", "Population", "shape_of", "typical"]
