"""``focalpoint novelty``: first sightings and patterns over records, ranked."""

from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from focalpoint.commands.arguments import Parser
from focalpoint.commands.detection_input import open_csv
from focalpoint.commands.detection_output import write_rows
from focalpoint.commands.detection_places import read_day
from focalpoint.commands.output import progress
from focalpoint.values.errors import BadInput

if TYPE_CHECKING:
    from focalpoint.engines.detection.novelty import Record, Sighting

ORIGIN = date(1970, 1, 1)
COLUMNS = [
    "rank",
    "signal",
    "title",
    "key",
    "value",
    "date",
    "jurisdiction",
    "always",
    "surprise_bits",
    "p",
    "q",
    "observed",
    "expected",
    "before",
    "second_after_days",
    "near",
    "ids",
    "parameters",
    "version",
    "explanation",
]


def novelty(argv: list[str]) -> int:
    """Rank what is seen for the first time, and patterns over several records."""
    parser = Parser(prog="focalpoint novelty", description="Rank first sightings.")
    parser.add_argument("records", type=Path, help="CSV: id,date and any known columns")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--since", help="tell from this date on (default: last year)")
    parser.add_argument("--ranges", type=Path, help="CSV: make,prefix,first,last,label")
    parser.add_argument("--signals", help="codes to run, separated by commas")
    parser.add_argument("--locale", default="en")
    arguments = parser.parse_args(argv)
    records, columns = read_records(arguments.records)
    last = max(r.day for r in records)
    since = (
        read_day(arguments.since, Path("--since"), 1) if arguments.since else last - 365
    )
    ranges = read_ranges(arguments.ranges) if arguments.ranges else []
    wanted = set(arguments.signals.split(",")) if arguments.signals else None
    found = run_signals(records, columns, since, ranges, wanted)
    rows = _rows(found, arguments.locale)
    write_rows(arguments.out, COLUMNS, rows)
    print(f"{len(records)} records, {len(rows)} sightings")
    return 0


def read_records(path: Path) -> tuple[list["Record"], set[str]]:
    """Records of a CSV file: ``id`` and ``date`` needed, other columns as they come."""
    from focalpoint.engines.detection.novelty import Record

    lines = open_csv(path)
    header = [name.strip() for name in next(lines, [])]
    for name in ("id", "date"):
        if name not in header:
            raise BadInput(
                "%(path)s has no column %(name)s; id and date are needed",
                path=str(path),
                name=name,
            )
    records, seen = [], set()
    for line, row in enumerate(lines, 2):
        if not row:
            continue
        fields = {
            k: " ".join(v.split())
            for k, v in zip(header, row, strict=False)
            if v.strip()
        }
        name = fields.get("id", "")
        if not name or name in seen:
            raise BadInput(
                "%(path)s line %(line)s: the id %(id)s is empty or used twice",
                path=str(path),
                line=line,
                id=name or "(none)",
            )
        seen.add(name)
        day = read_day(fields.get("date", ""), path, line)
        if fields.get("reported"):
            fields["reported_day"] = str(read_day(fields["reported"], path, line))
        records.append(
            Record(name, day, {k: v for k, v in fields.items() if v != "NA"})
        )
    if not records:
        raise BadInput("%(path)s has a header but no rows", path=str(path))
    return records, set(header)


def read_ranges(path: Path) -> list[tuple[str, str, int, int, str]]:
    """Ranges of stolen serials: make, prefix, first, last, label."""
    lines = open_csv(path)
    header = [name.strip() for name in next(lines, [])]
    if header != ["make", "prefix", "first", "last", "label"]:
        raise BadInput(
            "%(path)s must have the columns make,prefix,first,last,label",
            path=str(path),
        )
    found = []
    for line, row in enumerate(lines, 2):
        try:
            make, prefix, first, last, label = (x.strip() for x in row)
            found.append((make, prefix.upper(), int(first), int(last), label))
        except ValueError:
            raise BadInput(
                "%(path)s line %(line)s: first and last must be whole numbers",
                path=str(path),
                line=line,
            ) from None
    return found


def run_signals(
    records: list["Record"],
    columns: set[str],
    since: int,
    ranges: list[tuple[str, str, int, int, str]],
    wanted: set[str] | None,
) -> list["Sighting"]:
    """Run every signal over records whose columns are there."""
    from focalpoint.engines.detection.signals import SIGNALS

    if wanted and not wanted <= set(SIGNALS):
        raise BadInput(
            "there is no signal %(names)s; see the reference of the detectors",
            names=", ".join(sorted(wanted - set(SIGNALS))),
        )
    present = columns | ({"ranges"} if ranges else set())
    chosen = [
        (code, signal)
        for code, signal in SIGNALS.items()
        if set(signal.needs) <= present
        and not signal.target.startswith("routes")
        and (wanted is None or code in wanted)
    ]
    found: list[Sighting] = []
    for done, (code, signal) in enumerate(chosen, 1):
        module, _, name = signal.target.partition(":")
        function = getattr(
            import_module(f"focalpoint.engines.detection.{module}"), name
        )
        extra: dict[str, Any] = dict(signal.parameters)
        if code == "S04":
            extra["ranges"] = ranges
        found += function(records, signal=code, since=since, **extra)
        progress(done, len(chosen), "signals run")
    return sorted(
        found, key=lambda s: (-s.always, -s.surprise, s.signal, s.day, s.value)
    )


def _rows(found: list["Sighting"], locale: str) -> list[dict[str, object]]:
    import numpy as np

    from focalpoint import __version__
    from focalpoint.engines.detection import explain
    from focalpoint.engines.detection.multiplicity import q_values
    from focalpoint.engines.detection.signals import SIGNALS

    q = q_values(np.array([s.p for s in found]))
    rows: list[dict[str, object]] = []
    for rank, (sighting, share) in enumerate(zip(found, q, strict=True), 1):
        day = (ORIGIN + timedelta(days=sighting.day)).isoformat()
        rows.append(
            {
                "rank": rank,
                "signal": sighting.signal,
                "title": SIGNALS[sighting.signal].title,
                "key": sighting.key,
                "value": sighting.value,
                "date": day,
                "jurisdiction": sighting.jurisdiction,
                "always": int(sighting.always),
                "surprise_bits": f"{sighting.surprise:.2f}",
                "p": f"{sighting.p:.3g}",
                "q": f"{share:.3g}",
                "observed": f"{sighting.observed:g}",
                "expected": f"{sighting.expected:.3g}",
                "before": sighting.before,
                "second_after_days": ""
                if sighting.second_after < 0
                else sighting.second_after,
                "near": sighting.near,
                "ids": ";".join(sighting.ids),
                "parameters": ";".join(
                    f"{k}={v:g}" for k, v in sighting.parameters.items()
                ),
                "version": __version__,
                "explanation": _say(sighting, day, locale, explain),
            }
        )
    return rows


def _say(sighting: "Sighting", day: str, locale: str, explain: Any) -> str:
    if sighting.parameters:
        text = explain.phrase(
            "method",
            locale,
            series=f"{sighting.key}: {sighting.value}",
            observed=explain.number(sighting.observed, locale),
            end=day,
            expected=explain.number(sighting.expected, locale, 2),
            upper=explain.number(sighting.expected, locale, 2),
        )
        listed = ", ".join(sighting.ids[:10])
        return f"{text} {explain.phrase('parts', locale, parts=listed)}"
    return str(
        explain.phrase(
            "first",
            locale,
            what=f"{sighting.key}: {sighting.value}",
            date=day,
            before=sighting.before,
            surprise=explain.number(sighting.surprise, locale),
        )
    )
