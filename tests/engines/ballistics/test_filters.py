"""Filters and pitches: what passes, what does not, and what is missing stays missing."""

import numpy as np
import pytest

from focalpoint.engines.ballistics.filters import smooth
from focalpoint.engines.ballistics.relief import Evening, low_pass, relief, resampled
from focalpoint.engines.ballistics.surface import Surface
from focalpoint.values.errors import BadInput
from tests.engines.ballistics.scans import rough


def test_half_of_a_wave_at_the_cutoff_passes():
    # ISO 16610-21: transmission 50 % at the cutoff, 2^-(1/4) at twice, 1/16 at half.
    along = np.arange(400, dtype=np.float32)
    for cutoff, wave, share in ((40, 40, 0.5), (40, 80, 2**-0.25), (40, 20, 1 / 16)):
        field = np.tile(np.sin(2 * np.pi * along / wave), (40, 1)).astype(np.float32)
        low = smooth(field, np.ones_like(field), cutoff)
        # The Gaussian is cut off at 3.5 standard deviations: a part in a thousand.
        assert low[20, 150:250].max() == pytest.approx(share, abs=4e-3)


def test_missing_points_do_not_pull_a_level_surface():
    field = np.full((60, 60), 3.0, np.float32)
    mask = (np.random.default_rng(0).random((60, 60)) > 0.5).astype(np.float32)
    np.testing.assert_allclose(smooth(field * mask, mask, 10)[mask > 0], 3.0, rtol=1e-5)


def test_the_coarse_way_to_a_low_pass_equals_the_fine_one():
    field = rough(256, 3, smooth=12).astype(np.float32)
    mask = np.ones_like(field)
    fine = smooth(field, mask, 60)
    quick = low_pass(field, mask, 1.0, 60.0)
    inner = slice(30, -30)
    off = (quick - fine)[inner, inner]
    # Straight lines between points a tenth of the cutoff apart.
    assert off.std() < 0.08 * fine[inner, inner].std()
    assert abs(off.mean()) < 0.01 * fine[inner, inner].std()


@pytest.mark.parametrize("pixel_um", [3.0, 5.0, 6.25, 7.5, 10.0, 14.0, 25.0])
def test_a_plane_stays_a_plane_at_any_pitch(pixel_um):
    rows, columns = np.indices((120, 160)) * 5e-6
    surface = Surface(0.01 * rows - 0.02 * columns, 5e-6, 5e-6)
    heights, mask = resampled(surface, pixel_um)
    inner = slice(3, -3)
    slope_y = np.diff(heights, axis=0)[inner, inner]
    slope_x = np.diff(heights, axis=1)[inner, inner]
    # Bins of a broken factor differ by one source point.
    assert slope_y.mean() == pytest.approx(0.01 * pixel_um, rel=0.05)
    assert slope_x.mean() == pytest.approx(-0.02 * pixel_um, rel=0.05)
    assert mask.mean() > 0.95


def test_evened_heights_have_no_level_and_the_same_spread_everywhere():
    field = rough(200, 4)
    field[:, 100:] *= 8
    tilted = field + np.linspace(0, 300, 200)
    made = relief(Surface(tilted * 1e-6, 25e-6, 25e-6), 25.0, Evening())
    left, right = made.heights[20:-20, 20:80], made.heights[20:-20, 120:-20]
    assert abs(float(made.heights.mean())) < 0.05
    assert 0.6 < left.std() / right.std() < 1.2


def test_a_flat_surface_and_a_tiny_one_are_refused():
    with pytest.raises(BadInput, match="flat"):
        relief(Surface(np.ones((50, 50)), 25e-6, 25e-6), 25.0, Evening())
    with pytest.raises(BadInput, match="too few"):
        relief(Surface(rough(8, 1), 25e-6, 25e-6), 25.0, Evening())
