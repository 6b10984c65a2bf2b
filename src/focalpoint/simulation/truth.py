"""The answer sheet: which record speaks of which gun, and what was planted.

It is written beside the senders' files, never into them, and no database holds it.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from focalpoint.simulation.firearms import Gun
from focalpoint.simulation.happenings import Event, Fired
from focalpoint.simulation.planted import PLANTED


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of one sender's file and the truth about it."""

    sender: str
    table: str
    key: str
    record: str
    jurisdiction: str
    gun: int
    event: str
    errors: tuple[str, ...] = ()


@dataclass(slots=True)
class Truth:
    """Everything that is known of a region and told to nobody in it."""

    guns: Sequence[Gun]
    events: Sequence[Event]
    fired: Sequence[Fired]
    answers: list[Answer] = field(default_factory=list)

    def same(self) -> dict[int, list[Answer]]:
        """Every gun that more than one record speaks of, with these records."""
        found: dict[int, list[Answer]] = {}
        for answer in self.answers:
            if answer.gun:
                found.setdefault(answer.gun, []).append(answer)
        return {gun: rows for gun, rows in found.items() if len(rows) > 1}

    def planted(self) -> dict[str, list[str]]:
        """Code of each emergence to the numbers of its events, in order of time."""
        found: dict[str, list[str]] = {entry.code: [] for entry in PLANTED}
        for event in self.events:
            if event.planted:
                found[event.planted].append(event.number)
        return found

    def series(self) -> dict[str, list[Fired]]:
        """Ballistic series: what was fired from one gun."""
        found: dict[str, list[Fired]] = {}
        for row in self.fired:
            if row.series:
                found.setdefault(row.series, []).append(row)
        return found

    def write(self, folder: Path) -> None:
        """Write the answer sheet as CSV files."""
        folder.mkdir(parents=True, exist_ok=True)
        _write(
            folder / "records.csv",
            (
                "sender",
                "table",
                "key",
                "record",
                "jurisdiction",
                "gun",
                "event",
                "errors",
            ),
            (
                (
                    a.sender,
                    a.table,
                    a.key,
                    a.record,
                    a.jurisdiction,
                    a.gun or "",
                    a.event,
                    " ".join(a.errors),
                )
                for a in self.answers
            ),
        )
        _write(
            folder / "firearms.csv",
            (
                "gun",
                "make",
                "model",
                "type",
                "calibre",
                "actual_calibre",
                "serial",
                "year",
                "origin_class",
                "lot",
            ),
            (
                (
                    g.id,
                    g.model.make,
                    g.model.model,
                    g.type,
                    g.model.calibre,
                    g.actual_calibre,
                    g.serial,
                    g.year or "",
                    g.origin,
                    g.lot,
                )
                for g in self.guns
            ),
        )
        _write(
            folder / "events.csv",
            (
                "event",
                "jurisdiction",
                "incident",
                "date",
                "reported",
                "lat",
                "lon",
                "place",
                "origin",
                "transit",
                "destination",
                "crossing",
                "planted",
            ),
            (
                (
                    e.number,
                    e.jurisdiction,
                    e.incident,
                    e.day,
                    e.reported,
                    e.lat,
                    e.lon,
                    e.place.name,
                    *e.route,
                    e.crossing,
                    e.planted,
                )
                for e in self.events
            ),
        )
        _write(
            folder / "series.csv",
            ("series", "item", "event", "jurisdiction", "gun", "kind", "received"),
            (
                (
                    code,
                    row.number,
                    row.event,
                    row.jurisdiction,
                    row.gun.id,
                    row.kind,
                    row.received,
                )
                for code, rows in sorted(self.series().items())
                for row in rows
            ),
        )
        _write(
            folder / "planted.csv",
            ("code", "kind", "title", "jurisdictions", "first_month", "events"),
            (
                (
                    p.code,
                    p.kind,
                    p.title,
                    " ".join(p.jurisdictions),
                    p.start,
                    " ".join(self.planted()[p.code]),
                )
                for p in PLANTED
            ),
        )


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
