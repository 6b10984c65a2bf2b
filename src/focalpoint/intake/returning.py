"""Rejected rows back to their sender: the same columns, the reasons in a last one."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from focalpoint.intake import files
from focalpoint.intake.models import Batch, BatchTable, Row

TITLE = 31  # longest title of a sheet
PLAIN = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
FORBIDDEN = str.maketrans("[]:*?/\\", "       ")


def workbook(batch: Batch, state: str = Row.State.REJECTED) -> bytes:
    """Return a workbook of the rejected rows, a sheet for each table that has any.

    Cells are written as text, so that nothing in them is taken for a formula and no
    serial number for a number; put right and sent again, the file imports.
    """
    out = io.BytesIO()
    titles: set[str] = set()
    with xlsxwriter.Workbook(out, {"in_memory": True, **PLAIN}) as book:
        for table in batch.tables.all():
            rows = table.shown_rows.filter(state=state)
            if rows.exists():
                told = (
                    (row.cells, row.number, reasons(row)) for row in rows.iterator()
                )
                write_sheet(book, _title(table, titles), headings(table), told)
        if not titles:
            book.add_worksheet(_("Nothing was rejected")[:TITLE])
    return out.getvalue()


def write_sheet(
    book: Any,
    title: str,
    columns: Sequence[str],
    rows: Iterable[tuple[Sequence[str], int, str]],
) -> None:
    """Write rows as they came, each with its number and the reasons."""
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@", "valign": "top"})
    reason = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(title)
    sheet.set_column(0, len(columns), 16, text)
    sheet.set_column(len(columns) + 1, len(columns) + 1, 80, reason)
    sheet.freeze_panes(1, 0)
    for place, name in enumerate([*columns, _("Row"), _("Reasons")]):
        sheet.write_string(0, place, name, head)
    for line, (cells, number, why) in enumerate(rows, 1):
        for place, cell in enumerate(cells):
            if cell:
                sheet.write_string(line, place, cell, text)
        sheet.write_number(line, len(columns), number)
        sheet.write_string(line, len(columns) + 1, why, reason)


def reasons(row: Row) -> str:
    """Return why a row cannot be stored, in the language of the reader."""
    return "\n".join(said(problem) for problem in row.problems if problem["rejects"])


def said(problem: dict[str, Any]) -> str:
    """Return a problem as a sentence in the language of the reader."""
    sentence = _(problem["message"]) % problem["params"]
    column = problem.get("column")
    return f"{column}: {sentence}" if column else sentence


def headings(table: BatchTable) -> list[str]:
    """Return the names of a table's columns in order."""
    return table.proposal.get("headings") or [
        column.name for column in files.table_of(table).columns
    ]


def _title(table: BatchTable, titles: set[str]) -> str:
    wanted = (table.sheet or table.file).translate(FORBIDDEN).strip(" '")[:TITLE] or "1"
    name, number = wanted, 2
    while name.casefold() in titles:
        name, number = f"{wanted[: TITLE - 4]} {number}", number + 1
    titles.add(name.casefold())
    return name
