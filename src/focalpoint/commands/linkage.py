"""Find records that may speak of one firearm, in one file or between two."""

import argparse
import csv
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from focalpoint.commands.arguments import Parser
from focalpoint.commands.output import progress, whole_file
from focalpoint.values.errors import BadInput

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from focalpoint.engines.resolution.batch import Summary
    from focalpoint.interop.delimited import Dialect

NEEDED = ("id", "serial")
COMPARED = ("make", "model", "calibre", "type")
ALSO = ("country", "year")
ENGINES = ("duckdb", "spark")
LONGEST_CELL = 1_200
LINE = 8 * 1024 * 1024
SHARE_OF_MEMORY = 14
LEAST_MEMORY, MOST_MEMORY = 1_100, 3_000  # megabytes


def main(argv: list[str]) -> int:
    """Link a file within itself, or to another."""
    parser = Parser(prog="focalpoint link", description=__doc__)
    parser.add_argument("file", type=Path, metavar="A.csv", help="records")
    parser.add_argument("--against", type=Path, metavar="B.csv", help="other records")
    parser.add_argument("--out", type=Path, required=True, metavar="PAIRS.csv")
    parser.add_argument(
        "--threshold", type=float, metavar="BITS", help="least weight of a pair"
    )
    parser.add_argument("--top", type=int, metavar="N", help="best pairs of a record")
    parser.add_argument("--engine", choices=ENGINES, default="duckdb")
    parser.add_argument(
        "--learn",
        type=Path,
        metavar="WEIGHTS.csv",
        help="also write the table of weights, learnt anew from these records",
    )
    chosen = parser.parse_args(argv)
    if chosen.top is not None and chosen.top < 1:
        raise BadInput(
            "--top is a number of pairs, at least 1, not %(n)s", n=chosen.top
        )
    threshold = chosen.threshold
    if threshold is None and chosen.top is None:
        threshold = 0.0
    files = [chosen.file, *([chosen.against] if chosen.against else [])]
    with (
        tempfile.TemporaryDirectory(prefix="focalpoint-link-") as folder,
        whole_file(chosen.out) as draft,
    ):
        summary = _link(files, chosen, threshold, Path(folder), draft)
    _report(summary, files, threshold)
    return 0


def _link(
    files: list[Path],
    chosen: argparse.Namespace,
    threshold: float | None,
    folder: Path,
    out: Path,
) -> "Summary":
    from focalpoint.engines.resolution import batch
    from focalpoint.engines.resolution.candidates import Sides

    dialects = [_examined(path) for path in files]
    learnt = folder / "weights.csv" if chosen.learn else None
    options = batch.Options(threshold, chosen.top, chosen.engine, learnt)
    batch.check(options.engine)
    size = sum(path.stat().st_size for path in files) * SHARE_OF_MEMORY // 10**6
    memory = min(MOST_MEMORY, max(LEAST_MEMORY, size))
    connection = batch.connect(folder, memory=f"{memory}MB")
    say = _Steps(3 + 3 * len(files))
    try:
        for side, path, dialect in zip("ab", files, dialects, strict=False):
            _load(connection, side, path, dialect, folder)
            say(f"{path.name} read")
        sides = Sides("a", "b" if len(files) == 2 else "a")
        summary = batch.link(connection, sides, options, out, say)
    finally:
        connection.close()
    if learnt:
        with whole_file(chosen.learn) as draft:
            shutil.copyfile(learnt, draft)
    return summary


class _Steps:
    """Counts the steps on standard error."""

    def __init__(self, steps: int) -> None:
        self.done, self.steps = 0, steps

    def __call__(self, what: str) -> None:
        self.done += 1
        progress(self.done, self.steps, f"steps: {what}")


def _examined(path: Path) -> "Dialect":
    from focalpoint.interop import delimited
    from focalpoint.interop.limits import Limits

    try:
        size = path.stat().st_size
        if not size:
            raise BadInput("%(path)s is empty", path=str(path))
        return delimited.examine(path, path.name, Limits(upload=size, unpacked=2**40))
    except OSError as problem:
        why = problem.strerror or str(problem)
        raise BadInput(
            "cannot read %(path)s: %(why)s", path=str(path), why=why
        ) from None


# -- rows --------------------------------------------------------------------------


def _load(
    connection: "DuckDBPyConnection",
    side: str,
    path: Path,
    dialect: "Dialect",
    folder: Path,
) -> None:
    """Make ``raw_a`` or ``raw_b`` of a file."""
    places = _places(path, dialect)
    if not _loaded_directly(connection, side, path, dialect, places):
        plain = folder / f"{side}.csv"
        _rewritten(path, dialect, plain, places)
        columns = {name: place for place, name in enumerate(places)}
        connection.execute(_statement(side, plain, ",", '"', columns, len(columns)))
    _refuse_bad_ids(connection, side, path)


def _places(path: Path, dialect: "Dialect") -> dict[str, int]:
    """Where the columns stand that are used, by their names in small letters."""
    header = [str(cell).strip() for cell in next(_rows(path, dialect), ())]
    names = [name.lower() for name in header]
    places = {
        name: names.index(name) for name in (*NEEDED, *COMPARED, *ALSO) if name in names
    }
    missing = [name for name in NEEDED if name not in places]
    if missing:
        raise BadInput(
            "%(path)s has no column %(missing)s; it has %(found)s. The columns are id, "
            "make, model, calibre, serial, type: rename them in its first line",
            path=path.name,
            missing=" and no column ".join(missing),
            found=", ".join(header[:12]) or "no columns",
        )
    absent = [name for name in COMPARED if name not in places]
    if absent:
        named = ", ".join(absent)
        print(
            f"{path.name} has no column {named}: taken as not stated", file=sys.stderr
        )
    return places


