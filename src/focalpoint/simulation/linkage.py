"""Linkage sets of any size: the same gun written down several times, with its truth.

Made for measuring: a million records in seconds, five million within minutes, because
every step works on whole arrays. The kinds and rates of dirt are those met in real
seizure registers; three levels of it are offered. What was done to each record is kept
as a set of error bits, so that recall can be printed for every class of error.

Notes
-----
Numbers follow their maker, not the model, some are low, and makers and models are many:
so numbers that are alike by chance do not bring equal models with them, as they did
when every model had a pattern of its own; that had made linkage look harder than it is.

Published for 1,000,000 records of the middle level (pairs, precision and recall): equal
typed serial and equal make 0.41 and 0.19; equal light key, make and calibre 0.74 and
0.23. Here, from 500,000 records: 0.42 and 0.20; 0.74 and 0.22. The script
``benchmarks/linkage.py`` measures it; the tests hold it to the figures for 50,000.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from focalpoint.simulation.linkage_dirt import serial_text
from focalpoint.simulation.linkage_guns import Guns, guns_of
from focalpoint.simulation.linkage_levels import (
    ERRORS,
    LEVELS,
    WIDTH,
    Ints,
    Level,
    Random,
)
from focalpoint.simulation.linkage_words import vocabulary, written
from focalpoint.values.errors import BadInput

CHUNK = 250_000


@dataclass(frozen=True, slots=True)
class LinkageSet:
    """Records with their truth; every array has shape (R,), R the number of records.

    Columns of text are kept as numbers into tables until they are asked for: five
    million records take about one gigabyte.
    """

    serials: NDArray[np.str_]
    makes: Ints
    models: Ints
    calibres: Ints
    types: Ints
    gun: Ints
    """Truth: the physical firearm."""
    clone: Ints
    """Truth: group of guns that carry one number; 0 where there is none."""
    lot: Ints
    """Truth: group of guns with consecutive numbers; 0 where there is none."""
    errors: Ints
    """Truth: one bit for each of ``ERRORS``."""
    true_model: Ints
    """Truth: row of ``linkage_words.catalogue()``."""

    def __len__(self) -> int:
        return len(self.gun)

    def column(self, name: str) -> NDArray[np.str_]:
        """One column as text: serial, make, model, calibre or type."""
        if name == "serial":
            return self.serials
        words = vocabulary()
        codes = {
            "make": self.makes,
            "model": self.models,
            "calibre": self.calibres,
            "type": self.types,
        }[name]
        return np.asarray(getattr(words, name)[codes])

    def error_names(self, record: int) -> list[str]:
        """What was done to one record."""
        bits = int(self.errors[record])
        return [name for bit, name in enumerate(ERRORS) if bits >> bit & 1]

    def write(self, records: Path, truth: Path | None = None) -> None:
        """Write the records as CSV and, in a file of its own, their truth."""
        names = ("make", "model", "calibre", "serial", "type")
        with records.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(["id", *names])
            for part in _chunks(len(self)):
                columns = [self._part(name, part) for name in names]
                numbers = range(part.start, part.stop)
                writer.writerows(zip(numbers, *columns, strict=True))
        if truth is not None:
            self._write_truth(truth)

    def _part(self, name: str, part: slice) -> list[str]:
        if name == "serial":
            return [str(text) for text in self.serials[part].tolist()]
        words = vocabulary()
        codes = getattr(self, f"{name}s")[part]
        return [str(text) for text in getattr(words, name)[codes].tolist()]

    def _write_truth(self, path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(["id", "gun", "clone", "lot", "errors"])
            for part in _chunks(len(self)):
                named = [
                    " ".join(self.error_names(i))
                    for i in range(*part.indices(len(self)))
                ]
                columns = [c[part].tolist() for c in (self.gun, self.clone, self.lot)]
                numbers = range(part.start, part.stop)
                writer.writerows(zip(numbers, *columns, named, strict=True))


def linkage_set(records: int, *, seed: int, level: str = "middle") -> LinkageSet:
    """Records of guns of which some were written down two or three times.

    Parameters
    ----------
    records : int
        Number of records; about 0.82 guns to a record.
    seed : int
        The same seed gives the same bytes.
    level : {"low", "middle", "high"}
        ``low`` has a quarter of the middle dirt; ``high`` has the middle rates with
        the removed and blank numbers, clones and lots of real seizure registers.
    """
    random, dirt = _start(seed, level, records)
    copies = 1.2198623
    guns = guns_of(max(1, round(records / copies)), random, dirt)
    counts = random.choice([1, 2, 3], size=len(guns), p=(0.8198, 0.1405, 0.0397))
    owner = np.repeat(np.arange(len(guns)), counts)
    if len(owner) < records:
        extra = random.integers(0, len(guns), records - len(owner))
        owner = np.concatenate([owner, extra])
    owner = random.permutation(owner)[:records]
    return _observe(guns, owner, random, dirt)


def trace_set(
    registered: int, recovered: int, *, seed: int, level: str = "middle"
) -> tuple[LinkageSet, LinkageSet]:
    """A register, kept with a quarter of the dirt, and recoveries at ``level``.

    Seven in ten of the recovered guns stand in the register, each once.
    """
    random, dirt = _start(seed, level, registered + recovered)
    known = round(recovered * 0.7)
    if known > registered:
        raise BadInput(
            "a register of %(registered)s guns is too small for %(recovered)s "
            "recoveries; make it larger",
            registered=registered,
            recovered=recovered,
        )
    guns = guns_of(registered + recovered - known, random, dirt)
    order = random.permutation(registered)
    register = _observe(guns, order, random, LEVELS["low"])
    found = np.concatenate(
        [
            random.choice(registered, size=known, replace=False),
            np.arange(registered, registered + recovered - known),
        ]
    )
    return register, _observe(guns, random.permutation(found), random, dirt)


def _start(seed: int, level: str, records: int) -> tuple[Random, Level]:
    if level not in LEVELS:
        raise BadInput(
            "there is no level %(level)s of dirt; give one of %(levels)s",
            level=level,
            levels=", ".join(LEVELS),
        )
    if records < 1:
        raise BadInput("a set needs at least one record, not %(n)s", n=records)
    return np.random.default_rng([seed, 20]), LEVELS[level]


def _chunks(size: int) -> Iterator[slice]:
    for start in range(0, size, CHUNK):
        yield slice(start, min(size, start + CHUNK))


def _observe(guns: Guns, owner: Ints, random: Random, dirt: Level) -> LinkageSet:
    """Write each gun of ``owner`` down once, with the dirt of one level."""
    size = len(owner)
    serials = np.empty(size, f"<U{WIDTH}")
    columns = {
        name: np.empty(size, np.int64) for name in ("make", "model", "calibre", "type")
    }
    errors = np.zeros(size, np.int64)
    for part in _chunks(size):
        true = guns.model[owner[part]]
        text, errors[part] = serial_text(
            guns.serial[owner[part]], guns.length[owner[part]], random, dirt
        )
        serials[part] = text
        for name, column in columns.items():
            column[part], touched = written(name, true, random, dirt)
            if name in ERRORS:
                errors[part] |= touched.astype(np.int64) << ERRORS.index(name)
    return LinkageSet(
        serials,
        columns["make"],
        columns["model"],
        columns["calibre"],
        columns["type"],
        owner.astype(np.int64),
        guns.clone[owner],
        guns.lot[owner],
        errors,
        guns.model[owner],
    )
