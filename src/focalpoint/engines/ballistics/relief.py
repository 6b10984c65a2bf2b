"""A surface made ready to be compared: band-limited heights on a grid of square points.

The surface is brought to one pitch, its form and waviness above ``form_um`` are taken
away, heights are evened out to the same spread everywhere, and spikes are drawn in, so
that no single deep mark decides. Position zero is the middle of what was measured.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from focalpoint.engines.ballistics.compiled import Real, sample
from focalpoint.engines.ballistics.filters import smooth
from focalpoint.engines.ballistics.surface import Surface, require_comparable
from focalpoint.values.errors import BadInput

# The filter for the form needs no finer grid than a tenth of its cutoff.
FORM_STEPS = 10
# Where nothing but noise is, it is not blown up to the size of marks: this share of the
# whole surface's mean square is added before evening out.
EVEN_FLOOR = 0.05
POINTS_MIN = 200
# Micrometres: far below the noise of any instrument.
FLAT_UM = 1e-7
PIXELS_MAX = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Relief:
    """Heights ready to be compared.

    Attributes
    ----------
    heights : float32, shape (M, N)
        Zero where missing; standard deviations, or micrometres if left as they were.
    mask : float32, shape (M, N)
        1 where measured, else 0.
    pixel_um : float
        Distance of neighbouring points, micrometres.
    middle : tuple of int
        Row and column of the middle of what was measured.
    """

    heights: Real
    mask: Real
    pixel_um: float
    middle: tuple[int, int]

    @property
    def radius_um(self) -> float:
        """Half the longer side of what was measured, micrometres."""
        return self.pixel_um * max(_span(self.mask, 0), _span(self.mask, 1)) / 2

    @property
    def mean_square(self) -> float:
        """Mean square of what was measured."""
        total = float(np.square(self.heights).sum(dtype=float))
        return total / max(float(self.mask.sum(dtype=float)), 1.0)


@dataclass(frozen=True, slots=True)
class Evening:
    """What is done to the heights before they are compared.

    Attributes
    ----------
    form_um : float
        Cutoff of the Gaussian high-pass filter, micrometres.
    even_um : float
        Cutoff of the filter that finds the local mean square, micrometres.
    spread_max : float
        Heights beyond this many local standard deviations are drawn in to it.
    """

    form_um: float = 200.0
    even_um: float = 300.0
    spread_max: float = 2.5


def relief(surface: Surface, pixel_um: float, evening: Evening | None) -> Relief:
    """Make a processed surface ready to be compared.

    Parameters
    ----------
    surface : Surface
        In metres; heights already levelled.
    pixel_um : float
        Pitch wanted, micrometres.
    evening : Evening or None
        None leaves the heights as they are.

    Returns
    -------
    Relief

    Raises
    ------
    BadInput
        If the unit is unknown, too little was measured, or nothing varies.
    """
    require_comparable(surface)
    heights, mask = resampled(surface, pixel_um)
    if mask.sum() < POINTS_MIN:
        raise BadInput(
            "%(name)s has only %(count)s points at %(pixel)s um, too few to compare; "
            "use a larger scan or a finer pixel",
            name=surface.name,
            count=int(mask.sum()),
            pixel=f"{pixel_um:g}",
        )
    if float(heights[mask > 0].std()) <= FLAT_UM:
        raise BadInput(
            "%(name)s is flat: its heights do not vary, so there is nothing to compare",
            name=surface.name,
        )
    if evening is not None:
        heights = evened(heights, mask, pixel_um, evening)
    return Relief(heights, mask, pixel_um, middle(mask))


def evened(heights: Real, mask: Real, pixel_um: float, by: Evening) -> Real:
    """Heights without form, of the same spread everywhere, spikes drawn in."""
    high = (heights - low_pass(heights, mask, pixel_um, by.form_um)) * mask
    square = low_pass(high * high, mask, pixel_um, by.even_um)
    whole = float((high * high).sum(dtype=float) / mask.sum(dtype=float))
    level = high / np.sqrt(np.maximum(square, 0) + EVEN_FLOOR * whole + 1e-12)
    out: Real = np.clip(level, -by.spread_max, by.spread_max).astype(np.float32)
    return out


def resampled(surface: Surface, pixel_um: float) -> tuple[Real, Real]:
    """Heights (micrometres, zero where missing) and mask at another pitch.

    Points are averaged where the pitch grows at least twofold, else interpolated after
    smoothing away what the new pitch cannot hold. Both float32, shape (P, Q).
    """
    mask = surface.valid
    known = np.where(mask, surface.heights, 0.0)
    level = float(known.sum(dtype=float) / mask.sum())
    heights = np.where(mask, (known - level) * 1e6, 0.0).astype(np.float32)
    factor_y = pixel_um * 1e-6 / surface.pitch_y
    factor_x = pixel_um * 1e-6 / surface.pitch_x
    if max(surface.size_m) * 1e6 / pixel_um > PIXELS_MAX:
        raise BadInput(
            "%(name)s would have more than %(most)s points a side at %(pixel)s um; use "
            "a coarser pixel",
            name=surface.name,
            most=PIXELS_MAX,
            pixel=f"{pixel_um:g}",
        )
    return _repitched(heights, mask.astype(np.float32), factor_y, factor_x)


def rebinned(of: Relief, pixel_um: float) -> Relief:
    """The same relief at another pitch, about the same middle."""
    factor = pixel_um / of.pixel_um
    heights, mask = _repitched(of.heights, of.mask, factor, factor)
    return about(Relief(heights, mask, pixel_um, middle(mask)), of)


def about(relief: Relief, other: Relief) -> Relief:
    """The relief with its middle where ``other``, of the same surface, has it."""
    factor = other.pixel_um / relief.pixel_um
    row, column = (round((place + 0.5) * factor - 0.5) for place in other.middle)
    return replace(relief, middle=(row, column))


def _repitched(
    heights: Real, mask: Real, factor_y: float, factor_x: float
) -> tuple[Real, Real]:
    if abs(factor_y - 1) < 1e-3 and abs(factor_x - 1) < 1e-3:
        return heights, mask
    if min(factor_y, factor_x) >= 2:
        return _binned(heights, mask, factor_y, factor_x)
    return _interpolated(heights, mask, factor_y, factor_x)


def _binned(
    heights: Real, mask: Real, factor_y: float, factor_x: float
) -> tuple[Real, Real]:
    rows = _firsts(heights.shape[0], factor_y)
    columns = _firsts(heights.shape[1], factor_x)

    def total(field: Real) -> Real:
        summed: Real = np.add.reduceat(
            np.add.reduceat(field, rows, axis=0), columns, axis=1
        )
        return summed

    known = total(mask)
    whole = total(np.ones_like(mask))
    out = (known >= whole / 2).astype(np.float32)
    return total(heights * mask) / np.maximum(known, 1.0) * out, out


def _firsts(count: int, factor: float) -> NDArray[np.int64]:
    """First source point of each whole bin; what is left over joins the last."""
    bins = max(1, int(count / factor + 1e-6))
    firsts: NDArray[np.int64] = np.ceil(np.arange(bins) * factor - 0.5).astype(np.int64)
    return firsts.clip(0)


def _interpolated(
    heights: Real, mask: Real, factor_y: float, factor_x: float
) -> tuple[Real, Real]:
    coarser = max(factor_y, factor_x)
    if coarser > 1:
        heights = smooth(heights, mask, 2 * coarser) * mask
    rows = max(1, int(heights.shape[0] / factor_y + 1e-6))
    columns = max(1, int(heights.shape[1] / factor_x + 1e-6))
    out = np.zeros((rows, columns), np.float32)
    out_mask = np.zeros_like(out)
    start = np.array([factor_y / 2 - 0.5, factor_x / 2 - 0.5])
    steps = np.array([[factor_y, 0.0], [0.0, factor_x]])
    sample(heights, mask, start, steps, out, out_mask)
    return out, out_mask


def low_pass(heights: Real, mask: Real, pixel_um: float, cutoff_um: float) -> Real:
    """What a Gaussian filter of that cutoff keeps, on a grid just fine enough."""
    step = int(cutoff_um / FORM_STEPS / pixel_um)
    if step < 2:
        return smooth(heights, mask, cutoff_um / pixel_um)
    thin, thin_mask = _binned(heights, mask, float(step), float(step))
    known = smooth(thin, thin_mask, cutoff_um / pixel_um / step)
    out, unused = np.zeros_like(heights), np.zeros_like(heights)
    start = np.full(2, (1 / step - 1) / 2)
    steps = np.eye(2) / step
    edge = np.pad(known, 1, mode="edge")
    sample(edge, np.ones_like(edge), start + 1, steps, out, unused)
    return out


def middle(mask: Real) -> tuple[int, int]:
    """Row and column of the middle of the smallest upright box round the mask."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return (int(rows[0] + rows[-1]) // 2, int(columns[0] + columns[-1]) // 2)


