"""Accuracy and cost of comparing cartridge cases on the Fadul scans.

    python benchmarks/ballistics.py accuracy FADUL SOURCES.csv [--pixel-um 25] [--method M]
    python benchmarks/ballistics.py accuracy FADUL SOURCES.csv --exhaustive
    python benchmarks/ballistics.py references FADUL SOURCES.csv
    python benchmarks/ballistics.py speed FADUL SOURCES.csv
    python benchmarks/ballistics.py masks FADUL SOURCES.csv
    python benchmarks/ballistics.py raw FADUL SOURCES.csv --raw FADUL_RAW
    python benchmarks/ballistics.py calibration [--plot FILE.png]

FADUL is the folder of the 40 processed scans, SOURCES.csv names the slide of each
(scan,slide), FADUL_RAW holds unprocessed scans named after the processed ones and _raw.
"""

import os

for library in ("OPENBLAS", "OMP", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

import argparse
import csv
import time
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np

from focalpoint.engines.ballistics import calibration, likelihood, x3p
from focalpoint.engines.ballistics import compare as comparing
from focalpoint.engines.ballistics.compare import FIRST_LOOK, compare, ready
from focalpoint.engines.ballistics.matrix import Source, matrix
from focalpoint.engines.ballistics.parameters import parameters_for
from focalpoint.engines.ballistics.preparation import prepared
from focalpoint.engines.ballistics.relief import Relief, about, canvas
from focalpoint.engines.ballistics.whole import best_pose

PACKAGE = Path(likelihood.__file__).parent / "references"


def slides_in(sources: Path) -> dict[str, str]:
    with sources.open(encoding="utf-8") as stream:
        return {row["scan"]: row["slide"] for row in csv.DictReader(stream)}


def summary(title: str, rows, slides, cpu: float = 0.0) -> None:
    same = sorted(r.cmc for r in rows if slides[r.a] == slides[r.b])
    different = sorted(r.cmc for r in rows if slides[r.a] != slides[r.b])
    wrong = sum(k <= different[-1] for k in same)
    print(
        f"{title:36} same {same[0]:3} {same[len(same) // 2]:3}  "
        f"different {different[-1]:3} {np.mean(different):5.2f}  "
        f"gap {same[0] - different[-1]:3}  not above {wrong:2}  {cpu:6.0f} CPU s"
    )


def run(paths, parameters, slides, title):
    begin = time.process_time()
    rows = matrix(paths, parameters, Source())
    summary(title, rows, slides, time.process_time() - begin)
    return rows


def accuracy(given) -> None:
    slides = slides_in(given.sources)
    parameters = parameters_for(given.method, given.pixel_um)
    if given.exhaustive:
        parameters = replace(parameters, coarse_um=parameters.pixel_um)
    run(sorted(given.fadul.glob("*.x3p")), parameters, slides, f"{given.method}")


def references(given) -> None:
    slides = slides_in(given.sources)
    paths = sorted(given.fadul.glob("*.x3p"), key=lambda path: path.stem)
    for name, parameters in likelihood.REFERENCES.items():
        rows = run(paths, parameters, slides, name)
        with (PACKAGE / f"{name}.csv").open("w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(("a", "b", "slide_a", "slide_b", "cmc", "cells", "score"))
            writer.writerows(
                (r.a, r.b, slides[r.a], slides[r.b], r.cmc, r.cells, r.score)
                for r in rows
            )


def timed(what, repeat: int) -> float:
    begin = time.process_time()
    for _ in range(repeat):
        what()
    return (time.process_time() - begin) / repeat * 1e3


def speed(given) -> None:
    """CPU milliseconds of each step, mean over the first pairs of both kinds."""
    names = sorted(slides_in(given.sources))[: given.scans]
    files = [given.fadul / f"{name}.x3p" for name in names]
    begin = time.process_time()
    surfaces = [x3p.read(file).surface for file in files]
    print(
        f"read one file              {(time.process_time() - begin) / len(files) * 1e3:8.1f} ms"
    )
    for label, parameters in (
        ("consensus 6.25 um", parameters_for("consensus")),
        ("consensus 6.25 um, circle", parameters_for("consensus", full_circle=True)),
        ("consensus 25 um", parameters_for("consensus", 25.0)),
        ("original 6.25 um", parameters_for("original")),
    ):
        begin = time.process_time()
        made = [ready(surface, parameters) for surface in surfaces]
        each = (time.process_time() - begin) / len(made) * 1e3
        pairs = list(combinations(made, 2))
        compare(*pairs[0], parameters)
        begin = time.process_time()
        for one, two in pairs:
            compare(one, two, parameters)
        whole = (time.process_time() - begin) / len(pairs) * 1e3
        print(
            f"{label:27}{whole:8.1f} ms a comparison, {each:.1f} ms to make a scan ready"
        )
    parameters = parameters_for("consensus")
    one, two = (ready(surface, parameters) for surface in surfaces[:2])
    middle = two.coarse.middle
    first = timed(
        lambda: best_pose(one.whole, two.whole, FIRST_LOOK, parameters.angles_deg), 5
    )
    cells = timed(
        lambda: comparing.vote(
            one.coarse_cells, two.coarse, middle, parameters.angles_deg, 425.0, 0.5
        ),
        5,
    )
    print(f"  first look {first:.1f} ms, cells at 25 um over 21 angles {cells:.1f} ms")


def auc(same, different) -> float:
    return float(np.mean([[(a > b) + 0.5 * (a == b) for b in different] for a in same]))


def masks(given) -> None:
    """What the outline alone gives, and what is left under one common mask."""
    slides = slides_in(given.sources)
    names = sorted(slides)
    parameters = parameters_for("consensus", 25.0)
    made = {
        name: ready(x3p.read(given.fadul / f"{name}.x3p").surface, parameters)
        for name in names
    }
    outline = {}
    for name, one in made.items():
        whole = one.whole
        level = whole.mask - 0.5
        full = np.ones_like(whole.mask)
        outline[name] = Relief(
            level.astype(np.float32), full, whole.pixel_um, whole.middle
        )
    found = {True: [], False: []}
    for a, b in combinations(names, 2):
        score = best_pose(
            outline[a], outline[b], FIRST_LOOK, parameters.angles_deg
        ).score
        found[slides[a] == slides[b]].append(score)
    print(f"outline alone, no heights: AUC {auc(found[True], found[False]):.3f}")
    half = 80
    views = [
        canvas(one.coarse, half, 0.0, one.coarse.middle)[1] for one in made.values()
    ]
    common = (np.mean(views, axis=0) >= 0.8).astype(np.float32)
    print(
        f"common mask: {common.sum() / np.mean([v.sum() for v in views]):.0%} of a mask"
    )
    cut = {}
    for name, one in made.items():
        heights, mask = canvas(one.coarse, half, 0.0, one.coarse.middle)
        kept = mask * common
        relief = Relief(heights * kept, kept, 25.0, (half, half))
        cut[name] = comparing.ready_from(
            name, about(relief, relief), relief, parameters
        )
    found = {True: [], False: []}
    for a, b in combinations(names, 2):
        result = compare(cut[a], cut[b], parameters)
        found[slides[a] == slides[b]].append(result.cmc)
    print(
        f"cells under the common mask: same {min(found[True])} to {max(found[True])}, "
        f"different at most {max(found[False])}, AUC {auc(found[True], found[False]):.4f}"
    )


def raw(given) -> None:
    """Raw scans prepared here against all processed ones, beside the publishers' own."""
    slides = slides_in(given.sources)
    parameters = parameters_for("consensus")
    made = {
        name: ready(x3p.read(given.fadul / f"{name}.x3p").surface, parameters)
        for name in slides
    }
    print("scan        same slide: prepared / published      other slides: at most")
    for file in sorted(given.raw.glob("*_raw.x3p")):
        name = file.stem.removesuffix("_raw")
        begin = time.process_time()
        own = ready(prepared(x3p.read(file).surface).surface, parameters)
        cost = time.process_time() - begin
        counts = {True: [], False: []}
        for other, target in made.items():
            if other != name:
                pair = (
                    compare(own, target, parameters).cmc,
                    compare(made[name], target, parameters).cmc,
                )
                counts[slides[other] == slides[name]].append(pair)
        most = [max(pair[i] for pair in counts[False]) for i in (0, 1)]
        print(f"{name:10}  {counts[True]}  {most}  {cost:.1f} CPU s to prepare")


def calibrated(given) -> None:
    for name in likelihood.REFERENCES:
        population = likelihood.read_population(name)
        model = likelihood.model_of(population)
        ratios, cost = likelihood.cross_validated(population)
        same = population.same
        print(
            f"{name:26} Cllr {cost.cllr:.4f}  min {cost.cllr_min:.4f}  "
            f"cal {cost.cllr_cal:.4f}  bounds {model.bounds[0]:.2f} to {model.bounds[1]:.2f}"
        )
        if given.plot:
            calibration.plot(ratios[same], ratios[~same], given.plot)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=VERBS)
    parser.add_argument("fadul", type=Path, nargs="?")
    parser.add_argument("sources", type=Path, nargs="?")
    parser.add_argument("--raw", type=Path)
    parser.add_argument("--method", default="consensus")
    parser.add_argument("--pixel-um", type=float)
    parser.add_argument("--scans", type=int, default=6)
    parser.add_argument(
        "--exhaustive", action="store_true", help="no coarse look before the fine one"
    )
    parser.add_argument("--plot", type=Path)
    given = parser.parse_args()
    VERBS[given.what](given)


VERBS = {
    "accuracy": accuracy,
    "references": references,
    "speed": speed,
    "masks": masks,
    "raw": raw,
    "calibration": calibrated,
}

if __name__ == "__main__":
    main()
