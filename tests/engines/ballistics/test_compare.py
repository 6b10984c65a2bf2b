"""Comparison: published counts, true links, any turn and shift, no chance agreement."""

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from focalpoint.engines.ballistics import correlation
from focalpoint.engines.ballistics.compare import compare, label_of, ready
from focalpoint.engines.ballistics.congruence import Found, consensus, turned
from focalpoint.engines.ballistics.parameters import parameters_for
from focalpoint.engines.ballistics.surface import Surface
from tests.engines.ballistics.scans import COARSE, coarse, path, surface

LINKED = [("1-1", "1-2"), ("1-1", "F"), ("1-2", "F"), ("2-1", "2-2")]
NOT = [("1-1", "2-1"), ("1-2", "2-2"), ("F", "2-1")]


def test_correlation_by_products_is_that_of_the_definition():
    rng = np.random.default_rng(5)
    patch = rng.normal(size=(1, 5, 5)).astype(np.float32)
    region = rng.normal(size=(1, 12, 12)).astype(np.float32)
    by = correlation.transform(12, tuple(map(float, range(8))))
    spectra = correlation.forward(region, by) * np.conj(correlation.forward(patch, by))
    found = correlation.backward(spectra, by)[0]
    direct = np.array(
        [
            [(region[0, i : i + 5, j : j + 5] * patch[0]).sum() for j in range(8)]
            for i in range(8)
        ]
    )
    np.testing.assert_allclose(found, direct, atol=1e-4)


@pytest.mark.slow
def test_the_original_rule_counts_what_cmcr_counts():
    """Slow: full resolution, as the published counts are (tests/golden/ballistics)."""
    given_ = parameters_for("original")
    one, two = (ready(surface(f"Fadul {name}"), given_) for name in ("1-1", "1-2"))
    assert compare(one, two, given_).cmc == pytest.approx(19, abs=1)
    assert compare(two, one, given_).cmc == pytest.approx(18, abs=1)


@pytest.mark.slow
def test_the_high_rule_unites_both_directions():
    """Slow: three comparisons in both directions, every angle."""
    given_ = parameters_for("high", 25.0)
    names = ("1-1", "1-2", "2-1")
    one, two, other = (ready(surface(f"Fadul {name}"), given_) for name in names)
    linked = compare(one, two, given_)
    assert linked.cmc == compare(two, one, given_).cmc >= 18
    assert compare(one, other, given_).cmc <= 3


@pytest.mark.parametrize(("a", "b"), LINKED)
def test_scans_of_one_slide_agree(a, b):
    result = compare(coarse(f"Fadul {a}"), coarse(f"Fadul {b}"), COARSE)
    assert result.cmc >= 15
    assert result.cells >= result.cmc
    assert sum(cell.congruent for cell in result.details) == result.cmc


@pytest.mark.parametrize(("a", "b"), NOT)
def test_scans_of_two_slides_do_not(a, b):
    result = compare(coarse(f"Fadul {a}"), coarse(f"Fadul {b}"), COARSE)
    assert result.cmc <= 5


@pytest.mark.slow
def test_full_resolution_comes_to_the_same_decision():
    """Slow: three scans made ready and compared at full resolution."""
    given_ = parameters_for()
    one, two, other = (
        ready(surface(f"Fadul {name}"), given_) for name in ("1-1", "1-2", "2-1")
    )
    linked = compare(one, two, given_)
    assert linked.cmc >= 15
    assert linked.angle_deg == pytest.approx(-23, abs=2)
    assert compare(one, other, given_).cmc <= 5


def moved(name: str, turn: int) -> Surface:
    """A scan turned by quarter circles: what was on top is on another side."""
    found = surface(name)
    return replace(found, heights=np.ascontiguousarray(np.rot90(found.heights, turn)))


@pytest.mark.slow
def test_the_full_circle_finds_a_case_laid_the_other_way():
    """Slow: every angle of the circle."""
    given_ = parameters_for("consensus", 25.0, full_circle=True)
    half = ready(moved("Fadul 1-2", 2), given_)
    result = compare(coarse("Fadul 1-1"), half, given_)
    assert result.cmc >= 15
    assert abs(result.angle_deg) == pytest.approx(157, abs=3)


