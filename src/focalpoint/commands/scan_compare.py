"""``focalpoint scan compare``, ``matrix`` and ``report``."""

import csv
import json
from argparse import Namespace
from pathlib import Path
from typing import Any

from focalpoint.commands.arguments import Parser
from focalpoint.commands.output import progress, whole_file


def add_method(parser: Parser) -> None:
    """The choices that decide how two scans are compared."""
    parser.add_argument(
        "--method",
        default="consensus",
        choices=("original", "high", "consensus"),
        help="rule that counts congruent cells (default: consensus)",
    )
    parser.add_argument(
        "--pixel-um",
        type=float,
        metavar="UM",
        help="pitch, micrometres (default: 6.25)",
    )
    parser.add_argument(
        "--full-circle", action="store_true", help="all angles, not only +-30 degrees"
    )
    parser.add_argument(
        "--device",
        default="auto",
        choices=("auto", "cpu", "gpu"),
        help="where to compute (default: a GPU where PyTorch sees one)",
    )
    add_source(parser)


def add_source(parser: Parser) -> None:
    """How files become surfaces."""
    parser.add_argument(
        "--raw", action="store_true", help="prepare the scans first (unprocessed scans)"
    )
    parser.add_argument(
        "--unit",
        choices=("m", "mm", "um", "nm"),
        help="unit of files that do not say theirs",
    )


def settings(given: Namespace) -> tuple[Any, Any]:
    """Parameters and source from the arguments."""
    from focalpoint.engines.ballistics.matrix import Source
    from focalpoint.engines.ballistics.parameters import parameters_for

    parameters = parameters_for(
        given.method, given.pixel_um, full_circle=given.full_circle
    )
    return parameters, Source(given.raw, given.unit or "")


def compare(argv: list[str]) -> int:
    """Compare two scans."""
    parser = Parser("focalpoint scan compare", description=compare.__doc__)
    parser.add_argument("a", type=Path, metavar="A.x3p", help="the reference")
    parser.add_argument("b", type=Path, metavar="B.x3p")
    add_method(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(argv)
    parameters, source = settings(given)
    from focalpoint.engines.ballistics.arrays import chosen
    from focalpoint.engines.ballistics.compare import ready
    from focalpoint.engines.ballistics.many import compare_many
    from focalpoint.engines.ballistics.statement import as_json, as_text

    device = chosen(given.device)
    one, two = (ready(source.surface(p), parameters) for p in (given.a, given.b))
    (result,) = compare_many(one, [two], parameters, device)
    print(json.dumps(as_json(result), indent=1) if given.json else as_text(result))
    return 0


def matrix(argv: list[str]) -> int:
    """Compare every unordered pair of a folder of scans."""
    parser = Parser("focalpoint scan matrix", description=matrix.__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--out", type=Path, required=True, metavar="scores.csv")
    add_method(parser)
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes")
    given = parser.parse_args(argv)
    if given.jobs < 1:
        parser.error("--jobs needs a whole number above zero")
    parameters, source = settings(given)
    from focalpoint.engines.ballistics import matrix as pairs

    with whole_file(given.out) as draft:
        rows = pairs.matrix(
            pairs.scans_in(given.folder),
            parameters,
            source,
            given.jobs,
            lambda done, total: progress(done, total, "pairs"),
            given.device,
        )
        with draft.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(("a", "b", "cmc", "cells", "score"))
            writer.writerows((r.a, r.b, r.cmc, r.cells, r.score) for r in rows)
    return 0


def report(argv: list[str]) -> int:
    """Compare two scans and write the result as a PDF."""
    parser = Parser("focalpoint scan report", description=report.__doc__)
    parser.add_argument("a", type=Path, metavar="A.x3p", help="the reference")
    parser.add_argument("b", type=Path, metavar="B.x3p")
    parser.add_argument("--out", type=Path, required=True, metavar="report.pdf")
    add_method(parser)
    given = parser.parse_args(argv)
    parameters, source = settings(given)
    from focalpoint.engines.ballistics.report import pdf
    from focalpoint.engines.documents.pdf import FONTS

    with whole_file(given.out) as draft:
        draft.write_bytes(
            pdf(given.a, given.b, parameters, source, FONTS, given.device)
        )
    return 0
