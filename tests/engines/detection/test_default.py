"""The default detector: honest p values, events, and nothing that raises."""

import numpy as np
import pytest
from scipy import stats

from focalpoint.engines.detection import (
    batches,
    default,
    drift,
    merging,
    tree,
    windows,
)
from focalpoint.engines.detection.multiplicity import q_values, within_budget
from focalpoint.engines.detection.pooled import Params
from focalpoint.engines.detection.series import Panel


def family(size=60, weeks=330, rate=0.3, seed=3, **paths):
    rng = np.random.default_rng(seed)
    y = rng.poisson(rate, size=(size, weeks)).astype(float)
    names = [f"s{i}" for i in range(size)]
    return Panel(names, np.arange(1, weeks + 1), y, paths=paths)


def test_the_p_value_of_nested_windows_is_their_joint_probability():
    # 20,000 draws: three Monte Carlo errors of a probability q are 3 sqrt(q / 20,000).
    size, mean, phi = 20_000, 0.2, 1.5
    rng = np.random.default_rng(1)
    draws = rng.negative_binomial(mean / (phi - 1), 1 / phi, size=(size, 13))
    found = windows.judge(
        draws.astype(float),
        np.full((size, 13), mean),
        np.full(size, 1e7),
        np.full(size, phi),
        0.01,
    )
    # The largest attainable p at most the level must be attained exactly.
    for level in (0.01, 0.05, 0.2):
        largest = found.p[found.p <= level].max()
        attained = (found.p <= level).mean()
        assert abs(attained - largest) <= 3 * np.sqrt(largest / size)
    assert found.mid_p.mean() == pytest.approx(0.5, abs=0.01)


def test_one_dense_window_is_the_plain_predictive_tail():
    y = np.full((1, 13), 100.0)
    y[0, -1] = 130
    found = windows.judge(y, np.full((1, 13), 100.0), np.full(1, 1e7), np.ones(1), 0.01)
    assert found.p[0] == pytest.approx(stats.poisson.sf(129, 100), rel=1e-3)
    assert found.length[0] == 1


def test_an_uncertain_rate_makes_a_count_less_surprising():
    y = np.zeros((2, 13))
    y[:, -4:] = 2
    found = windows.judge(
        y, np.full((2, 13), 0.3), np.array([1e6, 2.0]), np.ones(2), 0.01
    )
    assert found.p[0] < found.p[1]


def test_a_planted_rise_is_told_once_and_names_its_series():
    panel = family()
    panel.values[7, -4:] = [2, 3, 3, 4]
    run = default.detect(panel, 329, Params())
    assert run.alarm[7]
    assert run.alarm.sum() == 1
    assert [e.series for e in run.events] == ["s7"]
    event = run.events[0]
    assert event.observed >= 7
    assert event.expected < 3
    assert event.q <= 0.1
    assert 320 <= event.since <= 330


def test_a_rise_over_a_whole_region_is_one_event_of_the_region():
    region = ["north"] * 30 + ["south"] * 30
    panel = family(region=region)
    rng = np.random.default_rng(9)
    panel.values[:30, -4:] += rng.poisson(0.5, size=(30, 4))
    run = default.detect(panel, 329, Params())
    assert run.events[0].series == "region=north"
    assert len([e for e in run.events if "south" in e.series]) == 0


def test_a_flat_family_is_silent():
    panel = family(seed=11)
    told = [
        e
        for at in range(300, 330, 3)
        for e in default.detect(panel, at, Params()).events
    ]
    assert len(told) <= 1


def test_the_input_is_not_changed_and_the_answer_repeats():
    panel = family()
    before = panel.values.copy()
    one = default.detect(panel, 329, Params())
    two = default.detect(panel, 329, Params())
    assert np.array_equal(panel.values, before, equal_nan=True)
    assert np.array_equal(one.verdict.p, two.verdict.p)


@pytest.mark.parametrize("weeks", [1, 2, 5, 20])
def test_a_short_history_is_named(weeks):
    run = default.detect(family(size=8, weeks=weeks), weeks - 1, Params())
    assert all("history" in n or "no event" in n for n in run.expected.note)
    assert np.isfinite(run.verdict.p).all()


def test_silence_before_is_half_an_event_of_knowledge_however_long_it_was():
    known = {}
    for weeks in (1, 4, 26, 208):
        y = np.array([[0.0] * weeks + [2.0]])
        run = default.detect(Panel(["a"], np.arange(1, weeks + 2), y), weeks, Params())
        known[weeks] = run.verdict.p[0]
        assert 0.2 <= run.expected.past.sum() <= 0.8
    assert list(known.values()) == sorted(known.values(), reverse=True)
    assert known[4] > 0.05
    assert known[208] < 0.01


def test_zeros_constants_gaps_and_a_huge_value_never_raise():
    panel = family(size=12)
    panel.values[0] = 0
    panel.values[1] = 5
    panel.values[2, 200] = 40
    panel.values[3, 100:300] = np.nan
    panel.values[4, -1] = np.nan
    panel.values[5, -1] = 1e9
    run = default.detect(panel, 329, Params())
    assert np.isnan(run.verdict.p[4])
    assert run.alarm[5]
    assert not run.alarm[[0, 1, 2, 3]].any()


def test_a_huge_value_of_the_past_raises_nothing_and_hides_no_steady_rise():
    panel = family(size=40)
    panel.values[2, 200] = 1e12
    panel.values[7, -4:] = [3, 3, 3, 4]
    run = default.detect(panel, 329, Params())
    assert run.alarm[7]
    assert not run.alarm[2]


