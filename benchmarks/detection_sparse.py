"""Detection on sparse series: one factor changed at a time around a base case.

Run ``python benchmarks/detection_sparse.py [--quick] [--size 600] [--csv FILE]``; cells
already in FILE are not run again. Base case: 600 series, rates Gamma(0.6, 0.35) + 0.01 a
week, dispersion 1.3, seven years; an outbreak brings 3 to 8 more events over 8 weeks.
Thresholds come from one half of the series, false alarms and detection from the other.
The default detector is run every week over all series of a cell as one family; Farrington
judges each by itself. The oracle is the same test with the true mean and dispersion.
"""

import argparse
import csv
import os
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from focalpoint.engines.detection import default, farrington, replay, tree, windows
from focalpoint.engines.detection.pooled import Params
from focalpoint.engines.detection.series import Panel

YEARS, JUDGED = 7, 26
METHODS = ("default", "farrington-delta", "farrington-nbPlugin", "oracle")
VARIANTS = METHODS[1:3]
BASE = {
    "mean": None,
    "phi": 1.3,
    "weeks": 8,
    "events": (3, 8),
    "season": 0.0,
    "trend": 0.0,
    "step": 0.0,
    "zero": 0.0,
    "delay": 0.0,
    "rates": "gamma",
}
CHANGES = [
    {},
    *({"mean": m} for m in (0.02, 0.05, 0.1, 0.25, 0.5, 1.0)),
    *({"phi": p} for p in (1.0, 2.0, 5.0)),
    *({"weeks": w} for w in (1, 4, 16)),
    *({"events": (n, n)} for n in range(2, 11)),
    *({"season": s} for s in (0.3, 0.6, 1.0)),
    *({"trend": t} for t in (-0.1, 0.1, 0.2)),
    *({"step": s} for s in (0.5, 2.0, 3.0)),
    *({"zero": z} for z in (0.2, 0.5)),
    *({"delay": d} for d in (0.5, 1.0, 2.0)),
    *({"rates": r} for r in ("lognormal", "two", "uniform", "equal", "pareto")),
]


def rates(kind: str, size: int, rng: np.random.Generator) -> np.ndarray:
    if kind == "lognormal":
        return 0.22 * rng.lognormal(-0.5, 1.0, size)
    if kind == "two":
        return np.where(rng.random(size) < 0.8, 0.05, 0.9)
    if kind == "uniform":
        return rng.uniform(0.01, 0.43, size)
    if kind == "equal":
        return np.full(size, 0.22)
    if kind == "pareto":
        return np.minimum(0.06 * (1 + rng.pareto(1.5, size)), 3.0)
    return rng.gamma(0.6, 0.35, size) + 0.01


def make(cell: dict, size: int, rng: np.random.Generator) -> tuple:
    """Quiet counts and counts with outbreaks (S, T), starts, and the true mean."""
    length = YEARS * 52 + JUDGED
    t = np.arange(length)
    rate = rates(cell["rates"], size, rng)
    if cell["mean"]:
        rate = np.full(size, cell["mean"]) * rng.gamma(4, 0.25, size)
    mu = rate[:, None] * np.exp(
        cell["season"] * np.cos(2 * np.pi * t / 52) + cell["trend"] * (t - length) / 52
    )
    if cell["step"]:
        changed = rng.random(size) < 0.3
        when = rng.integers(104, length - 104, size)
        mu = np.where(changed[:, None] & (t >= when[:, None]), mu * cell["step"], mu)
    if cell["zero"]:
        mu = mu * (rng.random(mu.shape) >= cell["zero"]) / (1 - cell["zero"])
    phi = cell["phi"]
    if phi == 1:
        quiet = rng.poisson(mu)
    else:
        quiet = rng.negative_binomial(np.maximum(mu, 1e-12) / (phi - 1), 1 / phi)
    loud = quiet.copy()
    start = length - JUDGED + rng.integers(0, JUDGED - min(cell["weeks"], 16), size)
    low, high = cell["events"]
    for i in range(size):
        extra = rng.integers(0, cell["weeks"], rng.integers(low, high + 1))
        np.add.at(loud[i], start[i] + extra, 1)
    return quiet.astype(float), loud.astype(float), start, np.maximum(mu, 1e-9)


