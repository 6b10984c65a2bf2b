"""More events near each other and soon after each other than places and days explain.

Prospective space-time permutation scan: circles of places around each place, over the
last 1 to D days. What is expected of a circle and a window is the share of the place
times the share of the days; chance is measured by giving the days of the events to
other events. No population is needed.

References
----------
.. [1] Kulldorff et al., PLoS Med. 2 (2005) e59.
.. [2] Abrams, Kleinman, Kulldorff, Int. J. Health Geogr. 9 (2010) 61 (Gumbel p value).
"""

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from focalpoint.engines.detection.series import Array

EARTH_KM = 6371.0088
LARGEST_SHARE = 0.5
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Params:
    """``max_days`` of a window, ``max_km`` radius (0: none), Monte Carlo settings."""

    max_days: int = 28
    max_km: float = 0.0
    replicates: int = 999
    seed: int = 1
    level: float = 0.05
    largest: int = 10


@dataclass(slots=True)
class Cluster:
    """One cluster: place numbers, window in days, and how unusual it is.

    ``p`` is the Monte Carlo value, ``gumbel_p`` its smooth approximation,
    ``recurrence_days`` the days after which chance would show the like when every day
    is looked at, ``events`` the row numbers of the events inside.
    """

    centre: int
    places: Ints
    start: int
    end: int
    radius_km: float
    observed: int
    expected: float
    llr: float
    p: float
    gumbel_p: float
    recurrence_days: float
    events: Ints


def distances_km(lat: Array, lon: Array) -> Array:
    """Great-circle distances between all places, (L, L)."""
    rad_lat, rad_lon = np.radians(lat), np.radians(lon)
    sine = (
        np.sin((rad_lat[:, None] - rad_lat[None, :]) / 2) ** 2
        + np.cos(rad_lat)[:, None]
        * np.cos(rad_lat)[None, :]
        * np.sin((rad_lon[:, None] - rad_lon[None, :]) / 2) ** 2
    )
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(sine, 0, 1))))


def window_scores(counts: Ints, zones: list[Ints]) -> Array:
    """Log likelihood ratio of every zone over the last 1..T times, shape (Z, T).

    Parameters
    ----------
    counts : (L, T) int array
        Events of each place and time, latest time last.
    zones : list of int arrays
        The places of each zone.
    """
    total = counts.sum()
    place, time = counts.sum(axis=1), counts.sum(axis=0)
    recent = np.cumsum(time[::-1])
    answer = np.zeros((len(zones), counts.shape[1]))
    for row, zone in enumerate(zones):
        seen = np.cumsum(counts[zone].sum(axis=0)[::-1])
        answer[row] = ratio(seen, place[zone].sum() * recent / total, float(total))
    return answer


