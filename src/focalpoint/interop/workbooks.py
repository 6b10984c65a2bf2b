"""Spreadsheets: XLSX, XLSB, XLS and ODS, read with calamine after a safety check."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

import python_calamine as calamine

from focalpoint.interop import containers
from focalpoint.interop.cells import Cell, Cells, Sheet, Span
from focalpoint.interop.limits import DEFAULTS, Limits
from focalpoint.values.errors import BadInput

_OVERLAP = 4096
_FAR = re.compile(rb'<c r="(?:[A-Z]{3}\d|[A-Z]{1,2}\d{6})')
_PLACE = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>/]*>')
# A text formula without a stored result, as programs write it that do not calculate.
_BARE_FORMULA = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*><f[^>]*>=?(?:"|&quot;)([^<&"]*)(?:"|&quot;)'
    rb"</f>(?:<v>\s*</v>|<v\s*/>)?</c>"
)


def read(
    path: Path, kind: str, *, name: str = "", limits: Limits = DEFAULTS
) -> list[Sheet]:
    """Open a spreadsheet and return its sheets that have any cell filled.

    Parameters
    ----------
    path : Path
        The file.
    kind : str
        ``xlsx``, ``xlsb``, ``xls`` or ``ods``, as ``containers.kind_of`` says.
    name : str, optional
        What to call it in messages; the path's name if not given.
    limits : Limits
        Bounds on the archive and on the area of a sheet.

    Raises
    ------
    BadInput
        For bombs, macros, document type definitions, passwords, damage, sheets whose
        cells lie too far apart.
    """
    shown = name or path.name
    texts: dict[str, dict[tuple[int, int], str]] = {}
    spans: dict[str, tuple[Span, ...]] = {}
    if kind == "xls":
        if containers.is_encrypted(path):
            raise containers.locked(path)
        if containers.has_old_macros(path):
            containers.refuse_macros(shown)
    elif kind == "ods":
        spans = _check_ods(path, limits)
    else:
        texts = _check_ooxml(path, limits)
    book = _opened(path)
    sheets = []
    for index, about in enumerate(book.sheets_metadata):
        sheet = _guarded(path, book.get_sheet_by_index, index)
        if sheet.start is None:
            continue
        merged = sheet.merged_cell_ranges or ()
        areas = tuple((a, b, c, d) for (a, b), (c, d) in merged)
        sheets.append(
            Sheet(
                name=about.name,
                rows=_Rows(path, sheet, texts.get(about.name, {}), areas, spans),
                spans=areas or spans.get(about.name, ()),
                hidden=about.visible != calamine.SheetVisibleEnum.Visible,
            )
        )
    return sheets


class _Rows:
    """The rows of one sheet, as often as they are asked for."""

    def __init__(
        self,
        path: Path,
        sheet: Any,
        texts: dict[tuple[int, int], str],
        areas: tuple[Span, ...],
        spans: dict[str, tuple[Span, ...]],
    ) -> None:
        self.path, self.sheet, self.texts = path, sheet, texts
        self.tall = {
            (top, left): (bottom, left)
            for top, left, bottom, _ in areas or spans.get(sheet.name, ())
            if bottom > top
        }

    def __call__(self) -> Iterator[Cells]:
        offset = self.sheet.start[1]
        before: tuple[Cell, ...] = (None,) * offset
        running: dict[int, tuple[int, Cell]] = {}
        plain = not self.tall and not self.texts
        for number, row in enumerate(_guarded(self.path, self.sheet.iter_rows)):
            cells = [
                int(cell)
                if type(cell) is float and cell.is_integer() and abs(cell) < 1e15
                else (None if cell == "" else cell)
                for cell in row
            ]
            if plain:
                yield (*before, *cells)
                continue
            yield self._filled(number, [*before, *cells], running)

    def _filled(
        self, number: int, cells: list[Cell], running: dict[int, tuple[int, Cell]]
    ) -> Cells:
        """Fill merged cells downwards, and texts that no program had calculated."""
        for column in range(len(cells)):
            if cells[column] is None:
                cells[column] = self.texts.get((number, column))
            until = running.get(column)
            if until and number <= until[0] and cells[column] is None:
                cells[column] = until[1]
            area = self.tall.get((number, column))
            if area:
                running[column] = (area[0], cells[column])
        return tuple(cells)


def _opened(path: Path) -> Any:
    try:
        return calamine.load_workbook(str(path))
    except calamine.PasswordError as problem:
        raise containers.locked(path) from problem
    except BaseException as problem:
        raise _reading_problem(path, problem) from problem


def _guarded(path: Path, function: Any, *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except BaseException as problem:
        raise _reading_problem(path, problem) from problem


def _reading_problem(path: Path, problem: BaseException) -> BaseException:
    """A panic of the parser is no ``Exception``: it means a damaged file too."""
    ours = isinstance(problem, KeyboardInterrupt | SystemExit | MemoryError)
    return (
        problem if ours or isinstance(problem, BadInput) else containers.damaged(path)
    )


def _check_ooxml(path: Path, limits: Limits) -> dict[str, dict[tuple[int, int], str]]:
    """Look through every part; return text formulas without result, by sheet name."""
    parts = containers.members(path, limits)
    sheets = _sheet_parts(path, {part.filename for part in parts})
    texts: dict[str, dict[tuple[int, int], str]] = {}
    for part in parts:
        title = sheets.get(part.filename)
        found: dict[tuple[int, int], str] = {}
        far, tail, head = False, b"", b""
        for piece in containers.stream(path, part):
            if not head:
                head = piece
                if part.filename.endswith((".xml", ".rels", ".vml")):
                    containers.refuse_document_type(path, part.filename, head)
            if title is not None and part.filename.endswith(".xml"):
                block = tail + piece
                far = far or _FAR.search(block) is not None
                if b"<f" in block:
                    for place in _BARE_FORMULA.finditer(block):
                        spot = (int(place[2]) - 1, _column(place[1]))
                        found[spot] = place[3].decode("utf-8", "replace")
                tail = block[-_OVERLAP:]
        if far:
            _check_area(path, part, limits)
        if title and found:
            texts[title] = found
    return texts


def _check_area(path: Path, part: zipfile.ZipInfo, limits: Limits) -> None:
    """Refuse a sheet whose filled cells span more than memory holds."""
    top, left, bottom, right, tail = 1 << 30, 1 << 30, 0, 0, b""
    for piece in containers.stream(path, part):
        block = tail + piece
        for place in _PLACE.finditer(block):
            row, column = int(place[2]), _column(place[1])
            top, bottom = min(top, row), max(bottom, row)
            left, right = min(left, column), max(right, column)
        tail = block[-64:]
    if bottom and (bottom - top + 1) * (right - left + 1) > limits.cells:
        raise BadInput(
            "%(file)s has cells so far apart that they span %(cells)d million cells: "
            "delete what stands outside the table",
            file=path.name,
            cells=(bottom - top + 1) * (right - left + 1) // 1_000_000,
        )


def _sheet_parts(path: Path, names: set[str]) -> dict[str, str]:
    """Which part holds which sheet: part name to title."""
    with zipfile.ZipFile(path) as archive:
        try:
            book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
            links = archive.read("xl/_rels/workbook.xml.rels").decode(
                "utf-8", "replace"
            )
        except (KeyError, zipfile.BadZipFile, RuntimeError, OSError):
            return {name: "" for name in names if "worksheets/" in name}
    targets = {}
    for link in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", links):
        key, target = (
            re.search(r'\bId="([^"]*)"', link),
            re.search(r'Target="([^"]*)"', link),
        )
        if key and target:
            plain = target[1].removeprefix("/")
            targets[key[1]] = plain if plain.startswith("xl/") else f"xl/{plain}"
    found = {name: "" for name in names if "worksheets/" in name}
    for sheet in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        title, key = (
            re.search(r'\bname="([^"]*)"', sheet),
            re.search(r'\w+:id="([^"]*)"', sheet),
        )
        if title and key and key[1] in targets:
            found[targets[key[1]]] = _unescaped(title[1])
    return found


def _unescaped(text: str) -> str:
    for entity, letter in (
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", '"'),
        ("&apos;", "'"),
    ):
        text = text.replace(entity, letter)
    return text.replace("&amp;", "&")


def _column(name: bytes) -> int:
    index = 0
    for letter in name:
        index = index * 26 + letter - 64
    return index - 1


def _check_ods(path: Path, limits: Limits) -> dict[str, tuple[Span, ...]]:
    """Look through every part; return the merged areas by sheet name."""
    spans: dict[str, tuple[Span, ...]] = {}
    for part in containers.members(path, limits):
        measure = _Measure(path, limits) if part.filename == "content.xml" else None
        head = b""
        for piece in containers.stream(path, part):
            if not head:
                head = piece
                if part.filename.endswith((".xml", ".rdf")):
                    containers.refuse_document_type(path, part.filename, head)
            if measure:
                measure.feed(piece)
        if measure:
            spans = measure.finish()
    return spans


class _Measure:
    """Counts the cells of an OpenDocument table, repeats unrolled, and its spans."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path, self.limits = path, limits
        self.parser = expat.ParserCreate(namespace_separator=None)
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.EntityDeclHandler = self._refuse
        self.spans: dict[str, list[Span]] = {}
        self.table, self.row, self.column = "", 0, 0
        self.repeat, self.width = 1, 0
        self.bottom = self.right = 0

    def feed(self, piece: bytes) -> None:
        try:
            self.parser.Parse(piece, False)
        except expat.ExpatError as problem:
            raise containers.damaged(self.path) from problem

    def finish(self) -> dict[str, tuple[Span, ...]]:
        try:
            self.parser.Parse(b"", True)
        except expat.ExpatError as problem:
            raise containers.damaged(self.path) from problem
        return {name: tuple(areas) for name, areas in self.spans.items()}

    def _refuse(self, *_: object) -> None:
        containers.refuse_document_type(self.path, "content.xml", b"<!doctype")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table":
            self.table = attributes.get("table:name", "")
            self.row = self.bottom = self.right = 0
        elif tag == "table:table-row":
            self.repeat = _count(attributes.get("table:number-rows-repeated"))
            self.column = self.width = 0
        elif tag in {"table:table-cell", "table:covered-table-cell"}:
            self._cell(attributes)

    def _cell(self, attributes: dict[str, str]) -> None:
        repeat = _count(attributes.get("table:number-columns-repeated"))
        tall = _count(attributes.get("table:number-rows-spanned"))
        wide = _count(attributes.get("table:number-columns-spanned"))
        if tall > 1 or wide > 1:
            area = (self.row, self.column, self.row + tall - 1, self.column + wide - 1)
            self.spans.setdefault(self.table, []).append(area)
        self.column += repeat
        if any(key.startswith("office:") for key in attributes):
            self.width = self.column

    def _end(self, tag: str) -> None:
        if tag != "table:table-row":
            return
        self.row += self.repeat
        if self.width:
            self.bottom, self.right = self.row, max(self.right, self.width)
        if self.bottom * self.right > self.limits.cells:
            raise BadInput(
                "%(file)s has cells so far apart that they span %(cells)d million "
                "cells: delete what stands outside the table",
                file=self.path.name,
                cells=self.bottom * self.right // 1_000_000,
            )


def _count(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 1
