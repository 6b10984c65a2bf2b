"""Strength of evidence: the figures of lir, bounds that hold, words that fit."""

import lir.metrics
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lir.algorithms.bayeserror import elub as lir_elub
from lir.data.models import LLRData

from focalpoint.engines.ballistics import calibration
from focalpoint.engines.ballistics.compare import compare
from focalpoint.engines.ballistics.likelihood import (
    REFERENCES,
    BetaBinomial,
    cross_validated,
    fit,
    model_for,
    model_of,
    read_population,
)
from focalpoint.engines.ballistics.parameters import parameters_for
from focalpoint.engines.ballistics.statement import as_json, as_text, words
from tests.engines.ballistics.scans import COARSE, coarse


@pytest.fixture(params=[0, 1, 2])
def ratios(request):
    rng = np.random.default_rng(request.param)
    return rng.normal(1.2, 1.0, 60), rng.normal(-1.0, 1.0, 300)


def together(same, different):
    return LLRData(
        features=np.concatenate([same, different]).reshape(-1, 1),
        labels=np.concatenate([np.ones(same.size, int), np.zeros(different.size, int)]),
    )


def test_cllr_and_cllr_min_are_those_of_lir(ratios):
    cost = calibration.cost(*ratios)
    assert cost.cllr == pytest.approx(lir.metrics.cllr(together(*ratios)), rel=1e-9)
    assert cost.cllr_min == pytest.approx(
        lir.metrics.cllr_min(together(*ratios)), abs=1e-6
    )
    assert cost.cllr_cal >= -1e-12


def test_the_bounds_are_those_of_lir(ratios):
    same, different = ratios
    labels = np.concatenate([np.ones(same.size), np.zeros(different.size)])
    theirs = lir_elub(np.concatenate([same, different]), labels)
    assert calibration.elub(same, different) == pytest.approx(theirs, abs=0.011)


def test_ratios_that_say_nothing_cost_one_bit():
    nothing = np.zeros(5)
    assert calibration.cllr(nothing, nothing) == pytest.approx(1.0)
    assert calibration.elub(nothing, nothing) == (0.0, 0.0)


def test_ece_of_calibrated_ratios_lies_between_best_and_nothing(ratios):
    curves = calibration.ece(*ratios, np.linspace(-2, 2, 9))
    assert (curves["pav"] <= curves["lr"] + 1e-9).all()
    assert (curves["pav"] <= curves["reference"] + 1e-9).all()


@settings(max_examples=30, deadline=None)
@given(st.floats(0.3, 50), st.floats(0.3, 50), st.integers(1, 60))
def test_a_beta_binomial_sums_to_one(a, b, n):
    every = np.arange(n + 1)
    model = BetaBinomial(a, b)
    assert np.exp(model.log(every, np.full(n + 1, n))).sum() == pytest.approx(1)
    assert model.at_least(0, n) == 1
    assert model.at_least(n, n) == pytest.approx(np.exp(model.log(n, n)), rel=1e-6)


def test_a_fit_finds_the_share_it_was_made_with():
    rng = np.random.default_rng(4)
    n = np.full(2000, 30)
    found = fit(rng.binomial(30, rng.beta(6, 4, 2000)), n)
    assert found.a / (found.a + found.b) == pytest.approx(0.6, abs=0.02)
    assert found.a + found.b == pytest.approx(10, rel=0.2)


@pytest.mark.parametrize("name", REFERENCES)
def test_the_reference_is_calibrated_under_firearm_level_cross_validation(name):
    population = read_population(name)
    assert len(population.firearms) == 10
    assert (int(population.same.sum()), int((~population.same).sum())) == (63, 717)
    assert cross_validated(population)[1].cllr_cal <= 0.05


@pytest.mark.parametrize("name", REFERENCES)
def test_no_ratio_passes_what_the_population_can_show(name):
    model = model_of(read_population(name))
    low, high = model.bounds
    assert -np.log10(64) <= low < 0 < high <= np.log10(718)
    values = [model.log10(count, 31) for count in range(32)]
    assert values == sorted(values)
    assert (values[0], values[-1]) == (low, high)


def test_the_number_expected_by_chance_grows_with_the_number_searched():
    model = model_for(COARSE)
    assert model.by_chance(4, 30, 1000) == pytest.approx(
        100 * model.by_chance(4, 30, 10)
    )
    assert model.by_chance(0, 30, 1000) == 1000


def test_a_result_says_its_bounds_its_reference_and_the_caution():
    told = as_json(compare(coarse("Fadul 1-1"), coarse("Fadul 1-2"), COARSE))
    assert told["log10_lr"] == told["lr_bounds"][1]
    assert told["at_bound"]
    assert told["population"]["different_firearm_pairs"] == 717
    assert "moderately strong" in told["verbal"]
    assert told["caution"] == "candidate link, needs an examiner"


def test_without_a_reference_there_is_no_ratio():
    given_ = parameters_for("consensus", 25.0, full_circle=True)
    assert model_for(given_) is None
    result = compare(coarse("Fadul 1-1"), coarse("Fadul 2-1"), COARSE)
    from dataclasses import replace

    told = replace(result, parameters=given_)
    assert as_json(told)["log10_lr"] is None
    assert "no reference population" in as_text(told)


@pytest.mark.parametrize(
    ("value", "says"),
    [(0.1, "no support"), (0.9, "weak"), (1.5, "moderate"), (-1.8, "two firearms")],
)
def test_words_follow_the_scale(value, says):
    assert says in words(value)