def ratio(seen: Array, mean: Array, total: float) -> Array:
    """Log likelihood ratio of ``seen`` events where ``mean`` are expected."""
    seen, mean = np.asarray(seen, float), np.asarray(mean, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = np.where(seen > 0, seen * np.log(seen / mean), 0.0)
        outside = np.where(
            seen < total, (total - seen) * np.log((total - seen) / (total - mean)), 0.0
        )
    return np.asarray(np.where(seen > mean, inside + outside, 0.0))


def scan(
    place: Ints, day: Ints, lat: Array, lon: Array, params: Params
) -> list[Cluster]:
    """Find clusters that are still going on at the last day.

    Parameters
    ----------
    place : (N,) int array
        Number of the place of each event.
    day : (N,) int array
        Day of each event; the last day is the end of every window.
    lat, lon : (L,) arrays
        Degrees.
    params : Params
        See there.

    Returns
    -------
    list of Cluster
        Most unusual first, no two sharing a place; those with p at most ``level`` and
        always the first.

    Notes
    -----
    Only windows that end on the last day are looked at. Circles hold at most half of
    all events.
    """
    task = _prepare(place, day, lat, lon, params)
    if task is None:
        return []
    best = _best_each_centre(task, task.recent_rank_source)
    null = _replicates(task, params)
    return _clusters(task, best, null, place, day, params)


@dataclass(slots=True)
class _Task:
    distances: Array  # (L, L)
    order: Ints  # (L, L) neighbours of each centre, nearest first
    rank: Ints  # (L, L) rank of a place around a centre
    reach: Ints  # (L,) how many neighbours a circle may hold
    share: Array  # (L, L) events in the circle of each size, all days
    total: int
    pool: Ints  # (N,) place of every event
    ages: Ints  # (M,) days before the last day, of recent events, sorted
    spans: Ints  # (D,) distinct window lengths, in days
    cumulative: Ints  # (D,) events of all places in each window
    last: int
    recent_rank_source: Ints  # (M,) places of the recent events


def _prepare(
    place: Ints, day: Ints, lat: Array, lon: Array, params: Params
) -> _Task | None:
    last = int(day.max())
    recent = np.flatnonzero(day > last - params.max_days)
    if len(recent) < 2 or (len(recent) == len(day) and len(np.unique(day)) == 1):
        return None
    recent = recent[np.argsort(last - day[recent], kind="stable")]
    ages = (last - day[recent]).astype(np.int64)
    distances = distances_km(lat, lon)
    order = np.argsort(distances, axis=1, kind="stable").astype(np.int64)
    rank = np.empty_like(order)
    np.put_along_axis(
        rank, order, np.broadcast_to(np.arange(len(lat)), order.shape), axis=1
    )
    at_place = np.bincount(place, minlength=len(lat))
    share = np.cumsum(at_place[order], axis=1).astype(float)
    inside = share <= LARGEST_SHARE * len(place)
    if params.max_km > 0:
        near = np.take_along_axis(distances, order, axis=1) <= params.max_km
        inside &= near
    reach = np.maximum(inside.sum(axis=1), 1).astype(np.int64)
    spans = np.unique(ages) + 1
    cumulative = np.searchsorted(ages, spans, side="left").astype(np.int64)
    return _Task(
        distances,
        order,
        rank,
        reach,
        share,
        len(place),
        place.astype(np.int64),
        ages,
        spans.astype(np.int64),
        cumulative,
        last,
        place[recent].astype(np.int64),
    )


def _best_each_centre(task: _Task, places: Ints) -> Array:
    """Best score around each centre with its size and span, (L, 4)."""
    answer = np.zeros((len(task.order), 4))
    for centre in range(len(task.order)):
        rank = task.rank[centre][places]
        for j, count in enumerate(task.cumulative):
            inside = np.sort(rank[:count][rank[:count] < task.reach[centre]])
            if not len(inside):
                continue
            seen = np.arange(1, len(inside) + 1)
            keep = np.append(inside[1:] != inside[:-1], True)
            mean = task.share[centre][inside[keep]] * count / task.total
            scores = ratio(seen[keep], mean, task.total)
            top = int(np.argmax(scores))
            if scores[top] > answer[centre, 0]:
                answer[centre] = scores[top], inside[keep][top], j, seen[keep][top]
    return answer


def _replicates(task: _Task, params: Params) -> Array:
    """Largest score of each replicate, sorted."""
    random = np.random.default_rng(params.seed)
    size = len(task.ages)
    draws = np.empty((params.replicates, size), dtype=np.int64)
    for row in draws:
        row[:] = task.pool[random.choice(task.total, size=size, replace=False)]
    logs = np.log(np.maximum(np.arange(task.total + 1), 1).astype(float))
    groups = np.searchsorted(task.cumulative, np.arange(size), side="right")
    found = _largest(
        draws,
        task.rank,
        task.reach,
        task.share,
        groups.astype(np.int64),
        task.cumulative,
        float(task.total),
        logs,
    )
    return np.sort(found)


@numba.njit(cache=True)
def _largest(
    draws: Ints,
    rank: Ints,
    reach: Ints,
    share: Array,
    groups: Ints,
    cumulative: Ints,
    total: float,
    logs: Array,
) -> Array:
    """Largest score over all circles and windows, for each replicate."""
    size, spans = draws.shape[1], len(cumulative)
    answer = np.zeros(len(draws))
    centres = len(rank)
    bins = np.zeros((rank.shape[1], spans), dtype=np.int64)
    touched = np.empty(size, dtype=np.int64)
    running = np.zeros(spans, dtype=np.int64)
    for r in range(len(draws)):
        best = 0.0
        for centre in range(centres):
            found = 0
            for i in range(size):
                k = rank[centre, draws[r, i]]
                if k < reach[centre]:
                    fresh = True
                    for j in range(spans):
                        if bins[k, j] > 0:
                            fresh = False
                            break
                    if fresh:
                        touched[found] = k
                        found += 1
                    bins[k, groups[i]] += 1
            ordered = np.sort(touched[:found])
            for j in range(spans):
                running[j] = 0
            for f in range(found):
                k = ordered[f]
                seen = 0
                for j in range(spans):
                    running[j] += bins[k, j]
                    bins[k, j] = 0
                    seen += running[j]
                    if seen < 2:
                        continue
                    mean = share[centre, k] * cumulative[j] / total
                    if seen <= mean:
                        continue
                    # Upper limit first: the exact value is wanted only of the best.
                    gain = seen * (logs[seen] - np.log(mean)) - (seen - mean)
                    excess = seen - mean
                    if gain + excess * excess / (2 * (total - seen) + 1e-9) <= best:
                        continue
                    rest = total - seen
                    score = seen * (logs[seen] - np.log(mean))
                    if rest > 0:
                        score += rest * np.log(rest / (total - mean))
                    best = max(best, score)
        answer[r] = best
    return answer


def gumbel_tail(null: Array, value: float) -> float:
    """P(largest >= value) from a Gumbel distribution fitted by moments."""
    spread = float(np.std(null, ddof=1)) if len(null) > 1 else 0.0
    if spread == 0:
        return float("nan")
    scale = spread * np.sqrt(6) / np.pi
    location = float(np.mean(null)) - np.euler_gamma * scale
    return float(-np.expm1(-np.exp(-(value - location) / scale)))


def _clusters(
    task: _Task, best: Array, null: Array, place: Ints, day: Ints, params: Params
) -> list[Cluster]:
    answer: list[Cluster] = []
    taken: set[int] = set()
    for centre in np.argsort(-best[:, 0], kind="stable"):
        score, rank, span, seen = best[centre]
        if score <= 0 or len(answer) >= params.largest:
            break
        zone = task.order[centre][: int(rank) + 1]
        if taken & set(zone.tolist()):
            continue
        p = (1 + int((null >= score - 1e-9).sum())) / (1 + len(null))
        smooth = gumbel_tail(null, float(score)) if len(null) else float("nan")
        if answer and p > params.level:
            break
        count = int(task.cumulative[int(span)])
        days = int(task.spans[int(span)])
        inside = np.isin(place, zone) & (day > task.last - days)
        held = zone[np.isin(zone, place[inside])]
        rarest = smooth if np.isfinite(smooth) and smooth < 0.05 else p
        answer.append(
            Cluster(
                centre=int(centre),
                places=held,
                start=task.last - days + 1,
                end=task.last,
                radius_km=float(task.distances[centre, task.order[centre, int(rank)]]),
                observed=int(seen),
                expected=float(task.share[centre, int(rank)] * count / task.total),
                llr=float(score),
                p=p,
                gumbel_p=smooth,
                recurrence_days=1 / max(rarest, 1e-12),
                events=np.flatnonzero(inside),
            )
        )
        taken |= set(zone.tolist())
    return answer
