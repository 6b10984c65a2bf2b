"""What stands in a cell, and its text as a person would read it."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Cell = (
    str
    | int
    | float
    | bool
    | datetime.datetime
    | datetime.date
    | datetime.time
    | datetime.timedelta
    | None
)
Cells = tuple[Cell, ...]
Span = tuple[
    int, int, int, int
]  # first row, first column, last row, last column; 0-based

# Words that stand for an empty cell; written in lower case.
EMPTY_WORDS = frozenset(
    {
        "",
        "-",
        "--",
        "---",
        "–",
        "—",
        "/",
        "//",
        ".",
        "..",
        "na",
        "n/a",
        "n.a.",
        "n.a",
        "#n/a",
        "nan",
        "nil",
        "null",
        "none",
        "(null)",
        "(blank)",
        "<null>",
        "#ref!",
        "#value!",
        "#name?",
        "#div/0!",
        "#null!",
        "#num!",
    }
)


@dataclass(frozen=True, slots=True)
class Note:
    """Something about a file as a whole that its sender should know.

    ``message`` is a template with named placeholders, filled from ``params``.
    """

    code: str
    message: str
    params: dict[str, object]

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


@dataclass(frozen=True, slots=True)
class Sheet:
    """One grid of cells as it stands in a file.

    ``rows`` gives every row from the first, empty ones too, as often as it is called;
    merged cells are filled downwards. ``spans`` are the merged areas.
    """

    name: str
    rows: Callable[[], Iterator[Cells]]
    spans: tuple[Span, ...] = ()
    notes: tuple[Note, ...] = ()
    hidden: bool = False


def is_blank(cell: Cell) -> bool:
    """Whether nothing stands in the cell; words for nothing are not nothing."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def says_nothing(text: str) -> bool:
    """Whether the text is empty or a word that registers write for empty."""
    return text.strip().casefold() in EMPTY_WORDS


def text(cell: Cell) -> str:
    """The cell as text: whole numbers without a decimal point, dates as ISO 8601.

    Numbers are given with the fifteen digits that a spreadsheet keeps.

    >>> text(846483.0), text(9.19), text(True), text(datetime.date(2021, 5, 26))
    ('846483', '9.19', 'true', '2021-05-26')
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        return f"{cell:.15g}"
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(" ", "minutes" if not cell.second else "seconds")
    return str(cell)


def letters(index: int) -> str:
    """The letters of a column as spreadsheets show them; ``index`` counts from 0."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name
