"""The real products of mirrored shifts give what the complex ones give."""

import numpy as np
import pytest

from focalpoint.engines.ballistics.correlation import backward
from focalpoint.engines.ballistics.mirrored import quarters, stand_out_most
from focalpoint.engines.ballistics.peaks import NEVER
from focalpoint.engines.ballistics.whole import Band

BAND = Band(1000.0, 130.0, 25.0, reach_um=150.0, step_um=25.0)
ENTRIES = 5


def made(rng, by):
    shape = (by.down.shape[0], by.across.shape[1] // 2)

    def parts(*size):
        return (rng.normal(size=size) + 1j * rng.normal(size=size)).astype(np.complex64)

    return parts(ENTRIES, *shape), parts(*shape)


def planes(spectra):
    return np.ascontiguousarray(
        np.stack([spectra.real, spectra.imag]).transpose(0, 2, 3, 1)
    )


def test_the_four_parts_are_the_complex_correlation_on_both_sides():
    entries, view = made(np.random.default_rng(1), BAND.heights)
    wanted = backward(entries * np.conj(view), BAND.heights)
    p = quarters(planes(entries), view, BAND.mirrored[0])
    last = BAND.shifts_um.size // 2
    for i in range(last + 1):
        for j in range(last + 1):
            for down, along in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
                a, b, c, d = p[:, i, j]
                got = (a - along * b) + down * (c - along * d)
                want = wanted[:, last + down * i, last + along * j]
                assert got == pytest.approx(
                    want, abs=1e-5 * float(np.abs(wanted).max())
                )


def test_the_peak_is_that_of_all_shifts():
    rng = np.random.default_rng(2)
    entries, view = made(rng, BAND.heights)
    masks, mask = made(rng, BAND.masks)
    by_heights, by_masks = BAND.mirrored
    fit = backward(entries * np.conj(view), BAND.heights)
    meet = backward(masks * np.conj(mask), BAND.masks)
    least = np.quantile(meet, 0.4, axis=(1, 2)).clip(1e-6).astype(np.float32)
    enough = meet >= least[:, None, None]
    wanted = np.where(enough, fit / np.sqrt(np.where(enough, meet, 1)), -np.inf)
    best, poses = np.full(ENTRIES, NEVER, np.float32), np.zeros((ENTRIES, 2), np.int64)
    stand_out_most(
        quarters(planes(entries), view, by_heights),
        quarters(planes(masks), mask, by_masks),
        least,
        7,
        best,
        poses,
    )
    flat = wanted.reshape(ENTRIES, -1)
    assert best == pytest.approx(flat.max(axis=1), rel=1e-4)
    assert poses[:, 1].tolist() == flat.argmax(axis=1).tolist()
    assert poses[:, 0].tolist() == [7] * ENTRIES
