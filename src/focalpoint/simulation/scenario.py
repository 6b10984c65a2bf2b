"""A whole region from one seed: its senders' files and its answer sheet."""

import csv
import datetime
from dataclasses import dataclass, field
from pathlib import Path

from focalpoint.simulation import files, marks, observers, pictures, region, senders
from focalpoint.simulation.lives import Lives
from focalpoint.simulation.observers import Table
from focalpoint.simulation.region import LAST_DAY, Size
from focalpoint.simulation.truth import Answer, Truth


@dataclass(slots=True)
class Scenario:
    """What happened, what was written of it, and how the two belong together."""

    seed: int
    size: Size
    last: datetime.date
    lives: Lives
    photos: set[str]
    tables: list[Table] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

    @property
    def truth(self) -> Truth:
        """The answer sheet."""
        lives = self.lives
        return Truth(lives.armoury.guns, lives.events, lives.fired, self.answers)

    def write(self, folder: Path) -> list[files.Sheet]:
        """Write the senders' files to ``files`` and the answer sheet to ``truth``.

        Returns
        -------
        list of files.Sheet
            Where each table lies and what its columns are called.
        """
        sent = folder / "files"
        sent.mkdir(parents=True, exist_ok=True)
        marks.write_scans(self.lives, sent / "scans")
        if not self.tables:
            self.observe()
        sheets = files.write(self.tables, sent)
        senders.write_mappings(sheets, folder / "mappings")
        gone = {"removed", "unreadable"}
        scored = {a.key for a in self.answers if gone & set(a.errors)}
        pictures.write_pictures(self.lives, sent / "photographs", self.photos, scored)
        self.truth.write(folder / "truth")
        _write_sheets(sheets, folder / "truth" / "columns.csv")
        return sheets

    def observe(self) -> None:
        """Let the offices write down what they saw."""
        self.tables, self.answers = observers.observe(self.lives, self.photos)


def build(seed: int, size: str = "small", last: datetime.date = LAST_DAY) -> Scenario:
    """Let six years happen.

    Parameters
    ----------
    seed : int
        The same seed, size and last day give the same bytes.
    size : {"tiny", "small", "large"}
        About 280, 3,000 or 36,000 events with 500, 5,000 or 60,000 firearms, and
        1,500, 20,000 or 1,000,000 rows in the registries.
    last : date
        The last day; the six years end with it.
    """
    chosen = region.size_named(size)
    lives = Lives(seed, chosen, last)
    lives.live()
    marks.choose(lives, chosen.scans)
    photos = pictures.chosen_items(lives, chosen.pictures)
    return Scenario(seed, chosen, last, lives, photos)


def _write_sheets(sheets: list[files.Sheet], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["sender", "table", "file", "sheet", "key", "heading"])
        for sheet in sheets:
            for key, text in sheet.headings:
                place = (sheet.sender, sheet.table, sheet.file, sheet.sheet)
                writer.writerow([*place, key, text])
