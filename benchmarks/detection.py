"""Detection on the 42 scenarios of Noufaily et al. 2013: calibration and power.

Run ``python benchmarks/detection.py [--quick] [--workers 2] [--csv FILE] [--keep FOLDER]``;
scenarios already in FOLDER are not run again. Each series is judged alone (no family),
week after week. Thresholds for the comparison of power are set on other series than those
judged. The oracle knows the true mean and dispersion.
"""

import argparse
import csv
import os
import pickle
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from focalpoint.engines.detection import bounds, default, farrington, pooled, windows
from focalpoint.engines.detection.series import Panel

SETS = [
    (0.1, 0.0025, 0.6, 0.6, 1.5),
    (-2.0, 0.005, 0.1, 0.3, 2.0),
    (1.5, 0.003, 0.2, -0.4, 1.0),
    (0.5, 0.002, 0.5, 0.5, 5.0),
    (2.5, 0.001, 1.0, 0.1, 3.0),
    (3.75, 0.001, 0.1, -0.1, 1.1),
    (5.0, 0.0001, 0.05, 0.01, 1.2),
]
SCENARIOS = [(s, trend, m) for s in SETS for trend in (0, 1) for m in (0, 1, 2)]
WEEKS, FIRST = 624, 575
PAST = (0, 2, 3, 5, 10)
METHODS = ("default", "farrington-delta", "farrington-nbPlugin", "oracle")
BANDS = ((0.0, 1.0), (1.0, 5.0), (5.0, 1e9))
LEVELS = (0.01, 0.0174)


def means(scenario: tuple) -> np.ndarray:
    (theta, beta, g1, g2, _), trend, harmonics = scenario
    t = np.arange(1, WEEKS + 1)
    eta = theta + beta * trend * t
    for j in range(1, harmonics + 1):
        eta = (
            eta
            + g1 * np.cos(2 * np.pi * j * t / 52)
            + g2 * np.sin(2 * np.pi * j * t / 52)
        )
    return np.exp(eta)


def counts(
    mu: np.ndarray, phi: float, size: int, rng: np.random.Generator
) -> np.ndarray:
    if phi == 1:
        return rng.poisson(np.broadcast_to(mu, (size, WEEKS))).astype(float)
    return rng.negative_binomial(mu / (phi - 1), 1 / phi, size=(size, WEEKS)).astype(
        float
    )


def add_outbreak(
    row: np.ndarray, start: int, k: float, mu: np.ndarray, phi: float, rng
) -> int:
    """Add one outbreak; returns its last week. Nothing may be added: then -1."""
    size = rng.poisson(k * np.sqrt(mu[start] * phi))
    if not size:
        return -1
    delay = np.floor(rng.lognormal(0.0, 0.5, size=size)).astype(int)
    week = np.minimum(start + delay, WEEKS - 1)
    np.add.at(row, week, 1)
    return int(week.max())


def scores(y: np.ndarray, mu: np.ndarray, phi: float) -> dict[str, np.ndarray]:
    """Evidence of every look, larger is stronger: shape (S, 49) for each method."""
    panel = Panel([str(i) for i in range(len(y))], np.arange(1, WEEKS + 1), y)
    alone = pooled.Params(family=False)
    delta = farrington.Params(threshold="delta", alpha=0.01, compat=True)
    plug = farrington.Params(threshold="nbPlugin", alpha=0.01, compat=True)
    found = {name: [] for name in (*METHODS, "mid", "oracle-windows")}
    seconds = dict.fromkeys(METHODS, 0.0)
    high = np.full(len(y), 1e9)
    for at in range(FIRST, WEEKS):
        begun = time.process_time()
        recent = y[:, at - 12 : at + 1]
        seen = default.detect(panel, at, alone, looked=1).verdict
        found["default"].append(-np.log10(np.maximum(seen.p, 1e-300)))
        found["mid"].append(seen.mid_p)
        seconds["default"] += time.process_time() - begun
        truth = np.broadcast_to(mu[at - 12 : at + 1], recent.shape)
        known = windows.judge(recent, truth, high, np.full(len(y), phi), 0.01, looked=1)
        found["oracle-windows"].append(known.p)
        begun = time.process_time()
        a = farrington.detect(panel, at, delta)
        seconds["farrington-delta"] += time.process_time() - begun
        found["farrington-delta"].append(
            np.where(y[:, at] > 0, np.nan_to_num(a.score, nan=-9), -9.0)
        )
        a = farrington.detect(panel, at, plug)
        tail = np.where(y[:, at] > 0, np.nan_to_num(a.p, nan=1.0), 1.0)
        found["farrington-nbPlugin"].append(-np.log10(np.maximum(tail, 1e-300)))
        tail = bounds.upper_tail(
            y[:, at], np.full(len(y), mu[at]), np.full(len(y), phi)
        )
        found["oracle"].append(-np.log10(np.maximum(tail, 1e-300)))
    answer = {k: np.array(v).T for k, v in found.items()}
    answer["seconds"] = seconds
    return answer


