"""Compare two scans: the pipelines, step by step; COMPARATORS."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from focalpoint import __version__
from focalpoint.engines.ballistics import published
from focalpoint.engines.ballistics.cells import Cells, Votes, cells_of, sharpen, vote
from focalpoint.engines.ballistics.congruence import Consensus, Found, consensus, turned
from focalpoint.engines.ballistics.parameters import Parameters
from focalpoint.engines.ballistics.relief import Relief, about, rebinned, relief
from focalpoint.engines.ballistics.surface import Surface
from focalpoint.engines.ballistics.whole import Band, Pose, best_pose

# The first look: whole scans at 50 um, any shift up to 1.5 mm. Above the first score it
# is believed; below the second, what it finds is as likely chance, and the middles are
# taken to meet; between them both starts are tried.
FIRST_LOOK = Band(
    period_um=6000.0, wavelength_um=120.0, pixel_um=50.0, reach_um=1500.0, step_um=50.0
)
FIRST_LOOK_SURE, FIRST_LOOK_DOUBT = 7.0, 5.5
# The last look: around the common motion only.
LAST_REACH_UM = 75.0
LAST_ANGLES_DEG = np.array([-1.5, 0.0, 1.5])


@dataclass(frozen=True, slots=True, eq=False)
class Ready:
    """A surface made ready once, to be compared many times.

    ``fine`` has the pitch of the final correlations, ``coarse`` that of the look over
    all angles (the same object where one pitch serves), ``whole`` that of the first.
    """

    name: str
    fine: Relief
    coarse: Relief
    whole: Relief | None
    coarse_cells: Cells
    fine_cells: Cells


@dataclass(frozen=True, slots=True)
class CellResult:
    """One cell of the reference and where it was found.

    ``label`` is letter and number: column A, B, … and row 1, 2, … of the grid.
    ``x_um`` and ``y_um`` give the centre on the reference, ``on_x_um`` and ``on_y_um``
    its place on the target, each from the middle of what was measured, x to the right
    and y down as the file holds it; ``angle_deg`` the turn of the cell.
    """

    label: str
    x_um: float
    y_um: float
    on_x_um: float
    on_y_um: float
    angle_deg: float
    correlation: float
    congruent: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result of one comparison.

    Attributes
    ----------
    cmc, cells : int
        Congruent cells, and cells compared.
    score : float
        Sum of the correlations of the congruent cells.
    angle_deg, dx_um, dy_um : float
        Turn of the target against the reference, and where the middle of the reference
        lies on the target, from the target's middle: to the right and down.
    details : tuple of CellResult
    parameters : Parameters
    """

    reference: str
    target: str
    cmc: int
    cells: int
    score: float
    angle_deg: float
    dx_um: float
    dy_um: float
    details: tuple[CellResult, ...]
    parameters: Parameters
    version: str = __version__

    @property
    def cell_um(self) -> float:
        """Side of a cell, micrometres."""
        return self.parameters.cell_um


def ready(surface: Surface, parameters: Parameters) -> Ready:
    """Make a processed surface ready for one method.

    Raises
    ------
    BadInput
        If the surface cannot be compared.
    """
    evening = parameters.evening
    fine = relief(surface, parameters.pixel_um, evening)
    if parameters.method != "consensus":
        cells = published.cells_of(fine, parameters)
        return Ready(surface.name, fine, fine, None, cells, cells)
    coarse = fine
    if parameters.coarse_um != parameters.pixel_um:
        coarse = relief(surface, parameters.coarse_um, evening)
    return ready_from(surface.name, fine, coarse, parameters)


def ready_from(
    name: str, fine: Relief, coarse: Relief, parameters: Parameters
) -> Ready:
    """The same from reliefs that are at hand, as those of a collection are."""
    whole = rebinned(coarse, FIRST_LOOK.pixel_um)
    fine = coarse if fine.pixel_um == coarse.pixel_um else about(fine, coarse)
    coarse_cells = cells_of(coarse, parameters.cell_um, parameters.filled_min)
    fine_cells = coarse_cells
    if fine is not coarse:
        fine_cells = cells_of(
            fine, parameters.cell_um, parameters.filled_min, coarse_cells
        )
    return Ready(name, fine, coarse, whole, coarse_cells, fine_cells)


