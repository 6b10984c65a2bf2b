"""Seven jurisdictions with their places, crossings and offices, and how they write.

Everything comes from one seed: the same seed, size and last day give the same bytes.
"""

import csv
import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from focalpoint.values.errors import BadInput

LAST_DAY = datetime.date(2025, 12, 31)
YEARS = 6


class Jurisdiction(NamedTuple):
    """One jurisdiction: how much of everything it has, and how its offices write.

    ``locale`` is the language of its senders' files, ``tongue`` the column of the word
    tables it comes from, ``encoding`` and ``delimiter`` those of its registry's CSV.
    """

    code: str
    locale: str
    tongue: str
    script: str
    encoding: str
    delimiter: str
    events: float
    registry: float
    dirt: float
    neighbours: tuple[str, ...]


JURISDICTIONS = (
    Jurisdiction(
        "al", "sq", "sq", "latn", "utf-8", ",", 0.16, 0.05, 1.1, ("me", "xk", "mk")
    ),
    Jurisdiction(
        "ba", "bs", "sr", "latn", "cp1250", ";", 0.17, 0.18, 1.0, ("rs", "me")
    ),
    Jurisdiction(
        "xk",
        "sq",
        "sq",
        "latn",
        "utf-8-sig",
        ";",
        0.12,
        0.04,
        0.9,
        ("al", "mk", "rs", "me"),
    ),
    Jurisdiction(
        "me",
        "cnr",
        "sr",
        "latn",
        "utf-8",
        "\t",
        0.08,
        0.08,
        1.0,
        ("rs", "ba", "al", "xk"),
    ),
    Jurisdiction(
        "mk", "mk", "mk", "cyrl", "cp1251", ";", 0.11, 0.10, 1.0, ("rs", "xk", "al")
    ),
    Jurisdiction(
        "rs",
        "sr",
        "sr",
        "cyrl",
        "utf-8-sig",
        ";",
        0.28,
        0.50,
        0.9,
        ("ba", "me", "mk", "xk"),
    ),
    Jurisdiction("md", "ro", "ro", "latn", "utf-8", ",", 0.08, 0.05, 1.2, ()),
)


class Place(NamedTuple):
    """A town; ``name`` is its local name in Latin letters."""

    jurisdiction: str
    name: str
    lat: float
    lon: float
    population: int


class Crossing(NamedTuple):
    """A border crossing: the side it belongs to and the other one."""

    name: str
    jurisdiction: str
    other: str
    lat: float
    lon: float
    type: str


@dataclass(frozen=True, slots=True)
class Size:
    """How much of a region: events, registry rows, and planted events as a factor."""

    events: int
    registry: int
    planted: float
    scans: int
    pictures: int


SIZES: Mapping[str, Size] = {
    "tiny": Size(events=280, registry=1_500, planted=0.4, scans=4, pictures=4),
    "small": Size(events=2_840, registry=20_000, planted=1.0, scans=12, pictures=40),
    "large": Size(
        events=35_400, registry=1_000_000, planted=3.0, scans=12, pictures=40
    ),
}


def size_named(name: str) -> Size:
    """The size of that name."""
    if name not in SIZES:
        raise BadInput(
            "there is no size %(name)s; give one of %(names)s",
            name=name,
            names=", ".join(SIZES),
        )
    return SIZES[name]


def jurisdiction(code: str) -> Jurisdiction:
    """The jurisdiction of that code."""
    return next(row for row in JURISDICTIONS if row.code == code)


def first_day(last: datetime.date) -> datetime.date:
    """The first day of the six years that end with ``last``."""
    day = last + datetime.timedelta(days=1)
    return datetime.date(day.year - YEARS, day.month, 1)


@cache
def places(code: str) -> tuple[Place, ...]:
    """The towns of one jurisdiction, largest first."""
    return tuple(
        Place(
            row["jurisdiction"],
            row["name"],
            float(row["lat"]),
            float(row["lon"]),
            int(row["population"]) or 5_000,
        )
        for row in _rows("places.csv")
        if row["jurisdiction"] == code
    )


@cache
def crossings(code: str) -> tuple[Crossing, ...]:
    """The border crossings that one jurisdiction guards."""
    rows = []
    for row in _rows("crossings.csv"):
        here, other = row["sides"].split("-")
        if here == code:
            lat, lon = float(row["lat"]), float(row["lon"])
            rows.append(Crossing(row["name"], here, other, lat, lon, row["type"]))
    return tuple(rows)


@cache
def _rows(name: str) -> list[dict[str, str]]:
    text = files("focalpoint.simulation").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
