"""Draws by chance: how many, where, what kind of event."""

import math
import random
from bisect import bisect
from functools import cache
from itertools import accumulate

from focalpoint.simulation import region
from focalpoint.simulation.happenings import Kind, kinds
from focalpoint.simulation.region import Place


def poisson(chance: random.Random, expected: float) -> int:
    """A Poisson draw; a rounded normal one where many are expected."""
    if expected > 60:
        return max(0, round(chance.gauss(expected, math.sqrt(expected))))
    limit, product, count = math.exp(-expected), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


def town(chance: random.Random, code: str) -> Place:
    """A town, the larger the likelier."""
    sums = _town_sums(code)
    return region.places(code)[bisect(sums, chance.random() * sums[-1])]


def drawn(chance: random.Random) -> Kind:
    """A kind of event, by its weight."""
    rows, sums = _kind_sums()
    return rows[bisect(sums, chance.random() * sums[-1])]


@cache
def _town_sums(code: str) -> list[float]:
    return list(accumulate(math.sqrt(p.population) for p in region.places(code)))


@cache
def _kind_sums() -> tuple[tuple[Kind, ...], list[float]]:
    rows = tuple(kinds().values())
    return rows, list(accumulate(kind.weight for kind in rows))


def guns_of(chance: random.Random, mean: float) -> int:
    """How many guns: at least one where more than one is usual; long upper tail."""
    if mean < 1:
        return int(chance.random() < mean)
    count = 1
    while chance.random() < (mean - 1) / mean:
        count += 1
    return min(count, 30)


def linked_crime(chance: random.Random, kind: Kind) -> str:
    """The crime beside which guns were found, or none."""
    if kind.incident in {"seizure", "smuggling"} and chance.random() < 0.35:
        return chance.choices(
            ("drugs", "organised_crime", "goods_smuggling", "migrant_smuggling"),
            (50, 20, 20, 10),
        )[0]
    return {"robbery": "robbery", "domestic_violence": "domestic_violence"}.get(
        kind.incident, ""
    )
