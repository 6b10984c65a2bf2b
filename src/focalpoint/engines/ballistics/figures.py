"""What a page or a report shows of one comparison, as arrays."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from focalpoint.engines.ballistics.compare import CellResult, Comparison
from focalpoint.engines.ballistics.congruence import turned
from focalpoint.engines.ballistics.pictures import (
    FORM_UM,
    SIDE_POINTS,
    Picture,
    coloured,
    shaded,
)
from focalpoint.engines.ballistics.relief import (
    Relief,
    canvas,
    low_pass,
    relief,
    resampled,
)
from focalpoint.engines.ballistics.surface import Surface

PROFILE_ROWS = 3


@dataclass(frozen=True, slots=True)
class Outline:
    """One cell on both pictures: corners (x, y) in points of the picture.

    ``on`` has no corners where the cell was not found congruent.
    """

    label: str
    congruent: bool
    correlation: float
    at: tuple[tuple[float, float], ...]
    on: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """Heights along one line of both surfaces.

    Attributes
    ----------
    row : int
        Row of the pictures that the line runs along.
    along_um : float, shape (N,)
    reference_um, target_um : float, shape (N,)
        Heights without form, NaN where missing.
    correlation : float
        On the points measured in both; NaN where there are none.
    """

    row: int
    along_um: NDArray[Any]
    reference_um: NDArray[Any]
    target_um: NDArray[Any]
    correlation: float


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """Both surfaces at one scale and light, the target turned into register.

    Attributes
    ----------
    reference, target : uint8, shape (H, H, 3)
        Hill-shaded pictures.
    pixel_um : float
        Size of a point of the pictures.
    cells : tuple of Outline
    profile : Profile
    """

    reference: Picture
    target: Picture
    pixel_um: float
    cells: tuple[Outline, ...]
    profile: Profile


def overlay(
    reference: Surface, target: Surface, result: Comparison, light_deg: float = 315.0
) -> Overlay:
    """Lay out one comparison.

    Parameters
    ----------
    reference, target : Surface
        The surfaces that were compared.
    result : Comparison
    light_deg : float
        Where the light comes from, clockwise from the top.
    """
    given = result.parameters
    looks = [
        relief(surface, given.coarse_um, given.evening)
        for surface in (reference, target)
    ]
    reach_um = max(looks[0].radius_um, looks[1].radius_um) * 1.08
    pixel_um = max(2 * reach_um / SIDE_POINTS, given.pixel_um)
    half = int(np.ceil(reach_um / pixel_um))
    shift = np.array([result.dy_um, result.dx_um])
    one = _levelled(reference, pixel_um, looks[0], np.zeros(2))
    two = _levelled(target, pixel_um, looks[1], shift)
    views = [
        canvas(one[0], half, 0.0, one[1]),
        canvas(two[0], half, result.angle_deg, two[1]),
    ]
    pictures = [
        coloured(shaded(heights / np.float32(pixel_um), mask, light_deg), mask)
        for heights, mask in views
    ]
    outlines = tuple(_outline(cell, result, half, pixel_um) for cell in result.details)
    row = _row_of_profile(result.details, half, pixel_um)
    return Overlay(
        pictures[0], pictures[1], pixel_um, outlines, _profile(views, row, pixel_um)
    )


def _levelled(
    surface: Surface, pixel_um: float, look: Relief, shift_um: NDArray[Any]
) -> tuple[Relief, tuple[float, float]]:
    """Heights without form at the pitch of the picture, and where its centre lies."""
    heights, mask = resampled(surface, pixel_um)
    level = (heights - low_pass(heights, mask, pixel_um, FORM_UM)) * mask
    middle_um = (np.array(look.middle) + 0.5) * look.pixel_um + shift_um
    centre = middle_um / pixel_um - 0.5
    fine = Relief(level.astype(np.float32), mask, pixel_um, look.middle)
    return fine, (float(centre[0]), float(centre[1]))


def _outline(
    cell: CellResult, result: Comparison, half: int, pixel_um: float
) -> Outline:
    side = result.cell_um / 2
    square = np.array([(-side, -side), (-side, side), (side, side), (side, -side)])
    at = np.array([cell.y_um, cell.x_um])
    on: tuple[tuple[float, float], ...] = ()
    if cell.congruent:
        shift = np.array([result.dy_um, result.dx_um])
        place = turned(
            np.array([cell.on_y_um, cell.on_x_um]) - shift, -result.angle_deg
        )
        on = _corners(
            place + turned(square, cell.angle_deg - result.angle_deg), half, pixel_um
        )
    return Outline(
        cell.label,
        cell.congruent,
        cell.correlation,
        _corners(at + square, half, pixel_um),
        on,
    )


def _corners(
    points_um: NDArray[Any], half: int, pixel_um: float
) -> tuple[tuple[float, float], ...]:
    points = points_um / pixel_um + half
    return tuple((round(float(x), 2), round(float(y), 2)) for y, x in points)


def _row_of_profile(cells: tuple[CellResult, ...], half: int, pixel_um: float) -> int:
    """Middle of the row of cells that has most congruent ones."""
    rows: dict[float, float] = {}
    for cell in cells:
        rows[cell.y_um] = rows.get(cell.y_um, 0.0) + max(
            0.0, cell.correlation if cell.congruent else 0.0
        )
    if not rows:
        return half
    best = max(rows, key=lambda y: (rows[y], -abs(y)))
    return int(np.clip(round(best / pixel_um) + half, 1, 2 * half - 2))


def _profile(views: list[tuple[Any, Any]], row: int, pixel_um: float) -> Profile:
    reach = PROFILE_ROWS // 2
    lines = []
    for heights, mask in views:
        strip = slice(max(0, row - reach), row + reach + 1)
        count = mask[strip].sum(axis=0)
        mean = (heights[strip] * mask[strip]).sum(axis=0) / np.maximum(count, 1)
        lines.append(np.where(count > 0, mean, np.nan).astype(float))
    both = np.isfinite(lines[0]) & np.isfinite(lines[1])
    agreement = float("nan")
    if both.sum() > 10:
        agreement = float(np.corrcoef(lines[0][both], lines[1][both])[0, 1])
    along = np.arange(lines[0].size) * pixel_um
    return Profile(row, along, lines[0], lines[1], agreement)
