"""``focalpoint cluster``: events near in space and time, and the near-repeat table."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from focalpoint.commands.arguments import Parser
from focalpoint.commands.detection_input import open_csv
from focalpoint.commands.detection_output import write_rows
from focalpoint.commands.output import progress
from focalpoint.values.errors import BadInput

if TYPE_CHECKING:
    from focalpoint.engines.detection.scan import Cluster

Row = dict[str, object]
COLUMNS = [
    "cluster",
    "start",
    "end",
    "lat",
    "lon",
    "radius_km",
    "observed",
    "expected",
    "llr",
    "p",
    "gumbel_p",
    "recurrence_days",
    "areas",
    "ids",
    "explanation",
]
ORIGIN = date(1970, 1, 1)


def cluster(argv: list[str]) -> int:
    """Find clusters that are still going on, and the table of near repeats."""
    parser = Parser(prog="focalpoint cluster", description="Find clusters of events.")
    parser.add_argument("events", type=Path, help="CSV: id,date,lat,lon[,area]")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--max-days", type=int, default=28)
    parser.add_argument("--max-km", type=float, default=0.0, help="0: no limit")
    parser.add_argument("--replicates", type=int, default=999)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--knox", type=Path, help="CSV for the near-repeat table")
    parser.add_argument("--locale", default="en")
    arguments = parser.parse_args(argv)
    if arguments.max_days < 1 or arguments.replicates < 1 or arguments.max_km < 0:
        raise BadInput(
            "--max-days and --replicates must be 1 or more, --max-km 0 or more"
        )
    events, skipped = read_events(arguments.events)
    if skipped:
        progress(
            len(events), len(events) + skipped, "events have a place; others left out"
        )
    rows = _scan(events, arguments)
    write_rows(arguments.out, COLUMNS, rows)
    if arguments.knox:
        _knox(events, arguments)
    print(f"{len(events)} events, {skipped} without a place, {len(rows)} clusters")
    return 0


def read_events(path: Path) -> tuple[list[tuple[str, int, float, float, str]], int]:
    """Events with a place: id, day, lat, lon, area; and how many had none."""
    lines = open_csv(path)
    header = [name.strip() for name in next(lines, [])]
    for name in ("id", "date", "lat", "lon"):
        if name not in header:
            raise BadInput(
                "%(path)s has no column %(name)s; the columns are id, date, lat, lon "
                "and, if known, area",
                path=str(path),
                name=name,
            )
    places = {name: i for i, name in enumerate(header)}
    found: list[tuple[str, int, float, float, str]] = []
    known: dict[str, int] = {}
    skipped = 0
    for line, row in enumerate(lines, 2):
        if not row:
            continue
        row = row + [""] * (len(header) - len(row))
        name = row[places["id"]].strip()
        if name and name in known:
            raise BadInput(
                "%(path)s line %(line)s: the id %(id)s is already on line %(first)s",
                path=str(path),
                line=line,
                id=name,
                first=known[name],
            )
        known[name] = line
        day = read_day(row[places["date"]], path, line)
        spot = _spot(row[places["lat"]], row[places["lon"]], path, line)
        if spot is None:
            skipped += 1
            continue
        area = row[places["area"]].strip() if "area" in places else ""
        found.append((name or str(line), day, *spot, area))
    if len(found) < 2:
        raise BadInput(
            "%(path)s has fewer than two events with a place", path=str(path)
        )
    return found, skipped


def read_day(text: str, path: Path, line: int) -> int:
    """An ISO date as days since 1970-01-01."""
    match = re.match(r"\s*(\d{4})-(\d{2})-(\d{2})", text)
    try:
        if match:
            return (date(*map(int, match.groups())) - ORIGIN).days
    except ValueError:
        pass
    raise BadInput(
        "%(path)s line %(line)s: the date %(text)s is not of the form 2024-05-17",
        path=str(path),
        line=line,
        text=text or "(empty)",
    )


def _spot(lat: str, lon: str, path: Path, line: int) -> tuple[float, float] | None:
    """Coordinates; None where they are missing or the 0, 0 of empty forms."""
    if lat.strip() in {"", "NA"} or lon.strip() in {"", "NA"}:
        return None
    try:
        north, east = float(lat), float(lon)
    except ValueError:
        north = east = float("nan")
    if not (-90 <= north <= 90 and -180 <= east <= 180):
        raise BadInput(
            "%(path)s line %(line)s: lat %(lat)s, lon %(lon)s are not degrees",
            path=str(path),
            line=line,
            lat=lat,
            lon=lon,
        )
    return None if north == 0 and east == 0 else (north, east)


def _scan(
    events: list[tuple[str, int, float, float, str]], arguments: object
) -> list[Row]:
    import numpy as np

    from focalpoint.engines.detection import scan

    spots: dict[tuple[object, ...], int] = {}
    place = np.array(
        [
            spots.setdefault(
                (e[4],) if e[4] else (round(e[2], 4), round(e[3], 4)), len(spots)
            )
            for e in events
        ]
    )
    if len(spots) > 5000:
        raise BadInput(
            "there are %(n)s different places; round the coordinates or give areas "
            "(at most 5000)",
            n=len(spots),
        )
    weight = np.bincount(place).astype(float)
    lat = np.bincount(place, [e[2] for e in events]) / weight
    lon = np.bincount(place, [e[3] for e in events]) / weight
    params = scan.Params(
        max_days=arguments.max_days,  # type: ignore[attr-defined]
        max_km=arguments.max_km,  # type: ignore[attr-defined]
        replicates=arguments.replicates,  # type: ignore[attr-defined]
        seed=arguments.seed,  # type: ignore[attr-defined]
    )
    days = np.array([e[1] for e in events])
    found = scan.scan(place, days, lat, lon, params)
    locale = arguments.locale  # type: ignore[attr-defined]
    return [
        _row(i, c, events, float(lat[c.centre]), float(lon[c.centre]), locale)
        for i, c in enumerate(found, 1)
    ]


def _row(
    number: int,
    found: "Cluster",
    events: list[tuple[str, int, float, float, str]],
    lat: float,
    lon: float,
    locale: str,
) -> Row:
    from focalpoint.engines.detection import explain

    start, end = (
        (ORIGIN + timedelta(days=d)).isoformat() for d in (found.start, found.end)
    )
    areas = sorted({events[i][4] for i in found.events if events[i][4]})
    return {
        "cluster": number,
        "start": start,
        "end": end,
        "lat": f"{lat:.6f}",
        "lon": f"{lon:.6f}",
        "radius_km": f"{found.radius_km:.3f}",
        "observed": found.observed,
        "expected": f"{found.expected:.6g}",
        "llr": repr(found.llr),
        "p": f"{found.p:.6g}",
        "gumbel_p": f"{found.gumbel_p:.6g}",
        "recurrence_days": f"{found.recurrence_days:.1f}",
        "areas": ";".join(areas),
        "ids": ";".join(events[i][0] for i in found.events),
        "explanation": explain.phrase(
            "cluster",
            locale,
            observed=found.observed,
            start=start,
            end=end,
            radius=explain.number(found.radius_km, locale),
            expected=explain.number(found.expected, locale),
            p=explain.number(found.p, locale, 3),
            days=explain.number(found.recurrence_days, locale, 0),
        ),
    }


def _knox(events: list[tuple[str, int, float, float, str]], arguments: object) -> None:
    import numpy as np

    from focalpoint.engines.detection import knox

    params = knox.Params(
        replicates=min(arguments.replicates, 999),  # type: ignore[attr-defined]
        seed=arguments.seed,  # type: ignore[attr-defined]
    )
    columns = np.array([(e[2], e[3], e[1]) for e in events], dtype=float).T
    cells = knox.near_repeat(columns[0], columns[1], columns[2], params)
    rows: list[Row] = [
        {
            "km": c.km,
            "days": c.days,
            "pairs": c.pairs,
            "expected": f"{c.expected:.4f}",
            "ratio": f"{c.ratio:.4f}",
            "p": f"{c.p:.4f}",
        }
        for c in cells
    ]
    names = ["km", "days", "pairs", "expected", "ratio", "p"]
    write_rows(arguments.knox, names, rows)  # type: ignore[attr-defined]
