"""False discoveries on real counts whose months were shuffled.

Run ``python benchmarks/detection_permuted.py SERIES.csv [--runs 20] [--plant]`` with a file
in the form of ``focalpoint detect`` (``detection_rio.py`` makes one). The months are put in random order, one order for each
series, so that nothing is rising: every signal told is false, and a run with any signal
has a false discovery proportion of one. With ``--plant`` 6 or 12 events are spread over
the last three months of four series of each band of means and each number, and what is
found and what is false is told with and without the law of batches.
"""

import argparse
import os
import time
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from focalpoint.commands.detection_input import panels, read_table
from focalpoint.engines.detection import default, tree
from focalpoint.engines.detection.pooled import Params
from focalpoint.engines.detection.series import Panel

BANDS = {"below 0.1": (0.0, 0.1), "0.1 to 0.5": (0.1, 0.5), "0.5 to 2": (0.5, 2.0)}
PLANTED, MONTHS, EACH = (6, 12), 3, 4


def plant(values: np.ndarray, rng: np.random.Generator) -> dict[int, tuple[str, int]]:
    """Add the events, in place; band and number of each series chosen."""
    mean = values[:, :-MONTHS].mean(axis=1)
    chosen: dict[int, tuple[str, int]] = {}
    for band, (low, high) in BANDS.items():
        rows = rng.permutation(np.flatnonzero((mean >= low) & (mean < high)))
        for i, number in enumerate(PLANTED):
            for row in rows[i * EACH : (i + 1) * EACH]:
                chosen[int(row)] = (band, number)
                column = values.shape[1] - 1 - rng.integers(0, MONTHS, number)
                np.add.at(values[row], column, 1)
    return chosen


def power(panel: Panel, mixed: list[np.ndarray], grown: tree.Tree, seed: int) -> None:
    """What is found of what was planted, with and without the law of batches."""
    for title, params in (
        ("law of batches", Params()),
        ("no allowance", replace(Params(), batches=False)),
    ):
        rng = np.random.default_rng(seed)
        hits: dict[tuple[str, int], list[bool]] = {}
        false = told = 0
        for values in mixed:
            planted = values.copy()
            chosen = plant(planted, rng)
            then = replace(panel, values=planted)
            events = default.detect(then, values.shape[1] - 1, params, grown).events
            rows = {n: i for i, n in enumerate(panel.names)}
            named: set[int] = set()
            for event in events:
                known = {
                    rows[n]
                    for n in (event.series, *event.merged, *(p[0] for p in event.parts))
                    if n in rows
                }
                named |= known
                false += not known & set(chosen)
            told += len(events)
            for row, key in chosen.items():
                hits.setdefault(key, []).append(row in named)
        text = ", ".join(
            f"mean {band} +{number}: {sum(h)}/{len(h)}"
            for (band, number), h in hits.items()
        )
        print(f"{title}: {text}; {told} events told, {false} false")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("series", type=Path)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--together", action="store_true", help="one order for all series"
    )
    parser.add_argument("--plant", action="store_true")
    arguments = parser.parse_args()
    panel, _ = panels(read_table(arguments.series), together=True)[0]
    totals = np.nansum(panel.values, axis=0)
    last = int(np.flatnonzero(totals > 0).max())
    values = np.nan_to_num(panel.values[:, : last + 1])
    rng = np.random.default_rng(arguments.seed)
    grown = tree.grow(panel)
    mids, firing, told = [], 0, 0
    kept = []
    begun = time.process_time()
    for run in range(arguments.runs):
        if arguments.together:
            mixed = values[:, rng.permutation(values.shape[1])]
        else:
            mixed = rng.permuted(values, axis=1)
        kept.append(mixed)
        then = Panel(
            panel.names,
            panel.periods[: last + 1],
            mixed,
            panel.epoch[: last + 1],
            paths=panel.paths,
        )
        answer = default.detect(then, last, Params(), grown)
        mids.append(answer.verdict.mid_p)
        firing += bool(answer.events)
        told += len(answer.events)
        print(f"run {run + 1}: {len(answer.events)} events told", flush=True)
    mid = np.array(mids)
    print(
        f"{firing} of {arguments.runs} runs told anything (false discovery rate {firing / arguments.runs:.2f}, wanted at most {Params().fdr}); {told} events"
    )
    shares = ", ".join(
        f"{level:g}: {(mid <= level).mean():.4f}"
        for level in (0.001, 0.01, 0.05, 0.1, 0.5)
    )
    print(
        f"share of mid-p at most {shares} over {mid.size} looks, {time.process_time() - begun:.0f} s CPU"
    )
    if arguments.plant:
        cut = Panel(
            panel.names,
            panel.periods[: last + 1],
            values,
            panel.epoch[: last + 1],
            paths=panel.paths,
        )
        power(cut, kept, grown, arguments.seed)


if __name__ == "__main__":
    main()
