"""False discoveries on real counts whose months were shuffled.

Run ``python benchmarks/detection_permuted.py SERIES.csv [--runs 20]`` with a file in the
form of ``focalpoint detect``. The months are put in random order, one order for each
series, so that nothing is rising: every signal told is false, and a run with any signal
has a false discovery proportion of one.
"""

import argparse
import os
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from focalpoint.commands.detection_input import panels, read_table
from focalpoint.engines.detection import default, tree
from focalpoint.engines.detection.pooled import Params
from focalpoint.engines.detection.series import Panel


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("series", type=Path)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--together", action="store_true", help="one order for all series"
    )
    arguments = parser.parse_args()
    panel, _ = panels(read_table(arguments.series), together=True)[0]
    totals = np.nansum(panel.values, axis=0)
    last = int(np.flatnonzero(totals > 0).max())
    values = np.nan_to_num(panel.values[:, : last + 1])
    rng = np.random.default_rng(arguments.seed)
    grown = tree.grow(panel)
    mids, firing, told = [], 0, 0
    begun = time.process_time()
    for run in range(arguments.runs):
        if arguments.together:
            mixed = values[:, rng.permutation(values.shape[1])]
        else:
            mixed = rng.permuted(values, axis=1)
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


if __name__ == "__main__":
    main()
