"""How registers of the region spell makes and calibres: a table with its own sources.

It is kept apart from the alias tables of ``focalpoint.values`` on purpose: the reader
of a made-up register must not know the words of its writer in advance.
"""

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Model(NamedTuple):
    """One row of ``models.csv``: what is made, how it is numbered, how common it is.

    ``licit`` and ``illicit`` are relative weights in registries and in seizures.
    ``pattern`` describes the serial number: ``9`` a digit, ``A`` a Latin capital,
    ``a`` a Latin small letter, ``Ж`` and ``А`` (Cyrillic) a Cyrillic capital; any
    other sign stands for itself. It is empty where nothing is ever marked.
    """

    make: str
    model: str
    type: str
    action: str
    calibre: str
    country: str
    pattern: str
    first: int
    last: int
    licit: float
    illicit: float
    origin: str


@cache
def models() -> tuple[Model, ...]:
    """Every model the simulation knows, in the order of the file."""
    return tuple(
        Model(
            make=row["make"],
            model=row["model"],
            type=row["type"],
            action=row["action"],
            calibre=row["calibre"],
            country=row["country"],
            pattern=row["pattern"],
            first=int(row["first"] or 0),
            last=int(row["last"] or 0),
            licit=float(row["licit"]),
            illicit=float(row["illicit"]),
            origin=row["origin"],
        )
        for row in _rows("models.csv")
    )


@cache
def spellings(name_of: str) -> dict[str, tuple[str, ...]]:
    """For ``make`` or ``calibre``: canonical name to the other ways it is written."""
    return {
        row["name"]: tuple(row["spellings"].split("|"))
        for row in _rows("spellings.csv")
        if row["list"] == name_of
    }


@cache
def model_variants(model: str) -> tuple[str, ...]:
    """Ways in which offices write one model name."""
    bare = model.replace(" ", "").replace("-", "")
    spaced = model.replace("-", " ")
    forms = (model.upper(), bare, spaced, f"mod. {model}", model.lower(), bare.upper())
    return tuple(dict.fromkeys(form for form in forms if form != model)) or (model,)


def _rows(name: str) -> list[dict[str, str]]:
    text = files("focalpoint.simulation").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
