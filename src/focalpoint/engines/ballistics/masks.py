"""Masks as pictures, so that a person can look at one and correct it."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np

from focalpoint.engines.ballistics.preparation import Prepared
from focalpoint.engines.ballistics.surface import Mask, Surface
from focalpoint.engines.ballistics.x3p import Scan
from focalpoint.values.errors import BadInput

FOLDER = "focalpoint"
SIDE_MAX = 30_000


def png(mask: Mask) -> bytes:
    """A mask as a PNG of one point for each point of the scan: white is used."""
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(mask).save(stream, "PNG", optimize=True)
    return stream.getvalue()


def read(path: Path, surface: Surface) -> Mask:
    """Read a mask drawn by a person: what is lighter than middle grey is used.

    Raises
    ------
    BadInput
        If it is no picture, has another size than the scan, or uses no point.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as picture:
            if max(picture.size) > SIDE_MAX:
                raise BadInput(
                    "%(path)s is larger than any scan; it is not read", path=str(path)
                )
            grey = np.asarray(picture.convert("L"))
    except FileNotFoundError as problem:
        raise BadInput("there is no file %(path)s", path=str(path)) from problem
    except (UnidentifiedImageError, OSError, ValueError) as problem:
        raise BadInput(
            "%(path)s is not a picture that can be read; save the mask as PNG",
            path=str(path),
        ) from problem
    mask: Mask = grey >= 128
    if mask.shape != surface.shape:
        rows, columns = surface.shape
        raise BadInput(
            "the mask %(path)s has %(width)s x %(height)s points, the scan %(columns)s "
            "x %(rows)s; draw on the mask that --mask-out writes, without resizing it",
            path=str(path),
            width=mask.shape[1],
            height=mask.shape[0],
            columns=columns,
            rows=rows,
        )
    return mask


def kept(result: Prepared, raw: Scan) -> Scan:
    """The prepared surface as a scan that carries its masks and parameters with it."""
    attachments = {f"{FOLDER}/preparation.json": result.record.encode()}
    for number, step in enumerate(result.steps, start=1):
        attachments[f"{FOLDER}/{number}-{step.name}.png"] = png(step.mask)
    return replace(
        raw,
        surface=result.surface,
        kind="D",
        increment_z=1.0,
        offset_z=0.0,
        attachments=attachments,
        corrections=(),
    )
