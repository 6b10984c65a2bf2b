"""Rows of a register's extract that were not loaded, back to whoever sent them."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import xlsxwriter
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from focalpoint.accounts.access import has_read, may, require
from focalpoint.audit import actions as audit
from focalpoint.intake import returning
from focalpoint.intake.models import RejectedEntry
from focalpoint.records.models import Register, RegisterEdition
from focalpoint.values.errors import BadInput

KEPT = 100_000  # rows of one edition; whoever sends worse extracts sees why in these
KEPT_FOR = timedelta(days=90)  # time enough to put them right and send them again
CELL = 2000  # letters of a cell that are kept
WORDS = {
    "no_key": gettext_noop("The register’s own number is empty."),
    "duplicate_key": gettext_noop(
        "The register’s own number stands in an earlier row already."
    ),
    "no_object": gettext_noop(
        "Neither a serial number nor make, model, calibre or type is given."
    ),
    "repeated_header": gettext_noop("The row repeats the headings."),
}
Stage = RegisterEdition.State


def rows_of(
    edition: RegisterEdition, rejected: Sequence[tuple[int, Sequence[str], str]]
) -> list[RejectedEntry]:
    """Return what is kept of some rejected rows: number, cells, reason."""
    return [
        RejectedEntry(
            edition=edition,
            number=number,
            reason=reason,
            cells=[text[:CELL] for text in cells],
        )
        for number, cells, reason in rejected
    ]


def forget_former(register: Register) -> None:
    """Remove the rejected rows of editions that nobody will mend any more.

    Those of the edition in use stay, and those of the last one that was refused.
    """
    refused = register.editions.filter(state=Stage.REFUSED).order_by("-number").first()
    kept = {register.current_id, refused.pk if refused else None}
    loading = register.editions.filter(state=Stage.LOADING).values_list("pk", flat=True)
    former = RejectedEntry.objects.filter(edition__register=register)
    former.exclude(edition__in=[pk for pk in (*kept, *loading) if pk]).delete()


def forget_old() -> int:
    """Remove rows whose edition ended long ago; return how many."""
    old = RejectedEntry.objects.filter(
        edition__finished_at__lt=timezone.now() - KEPT_FOR
    )
    return old.delete()[0]


def with_rows(
    register: Register, editions: Sequence[RegisterEdition], *, by: Any
) -> set[int]:
    """Return which editions of a register have rejected rows that a person may have."""
    if not may(by, "intake.import", register):
        return set()
    open_to_all = has_read(by, register)
    own = [one.pk for one in editions if open_to_all or one.by_id == by.pk]
    rows = RejectedEntry.objects.filter(edition__in=own)
    return set(rows.values_list("edition", flat=True).distinct().order_by())


def workbook(edition: RegisterEdition, path: Path, *, by: Any) -> int:
    """Write the rejected rows with their reasons into a workbook; return how many.

    Put right and sent again, the rows load; the column of reasons is none of the
    register's and is left out.
    """
    require(by, "intake.import", on=edition.register)
    # Whoever sent the rows has them; others read the restriction (H3) before.
    if edition.by_id != getattr(by, "pk", None) and not has_read(by, edition.register):
        raise PermissionDenied("the restriction of this register is to be read first")
    rows = RejectedEntry.objects.filter(edition=edition)
    count = rows.count()
    if not count:
        raise BadInput(
            "no rejected rows of edition %(number)s of %(name)s are kept",
            number=edition.number,
            name=edition.register.name,
        )
    options = {"constant_memory": True, **returning.PLAIN}
    with xlsxwriter.Workbook(str(path), options) as book:
        title = _("Rejected")[: returning.TITLE]
        columns = edition.report.get("headings", [])
        returning.write_sheet(book, title, columns, _told(rows))
    audit.write(
        "registers.return",
        by=by,
        on=edition.register,
        detail={"edition": edition.number, "rows": count},
    )
    return count


def _told(rows: Any) -> Iterator[tuple[list[str], int, str]]:
    for row in rows.iterator(chunk_size=2000):
        yield row.cells, row.number, _(WORDS[row.reason])