def compare(reference: Ready, target: Ready, parameters: Parameters) -> Comparison:
    """Compare two surfaces by the method that ``parameters`` names."""
    return COMPARATORS[parameters.method](reference, target, parameters)


def compare_surfaces(
    reference: Surface, target: Surface, parameters: Parameters
) -> Comparison:
    """Make two processed surfaces ready and compare them.

    Raises
    ------
    BadInput
        If one of them cannot be compared.
    """
    return compare(ready(reference, parameters), ready(target, parameters), parameters)


def by_consensus(
    reference: Ready,
    target: Ready,
    parameters: Parameters,
    angles: Any = None,
    centre: tuple[float, float] | None = None,
) -> Comparison:
    """Count the cells that agree on one rigid motion.

    1. Whole scans are correlated at 50 um over all angles and shifts, so that scans
       that show different parts of the face start from the right place.
    2. Each cell is looked for on the target at every second angle, then near its best
       place at the angles beside, and keeps its best.
    3. The rigid motion that explains most cells is found; cells far from it are out.
    4. These cells are correlated again around it at the full resolution.

    A search has taken the first step already: it gives the angles left to try, and the
    point of the coarse target that the reference's middle lies on.
    """
    angles = parameters.angles_deg if angles is None else angles
    starts = [centre] if centre else _starting_points(reference, target, angles)
    found = [from_start(reference, target, parameters, angles, s) for s in starts]
    best = max(found, key=agreement)
    if reference.fine is not reference.coarse and best.motion.congruent.any():
        best = last_look(reference, target, parameters, best)
    return result_of(reference, target, parameters, best)


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """Where the cells were found from one starting point, and what they agree on."""

    centre: tuple[float, float]
    found: Found
    motion: Consensus


def agreement(look: Look) -> tuple[int, float]:
    """What the better of two looks has more of."""
    congruent = look.motion.congruent
    return int(congruent.sum()), round(
        float(look.found.correlation[congruent].sum()), 6
    )


def agreed(found: Found, parameters: Parameters) -> Consensus:
    """The motion on which most cells agree."""
    return consensus(
        found,
        parameters.distance_um,
        parameters.angle_within_deg,
        parameters.correlation_min,
    )


def from_start(
    reference: Ready,
    target: Ready,
    parameters: Parameters,
    angles: Any,
    centre: tuple[float, float],
) -> Look:
    """Steps 2 and 3 from one starting point."""
    cells, coarse = reference.coarse_cells, target.coarse
    least = parameters.overlap_min
    every = vote(cells, coarse, centre, angles[::2], parameters.reach_um, least)
    votes = sharpen(every, cells, coarse, centre, angles[1::2], least)
    found = found_of(cells, votes)
    return Look(centre, found, agreed(found, parameters))


def _starting_points(
    reference: Ready, target: Ready, angles: Any
) -> list[tuple[float, float]]:
    """Points of the coarse target that the reference's middle may lie on."""
    if reference.whole is None or target.whole is None:
        row, column = target.coarse.middle
        return [(float(row), float(column))]
    pose = best_pose(reference.whole, target.whole, FIRST_LOOK, angles)
    return starts_from(target.coarse, pose)


def starts_from(coarse: Relief, pose: Pose) -> list[tuple[float, float]]:
    """Points to start from: the middle, what the first look found, or both."""
    row, column = coarse.middle
    middle = (float(row), float(column))
    if pose.score < FIRST_LOOK_DOUBT:
        return [middle]
    pixel = coarse.pixel_um
    found = (row + pose.shift_um[0] / pixel, column + pose.shift_um[1] / pixel)
    return [found] if pose.score >= FIRST_LOOK_SURE else [middle, found]


def found_of(cells: Cells, votes: Votes) -> Found:
    """The best place of each cell."""
    best = votes.correlation.argmax(axis=0)
    each = np.arange(cells.count)
    angle = votes.angles_deg[best]
    at = cells.centres_um
    on = turned(at + votes.shift_um[best, each], angle)
    return Found(at, on, angle, votes.correlation[best, each])


