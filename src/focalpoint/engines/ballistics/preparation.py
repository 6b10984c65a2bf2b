"""A raw scan becomes a surface that can be compared; every step is kept."""

import json
from dataclasses import asdict, dataclass

import numpy as np
from scipy import ndimage

from focalpoint import __version__
from focalpoint.engines.ballistics.compiled import Real
from focalpoint.engines.ballistics.face import breech_face, form_of
from focalpoint.engines.ballistics.filters import smooth
from focalpoint.engines.ballistics.relief import low_pass, resampled
from focalpoint.engines.ballistics.surface import Mask, Surface, require_comparable
from focalpoint.values.errors import BadInput


@dataclass(frozen=True, slots=True)
class PreparationParameters:
    """Parameters of the preparation, lengths in micrometres.

    Attributes
    ----------
    pixel_um : float
        Pitch of the result.
    look_um : float
        Pitch at which the face is looked for.
    within_um : float
        The face lies no farther than this from its form.
    edge_um : float
        Strip along the edges of the face that is left out.
    spread_max : float
        Points farther from their surroundings, in robust standard deviations, are
        outliers.
    spike_um : float
        Cutoff of the filter that tells the surroundings.
    form_order : int
        Order of the form that is taken away: 1 plane, 2 second order.
    low_um, high_um : float
        Band that is kept: cutoffs of the Gaussian regression filters.
    """

    pixel_um: float = 6.25
    look_um: float = 25.0
    within_um: float = 14.0
    edge_um: float = 50.0
    spread_max: float = 3.5
    spike_um: float = 50.0
    form_order: int = 2
    low_um: float = 16.0
    high_um: float = 500.0


DEFAULT = PreparationParameters()


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One step: what was done, what is still used after it, and figures of it."""

    name: str
    mask: Mask
    figures: dict[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A prepared surface, the steps that led to it, and the parameters."""

    surface: Surface
    steps: tuple[Step, ...]
    parameters: PreparationParameters
    by_hand: bool
    version: str = __version__

    @property
    def record(self) -> str:
        """The parameters and the figures of all steps, as JSON."""
        return json.dumps(
            {
                "version": self.version,
                "mask": "by hand" if self.by_hand else "found",
                "parameters": asdict(self.parameters),
                "steps": [
                    {"name": step.name, "points": int(step.mask.sum()), **step.figures}
                    for step in self.steps
                ],
            },
            indent=1,
        )


def prepared(
    raw: Surface,
    parameters: PreparationParameters = DEFAULT,
    mask: Mask | None = None,
) -> Prepared:
    """Prepare a raw scan of a breech face.

    1. Find the face: drop the firing-pin hole, the flowed metal round it, the exterior.
    2. Drop outliers.
    3. Take the form away.
    4. Bring to the pitch of the result.
    5. Keep the band between two Gaussian filters (ISO 16610), missing points left out.

    Parameters
    ----------
    raw : Surface
        In metres.
    parameters : PreparationParameters
    mask : ndarray, bool, shape (M, N), optional
        The face as a person has drawn it; step 1 is then left out.

    Returns
    -------
    Prepared

    Raises
    ------
    BadInput
        If the unit is unknown, no face is found, or the mask does not fit.
    """
    require_comparable(raw)
    face = (
        raw.valid & _fitting(mask, raw) if mask is not None else _face(raw, parameters)
    )
    steps = [Step("face", face, {"share": round(float(face.mean()), 4)})]
    heights = _micrometres(raw, face)
    clean, form = _without_outliers(heights, face, raw, parameters)
    steps.append(Step("outliers", clean, {"dropped": int(face.sum() - clean.sum())}))
    level = np.where(clean, heights - form, 0.0).astype(np.float32)
    spread = float(level[clean].std())
    steps.append(Step("form", clean, {"spread_um": round(spread, 4)}))
    surface = Surface(
        np.where(clean, level * np.float32(1e-6), np.nan), raw.pitch_x, raw.pitch_y
    )
    known, known_mask = resampled(surface, parameters.pixel_um)
    steps.append(Step("pitch", known_mask > 0, {"pixel_um": parameters.pixel_um}))
    band = _band(known, known_mask, parameters)
    kept = known_mask > 0
    spread = float(band[kept].std())
    steps.append(Step("band", kept, {"spread_um": round(spread, 4)}))
    pitch = parameters.pixel_um * 1e-6
    out = np.where(kept, band.astype(float) * 1e-6, np.nan)
    result = _cropped(Surface(out, pitch, pitch, name=raw.name))
    return Prepared(result, tuple(steps), parameters, mask is not None)


def _fitting(mask: Mask, raw: Surface) -> Mask:
    return raw.masked(mask).valid


def _face(raw: Surface, parameters: PreparationParameters) -> Mask:
    heights, mask = resampled(raw, parameters.look_um)
    found = breech_face(
        heights,
        mask,
        parameters.look_um,
        parameters.within_um,
        parameters.edge_um,
        raw.name,
    )
    rows = _finer(found.shape[0], raw.shape[0], parameters.look_um / raw.pitch_y * 1e-6)
    columns = _finer(
        found.shape[1], raw.shape[1], parameters.look_um / raw.pitch_x * 1e-6
    )
    face: Mask = found[np.ix_(rows, columns)] & raw.valid
    return face


def _finer(
    few: int, many: int, factor: float
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    place = ((np.arange(many) + 0.5) / factor).astype(np.int64)
    return np.minimum(place, few - 1)


def _micrometres(raw: Surface, face: Mask) -> Real:
    if not face.any():
        raise BadInput(
            "the mask of %(name)s leaves no measured point; draw it again",
            name=raw.name,
        )
    level = float(np.median(raw.heights[face]))
    return np.where(face, (raw.heights - level) * 1e6, 0.0).astype(np.float32)


def _without_outliers(
    heights: Real, face: Mask, raw: Surface, parameters: PreparationParameters
) -> tuple[Mask, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    form = form_of(heights, face, parameters.form_order, parameters.within_um)
    level = np.where(face, heights - form, 0.0).astype(np.float32)
    pitch_um = raw.pitch_x * 1e6
    around = smooth(level, face.astype(np.float32), parameters.spike_um / pitch_um)
    off = np.where(face, level - around, 0.0)
    spread = 1.4826 * float(np.median(np.abs(off[face])))
    wild = np.abs(off) > max(parameters.spread_max * 2 * spread, 1e-9)
    far = np.abs(level) > parameters.within_um
    bad = ndimage.binary_dilation((wild | far) & face, iterations=1)
    clean: Mask = face & ~bad
    if clean.sum() < face.sum() / 2:
        raise BadInput(
            "more than half of the face of %(name)s are outliers; check the scan or "
            "draw the mask by hand",
            name=raw.name,
        )
    return clean, form


def _band(heights: Real, mask: Real, parameters: PreparationParameters) -> Real:
    wide = low_pass(heights, mask, parameters.pixel_um, parameters.high_um)
    high = (heights - wide) * mask
    fine: Real = smooth(high, mask, parameters.low_um / parameters.pixel_um) * mask
    return fine


def _cropped(surface: Surface) -> Surface:
    rows = np.flatnonzero(surface.valid.any(1))
    columns = np.flatnonzero(surface.valid.any(0))
    return Surface(
        surface.heights[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1],
        surface.pitch_x,
        surface.pitch_y,
        name=surface.name,
    )
