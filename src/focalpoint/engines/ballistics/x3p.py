"""Read and write X3P (ISO 25178-72); what is not whole is refused."""

import hashlib
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, cast
from xml.etree.ElementTree import Element

import numpy as np

from focalpoint.engines.ballistics import x3p_document as xml
from focalpoint.engines.ballistics.surface import METRE, UNKNOWN, Heights, Mask, Surface
from focalpoint.engines.ballistics.x3p_archive import (
    DOCUMENT_BYTES_MAX,
    Archive,
    opened,
)
from focalpoint.values.errors import BadInput

# Above this many bytes the matrix is mapped from a temporary file, not held.
MAP_ABOVE = 256 << 20
ATTACHMENT_BYTES_MAX = 64 << 20
ROWS_AT_ONCE = 512
# A file whose increments cannot be metres is taken for micrometres when both its step
# and its field are those of a surface scan in micrometres; else nobody can know.
LATERAL_METRE_MAX = 1e-3
STEP_UM, FIELD_UM = (0.05, 100.0), (200.0, 100_000.0)
# Relief of a scan is a small part of its field. Heights that span more than half of
# it are not in metres.
RELIEF_MAX = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """A surface with everything else its file says.

    Attributes
    ----------
    surface : Surface
        Heights in metres, unless the unit is unknown.
    kind, increment_z, offset_z
        How heights are stored (I, L, F, D) and the scale of the integer types.
    document : bytes
        ``main.xml`` as read; kept whole, vendors' extensions included.
    origin : str
        Corner of the first point as the writer names it, or empty.
    warnings, corrections : tuple of str
        What is odd about the file, and what was put right on reading.
    attachments : mapping of str to bytes
        Other members of the archive (a coloured mask, vendors' files), by path.
    sha256 : str
        Digest of the file; empty for a surface that never was one.
    """

    surface: Surface
    kind: str = "D"
    increment_z: float = 1.0
    offset_z: float = 0.0
    document: bytes = xml.TEMPLATE.encode()
    origin: str = ""
    warnings: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()
    attachments: Mapping[str, bytes] = field(default_factory=dict)
    sha256: str = ""

    @property
    def metadata(self) -> dict[str, str]:
        """What the file says about instrument, date and maker, by path."""
        return xml.leaves(xml.parse(self.document, self.surface.name), "Record2")


def read(path: str | Path, map_above: int = MAP_ABOVE) -> Scan:
    """Read one X3P file.

    Parameters
    ----------
    path : str or Path
        The file.
    map_above : int
        Bytes of the matrix above which it is mapped from a temporary file.

    Returns
    -------
    Scan

    Raises
    ------
    BadInput
        If the file is damaged, hostile, inconsistent, or holds no measured point.
    """
    path = Path(path)
    with opened(path) as archive:
        document = archive.content("main.xml", DOCUMENT_BYTES_MAX)
        root = xml.parse(document, path.name)
        header = xml.header(root, path.name)
        warnings = _document_warnings(archive, header, document)
        if header.point_link:
            heights, more = _matrix(archive, header, map_above)
        else:
            heights, more = _inline(root, header, path.name), []
        attachments = _attachments(archive, header)
    surface = Surface(heights, header.increment_x, header.increment_y, name=path.stem)
    if not surface.valid.any():
        raise BadInput(
            "%(name)s holds no measured point: every height is missing; scan it again",
            name=path.name,
        )
    surface, corrections = in_metres(surface)
    return Scan(
        surface=surface,
        kind=header.kind,
        increment_z=header.increment_z,
        offset_z=header.offset_z,
        document=document,
        origin=header.origin,
        warnings=tuple(warnings + more),
        corrections=corrections,
        attachments=attachments,
        sha256=_sha256(path),
    )


