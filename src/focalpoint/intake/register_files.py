"""The file of a reference register: read, mapped like any import, refused early."""

import hashlib
import itertools
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from uuid import uuid4

from django.conf import settings

from focalpoint.intake import fields, files
from focalpoint.intake.models import Profile
from focalpoint.interop import counts, headings, mapping, profiles, proposal, tables
from focalpoint.interop.cells import Cells
from focalpoint.interop.cells import text as as_text
from focalpoint.interop.limits import MIB, Limits
from focalpoint.interop.mapping import Mapping
from focalpoint.interop.tables import Table
from focalpoint.values.errors import BadInput

# A national register is larger than any file of cases.
LIMITS = Limits(upload=8192 * MIB, unpacked=16_384 * MIB, cells=200_000_000)
SAMPLED = 50_000  # rows from which a mapping is proposed
RECORD = "firearm"
HEADED, MOSTLY = 0.6, 0.7  # likeness of a heading; share of rows with their own number
NEEDED = f"{RECORD}.serial"


@dataclass(frozen=True, slots=True)
class Extract:
    """A file that can be loaded: its table, and what its columns become."""

    path: Path
    file: str
    digest: str
    sheet: str
    table: Table
    mapping: Mapping
    notes: tuple[str, ...] = ()


def open_file(
    path: Path,
    *,
    name: str = "",
    given: Mapping | None = None,
    key: Sequence[str] = (),
    sheet: str = "",
) -> Extract:
    """Read the head of an extract and settle its mapping; refuse what cannot be used.

    A given mapping is fitted to the columns; otherwise the proposal is taken when it
    leaves no doubt.
    """
    shown = files.plain_name(name or path.name)
    if not path.is_file():
        raise BadInput("there is no file %(file)s", file=str(path))
    table = _table(path, shown, sheet)
    found, notes = (given, []) if given else _proposed(table, shown)
    if key:
        found = replace(found, key=tuple(key))
    names = [column.name for column in table.columns]
    if found.record != RECORD:
        raise BadInput(
            "the mapping makes records of the type %(type)s; a register of weapons "
            "needs firearm",
            type=found.record,
        )
    fitted = mapping.check(found, names, fields.fields_for(RECORD))
    if not fitted.column_of(NEEDED):
        raise BadInput(
            "no column of %(file)s is the serial number (its columns: %(columns)s): "
            "give a mapping that says which one is %(field)s",
            file=shown,
            columns=", ".join(names)[:300],
            field=NEEDED,
        )
    if not fitted.key:
        notes.append(
            "no column was recognised as the register's own number: entries are known "
            "by their whole content, and a corrected row is another entry"
        )
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Extract(path, shown, digest, sheet, table, fitted, tuple(notes))


def reopen(path: Path, file: str, digest: str, sheet: str, text: str) -> Extract:
    """Return an extract whose load has begun, to go on with it."""
    if not path.is_file():
        raise BadInput(
            "the file %(file)s is no longer at its place: put it back, or remove this "
            "edition",
            file=str(path),
        )
    table = _table(path, file, sheet)
    return Extract(path, file, digest, sheet, table, mapping.load(text, file))


def of_profile(profile: Profile) -> Mapping:
    """Return the saved mapping of a sender."""
    return mapping.load(profile.mapping, f"the mapping of {profile.name}")


def keep(source: Path, name: str) -> Path:
    """Copy a file that was sent to where the worker reads it."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    endings = "".join(PurePosixPath(files.plain_name(name)).suffixes[-2:])
    target = folder / f"{uuid4()}{endings[:20]}"
    shutil.copyfile(source, target)
    target.chmod(0o600)
    return target


def drop(path: str) -> None:
    """Delete a file that ``keep`` has copied; files of others stay where they are."""
    if path and Path(path).parent == _folder():
        Path(path).unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.HOME) / "registers"


def _table(path: Path, shown: str, sheet: str) -> Table:
    found = tables.read(path, name=shown, sheet=sheet, limits=LIMITS)
    if len(found) > 1:
        raise BadInput(
            "%(file)s has several sheets with data (%(sheets)s): name the one to load",
            file=shown,
            sheets=", ".join(table.name for table in found)[:200],
        )
    return found[0]


def _proposed(table: Table, shown: str) -> tuple[Mapping, list[str]]:
    head = replace(table, sheet=replace(table.sheet, rows=_head(table)))
    why = counts.reason(head, profiles.profiles(head))
    if why:
        raise counts.refuse(table, why)
    made = proposal.propose(head, fields.fields_for(RECORD))
    if made.doubts:
        raise BadInput(
            "%(file)s: %(doubt)s (give a mapping)",
            file=shown,
            doubt=str(made.doubts[0]),
        )
    found = made.mapping
    if not found.key:
        found = replace(found, key=_own_number(head))
    used = ", ".join(f"{use.column} = {use.field}" for use in found.uses if use.field)
    key = ", ".join(found.key) or "the content of the whole row"
    return found, [f"the proposed mapping is used: {used}; number: {key}"]


def _own_number(table: Table) -> tuple[str, ...]:
    """Return the column headed as a number, though some rows lack it or repeat it."""
    scores = {
        place: headings.likeness(column.text or column.name, "key").score
        for place, column in enumerate(table.columns)
    }
    best = max(scores, key=scores.__getitem__, default=None)
    if best is None or scores[best] < HEADED:
        return ()
    texts = [as_text(row.cells[best]) for row in table.rows()]
    if len({text for text in texts if text}) < MOSTLY * len(texts):
        return ()
    return (table.columns[best].name,)


def _head(table: Table) -> Callable[[], Iterator[Cells]]:
    return lambda: itertools.islice(table.sheet.rows(), SAMPLED)
