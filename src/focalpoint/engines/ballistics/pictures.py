"""Hill-shaded pictures of surfaces."""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from focalpoint.engines.ballistics.compiled import Real
from focalpoint.engines.ballistics.relief import Evening, low_pass, resampled
from focalpoint.engines.ballistics.surface import METRE, Surface

Picture = NDArray[np.uint8]
# Colours of the comparison viewer: ground, shadow, light.
GROUND, SHADOW, LIGHT = (35, 39, 41), (28, 26, 25), (226, 218, 207)
MISSING = GROUND
SIDE_POINTS = 900
# Waviness above this is taken away before shading, else the dome of the primer hides
# its marks; the slopes are then scaled so that one in fifty is fully lit or dark.
FORM_UM = Evening().form_um * 2.5
STEEP = 98.0


def shaded(heights: Real, mask: Real, light_deg: float) -> Real:
    """Brightness of each point, 0 to 1, lit from one side: float32, shape (M, N).

    Parameters
    ----------
    heights, mask : float32, shape (M, N)
        In points: heights divided by the pitch.
    light_deg : float
        Where the light comes from, clockwise from the top.
    """
    known = mask > 0
    filled = np.where(known, heights, 0.0)
    down, right = np.gradient(filled)
    inside = known.copy()
    for axis in (0, 1):
        for step in (-1, 1):
            inside &= np.roll(known, step, axis=axis)
    angle = np.deg2rad(light_deg)
    # Light from the top falls on slopes that rise downwards in the picture.
    slope = np.where(inside, np.cos(angle) * down - np.sin(angle) * right, 0.0)
    steep = float(np.percentile(np.abs(slope[inside]), STEEP)) if inside.any() else 0.0
    bright: Real = np.clip(0.5 + slope / (2 * steep or 1.0), 0, 1).astype(np.float32)
    return bright


def coloured(bright: Real, mask: Real) -> Picture:
    """Brightness as colours, missing points as ground: uint8, shape (M, N, 3)."""
    low, high = np.array(SHADOW, float), np.array(LIGHT, float)
    colours = low + bright[..., None] * (high - low)
    colours[mask == 0] = MISSING
    picture: Picture = colours.round().astype(np.uint8)
    return picture


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A surface as a picture: colours (M, N, 3), and the size of a point in um."""

    colours: Picture
    pixel_um: float


def view(surface: Surface, light_deg: float = 315.0, pixel_um: float = 0.0) -> View:
    """A surface hill-shaded, at a pitch that gives a picture of moderate size."""
    side_um = max(surface.size_m) * 1e6
    finest = max(surface.pitch_x, surface.pitch_y) * 1e6
    pixel_um = pixel_um or max(finest, side_um / SIDE_POINTS)
    heights, mask = resampled(surface, pixel_um)
    if 3 * pixel_um < FORM_UM < min(heights.shape) * pixel_um:
        heights = (heights - low_pass(heights, mask, pixel_um, FORM_UM)) * mask
    bright = shaded(heights / np.float32(pixel_um), mask, light_deg)
    return View(coloured(bright, mask), pixel_um)


def bar_um(width_um: float) -> float:
    """A round length of about a quarter of the width."""
    most = width_um / 3
    power = 10.0 ** np.floor(np.log10(most))
    return float(max(step * power for step in (1, 2, 5) if step * power <= most))


def length(value_um: float) -> str:
    """A length for people."""
    return f"{value_um / 1000:g} mm" if value_um >= 1000 else f"{value_um:g} µm"


def png(surface: Surface, light_deg: float = 315.0) -> bytes:
    """A hill-shaded picture with scale bar, as PNG."""
    from matplotlib.figure import Figure

    picture = view(surface, light_deg)
    rows, columns = picture.colours.shape[:2]
    longer = max(rows, columns)
    figure = Figure(figsize=(8 * columns / longer, 8 * rows / longer + 0.4), dpi=120)
    axes: Any = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    ground = "#{:02x}{:02x}{:02x}".format(*GROUND)
    figure.set_facecolor(ground)
    axes.set_axis_off()
    axes.imshow(picture.colours, interpolation="nearest")
    axes.set_ylim(rows + 0.06 * longer, 0)
    wide = bar_um(columns * picture.pixel_um)
    named = length(wide) if surface.unit == METRE else "unit unknown"
    start, level = 0.03 * columns, rows + 0.045 * longer
    axes.plot([start, start + wide / picture.pixel_um], [level, level], color="white")
    axes.text(
        start, level - 0.012 * longer, named, color="white", fontsize=11, va="bottom"
    )
    stream = io.BytesIO()
    figure.savefig(stream, format="png", facecolor=ground)
    return stream.getvalue()
