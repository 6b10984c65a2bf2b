"""Every number that a comparison depends on, in one frozen object per method."""

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from focalpoint.engines.ballistics.relief import Evening
from focalpoint.values.errors import BadInput

# A pixel above this holds no more than the coarse look, which then is the only one.
COARSE_UM, FINE_BELOW_UM = 25.0, 20.0
PIXEL_LEAST_UM, PIXEL_MOST_UM = 0.5, 100.0


@dataclass(frozen=True, slots=True)
class Parameters:
    """Parameters of one comparison.

    Attributes
    ----------
    method : str
        ``consensus``, ``original`` or ``high``.
    pixel_um : float
        Pitch at which the cells are finally correlated, micrometres.
    coarse_um : float
        Pitch of the look over all angles, micrometres (``consensus``).
    cell_um : float
        Side of a cell, micrometres (``consensus``); the published rules divide the
        reference into ``grid`` x ``grid`` cells.
    grid : int
        Cells along one side (``original``, ``high``).
    filled_min : float
        Cells with a smaller share of measured points are not compared.
    reach_um : float
        Farthest shift of a cell from where the middles put it (``consensus``); the
        published rules look one cell side around.
    angle_from_deg, angle_to_deg, angle_step_deg : float
    overlap_min : float
        Least share of a cell's points that must meet measured points.
    distance_um : float
        Farthest that a congruent cell may lie from the common motion.
    angle_within_deg : float
        Farthest that its angle may lie from the common angle.
    correlation_min : float
        Least correlation of a congruent cell.
    tau : int
        ``high``: angles with at least the best count less this share the peak.
    evening : Evening or None
        What is done to the heights first.
    """

    method: str = "consensus"
    pixel_um: float = 6.25
    coarse_um: float = COARSE_UM
    cell_um: float = 425.0
    grid: int = 8
    filled_min: float = 0.10
    reach_um: float = 425.0
    angle_from_deg: float = -30.0
    angle_to_deg: float = 30.0
    angle_step_deg: float = 3.0
    overlap_min: float = 0.5
    distance_um: float = 75.0
    angle_within_deg: float = 7.0
    correlation_min: float = 0.45
    tau: int = 1
    evening: Evening | None = field(default_factory=Evening)

    @property
    def angles_deg(self) -> NDArray[Any]:
        """The angles tried."""
        count = int(
            (self.angle_to_deg - self.angle_from_deg) / self.angle_step_deg + 0.5
        )
        angles: NDArray[Any] = (
            self.angle_from_deg + np.arange(count + 1) * self.angle_step_deg
        )
        return angles[angles < self.angle_from_deg + 360]

    @property
    def digest(self) -> str:
        """Short digest of all parameters: the same digest, the same computation."""
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


# Thresholds of the published rules as in the comparison of Zemmels et al. (cmcR): 20
# points of 6.25 um, 6 degrees, 0.5.
PUBLISHED = Parameters(
    distance_um=125.0,
    angle_within_deg=6.0,
    correlation_min=0.5,
    overlap_min=0.0,
    evening=None,
)
DEFAULTS = {
    "consensus": Parameters(),
    "original": replace(PUBLISHED, method="original"),
    "high": replace(PUBLISHED, method="high"),
}


def parameters_for(
    method: str = "consensus",
    pixel_um: float | None = None,
    *,
    full_circle: bool = False,
) -> Parameters:
    """Parameters of a method, with the choices a person has.

    Raises
    ------
    BadInput
        If the method is unknown or the pixel absurd.
    """
    if method not in DEFAULTS:
        raise BadInput(
            "%(method)s is no method; choose one of %(known)s",
            method=method,
            known=", ".join(DEFAULTS),
        )
    chosen = DEFAULTS[method]
    if pixel_um is not None:
        if not PIXEL_LEAST_UM <= pixel_um <= PIXEL_MOST_UM:
            raise BadInput(
                "a pixel of %(pixel)s um is outside %(least)s to %(most)s um",
                pixel=f"{pixel_um:g}",
                least=f"{PIXEL_LEAST_UM:g}",
                most=f"{PIXEL_MOST_UM:g}",
            )
        coarse = pixel_um if pixel_um >= FINE_BELOW_UM else COARSE_UM
        chosen = replace(chosen, pixel_um=pixel_um, coarse_um=coarse)
    if full_circle:
        chosen = replace(chosen, angle_from_deg=-180.0, angle_to_deg=177.0)
    return chosen
