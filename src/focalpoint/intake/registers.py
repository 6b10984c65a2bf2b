"""Load extracts of reference registers: five million rows, whole or not at all.

Rows go in by portions, each in one short transaction with how far the file is read;
a killed load goes on behind its last portion when the same file is given again.
"""

from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from focalpoint.accounts.models import Unit
from focalpoint.intake import register_files, register_rejected
from focalpoint.intake.models import RejectedEntry
from focalpoint.intake.register_files import Extract
from focalpoint.intake.register_rows import EXAMPLES, REASONS, Entries
from focalpoint.interop import mapping as mappings
from focalpoint.interop.cells import text as as_text
from focalpoint.interop.mapping import Mapping
from focalpoint.jobs import backend
from focalpoint.records import registers
from focalpoint.records.models import Register, RegisterEdition
from focalpoint.values.errors import BadInput

# Rows of one transaction: half a second of SQLite's lock, which others wait for.
PORTIONS = {"sqlite": 4000, "postgresql": 20_000}
TASK = "focalpoint.intake.tasks.load_register"
Stage = RegisterEdition.State
Tell = Callable[[RegisterEdition], None]


def begin(
    extract: Extract,
    name: str,
    *,
    by: Any,
    unit: Unit,
    handling: str = "",
    handling_note: str = "",
) -> RegisterEdition:
    """Make room for a new edition, or return the one of this file that had stopped."""
    register = registers.open_register(
        name, by=by, unit=unit, handling=handling, handling_note=handling_note
    )
    stopped = register.editions.filter(state=Stage.LOADING).first()
    if stopped and stopped.digest == extract.digest:
        return stopped
    return registers.begin(
        register,
        by=by,
        file=extract.file,
        digest=extract.digest,
        mapping=mappings.dump(extract.mapping),
        path=str(extract.path.resolve()),
        sheet=extract.sheet,
    )


def receive(
    path: Path,
    name: str,
    register: str,
    *,
    by: Any,
    unit: Unit,
    given: Mapping | None = None,
    key: Sequence[str] = (),
    sheet: str = "",
    handling: str = "",
    handling_note: str = "",
) -> RegisterEdition:
    """Keep a file that was sent, look whether it can be loaded, tell the worker."""
    kept = register_files.keep(path, name)
    try:
        extract = register_files.open_file(
            kept, name=name, given=given, key=key, sheet=sheet
        )
        edition = begin(
            extract,
            register,
            by=by,
            unit=unit,
            handling=handling,
            handling_note=handling_note,
        )
    except BaseException:
        register_files.drop(str(kept))
        raise
    if edition.path != str(kept.resolve()):  # the same file again: one copy is enough
        register_files.drop(str(kept))
    backend.enqueue(TASK, edition.pk)
    return edition


def run(
    edition: RegisterEdition,
    *,
    by: Any,
    extract: Extract | None = None,
    tell: Tell | None = None,
) -> RegisterEdition:
    """Load an edition from where it stands, show it, and put the former one away.

    A file that turns out not to be usable is refused with the reason, and nothing of
    it stays; a database that fails leaves it to be gone on with.
    """
    if edition.state != Stage.LOADING:
        return edition
    try:
        found = extract or register_files.reopen(
            Path(edition.path),
            edition.file,
            edition.digest,
            edition.sheet,
            edition.mapping,
        )
        _load(edition, found, by=by, tell=tell)
    except BadInput as problem:
        if RegisterEdition.objects.filter(pk=edition.pk, done=edition.done).exists():
            registers.refuse(edition, str(problem), by=by)
            settle(edition)
        raise
    edition = registers.show(edition, by=by)
    registers.bring_up(
        Register.objects.select_related("unit").get(pk=edition.register_id)
    )
    settle(edition)
    return edition


def remove(edition: RegisterEdition, *, by: Any) -> None:
    """Take back an edition whose load has stopped; the one in use stays."""
    if edition.state != Stage.LOADING:
        raise BadInput("Only an edition that is being loaded can be removed.")
    registers.refuse(edition, "", by=by)
    settle(edition)


def settle(edition: RegisterEdition) -> None:
    """Remove what nobody can see any more: entries and the copy of the file."""
    registers.sweep()
    register_rejected.forget_former(Register.objects.get(pk=edition.register_id))
    register_files.drop(edition.path)


def _load(
    edition: RegisterEdition, extract: Extract, *, by: Any, tell: Tell | None
) -> None:
    report = _report(edition)
    entries = Entries(extract.table, extract.mapping, edition.pk)
    rows = entries.rows(edition.done)
    report["headings"] = [
        column.text or column.name for column in extract.table.columns
    ]
    room = register_rejected.KEPT - edition.rejected
    while portion := list(islice(rows, PORTIONS[connection.vendor])):
        good: list[Any] = []
        bad: list[tuple[int, list[str], str]] = []
        for row, entry, reason in portion:
            if entry is not None:
                good.append(entry)
                continue
            _note(report, row.number, reason)
            if len(bad) < room:
                bad.append((row.number, list(map(as_text, row.cells)), reason))
        room -= len(bad)
        report["read"] += len(portion)
        report["entries"] += len(good)
        with transaction.atomic():
            registers.store(edition, good, report["read"], report, by=by)
            kept = register_rejected.rows_of(edition, bad)
            RejectedEntry.objects.bulk_create(kept, batch_size=500)
        if tell:
            tell(edition)
    if not report["entries"]:
        first = report["examples"][0]["reason"] if report["examples"] else "no_object"
        raise BadInput(
            "no row of %(file)s could be loaded (first: %(reason)s): correct the "
            "mapping or ask for another extract",
            file=extract.file,
            reason=REASONS[first],
        )


def _report(edition: RegisterEdition) -> dict[str, Any]:
    """Return the figures so far, which a load that goes on adds to."""
    empty = {"read": 0, "entries": 0, "rejected": 0, "problems": {}, "examples": []}
    return {**empty, **edition.report}


def _note(report: dict[str, Any], row: int, reason: str) -> None:
    report["rejected"] += 1
    report["problems"][reason] = report["problems"].get(reason, 0) + 1
    if len(report["examples"]) < EXAMPLES:
        report["examples"].append({"row": row, "reason": reason})
