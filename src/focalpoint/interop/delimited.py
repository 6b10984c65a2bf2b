"""Text tables: CSV and its relatives, in any encoding and with any delimiter."""

import csv
import gzip
import io
import re
import zlib
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from focalpoint.interop import encodings
from focalpoint.interop.cells import Cells, Note, Sheet
from focalpoint.interop.limits import DEFAULTS, MIB, Limits
from focalpoint.values.errors import BadInput

DELIMITERS = (",", ";", "\t", "|", "^", "~", "\x1f", "¦", "§", "#", ":")
SAMPLE_LINES = 400
CELL = 131_072  # characters
LEAST_WIDTH = 4  # columns from which so many delimiters in a remark are no accident
SWALLOWED, MOSTLY = 2, 0.8  # lines of a cell that look like lines of the table
_STRAY = re.compile("[\udc80-\udcff]+")
_HINT = re.compile(r"sep=(.)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text table is written.

    ``legacy`` is the encoding of the bytes that are not valid in ``encoding``: empty
    unless the file was put together from parts in two encodings.
    """

    encoding: str
    delimiter: str
    quote: str = '"'
    legacy: str = ""
    hinted: bool = False
    stray_lines: int = 0


def read(path: Path, *, name: str = "", limits: Limits = DEFAULTS) -> Sheet:
    """Open a text table; ``.gz`` is unpacked while reading.

    Parameters
    ----------
    path : Path
        The file.
    name : str, optional
        What to call it in messages; the path's name if not given.
    limits : Limits
        Bounds on lines and unpacked size.

    Raises
    ------
    BadInput
        For a line beyond the limit, a file that is no text, a quotation mark that is
        never closed, damage.
    """
    shown = name or path.name
    dialect = examine(path, shown, limits)
    notes = []
    if dialect.legacy:
        notes.append(
            Note(
                "mixed_encoding",
                "%(lines)d lines are not in %(encoding)s like the rest; they were "
                "read as %(legacy)s: check their letters",
                {
                    "lines": dialect.stray_lines,
                    "encoding": dialect.encoding,
                    "legacy": dialect.legacy,
                },
            )
        )

    def rows() -> Iterator[Cells]:
        return records(path, shown, dialect)

    return Sheet(name=_plain_name(shown), rows=rows, notes=tuple(notes))


def records(
    path: Path, shown: str, dialect: Dialect, *, cell: int = CELL
) -> Iterator[Cells]:
    """Give the records of a text table, blank lines as empty tuples.

    A cell of more than ``cell`` characters is taken for a quotation mark that is never
    closed.
    """
    with (
        _opened(path) as file,
        guarded(shown),
        closing(_lines(file, dialect)) as lines,
        _cells_of(cell),
    ):
        if dialect.hinted:
            next(lines, None)
        reader = _reader(lines, dialect.delimiter, dialect.quote)
        width = 0
        try:
            for record in reader:
                width = max(width, len(record))
                _refuse_swallowed(record, width, dialect.delimiter, shown, reader)
                yield tuple(record)
        except csv.Error as problem:
            raise BadInput(
                "%(file)s cannot be divided into cells near line %(line)d "
                "(%(problem)s): look for a quotation mark that is never closed",
                file=shown,
                line=reader.line_num,
                problem=str(problem),
            ) from problem


def _refuse_swallowed(
    record: list[str], width: int, delimiter: str, shown: str, reader: Any
) -> None:
    """Refuse a cell that holds whole lines of the table: its quote is never closed."""
    if width < LEAST_WIDTH:
        return
    for cell in record:
        if "\n" not in cell:
            continue
        _begun, *lines = cell.rstrip("\n").split("\n")
        whole = sum(line.count(delimiter) == width - 1 for line in lines)
        # Commas stand in remarks of several lines too.
        if whole >= SWALLOWED + (delimiter == ",") and whole >= MOSTLY * len(lines):
            raise BadInput(
                "a cell of %(file)s that ends at line %(line)d holds whole lines of "
                "the table: look for a quotation mark that is never closed, some "
                "%(lines)d lines before",
                file=shown,
                line=reader.line_num,
                lines=len(lines),
            )


@contextmanager
def _cells_of(most: int) -> Iterator[None]:
    """Bound the cells of the reader, which knows one bound for the whole process."""
    former = csv.field_size_limit(most)
    try:
        yield
    finally:
        csv.field_size_limit(former)


def examine(path: Path, shown: str, limits: Limits) -> Dialect:
    """Read the file through for its encoding, then its first lines for the rest."""
    with _opened(path) as file, guarded(shown):
        encoding, legacy, stray = _survey(file, shown, limits)
    draft = Dialect(encoding, ",", legacy=legacy, stray_lines=stray)
    with (
        _opened(path) as file,
        guarded(shown),
        closing(_lines(file, draft)) as lines,
    ):
        sample = [line for line, _ in zip(lines, range(SAMPLE_LINES), strict=False)]
    hint = _HINT.match(sample[0]) if sample else None
    if hint:
        delimiter, sample = hint[1], sample[1:]
    else:
        delimiter = guess_delimiter(sample)
    return Dialect(
        encoding,
        delimiter,
        guess_quote(sample, delimiter),
        legacy,
        hinted=bool(hint),
        stray_lines=stray,
    )


def guess_delimiter(sample: list[str]) -> str:
    """The delimiter that cuts the lines into equally many cells, and into the most.

    A comma for a table of a single column, which no delimiter cuts.
    """
    best, best_score = ",", 0.0
    for rank, delimiter in enumerate(DELIMITERS):
        try:
            counts = [len(row) for row in _reader(iter(sample), delimiter) if row]
        except csv.Error:
            continue
        wide = Counter(count for count in counts if count > 1)
        if not wide:
            continue
        count, often = max(wide.items(), key=lambda item: (item[1], item[0]))
        regular = often / len(counts)
        near = sum(n for c, n in wide.items() if abs(c - count) <= 1) / len(counts)
        score = (0.7 * regular + 0.3 * near) * min(count, 12) ** 0.5 - 0.02 * rank
        if delimiter in ":#" and regular < 0.95:
            continue
        if score > best_score:
            best, best_score = delimiter, score
    return best


def guess_quote(sample: list[str], delimiter: str) -> str:
    """The quotation mark: the double one unless cells are wrapped in single ones."""
    mark = re.escape(delimiter)
    text = "".join(sample)
    single = len(
        re.findall(rf"(?:^|{mark})'[^'\n]*'(?={mark}|\r?$)", text, re.MULTILINE)
    )
    double = len(re.findall(rf'(?:^|{mark})"', text, re.MULTILINE))
    return "'" if single > len(sample) and single > double else '"'


@contextmanager
def guarded(shown: str) -> Iterator[None]:
    """Turn damage met while reading into a message."""
    try:
        yield
    except (gzip.BadGzipFile, zlib.error, EOFError, UnicodeError) as problem:
        raise BadInput(
            "%(file)s is damaged or cut off: ask the sender for the file again",
            file=shown,
        ) from problem


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        if packed:
            with gzip.GzipFile(fileobj=raw) as unpacked:
                yield unpacked  # type: ignore[misc]  # GzipFile reads like a file
        else:
            yield raw


def _survey(file: BinaryIO, shown: str, limits: Limits) -> tuple[str, str, int]:
    """Encoding, encoding of stray bytes, and number of stray lines."""
    first = file.read(MIB)
    sure = encodings.sure(first) or encodings.Guess("", "language")
    wide = sure.encoding.startswith(("utf-16", "utf-32"))
    if not wide and b"\x00" in first:
        raise BadInput(
            "%(file)s is not text: it holds zero bytes; save the table as CSV or XLSX",
            file=shown,
        )
    strays: list[bytes] = []
    ascii_only, lines, valid = True, 0, 0
    for line in _raw_lines(first, file, shown, limits, wide=wide):
        lines += 1
        if wide or line.isascii():
            continue
        ascii_only = False
        if encodings.is_utf8(line):
            valid += 1
        else:
            strays.append(line[:2000]) if len(strays) < 2000 else strays.append(b"")
    if wide or ascii_only or not strays:
        encoding = sure.encoding if wide or sure.how == "mark" else "utf-8"
        return encoding, "", 0
    legacy = encodings.guess_one_byte(b"\n".join(strays))
    if valid == 0 and sure.how != "mark":
        return legacy, "", 0
    encoding = sure.encoding if sure.how == "mark" else "utf-8"
    return encoding, legacy, len(strays)


def _raw_lines(
    first: bytes, file: BinaryIO, shown: str, limits: Limits, *, wide: bool
) -> Iterator[bytes]:
    """Lines as bytes, and refusal of lines and files beyond the limits."""
    rest, piece, total, number = b"", first, len(first), 0
    breaks = re.compile(rb"\r\x00|\n\x00|\x00\r|\x00\n" if wide else rb"[\r\n]")
    while piece:
        *whole, rest = breaks.split(rest + piece)
        number += len(whole)
        yield from whole
        if len(rest) > limits.line:
            raise BadInput(
                "line %(line)d of %(file)s is longer than %(limit)d MB: this is not "
                "a table, or its line ends are missing",
                file=shown,
                line=number + 1,
                limit=limits.line // MIB,
            )
        piece = file.read(MIB)
        total += len(piece)
        if total > limits.unpacked:
            raise BadInput(
                "%(file)s unpacks to more than %(limit)d MB: divide it into several "
                "files",
                file=shown,
                limit=limits.unpacked // MIB,
            )
    yield rest


def _lines(file: BinaryIO, dialect: Dialect) -> Generator[str, None, None]:
    errors = "surrogateescape" if dialect.legacy else "replace"
    # Line ends of every system are read as one; those inside quotes too.
    text = io.TextIOWrapper(file, dialect.encoding, errors=errors, newline=None)
    with text:
        for line in text:
            yield _repaired(line, dialect.legacy) if dialect.legacy else line


def _repaired(line: str, legacy: str) -> str:
    return _STRAY.sub(
        lambda stray: (
            stray[0].encode("ascii", "surrogateescape").decode(legacy, "replace")
        ),
        line,
    )


def _reader(lines: Iterator[str], delimiter: str, quote: str = '"') -> Any:
    return csv.reader(
        (line.replace("\x00", "") for line in lines),
        delimiter=delimiter,
        quotechar=quote,
        skipinitialspace=True,
    )


def _plain_name(name: str) -> str:
    plain = re.sub(r"\.(gz)$", "", name, flags=re.IGNORECASE)
    return re.sub(r"\.\w{1,4}$", "", plain)