def one(job: tuple) -> dict:
    """All figures of one scenario."""
    number, null, detection, seed, keep = job
    file = keep / f"{number}-{null}-{detection}-{seed}.pickle" if keep else None
    if file and file.exists():
        return pickle.loads(file.read_bytes())
    scenario = SCENARIOS[number]
    mu, phi = means(scenario), scenario[0][4]
    rng = np.random.default_rng([seed, number])
    parts, arms = [counts(mu, phi, null, rng)], []
    for past in PAST:
        y = counts(mu, phi, detection, rng)
        spans = []
        for row in y:
            for start in rng.choice(np.arange(312, FIRST - 10), 4, replace=False):
                if past:
                    add_outbreak(row, int(start), past, mu, phi, rng)
            k = int(rng.integers(1, 11))
            start = int(rng.integers(FIRST, WEEKS - 4))
            end = add_outbreak(row, start, k, mu, phi, rng)
            spans.append((start - FIRST, end - FIRST, k))
        parts.append(y)
        arms.append((past, spans))
    found = scores(np.concatenate(parts), mu, phi)
    seconds = found.pop("seconds")
    cuts = np.cumsum([0] + [len(p) for p in parts])

    def cut(i: int) -> dict[str, np.ndarray]:
        return {k: v[cuts[i] : cuts[i + 1]] for k, v in found.items()}

    answer = {
        "number": number,
        "mean": float(mu[FIRST:].mean()),
        "null": cut(0),
        "arms": [(past, spans, cut(i)) for i, (past, spans) in enumerate(arms, 1)],
        "seconds": seconds,
    }
    if file:
        file.write_bytes(pickle.dumps(answer))
    return answer


def share(values: np.ndarray) -> tuple[float, float]:
    """Share and half width of its 95 % interval, series as clusters."""
    each = values.mean(axis=1)
    return float(each.mean()), float(1.96 * each.std(ddof=1) / np.sqrt(len(each)))


def report(results: list[dict], csv_path: Path | None) -> None:
    rows = []
    print(
        "\n# Calibration without outbreaks, nominal 1 % (share in %, 95 % half width)"
    )
    print(
        "scenario  mean    mid-p<=1%     p<=1% (rule)  same rule, truth known  FF delta  FF nbPlugin  verdict"
    )
    bad = 0
    for r in results:
        null = r["null"]
        mid, half = share(null["mid"] <= 0.01)
        rule, rule_half = share(null["default"] >= 2)
        truth, _ = share(null["oracle-windows"] <= 0.01)
        delta, _ = share(null["farrington-delta"] > 1)
        plug, _ = share(null["farrington-nbPlugin"] >= 2)
        fine = mid + half >= 0.0075 and mid - half <= 0.0125
        fine_rule = rule - rule_half <= 0.0125 and rule + rule_half >= 0.75 * min(
            truth, 0.01
        )
        bad += not (fine and fine_rule)
        s, trend, m = SCENARIOS[r["number"]]
        print(
            f"{s[0]:5} {trend} {m} {r['mean']:8.2f}  {100 * mid:5.2f} ±{100 * half:4.2f}  {100 * rule:5.2f} ±{100 * rule_half:4.2f}  {100 * truth:5.2f}  {100 * delta:5.2f}  {100 * plug:5.2f}  {'ok' if fine else 'MID'} {'ok' if fine_rule else 'RULE'}"
        )
        rows.append(
            {
                "part": "calibration",
                "scenario": f"{s[0]}/{trend}/{m}",
                "mean": r["mean"],
                "mid": mid,
                "half": half,
                "rule": rule,
                "truth": truth,
                "ff_delta": delta,
                "ff_nb": plug,
            }
        )
    print(f"{len(results) - bad} of {len(results)} scenarios within bounds")
    for low, up in BANDS:
        inside = [r for r in results if low <= r["mean"] < up]
        if inside:
            mid, half = share(
                np.concatenate([r["null"]["mid"] <= 0.01 for r in inside])
            )
            rule, _ = share(np.concatenate([r["null"]["default"] >= 2 for r in inside]))
            print(
                f"band {low:g}-{up:g}: mid-p<=1% {100 * mid:.2f} ±{100 * half:.2f}, rule {100 * rule:.2f}"
            )
    print(
        "\n# Detection at equal false positive rate (thresholds from the first half of the quiet series)"
    )
    print("band       past  level  " + "  ".join(f"{m:>22}" for m in METHODS))
    for low, up in (*BANDS, (0.0, 1e9)):
        inside = [r for r in results if low <= r["mean"] < up]
        for past in (None, *PAST):
            for level in LEVELS:
                cells = [power(inside, m, level, past) for m in METHODS]
                text = "  ".join(
                    f"{100 * pod:5.1f} ±{100 * h:3.1f} (fpr {100 * fpr:4.2f})"
                    for pod, h, fpr in cells
                )
                print(
                    f"{low:g}-{up:<8g} {past if past is not None else 'all'!s:>4}  {100 * level:4.2f}  {text}"
                )
                for m, (pod, h, fpr) in zip(METHODS, cells, strict=True):
                    rows.append(
                        {
                            "part": "detection",
                            "band": f"{low:g}-{up:g}",
                            "past": past,
                            "level": level,
                            "method": m,
                            "pod": pod,
                            "half": h,
                            "fpr": fpr,
                        }
                    )
    looks = sum(
        r["null"]["default"].size + sum(a[2]["default"].size for a in r["arms"])
        for r in results
    )
    for m in ("default", "farrington-delta"):
        total = sum(r["seconds"][m] for r in results)
        print(f"{m}: {1e6 * total / looks:.0f} us CPU a look")
    if csv_path:
        names = sorted({k for row in rows for k in row})
        with csv_path.open("w", newline="") as file:
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows(rows)


