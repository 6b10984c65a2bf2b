"""``focalpoint routes``: edges between places that appear, wake up, reverse or rise."""

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from focalpoint.commands.arguments import Parser
from focalpoint.commands.detection_input import open_csv
from focalpoint.commands.detection_output import write_rows
from focalpoint.commands.detection_places import read_day
from focalpoint.values.errors import BadInput

if TYPE_CHECKING:
    from focalpoint.engines.detection.routes import Edge, Move

ORIGIN = date(1970, 1, 1)
COLUMNS = [
    "origin",
    "via",
    "destination",
    "kind",
    "observed",
    "expected",
    "before",
    "back",
    "first",
    "last",
    "p",
    "q",
    "ids",
    "parameters",
    "version",
    "explanation",
]


def routes(argv: list[str]) -> int:
    """Find edges whose recent movements are more than their ends explain."""
    from focalpoint.engines.detection.routes import Params, find

    parser = Parser(prog="focalpoint routes", description="Find routes that change.")
    parser.add_argument(
        "moves", type=Path, help="CSV: id,date,origin[,transit],destination"
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--window", type=int, default=90, help="days tested")
    parser.add_argument("--memory", type=int, default=730, help="days remembered")
    parser.add_argument("--level", type=float, default=0.01)
    parser.add_argument("--locale", default="en")
    arguments = parser.parse_args(argv)
    if arguments.window < 1 or arguments.memory < 1 or not 0 < arguments.level < 1:
        raise BadInput(
            "--window and --memory must be 1 or more, --level between 0 and 1"
        )
    moves = read_moves(arguments.moves)
    params = Params(arguments.window, arguments.memory, arguments.level)
    edges = find(moves, params)
    rows = [_row(e, arguments.locale, arguments) for e in edges]
    write_rows(arguments.out, COLUMNS, rows)
    print(f"{len(moves)} movements, {len(rows)} edges told")
    return 0


def read_moves(path: Path) -> list["Move"]:
    """Movements of a CSV file; ``transit`` may hold several places joined by ``>``."""
    from focalpoint.engines.detection.routes import Move

    lines = open_csv(path)
    header = [name.strip() for name in next(lines, [])]
    for name in ("id", "date", "origin", "destination"):
        if name not in header:
            raise BadInput(
                "%(path)s has no column %(name)s; the columns are id, date, origin, "
                "transit (optional), destination",
                path=str(path),
                name=name,
            )
    moves = []
    for line, row in enumerate(lines, 2):
        if not row:
            continue
        fields = dict(zip(header, (x.strip() for x in row), strict=False))
        between = [x.strip() for x in fields.get("transit", "").split(">") if x.strip()]
        stops = (fields.get("origin", ""), *between, fields.get("destination", ""))
        if not all(stops):
            raise BadInput(
                "%(path)s line %(line)s: origin or destination is empty",
                path=str(path),
                line=line,
            )
        day = read_day(fields.get("date", ""), path, line)
        moves.append(Move(fields.get("id") or str(line), day, stops))
    if not moves:
        raise BadInput("%(path)s has a header but no rows", path=str(path))
    return moves


def _row(edge: "Edge", locale: str, arguments: object) -> dict[str, object]:
    from focalpoint import __version__
    from focalpoint.engines.detection import explain

    first, last = (
        (ORIGIN + timedelta(days=d)).isoformat() for d in (edge.first, edge.last)
    )
    stops = [edge.origin, *(edge.via.split(">") if edge.via else []), edge.destination]
    return {
        "origin": edge.origin,
        "via": edge.via,
        "destination": edge.destination,
        "kind": edge.kind,
        "observed": edge.observed,
        "expected": f"{edge.expected:.4g}",
        "before": edge.before,
        "back": edge.back,
        "first": first,
        "last": last,
        "p": f"{edge.p:.4g}",
        "q": f"{edge.q:.4g}",
        "ids": ";".join(edge.ids),
        "parameters": f"window={arguments.window};memory={arguments.memory}",  # type: ignore[attr-defined]
        "version": __version__,
        "explanation": explain.phrase(
            "edge",
            locale,
            what=" → ".join(stops),
            kind=explain.phrase(edge.kind, locale),
            observed=edge.observed,
            date=last,
            expected=explain.number(edge.expected, locale, 2),
            looks=explain.looks(edge.p),
        ),
    }
