"""One scan with many others: here one after the other, on an accelerator all at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from focalpoint.engines.ballistics import batched
from focalpoint.engines.ballistics.arrays import Arrays
from focalpoint.engines.ballistics.cells import SHARPEN_POINTS, Cells, Votes
from focalpoint.engines.ballistics.compare import (
    FIRST_LOOK,
    LAST_ANGLES_DEG,
    LAST_REACH_UM,
    Comparison,
    Look,
    Ready,
    agreed,
    agreement,
    compare,
    found_of,
    last_start,
    result_of,
    starts_from,
    taken_again,
)
from focalpoint.engines.ballistics.congruence import apart, turned
from focalpoint.engines.ballistics.correlation import transform
from focalpoint.engines.ballistics.parameters import Parameters
from focalpoint.engines.ballistics.relief import Relief
from focalpoint.engines.ballistics.whole import MASK_WAVELENGTH_UM, Pose, pose_at

Floats = NDArray[np.float64]
# Targets that are compared at a time on an accelerator.
BATCH = 32
Start = tuple[int, tuple[float, float]]


def compare_many(
    reference: Ready,
    targets: Sequence[Ready],
    parameters: Parameters,
    by: Arrays | None = None,
) -> list[Comparison]:
    """Compare one scan with others.

    Parameters
    ----------
    reference : Ready
    targets : sequence of Ready
    parameters : Parameters
    by : Arrays, optional
        Where the ``consensus`` is computed; here, in compiled loops, if none is given.
        The published rules always are computed here.

    Returns
    -------
    list of Comparison
        In the order of the targets.
    """
    if (
        by is None
        or parameters.method != "consensus"
        or not reference.coarse_cells.count
    ):
        return [compare(reference, target, parameters) for target in targets]
    out: list[Comparison] = []
    for first in range(0, len(targets), BATCH):
        out += _batch(reference, targets[first : first + BATCH], parameters, by)
    return out


def _batch(
    reference: Ready, targets: Sequence[Ready], parameters: Parameters, by: Arrays
) -> list[Comparison]:
    angles = parameters.angles_deg
    starts: list[Start] = []
    for number, pose in enumerate(_poses(reference, targets, angles, by)):
        starts += [(number, s) for s in starts_from(targets[number].coarse, pose)]
    looks = _voted(reference, targets, starts, parameters, by)
    best: list[Look | None] = [None] * len(targets)
    for (number, _), look in zip(starts, looks, strict=True):
        held = best[number]
        if held is None or agreement(look) > agreement(held):
            best[number] = look
    kept = [look for look in best if look is not None]
    if reference.fine is not reference.coarse:
        kept = _last_looks(reference, targets, kept, parameters, by)
    return [
        result_of(reference, target, parameters, look)
        for target, look in zip(targets, kept, strict=True)
    ]


def _poses(
    reference: Ready, targets: Sequence[Ready], angles: Floats, by: Arrays
) -> list[Pose]:
    """The first look at all targets: ``whole.best_pose`` on stacks."""
    xp, size = by.xp, FIRST_LOOK.size
    wholes = [_whole(one) for one in (reference, *targets)]
    stack = batched.Targets(by, wholes)
    # The reference as it lies, then every target at every angle.
    target = np.append(0, np.repeat(np.arange(1, len(wholes)), angles.size))
    turn = np.append(0.0, np.tile(angles, len(targets)))
    centre = np.array([whole.middle for whole in wholes], float)[target]
    first = np.full((target.size, 2), -(size // 2), float)
    looks = batched.Looks(target, target, turn, centre, first)
    shifts = tuple(float(shift) for shift in FIRST_LOOK.shifts_um / FIRST_LOOK.pixel_um)
    high, low = (
        batched.Waves(
            by, transform(size, shifts, int(size * FIRST_LOOK.pixel_um / wave))
        )
        for wave in (FIRST_LOOK.wavelength_um, MASK_WAVELENGTH_UM)
    )
    heights, masks = batched.sampled(stack, looks.some(slice(0, 1)), size)
    own, own_mask, own_points = high.forward(heights), low.forward(masks), xp.sum(masks)
    out: list[Pose] = []
    at_once = max(1, by.bytes_most // (angles.size * size**2 * 4 * batched.FIELDS))
    for begin in range(0, len(targets), at_once):
        end = min(begin + at_once, len(targets))
        part = slice(1 + begin * angles.size, 1 + end * angles.size)
        heights, masks = batched.sampled(stack, looks.some(part), size)
        fit = high.backward(high.forward(heights), own)
        meet = low.backward(low.forward(masks), own_mask)
        points = xp.minimum(xp.sum(masks, axis=(1, 2)), own_points)
        least = (FIRST_LOOK.overlap_min * points)[:, None, None]
        value = fit / xp.sqrt(xp.maximum(meet, least))
        value = xp.where(meet >= least, value, -1e15).reshape(end - begin, -1)
        places = xp.argmax(value, axis=1)
        scores = by.take(value[by.count(end - begin), places])
        out += [
            pose_at(int(place), float(score), FIRST_LOOK, angles)
            for place, score in zip(by.take(places), scores, strict=True)
        ]
    return out


def _whole(one: Ready) -> Relief:
    if one.whole is None:
        raise ValueError("the scan was not made ready for the consensus")
    return one.whole


def _voted(
    reference: Ready,
    targets: Sequence[Ready],
    starts: Sequence[Start],
    parameters: Parameters,
    by: Arrays,
) -> list[Look]:
    """The cells at every second angle, then beside their best: ``from_start``."""
    cells, angles = reference.coarse_cells, parameters.angles_deg
    stack = batched.Stack(by, cells)
    reliefs = batched.Targets(by, [target.coarse for target in targets])
    reach = max(1, round(parameters.reach_um / reliefs.pixel_um))
    some, between = angles[::2], angles[1::2]
    which, turn, each = (
        grid.reshape(-1)
        for grid in np.meshgrid(
            np.arange(len(starts)), some, np.arange(cells.count), indexing="ij"
        )
    )
    owner = np.array([number for number, _ in starts])
    centre = np.array([start for _, start in starts])
    first = cells.corners[each].astype(float) - reach
    looks = batched.Looks(each, owner[which], turn, centre[which], first)
    found = batched.searched(stack, reliefs, looks, reach, parameters.overlap_min)
    shape = (len(starts), some.size, cells.count)
    shifts = ((found.place - reach) * reliefs.pixel_um).reshape(*shape, 2)
    every = [
        Votes(some, shift, score, overlap)
        for shift, score, overlap in zip(
            shifts,
            found.correlation.reshape(shape),
            found.overlap.reshape(shape),
            strict=True,
        )
    ]
    sharp = _sharpened(
        stack, reliefs, every, between, owner, centre, parameters.overlap_min
    )
    out = []
    for (_, start), votes in zip(starts, sharp, strict=True):
        places = found_of(cells, votes)
        out.append(Look(start, places, agreed(places, parameters)))
    return out


def _sharpened(
    stack: batched.Stack,
    reliefs: batched.Targets,
    every: Sequence[Votes],
    between: Floats,
    owner: NDArray[np.int64],
    centre: Floats,
    overlap_min: float,
) -> list[Votes]:
    """``cells.sharpen`` for all starts at once."""
    cells, pixel_um = stack.cells, reliefs.pixel_um
    lines: list[tuple[int, int, int]] = []
    expected: list[Floats] = []
    for number, votes in enumerate(every):
        best = votes.correlation.argmax(axis=0)
        each = np.arange(cells.count)
        turn, shift = votes.angles_deg[best], votes.shift_um[best, each]
        step = float(np.diff(votes.angles_deg[:2]).max(initial=0.0))
        for at, angle in enumerate(between):
            beside = (apart(turn, float(angle)) < step) & (
                votes.correlation[best, each] > -1.0
            )
            near = np.flatnonzero(beside)
            place = cells.centres_um[near]
            moved = turned(place + shift[near], turn[near] - angle) - place
            lines += [(number, at, int(cell)) for cell in near]
            expected += list(np.rint(moved / pixel_um))
    scores = [np.full((between.size, cells.count), -1.0) for _ in every]
    overlaps = [np.zeros((between.size, cells.count)) for _ in every]
    shifts = [np.zeros((between.size, cells.count, 2)) for _ in every]
    if lines:
        which, at_angle, cell = np.array(lines).T
        offset = np.array(expected)
        looks = batched.Looks(
            cell,
            owner[which],
            between[at_angle],
            centre[which],
            cells.corners[cell] + offset - SHARPEN_POINTS,
        )
        found = batched.near(stack, reliefs, looks, SHARPEN_POINTS, overlap_min)
        shift = (offset + found.place - SHARPEN_POINTS) * pixel_um
        for line, (number, at, one) in enumerate(lines):
            scores[number][at, one] = found.correlation[line]
            overlaps[number][at, one] = found.overlap[line]
            shifts[number][at, one] = shift[line]
    return [
        Votes(
            np.concatenate([votes.angles_deg, between]),
            np.concatenate([votes.shift_um, shifts[number]]),
            np.concatenate([votes.correlation, scores[number]]),
            np.concatenate([votes.overlap, overlaps[number]]),
        )
        for number, votes in enumerate(every)
    ]


def _last_looks(
    reference: Ready,
    targets: Sequence[Ready],
    looks: Sequence[Look],
    parameters: Parameters,
    by: Arrays,
) -> list[Look]:
    """``compare.last_look`` for all pairs that have congruent cells."""
    again = [n for n, look in enumerate(looks) if look.motion.congruent.any()]
    if not again:
        return list(looks)
    cells = reference.fine_cells
    stack = batched.Stack(by, cells)
    reliefs = batched.Targets(by, [targets[number].fine for number in again])
    reach = max(1, round(LAST_REACH_UM / reliefs.pixel_um))
    chosen = [np.flatnonzero(looks[number].motion.congruent) for number in again]
    parts = []
    for at, (number, some) in enumerate(zip(again, chosen, strict=True)):
        turn = looks[number].motion.angle_deg + LAST_ANGLES_DEG
        start = last_start(targets[number], looks[number])
        parts.append(_lines(cells, some, at, turn, start, reach))
    found = batched.searched(
        stack, reliefs, _joined(parts), reach, parameters.overlap_min
    )
    out, line = list(looks), 0
    for number, some in zip(again, chosen, strict=True):
        shape = (LAST_ANGLES_DEG.size, some.size)
        part = slice(line, line + shape[0] * shape[1])
        line = part.stop
        votes = Votes(
            looks[number].motion.angle_deg + LAST_ANGLES_DEG,
            ((found.place[part] - reach) * reliefs.pixel_um).reshape(*shape, 2),
            found.correlation[part].reshape(shape),
            found.overlap[part].reshape(shape),
        )
        out[number] = taken_again(reference, parameters, looks[number], votes)
    return out


def _lines(
    cells: Cells,
    some: NDArray[np.int64],
    target: int,
    angles: Floats,
    centre: tuple[float, float],
    reach: int,
) -> batched.Looks:
    each, turn = np.tile(some, angles.size), np.repeat(angles, some.size)
    return batched.Looks(
        each,
        np.full(each.size, target),
        turn,
        np.tile(np.array(centre), (each.size, 1)),
        cells.corners[each].astype(float) - reach,
    )


def _joined(parts: Sequence[batched.Looks]) -> batched.Looks:
    return batched.Looks(
        np.concatenate([part.cell for part in parts]),
        np.concatenate([part.target for part in parts]),
        np.concatenate([part.angle_deg for part in parts]),
        np.concatenate([part.centre for part in parts]),
        np.concatenate([part.first for part in parts]),
    )
