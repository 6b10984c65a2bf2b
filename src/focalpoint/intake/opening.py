"""From files to the tables of an import, each with the mapping to begin with."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from focalpoint.intake import fields, files, kinds, linking, returned
from focalpoint.intake.models import Batch, BatchTable, Profile
from focalpoint.interop import counts, mapping, profiles, proposal, tables
from focalpoint.interop.mapping import Mapping
from focalpoint.interop.profiles import Profile as Column
from focalpoint.interop.proposal import Proposal
from focalpoint.interop.tables import Table
from focalpoint.values.errors import BadInput

PROTECTED = "other_party"


def examine(
    batch: Batch,
    sent: Sequence[tuple[Path, str]],
    *,
    profile: Profile | None = None,
    mapping: Mapping | None = None,
    sheet: str = "",
) -> list[BatchTable]:
    """Read every file and propose what becomes of its tables."""
    found: list[tuple[BatchTable, Table]] = []
    for position, (path, name) in enumerate(sent):
        shown = files.plain_name(name)
        stored, digest = files.keep(batch, path, shown, position)
        kept = files.folder(batch) / stored
        for table in tables.read(kept, name=shown, sheet=sheet):
            row = BatchTable(
                batch=batch,
                file=shown,
                stored=stored,
                digest=digest,
                sheet="" if table.name == table.file else table.name,
                header_row=table.header_row,
            )
            files.remember(row, table)
            found.append((row, table))
    given = mapping or (load(profile) if profile else None)
    if given is not None:
        _apply(found, given, profile)
    else:
        found = _propose(found, batch)
    for position, (row, table) in enumerate(found):
        row.position = position
        row.proposal["headings"] = [column.name for column in table.columns]
    return [row for row, _table in found]


def fitted(row: BatchTable, wanted: Mapping) -> Mapping:
    """Fit a mapping to a table of an import; what cannot fit is refused."""
    table = files.table_of(row)
    return mapping.check(
        wanted,
        [column.name for column in table.columns],
        fields.fields_for(wanted.record),
    )


def load(profile: Profile) -> Mapping:
    """Return the mapping of a sender."""
    found = mapping.load(profile.mapping, f"the mapping of {profile.name}")
    return replace(found, source=profile.name)


def signature(table: Table, sheet: str = "") -> str:
    """Return what a layout is recognised by when its sender sends again.

    ``sheet`` is given where one file has several tables, which may look alike.
    """
    text = sheet + "|" + mapping.signature([column.name for column in table.columns])
    return hashlib.sha256(text.encode()).hexdigest()


def _apply(
    found: list[tuple[BatchTable, Table]], given: Mapping, profile: Profile | None
) -> None:
    if given.sheet:
        found[:] = [(r, t) for r, t in found if given.sheet in (t.name, "")] or found
    for row, table in found:
        _refuse_counts(table)
        names = [column.name for column in table.columns]
        checked = mapping.check(given, names, fields.fields_for(given.record))
        checked = _with_kind(checked, table)
        row.record, row.mapping = given.record, mapping.dump(checked)
        row.source = (profile.name if profile else given.source) or _sender(row)
        row.proposal = {"signature": _signature(row, found), "how": "given"}


def _propose(
    found: list[tuple[BatchTable, Table]], batch: Batch
) -> list[tuple[BatchTable, Table]]:
    refused: list[BadInput] = []
    kept: list[tuple[BatchTable, Table, Proposal | None]] = []
    for row, table in found:
        if returned.is_own(table):
            row.record = returned.record_type(table)
            own = Mapping(row.record, key=("id",), source=returned.SOURCE)
            row.mapping, row.source = mapping.dump(own), returned.SOURCE
            row.proposal = {"how": "own"}
            kept.append((row, table, None))
            continue
        known = _known(batch, _signature(row, found, table))
        if known is not None:
            _apply([(row, table)], load(known), known)
            row.proposal = {"signature": known.signature, "how": "known"}
            kept.append((row, table, None))
            continue
        columns = profiles.profiles(table)
        why = counts.reason(table, columns)
        if why:
            refused.append(counts.refuse(table, why))
            continue
        proposed = best_proposal(table, columns)
        if proposed.counts:
            refused.append(counts.refuse(table, proposed.counts))
            continue
        kept.append((row, table, proposed))
        _fill(row, table, proposed)
        row.proposal["signature"] = _signature(row, found, table)
    if not kept:
        raise refused[0]
    if len(kept) > 1:
        kept = linking.join(kept)
    for row, _table, _proposed in kept:
        row.source = row.source or _free_name(batch, _sender(row))
    if len({row.file for row, _t, _p in kept}) == 1 and len(kept) > 1:
        kept = _same_layout_or_best(kept)
    return [(row, table) for row, table, _proposed in kept]


def best_proposal(table: Table, found: dict[str, Column]) -> Proposal:
    """Propose a mapping for the record type that explains the columns best."""
    best = proposal.draft(table, found, fields.fields_for("firearm"))
    if best.is_clear and any(
        use.field in ("firearm.serial", "firearm.calibre", "firearm.make")
        for use in best.mapping.uses
    ):
        return _completed(best, table)
    best_score = _strength(best)
    for code in fields.IMPORTED:
        if code in ("firearm", "link", "report"):
            continue
        other = proposal.draft(table, found, fields.fields_for(code), record=code)
        score = _strength(other)
        if score > best_score * 1.1 and not _lacks_substance(other):
            best, best_score = other, score
    return _completed(best, table)


def _completed(found: Proposal, table: Table) -> Proposal:
    keyed = proposal.with_key(table, found)
    return replace(keyed, mapping=_with_kind(keyed.mapping, table))


def _with_kind(found: Mapping, table: Table) -> Mapping:
    """Say which occasion a table of firearms tells of, unless a column does."""
    path = "firearm.kind"
    if found.record != "firearm" or found.column_of(path) or path in found.constants:
        return with_defaults(found)
    kind = kinds.kind_of(table, found.column_of("firearm.event_date"))
    return replace(found, constants={**found.constants, path: kind})


def with_defaults(found: Mapping) -> Mapping:
    """Say what every record must have where no column does.

    Persons whose category in the case is not told are protected like witnesses until
    somebody says more.
    """
    path = "person.led_category"
    if found.record != "person" or found.column_of(path) or path in found.constants:
        return found
    return replace(found, constants={path: PROTECTED, **found.constants})


def _strength(found: Proposal) -> float:
    return sum(s.score for s in found.suggestions if s.field) - (
        1.0 if _lacks_substance(found) else 0.0
    )


def _lacks_substance(found: Proposal) -> bool:
    return any(doubt.code == "nothing_recognised" for doubt in found.doubts)


def _fill(row: BatchTable, table: Table, found: Proposal) -> None:
    row.record = found.mapping.record
    row.mapping = mapping.dump(found.mapping)
    row.proposal = {
        "how": "proposed",
        "key": found.key.how,
        "doubts": [_plain(doubt) for doubt in found.doubts],
        "notes": [_plain(note) for note in table.notes],
        "columns": [
            {
                "column": s.column,
                "field": s.field,
                "score": round(s.score, 2),
                "reasons": [_plain(reason) for reason in s.reasons],
                "others": [list(other) for other in s.others],
            }
            for s in found.suggestions
        ],
    }


def _same_layout_or_best(
    kept: list[tuple[BatchTable, Table, Proposal | None]],
) -> list[tuple[BatchTable, Table, Proposal | None]]:
    """Of several sheets, those about objects: legends and notes are left out."""
    good = [
        item
        for item in kept
        if item[2] is None or not _lacks_substance(item[2]) or item[0].record == "link"
    ]
    return good or kept[:1]


def _signature(
    row: BatchTable, found: list[tuple[BatchTable, Table]], table: Table | None = None
) -> str:
    same_file = [item for item in found if item[0].stored == row.stored]
    own = table or next(item[1] for item in found if item[0] is row)
    return signature(own, own.name if len(same_file) > 1 else "")


def _known(batch: Batch, wanted: str) -> Profile | None:
    """The sender of this unit who has sent the same columns before."""
    return (
        Profile.objects.filter(unit=batch.unit, signature=wanted)
        .order_by("-updated_at")
        .first()
    )


def _refuse_counts(table: Table) -> None:
    why = counts.reason(table, profiles.profiles(table))
    if why:
        raise counts.refuse(table, why)


def _sender(row: BatchTable) -> str:
    """A name for a sender of whom nothing else is known: what the file is called."""
    stem = PurePosixPath(row.file).name.partition(".")[0]
    name = " ".join(stem.replace("_", " ").split())
    return (f"{name}: {row.sheet}" if row.sheet and row.sheet != stem else name)[:90]


def _free_name(batch: Batch, wanted: str) -> str:
    name, number = wanted, 2
    while Profile.objects.filter(name=name).exists():
        name, number = f"{wanted} ({number})", number + 1
    return name


def _plain(note: Any) -> dict[str, Any]:
    return {"code": note.code, "message": note.message, "params": note.params}
