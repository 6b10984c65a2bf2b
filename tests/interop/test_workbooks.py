"""Workbooks: merged cells, typed cells, several sheets; hostile ones refused."""

import datetime
import io
import zipfile

import openpyxl
import pytest
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from focalpoint.interop import tables
from focalpoint.interop.cells import text
from focalpoint.interop.limits import MIB, Limits
from focalpoint.values.errors import BadInput


@pytest.fixture
def save(tmp_path):
    def saved(book, name="register.xlsx"):
        path = tmp_path / name
        book.save(path)
        return path

    return saved


def office_workbook():
    """As offices send them: title, groups, header in row 4, a case over three guns."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Zaplene 2021"
    sheet["A1"] = "Pregled zaplenjenog oružja"
    sheet.merge_cells("A1:F1")
    sheet["C3"] = "Oružje"
    sheet.merge_cells("C3:E3")
    header = ["Br. predmeta", "Datum", "Marka", "Serijski broj", "Ispravno", "Napomena"]
    for column, name in enumerate(header, 1):
        sheet.cell(4, column, name)
    for column in range(1, 7):
        sheet.cell(5, column, column)
    guns = [("Zastava", 846483, True), ("Glock", "0012345", False), ("CZ", None, None)]
    sheet["A6"] = "KN 7/21"
    sheet["B6"] = datetime.datetime(2021, 5, 26)
    for line, (make, serial, works) in enumerate(guns, 6):
        sheet.cell(line, 3, make)
        sheet.cell(line, 4, serial)
        sheet.cell(line, 5, works)
    sheet.merge_cells("A6:A8")
    sheet.merge_cells("B6:B8")
    return book


def test_the_header_is_found_and_merged_cells_hold_for_every_row(save):
    [table] = tables.read(save(office_workbook()))
    assert (table.header_row, table.first_row) == (4, 6)
    assert [column.group for column in table.columns] == ["", "", *["Oružje"] * 3, ""]
    rows = list(table.rows())
    assert [text(row.cells[0]) for row in rows] == ["KN 7/21"] * 3
    assert [text(row.cells[1]) for row in rows] == ["2021-05-26"] * 3


def test_a_serial_kept_as_a_number_has_no_decimal_point_and_text_keeps_its_zeros(save):
    [table] = tables.read(save(office_workbook()))
    assert [text(row.cells[3]) for row in table.rows()] == ["846483", "0012345", ""]
    assert [row.cells[4] for row in table.rows()] == [True, False, None]


def test_a_text_formula_without_result_is_opened(save):
    book = openpyxl.Workbook()
    for row in (["serial", "make"], ["A1", "CZ"], ['="0012345"', "Glock"]):
        book.active.append(row)
    [table] = tables.read(save(book))
    assert [row.cells[0] for row in table.rows()] == ["A1", "0012345"]


def test_each_sheet_with_data_is_a_table_and_one_can_be_asked_for(save):
    book = openpyxl.Workbook()
    book.active.append(["serial", "make"])
    book.active.append(["A1", "CZ"])
    second = book.create_sheet("Second")
    second.append(["serial", "make"])
    second.append(["B2", "Glock"])
    hidden = book.create_sheet("Hidden")
    hidden.append(["code", "meaning"])
    hidden.append(["x", "y"])
    hidden.sheet_state = "hidden"
    book.create_sheet("Empty")
    path = save(book)
    assert [table.name for table in tables.read(path)] == ["Sheet", "Second"]
    [asked] = tables.read(path, sheet="second")
    assert next(asked.rows()).cells == ("B2", "Glock")
    with pytest.raises(BadInput, match="its sheets are: Sheet, Second"):
        tables.read(path, sheet="Third")


def test_an_opendocument_table_is_read(tmp_path):
    document = OpenDocumentSpreadsheet()
    table = Table(name="Oružje")
    document.spreadsheet.addElement(table)
    for serial, make, day in [
        ("Serijski broj", "Marka", None),
        ("A 1", "CZ", "2021-05-01"),
    ]:
        line = TableRow()
        table.addElement(line)
        for value in (serial, make):
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=value))
            line.addElement(cell)
        cell = (
            TableCell(valuetype="date", datevalue=day)
            if day
            else TableCell(valuetype="string")
        )
        cell.addElement(P(text=day or "Datum"))
        line.addElement(cell)
    path = tmp_path / "register.ods"
    document.save(str(path))
    [found] = tables.read(path)
    assert [row.cells for row in found.rows()] == [
        ("A 1", "CZ", datetime.date(2021, 5, 1))
    ]


def packed(path, **more):
    """A copy of a workbook with members added or replaced."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(path) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in more:
                new.writestr(name, old.read(name))
        for name, content in more.items():
            new.writestr(name, content)
    path.write_bytes(out.getvalue())
    return path


SHEET = "xl/worksheets/sheet1.xml"
DTD = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'
FAR = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
    b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
)


@pytest.mark.parametrize(
    ("member", "content", "said"),
    [
        ("xl/bomb.xml", b"<a>" + b"0" * 30_000_000, "times its size"),
        ("xl/vbaProject.bin", b"x", "macros"),
        ("xl/macrosheets/sheet1.xml", b"<x/>", "macros"),
        (SHEET, DTD, "document type definition"),
        (SHEET, DTD.decode().encode("utf-16"), "document type definition"),
        (SHEET, FAR, "so far apart"),
        ("../../etc/cron.d/x", b"x", "outside its folder"),
        ("C:\\windows\\x", b"x", "outside its folder"),
    ],
)
def test_a_hostile_workbook_is_not_opened(save, member, content, said):
    path = packed(save(office_workbook()), **{member: content})
    with pytest.raises(BadInput, match=said):
        tables.read(path)


def test_too_many_members_and_too_large_an_upload_are_refused(save):
    path = save(office_workbook())
    with pytest.raises(BadInput, match="files inside"):
        tables.read(path, limits=Limits(members=3))
    with pytest.raises(BadInput, match="at most 0 MB are accepted"):
        tables.read(path, limits=Limits(upload=1000))
    with pytest.raises(BadInput, match="would unpack to"):
        tables.read(path, limits=Limits(unpacked=MIB // 200))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_workbook_is_refused(save, share):
    path = save(office_workbook())
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(BadInput, match="damaged or cut off"):
        tables.read(path)


def test_a_workbook_under_a_wrong_name_is_refused(save):
    path = save(office_workbook())
    with pytest.raises(BadInput, match="is an Excel workbook"):
        tables.read(path, name="zaplene.csv")
    with pytest.raises(BadInput, match="macros"):
        tables.read(path, name="zaplene.xlsm")


@pytest.mark.parametrize("garbage", [b"\x00" * 600, b"\xff" * 4000])
def test_a_broken_old_workbook_is_refused(tmp_path, garbage):
    path = tmp_path / "register.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + garbage)
    with pytest.raises(BadInput, match="damaged or cut off"):
        tables.read(path)


def test_a_refusal_names_the_file_as_it_was_sent(tmp_path):
    path = tmp_path / "0.xlsx"
    path.write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(BadInput, match=r"^seizures\.xlsx "):
        tables.read(path, name="seizures.xlsx")
