"""Firearms and entries of registers, compared by SQL; one kind of ``at_large``."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Sum

from focalpoint.engines.resolution import batch
from focalpoint.engines.resolution.candidates import Sides
from focalpoint.identity import counted
from focalpoint.identity.rules import LEAST
from focalpoint.records import candidates
from focalpoint.records.candidates import Candidate, described
from focalpoint.records.models import Firearm, RegisterEdition, RegisterEntry

# A record that is looked up costs as much as a hundred that a run reads: the more so
# where an import brings consecutive numbers, each a misreading of many others.
SHARE = 0.01
MEMORY = "4GB"
# Bits below what is asked: every pair is weighed again, with counts of its own, and the
# engine's estimate of how many partners a record has may shift all weights by ten bits.
SLACK = 14.0
MOST = 10  # pairs of one record
ENTRY = "#"  # before the number of an entry; firearms are named by their keys alone
TEXTS = ", ".join(f"'{name}': 'VARCHAR'" for name in ("rid", *batch.COLUMNS))


def among() -> int:
    """Return how many records are read to compare everything."""
    editions = RegisterEdition.objects.filter(state=RegisterEdition.State.CURRENT)
    entries = editions.aggregate(all=Sum("entries"))["all"] or 0
    return Firearm.objects.count() + entries


def find(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield each firearm with each of its candidates, the likeliest first."""
    guns = _write(folder / "a.csv", _guns_named())
    entries = _write(folder / "b.csv", _entries_named())
    options = batch.Options(threshold=LEAST - SLACK, top=MOST)
    parts = [folder / "within.csv"]
    with batch.connect(folder, memory=MEMORY) as connection:
        _load(connection, "a", folder / "a.csv")
        batch.link(connection, Sides("a", "a"), options, parts[0], _silent)
        if entries and guns:
            _load(connection, "b", folder / "b.csv")
            parts.append(folder / "across.csv")
            batch.link(connection, Sides("a", "b"), options, parts[1], _silent)
    for part in parts:
        with part.open(encoding="utf-8", newline="") as file:
            yield from _both_ways(csv.DictReader(file))


def read(names: Iterable[str]) -> dict[str, Candidate]:
    """Return candidates by their names, without what is gone since."""
    guns, entries = [], []
    for name in names:
        if name.startswith(ENTRY):
            entries.append(int(name.removeprefix(ENTRY)))
        else:
            guns.append(UUID(name))
    return {**_guns(guns), **_entries(entries)}


def _silent(text: str) -> None:
    """Say nothing: the run itself tells how far it is."""


def _both_ways(rows: Iterable[Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    for row in rows:
        one, other = row["id_a"], row["id_b"]
        yield one, other
        if not other.startswith(ENTRY):
            yield other, one


def _write(path: Path, rows: Iterator[tuple[str, Any]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("rid", *batch.COLUMNS))
        for name, record in rows:
            writer.writerow((count, name, *_texts(record)))
            count += 1
    return count


def _texts(record: Any) -> tuple[str, ...]:
    """Return the columns of the engine as a record states them."""
    if isinstance(record, RegisterEntry):
        return (
            record.serial,
            record.make or record.make_read,
            record.model,
            record.calibre or record.calibre_read,
            record.type or record.type_read,
            record.country,
            record.year,
        )
    read = record.as_read
    return (
        record.serial,
        record.make or str(read.get("make", "")),
        record.model,
        record.calibre or str(read.get("calibre", "")),
        record.type or str(read.get("type", "")),
        record.country_of_manufacture,
        str(record.year_of_manufacture or ""),
    )


def _load(connection: Any, side: str, path: Path) -> None:
    """Read records that ``_write`` wrote, in its dialect.

    What is not said would be guessed from the first rows, and a first comma in quotes
    may stand behind them.
    """
    names = ", ".join(f"coalesce({name}, '') AS {name}" for name in batch.COLUMNS)
    connection.execute(
        f"CREATE OR REPLACE TABLE raw_{side} AS "  # noqa: S608 - names of our own
        f"SELECT CAST(rid AS BIGINT) AS rid, {names} "
        "FROM read_csv(?, header = true, all_varchar = true, auto_detect = false, "
        f"columns = {{{TEXTS}}}, delim = ',', quote = '\"', escape = '\"') "
        "ORDER BY 1",
        [str(path)],
    )


def _guns_named() -> Iterator[tuple[str, Any]]:
    for gun in counted.firearms():
        yield str(gun.pk), gun


def _entries_named() -> Iterator[tuple[str, Any]]:
    for entry in counted.entries():
        yield f"{ENTRY}{entry.pk}", entry


def _guns(keys: list[UUID]) -> dict[str, Candidate]:
    rows = Firearm.objects.select_related("unit").filter(
        pk__in=keys, withdrawn_at=None, is_complete=True
    )
    return {
        str(gun.pk): Candidate(candidates.FIREARM, gun, described(gun), 0)
        for gun in (rows if keys else ())
    }


def _entries(keys: list[int]) -> dict[str, Candidate]:
    rows = RegisterEntry.objects.filter(pk__in=keys) if keys else ()
    return {
        f"{ENTRY}{entry.pk}": Candidate(candidates.ENTRY, entry, described(entry), 0)
        for entry in rows
    }
