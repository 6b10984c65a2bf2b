"""``focalpoint scan index`` and ``search``."""

import json
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from focalpoint.commands.arguments import Parser
from focalpoint.commands.output import progress
from focalpoint.commands.scan_compare import add_source
from focalpoint.values.errors import BadInput


def index(argv: list[str]) -> int:
    """Make a collection of a folder of scans, or bring it up to date."""
    parser = Parser("focalpoint scan index", description=index.__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--out", type=Path, required=True, metavar="INDEX")
    parser.add_argument(
        "--pixel-um", type=float, metavar="UM", help="pitch, micrometres (default: 25)"
    )
    add_source(parser)
    given = parser.parse_args(argv)
    from focalpoint.engines.ballistics import indexing
    from focalpoint.engines.ballistics.matrix import Source

    changes = indexing.update(
        given.folder,
        given.out,
        Source(given.raw, given.unit or ""),
        given.pixel_um,
        lambda done, total: progress(done, total, "scans"),
    )
    print(json.dumps(changes))
    return 0


def search(argv: list[str]) -> int:
    """Search a collection for the scans most like one."""
    parser = Parser("focalpoint scan search", description=search.__doc__)
    parser.add_argument("query", type=Path, metavar="QUERY.x3p")
    parser.add_argument("--index", type=Path, required=True, metavar="INDEX")
    parser.add_argument("--top", type=int, default=20, metavar="N")
    parser.add_argument(
        "--full-circle", action="store_true", help="all angles, not only +-30 degrees"
    )
    for name in ("calibre", "firing-pin", "breech-face"):
        parser.add_argument(
            f"--{name}", default="", help="leave out scans known to differ in this"
        )
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes")
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", help="Dask scheduler, to use its machines"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_source(parser)
    given = parser.parse_args(argv)
    if given.top < 1 or given.jobs < 1:
        parser.error("--top and --jobs need a whole number above zero")
    from focalpoint.engines.ballistics import indexing, rank
    from focalpoint.engines.ballistics.collection import Entry
    from focalpoint.engines.ballistics.matrix import Source

    query = indexing.query(
        given.query,
        given.index,
        Source(given.raw, given.unit or ""),
        full_circle=given.full_circle,
    )
    like = Entry(
        query.name,
        calibre=given.calibre,
        firing_pin=given.firing_pin,
        breech_face=given.breech_face,
    )
    with _spread(given) as each:
        searched, found = rank.search(
            given.index.resolve(), query, given.top, like, each
        )
    if not searched:
        raise BadInput(
            "no scan in %(index)s has these class characteristics; nothing was searched",
            index=str(given.index),
        )
    _print(query.name, searched, found, as_json=given.json)
    return 0


def _spread(given: Any) -> AbstractContextManager[Any]:
    from focalpoint.engines.ballistics import spread

    if given.scheduler:
        return spread.over_machines(given.scheduler)
    return spread.over_processes(given.jobs)


def _print(name: str, searched: int, found: Any, *, as_json: bool) -> None:
    from focalpoint.engines.ballistics.statement import CAUTION

    results = [
        {
            "rank": one.rank,
            "scan": one.scan,
            "score": one.score,
            "cmc": one.cmc,
            "cells": one.cells,
            "expected_by_chance": one.expected_by_chance,
        }
        for one in found
    ]
    if as_json:
        answer = {
            "query": name,
            "searched": searched,
            "results": results,
            "caution": f"each is a {CAUTION}; rank is not proof",
        }
        print(json.dumps(answer, indent=1, ensure_ascii=False))
        return
    print(f"{name}: {searched:,} scans searched")
    print("rank  cells    score  by chance  scan")
    for one in found:
        chance = (
            "?" if one.expected_by_chance is None else f"{one.expected_by_chance:.2g}"
        )
        print(
            f"{one.rank:4}  {one.cmc:2}/{one.cells:<3}  {one.score:6.2f}  {chance:>9}  "
            f"{one.scan}"
        )
    print(f"Each is a {CAUTION}; rank is not proof.")