def test_after_a_look_only_what_is_new_alarms():
    panel = family()
    panel.values[7, -5:] = [3, 3, 3, 4, 0]
    assert default.detect(panel, 328, Params(), looked=1).alarm[7]
    assert default.detect(panel, 329, Params()).alarm[7]
    assert not default.detect(panel, 329, Params(), looked=1).alarm[7]


def test_the_p_value_after_a_look_holds_over_the_whole_range():
    # 20,000 draws: the largest gap to a uniform law stays below 1.6 / sqrt(20,000).
    size, mean, phi = 20_000, 1.0, 1.4
    rng = np.random.default_rng(3)
    draws = rng.negative_binomial(mean / (phi - 1), 1 / phi, size=(size, 13))
    found = windows.judge(
        draws.astype(float),
        np.full((size, 13), mean),
        np.full(size, 1e7),
        np.full(size, phi),
        0.01,
        looked=1,
    )
    for level in (0.003, 0.01, 0.05, 0.2, 0.6, 0.9):
        largest = found.p[found.p <= level].max()
        attained = (found.p <= level).mean()
        assert abs(attained - largest) <= 1.6 / np.sqrt(size)


def test_batches_seen_before_take_nothing_from_a_steady_rise():
    rng = np.random.default_rng(4)
    law = batches.Batches(
        np.full(2, 0.002), np.zeros(2, dtype=int), [np.sort(5 + rng.pareto(1, 99))]
    )
    judged = [
        windows.judge(
            np.tile(np.concatenate([np.zeros(9), last]), (2, 1)),
            np.full((2, 13), 0.2),
            np.full(2, 1e7),
            np.full(2, 1.3),
            0.01,
            batches=law,
        ).p[0]
        for last in ([0, 0, 0, 8], [2, 2, 2, 2])
    ]
    assert judged[0] > 0.001
    assert judged[1] < judged[0] / 3


def test_the_law_of_batches_is_silent_where_counts_are_as_modelled():
    y = np.random.default_rng(2).poisson(0.5, size=(200, 300)).astype(float)
    mu, phi = np.full(y.shape, 0.5), np.ones(200)
    quiet = batches.law(y, mu, phi)
    assert quiet.chance(np.arange(200), np.full(200, 30.0)).max() < 1e-5
    y[::10, 7] = 30
    found = batches.law(y, mu, phi)
    assert found.rate.mean() == pytest.approx(20 / y.size, rel=0.5)
    assert found.rate[0] > 2 * found.rate[1]
    assert found.chance(np.arange(1), np.array([60.0]))[0] < found.rate[0]


def test_strong_outbreaks_of_the_past_do_not_hide_a_new_one():
    rng = np.random.default_rng(7)
    y = rng.poisson(10.0, size=(40, 330)).astype(float)
    names = [str(i) for i in range(40)]
    alone = Params(family=False)
    plain = Panel(names, np.arange(1, 331), y)
    clean = default.detect(plain, 329, alone).expected
    for week in (60, 120, 200, 260):
        y[:, week] += 30
        y[:, week + 1] += 15
    loud = default.detect(Panel(names, np.arange(1, 331), y), 329, alone).expected
    assert np.median(loud.phi) < 1.1 * np.median(clean.phi)
    assert np.median(loud.mu[:, -1] / clean.mu[:, -1]) == pytest.approx(1, abs=0.02)


def test_a_slow_rise_is_found_by_the_drift():
    rng = np.random.default_rng(2)
    y = rng.poisson(1.0, size=(1, 104)).astype(float)
    y[0, -30:] = rng.poisson(2.6, size=30)
    found = drift.drift(
        y, np.ones((1, 104)), np.full(1, 0.05), np.ones(1), ratio=2.0, alpha=1e-9
    )
    assert found.p[0] < 1e-3
    assert 60 <= found.since[0] <= 85
    assert 65 <= drift.changepoint(y, np.ones((1, 104)))[0] <= 85


def test_the_drift_p_value_is_not_too_small_while_nothing_changes():
    rng = np.random.default_rng(5)
    y = rng.poisson(0.5, size=(4000, 104)).astype(float)
    found = drift.drift(
        y,
        np.full((4000, 104), 0.5),
        np.zeros(4000),
        np.ones(4000),
        ratio=2.0,
        alpha=1e-9,
    )
    for level in (0.001, 0.01, 0.1):
        assert (found.p <= level).mean() <= level + 3 * np.sqrt(level / 4000)


def test_q_values_are_those_of_benjamini_and_hochberg():
    p = np.array([0.01, 0.04, np.nan, 0.03, 0.5])
    q = q_values(p)
    wanted = stats.false_discovery_control(p[~np.isnan(p)])
    assert q[~np.isnan(p)] == pytest.approx(wanted)
    assert np.isnan(q[2])


def test_the_budget_keeps_the_strongest():
    assert within_budget(np.array([0.3, 0.1, 0.2]), 2).tolist() == [False, True, True]
    assert within_budget(np.array([0.3, 0.1]), 0).all()


def test_branches_with_the_same_members_are_one():
    panel = family(size=4, type=["a", "a", "b", "b"], region=["x", "x", "x", "x"])
    grown = tree.grow(panel)
    assert sorted(grown.sizes.tolist()) == [2, 2, 4]
    assert grown.totals(np.ones((4, 3))).sum() == 24


def test_a_rise_is_told_again_only_when_it_grows():
    panel = family()
    panel.values[7, -6:] = [0, 2, 2, 2, 2, 30]
    stories = merging.Stories()
    told = []
    for at in range(326, 330):
        for event in default.detect(panel, at, Params()).events:
            if event.series == "s7":
                told.append((at, stories.add(event)[1]))
    assert told[0][1]
    assert told[-1] == (329, True)
    assert len(stories.all) == 1
    again = stories.add(default.detect(panel, 329, Params()).events[0])
    assert not again[1]
