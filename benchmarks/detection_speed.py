"""CPU time and memory of the detectors, one thread.

Run ``python benchmarks/detection_speed.py [farrington] [default] [scan]``. Compilation is
counted apart: each part runs once on a small case first.
"""

import os
import resource
import statistics
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from focalpoint.engines.detection import default, farrington, scan
from focalpoint.engines.detection.pooled import Params
from focalpoint.engines.detection.series import Panel


def timed(what: str, divisor: int, unit: str, call, runs: int = 1) -> None:
    """Print the CPU time of one call, the median of some runs, and the peak memory."""
    times = []
    for _ in range(runs):
        begun = time.process_time()
        call()
        times.append(time.process_time() - begun)
    spent = statistics.median(times)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{what}: {spent:.2f} s CPU, {1e6 * spent / divisor:.1f} us a {unit}, peak {peak:.0f} MiB",
        flush=True,
    )


def panel(size: int, weeks: int, rng: np.random.Generator) -> Panel:
    rate = rng.gamma(0.6, 0.35, size) + 0.01
    y = rng.poisson(rate[:, None], size=(size, weeks)).astype(float)
    paths = {
        "type": [f"t{i % 5}" for i in range(size)],
        "calibre": [f"c{i % 25}" for i in range(size)],
        "region": [f"r{i // 25 % 7}" for i in range(size)],
        "place": [f"p{i // 25 % 400}" for i in range(size)],
    }
    names = [str(i) for i in range(size)]
    return Panel(names, np.arange(1, weeks + 1), y, paths=paths)


def farringtons(rng: np.random.Generator) -> None:
    y = rng.negative_binomial(2, 0.3, size=(5000, 52 * 7)).astype(float)
    whole = Panel([str(i) for i in range(5000)], np.arange(1, 365), y)
    basic = farrington.from_settings({"epochAsDate": 0}, compat=True)
    row = {
        "noPeriods": 10,
        "thresholdMethod": "nbPlugin",
        "pThresholdTrend": 1,
        "pastWeeksNotIncluded": 26,
        "limit_cases": 0,
        "epochAsDate": 0,
    }
    groups = farrington.from_settings(row, compat=True)
    for name, params in (("basic", basic), ("Noufaily", groups)):
        farrington.detect(whole.rows(np.arange(50)), 363, params)
        timed(
            f"Farrington {name}, 5,000 series",
            5000,
            "series and week",
            lambda p=params: farrington.detect(whole, 363, p),
            runs=7,
        )


def chain(rng: np.random.Generator) -> None:
    whole = panel(10_000, 52 * 6, rng)
    timed(
        "compilation (first small run)",
        1,
        "run",
        lambda: default.detect(whole.rows(np.arange(50)), 311, Params()),
    )
    timed(
        "default chain, 10,000 weekly series with branches",
        10_000,
        "series",
        lambda: default.detect(whole, 311, Params()),
    )


def scans(rng: np.random.Generator) -> None:
    lat, lon = 42 + 2 * rng.random(500), 20 + 2 * rng.random(500)
    place, day = rng.integers(0, 500, 10_000), rng.integers(0, 1826, 10_000)
    few = scan.Params(replicates=1)
    timed("compilation", 1, "run", lambda: scan.scan(place, day, lat, lon, few))
    timed(
        "scan, 10,000 events x 500 places x 999 replicates",
        999,
        "replicate",
        lambda: scan.scan(place, day, lat, lon, scan.Params()),
    )


def main() -> None:
    parts = {"farrington": farringtons, "default": chain, "scan": scans}
    rng = np.random.default_rng(1)
    for name in sys.argv[1:] or parts:
        parts[name](rng)


if __name__ == "__main__":
    main()
