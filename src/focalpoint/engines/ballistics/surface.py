"""A measured surface: heights on a grid, and how far apart its points are."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from focalpoint.values.errors import BadInput

Heights = NDArray[Any]
Mask = NDArray[np.bool_]

METRE, UNKNOWN = "metre", "unknown"
# What a person may state for a file that does not say: metres in one such unit.
STATED_UNITS = {"m": 1.0, "mm": 1e-3, "um": 1e-6, "nm": 1e-9}
PITCH_MIN_M, PITCH_MAX_M = 1e-9, 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """Heights of one measured surface.

    Attributes
    ----------
    heights : ndarray, shape (M, N), float
        Height in metres; NaN where nothing was measured. Row m lies at ``m * pitch_y``,
        column n at ``n * pitch_x``, in the order in which the file holds them.
    pitch_x, pitch_y : float
        Distance of neighbouring columns and rows, metres.
    unit : str
        ``metre``; or ``unknown`` while nobody has said what the numbers mean.
    name : str
        What a person calls this surface.
    """

    heights: Heights
    pitch_x: float
    pitch_y: float
    unit: str = METRE
    name: str = "surface"

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return (int(self.heights.shape[0]), int(self.heights.shape[1]))

    @property
    def valid(self) -> Mask:
        """Where a height was measured: bool, shape (M, N)."""
        valid: Mask = np.isfinite(self.heights)
        return valid

    @property
    def size_m(self) -> tuple[float, float]:
        """Width and height of the field, metres."""
        rows, columns = self.shape
        return columns * self.pitch_x, rows * self.pitch_y

    def masked(self, keep: Mask) -> "Surface":
        """The same surface without the points outside ``keep`` (bool, shape (M, N))."""
        if keep.shape != self.heights.shape:
            raise BadInput(
                "the mask has %(mask)s points but %(name)s has %(points)s; "
                "draw the mask on this scan",
                mask="x".join(map(str, keep.shape)),
                name=self.name,
                points="x".join(map(str, self.heights.shape)),
            )
        return replace(self, heights=np.where(keep, self.heights, np.nan))

    def in_unit(self, unit: str) -> "Surface":
        """State the unit of a surface that does not say: m, mm, um or nm."""
        if unit not in STATED_UNITS:
            raise BadInput(
                "%(unit)s is no unit of length known here; use m, mm, um or nm",
                unit=unit,
            )
        scale = STATED_UNITS[unit]
        return replace(
            self,
            heights=np.asarray(self.heights, dtype=float) * scale,
            pitch_x=self.pitch_x * scale,
            pitch_y=self.pitch_y * scale,
            unit=METRE,
        )


def require_comparable(surface: Surface) -> Surface:
    """Return ``surface``, or say why no distance on it means anything.

    Raises
    ------
    BadInput
        If the unit is unknown, the pitch absurd for a metre, or no point measured.
    """
    if surface.unit == UNKNOWN:
        raise BadInput(
            "%(name)s does not say in which unit it was measured (its points lie "
            "%(pitch)s apart, which cannot be metres); state the unit with --unit",
            name=surface.name,
            pitch=f"{surface.pitch_x:g}",
        )
    for pitch in (surface.pitch_x, surface.pitch_y):
        if not PITCH_MIN_M <= pitch <= PITCH_MAX_M:
            raise BadInput(
                "the points of %(name)s would lie %(pitch)s m apart, which no surface "
                "scan has; check the unit",
                name=surface.name,
                pitch=f"{pitch:g}",
            )
    if not surface.valid.any():
        raise BadInput(
            "%(name)s holds no measured point; scan it again", name=surface.name
        )
    return surface
