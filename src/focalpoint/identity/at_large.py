"""Candidates of all records at once, for runs too large to look each record up.

The engine compares everything with everything by SQL and writes the pairs into a file
of the run; the run then weighs and raises them slice by slice like any other. A run
that was killed finds the file whole or makes it again.
"""

import csv
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from focalpoint.engines.resolution import batch
from focalpoint.engines.resolution.candidates import Sides
from focalpoint.identity import counted
from focalpoint.identity.models import Run
from focalpoint.identity.rules import LEAST
from focalpoint.records import candidates
from focalpoint.records.candidates import Candidate, Candidates, described
from focalpoint.records.models import Firearm, RegisterEntry

LARGE = 2000  # records to compare from which this is quicker
MEMORY = "4GB"
# Bits below what is asked: every pair is weighed again, with counts of its own, and the
# engine's estimate of how many partners a record has may shift all weights by ten bits.
SLACK = 14.0
MOST = 10  # pairs of one record
GUN, ENTRY = "f", "e"
Say = Callable[[str], None]


class Looked:
    """The candidates of every record of a run, read from its file."""

    def __init__(self, path: Path) -> None:
        self.others: dict[str, list[str]] = {}
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                one, other = row["id_a"], row["id_b"]
                self.others.setdefault(one, []).append(other)
                if other.startswith(GUN):
                    self.others.setdefault(other, []).append(one)

    def of(self, guns: Sequence[Firearm]) -> dict[UUID, Candidates]:
        """Return the candidates of some records, as look-ups would."""
        names = {gun.pk: self._names(gun) for gun in guns}
        wanted = {name for each in names.values() for name in each}
        found = {
            **_guns([UUID(name[1:]) for name in wanted if name.startswith(GUN)]),
            **_entries([int(name[1:]) for name in wanted if name.startswith(ENTRY)]),
        }
        return {
            pk: Candidates(tuple(found[name] for name in each if name in found))
            for pk, each in names.items()
        }

    def _names(self, gun: Firearm) -> dict[str, None]:
        return dict.fromkeys(self.others.get(f"{GUN}{gun.pk}", ()))


def look_up(run: Run, say: Say) -> Looked:
    """Return the candidates of a run; find them first where no file holds them."""
    folder = folder_of(run)
    pairs = folder / "pairs.csv"
    if not pairs.is_file():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        try:
            _find(folder, say)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return Looked(pairs)


def forget(run: Run) -> None:
    """Remove the files of a run."""
    shutil.rmtree(folder_of(run), ignore_errors=True)


def folder_of(run: Run) -> Path:
    """Return where the files of a run lie."""
    return settings.HOME / "identity" / str(run.pk)


def _find(folder: Path, say: Say) -> None:
    guns = _write(folder / "a.csv", _described_guns())
    entries = _write(folder / "b.csv", _described_entries())
    parts = [folder / "within.csv"]
    options = batch.Options(threshold=LEAST - SLACK, top=MOST)
    connection = batch.connect(folder, memory=MEMORY)
    try:
        _load(connection, "a", folder / "a.csv")
        batch.link(connection, Sides("a", "a"), options, parts[0], say)
        if entries and guns:
            _load(connection, "b", folder / "b.csv")
            parts.append(folder / "across.csv")
            batch.link(connection, Sides("a", "b"), options, parts[1], say)
    finally:
        connection.close()
    whole = folder / "pairs.part"
    with whole.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("id_a", "id_b"))
        for part in parts:
            with part.open(encoding="utf-8", newline="") as file:
                rows.writerows(
                    (row["id_a"], row["id_b"]) for row in csv.DictReader(file)
                )
            part.unlink()
    for name in ("a.csv", "b.csv", "link.duckdb"):
        (folder / name).unlink(missing_ok=True)
    whole.rename(folder / "pairs.csv")


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
    names = ", ".join(f"coalesce({name}, '') AS {name}" for name in batch.COLUMNS)
    connection.execute(
        f"CREATE OR REPLACE TABLE raw_{side} AS "  # noqa: S608 - names of our own
        f"SELECT CAST(rid AS BIGINT) AS rid, {names} "
        "FROM read_csv(?, header = true, all_varchar = true) ORDER BY 1",
        [str(path)],
    )


def _described_guns() -> Iterator[tuple[str, Any]]:
    guns = Firearm.objects.filter(withdrawn_at=None, is_complete=True).order_by("pk")
    for gun in guns.only(*counted.FIELDS).iterator(chunk_size=counted.CHUNK):
        yield f"{GUN}{gun.pk}", gun


def _described_entries() -> Iterator[tuple[str, Any]]:
    for entry in counted.entries():
        yield f"{ENTRY}{entry.pk}", entry


def _guns(keys: list[UUID]) -> dict[str, Candidate]:
    rows = Firearm.objects.select_related("unit").filter(
        pk__in=keys, withdrawn_at=None, is_complete=True
    )
    return {
        f"{GUN}{gun.pk}": Candidate(candidates.FIREARM, gun, described(gun), 0)
        for gun in (rows if keys else ())
    }


def _entries(keys: list[int]) -> dict[str, Candidate]:
    rows = RegisterEntry.objects.filter(pk__in=keys) if keys else ()
    return {
        f"{ENTRY}{entry.pk}": Candidate(candidates.ENTRY, entry, described(entry), 0)
        for entry in rows
    }