def delayed(y: np.ndarray, mean: float, rng: np.random.Generator) -> replay.Reports:
    """Each event is reported after a Poisson number of weeks."""
    row, column = np.nonzero(y)
    times = y[row, column].astype(int)
    row, column = np.repeat(row, times), np.repeat(column, times)
    late = column + rng.poisson(mean, len(column))
    return replay.Reports(row, column, late, np.ones(len(row)))


def scores(
    y: np.ndarray, reports: replay.Reports | None, mu: np.ndarray, phi: float
) -> dict[str, np.ndarray]:
    size, length = y.shape
    whole = Panel([str(i) for i in range(size)], np.arange(1, length + 1), y)
    grown = tree.grow(whole)
    delta = farrington.Params(threshold="delta", alpha=0.01, compat=True)
    plug = farrington.Params(threshold="nbPlugin", alpha=0.01, compat=True)
    found: dict[str, list] = {m: [] for m in METHODS}
    shipped = []
    certain, spread = np.full(size, 1e7), np.full(size, phi)
    for at in range(length - JUDGED, length):
        panel = whole if reports is None else replay.as_known(whole, reports, at)
        share = None if reports is None else replay.completeness(reports, at)
        run = default.detect(panel, at, Params(), grown, share, looked=1)
        found["default"].append(_strength(run.verdict.mid_p))
        shipped.append(run.verdict.p <= 0.01)
        truth = mu[:, at - 12 : at + 1] * (1.0 if share is None else share)
        news = 1 if share is None else 1 + int((share < default.COMPLETE).sum())
        recent = panel.values[:, at - 12 : at + 1]
        known = windows.judge(recent, truth, certain, spread, 0.01, looked=news)
        found["oracle"].append(_strength(known.mid_p))
        now = panel.values[:, at]
        a = farrington.detect(panel, at, delta)
        score = np.where(now > 0, np.nan_to_num(a.score, nan=-9), -9)
        found["farrington-delta"].append(score)
        a = farrington.detect(panel, at, plug)
        tail = np.where(now > 0, np.nan_to_num(a.p, nan=1.0), 1.0)
        found["farrington-nbPlugin"].append(_strength(tail))
    answer = {m: np.array(v).T for m, v in found.items()}
    answer["shipped"] = np.array(shipped).T
    return answer


def _strength(p: np.ndarray) -> np.ndarray:
    return -np.log10(np.maximum(p, 1e-300))


