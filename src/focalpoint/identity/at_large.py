"""Candidates of all records at once, for runs too large to look each record up.

The engine compares everything with everything by SQL and writes the pairs into a file
of the run; the run then weighs and raises them slice by slice like any other. A run
that was killed finds the file whole or makes it again.
"""

import csv
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Sum

from focalpoint.engines.resolution import batch
from focalpoint.engines.resolution.candidates import Sides
from focalpoint.identity import counted
from focalpoint.identity.models import Run
from focalpoint.identity.rules import LEAST
from focalpoint.records import candidates
from focalpoint.records.candidates import Candidate, Candidates, described
from focalpoint.records.models import Firearm, RegisterEdition, RegisterEntry

LARGE = 200  # records to compare from which this can be quicker
# A record that is looked up costs as much as a hundred that a run reads: the more so
# where an import brings consecutive numbers, each a misreading of many others.
SHARE = 0.01
MEMORY = "4GB"
# Bits below what is asked: every pair is weighed again, with counts of its own, and the
# engine's estimate of how many partners a record has may shift all weights by ten bits.
SLACK = 14.0
MOST = 10  # pairs of one record
GUN, ENTRY = "f", "e"
PAIRS = "pairs.sqlite3"
TEXTS = ", ".join(f"'{name}': 'VARCHAR'" for name in ("rid", *batch.COLUMNS))
Say = Callable[[str], None]


def pays(records: int) -> bool:
    """Tell whether to compare everything at once, rather than look so many up."""
    if records < LARGE:
        return False
    editions = RegisterEdition.objects.filter(state=RegisterEdition.State.CURRENT)
    entries = editions.aggregate(all=Sum("entries"))["all"] or 0
    return records >= SHARE * (Firearm.objects.count() + entries)


class Looked:
    """The candidates of every record of a run, read from its file slice by slice."""

    def __init__(self, path: Path) -> None:
        self.pairs = sqlite3.connect(f"file:{path}?mode=ro", uri=True)

    def close(self) -> None:
        """Let go of the file."""
        self.pairs.close()

    def of(self, guns: Sequence[Firearm]) -> dict[UUID, Candidates]:
        """Return the candidates of some records, as look-ups would."""
        names = self._named(guns)
        wanted = {name for each in names.values() for name in each}
        found = {
            **_guns([UUID(name[1:]) for name in wanted if name.startswith(GUN)]),
            **_entries([int(name[1:]) for name in wanted if name.startswith(ENTRY)]),
        }
        return {
            pk: Candidates(
                tuple(found[name] for name in dict.fromkeys(each) if name in found)
            )
            for pk, each in names.items()
        }

    def _named(self, guns: Sequence[Firearm]) -> dict[UUID, list[str]]:
        """Return the names of the candidates of each record, the likeliest first."""
        asked = {f"{GUN}{gun.pk}": gun.pk for gun in guns}
        marks = ", ".join("?" * len(asked))
        rows = self.pairs.execute(
            f"SELECT one, other FROM pair WHERE one IN ({marks}) "  # noqa: S608 - marks
            "ORDER BY place",
            list(asked),
        )
        found: dict[UUID, list[str]] = {pk: [] for pk in asked.values()}
        for one, other in rows:
            found[asked[one]].append(other)
        return found


def look_up(run: Run, say: Say) -> Looked:
    """Return the candidates of a run; find them first where no file holds them."""
    folder = folder_of(run)
    pairs = folder / PAIRS
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
    _keep(folder, parts)
    for path in (*parts, *(folder / n for n in ("a.csv", "b.csv", "link.duckdb"))):
        path.unlink(missing_ok=True)


def _keep(folder: Path, parts: Sequence[Path]) -> None:
    """Put the pairs where those of one record are found without reading all of them."""
    whole = folder / "pairs.part"
    kept = sqlite3.connect(whole)
    try:
        kept.execute("PRAGMA journal_mode = OFF")
        kept.execute("PRAGMA synchronous = OFF")
        kept.execute("CREATE TABLE pair (place INTEGER PRIMARY KEY, one, other)")
        for part in parts:
            with part.open(encoding="utf-8", newline="") as file:
                kept.executemany(
                    "INSERT INTO pair (one, other) VALUES (?, ?)",
                    _both_ways(csv.DictReader(file)),
                )
        kept.execute("CREATE INDEX pair_one ON pair (one)")
        kept.commit()
    finally:
        kept.close()
    whole.rename(folder / PAIRS)


def _both_ways(rows: Iterable[Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    for row in rows:
        one, other = row["id_a"], row["id_b"]
        yield one, other
        if other.startswith(GUN):
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
