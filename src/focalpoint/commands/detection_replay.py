"""``focalpoint replay``: a detector over the past, as the data were known then."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from focalpoint.commands.arguments import Parser
from focalpoint.commands.detection import METHODS, classic_run, read_settings
from focalpoint.commands.detection_default import read_params
from focalpoint.commands.detection_input import panels, read_table
from focalpoint.commands.detection_output import shown, write_rows
from focalpoint.commands.detection_reports import reports_of, summed
from focalpoint.commands.output import progress
from focalpoint.values.errors import BadInput

if TYPE_CHECKING:
    from argparse import Namespace

    import numpy as np

    from focalpoint.engines.detection.replay import Reports, Runner, Score
    from focalpoint.engines.detection.series import Panel

COLUMNS = ["series", "t", "observed", "known_then", "alarm", "strength", "outbreak"]


def replay(argv: list[str]) -> int:
    """Judge each past period with what was known at its end."""
    parser = Parser(
        prog="focalpoint replay", description="Run a detector over the past."
    )
    parser.add_argument(
        "series", type=Path, help="CSV: series,t,observed[,reported,state]"
    )
    parser.add_argument("--method", choices=METHODS, default="default")
    parser.add_argument("--settings", type=Path)
    parser.add_argument("--compat", choices=("R",))
    parser.add_argument("--periods", type=int, default=52, help="last periods replayed")
    parser.add_argument("--budget", type=int, default=0, help="most signals a period")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args(argv)
    if arguments.periods < 1:
        raise BadInput("--periods must be 1 or more")
    table = read_table(arguments.series)
    setting = read_settings(arguments.settings)[0]
    delayed = table.has_reports
    whole = summed(table) if delayed else table
    rows: list[dict[str, object]] = []
    for panel, places in panels(whole, together=True):
        reports = reports_of(table, panel, places) if delayed else None
        rows += _replay(panel, reports, setting, arguments)
    write_rows(arguments.out, COLUMNS, rows)
    return 0


def _replay(
    panel: "Panel",
    reports: "Reports | None",
    setting: dict[str, object],
    arguments: "Namespace",
) -> list[dict[str, object]]:
    from focalpoint.engines.detection import replay as engine

    last = len(panel.periods) - 1
    first = max(1, last - arguments.periods + 1)
    runner = _runner(reports, setting, arguments)
    hidden = replace(panel, states=None)
    alarm, strength, told = engine.replay(
        hidden,
        first,
        last,
        runner,
        reports,
        lambda done, total: progress(done, total, "periods replayed"),
    )
    found = engine.score(alarm, first, panel.states, told, arguments.budget)
    per_period = found.told / max(len(told), 1)
    print(
        f"{arguments.method}: {found.looks} looks, {found.alarms} alarms, "
        f"{found.told} events told ({per_period:.2f} a period, budget exceeded in "
        f"{found.over_budget}), {_against_truth(found, marked=panel.states is not None)}"
    )
    rows: list[dict[str, object]] = []
    for j in range(alarm.shape[1]):
        at = first + j
        then = panel.values[:, at]
        if reports is not None:
            then = engine.as_known(hidden, reports, at).values[:, at]
        rows += [
            {
                "series": name,
                "t": int(panel.periods[at]),
                "observed": shown(panel.values[i, at]),
                "known_then": shown(then[i]),
                "alarm": "NA" if alarm[i, j] != alarm[i, j] else int(alarm[i, j]),
                "strength": shown(strength[i, j]),
                "outbreak": "" if panel.states is None else shown(panel.states[i, at]),
            }
            for i, name in enumerate(panel.names)
        ]
    return rows


def _against_truth(found: "Score", *, marked: bool) -> str:
    """False alarms and delay, as far as known outbreaks are marked."""
    rate = f"{found.false_per_1000:.2f} %s per 1,000 series-periods"
    if not marked:
        return rate % "alarms" + "; no known outbreak is marked in a column state"
    delay = f", median delay {found.delay:g}" if found.found else ""
    return rate % "false alarms" + (
        f", {found.found} of {found.outbreaks} known outbreaks found{delay}"
    )


def _runner(
    reports: "Reports | None", setting: dict[str, object], arguments: "Namespace"
) -> "Runner":
    if arguments.method == "default":
        return _default_runner(reports, setting, arguments)

    def classic(panel: "Panel", at: int) -> "tuple[np.ndarray, np.ndarray, int]":
        import numpy as np

        span = (max(at // 2, 1), at) if arguments.method == "cusum" else (at, at)
        last = classic_run(panel, setting, arguments, span)[-1]
        return last.alarm, last.score, int(np.nansum(last.alarm))

    return classic


def _default_runner(
    reports: "Reports | None", setting: dict[str, object], arguments: "Namespace"
) -> "Runner":
    from focalpoint.engines.detection import default, tree
    from focalpoint.engines.detection.merging import Stories
    from focalpoint.engines.detection.replay import completeness

    params = read_params(setting, budget=arguments.budget)
    stories = Stories()
    grown: list[tree.Tree] = []
    judged: list[int] = []

    def run(panel: "Panel", at: int) -> "tuple[np.ndarray, np.ndarray, int]":
        import numpy as np

        if not grown and params.family:
            grown.append(tree.grow(panel))
        share = None if reports is None else completeness(reports, at)
        looked = 1 if judged else 0
        judged.append(at)
        answer = default.detect(
            panel, at, params, grown[0] if grown else None, share, looked
        )
        told = sum(stories.add(e)[1] and e.shown for e in answer.events)
        with np.errstate(divide="ignore", invalid="ignore"):
            strength = -np.log10(np.maximum(answer.verdict.p, 1e-300))
        alarm = np.where(np.isnan(answer.verdict.p), np.nan, answer.alarm.astype(float))
        return alarm, strength, told

    return run
