"""The scans that the ballistic tests share: read once, and one made up."""

from functools import lru_cache
from pathlib import Path

import numpy as np

from focalpoint.engines.ballistics import x3p
from focalpoint.engines.ballistics.compare import Ready, ready
from focalpoint.engines.ballistics.parameters import parameters_for
from focalpoint.engines.ballistics.surface import Surface

GOLDEN = Path(__file__).parents[2] / "golden" / "ballistics"
COARSE = parameters_for("consensus", 25.0)


def path(name: str) -> Path:
    return GOLDEN / f"{name}.x3p"


@lru_cache
def surface(name: str) -> Surface:
    return x3p.read(path(name)).surface


@lru_cache
def coarse(name: str) -> Ready:
    """A Fadul scan made ready at 25 um, which is fast."""
    return ready(surface(name), COARSE)


def rough(size: int, seed: int, smooth: int = 2) -> np.ndarray:
    """Made-up marks: noise without waves shorter than a few points, unit spread."""
    noise = np.random.default_rng(seed).normal(size=(size, size))
    for axis in (0, 1):
        for _ in range(smooth):
            noise = noise + np.roll(noise, 1, axis)
    return noise / noise.std()


def raw_face(seed: int, marks: np.ndarray | None = None) -> Surface:
    """A made-up raw scan at 12.5 um: tilted domed face, flowed metal, hole, rim."""
    size, pitch = 300, 12.5e-6
    rows, columns = (np.indices((size, size)) - size / 2) * pitch * 1e6
    radius = np.hypot(rows, columns)
    inner = np.hypot(rows + 60, columns + 250)
    face = 0.008 * rows + 0.004 * columns - (radius / 1000) ** 2 * 3
    heights = face + (rough(size, seed) if marks is None else marks) * 1.5
    heights[inner < 1000] += 45
    heights[(radius > 1700)] -= 60
    heights[(inner < 600) | (radius > 1800)] = np.nan
    rng = np.random.default_rng(seed + 1)
    spikes = rng.integers(0, size, (40, 2))
    heights[spikes[:, 0], spikes[:, 1]] += 30
    return Surface(heights * 1e-6, pitch, pitch, name="made up")
