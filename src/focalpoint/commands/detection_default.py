"""The default method of ``focalpoint detect``: families, events and sentences."""

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from focalpoint.commands.detection_input import Table, panels
from focalpoint.commands.detection_reports import reports_of, summed
from focalpoint.commands.output import progress
from focalpoint.values.errors import BadInput

if TYPE_CHECKING:
    from argparse import Namespace

    from focalpoint.engines.detection.default import Event, Run
    from focalpoint.engines.detection.pooled import Params
    from focalpoint.engines.detection.replay import Reports
    from focalpoint.engines.detection.series import Panel

Row = dict[str, object]
COLUMNS = [
    "setting",
    "series",
    "t",
    "observed",
    "upperbound",
    "alarm",
    "expected",
    "score",
    "p",
    "mid_p",
    "q",
    "drift_p",
    "window",
    "window_observed",
    "window_expected",
    "low",
    "high",
    "recurrence_days",
    "since",
    "node",
    "source",
    "baseline_events",
    "baseline_periods",
    "lowered",
    "phi",
    "event",
    "told",
    "provisional",
    "version",
    "note",
    "explanation",
]


def detect(table: Table, settings: list[Row], arguments: "Namespace") -> int:
    """Judge the last periods of all series of the table together."""
    from focalpoint.commands.detection_output import write_rows
    from focalpoint.engines.detection.explain import LOCALES

    if arguments.locale not in LOCALES:
        raise BadInput("--locale must be one of %(known)s", known=", ".join(LOCALES))
    rows: list[Row] = []
    told = 0
    whole = summed(table) if table.has_reports else table
    gathered = panels(whole, together=True)
    for setting in settings:
        params = read_params(setting, budget=arguments.budget)
        for panel, places in gathered:
            part, events = _judge(
                panel,
                reports_of(table, panel, places) if table.has_reports else None,
                [table.series[p].unit for p in places],
                setting,
                params,
                arguments,
            )
            rows += part
            told += events
    columns = list(COLUMNS)
    if table.has_unit:
        columns.insert(2, "unit")
    write_rows(arguments.out, columns, rows)
    alarms = sum(row["alarm"] == 1 for row in rows)
    print(f"{len(rows)} looks, {alarms} alarms, {told} events told")
    return 0


def read_params(setting: Row, *, budget: int = 0) -> "Params":
    """The settings of the default detector from an object of the settings file."""
    from focalpoint.engines.detection.pooled import Params

    known = {f.name: f for f in fields(Params)}
    given: dict[str, object] = {}
    for name, value in setting.items():
        if name not in known:
            continue
        try:
            number = float(str(value)) if not isinstance(value, bool) else float(value)
        except ValueError:
            number = float("nan")
        if not number >= 0:
            raise BadInput(
                "the setting %(name)s has the value %(value)s; a number from 0 up is "
                "needed",
                name=name,
                value=value,
            )
        kind = type(getattr(Params(), name))
        given[name] = kind(number)
    params = replace(Params(), **given)  # type: ignore[arg-type]
    if not 0 < params.alpha < 1 or not 0 < params.fdr <= 1:
        raise BadInput("the settings alpha and fdr must lie between 0 and 1")
    if params.drift_ratio <= 1 or params.years < 1:
        raise BadInput("drift_ratio must be above 1 and years at least 1")
    return replace(params, budget=budget or params.budget)


def _judge(
    panel: "Panel",
    reports: "Reports | None",
    units: list[str],
    setting: Row,
    params: "Params",
    arguments: "Namespace",
) -> tuple[list[Row], int]:
    """Each period with what was known by then, where report periods are given."""
    from focalpoint.engines.detection import default, replay, tree
    from focalpoint.engines.detection.merging import Stories

    grown = tree.grow(panel) if params.family else None
    first, last = _positions(panel, setting, arguments)
    stories = Stories()
    rows: list[Row] = []
    count = 0
    for at in range(first, last + 1):
        then, share = panel, None
        if reports is not None:
            then = replay.as_known(panel, reports, at)
            share = replay.completeness(reports, at)
        run = default.detect(then, at, params, grown, share, looked=int(at > first))
        part, new = _rows(then, units, setting, run, stories, arguments)
        rows += part
        count += new
        if arguments.figures:
            from focalpoint.engines.detection.figures import draw_events

            draw_events(then, grown, run, params, arguments.figures, arguments.locale)
        progress(at - first + 1, last - first + 1, "periods judged")
    return rows, count


