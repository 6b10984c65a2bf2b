"""The senders' files as they would arrive: CSV in many shapes, and workbooks.

Each registry writes its own language, script, encoding and delimiter; the police send
workbooks with title rows; border police, customs and laboratories have lists of their
own. Every file says that its data are invented.
"""

import csv
import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import xlsxwriter

from focalpoint.simulation import region, scripts
from focalpoint.simulation.observers import Row, Table
from focalpoint.simulation.region import Jurisdiction

# A workbook's date has no zone.
CREATED = datetime.datetime(2020, 1, 1)  # noqa: DTZ001
IJEKAVIAN = {
    "Mesto": "Mjesto",
    "Vrsta mesta": "Vrsta mjesta",
    "Smer uvijanja": "Smjer uvijanja",
    "Povezano delo": "Povezano djelo",
}
"""Headings that differ where the same language says *ije* and *je* for *e*."""
DATES = {"al": "%d/%m/%Y", "xk": "%Y-%m-%d"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where one table of a sender lies: file, sheet, headings of its columns."""

    sender: str
    table: str
    file: str
    sheet: str
    headings: tuple[tuple[str, str], ...]
    """Pairs of the key of a column and its heading in the file."""
    rows: int


def write(tables: Sequence[Table], folder: Path) -> list[Sheet]:
    """Write every table of every sender; says where each one lies."""
    sheets: list[Sheet] = []
    for here in region.JURISDICTIONS:
        own = [t for t in tables if t.sender.endswith(f"-{here.code}")]
        for table in own:
            if not table.sender.startswith("police"):
                sheets.append(_plain(here, table, folder))
        police = [t for t in own if t.sender.startswith("police")]
        if police:
            sheets.extend(_workbook(here, police, folder))
    return sheets


def heading(key: str, here: Jurisdiction) -> str:
    """The heading of a column as the offices of a jurisdiction write it."""
    text = _headings(here.tongue, here.script)[key]
    return IJEKAVIAN.get(text, text) if here.locale in {"bs", "cnr"} else text


def title(table: str, here: Jurisdiction) -> str:
    """The title line of a police sheet, which says that the data are invented."""
    return f"{heading(f'title:{table}', here)} ({heading('invented', here)})"


@cache
def _headings(tongue: str, script: str) -> dict[str, str]:
    text = files("focalpoint.simulation").joinpath("headings.csv").read_text("utf-8")
    table = {row["key"]: row[tongue] for row in csv.DictReader(text.splitlines())}
    if script == "latn" and tongue == "sr":
        return {key: scripts.to_latin(word) for key, word in table.items()}
    return table


def _names(table: Table, here: Jurisdiction) -> tuple[tuple[str, str], ...]:
    # Customs offices of the region exchange their lists in English.
    if table.sender.startswith("customs"):
        english = _headings("en", "latn")
        return tuple((key, english[key]) for key in table.columns)
    return tuple((key, heading(key, here)) for key in table.columns)


def _plain(here: Jurisdiction, table: Table, folder: Path) -> Sheet:
    """A CSV file in the encoding, delimiter and date style of the jurisdiction."""
    names = _names(table, here)
    registry = table.sender.startswith("registry")
    encoding = here.encoding if registry else "utf-8"
    delimiter = here.delimiter if registry else ","
    name = f"{table.sender}-{table.name}.csv"
    comma = delimiter == ";"
    style = DATES.get(here.code, "%d.%m.%Y")
    with (folder / name).open(
        "w", encoding=encoding, newline="", errors="replace"
    ) as out:
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
        writer.writerow([label for _, label in names])
        writer.writerows(
            [_text(row.get(key, ""), style, comma=comma) for key, _ in names]
            for row in table.rows
        )
    return Sheet(table.sender, table.name, name, "", names, len(table.rows))


def _text(value: object, style: str, *, comma: bool) -> str:
    if isinstance(value, datetime.date):
        return _day(value, style)
    if isinstance(value, float):
        return f"{value}".replace(".", ",") if comma else f"{value}"
    return str(value)


@cache
def _day(value: datetime.date, style: str) -> str:
    return value.strftime(style)


def _workbook(here: Jurisdiction, tables: Iterable[Table], folder: Path) -> list[Sheet]:
    """A workbook as the police send it: a title in merged cells, then the data."""
    tables = list(tables)
    name = f"{tables[0].sender}.xlsx"
    sheets = []
    book = xlsxwriter.Workbook(folder / name, {"constant_memory": False})
    book.set_properties({"created": CREATED, "comments": "invented data"})
    bold = book.add_format({"bold": True})
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    for table in tables:
        names = _names(table, here)
        label = heading(f"sheet:{table.name}", here)
        sheet = book.add_worksheet(label)
        sheet.merge_range(0, 0, 0, len(names) - 1, title(table.name, here), bold)
        for column, (_, text) in enumerate(names):
            sheet.write_string(2, column, text, bold)
        for line, row in enumerate(table.rows, 3):
            for column, (key, _) in enumerate(names):
                _cell(sheet, line, column, row.get(key, ""), day, line % 11 == 0)
        sheets.append(
            Sheet(table.sender, table.name, name, label, names, len(table.rows))
        )
    book.close()
    return sheets


def _cell(
    sheet: xlsxwriter.worksheet.Worksheet,
    line: int,
    column: int,
    value: object,
    day: xlsxwriter.format.Format,
    typed: bool,  # noqa: FBT001 - every eleventh line was typed by hand
) -> None:
    if isinstance(value, datetime.date) and not typed:
        sheet.write_datetime(line, column, value, day)
    elif isinstance(value, datetime.date):
        sheet.write_string(line, column, value.strftime("%d.%m.%Y."))
    elif isinstance(value, int | float):
        sheet.write_number(line, column, value)
    elif value:
        sheet.write_string(line, column, str(value))


def columns(rows: Sequence[Row]) -> set[str]:
    """The keys that any of the rows fills."""
    return {key for row in rows for key, value in row.items() if value != ""}