def last_look(
    reference: Ready, target: Ready, parameters: Parameters, look: Look
) -> Look:
    """Correlate the congruent cells again at full resolution around their motion."""
    chosen = np.flatnonzero(look.motion.congruent)
    votes = vote(
        reference.fine_cells.only(chosen),
        target.fine,
        last_start(target, look),
        look.motion.angle_deg + LAST_ANGLES_DEG,
        LAST_REACH_UM,
        parameters.overlap_min,
    )
    return taken_again(reference, parameters, look, votes)


def last_start(target: Ready, look: Look) -> tuple[float, float]:
    """The point of the fine target on which the middle of the reference lies."""
    fine, coarse, motion = target.fine, target.coarse, look.motion
    offset = (np.array(look.centre) - coarse.middle) * coarse.pixel_um + motion.shift_um
    start = np.array(fine.middle) + offset / fine.pixel_um
    return (float(start[0]), float(start[1]))


def taken_again(
    reference: Ready, parameters: Parameters, look: Look, votes: Votes
) -> Look:
    """The look with the congruent cells where the last votes have them."""
    found, motion = look.found, look.motion
    chosen = np.flatnonzero(motion.congruent)
    again = found_of(reference.fine_cells.only(chosen), votes)
    on, angle = found.on_um.copy(), found.angle_deg.copy()
    correlation = np.full(found.correlation.size, -1.0)
    on[chosen] = again.on_um + motion.shift_um
    angle[chosen] = again.angle_deg
    correlation[chosen] = again.correlation
    whole = Found(found.at_um, on, angle, correlation)
    return Look(look.centre, whole, agreed(whole, parameters))


def result_of(
    reference: Ready,
    target: Ready,
    parameters: Parameters,
    look: Look,
) -> Comparison:
    """The comparison in the words of its user."""
    coarse, found, motion = target.coarse, look.found, look.motion
    offset = (np.array(look.centre) - coarse.middle) * coarse.pixel_um
    cells = reference.coarse_cells
    places = np.hstack([found.at_um, found.on_um + offset, found.angle_deg[:, None]])
    details = tuple(
        CellResult(
            label_of(row, column), x, y, on_x, on_y, angle, correlation, congruent
        )
        for (row, column), (y, x, on_y, on_x, angle), correlation, congruent in zip(
            cells.place.tolist(),
            np.round(places, 3).tolist(),
            np.round(found.correlation, 6).tolist(),
            motion.congruent.tolist(),
            strict=True,
        )
    )
    shift = offset + motion.shift_um
    return Comparison(
        reference=reference.name,
        target=target.name,
        cmc=int(motion.congruent.sum()),
        cells=cells.count,
        score=round(float(found.correlation[motion.congruent].sum()), 4),
        angle_deg=round(float(motion.angle_deg), 3),
        dx_um=round(float(shift[1]), 2),
        dy_um=round(float(shift[0]), 2),
        details=details,
        parameters=parameters,
    )


def label_of(row: int, column: int) -> str:
    """Letter of the column and number of the row: A1, B1, …, AA1 after Z1."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def by_published_rule(
    reference: Ready, target: Ready, parameters: Parameters
) -> Comparison:
    """Count congruent cells by the rule of Song 2013 (``original``) or Tong 2015."""
    cells = reference.fine_cells
    votes = published.votes(cells, target.fine, parameters)
    if parameters.method == "original":
        ruling = published.original(votes, cells, parameters)
    else:
        others = target.fine_cells
        back = published.votes(others, reference.fine, parameters)
        ruling = published.high(votes, back, cells, others, parameters)
    look = Look(target.fine.middle, found_of(cells, votes), ruling.motion)
    result = result_of(reference, target, parameters, look)
    return replace(result, cmc=ruling.cmc, cells=ruling.cells)


COMPARATORS: dict[str, Callable[[Ready, Ready, Parameters], Comparison]] = {
    "consensus": by_consensus,
    "original": by_published_rule,
    "high": by_published_rule,
}
