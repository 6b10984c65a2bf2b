"""Read serial numbers, makes or calibres: lines in, one JSON object a line out."""

import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import IO

from focalpoint.commands.arguments import Parser

KINDS = ("serial", "make", "calibre")
Answer = dict[str, object]


def main(argv: list[str]) -> int:
    """Read lines from standard input, write one JSON object for each, in order."""
    parser = Parser(prog="focalpoint normalise", description=__doc__)
    parser.add_argument("kind", choices=KINDS, help="what the lines hold")
    chosen = parser.parse_args(argv)
    normalise = reader_of(chosen.kind)
    for line in lines_of(sys.stdin):
        print(json.dumps(normalise(line), ensure_ascii=False))
    sys.stdout.flush()
    return 0


def reader_of(kind: str) -> Callable[[str], Answer]:
    """The function for one kind; imports only what that kind needs."""
    return {"serial": _serial, "make": _make, "calibre": _calibre}[kind]()


def lines_of(stream: IO[str]) -> Iterator[str]:
    """Lines without their ends; bytes that are no UTF-8 become a replacement sign."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8-sig", errors="replace", newline="\n")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    return _without_ends(stream)


def _without_ends(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield line.removesuffix("\n").removesuffix("\r")


def _serial() -> Callable[[str], Answer]:
    from focalpoint.values.serials import parse

    def normalise(line: str) -> Answer:
        found = parse(line)
        return {
            "raw": line,
            "status": found.status,
            "normal": found.normal,
            "known": found.known,
            "unknown": found.unknown,
        }

    return normalise


def _make() -> Callable[[str], Answer]:
    from focalpoint.values.makes import parse

    def normalise(line: str) -> Answer:
        found = parse(line)
        return {
            "raw": line,
            "make": found.make,
            "country": found.country,
            "score": found.score,
        }

    return normalise


def _calibre() -> Callable[[str], Answer]:
    from focalpoint.values.calibres import parse

    def normalise(line: str) -> Answer:
        found = parse(line)
        return {"raw": line, "calibre": found.calibre, "score": found.score}

    return normalise
