"""Search a large made-up collection with planted mates: recall, time, memory.

    python benchmarks/ballistics_collection.py make FADUL SOURCES.csv INDEX --size 100000
    python benchmarks/ballistics_collection.py search FADUL SOURCES.csv INDEX --queries 200

Both can be done in pieces: ``make`` goes on where the index stands and stops after
``--minutes``, ``search --log FILE.csv`` does the queries that the file does not hold yet.

FADUL is the folder of the 40 processed Fadul scans, SOURCES.csv names the slide of each.
Queries come from slides 1 to 5; distractors are made of the surface of slides 6 to 10
only: patches re-ordered, mirrored and blended, whole scans mirrored and blended, and
noise filtered to the same spectrum. Each query has one mate in the collection, another
scan of its slide, turned, moved, with noise and with regions missing; for every second
mate less than half is left. Mates of other queries are left out of the search.
"""

import os

for library in ("OPENBLAS", "OMP", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

import argparse
import csv
import resource
import time
from pathlib import Path

import numpy as np
from scipy import ndimage

from focalpoint.engines.ballistics import rank, x3p
from focalpoint.engines.ballistics.collection import Collection, Entry, Writer
from focalpoint.engines.ballistics.compare import compare, ready
from focalpoint.engines.ballistics.parameters import parameters_for
from focalpoint.engines.ballistics.relief import (
    Evening,
    Relief,
    canvas,
    evened,
    middle,
    relief,
    resampled,
)
from focalpoint.engines.ballistics.spread import over_machines, over_processes

QUERY_SLIDES = {"1", "2", "3", "4", "5"}
HALF_UM, PATCH_UM, STRIDE_UM = 2125.0, 500.0, 350.0
NOISE = 0.3
# Distractors are made in blocks of so many, each from its own seed.
BLOCK = 500


def surfaces(folder: Path, sources: Path) -> dict[str, tuple[str, object]]:
    """Slide and surface of each scan."""
    with sources.open(encoding="utf-8") as stream:
        slides = {row["scan"]: row["slide"] for row in csv.DictReader(stream)}
    return {
        name: (slide, x3p.read(folder / f"{name}.x3p").surface)
        for name, slide in slides.items()
    }


def plain(surface, pixel_um: float) -> Relief:
    """Heights in micrometres at the pitch of the collection, not yet evened."""
    heights, mask = resampled(surface, pixel_um)
    return Relief(heights, mask, pixel_um, middle(mask))


def finished(heights, mask, pixel_um: float) -> Relief:
    even = evened(heights.astype(np.float32), mask, pixel_um, Evening())
    return Relief(even, mask, pixel_um, middle(mask))


class Distractors:
    """Made-up faces from surfaces of some slides, always the same for one seed."""

    def __init__(self, scans: list[Relief], seed: int) -> None:
        self.seed = seed
        self.rng = np.random.default_rng(seed)
        self.pixel_um = pixel_um = scans[0].pixel_um
        self.half = round(HALF_UM / pixel_um)
        self.patch, self.stride = (
            round(PATCH_UM / pixel_um),
            round(STRIDE_UM / pixel_um),
        )
        self.views = []
        for scan in scans:
            for turn in range(0, 360, 60):
                heights, mask = canvas(scan, self.half, turn + 7.0, scan.middle)
                self.views += [(heights, mask), (heights[:, ::-1], mask[:, ::-1])]
        self.places = [
            np.argwhere(
                ndimage.uniform_filter(mask, self.patch)[
                    self.patch // 2 : -self.patch // 2,
                    self.patch // 2 : -self.patch // 2,
                ]
                > 0.7
            )
            for _, mask in self.views
        ]
        window = np.hanning(self.patch + 2)[1:-1]
        self.window = np.outer(window, window).astype(np.float32) + 0.02

    def block(self, number: int):
        """The made-up faces of one block, whatever was made before."""
        self.rng = np.random.default_rng([self.seed, number])
        return (self.one() for _ in range(BLOCK))

    def one(self) -> Relief:
        kind = self.rng.random()
        mask = self._view()[1]
        if kind < 0.6:
            heights, known = self._mosaic()
        elif kind < 0.85:
            heights, known = self._blend()
        else:
            noise = self.rng.normal(size=mask.shape).astype(np.float32)
            fine = ndimage.gaussian_filter(noise, 25.0 / self.pixel_um)
            wide = ndimage.gaussian_filter(noise, 87.5 / self.pixel_um)
            heights = fine / fine.std() + wide / wide.std()
            known = np.ones_like(mask)
        mask = np.ascontiguousarray(mask * known)
        if mask.sum() * self.pixel_um**2 < 1500 * 25.0**2:
            return self.one()
        return finished(heights * mask, mask, self.pixel_um)

    def _view(self):
        return self.views[self.rng.integers(len(self.views))]

    def _mosaic(self):
        size, patch = 2 * self.half, self.patch
        total = np.zeros((size, size), np.float32)
        weight = np.zeros_like(total)
        for row in range(0, size - patch + 1, self.stride):
            for column in range(0, size - patch + 1, self.stride):
                number = self.rng.integers(len(self.views))
                places = self.places[number]
                m, n = places[self.rng.integers(len(places))]
                heights, mask = self.views[number]
                piece = (slice(m, m + patch), slice(n, n + patch))
                share = self.window * mask[piece]
                here = (slice(row, row + patch), slice(column, column + patch))
                total[here] += share * heights[piece]
                weight[here] += share
        known = (weight > 0.01).astype(np.float32)
        return total / np.maximum(weight, 0.01), known

    def _blend(self):
        (one, one_mask), (two, two_mask) = self._view(), self._view()
        share = self.rng.uniform(0.3, 0.7)
        known = np.maximum(one_mask, two_mask)
        return share * one * one_mask + (1 - share) * two * two_mask, known


def mate_of(scan: Relief, turn: float, left: float, rng) -> Relief:
    """A scan turned and moved, with noise, of which the share ``left`` is measured."""
    pixel_um = scan.pixel_um
    half, hole = round(HALF_UM / pixel_um), round(200 / pixel_um)
    move = rng.uniform(-300, 300, 2) / pixel_um
    centre = (scan.middle[0] + move[0], scan.middle[1] + move[1])
    heights, mask = canvas(scan, half + round(375 / pixel_um), turn, centre)
    rows, columns = np.argwhere(mask > 0).T
    way = rng.uniform(0, 2 * np.pi)
    along = rows * np.cos(way) + columns * np.sin(way)
    mask[rows, columns] *= along <= np.quantile(along, left)
    for _ in range(3):
        row, column = rng.integers(round(250 / pixel_um), 2 * half, 2)
        mask[row : row + hole, column : column + hole] = 0
    high = heights - ndimage.gaussian_filter(heights * mask, 75 / pixel_um)
    noise = rng.normal(size=mask.shape) * NOISE * high[mask > 0].std()
    return finished((heights + noise.astype(np.float32)) * mask, mask, pixel_um)


def queries(scans, count: int, seed: int, pixel_um: float):
    """Query, mate and share left of the mate: always the same for one seed."""
    rng = np.random.default_rng(seed)
    pairs = [
        (a, b)
        for a in scans
        for b in scans
        if a != b and scans[a][0] == scans[b][0] and scans[a][0] in QUERY_SLIDES
    ]
    parameters = parameters_for("consensus", 25.0, full_circle=True)
    made = {}
    for number in range(count):
        if number % len(pairs) == 0:
            rng.shuffle(pairs)
        a, b = pairs[number % len(pairs)]
        for name in (a, b):
            if name not in made:
                made[name] = ready(scans[name][1], parameters)
        between = compare(made[a], made[b], parameters).angle_deg
        # The angle under which the query meets its mate stays within 28 degrees.
        turn = between - rng.uniform(-28, 28)
        left = rng.uniform(0.3, 0.5) if number % 2 else rng.uniform(0.6, 1.0)
        yield number, a, b, left, mate_of(plain(scans[b][1], pixel_um), turn, left, rng)


def make(given) -> None:
    scans = surfaces(given.fadul, given.sources)
    others = [
        plain(scan, given.pixel_um)
        for slide, scan in scans.values()
        if slide not in QUERY_SLIDES
    ]
    cpu, wall = time.process_time(), time.perf_counter()
    writer = Writer(given.index, given.pixel_um)
    if not writer.entries:
        planted = queries(scans, given.queries, given.seed, given.pixel_um)
        for number, a, b, left, mate in planted:
            writer.add(Entry(f"mate-{number}", digest=f"{a}|{b}|{left:.4f}"), mate)
    source = Distractors(others, given.seed + 1)
    have = before = sum("|" not in entry.digest for entry in writer.entries)
    while have < given.size and time.perf_counter() - wall < given.minutes * 60:
        for relief_made in source.block(have // BLOCK):
            writer.add(Entry(f"distractor-{have}"), relief_made)
            have += 1
    writer.close()
    size = sum(path.stat().st_size for path in given.index.iterdir())
    print(
        f"{have:,} distractors, {have - before:,} of them new, in "
        f"{time.process_time() - cpu:.0f} CPU s, {time.perf_counter() - wall:.0f} s; "
        f"index {size / 1e9:.2f} GB",
        flush=True,
    )


LOG = ("query", "scan", "left", "first", "closer", "place", "cpu", "wall", "own_mb")


def watched(each, row: int, places: list[int]):
    """Spread tasks as ``each`` does, and note where the mate stands after both looks."""

    def spread(work, tasks):
        done = list(each(work, tasks))
        if work is not rank.cell_look:
            hits = sorted(
                (hit for part in done for hit in part),
                key=lambda hit: (-hit.score, hit.row),
            )
            found = [n for n, hit in enumerate(hits, start=1) if hit.row == row]
            places.append(found[0] if found else 0)
        return done

    return spread


def search(given) -> None:
    scans = surfaces(given.fadul, given.sources)
    collection = Collection(given.index)
    entries = collection.entries
    mates = {e.scan: i for i, e in enumerate(entries) if "|" in e.digest}
    rest = np.array([i for i in collection.rows() if "|" not in entries[i].digest])
    if given.size:
        rest = rest[: given.size]
    parameters = rank.query_parameters(
        collection.pixel_um, full_circle=given.full_circle
    )
    log, rows = given.log, []
    if log and log.exists():
        with log.open(encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
    begin, known = time.perf_counter(), {int(row["query"]) for row in rows}
    with spread_over(given) as each:
        for number in range(given.first, given.first + given.queries):
            if number in known or time.perf_counter() - begin > given.minutes * 60:
                continue
            row, places = mates[f"mate-{number}"], []
            a, _, left = entries[row].digest.split("|")
            made = relief(scans[a][1], collection.pixel_um, Evening())
            query = rank.Query(f"{number} {a}", made, parameters)
            cpu, wall = cpu_now(), time.perf_counter()
            _, best = rank.search(
                given.index.resolve(),
                query,
                given.top,
                each=watched(each, row, places),
                rows=np.sort(np.append(rest, row)),
            )
            place = next((c.rank for c in best if c.scan == f"mate-{number}"), 0)
            spent = (
                cpu_now() - cpu,
                time.perf_counter() - wall,
                max(each(own_mb, [(n,) for n in range(given.jobs)])),
            )
            line = (number, a, left, *places, place, *(f"{one:.2f}" for one in spent))
            rows.append(dict(zip(LOG, map(str, line), strict=True)))
            if log:
                with log.open("w", newline="", encoding="utf-8") as stream:
                    writer = csv.DictWriter(stream, LOG)
                    writer.writeheader()
                    writer.writerows(rows)
    told(rows, rest.size, given)


def spread_over(given):
    if given.scheduler:
        return over_machines(given.scheduler)
    return over_processes(given.jobs)


def told(rows, size: int, given) -> None:
    """Recall of all mates and by how much of them is left, and what a query costs."""
    print(f"{size:,} distractors, {len(rows)} queries, {given.jobs} processes")
    print("overlap of mates     queries  top 20   first   first look, worst share")
    for name, low, high in (
        ("all", 0.0, 2.0),
        ("half and more", 0.5, 2.0),
        ("less than half", 0.0, 0.5),
    ):
        some = [row for row in rows if low <= float(row["left"]) < high]
        if some:
            hit = np.mean([0 < int(row["place"]) <= 20 for row in some])
            first = np.mean([int(row["place"]) == 1 for row in some])
            look = max(int(row["first"]) or size for row in some) / size
            print(f"{name:20} {len(some):7}  {hit:6.1%}  {first:6.1%}  {look:6.2%}")
    cpu, wall = (np.mean([float(row[key]) for row in rows]) for key in ("cpu", "wall"))
    own = max(float(row["own_mb"]) for row in rows)
    print(
        f"per query {cpu:.1f} CPU s, {wall:.1f} s; a worker holds {own:.0f} MB beyond "
        "what is mapped"
    )


def own_mb(_: int) -> float:
    """Memory of this process without what is mapped from files."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) / 1024
    return 0.0


def cpu_now() -> float:
    used = (
        resource.getrusage(who)
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("make", "search"))
    parser.add_argument("fadul", type=Path)
    parser.add_argument("sources", type=Path)
    parser.add_argument("index", type=Path)
    parser.add_argument("--size", type=int, default=0)
    parser.add_argument("--pixel-um", type=float, default=25.0)
    parser.add_argument("--minutes", type=float, default=1e6)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--top", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--full-circle", action="store_true")
    parser.add_argument("--scheduler", help="of Dask, instead of processes here")
    parser.add_argument("--log", type=Path, help="CSV of the queries done")
    given = parser.parse_args()
    {"make": make, "search": search}[given.what](given)


if __name__ == "__main__":
    main()
