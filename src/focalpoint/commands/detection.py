"""``focalpoint detect``: run a detector over the counts of a file."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from focalpoint.commands.arguments import Parser
from focalpoint.commands.detection_input import Table, panels, read_table
from focalpoint.commands.detection_output import Row, shown, write_rows
from focalpoint.commands.detection_reports import summed
from focalpoint.commands.output import progress
from focalpoint.values.errors import BadInput

if TYPE_CHECKING:
    from argparse import Namespace

    from focalpoint.engines.detection.series import Alarms, Panel

METHODS = ("default", "farrington", "ears-c1", "ears-c2", "ears-c3", "cusum")
COLUMNS = (
    "setting",
    "series",
    "t",
    "observed",
    "upperbound",
    "alarm",
    "expected",
    "score",
)
BATCH = 100_000


def detect(argv: list[str]) -> int:
    """Check every series of a file for a rise."""
    arguments = _parser().parse_args(argv)
    if arguments.compat and arguments.method == "default":
        raise BadInput(
            "--compat R goes with farrington, ears and cusum; the default is our own"
        )
    table = read_table(arguments.series)
    settings = read_settings(arguments.settings)
    if arguments.figures and not arguments.figures.is_dir():
        raise BadInput(
            "there is no folder %(folder)s for the figures; make it first",
            folder=str(arguments.figures),
        )
    if arguments.method == "default":
        from focalpoint.commands import detection_default

        return detection_default.detect(table, settings, arguments)
    table = summed(table) if table.has_reports else table
    rows, drawn = _classic(table, settings, arguments)
    write_rows(arguments.out, _columns(table, (*COLUMNS, "note")), rows)
    if arguments.figures:
        from focalpoint.engines.detection.figures import draw_alarms

        draw_alarms(drawn, arguments.figures)
    alarms = sum(row["alarm"] == 1 for row in rows)
    print(f"{len(rows)} looks, {alarms} alarms")
    return 0


def _parser() -> Parser:
    parser = Parser(prog="focalpoint detect", description="Check series for a rise.")
    parser.add_argument("series", type=Path, help="CSV: series,t,epoch,observed,…")
    parser.add_argument("--method", choices=METHODS, default="default")
    parser.add_argument("--settings", type=Path, help="JSON: list of objects")
    parser.add_argument("--compat", choices=("R",), help="equal R's surveillance")
    parser.add_argument("--out", type=Path, required=True, help="CSV of the alarms")
    parser.add_argument("--figures", type=Path, help="folder for one SVG an alarm")
    parser.add_argument(
        "--periods", type=int, default=1, help="last periods judged (default method)"
    )
    parser.add_argument("--locale", default="en", help="language of the sentences")
    parser.add_argument("--budget", type=int, default=0, help="most signals a run")
    return parser


def read_settings(path: Path | None) -> list[Row]:
    """The settings file: a list of objects; one empty object without a file."""
    if path is None:
        return [{}]
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise BadInput(
            "cannot read %(path)s: %(why)s", path=str(path), why=problem.strerror
        ) from None
    except ValueError as problem:
        raise BadInput(
            "%(path)s is not JSON (%(why)s)", path=str(path), why=problem
        ) from None
    if isinstance(found, dict):
        found = [found]
    if not isinstance(found, list) or not all(isinstance(x, dict) for x in found):
        raise BadInput("%(path)s must hold a list of objects", path=str(path))
    if not found:
        raise BadInput("%(path)s holds an empty list; give at least {}", path=str(path))
    return found


def _classic(
    table: Table, settings: list[Row], arguments: "Namespace"
) -> "tuple[list[Row], list[tuple[Panel, list[Alarms]]]]":
    by_name: dict[str, list[int]] = {}
    for place, rows in enumerate(table.series):
        by_name.setdefault(rows.series, []).append(place)
    gathered = panels(table, together=False)
    home = {p: (i, j) for i, (_, ps) in enumerate(gathered) for j, p in enumerate(ps)}
    jobs: dict[tuple[str, str, int, tuple[int, int]], list[tuple[int, int]]] = {}
    for order, setting in enumerate(settings):
        for place in _chosen(setting, by_name, table):
            panel = gathered[home[place][0]][0]
            span = _span(setting, panel, arguments)
            plain = {
                k: v
                for k, v in setting.items()
                if k not in {"series", "unit", "setting"}
            }
            key = (
                str(setting.get("setting", "default")),
                json.dumps(plain, sort_keys=True),
                home[place][0],
                span,
            )
            jobs.setdefault(key, []).append((order, place))
    return _run_jobs(jobs, gathered, home, table, settings, arguments)


def _chosen(setting: Row, by_name: dict[str, list[int]], table: Table) -> list[int]:
    wanted = setting.get("series")
    if wanted in (None, ""):
        return list(range(len(table.series)))
    if str(wanted) not in by_name:
        raise BadInput(
            "the settings name the series %(name)s, which %(path)s does not have",
            name=wanted,
            path=str(table.path),
        )
    places = by_name[str(wanted)]
    unit = setting.get("unit")
    if unit not in (None, ""):
        places = [p for p in places if table.series[p].unit == str(unit)]
    return places


def _span(setting: Row, panel: "Panel", arguments: "Namespace") -> tuple[int, int]:
    """First and last position (0-based) a setting wants judged."""
    start, length = int(panel.periods[0]), len(panel.periods)
    try:
        first = setting.get("range_first")
        last = setting.get("range_last")
        until = int(str(last)) - start if last not in (None, "") else length - 1
        if first not in (None, ""):
            since = int(str(first)) - start
        else:
            since = _first(setting, panel, arguments)
    except ValueError:
        raise BadInput("range_first and range_last must be whole numbers") from None
    if until >= length or since < 0:
        raise BadInput(
            "range_first and range_last (%(first)s to %(last)s) go beyond the series, "
            "which has periods %(start)s to %(end)s",
            first=since + start,
            last=until + start,
            start=start,
            end=int(panel.periods[-1]),
        )
    return min(since, until), until


def _first(setting: Row, panel: "Panel", arguments: "Namespace") -> int:
    """The first position with enough history, where the setting does not say."""
    length = len(panel.periods)
    if arguments.method == "cusum":
        if arguments.compat:
            return max(min(104, length - 1), length - 101)
        return min(max(length // 2, 1), length - 1)
    if arguments.method.startswith("ears"):
        history = {"ears-c1": 0, "ears-c2": 2, "ears-c3": 4}[arguments.method]
        return min(int(float(str(setting.get("baseline") or 7))) + history, length - 1)
    frequency = int(float(str(setting.get("freq") or panel.frequency)))
    years, width = (_integer(setting, n, d) for n, d in (("b", 5), ("w", 3)))
    return min(max(frequency * years + width, 0), length - 1)


def _integer(setting: Row, name: str, otherwise: int) -> int:
    value = setting.get(name)
    return otherwise if value in (None, "") else int(float(str(value)))


def _run_jobs(
    jobs: dict[tuple[str, str, int, tuple[int, int]], list[tuple[int, int]]],
    gathered: "list[tuple[Panel, list[int]]]",
    home: dict[int, tuple[int, int]],
    table: Table,
    settings: list[Row],
    arguments: "Namespace",
) -> "tuple[list[Row], list[tuple[Panel, list[Alarms]]]]":
    import numpy as np

    ordered: list[tuple[int, int, int, Row]] = []
    drawn: list[tuple[Panel, list[Alarms]]] = []
    done, total = 0, sum(len(m) for m in jobs.values())
    for (_, _, which, span), members in jobs.items():
        panel = gathered[which][0]
        setting = settings[members[0][0]]
        for start in range(0, len(members), BATCH):
            part = members[start : start + BATCH]
            chosen = panel.rows(np.array([home[p][1] for _, p in part]))
            answers = classic_run(chosen, setting, arguments, span)
            for i, (order, place) in enumerate(part):
                name = str(setting.get("setting", "default"))
                for alarms in answers:
                    row = _row(name, table, place, panel, alarms, i)
                    ordered.append((order, place, alarms.at, row))
            if arguments.figures:
                drawn.append((chosen, answers))
            done += len(part)
            progress(done, total, "series judged")
    ordered.sort(key=lambda x: x[:3])
    return [x[3] for x in ordered], drawn


def classic_run(
    panel: "Panel", setting: Row, arguments: "Namespace", span: tuple[int, int]
) -> "list[Alarms]":
    """Run a published method over positions ``span`` (both included)."""
    first, last = span
    compat = bool(arguments.compat)
    if arguments.method == "farrington":
        from focalpoint.engines.detection import farrington

        params = farrington.from_settings(setting, compat=compat)
        if params.calendar and panel.epoch is None:
            params = replace(params, calendar=False)
        return [farrington.detect(panel, at, params) for at in range(first, last + 1)]
    if arguments.method == "cusum":
        from focalpoint.engines.detection import cusum

        return cusum.run(
            panel, first, last, cusum.from_settings(setting, compat=compat)
        )
    from focalpoint.engines.detection import ears

    variant = arguments.method[-2:].upper()
    wanted = ears.from_settings(setting, compat=compat, variant=variant)
    return ears.run(panel, first, last, wanted)


def _row(
    setting: str, table: Table, place: int, panel: "Panel", alarms: "Alarms", i: int
) -> Row:
    return {
        "setting": setting,
        "series": table.series[place].series,
        "unit": table.series[place].unit,
        "t": int(panel.periods[alarms.at]),
        "observed": shown(alarms.observed[i]),
        "upperbound": shown(alarms.upper[i]),
        "alarm": "NA" if alarms.alarm[i] != alarms.alarm[i] else int(alarms.alarm[i]),
        "expected": shown(alarms.expected[i]),
        "score": shown(alarms.score[i]),
        "note": alarms.note[i],
    }


def _columns(table: Table, columns: tuple[str, ...]) -> list[str]:
    names = list(columns)
    if table.has_unit:
        names.insert(2, "unit")
    return names
