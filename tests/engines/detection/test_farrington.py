"""Flexible Farrington equals the reference implementation, and says when it cannot."""

import csv
from pathlib import Path

import numpy as np
import pytest

from focalpoint.engines.detection import farrington
from focalpoint.engines.detection.series import Panel
from focalpoint.values.errors import BadInput

GOLDEN = Path(__file__).parents[2] / "golden" / "detection"


def rows(name):
    with (GOLDEN / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(text):
    return float("nan") if text in {"NA", "NaN", ""} else float(text)


@pytest.fixture(scope="module")
def panels():
    found = {}
    for row in rows("series.csv"):
        found.setdefault(row["series"], []).append(
            [number(row[k]) for k in ("t", "epoch", "observed", "population")]
        )
    answer = {}
    for name, values in found.items():
        a = np.array(values)
        answer[name] = Panel(
            [name], a[:, 0].astype(int), a[None, :, 2], a[:, 1], a[None, :, 3]
        )
    return answer


def test_every_decision_equals_the_reference_at_all_settings(panels):
    settings = {(s["setting"], s["series"]): s for s in rows("farrington_settings.csv")}
    params = {k: farrington.from_settings(s, compat=True) for k, s in settings.items()}
    checked = 0
    for row in rows("farrington_reference.csv"):
        key = row["setting"], row["series"]
        found = farrington.detect(panels[row["series"]], int(row["t"]) - 1, params[key])
        assert found.alarm[0] == number(row["alarm"]), row
        for name, value in (("upperbound", found.upper), ("expected", found.expected)):
            wanted = number(row[name])
            assert np.isnan(wanted) == np.isnan(value[0]), row
            if row["identified"] == "1" and not np.isnan(wanted) and wanted < 1e12:
                # The bound of acceptance; both sides solve the same normal equations.
                assert value[0] == pytest.approx(wanted, rel=1e-8), row
        checked += 1
    assert checked > 400


def sine(size=3, weeks=400, seed=1):
    rng = np.random.default_rng(seed)
    mu = 5 * np.exp(0.3 * np.sin(2 * np.pi * np.arange(weeks) / 52))
    y = rng.poisson(mu, size=(size, weeks)).astype(float)
    return Panel([str(i) for i in range(size)], np.arange(1, weeks + 1), y)


def test_one_panel_answers_as_its_series_one_by_one():
    panel = sine(5)
    params = farrington.Params()
    together = farrington.detect(panel, 399, params)
    for i in range(5):
        alone = farrington.detect(panel.rows(np.array([i])), 399, params)
        assert together.upper[i] == alone.upper[0]
        assert together.expected[i] == pytest.approx(alone.expected[0], rel=1e-12)


def test_a_short_history_falls_back_by_name_outside_the_compatible_mode():
    panel = sine(1, weeks=150)
    found = farrington.detect(panel, 149, farrington.Params())
    assert found.note == ["short history: 2 years"]
    assert np.isfinite(found.upper[0])
    strict = farrington.detect(panel, 149, farrington.Params(compat=True))
    assert np.isnan(strict.upper[0])
    assert strict.note[0].startswith("short history")


def test_gaps_all_zero_and_a_huge_value_never_raise():
    panel = sine(4)
    panel.values[0, 100:120] = np.nan
    panel.values[1] = 0.0
    panel.values[2, 300] = 1e9
    panel.values[3] = 4.0
    found = farrington.detect(panel, 399, farrington.Params())
    assert np.isfinite(found.upper[[0, 2, 3]]).all()
    assert found.note[1]
    assert found.upper[2] < 1e6  # the old peak is down-weighted


def test_a_clear_rise_alarms_and_a_usual_count_does_not():
    panel = sine(2)
    panel.values[0, 399] = 40
    panel.values[1, 399] = 5
    found = farrington.detect(panel, 399, farrington.Params())
    assert found.alarm.tolist() == [1, 0]


def test_a_known_outbreak_stays_out_of_the_corrected_baseline():
    panel = sine(1)
    states = np.zeros((1, 400))
    states[0, 340:345] = 1
    panel.values[0, 340:345] = 60
    marked = Panel(panel.names, panel.periods, panel.values, states=states)
    plain = farrington.detect(panel, 399, farrington.Params(reweight=False))
    spared = farrington.detect(marked, 399, farrington.Params(reweight=False))
    assert spared.upper[0] < plain.upper[0]


@pytest.mark.parametrize(
    "setting", [{"alpha": 2}, {"thresholdMethod": "magic"}, {"b": "many"}, {"w": 1.5}]
)
def test_a_setting_out_of_range_is_named(setting):
    with pytest.raises(BadInput, match=next(iter(setting))):
        farrington.from_settings(setting, compat=False)


def test_an_offset_without_population_is_refused():
    with pytest.raises(BadInput, match="population"):
        farrington.detect(sine(1), 399, farrington.Params(population_offset=True))
