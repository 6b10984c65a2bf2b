"""Find the breech face on a raw scan: the largest nearly flat area.

Round the firing-pin hole the metal has flowed and stands tens of micrometres higher;
outside, the rim and the corners lie lower. What the breech face pressed lies near one
gently curved surface between them.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from focalpoint.engines.ballistics.compiled import Real
from focalpoint.values.errors import BadInput

Points = NDArray[np.float64]
TRIALS, SAMPLE_MAX = 600, 4000
ROUNDS = 12
LEAST_SHARE = 0.05


def design(rows: Points, columns: Points, order: int) -> Points:
    """Terms of a plane (order 1) or second-order surface (order 2): (n, 3 or 6)."""
    terms = [np.ones_like(rows), rows, columns]
    if order == 2:
        terms += [rows * rows, rows * columns, columns * columns]
    return np.stack(terms, axis=1)


def coordinates(shape: tuple[int, ...]) -> tuple[Points, Points]:
    """Rows and columns of all points, each from -1 to 1 along the longer side."""
    longer = max(shape) / 2
    rows, columns = np.indices(shape, dtype=float)
    return (rows - shape[0] / 2) / longer, (columns - shape[1] / 2) / longer


def form_of(
    heights: Real, mask: NDArray[np.bool_], order: int, scale_um: float
) -> Points:
    """Robust form of the measured points, at all points: float, shape (M, N).

    Least squares with Tukey's weights, so that what stands ``scale_um`` and more from
    the form, be it up or down, has no say.
    """
    rows, columns = coordinates(heights.shape)
    place = np.flatnonzero(mask)
    step = max(1, place.size // 200_000)
    chosen = place[::step]
    terms = design(rows.ravel()[chosen], columns.ravel()[chosen], order)
    known = heights.ravel()[chosen].astype(float)
    weight = np.ones_like(known)
    answer = np.zeros(terms.shape[1])
    for _ in range(ROUNDS):
        root = np.sqrt(weight)[:, None]
        new = np.linalg.lstsq(terms * root, known * root[:, 0], rcond=None)[0]
        off = (known - terms @ new) / scale_um
        weight = np.where(np.abs(off) < 1, (1 - off**2) ** 2, 0.0)
        if np.allclose(new, answer, atol=1e-4) or weight.sum() < 10:
            break
        answer = new
    every = design(rows.ravel(), columns.ravel(), order) @ answer
    return every.reshape(heights.shape)


def flattest(heights: Real, mask: NDArray[np.bool_], within_um: float) -> Points:
    """The plane that most points lie near, at all points.

    Planes through three points each are tried, always the same ones for the same scan.
    """
    rows, columns = coordinates(heights.shape)
    place = np.flatnonzero(mask)
    rng = np.random.default_rng(20180607)
    chosen = rng.permutation(place)[:SAMPLE_MAX]
    terms = design(rows.ravel()[chosen], columns.ravel()[chosen], 1)
    known = heights.ravel()[chosen].astype(float)
    best, best_count = np.zeros(3), -1
    for _ in range(TRIALS):
        three = rng.choice(chosen.size, 3, replace=False)
        if abs(np.linalg.det(terms[three])) < 0.02:
            continue
        plane = np.linalg.solve(terms[three], known[three])
        count = int((np.abs(known - terms @ plane) < within_um).sum())
        if count > best_count:
            best, best_count = plane, count
    every: Points = design(rows.ravel(), columns.ravel(), 1) @ best
    return every.reshape(heights.shape)


def breech_face(
    heights: Real,
    mask: Real,
    pixel_um: float,
    within_um: float,
    edge_um: float,
    name: str,
) -> NDArray[np.bool_]:
    """Points of the breech face.

    Parameters
    ----------
    heights, mask : float32, shape (M, N)
        Micrometres, zero where missing, and 1 where measured.
    pixel_um : float
    within_um : float
        Farthest from the form of the face, micrometres.
    edge_um : float
        Width of the strip along the edges that is left out, micrometres.
    name : str

    Raises
    ------
    BadInput
        If there is no flat area of some size.
    """
    known = mask > 0
    plane = flattest(heights, known, within_um)
    near = known & (np.abs(heights - plane) < 2 * within_um)
    # The face may be domed by more than its marks are deep: follow it.
    form = form_of(heights, near, 2, 2 * within_um)
    near = known & (np.abs(heights - form) < within_um)
    width = max(1, round(edge_um / pixel_um))
    disc = _disc(width)
    # Bridges to flowed metal are thin; marks leave small holes that belong to the face.
    opened = ndimage.binary_opening(ndimage.binary_closing(near, _disc(1)), disc)
    labels, count = ndimage.label(opened)
    if count == 0:
        raise _none(name)
    sizes = ndimage.sum_labels(opened, labels, np.arange(1, count + 1))
    kept = np.flatnonzero(sizes >= 0.1 * sizes.max()) + 1
    face: NDArray[np.bool_] = np.isin(labels, kept)
    face = _small_holes_filled(face, (20 * width) ** 2 // 4) & known
    face = ndimage.binary_erosion(face | ~known & _closed(face), disc) & known & face
    if face.sum() < LEAST_SHARE * known.sum():
        raise _none(name)
    return face


def _closed(face: NDArray[np.bool_]) -> NDArray[np.bool_]:
    closed: NDArray[np.bool_] = ndimage.binary_closing(face, _disc(2))
    return closed


def _small_holes_filled(face: NDArray[np.bool_], largest: int) -> NDArray[np.bool_]:
    holes, count = ndimage.label(~face)
    sizes = ndimage.sum_labels(~face, holes, np.arange(1, count + 1))
    small = np.flatnonzero(sizes <= largest) + 1
    filled: NDArray[np.bool_] = face | np.isin(holes, small)
    return filled


def _disc(radius: int) -> NDArray[np.bool_]:
    rows, columns = np.indices((2 * radius + 1, 2 * radius + 1)) - radius
    disc: NDArray[np.bool_] = rows**2 + columns**2 <= radius**2
    return disc


def _none(name: str) -> BadInput:
    return BadInput(
        "no breech face was found on %(name)s: nothing large lies near one flat "
        "surface; draw the mask by hand",
        name=name,
    )