def _rows(path: Path, dialect: "Dialect") -> Iterator[tuple[object, ...]]:
    from focalpoint.interop import delimited

    return delimited.records(path, path.name, dialect, cell=LINE)


def _loaded_directly(
    connection: "DuckDBPyConnection",
    side: str,
    path: Path,
    dialect: "Dialect",
    places: dict[str, int],
) -> bool:
    """Let DuckDB read a file in UTF-8; anything else, and damage, is read with care."""
    import duckdb

    plain = dialect.encoding.lower().replace("_", "-") in (
        "utf-8",
        "utf-8-sig",
        "ascii",
    )
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    if not plain or dialect.legacy or dialect.hinted or packed:
        return False
    width = len(next(_rows(path, dialect), ()))
    statement = _statement(
        side, path, dialect.delimiter, dialect.quote, places, width, strict=True
    )
    try:
        connection.execute(statement)
    except duckdb.Error as problem:
        if "unterminated quote" in str(problem):
            line = re.search(r"on Line: (\d+)", str(problem))
            raise BadInput(
                "%(path)s: a quotation mark of line %(line)s is never closed; close it "
                "or double it",
                path=path.name,
                line=line[1] if line else "1",
            ) from None
        return False
    return True


def _statement(
    side: str,
    path: Path,
    delimiter: str,
    quote: str,
    places: dict[str, int],
    width: int,
    *,
    strict: bool = False,
) -> str:
    def literal(text: object) -> str:
        return "'" + str(text).replace("'", "''") + "'"

    names = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(width))
    cells = ", ".join(
        f"left(trim(coalesce(c{places[name]}, '')), {LONGEST_CELL}) AS {name}"
        if name in places
        else f"'' AS {name}"
        for name in (*NEEDED, *COMPARED, *ALSO)
    )
    return f"""
        CREATE OR REPLACE TABLE raw_{side} AS
        SELECT CAST(row_number() OVER () - 1 AS INTEGER) AS rid, {cells}
        FROM read_csv({literal(path)}, header = true, columns = {{{names}}},
            auto_detect = false, delim = {literal(delimiter)}, quote = {literal(quote)},
            escape = {literal(quote)}, max_line_size = {LINE}, null_padding = true,
            strict_mode = {str(strict).lower()}, parallel = {str(strict).lower()})
    """  # noqa: S608 - the names come from the code, texts are quoted


def _rewritten(
    path: Path, dialect: "Dialect", plain: Path, places: dict[str, int]
) -> None:
    """Write the columns that are used as plain UTF-8 CSV."""
    with plain.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)
        for row in _rows(path, dialect):
            if not row:
                continue
            cells = [
                str(row[place])[:LONGEST_CELL] if place < len(row) else ""
                for place in places.values()
            ]
            writer.writerow(
                [
                    cell.encode("utf-8", "replace").decode().replace("\x00", "")
                    for cell in cells
                ]
            )


def _refuse_bad_ids(connection: "DuckDBPyConnection", side: str, path: Path) -> None:
    counted = connection.execute(
        f"SELECT count(*), count(*) FILTER (id = ''),"  # noqa: S608 - side is a or b
        f" min(rid) FILTER (id = '') FROM raw_{side}"
    ).fetchall()[0]
    if not counted[0]:
        raise BadInput("%(path)s has a header but no rows", path=path.name)
    if counted[1]:
        raise BadInput(
            "%(path)s: %(number)s rows have no id (the first is record %(row)s); give "
            "every row an identifier of its own",
            path=path.name,
            number=counted[1],
            row=counted[2] + 1,
        )
    twice = connection.execute(
        f"SELECT id, count(*), min(rid) + 1, max(rid) + 1 FROM raw_{side}"  # noqa: S608
        " GROUP BY id HAVING count(*) > 1 ORDER BY min(rid) LIMIT 1"
    ).fetchall()
    if twice:
        raise BadInput(
            "%(path)s: the id %(id)s stands on %(number)s rows (records %(first)s and "
            "%(last)s); pairs name rows by their id, so give every row one of its own",
            path=path.name,
            id=twice[0][0][:40],
            number=twice[0][1],
            first=twice[0][2],
            last=twice[0][3],
        )


# -- what is said at the end -------------------------------------------------------


def _report(summary: "Summary", files: list[Path], threshold: float | None) -> None:
    from focalpoint.engines.resolution.candidates import COPIES, CROWD

    def say(text: str) -> None:
        print(text, file=sys.stderr)

    for path, records, numbered in zip(
        files, summary.records, summary.numbered, strict=True
    ):
        without = records - numbered
        say(f"{path.name}: {records:,} records, {without:,} without a readable number")
    if not all(summary.numbered):
        say("Without serial numbers there is nothing to link by.")
    found = ", ".join(
        f"{number:,} {name}" for name, number in summary.relations.items()
    )
    say(f"{summary.pairs:,} pairs{f' ({found})' if found else ''}")
    say(
        f"a record has {summary.partners:.3f} partners on average: the prior of each pair"
    )
    if summary.copies:
        say(
            f"{summary.copies:,} records of {files[-1].name} say in every field what "
            f"{COPIES} before them say: "
            + (
                "each is paired with the first of these only"
                if len(files) == 1
                else "they are left out, their like are compared"
            )
        )
    if summary.crowded:
        say(
            f"{summary.crowded:,} numbers stand on more than {CROWD} records each: they "
            "were compared with equal numbers of the same description only"
        )
    if summary.unmatched_partial and threshold is not None:
        say(
            f"{summary.unmatched_partial:,} numbers read in part have no pair of weight "
            f"{threshold:g} or more; that is no answer: see their candidates with --top"
        )
