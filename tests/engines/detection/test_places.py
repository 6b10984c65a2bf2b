"""The scan statistic equals the reference window by window; Knox finds planted repeats."""

import csv
from pathlib import Path

import numpy as np
import pytest

from focalpoint.engines.detection import knox, scan

GOLDEN = Path(__file__).parents[2] / "golden" / "detection"


def rows(name):
    with (GOLDEN / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_window_of_new_mexico_has_the_reference_score():
    cases = rows("nm_cases.csv")
    counties = sorted({r["county"] for r in cases})
    counts = np.zeros((len(counties), 4), dtype=np.int64)
    for row in cases:
        counts[counties.index(row["county"]), int(row["year"]) - 1986] += int(
            row["count"]
        )
    text = (GOLDEN / "nm_zones.txt").read_text(encoding="utf-8").splitlines()
    zones = [np.array([int(x) - 1 for x in line.split()]) for line in text]
    found = scan.window_scores(counts, zones)
    reference = rows("nm_scores.csv")
    assert len(reference) == found.size
    for row in reference:
        score = found[int(row["zone"]) - 1, int(row["duration"]) - 1]
        assert score == pytest.approx(float(row["score"]), abs=1e-9)


def events(planted, seed=4):
    rng = np.random.default_rng(seed)
    place = rng.integers(0, 30, 600)
    day = rng.integers(0, 365, 600)
    if planted:
        place = np.append(place, np.full(8, 3))
        day = np.append(day, np.full(8, 362))
    lat, lon = 42 + rng.random(30), 20 + rng.random(30)
    return place, np.append(day[:-1], 364), lat, lon


def test_a_planted_cluster_is_found_with_its_place_and_days():
    found = scan.scan(*events(planted=True), scan.Params(replicates=99))
    assert found[0].p == 0.01
    assert found[0].gumbel_p < 0.01
    assert 3 in found[0].places
    assert found[0].observed >= 8
    assert found[0].recurrence_days > 100


def test_the_same_seed_gives_the_same_p_and_quiet_events_none_below_the_level():
    one, two = (
        scan.scan(*events(planted=False), scan.Params(replicates=99, seed=5))
        for _ in range(2)
    )
    assert one[0].p == two[0].p > 0.05
    assert len(one) == 1


def test_the_fast_replicates_score_as_the_plain_formula():
    place, day, lat, lon = events(planted=True)
    params = scan.Params(replicates=5)
    task = scan._prepare(place, day, lat, lon, params)
    best = scan._best_each_centre(task, task.recent_rank_source)[:, 0].max()
    size = len(task.ages)
    groups = np.searchsorted(task.cumulative, np.arange(size), side="right")
    logs = np.log(np.maximum(np.arange(task.total + 1), 1).astype(float))
    fast = scan._largest(
        task.recent_rank_source[None, :],
        task.rank,
        task.reach,
        task.share,
        groups,
        task.cumulative,
        float(task.total),
        logs,
    )
    assert fast[0] == pytest.approx(best, abs=1e-9)


def test_fewer_than_two_recent_events_give_no_cluster():
    place, day = np.array([0, 1, 0]), np.array([0, 1, 300])
    assert (
        scan.scan(place, day, np.array([1.0, 2]), np.array([1.0, 2]), scan.Params())
        == []
    )


def test_near_repeats_stand_out_in_their_band():
    rng = np.random.default_rng(3)
    lat, lon = 42 + rng.random(150), 20 + rng.random(150)
    day = rng.integers(0, 1000, 150)
    lat, lon = np.append(lat, lat[:40] + 1e-4), np.append(lon, lon[:40])
    day = np.append(day, day[:40] + 2)
    cells = knox.near_repeat(lat, lon, day, knox.Params(replicates=99))
    near = next(c for c in cells if c.km == 0.1 and c.days == 3)
    assert near.pairs >= 40
    assert near.p == 0.01
    assert near.ratio > 10
