"""Files to tables: the header of a sheet found, its rows as cells in named columns."""

import datetime
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from focalpoint.interop import containers, delimited, headings, workbooks
from focalpoint.interop.cells import Cell, Cells, Note, Sheet, Span, is_blank, letters
from focalpoint.interop.cells import text as as_text
from focalpoint.interop.limits import DEFAULTS, Limits
from focalpoint.values.errors import BadInput

SEARCHED = 40  # rows in which a header may stand
FOLLOWING = 25  # rows below it that are compared with it
_NUMBER = re.compile(r"[-+]?[\d .,']*\d[\d .,']*%?")
_DATE = re.compile(r"\d{1,4}[./-]\s?\d{1,2}[./-]\s?\d{1,4}\.?(?:\s.*)?")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    ``name`` is unique in its table, ``text`` is what stands in the header, ``group``
    the heading that spans it and its neighbours, ``index`` counts from 0 at the left
    edge of the sheet.
    """

    name: str
    text: str
    group: str
    index: int

    @property
    def letters(self) -> str:
        """The column's letters as a spreadsheet shows them."""
        return letters(self.index)


@dataclass(frozen=True, slots=True)
class Row:
    """One data row: its number as the spreadsheet shows it, its cells by column.

    ``beyond`` are filled cells to the right of the last column.
    """

    number: int
    cells: Cells
    beyond: Cells = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet whose header has been found.

    ``header_row`` and ``first_row`` are counted from 1 as spreadsheets do; the header
    row is 0 where there is none.
    """

    file: str
    sheet: Sheet
    columns: tuple[Column, ...]
    header_row: int
    first_row: int
    notes: tuple[Note, ...] = ()

    @property
    def name(self) -> str:
        """The name of the sheet; of the file, for a text table."""
        return self.sheet.name

    def rows(self) -> Iterator[Row]:
        """Give the data rows in order, without blank ones."""
        places = [column.index for column in self.columns]
        last = max(places, default=-1) + 1
        unbroken = places == list(range(last))
        rows = itertools.islice(self.sheet.rows(), self.first_row - 1, None)
        for number, cells in enumerate(rows, self.first_row):
            width = len(cells)
            if unbroken and width >= last:
                row = cells[:last]
            else:
                row = tuple(cells[i] if i < width else None for i in places)
            if not all(cell is None or is_blank(cell) for cell in row):
                over = cells[last:] if width > last else ()
                yield Row(number, row, tuple(c for c in over if not is_blank(c)))

    def sample(self, size: int = 500) -> list[Row]:
        """Rows from the whole table, evenly spread; all of a small one."""
        rows = list(itertools.islice(self.rows(), size * 4))
        step = max(1, len(rows) // size)
        return rows[::step][:size]


def read(
    path: str | Path, *, name: str = "", sheet: str = "", limits: Limits = DEFAULTS
) -> list[Table]:
    """Read the tables of a file.

    Parameters
    ----------
    path : str or Path
        XLSX, XLSB, XLS, ODS, or a text table, also packed with gzip.
    name : str, optional
        The name under which the file was sent, where that is not the path's.
    sheet : str, optional
        The one sheet to read, by name or by number from 1; all with data otherwise.
    limits : Limits
        How large the file may be, in itself and unpacked.

    Returns
    -------
    list of Table
        In the order of the sheets; hidden sheets only when asked for by name.

    Raises
    ------
    BadInput
        When the file is no table, unsafe, damaged, named wrongly or without data.
    """
    path = Path(path)
    shown = name or path.name
    try:
        return _read(path, shown, sheet, limits)
    except BadInput as problem:
        # A file kept by us has a name of our own; its sender knows another.
        if problem.params.get("file") == path.name:
            problem.params["file"] = shown
        raise


def _read(path: Path, shown: str, sheet: str, limits: Limits) -> list[Table]:
    containers.check_size(path, limits)
    kind = containers.kind_of(path)
    containers.refuse_wrong_kind(path, kind, shown)
    if kind in containers.WORKBOOKS:
        sheets = workbooks.read(path, kind, name=shown, limits=limits)
    else:
        sheets = [delimited.read(path, name=shown, limits=limits)]
    tables = [
        table
        for found in _chosen(sheets, sheet, shown)
        if (table := find(found, shown, limits)) is not None
    ]
    if not tables:
        raise BadInput("%(file)s holds no rows of data", file=shown)
    return tables


def find(sheet: Sheet, file: str = "", limits: Limits = DEFAULTS) -> Table | None:
    """Find the header of a sheet and name its columns; None without data.

    The header is the row that fills most of the columns used below it, in words that
    differ from one another and from what follows, best in words that headers use.
    """
    head = list(itertools.islice(sheet.rows(), SEARCHED + FOLLOWING))
    width = max((_used(row) for row in head), default=0)
    if width == 0:
        return None
    if width > limits.columns:
        raise BadInput(
            "%(file)s has %(count)d columns; at most %(limit)d are accepted",
            file=file,
            count=width,
            limit=limits.columns,
        )
    place = _header(head)
    if place is None:
        first = next(i for i, row in enumerate(head) if _filled(row))
        alone = head[first]
        if len(head) == first + 1 and all(_is_word(str(c)) for c in alone if c):
            return None  # a header and nothing below it
        return _named(sheet, file, [], head, first, width, first)
    rows = [place]
    if place + 1 < len(head) and _continues(head[place], head[place + 1], sheet.spans):
        rows.append(place + 1)
    after = rows[-1] + 1
    while after < len(head) and _is_numbering(head[after]):
        after += 1
    if not any(_filled(row) for row in head[after:]):
        return None
    return _named(sheet, file, rows, head, place, width, after)


def _chosen(sheets: list[Sheet], wanted: str, file: str) -> list[Sheet]:
    if not wanted:
        return [sheet for sheet in sheets if not sheet.hidden] or sheets
    for sheet in sheets:
        if sheet.name == wanted or sheet.name.casefold() == wanted.casefold():
            return [sheet]
    if wanted.isdigit() and 1 <= int(wanted) <= len(sheets):
        return [sheets[int(wanted) - 1]]
    raise BadInput(
        "%(file)s has no sheet %(sheet)s; its sheets are: %(sheets)s",
        file=file,
        sheet=wanted,
        sheets=", ".join(sheet.name for sheet in sheets),
    )


def _header(head: Sequence[Cells]) -> int | None:
    """The index of the header row; None where the table begins with data."""
    best, best_score = None, 0.55
    seen: set[Cells] = set()
    filled = [_filled(row) for row in head]
    for index, row in enumerate(head[:SEARCHED]):
        if not filled[index] or row in seen:
            continue  # headings that are repeated on every page count once
        seen.add(row)
        after = range(index + 1, min(index + 1 + FOLLOWING, len(head)))
        below = [(head[i], filled[i]) for i in after if filled[i] and head[i] != row]
        score = _header_score(row, filled[index], below)
        if score > best_score + 0.02:
            best, best_score = index, score
    return best


def _header_score(
    row: Cells, filled: list[int], following: Sequence[tuple[Cells, list[int]]]
) -> float:
    """How much a row looks like the header of those that follow it.

    ``filled`` are the places of its filled cells; each row that follows comes with
    its own.
    """
    below = [cells for cells, _places in following]
    if not below:
        return 0.0
    used = Counter(i for _cells, places in following for i in places)
    columns = [i for i, n in used.items() if n >= 0.05 * len(below)] or list(used)
    cover = sum(i in filled for i in columns) / max(len(columns), 1)
    texts = [row[i] for i in filled]
    words = [cell for cell in texts if isinstance(cell, str) and _is_word(cell)]
    wordy = len(words) / len(texts)
    distinct = len({str(cell).casefold().strip() for cell in texts}) / len(texts)
    known = sum(headings.is_known(cell.strip()) for cell in words) / len(texts)
    recurring = sum(
        any(i < len(r) and r[i] == row[i] for r in below) for i in filled
    ) / len(filled)
    contrast = sum(
        _differs(row[i], [r[i] for r in below if i < len(r)]) for i in filled
    )
    return (
        0.3 * cover
        + 0.2 * wordy
        + 0.1 * distinct
        + 0.35 * known
        + 0.2 * contrast / len(filled)
        - 0.3 * recurring
        - (0.25 if cover < 0.5 else 0.0)
        - (0.3 if wordy < 0.6 else 0.0)
    )


def _differs(cell: Cell, below: list[Cell]) -> bool:
    """Whether a column holds something else than its heading: numbers, dates, codes."""
    values = [value for value in below if not is_blank(value)]
    if not values or not isinstance(cell, str):
        return False
    other = sum(not isinstance(v, str) or not _is_word(v) for v in values)
    return other >= 0.5 * len(values) and _is_word(cell)


@lru_cache(maxsize=65_536)
def _is_word(text: str) -> bool:
    plain = text.strip()
    if not plain or len(plain) > 120:
        return False
    if _NUMBER.fullmatch(plain) or _DATE.fullmatch(plain):
        return False
    figures = sum(letter.isdigit() for letter in plain)
    return figures <= 0.34 * len(plain)


def _continues(row: Cells, after: Cells, spans: Sequence[Span]) -> bool:
    """Whether the header goes on in the next row, under headings that group it."""
    gaps = [i for i in _filled(after) if i not in _filled(row)]
    cells = [after[i] for i in _filled(after)]
    if not gaps or not all(isinstance(c, str) and _is_word(c) for c in cells):
        return False
    known = sum(headings.is_known(str(cell).strip()) for cell in cells)
    return known >= 0.5 * len(cells)


def _is_numbering(row: Cells) -> bool:
    """Whether a row only numbers the columns, as official forms do."""
    found = [str(row[i]).strip().rstrip(".") for i in _filled(row)]
    return len(found) > 2 and found == [str(n) for n in range(1, len(found) + 1)]


def _named(
    sheet: Sheet,
    file: str,
    rows: list[int],
    head: Sequence[Cells],
    place: int,
    width: int,
    first: int,
) -> Table:
    """Name the columns, from the header rows and the groups above them."""
    texts = [_joined(head, rows, i) for i in range(width)]
    groups = _groups(head, rows, sheet.spans, width, texts)
    used = {i for row in head[first:] for i in _filled(row)}
    kept = [i for i in range(width) if texts[i] or i in used]
    counts = Counter(texts[i].casefold() for i in kept if texts[i])
    names: dict[str, int] = {}
    columns, doubled = [], []
    for i in kept:
        name = texts[i] or f"Column {letters(i)}"
        if texts[i] and counts[texts[i].casefold()] > 1:
            doubled.append((texts[i], letters(i)))
            if groups[i]:
                name = f"{groups[i]}: {name}"
        names[name.casefold()] = names.get(name.casefold(), 0) + 1
        if names[name.casefold()] > 1:
            name = f"{name} ({names[name.casefold()]})"
        columns.append(Column(name, texts[i], groups[i], i))
    notes = [*sheet.notes, *_duplicate_notes(doubled)]
    if not rows:
        notes.append(
            Note(
                "no_header",
                "no header was found; the columns are named by their letters",
                {},
            )
        )
    return Table(
        file,
        sheet,
        tuple(columns),
        rows[-1] + 1 if rows else 0,
        first + 1,
        tuple(notes),
    )


def _duplicate_notes(doubled: list[tuple[str, str]]) -> list[Note]:
    places: dict[str, list[str]] = {}
    for text, place in doubled:
        places.setdefault(text.casefold(), [text]).append(place)
    return [
        Note(
            "duplicate_header",
            "the heading “%(heading)s” stands over several columns (%(columns)s)",
            {"heading": text, "columns": ", ".join(where)},
        )
        for text, *where in places.values()
    ]


def _joined(head: Sequence[Cells], rows: list[int], column: int) -> str:
    parts = []
    for row in rows:
        cell = head[row][column] if column < len(head[row]) else None
        part = re.sub(r"\s+", " ", as_text(cell))
        if part and part not in parts:
            parts.append(part)
    return " ".join(parts)


def _groups(
    head: Sequence[Cells],
    rows: list[int],
    spans: Sequence[Span],
    width: int,
    texts: list[str],
) -> list[str]:
    """The group heading of each column, from the row above the header."""
    groups = [""] * width
    above = rows[0] - 1 if rows else -1
    if above < 0 or not _filled(head[above]):
        return groups
    row = head[above]
    if len(_filled(row)) == 1 and _is_title(row, above, spans, width):
        return groups
    areas = [
        area for area in spans if area[0] <= above <= area[2] and area[3] > area[1]
    ]
    if areas:
        for top, left, _bottom, right in areas:
            label = as_text(head[top][left] if left < len(head[top]) else None)
            for i in range(left, min(right + 1, width)):
                groups[i] = _plain(label) if _plain(label) != texts[i] else ""
        return groups
    if not all(isinstance(row[i], str) and _is_word(str(row[i])) for i in _filled(row)):
        return groups
    label = ""
    for i in range(width):  # headings that were merged before the file became text
        label = as_text(row[i]) or label if i < len(row) else label
        groups[i] = _plain(label) if _plain(label) != texts[i] else ""
    return groups


def _is_title(row: Cells, index: int, spans: Sequence[Span], width: int) -> bool:
    """Whether the only text of a row is a title: at the left, or over everything."""
    [place] = _filled(row)
    wide = [
        right - left for top, left, _b, right in spans if (top, left) == (index, place)
    ]
    return place == 0 or not wide or wide[0] + 1 >= 0.8 * width


def _plain(label: str) -> str:
    return re.sub(r"\s+", " ", label)


def _filled(row: Cells) -> list[int]:
    return [i for i, cell in enumerate(row) if cell is not None and not is_blank(cell)]


def _used(row: Cells) -> int:
    filled = _filled(row)
    return filled[-1] + 1 if filled else 0


def is_date(cell: Cell) -> bool:
    """Whether the cell is a date of the spreadsheet itself."""
    return isinstance(cell, datetime.date)
