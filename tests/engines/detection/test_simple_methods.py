"""EARS and CUSUM equal the reference; outside the compatible mode they stay calm."""

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from focalpoint.engines.detection import cusum, ears
from focalpoint.engines.detection.series import Panel

GOLDEN = Path(__file__).parents[2] / "golden" / "detection"


def rows(name):
    with (GOLDEN / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def panel(values):
    values = np.atleast_2d(np.array(values, dtype=float))
    return Panel(
        [str(i) for i in range(len(values))], np.arange(1, values.shape[1] + 1), values
    )


def test_ears_and_cusum_equal_the_reference():
    counts = defaultdict(dict)
    for row in rows("series.csv"):
        counts[row["series"].split("/")[0]][int(row["t"])] = float(row["observed"])
    wanted = defaultdict(list)
    for row in rows("other_reference.csv"):
        wanted[row["method"], row["series"]].append(row)
    assert len(wanted) == 8
    for (method, name), reference in wanted.items():
        series = panel([counts[name][t] for t in sorted(counts[name])])
        first, last = (int(reference[i]["t"]) - 1 for i in (0, -1))
        if method.startswith("ears"):
            params = ears.Params(variant=method[4:], compat=True)
            found = ears.run(series, first, last, params)
        else:
            found = cusum.run(series, first, last, cusum.Params(compat=True))
        for got, row in zip(found, reference, strict=True):
            alarm = "NA" if np.isnan(got.alarm[0]) else str(int(got.alarm[0]))
            assert alarm == row["alarm"], (method, name, row)
            if row["upperbound"] not in {"NA", "NaN", "Inf", "-Inf"}:
                bound = float(row["upperbound"])
                assert got.upper[0] == pytest.approx(bound, rel=1e-9, abs=1e-9)


def test_cusum_starts_again_after_an_alarm():
    series = panel([1, 0, 2, 1] * 10 + [6, 6] + [0] * 12)
    compat = cusum.run(series, 40, 53, cusum.Params(compat=True))
    ours = cusum.run(series, 40, 53, cusum.Params())
    assert sum(a.alarm[0] for a in compat) > sum(a.alarm[0] for a in ours) >= 1
    assert all(a.alarm[0] == 0 for a in ours[2:])


@pytest.mark.parametrize("variant", ["C1", "C2", "C3"])
def test_a_constant_or_empty_series_is_silent(variant):
    series = panel([[3] * 30, [0] * 30])
    found = ears.run(series, 12, 29, ears.Params(variant=variant))
    assert all((a.alarm == 0).all() for a in found)


def test_too_early_a_period_is_noted():
    found = ears.run(panel([1, 2, 3]), 2, 2, ears.Params())
    assert np.isnan(found[0].alarm[0])
    assert "short history" in found[0].note[0]