def in_metres(surface: Surface) -> tuple[Surface, tuple[str, ...]]:
    """Find out in which unit a file was written, and say what was corrected.

    Parameters
    ----------
    surface : Surface
        Numbers as the file holds them.

    Returns
    -------
    surface : Surface
        In metres; or as it was, with unit ``unknown``.
    corrections : tuple of str
        One sentence for each correction.
    """
    corrections = []
    step = max(surface.pitch_x, surface.pitch_y)
    if step > LATERAL_METRE_MAX:
        if not _could_be_micrometres(surface):
            return replace(surface, unit=UNKNOWN), ()
        surface = replace(
            surface, pitch_x=surface.pitch_x * 1e-6, pitch_y=surface.pitch_y * 1e-6
        )
        corrections.append(
            f"increments of {step:g} cannot be metres and were read as micrometres"
        )
    relief, limit = _relief(surface.heights), RELIEF_MAX * max(surface.size_m)
    if relief > limit:
        if relief * 1e-6 > limit:
            return replace(surface, unit=UNKNOWN), tuple(corrections)
        heights = np.asarray(surface.heights, dtype=float) * 1e-6
        surface = replace(surface, heights=heights)
        corrections.append(
            f"heights spanning {relief:.3g} cannot be metres on a field of "
            f"{max(surface.size_m):.3g} m and were read as micrometres"
        )
    return replace(surface, unit=METRE), tuple(corrections)


def _could_be_micrometres(surface: Surface) -> bool:
    steps = (surface.pitch_x, surface.pitch_y)
    return all(STEP_UM[0] <= step <= STEP_UM[1] for step in steps) and all(
        FIELD_UM[0] <= size <= FIELD_UM[1] for size in surface.size_m
    )