def threshold(quiet: np.ndarray, rate: float) -> float:
    """Smallest limit whose false alarm rate on the first half is at most ``rate``."""
    values = np.sort(quiet[: len(quiet) // 2].ravel())
    return float(
        np.nextafter(values[int(np.ceil((1 - rate) * len(values))) - 1], np.inf)
    )


def found_share(
    loud: np.ndarray, start: np.ndarray, weeks: int, limit: float
) -> np.ndarray:
    first = start - (YEARS * 52)
    half = len(loud) // 2
    return np.array(
        [
            (loud[i, first[i] : first[i] + weeks] >= limit).any()
            for i in range(half, len(loud))
        ]
    )


def delay(loud: np.ndarray, start: np.ndarray, weeks: int, limit: float) -> float:
    first = start - (YEARS * 52)
    waits = []
    for i in range(len(loud) // 2, len(loud)):
        hits = np.flatnonzero(loud[i, first[i] : first[i] + weeks] >= limit)
        if len(hits):
            waits.append(int(hits[0]))
    return float(np.median(waits)) if waits else float("nan")


def rate_for(
    quiet: np.ndarray, loud: np.ndarray, start: np.ndarray, weeks: int, pod: float
) -> float:
    """Lowest false alarm rate of the second half at which at least ``pod`` are found."""
    first = start - (YEARS * 52)
    half = len(loud) // 2
    best = np.array(
        [loud[i, first[i] : first[i] + weeks].max() for i in range(half, len(loud))]
    )
    limit = np.quantile(best, 1 - pod, method="lower") if pod > 0 else np.inf
    return float((quiet[half:] >= limit).mean())


def one(job: tuple) -> dict:
    number, size, seed = job
    cell = {**BASE, **CHANGES[number]}
    rng = np.random.default_rng([seed, number])
    begun = time.process_time()
    quiet, loud, start, mu = make(cell, size, rng)
    late, phi = cell["delay"], cell["phi"]
    a = scores(quiet, delayed(quiet, late, rng) if late else None, mu, phi)
    b = scores(loud, delayed(loud, late, rng) if late else None, mu, phi)
    weeks = cell["weeks"]
    row: dict = {"cell": name_of(number), "size": size, "seed": seed}
    half = size // 2
    for m in METHODS:
        limit = threshold(a[m], 0.01)
        hits = found_share(b[m], start, weeks, limit)
        row[f"{m} pod"] = float(hits.mean())
        row[f"{m} half"] = float(1.96 * hits.std() / np.sqrt(len(hits)))
        row[f"{m} fpr"] = float((a[m][half:] >= limit).mean())
        row[f"{m} delay"] = delay(b[m], start, weeks, limit)
    best = max(VARIANTS, key=lambda m: row[f"{m} pod"])
    row["best"] = best
    row["gain"] = row["default pod"] - row[f"{best} pod"]
    rate = rate_for(a["default"], b["default"], start, weeks, row[f"{best} pod"])
    row["fewer"] = row[f"{best} fpr"] / max(rate, 1 / a["default"][half:].size)
    row["rule"] = float(a["shipped"].mean())
    row["seconds"] = time.process_time() - begun
    return row


def name_of(number: int) -> str:
    return ", ".join(f"{k} {v}" for k, v in CHANGES[number].items()) or "base"


def kept(path: Path | None, size: int, seed: int) -> dict[str, dict]:
    """Rows of an earlier run with the same size and seed, by cell."""
    if path is None or not path.exists():
        return {}
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    texts = ("cell", "best")
    typed = [{k: v if k in texts else float(v) for k, v in row.items()} for row in rows]
    return {r["cell"]: r for r in typed if (r["size"], r["seed"]) == (size, seed)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--size", type=int, default=600)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--csv", type=Path)
    parser.add_argument("--cells", help="numbers of cells, separated by commas")
    arguments = parser.parse_args()
    size = 200 if arguments.quick else arguments.size
    cells = range(0, len(CHANGES), 4) if arguments.quick else range(len(CHANGES))
    if arguments.cells:
        cells = [int(x) for x in arguments.cells.split(",")]
    begun = time.time()
    done = kept(arguments.csv, size, arguments.seed)
    rows = [done[name_of(i)] for i in cells if name_of(i) in done]
    jobs = [(i, size, arguments.seed) for i in cells if name_of(i) not in done]
    print(
        "cell                 default POD (fpr) delay | best Farrington POD (fpr) delay | oracle POD | gain | times fewer false alarms | rule p<=1 %"
    )
    for row in rows:
        tell(row)
    with ProcessPoolExecutor(arguments.workers) as pool:
        for row in pool.map(one, jobs):
            rows.append(row)
            tell(row)
            if arguments.csv:
                new = not arguments.csv.exists()
                with arguments.csv.open("a", newline="") as file:
                    writer = csv.DictWriter(file, list(row))
                    if new:
                        writer.writeheader()
                    writer.writerow(row)
    reached = sum(r["gain"] >= 0.1 or r["fewer"] >= 3 for r in rows)
    spent = sum(r["seconds"] for r in rows)
    print(
        f"{reached} of {len(rows)} cells reach +10 points or 3 times fewer; {spent:.0f} s CPU, wall of this run {time.time() - begun:.0f} s, {size} series a cell"
    )


def tell(row: dict) -> None:
    best = row["best"]
    fine = row["gain"] >= 0.10 or row["fewer"] >= 3
    print(
        f"{row['cell']:<20} {100 * row['default pod']:5.1f} ±{100 * row['default half']:4.1f} ({100 * row['default fpr']:4.2f}) {row['default delay']:3.0f} | "
        f"{100 * row[best + ' pod']:5.1f} ±{100 * row[best + ' half']:4.1f} ({100 * row[best + ' fpr']:4.2f}) {row[best + ' delay']:3.0f} {best[11:]:<8} | "
        f"{100 * row['oracle pod']:5.1f} ({100 * row['oracle fpr']:4.2f}) | {100 * row['gain']:+5.1f} | {row['fewer']:5.1f} | {100 * row['rule']:4.2f} {'ok' if fine else 'below'}",
        flush=True,
    )


if __name__ == "__main__":
    main()
