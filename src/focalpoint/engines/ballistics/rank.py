"""One scan against a collection: a coarse look at all, a closer one, then cells."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from focalpoint.engines.ballistics.collection import FIRST, Collection, Entry
from focalpoint.engines.ballistics.compare import Ready, by_consensus, ready_from
from focalpoint.engines.ballistics.correlation import Complex, Transform
from focalpoint.engines.ballistics.likelihood import model_for
from focalpoint.engines.ballistics.mirrored import quarters, stand_out_most
from focalpoint.engines.ballistics.parameters import Parameters, parameters_for
from focalpoint.engines.ballistics.peaks import NEVER
from focalpoint.engines.ballistics.relief import Relief, rebinned
from focalpoint.engines.ballistics.whole import Band, spectra, standing_out

# Half a step turns the edge of a face by a quarter of the shortest wave that is looked
# at; on the full circle a coarser step is taken for the sake of time.
FIRST_STEP_DEG, CIRCLE_STEP_DEG, CLOSER_STEP_DEG = 2.0, 4.0, 2.0
# How many of the first look are looked at closer, and how many of these by cells.
CLOSER_SHARE, CLOSER_LEAST, CLOSER_MOST = 0.08, 500, 8000
CELLS_LEAST = 100
# Angles of the cells: this far round that of the closer look.
CELLS_WITHIN_DEG = 9.0
# A block of entries and its products fit into the cache of one core.
BLOCK, PART = 64, 4096
# The model of non-matches rests on hundreds of pairs: it is not believed below this.
CHANCE_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry of a collection as far as it has been looked at."""

    row: int
    score: float
    angle_deg: float = 0.0
    shift_um: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One line of the result of a search."""

    rank: int
    scan: str
    score: float
    cmc: int
    cells: int
    expected_by_chance: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """A scan made ready for searching one collection.

    ``parameters`` are those of the cells; they also tell the angles.
    """

    name: str
    relief: Relief
    parameters: Parameters

    @property
    def first_angles(self) -> NDArray[Any]:
        """Angles of the first look."""
        given = self.parameters
        span = given.angle_to_deg - given.angle_from_deg
        if span >= 360 - given.angle_step_deg:
            first = given.angle_from_deg
            return np.arange(first, first + 360, CIRCLE_STEP_DEG)
        count = int(np.ceil(span / FIRST_STEP_DEG))
        return np.linspace(given.angle_from_deg, given.angle_to_deg, count + 1)


Map = Callable[[Callable[..., Any], list[tuple[Any, ...]]], Iterable[Any]]


def one_by_one(work: Callable[..., Any], tasks: list[tuple[Any, ...]]) -> Iterable[Any]:
    """Do the tasks here, one after the other."""
    return (work(*task) for task in tasks)


def search(
    folder: Path,
    query: Query,
    top: int,
    like: Entry | None = None,
    each: Map = one_by_one,
    rows: NDArray[np.int64] | None = None,
) -> tuple[int, list[Candidate]]:
    """Search a collection.

    1. Entries that differ in a known class characteristic are left out.
    2. Whole scans are correlated at 50 um over all angles and shifts.
    3. The best of them are correlated at the pitch of the collection near that pose.
    4. The best of these are compared cell by cell, and ranked by that.

    Parameters
    ----------
    folder : Path
        The collection.
    query : Query
    top : int
        Candidates wanted.
    like : Entry, optional
        Class characteristics of the query.
    each : function
        How tasks are spread: here, over processes, or over machines. The result does
        not depend on it.
    rows : int, shape (n,), optional
        Entries to search instead of all that stand.

    Returns
    -------
    searched : int
        Entries that were searched.
    candidates : list of Candidate
    """
    rows = Collection(folder).rows(like) if rows is None else rows
    if not rows.size:
        return 0, []
    closer = int(np.clip(CLOSER_SHARE * rows.size, CLOSER_LEAST, CLOSER_MOST))
    by_cells = max(CELLS_LEAST, 2 * top)
    parts = [rows[i : i + PART] for i in range(0, rows.size, PART)]
    looked = each(first_look, [(folder, query, part, closer) for part in parts])
    best = _best((hit for hits in looked for hit in hits), closer)
    parts_of_best = [best[i : i + 250] for i in range(0, len(best), 250)]
    looked = each(closer_look, [(folder, query, part) for part in parts_of_best])
    best = _best((hit for hits in looked for hit in hits), by_cells)
    parts_of_best = [best[i : i + 10] for i in range(0, len(best), 10)]
    compared = each(cell_look, [(folder, query, part) for part in parts_of_best])
    found = [one for part in compared for one in part]
    found.sort(key=lambda one: (-one[1], -one[2], one[0]))
    return int(rows.size), [
        Candidate(rank, name, score, cmc, cells, _chance(query, cmc, cells, rows.size))
        for rank, (name, score, cmc, cells) in enumerate(found[:top], start=1)
    ]


def _best(hits: Iterable[Hit], count: int) -> list[Hit]:
    return sorted(hits, key=lambda hit: (-hit.score, hit.row))[:count]


def _chance(query: Query, cmc: int, cells: int, searched: int) -> float | None:
    # Cells are looked for near one pose only, so that chance has less room than among
    # the pairs of the reference, on the full circle as on a part of it.
    model = model_for(query_parameters(query.relief.pixel_um, full_circle=False))
    if model is None:
        return None
    expected = max(model.by_chance(cmc, cells, searched), CHANCE_LEAST * searched)
    return float(f"{expected:.3g}")


@lru_cache(maxsize=2)
def opened(folder: Path, stamp: int) -> Collection:
    """A collection, opened once for each state of its files."""
    del stamp
    return Collection(folder)


def _collection(folder: Path) -> Collection:
    return opened(folder, (folder / "index.json").stat().st_mtime_ns)


def first_look(
    folder: Path, query: Query, rows: NDArray[np.int64], keep: int
) -> list[Hit]:
    """Correlate whole scans at low frequencies; the best ``keep`` with their poses."""
    collection = _collection(folder)
    angles = query.first_angles
    views = spectra(rebinned(query.relief, FIRST.pixel_um), FIRST, angles)
    scores = np.full(rows.size, NEVER, np.float32)
    poses = np.zeros((rows.size, 2), np.int64)
    by_heights, by_masks = FIRST.mirrored
    for start in range(0, rows.size, BLOCK):
        part = slice(start, min(start + BLOCK, rows.size))
        entries = collection.first_look(rows[part])
        points = np.minimum(entries.points, views.points.mean())
        least = (FIRST.overlap_min * points).astype(np.float32)
        for number in range(angles.size):
            fit = quarters(entries.heights, views.heights[number], by_heights)
            meet = quarters(entries.masks, views.masks[number], by_masks)
            stand_out_most(fit, meet, least, number, scores[part], poses[part])
    shifts = FIRST.shifts_um
    hits = [
        Hit(
            int(rows[i]),
            round(float(scores[i]), 5),
            float(angles[poses[i, 0]]),
            (
                float(shifts[poses[i, 1] // shifts.size]),
                float(shifts[poses[i, 1] % shifts.size]),
            ),
        )
        for i in np.argsort(-scores, kind="stable")[:keep]
    ]
    return [hit for hit in hits if hit.score > NEVER]


def _shifted(product: Complex, by: Transform) -> NDArray[Any]:
    """Wanted shifts of products of spectra, frequencies first: (F, B, K) to (S, B, S)."""
    frequencies, count, half = product.shape
    columns = by.up @ product.reshape(frequencies, count * half)
    shifts = columns.shape[0]
    flat = columns.view(np.float32).reshape(shifts * count, 2 * half)
    return (flat @ by.back).reshape(shifts, count, shifts)


def closer_band(pixel_um: float) -> Band:
    """Band of the closer look: all that the pitch holds, near the shift found."""
    return Band(
        period_um=FIRST.period_um,
        wavelength_um=2.4 * pixel_um,
        pixel_um=pixel_um,
        reach_um=2 * FIRST.step_um,
        step_um=pixel_um,
    )


@lru_cache(maxsize=2)
def _closer_views(query: Query) -> tuple[Band, NDArray[Any], Any]:
    band = closer_band(query.relief.pixel_um)
    given = query.parameters
    margin = 0.0 if given.angle_to_deg - given.angle_from_deg > 300 else CIRCLE_STEP_DEG
    angles = np.arange(
        given.angle_from_deg - margin,
        given.angle_to_deg + margin + 1e-9,
        CLOSER_STEP_DEG,
    )
    return band, angles, spectra(query.relief, band, angles)


def closer_look(folder: Path, query: Query, hits: list[Hit]) -> list[Hit]:
    """Correlate whole scans at the pitch of the collection near the pose found."""
    collection = _collection(folder)
    band, angles, views = _closer_views(_same(query))
    out = []
    for hit in hits:
        entry = spectra(collection.relief(hit.row), band, np.zeros(1))
        near = np.abs((angles - hit.angle_deg + 180) % 360 - 180) <= CIRCLE_STEP_DEG
        chosen = np.flatnonzero(near)
        fit = _near(entry.heights, views.heights[chosen], hit, band, band.heights)
        meet = _near(entry.masks, views.masks[chosen], hit, band, band.masks)
        points = np.minimum(views.points[chosen], entry.points)
        flat = standing_out(fit, meet, band, points)
        best = np.unravel_index(int(flat.argmax()), flat.shape)
        shifts = band.shifts_um
        out.append(
            Hit(
                hit.row,
                round(float(flat[best]), 5),
                float(angles[chosen[best[0]]]),
                (
                    hit.shift_um[0] + float(shifts[best[1]]),
                    hit.shift_um[1] + float(shifts[best[2]]),
                ),
            )
        )
    return [hit for hit in out if np.isfinite(hit.score)]


def _near(
    entry: Complex, views: Complex, hit: Hit, band: Band, by: Transform
) -> NDArray[Any]:
    """Shifts round the one found, of one entry against some views: (B, S, S)."""
    frequencies, half = entry.shape[1:]
    turn = 2j * np.pi / (band.size * band.pixel_um)
    rows = np.arange(frequencies) - frequencies // 2
    moved = np.exp(turn * hit.shift_um[0] * rows)[:, None] * np.exp(
        turn * hit.shift_um[1] * np.arange(half)
    )
    product = (entry[0] * moved.astype(np.complex64))[:, None] * np.conj(
        views
    ).swapaxes(0, 1)
    return _shifted(np.ascontiguousarray(product), by).swapaxes(0, 1)


def cell_look(
    folder: Path, query: Query, hits: list[Hit]
) -> list[tuple[str, float, int, int]]:
    """Compare cell by cell near the pose found: name, score, cmc and cells."""
    collection = _collection(folder)
    reference = _ready(_same(query))
    given = query.parameters
    out = []
    for hit in hits:
        relief = collection.relief(hit.row)
        # Only the reference is divided into cells; the entry lends its relief.
        name = collection.entries[hit.row].scan
        target = replace(reference, name=name, fine=relief, coarse=relief, whole=None)
        # The query was turned against the entry, the cells turn the entry.
        away = np.abs((given.angles_deg + hit.angle_deg + 180) % 360 - 180)
        angles = given.angles_deg[away <= CELLS_WITHIN_DEG]
        centre = (
            relief.middle[0] + hit.shift_um[0] / relief.pixel_um,
            relief.middle[1] + hit.shift_um[1] / relief.pixel_um,
        )
        found = by_consensus(reference, target, given, angles, centre)
        out.append((found.target, found.score, found.cmc, found.cells))
    return out


@lru_cache(maxsize=4)
def _ready(query: Query) -> Ready:
    return ready_from(query.name, query.relief, query.relief, query.parameters)


_KNOWN: dict[str, Query] = {}


def _same(query: Query) -> Query:
    """One object for equal queries, so that what was made ready is found again."""
    key = f"{query.name} {query.parameters.digest} {query.relief.heights.sum():.6f}"
    if key not in _KNOWN:
        _KNOWN.clear()
        _KNOWN[key] = query
    return _KNOWN[key]


def query_parameters(pixel_um: float, *, full_circle: bool) -> Parameters:
    """Parameters of the cells of a search."""
    return parameters_for("consensus", pixel_um, full_circle=full_circle)
