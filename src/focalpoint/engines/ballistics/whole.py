"""Correlation of whole scans over all shifts and angles: the first, coarse look.

Scans are kept as the low frequencies of their heights and masks, so that a look at one
angle is three small matrix products. The score is the sum of products divided by the
root of the overlap: how far the agreement stands out, whatever part of the scans meets.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from focalpoint.engines.ballistics.compiled import Real
from focalpoint.engines.ballistics.correlation import (
    Complex,
    Transform,
    backward,
    forward,
    transform,
)
from focalpoint.engines.ballistics.mirrored import Mirrored, mirrored
from focalpoint.engines.ballistics.relief import Relief, canvas

# Masks vary slowly: their lowest frequencies tell the overlap.
MASK_WAVELENGTH_UM = 600.0


@dataclass(frozen=True, slots=True)
class Band:
    """What of a scan is kept for the first look, and which shifts are tried.

    Attributes
    ----------
    period_um : float
        Side of the field; what lies farther out is cut off.
    wavelength_um : float
        Shortest wavelength kept.
    pixel_um : float
        Pitch at which the field is sampled.
    reach_um, step_um : float
        Farthest shift along either axis, and the step between shifts.
    overlap_min : float
        Least overlap, as a share of the smaller of both scans.
    """

    period_um: float
    wavelength_um: float
    pixel_um: float
    reach_um: float
    step_um: float
    overlap_min: float = 0.15

    @property
    def size(self) -> int:
        """Points along one side of the field; even."""
        return 2 * round(self.period_um / self.pixel_um / 2)

    @property
    def shifts_um(self) -> NDArray[Any]:
        """The shifts that are tried along each axis."""
        count = int(self.reach_um / self.step_um)
        return np.arange(-count, count + 1) * self.step_um

    @property
    def heights(self) -> Transform:
        """Matrices for heights."""
        return self._transform(self.wavelength_um)

    @property
    def masks(self) -> Transform:
        """Matrices for masks."""
        return self._transform(MASK_WAVELENGTH_UM)

    @property
    def mirrored(self) -> tuple[Mirrored, Mirrored]:
        """Matrices for heights and for masks that use how the shifts mirror."""
        one_side = self._shifts()[len(self._shifts()) // 2 :]
        return (
            mirrored(self.size, one_side, self._keep(self.wavelength_um)),
            mirrored(self.size, one_side, self._keep(MASK_WAVELENGTH_UM)),
        )

    def _transform(self, wavelength_um: float) -> Transform:
        return transform(self.size, self._shifts(), self._keep(wavelength_um))

    def _shifts(self) -> tuple[float, ...]:
        return tuple(float(shift) for shift in self.shifts_um / self.pixel_um)

    def _keep(self, wavelength_um: float) -> int:
        return int(self.size * self.pixel_um / wavelength_um)


@dataclass(frozen=True, slots=True, eq=False)
class Spectra:
    """Low frequencies of some views: complex64, shapes (B, F, K) and (B, f, k).

    ``points`` is the number of measured points of each view, float, shape (B,).
    """

    heights: Complex
    masks: Complex
    points: NDArray[Any]


def spectra(
    relief: Relief,
    band: Band,
    angles_deg: NDArray[Any],
    centre: tuple[float, float] | None = None,
) -> Spectra:
    """Low frequencies of a relief seen at some angles about ``centre`` (its middle)."""
    half = band.size // 2
    views = [
        canvas(at_band(relief, band), half, float(angle), centre or relief.middle)
        for angle in angles_deg
    ]
    heights = np.stack([view[0] for view in views])
    masks = np.stack([view[1] for view in views])
    counts = masks.sum((1, 2), dtype=float)
    return Spectra(forward(heights, band.heights), forward(masks, band.masks), counts)


def at_band(relief: Relief, band: Band) -> Relief:
    """The relief, which must have the pitch of the band."""
    if abs(relief.pixel_um - band.pixel_um) > 1e-6 * band.pixel_um:
        raise ValueError("the relief has another pitch than the band")
    return relief


@dataclass(frozen=True, slots=True)
class Pose:
    """The best meeting of two whole scans.

    Attributes
    ----------
    score : float
        How far the agreement stands out; grows with overlap and agreement.
    angle_deg : float
    shift_um : tuple of float
        Row and column of the reference's middle on the target, seen from the middle of
        the target, along the target's own axes.
    """

    score: float
    angle_deg: float
    shift_um: tuple[float, float]


def best_pose(reference: Relief, target: Relief, band: Band, angles_deg: Any) -> Pose:
    """Try every angle and shift, and return the pose that stands out most."""
    angles = np.asarray(angles_deg, dtype=float)
    one = spectra(reference, band, np.zeros(1))
    views = spectra(target, band, angles)
    fit = backward(views.heights * np.conj(one.heights), band.heights)
    meet = backward(views.masks * np.conj(one.masks), band.masks)
    scores = standing_out(fit, meet, band, np.minimum(views.points, one.points))
    best = int(scores.argmax())
    return pose_at(best, float(scores.ravel()[best]), band, angles)


def pose_at(place: int, score: float, band: Band, angles_deg: NDArray[Any]) -> Pose:
    """The pose that stands at one place of all angles and shifts."""
    shifts = band.shifts_um
    shape = (angles_deg.size, shifts.size, shifts.size)
    number, row, column = np.unravel_index(place, shape)
    along = np.array([shifts[row], shifts[column]])
    angle = np.deg2rad(angles_deg[number])
    cos, sin = np.cos(angle), np.sin(angle)
    return Pose(
        score=score,
        angle_deg=float(angles_deg[number]),
        shift_um=(
            float(cos * along[0] - sin * along[1]),
            float(sin * along[0] + cos * along[1]),
        ),
    )


def standing_out(
    fit: Real, meet: Real, band: Band, points: NDArray[Any]
) -> NDArray[np.float32]:
    """Sum of products over the root of the overlap; -inf where too little meets.

    Parameters
    ----------
    fit, meet : float32, shape (…, B, S, S)
        Correlations of heights and of masks.
    band : Band
    points : float, shape (B,)
        Measured points of the smaller scan of each pair.
    """
    least: Any = (band.overlap_min * points).astype(np.float32)[:, None, None]
    out: NDArray[Any] = fit / np.sqrt(np.maximum(meet, least))
    out[meet < least] = -np.inf
    return out