def power(
    inside: list[dict], method: str, level: float, past: int | None
) -> tuple[float, float, float]:
    """Outbreaks found, half width of the 95 % interval, false positive rate elsewhere."""
    if not inside:
        return (np.nan,) * 3
    first, second = [], []
    for r in inside:
        null = r["null"][method]
        first.append(null[: len(null) // 2].ravel())
        second.append(null[len(null) // 2 :].ravel())
    limit = float(np.quantile(np.concatenate(first), 1 - level, method="higher"))
    fpr = float((np.concatenate(second) >= limit).mean())
    hits, groups = [], []
    for r in inside:
        for arm, spans, found in r["arms"]:
            if past is not None and arm != past:
                continue
            for row, (start, end, _) in enumerate(spans):
                if end >= start:
                    hits.append((found[method][row, start : end + 1] >= limit).any())
                    groups.append(r["number"])
    hits, groups = np.array(hits), np.array(groups)
    rng = np.random.default_rng(0)
    names = np.unique(groups)
    by = {n: hits[groups == n] for n in names}
    boot = [
        np.concatenate([rng.choice(by[n], len(by[n])) for n in names]).mean()
        for _ in range(200)
    ]
    return float(hits.mean()), float(1.96 * np.std(boot)), fpr


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--null", type=int, default=400)
    parser.add_argument("--detection", type=int, default=100)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--csv", type=Path)
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()
    null, detection = (
        (20, 6) if arguments.quick else (arguments.null, arguments.detection)
    )
    begun = time.time()
    if arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=True)
    jobs = [
        (i, null, detection, arguments.seed, arguments.keep)
        for i in range(len(SCENARIOS))
    ]
    results = []
    with ProcessPoolExecutor(arguments.workers) as pool:
        for done, result in enumerate(pool.map(one, jobs), 1):
            results.append(result)
            mid, half = share(result["null"]["mid"] <= 0.01)
            rule, _ = share(result["null"]["default"] >= 2)
            print(
                f"{done} of {len(jobs)} scenarios, {time.time() - begun:.0f} s, mean {result['mean']:.2f}: "
                f"mid-p <= 1 % in {100 * mid:.2f} ±{100 * half:.2f} %, rule {100 * rule:.2f} %",
                flush=True,
            )
    report(results, arguments.csv)
    print(
        f"wall {time.time() - begun:.0f} s, {arguments.workers} workers, {null} quiet and {detection} x {len(PAST)} outbreak series a scenario"
    )


if __name__ == "__main__":
    main()