def test_a_scan_of_half_the_face_still_meets_the_whole():
    found = surface("Fadul 1-2")
    columns = found.shape[1]
    part = replace(found, heights=found.heights[:, columns // 2 :])
    result = compare(coarse("Fadul 1-1"), ready(part, COARSE), COARSE)
    assert result.cmc >= 8
    # The middle of the half lies a quarter of the face to the right.
    assert result.dx_um == pytest.approx(-850, abs=150)


def test_another_pitch_of_the_file_does_not_matter():
    found = surface("Fadul 1-2")
    rows, columns = (size // 2 * 2 for size in found.shape)
    blocks = found.heights[:rows, :columns].reshape(rows // 2, 2, columns // 2, 2)
    thin = Surface(blocks.mean(axis=(1, 3)), 12.5e-6, 12.5e-6, name="thin")
    assert compare(coarse("Fadul 1-1"), ready(thin, COARSE), COARSE).cmc >= 15


def test_a_scan_agrees_with_itself_in_every_cell():
    one = coarse("Fadul F")
    result = compare(one, one, COARSE)
    assert result.cmc == result.cells
    assert (result.dx_um, result.dy_um, result.angle_deg) == pytest.approx(
        (0, 0, 0), abs=0.05
    )


@pytest.mark.slow
def test_the_result_does_not_depend_on_the_number_of_threads():
    """Slow: starts two processes."""
    code = (
        "from tests.engines.ballistics.scans import *;"
        "from focalpoint.engines.ballistics.compare import compare;"
        "print(compare(coarse('Fadul 1-1'), coarse('Fadul 1-2'), COARSE).details)"
    )
    told = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "OPENBLAS_NUM_THREADS": threads},
            cwd=path("x").parents[3],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in ("1", "2")
    ]
    assert told[0] == told[1]
    assert "congruent=True" in told[0]


@settings(max_examples=25, deadline=None)
@given(
    angle=st.floats(-180, 180),
    shift=st.tuples(st.floats(-900, 900), st.floats(-900, 900)),
    wrong=st.integers(0, 12),
    seed=st.integers(0, 1000),
)
def test_the_consensus_finds_any_rigid_motion_among_strays(angle, shift, wrong, seed):
    rng = np.random.default_rng(seed)
    at = rng.uniform(-1700, 1700, (24, 2))
    on = turned(at, angle) + shift + rng.normal(size=(24, 2)) * 4
    on[:wrong] += rng.uniform(400, 900, (wrong, 2))
    found = Found(at, on, np.full(24, angle), np.full(24, 0.7))
    motion = consensus(found, 75.0, 7.0, 0.45)
    assert motion.congruent[wrong:].all()
    assert motion.shift_um == pytest.approx(shift, abs=15)
    off = (motion.angle_deg - angle + 180) % 360 - 180
    assert off == pytest.approx(0, abs=1)


def test_no_cell_no_motion():
    none = Found(np.zeros((3, 2)), np.zeros((3, 2)), np.zeros(3), np.full(3, -1.0))
    assert not consensus(none, 75.0, 7.0, 0.45).congruent.any()


def test_labels_count_like_a_spreadsheet():
    assert [label_of(0, 0), label_of(7, 7), label_of(2, 26)] == ["A1", "H8", "AA3"]


@pytest.mark.parametrize("method", ["consensus", "original", "high"])
def test_a_scan_with_hardly_any_cell_is_compared_all_the_same(method):
    given_ = parameters_for(method, 25.0)
    heights = np.full((140, 140), np.nan)
    heights[70, :], heights[:, 70] = np.random.default_rng(0).normal(size=(2, 140))
    thin = ready(Surface(heights * 1e-6, 25e-6, 25e-6, name="thin"), given_)
    assert thin.coarse_cells.count <= 1
    whole = ready(surface("Fadul 1-1"), given_)
    # One cell always agrees with itself.
    assert compare(thin, whole, given_).cmc <= 1
    assert compare(whole, thin, given_).cmc <= 2