def _relief(heights: Heights) -> float:
    # Every so many points will do: only the order of magnitude is asked.
    thin = heights[
        :: max(1, heights.shape[0] // 512), :: max(1, heights.shape[1] // 512)
    ]
    known = thin[np.isfinite(thin)]
    if not known.size:
        return 0.0
    low, high = np.percentile(known, [0.5, 99.5])
    return float(high - low)


def _document_warnings(
    archive: Archive, header: xml.Header, document: bytes
) -> list[str]:
    if header.checksum_link not in archive:
        return ["the checksum of main.xml is missing"]
    stated = archive.content(header.checksum_link, 4096).decode("ascii", "replace")
    found = hashlib.md5(document, usedforsecurity=False).hexdigest()
    if stated.split()[:1] != [found]:
        return ["main.xml does not have the checksum that the file states for it"]
    return []


def _matrix(
    archive: Archive, header: xml.Header, map_above: int
) -> tuple[Heights, list[str]]:
    expected = header.points * header.item_bytes
    size = archive.size(header.point_link)
    if size != expected:
        raise BadInput(
            "%(name)s says %(columns)s x %(rows)s points, so %(expected)s bytes, but "
            "holds %(size)s; the file was cut or altered, ask for it again",
            name=archive.name,
            columns=header.columns,
            rows=header.rows,
            expected=expected,
            size=size,
        )
    raw, digest = _unpacked(archive, header, mapped=expected > map_above)
    warnings = []
    if header.point_md5 and digest != header.point_md5:
        raise BadInput(
            "the points of %(name)s do not have the checksum that main.xml states; the "
            "file was altered, ask for it again",
            name=archive.name,
        )
    if not header.point_md5:
        warnings.append("main.xml states no checksum for the points")
    valid = _valid_points(archive, header)
    return _heights(raw, valid, header), warnings


def _unpacked(
    archive: Archive, header: xml.Header, *, mapped: bool
) -> tuple[Heights, str]:
    kind, shape = np.dtype(xml.TYPES[header.kind]), (header.rows, header.columns)
    # The name of the file goes when it is closed; the mapping keeps the bytes alive.
    with (
        tempfile.TemporaryFile()
        if mapped
        else tempfile.SpooledTemporaryFile(max_size=MAP_ABOVE) as draft
    ):
        stream = cast(BinaryIO, draft)
        digest = archive.unpack(header.point_link, stream)
        stream.seek(0)
        if mapped:
            raw: Heights = np.memmap(stream, dtype=kind, mode="r", shape=shape)
        else:
            raw = np.frombuffer(stream.read(), dtype=kind).reshape(shape)
    return raw, digest


def _valid_points(archive: Archive, header: xml.Header) -> Mask | None:
    if not header.valid_link:
        return None
    needed = (header.points + 7) // 8
    packed = archive.content(header.valid_link, needed + 8)
    if len(packed) < needed:
        raise BadInput(
            "the list of valid points of %(name)s is too short; ask for the file again",
            name=archive.name,
        )
    digest = hashlib.md5(packed, usedforsecurity=False).hexdigest()
    if header.valid_md5 and digest != header.valid_md5:
        raise BadInput(
            "the list of valid points of %(name)s does not have the checksum that "
            "main.xml states; the file was altered, ask for it again",
            name=archive.name,
        )
    bits = np.unpackbits(
        np.frombuffer(packed, np.uint8), count=header.points, bitorder="little"
    )
    return bits.reshape(header.rows, header.columns).astype(bool)


def _heights(raw: Heights, valid: Mask | None, header: xml.Header) -> Heights:
    if header.kind in "FD" and valid is None:
        if isinstance(raw, np.memmap) or np.isfinite(raw).all():
            return raw
        return np.where(np.isfinite(raw), raw, np.nan).astype(raw.dtype)
    kind = raw.dtype if header.kind in "FD" else np.dtype("<f8")
    heights = _empty_like(raw, kind)
    for rows in _bands(header.rows):
        band = raw[rows].astype(kind)
        if header.kind in "IL":
            band = band * header.increment_z + header.offset_z
        if valid is not None:
            band[~valid[rows]] = np.nan
        heights[rows] = band
    return heights


def _empty_like(raw: Heights, kind: np.dtype[np.generic]) -> Heights:
    if not isinstance(raw, np.memmap):
        return np.empty(raw.shape, dtype=kind)
    with tempfile.TemporaryFile() as draft:
        return np.memmap(draft, dtype=kind, mode="w+", shape=raw.shape)


def _bands(rows: int) -> Iterator[slice]:
    for first in range(0, rows, ROWS_AT_ONCE):
        yield slice(first, min(first + ROWS_AT_ONCE, rows))


def _inline(root: Element, header: xml.Header, name: str) -> Heights:
    """Heights that stand in ``main.xml`` itself, one ``Datum`` a point."""
    listed = xml.find(root, "Record3/DataList")
    data = [] if listed is None else [e for e in listed if xml.local(e) == "Datum"]
    if len(data) != header.points:
        raise BadInput(
            "%(name)s lists %(count)s points in main.xml where %(expected)s are needed",
            name=name,
            count=len(data),
            expected=header.points,
        )
    scale, offset = (
        (header.increment_z, header.offset_z) if header.kind in "IL" else (1.0, 0.0)
    )
    try:
        heights = [
            float(last) * scale + offset if last else np.nan
            for last in ((e.text or "").split(";")[-1].strip() for e in data)
        ]
    except ValueError as problem:
        raise BadInput(
            "%(name)s lists a height that is no number (%(problem)s)",
            name=name,
            problem=str(problem),
        ) from problem
    return np.array(heights).reshape(header.rows, header.columns)


def _attachments(archive: Archive, header: xml.Header) -> dict[str, bytes]:
    known = {"main.xml", header.point_link, header.valid_link, header.checksum_link}
    kept: dict[str, bytes] = {}
    room = ATTACHMENT_BYTES_MAX
    for member in archive.members():
        if member not in known and archive.size(member) <= room:
            kept[member] = archive.content(member, room)
            room -= len(kept[member])
    return kept


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write(path: str | Path, scan: Scan) -> None:
    """Write one X3P file: heights, metadata and attachments as they are in ``scan``.

    Parameters
    ----------
    path : str or Path
        Where to; an existing file is replaced.
    scan : Scan
        Heights of an integer type must fit their increment; missing points of integer
        types go into ``bindata/valid.bin``.

    Raises
    ------
    BadInput
        If a height does not fit the integer type.
    """
    surface = scan.surface
    # What was corrected to metres no longer fits the type it was stored in.
    kind = "D" if scan.corrections else scan.kind
    root = xml.parse(scan.document, surface.name)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        digest = hashlib.md5(usedforsecurity=False)
        # A fixed date: the same scan gives the same bytes.
        with archive.open(
            _member("bindata/data.bin"), "w", force_zip64=surface.heights.size > 1 << 27
        ) as stream:
            for rows in _bands(surface.shape[0]):
                piece = _stored(surface.heights[rows], kind, scan).tobytes()
                digest.update(piece)
                stream.write(piece)
        _fill(root, scan, kind, digest.hexdigest())
        if kind in "IL" and not surface.valid.all():
            packed = np.packbits(surface.valid.ravel(), bitorder="little").tobytes()
            sum_of_valid = hashlib.md5(packed, usedforsecurity=False).hexdigest()
            xml.put(root, "Record3/DataLink/ValidPointsLink", "bindata/valid.bin")
            xml.put(root, "Record3/DataLink/MD5ChecksumValidPoints", sum_of_valid)
            archive.writestr(_member("bindata/valid.bin"), packed)
        for member, content in scan.attachments.items():
            archive.writestr(_member(member), content)
        document = xml.serialise(root)
        archive.writestr(_member("main.xml"), document)
        total = hashlib.md5(document, usedforsecurity=False).hexdigest()
        archive.writestr(_member("md5checksum.hex"), f"{total} *main.xml\n")


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _stored(heights: Heights, kind: str, scan: Scan) -> Heights:
    if kind in "FD":
        return heights.astype(xml.TYPES[kind])
    counts = np.rint((heights - scan.offset_z) / scan.increment_z)
    counts = np.where(np.isfinite(counts), counts, 0)
    limits = np.iinfo(xml.TYPES[kind])
    if counts.min() < limits.min or counts.max() > limits.max:
        raise BadInput(
            "heights of %(name)s do not fit type %(kind)s with increment "
            "%(increment)s; write them as type D",
            name=scan.surface.name,
            kind=kind,
            increment=f"{scan.increment_z:g}",
        )
    return counts.astype(xml.TYPES[kind])


def _fill(root: Element, scan: Scan, kind: str, digest: str) -> None:
    rows, columns = scan.surface.shape
    facts = {
        "Record1/Axes/CX/Increment": repr(scan.surface.pitch_x),
        "Record1/Axes/CY/Increment": repr(scan.surface.pitch_y),
        "Record1/Axes/CZ/DataType": kind,
        "Record1/Axes/CZ/Increment": repr(scan.increment_z),
        "Record1/Axes/CZ/Offset": repr(scan.offset_z),
        "Record3/MatrixDimension/SizeX": str(columns),
        "Record3/MatrixDimension/SizeY": str(rows),
        "Record3/MatrixDimension/SizeZ": "1",
        "Record3/DataLink/PointDataLink": "bindata/data.bin",
        "Record3/DataLink/MD5ChecksumPointData": digest,
        "Record4/ChecksumFile": "md5checksum.hex",
    }
    for gone in (
        "DataList",
        "DataLink/ValidPointsLink",
        "DataLink/MD5ChecksumValidPoints",
    ):
        xml.drop(root, f"Record3/{gone}")
    for path, value in facts.items():
        xml.put(root, path, value)
    if scan.origin:
        xml.put(root, "Record1/Axes/Origin", scan.origin)
