"""Candidates of all records at once, for runs too large to look each record up.

The engine compares everything with everything by SQL and writes the pairs into a file
of the run; the run then weighs and raises them slice by slice like any other. A run
that was killed finds the file whole or makes it again; what it was at goes with the run.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.conf import settings

from focalpoint.identity import firearms_at_large, persons_at_large
from focalpoint.identity.models import Run
from focalpoint.records.base import Record

LARGE = 200  # records to compare from which this can be quicker
PAIRS = "pairs.sqlite3"


@dataclass(frozen=True)
class Kind:
    """How the records of one type are compared all at once.

    ``among`` says how many records are read for it, ``share`` which part of these is
    looked up as quickly; ``find`` yields pairs of names, each record with all of its
    candidates, and works in a folder that is removed; ``read`` gives by their names the
    candidates that are still there.
    """

    share: float
    among: Callable[[], int]
    find: Callable[[Path], Iterator[tuple[str, str]]]
    read: Callable[[Iterable[str]], Mapping[str, Any]]


KINDS = {
    code: Kind(kind.SHARE, kind.among, kind.find, kind.read)
    for code, kind in (("firearm", firearms_at_large), ("person", persons_at_large))
}


def pays(code: str, records: int) -> bool:
    """Tell whether to compare everything at once, rather than look so many up."""
    kind = KINDS[code]
    return records >= LARGE and records >= kind.share * kind.among()


class Looked:
    """The candidates of every record of a run, read from its file slice by slice."""

    def __init__(self, path: Path, kind: Kind) -> None:
        self.kind = kind
        self.pairs = sqlite3.connect(f"file:{path}?mode=ro", uri=True)

    def close(self) -> None:
        """Let go of the file."""
        self.pairs.close()

    def among(self, records: Iterable[UUID]) -> set[UUID]:
        """Return which records have candidates."""
        return {pk for pk, names in self._named(records).items() if names}

    def of(self, records: Sequence[Record]) -> dict[UUID, list[Any]]:
        """Return the candidates of some records, as look-ups would."""
        names = self._named(record.pk for record in records)
        found = self.kind.read({name for each in names.values() for name in each})
        return {
            pk: [found[name] for name in dict.fromkeys(each) if name in found]
            for pk, each in names.items()
        }

    def _named(self, records: Iterable[UUID]) -> dict[UUID, list[str]]:
        """Return the names of the candidates of each record, the likeliest first."""
        asked = {str(pk): pk for pk in records}
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


def look_up(run: Run) -> Looked:
    """Return the candidates of a run; find them first where no file holds them."""
    kind, folder = KINDS[run.record_type], folder_of(run)
    pairs = folder / PAIRS
    if not pairs.is_file():
        folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        # Its own for each process: two may go on with one run, and neither harms it.
        with TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as work:
            _find(kind, Path(work)).rename(pairs)
    return Looked(pairs, kind)


def forget(run: Run) -> None:
    """Remove the files of a run."""
    shutil.rmtree(folder_of(run), ignore_errors=True)


def folder_of(run: Run) -> Path:
    """Return where the files of a run lie."""
    return settings.HOME / "identity" / str(run.pk)


def _find(kind: Kind, work: Path) -> Path:
    """Put the pairs where those of one record are found without reading all of them."""
    whole = work / PAIRS
    kept = sqlite3.connect(whole)
    try:
        kept.execute("PRAGMA journal_mode = OFF")
        kept.execute("PRAGMA synchronous = OFF")
        kept.execute("CREATE TABLE pair (place INTEGER PRIMARY KEY, one, other)")
        kept.executemany("INSERT INTO pair (one, other) VALUES (?, ?)", kind.find(work))
        kept.execute("CREATE INDEX pair_one ON pair (one)")
        kept.commit()
    finally:
        kept.close()
    return whole
