"""Synthetic breech faces: the same gun marks its cases alike, another gun otherwise.

They look like measured surfaces and are none: a gun's pattern is noise with parallel
lines, drawn from the gun's number; each case shows it shifted, turned, worn and with
noise of its own. Heights are in metres on a square grid.
"""

import hashlib
import io
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from focalpoint.simulation.lives import Lives

Heights = NDArray[np.float64]

SIZE = 256
PITCH_M = 12.5e-6
EPOCH = (1980, 1, 1, 0, 0, 0)
XML = """<?xml version="1.0" encoding="UTF-8"?>
<p:ISO5436_2 xmlns:p="http://www.opengps.eu/2008/ISO5436_2">
<Record1><Revision>ISO5436 - 2000</Revision><FeatureType>SUR</FeatureType>
<Axes>
<CX><AxisType>I</AxisType><DataType>D</DataType>
<Increment>{pitch}</Increment><Offset>0</Offset></CX>
<CY><AxisType>I</AxisType><DataType>D</DataType>
<Increment>{pitch}</Increment><Offset>0</Offset></CY>
<CZ><AxisType>A</AxisType><DataType>D</DataType>
<Increment>1</Increment><Offset>0</Offset></CZ>
</Axes></Record1>
<Record2><Date>2020-01-01T00:00:00</Date><Creator>Focalpoint simulation</Creator>
<Instrument><Manufacturer>none</Manufacturer><Model>invented data</Model>
<Serial>none</Serial><Version>1</Version></Instrument>
<CalibrationDate>2020-01-01T00:00:00</CalibrationDate>
<ProbingSystem><Type>Software</Type>
<Identification>invented data</Identification></ProbingSystem>
<Comment>Invented data: a synthetic surface, not a measurement.</Comment></Record2>
<Record3><MatrixDimension>
<SizeX>{columns}</SizeX><SizeY>{rows}</SizeY><SizeZ>1</SizeZ></MatrixDimension>
<DataLink><PointDataLink>bindata/data.bin</PointDataLink>
<MD5ChecksumPointData>{data}</MD5ChecksumPointData></DataLink></Record3>
<Record4><ChecksumFile>md5checksum.hex</ChecksumFile></Record4>
</p:ISO5436_2>
"""


def breech_face(gun: int, case: int, *, size: int = SIZE) -> Heights:
    """One fired case of one gun.

    Parameters
    ----------
    gun, case : int
        The gun decides the pattern, the case everything else.
    size : int
        Points along each side.

    Returns
    -------
    ndarray of shape (size, size)
        Heights in metres; NaN outside the ring and in the firing pin impression.
    """
    pattern = _pattern(gun, size)
    random = np.random.default_rng([gun, case, 31])
    angle = np.deg2rad(random.uniform(-4, 4))
    shift = random.uniform(-5, 5, 2)
    seen = _moved(pattern, angle, shift)[:size, :size]
    noise = _smooth(random.standard_normal((size, size)), 1.2)
    own = _smooth(random.standard_normal((size, size)), 6)
    heights = seen + 0.35e-6 * noise / noise.std() + 0.3e-6 * own / own.std()
    heights[~_ring(size, random)] = np.nan
    return np.asarray(heights)


def write_x3p(path: Path, heights: Heights) -> None:
    """Write a surface as X3P (ISO 25178-72), the same bytes for the same heights."""
    data = np.ascontiguousarray(heights, dtype="<f8").tobytes()
    rows, columns = heights.shape
    xml = XML.format(
        pitch=PITCH_M,
        columns=columns,
        rows=rows,
        data=_md5(data).upper(),
    ).encode()
    members = {
        "main.xml": xml,
        "bindata/data.bin": data,
        "md5checksum.hex": f"{_md5(xml)} *main.xml\n".encode(),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    path.write_bytes(buffer.getvalue())


def choose(lives: Lives, number: int) -> None:
    """Decide which items were scanned: whole series first, so that there are pairs."""
    rows = [row for row in lives.fired if row.series]
    rows.sort(key=lambda row: (row.series, row.number))
    planted = {e.number for e in lives.events if e.planted == "series-three-borders"}
    rows.sort(key=lambda row: row.event not in planted)
    for row in rows[:number]:
        row.scan = f"{row.number}.x3p"


def write_scans(lives: Lives, folder: Path) -> None:
    """Write the surface of every item that was scanned, one file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for case, row in enumerate(lives.fired):
        if row.scan:
            write_x3p(folder / row.scan, breech_face(row.gun.id, case))


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _pattern(gun: int, size: int) -> Heights:
    """What the gun imprints: parallel lines of the machining and a grain, in metres."""
    random = np.random.default_rng([gun, 30])
    wide = size + 64
    lines = np.repeat(_smooth(random.standard_normal((wide, 1)), 2.0), wide, axis=1)
    grain = _smooth(random.standard_normal((wide, wide)), 3.0)
    both = lines / lines.std() + 1.1 * grain / grain.std()
    turned: Heights = _moved(both, np.deg2rad(random.uniform(0, 180)), np.zeros(2))
    return 0.8e-6 * turned


def _smooth(values: Heights, sigma: float) -> Heights:
    """Gaussian smoothing by the transform; the edges wrap round."""
    total = np.ones(())
    for axis, length in enumerate(values.shape):
        wave = np.fft.fftfreq(length)
        gain = np.exp(-2 * (np.pi * sigma * wave) ** 2)
        total = total * gain.reshape([-1 if i == axis else 1 for i in range(2)])
    return np.asarray(np.fft.ifft2(np.fft.fft2(values) * total).real)


def _moved(values: Heights, angle: float, shift: NDArray[np.float64]) -> Heights:
    """Turn about the middle and shift, by the mean of four neighbours; edges wrap."""
    rows, columns = values.shape
    y, x = np.mgrid[0:rows, 0:columns].astype(float)
    y, x = y - rows / 2, x - columns / 2
    across = np.cos(angle) * x + np.sin(angle) * y + columns / 2 + shift[0]
    down = -np.sin(angle) * x + np.cos(angle) * y + rows / 2 + shift[1]
    i, j = np.floor(down).astype(int), np.floor(across).astype(int)
    v, u = down - i, across - j
    corner = {
        (a, b): values[(i + a) % rows, (j + b) % columns]
        for a in (0, 1)
        for b in (0, 1)
    }
    return np.asarray(
        corner[0, 0] * (1 - v) * (1 - u)
        + corner[0, 1] * (1 - v) * u
        + corner[1, 0] * v * (1 - u)
        + corner[1, 1] * v * u
    )


def _ring(size: int, random: np.random.Generator) -> NDArray[np.bool_]:
    """The breech face around the firing pin impression; parts may be missing."""
    y, x = np.mgrid[0:size, 0:size] - size / 2
    radius = np.hypot(y, x)
    middle = random.uniform(-6, 6, 2)
    pin = np.hypot(y - middle[0], x - middle[1]) < size * 0.2
    angle = np.arctan2(y, x)
    gap = np.abs(np.angle(np.exp(1j * (angle - random.uniform(-np.pi, np.pi))))) < 0.15
    return np.asarray((radius < size * 0.48) & ~pin & ~gap)