def _span(mask: Real, axis: int) -> int:
    found = np.flatnonzero(mask.any(axis))
    return int(found[-1] - found[0] + 1)


def canvas(
    relief: Relief,
    half: int,
    angle_deg: float,
    centre: tuple[float, float],
    by: Callable[..., None] = sample,
) -> tuple[Real, Real]:
    """A square view of a relief, turned about ``centre``.

    Parameters
    ----------
    relief : Relief
    half : int
        Half the side in points; point (half, half) of the view shows ``centre``.
    angle_deg : float
        The view's rows and columns are turned by this angle against the relief's.
    centre : tuple of float
        Row and column in the relief.
    by : function
        ``sample`` (bilinear) or ``pick`` (nearest point).

    Returns
    -------
    heights, mask : float32, shape (2 * half, 2 * half)
    """
    return view(relief, 2 * half, angle_deg, centre, (-half, -half), by)


def view(
    relief: Relief,
    size: int,
    angle_deg: float,
    centre: tuple[float, float],
    first: tuple[float, float],
    by: Callable[..., None] = sample,
) -> tuple[Real, Real]:
    """A square view of ``size`` points that begins ``first`` points from ``centre``.

    ``first`` counts rows and columns of the view; the rest is as for ``canvas``.
    """
    angle = np.deg2rad(angle_deg)
    cos, sin = np.cos(angle), np.sin(angle)
    steps = np.array([[cos, sin], [-sin, cos]])
    start = np.array(centre) + first[0] * steps[0] + first[1] * steps[1]
    heights = np.zeros((size, size), np.float32)
    mask = np.zeros_like(heights)
    by(relief.heights, relief.mask, start, steps, heights, mask)
    return heights, mask
