"""Are events that are near also soon: the table of pairs by distance and time.

References
----------
.. [1] Knox, Appl. Stat. 13 (1964) 25.
.. [2] Johnson et al., J. Quant. Criminol. 23 (2007) 201 (near-repeat victimisation).
"""

from dataclasses import dataclass

import numpy as np

from focalpoint.engines.detection.scan import EARTH_KM
from focalpoint.engines.detection.series import Array

BLOCK = 1000


@dataclass(frozen=True, slots=True)
class Params:
    """Upper edges of the bands, and the permutations of the dates."""

    bands_km: tuple[float, ...] = (0.1, 0.5, 1.0, 2.0, 5.0)
    bands_days: tuple[int, ...] = (1, 3, 7, 14, 28)
    replicates: int = 199
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """Pairs within one band of distance and one of time."""

    km: float
    days: int
    pairs: int
    expected: float
    ratio: float
    p: float


def near_repeat(lat: Array, lon: Array, day: Array, params: Params) -> list[Cell]:
    """Count pairs of events by distance and by days between them.

    Parameters
    ----------
    lat, lon : (N,) arrays
        Degrees.
    day : (N,) array
        Days.
    params : Params
        See there. Bands run from the edge before to their own edge; the first includes
        0.

    Returns
    -------
    list of Cell
        ``expected`` is the mean over permutations of the days, ``p`` the share of
        permutations with at least as many pairs.
    """
    first, second, band = _near_pairs(lat, lon, params)
    days = np.asarray(day, dtype=np.int64)
    observed = _table(days, first, second, band, params)
    random = np.random.default_rng(params.seed)
    null = np.stack(
        [
            _table(random.permutation(days), first, second, band, params)
            for _ in range(params.replicates)
        ]
    )
    mean = null.mean(axis=0)
    p = (1 + (null >= observed).sum(axis=0)) / (1 + params.replicates)
    return [
        Cell(
            km=km,
            days=span,
            pairs=int(observed[i, j]),
            expected=float(mean[i, j]),
            ratio=float(observed[i, j] / mean[i, j]) if mean[i, j] else float("nan"),
            p=float(p[i, j]),
        )
        for i, km in enumerate(params.bands_km)
        for j, span in enumerate(params.bands_days)
    ]


def _near_pairs(lat: Array, lon: Array, params: Params) -> tuple[Array, Array, Array]:
    """Pairs within the widest band of distance: first, second, band."""
    points = np.column_stack(_unit_vectors(lat, lon))
    edges = 2 * np.sin(np.asarray(params.bands_km) / (2 * EARTH_KM))
    found = []
    for start in range(0, len(points), BLOCK):
        block = points[start : start + BLOCK]
        gap = np.sqrt(np.maximum(2 - 2 * block @ points.T, 0.0))
        rows, columns = np.nonzero(gap <= edges[-1] + 1e-12)
        later = columns > rows + start
        rows, columns = rows[later], columns[later]
        band = np.searchsorted(edges, gap[rows, columns] - 1e-9)
        found.append(
            np.stack([rows + start, columns, np.minimum(band, len(edges) - 1)])
        )
    pairs = np.concatenate(found, axis=1) if found else np.zeros((3, 0), dtype=np.int64)
    return pairs[0], pairs[1], pairs[2]


def _unit_vectors(lat: Array, lon: Array) -> tuple[Array, Array, Array]:
    a, b = np.radians(lat), np.radians(lon)
    return np.cos(a) * np.cos(b), np.cos(a) * np.sin(b), np.sin(a)


def _table(
    day: Array, first: Array, second: Array, band: Array, params: Params
) -> Array:
    apart = np.abs(day[first] - day[second])
    column = np.searchsorted(np.asarray(params.bands_days), apart)
    inside = column < len(params.bands_days)
    width = len(params.bands_days)
    flat = np.bincount(
        band[inside] * width + column[inside], minlength=len(params.bands_km) * width
    )
    return np.asarray(flat.reshape(len(params.bands_km), width))