def _positions(panel: "Panel", setting: Row, arguments: "Namespace") -> tuple[int, int]:
    start, length = int(panel.periods[0]), len(panel.periods)
    try:
        last = setting.get("range_last")
        until = int(str(last)) - start if last not in (None, "") else length - 1
        first = setting.get("range_first")
        since = until - max(arguments.periods, 1) + 1
        since = int(str(first)) - start if first not in (None, "") else since
    except ValueError:
        raise BadInput("range_first and range_last must be whole numbers") from None
    if until >= length or until < 0:
        raise BadInput("range_last lies outside the series of the file")
    return max(0, min(since, until)), until


def _rows(
    panel: "Panel",
    units: list[str],
    setting: Row,
    run: "Run",
    stories: "object",
    arguments: "Namespace",
) -> tuple[list[Row], int]:
    by_name: dict[str, Event] = {}
    numbers: dict[int, tuple[int, bool]] = {}
    new = 0
    for event in run.events:
        story, told = stories.add(event)  # type: ignore[attr-defined]
        numbers[id(event)] = (story.number, told and event.shown)
        new += int(told and event.shown)
        for name in (event.series, *event.merged):
            by_name.setdefault(name, event)
    rows = [
        _row(panel, units, setting, run, i, by_name.get(str(panel.names[i])))
        for i in range(len(panel.names))
    ]
    for i, row in enumerate(rows):
        if not run.alarm[i]:
            row["event"] = row["told"] = ""
    known = set(panel.names)
    rows += [
        _branch_row(setting, event) for event in run.events if event.series not in known
    ]
    _say(rows, by_name, numbers, arguments.locale)
    return rows, new


def _say(
    rows: list[Row],
    by_name: "dict[str, Event]",
    numbers: dict[int, tuple[int, bool]],
    locale: str,
) -> None:
    from focalpoint.engines.detection.explain import day, explain

    for row in rows:
        if row["alarm"] != 1:
            continue
        event = by_name[str(row["series"])]
        number, told = numbers[id(event)]
        row["event"], row["told"] = number, int(told)
        row["node"], row["since"] = event.series, day(event, event.since)
        row["explanation"] = explain(event, locale) if told else ""


def _row(
    panel: "Panel",
    units: list[str],
    setting: Row,
    run: "Run",
    i: int,
    event: "Event | None",
) -> Row:
    import math

    from focalpoint import __version__
    from focalpoint.commands.detection_output import shown

    verdict, expected = run.verdict, run.expected
    p = float(verdict.p[i])
    days = 365.25 / panel.frequency / max(p, 1e-300)
    return {
        "setting": str(setting.get("setting", "default")),
        "series": panel.names[i],
        "unit": units[i],
        "t": int(panel.periods[run.at]),
        "observed": shown(panel.values[i, run.at]),
        "upperbound": shown(verdict.upper[i]),
        "alarm": int(run.alarm[i]) if p == p else "NA",
        "expected": shown(expected.mu[i, -1]),
        "score": shown(-math.log10(max(p, 1e-300)) if p == p else p),
        "p": shown(p),
        "mid_p": shown(verdict.mid_p[i]),
        "q": shown(run.q[i]),
        "drift_p": shown(run.drift_p[i]),
        "window": shown(verdict.length[i]),
        "window_observed": shown(verdict.observed[i]),
        "window_expected": shown(verdict.expected[i]),
        "low": shown(verdict.low[i]),
        "high": shown(verdict.high[i]),
        "recurrence_days": shown(round(days, 1)),
        "since": "",
        "node": "",
        "source": expected.source[i] or "own",
        "baseline_events": shown(expected.events[i]),
        "baseline_periods": shown(expected.rows[i]),
        "lowered": shown(expected.lowered[i]),
        "phi": shown(expected.phi[i]),
        "event": "",
        "told": "",
        "provisional": int(run.provisional[i]),
        "version": __version__,
        "note": expected.note[i],
        "explanation": "",
    }


def _branch_row(setting: Row, event: "Event") -> Row:
    import math

    from focalpoint.commands.detection_output import shown
    from focalpoint.engines.detection.explain import recurrence_days

    return {
        "setting": str(setting.get("setting", "default")),
        "series": event.series,
        "unit": "",
        "t": event.period,
        "observed": "NA",
        "upperbound": "NA",
        "alarm": 1,
        "expected": "NA",
        "score": shown(-math.log10(max(event.p, 1e-300))),
        "p": shown(event.p),
        "q": shown(event.q),
        "window": event.length,
        "window_observed": shown(event.observed),
        "window_expected": shown(event.expected),
        "low": shown(event.low),
        "high": shown(event.high),
        "recurrence_days": shown(round(recurrence_days(event), 1)),
        "source": event.source or "own",
        "baseline_events": shown(event.baseline_events),
        "baseline_periods": shown(event.baseline_periods),
        "lowered": shown(event.lowered),
        "provisional": int(event.provisional),
        "version": event.version,
        "note": "branch",
    }
