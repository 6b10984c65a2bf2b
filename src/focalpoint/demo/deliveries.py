"""The senders' files through the intake, as a focal point receives them.

A person maps a sender's first delivery, of which nothing is stored; the whole delivery
is then recognised and imported, like any later one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from focalpoint.accounts.models import Unit
from focalpoint.intake import (
    actions,
    fields,
    opening,
    register_files,
    registers,
    running,
)
from focalpoint.intake.models import Batch
from focalpoint.interop import mapping as mappings
from focalpoint.interop import tables
from focalpoint.records.models import RegisterEdition
from focalpoint.simulation import files, senders
from focalpoint.simulation.files import Sheet
from focalpoint.simulation.observers import Table
from focalpoint.values.errors import BadInput

FIRST_ROWS = 12
# Registries of more rows than this together are consulted, not kept as records.
RECORDED = 100_000
# Tables that refer to each other come together; the unit is that of the receiver.
TOGETHER = (
    ("registry", ("registry",), "registry"),
    ("losses", ("losses",), "registry"),
    (
        "police",
        ("events", "persons", "firearms", "ammunition", "explosives", "items"),
        "",
    ),
    ("border", ("seizures",), "border"),
    ("customs", ("cases", "parcels", "finds"), "customs"),
)


def deliver(
    written: Sequence[Table],
    folder: Path,
    units: dict[str, Unit],
    users: dict[str, Any],
) -> Iterator[Batch]:
    """Import every file of the region; gives each import when it is done."""
    first, whole = folder / "first", folder / "files"
    first.mkdir(exist_ok=True)
    consulted = {id(table) for table in _consulted(written)}
    filled = [table for table in written if table.rows and id(table) not in consulted]
    short = [replace(table, rows=table.rows[:FIRST_ROWS]) for table in filled]
    sheets = files.write(short, first)
    for code in dict.fromkeys(_jurisdiction(sheet) for sheet in sheets):
        by = users[_analyst(code)]
        own = [sheet for sheet in sheets if _jurisdiction(sheet) == code]
        for _name, wanted, office in TOGETHER:
            sent = [sheet for sheet in own if sheet.table in wanted]
            unit = units[f"{code}-{office}" if office else code]
            if sent:
                introduce(sent, first, by=by, unit=unit)
                yield receive({s.file: whole / s.file for s in sent}, by=by, unit=unit)


def consult(
    written: Sequence[Table],
    folder: Path,
    units: dict[str, Unit],
    users: dict[str, Any],
) -> Iterator[RegisterEdition]:
    """Load large registries as reference registers; gives each when it is done."""
    heads, whole = folder / "heads", folder / "files"
    heads.mkdir(exist_ok=True)
    short = [replace(t, rows=t.rows[:FIRST_ROWS]) for t in _consulted(written)]
    for sheet in files.write(short, heads):
        code = _jurisdiction(sheet)
        by, unit = users[_analyst(code)], units[f"{code}-registry"]
        mapping = mappings.load(senders.mapping(sheet), sheet.table)
        extract = register_files.open_file(whole / sheet.file, given=mapping)
        edition = registers.begin(extract, mapping.source, by=by, unit=unit)
        yield registers.run(edition, by=by, extract=extract)


def _consulted(written: Sequence[Table]) -> list[Table]:
    found = [table for table in written if table.name == "registry"]
    return found if sum(len(table.rows) for table in found) > RECORDED else []


def introduce(sheets: Sequence[Sheet], folder: Path, *, by: Any, unit: Unit) -> None:
    """Map the tables of a sender once, from its first delivery; store no record."""
    known = {(s.file, s.sheet or s.file.removesuffix(".csv")): s for s in sheets}
    for name in dict.fromkeys(sheet.file for sheet in sheets):
        found = tables.read(folder / name)
        for table in found:
            sheet = known[name, table.name]
            mapping = mappings.load(senders.mapping(sheet), sheet.table)
            columns = [column.name for column in table.columns]
            fitted = mappings.check(mapping, columns, fields.fields_for(mapping.record))
            layout = opening.signature(table, table.name if len(found) > 1 else "")
            actions.keep_layout(mapping.source, fitted, layout, by=by, unit=unit)


def receive(sent: dict[str, Path], *, by: Any, unit: Unit) -> Batch:
    """Check and import files whose layout is known, or whose proposal is clear."""
    batch = actions.open_batch([(p, n) for n, p in sent.items()], by=by, unit=unit)
    batch = actions.start(batch, Batch.Status.CHECKING, by=by)
    batch = running.check(batch, by=by)
    batch = actions.start(batch, Batch.Status.RUNNING, by=by)
    batch = running.carry_on(batch, by=by)
    if batch.status != Batch.Status.DONE:
        raise BadInput(
            "the demonstration's file %(file)s could not be imported: %(reason)s",
            file=", ".join(sent),
            reason=batch.reason,
        )
    return batch


def _jurisdiction(sheet: Sheet) -> str:
    return sheet.sender.rpartition("-")[2]


def _analyst(code: str) -> str:
    return "analyst" if code == "rs" else f"analyst-{code}"
