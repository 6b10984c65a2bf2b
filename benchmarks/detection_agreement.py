"""Agreement with R, point by point: Farrington, EARS, CUSUM and the permutation scan.

Run ``python benchmarks/detection_agreement.py FOLDER`` where FOLDER holds
``series_input.csv.gz``, ``ff_settings.json``, ``ff_reference.csv.gz``,
``other_algorithms_reference.csv.gz`` (surveillance 1.20.3) and ``scan/`` (scanstatistics
1.1.2). The first three go through the command, as a user would send them.
"""

import argparse
import csv
import gzip
import math
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

from focalpoint.commands.detection import detect
from focalpoint.engines.detection import scan

BOUND_MOST = 1e12  # R's larger bounds are rounding noise
CUSUM_FIRST = 105
YEARS = ((1986, 1989), (1973, 1986))


def rows(path: Path) -> list[dict[str, str]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def apart(ours: str, theirs: str) -> float:
    """Relative difference; infinite where one of both is missing."""
    one, two = (
        float(x) if x not in ("", "NA", "NaN") else math.nan for x in (ours, theirs)
    )
    if math.isnan(one) or math.isnan(two):
        return 0.0 if math.isnan(one) and math.isnan(two) else math.inf
    return 0.0 if one == two else abs(one - two) / max(abs(two), 1e-300)


def same_alarm(ours: str, theirs: str) -> bool:
    none = ("", "NA", "NaN")
    return (ours in none and theirs in none) or ours == theirs


def farrington(folder: Path, scratch: Path) -> None:
    out = scratch / "farrington.csv"
    begun = time.process_time()
    given = [
        str(plain(folder / "series_input.csv.gz", scratch)),
        "--method",
        "farrington",
    ]
    given += ["--settings", str(folder / "ff_settings.json"), "--compat", "R"]
    detect([*given, "--out", str(out)])
    spent = time.process_time() - begun
    ours = {(r["setting"], unit(r), r["t"]): r for r in rows(out)}
    wrong, lost, most, count = 0, 0, 0.0, 0
    for row in rows(folder / "ff_reference.csv.gz"):
        mine = ours.get((row["setting"], row["series"], row["t"]))
        if mine is None:
            lost += 1
            continue
        count += 1
        wrong += not same_alarm(mine["alarm"], row["alarm"])
        bound = float(row["upperbound"]) if row["upperbound"] != "NA" else 0.0
        if row["identified"] == "1" and bound < BOUND_MOST:
            most = max(most, apart(mine["upperbound"], row["upperbound"]))
    print(
        f"farrington: {count:,} points, {lost} without an answer, {wrong} alarms differ, "
        f"bounds differ by {most:.1e} at most; {spent:.1f} CPU s"
    )


def unit(row: dict[str, str]) -> str:
    return f"{row['series']}/{row['unit']}" if row.get("unit") else row["series"]


def plain(path: Path, scratch: Path) -> Path:
    """The series as an uncompressed file."""
    out = scratch / path.stem
    out.write_bytes(gzip.decompress(path.read_bytes()))
    return out


def others(folder: Path, scratch: Path) -> None:
    """EARS and CUSUM on the sums of the units of each set."""
    sums: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for row in rows(folder / "series_input.csv.gz"):
        sums[row["series"].split("/")[0]][int(row["t"])] += float(row["observed"])
    series = scratch / "sums.csv"
    with series.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(("series", "t", "observed"))
        for name, values in sums.items():
            writer.writerows((name, t, f"{n:g}") for t, n in sorted(values.items()))
    wanted = defaultdict(list)
    for row in rows(folder / "other_algorithms_reference.csv.gz"):
        wanted[row["method"]].append(row)
    for name, method in (
        ("earsC1", "ears-c1"),
        ("earsC2", "ears-c2"),
        ("earsC3", "ears-c3"),
        ("cusum_k1.04_h2.26_rossi", "cusum"),
    ):
        out = scratch / f"{name}.csv"
        given = [str(series), "--method", method, "--compat", "R", "--out", str(out)]
        detect(given)
        ours = {(r["series"], r["t"]): r for r in rows(out)}
        mine = [(ours.get((r["series"], r["t"])), r) for r in wanted[name]]
        lost = sum(one is None for one, _ in mine)
        both = [(one, two) for one, two in mine if one is not None]
        wrong = sum(not same_alarm(a["alarm"], b["alarm"]) for a, b in both)
        most = max(apart(a["upperbound"], b["upperbound"]) for a, b in both)
        print(
            f"{method}: {len(both):,} points, {lost} without an answer, {wrong} alarms "
            f"differ, bounds differ by {most:.1e} at most"
        )


def scans(folder: Path) -> None:
    cases = rows(folder / "nm_cases_population.csv")
    counties = sorted({row["county"] for row in cases})
    seats = {
        r["county"]: (float(r["seat_lat"]), float(r["seat_long"]))
        for r in rows(folder / "nm_geography.csv")
    }
    zones = [
        np.array([int(number) - 1 for number in line.split()])
        for line in (folder / "nm_zones_k15.txt").read_text().splitlines()
    ]
    summary = {row["run"]: row for row in rows(folder / "nm_scan_summary.csv")}
    for first, last in YEARS:
        counts = np.zeros((len(counties), last - first + 1), int)
        for row in cases:
            if first <= int(row["year"]) <= last:
                counts[counties.index(row["county"]), int(row["year"]) - first] += int(
                    row["count"]
                )
        windows = scan.window_scores(counts, zones)
        name = f"stp_marginal_{first}_{last}"
        wanted = rows(folder / f"nm_{name}.csv.gz")
        most = max(
            abs(windows[int(r["zone"]) - 1, int(r["duration"]) - 1] - float(r["score"]))
            for r in wanted
        )
        place, year = np.nonzero(counts)
        repeats = counts[place, year]
        lat, lon = (
            np.array([seats[county][axis] for county in counties]) for axis in (0, 1)
        )
        found = scan.scan(
            np.repeat(place, repeats),
            np.repeat(year, repeats),
            lat,
            lon,
            scan.Params(max_days=last - first + 1),
        )
        best = ", ".join(counties[number] for number in found[0].places)
        print(
            f"scan {first}-{last}: {len(wanted):,} windows differ by {most:.1e} at most; "
            f"best {best}, p {found[0].p:.3f} (R: {summary[name]['locations']}, "
            f"{summary[name]['mc_p']})"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        farrington(given.folder, Path(scratch))
        others(given.folder, Path(scratch))
    scans(given.folder / "scan")


if __name__ == "__main__":
    main()
