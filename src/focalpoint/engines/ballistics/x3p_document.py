"""``main.xml`` of an X3P file: what the numbers are, and what is said about them."""

import math
import xml.etree.ElementTree as ET
from dataclasses import dataclass

from defusedxml import DefusedXmlException
from defusedxml import ElementTree as Defused

from focalpoint.values.errors import BadInput

NAMESPACE = "http://www.opengps.eu/2008/ISO5436_2"
SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
ET.register_namespace("p", NAMESPACE)
ET.register_namespace("xsi", SCHEMA_INSTANCE)

# Data type of an axis to numpy's little-endian type (ISO 25178-72).
TYPES = {"I": "<i2", "L": "<i4", "F": "<f4", "D": "<f8"}
POINTS_MAX = 1 << 33
INCREMENT_MIN, INCREMENT_MAX = 1e-12, 1e4

TEMPLATE = f"""<p:ISO5436_2 xmlns:p="{NAMESPACE}" xmlns:xsi="{SCHEMA_INSTANCE}">
<Record1><Revision>ISO5436 - 2000</Revision><FeatureType>SUR</FeatureType><Axes>
<CX><AxisType>I</AxisType><DataType>D</DataType><Increment/><Offset>0</Offset></CX>
<CY><AxisType>I</AxisType><DataType>D</DataType><Increment/><Offset>0</Offset></CY>
<CZ><AxisType>A</AxisType><DataType>D</DataType><Increment>1</Increment>
<Offset>0</Offset></CZ></Axes></Record1>
<Record2><Date>1970-01-01T00:00:00</Date><Creator/><Instrument>
<Manufacturer>not available</Manufacturer><Model>not available</Model>
<Serial>not available</Serial><Version>not available</Version></Instrument>
<CalibrationDate>1970-01-01T00:00:00</CalibrationDate><ProbingSystem>
<Type>Software</Type><Identification>not available</Identification></ProbingSystem>
<Comment/></Record2>
<Record3><MatrixDimension><SizeX/><SizeY/><SizeZ>1</SizeZ></MatrixDimension>
<DataLink><PointDataLink>bindata/data.bin</PointDataLink><MD5ChecksumPointData/>
</DataLink></Record3>
<Record4><ChecksumFile>md5checksum.hex</ChecksumFile></Record4>
</p:ISO5436_2>"""


@dataclass(frozen=True, slots=True)
class Header:
    """The facts of ``main.xml`` that are needed to read the matrix.

    Attributes
    ----------
    columns, rows : int
        Points along x and y.
    increment_x, increment_y : float
        As written; metres by the standard.
    kind : str
        Data type of the heights: I, L, F or D.
    increment_z, offset_z : float
        Scale of integer heights; heights stored as floats are absolute.
    point_link, point_md5, valid_link, valid_md5, checksum_link : str
        Members of the archive and their sums; empty where there is none.
    origin : str
        Corner in which the first point lies, where the writer says so (``NW``).
    """

    columns: int
    rows: int
    increment_x: float
    increment_y: float
    kind: str
    increment_z: float
    offset_z: float
    point_link: str
    point_md5: str
    valid_link: str
    valid_md5: str
    checksum_link: str
    origin: str

    @property
    def item_bytes(self) -> int:
        """Bytes of one height."""
        return {"I": 2, "L": 4, "F": 4, "D": 8}[self.kind]

    @property
    def points(self) -> int:
        """Number of points."""
        return self.columns * self.rows


def parse(document: bytes, name: str) -> ET.Element:
    """Parse ``main.xml``; a DTD or an entity is refused.

    Raises
    ------
    BadInput
        If it is no XML, or holds what no X3P needs.
    """
    try:
        root: ET.Element = Defused.fromstring(document, forbid_dtd=True)
    except DefusedXmlException as problem:
        raise BadInput(
            "main.xml of %(name)s declares a document type or entities, which may hide "
            "an attack; it is not read",
            name=name,
        ) from problem
    except (ET.ParseError, ValueError, LookupError) as problem:
        raise BadInput(
            "main.xml of %(name)s is not well-formed XML (%(problem)s)",
            name=name,
            problem=str(problem),
        ) from problem
    return root


def find(root: ET.Element, path: str) -> ET.Element | None:
    """First element at ``path``, whatever namespace a writer put on the tags."""
    here: ET.Element | None = root
    for step in path.split("/"):
        if here is None:
            return None
        here = next((child for child in here if local(child) == step), None)
    return here


def local(element: ET.Element) -> str:
    """Tag without namespace; empty for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def text(root: ET.Element, path: str) -> str:
    """Text at ``path`` without surrounding space; empty where there is none."""
    found = find(root, path)
    return (found.text or "").strip() if found is not None else ""


def header(root: ET.Element, name: str) -> Header:
    """The facts needed to read the matrix, checked.

    Raises
    ------
    BadInput
        If the file holds something else than one matrix of heights, or the sizes or
        increments are absurd.
    """
    kind = text(root, "Record1/Axes/CZ/DataType") or "D"
    if kind not in TYPES:
        raise BadInput(
            "%(name)s stores heights as type %(kind)s; X3P knows I, L, F and D",
            name=name,
            kind=repr(kind),
        )
    for axis in ("CX", "CY"):
        if text(root, f"Record1/Axes/{axis}/AxisType") == "A":
            raise BadInput(
                "%(name)s lists a position for every point of %(axis)s instead of a "
                "regular grid; resample it to a grid first",
                name=name,
                axis=axis,
            )
    sizes = [_size(root, axis, name) for axis in "XYZ"]
    if sizes[2] != 1:
        raise BadInput(
            "%(name)s holds %(layers)s layers; a surface has one",
            name=name,
            layers=sizes[2],
        )
    if sizes[0] * sizes[1] > POINTS_MAX:
        raise BadInput(
            "%(name)s claims %(columns)s x %(rows)s points, which no scan has",
            name=name,
            columns=sizes[0],
            rows=sizes[1],
        )
    return Header(
        columns=sizes[0],
        rows=sizes[1],
        increment_x=_increment(root, "CX", name),
        increment_y=_increment(root, "CY", name),
        kind=kind,
        increment_z=_number(root, "Record1/Axes/CZ/Increment", 1.0, name),
        offset_z=_number(root, "Record1/Axes/CZ/Offset", 0.0, name),
        point_link=text(root, "Record3/DataLink/PointDataLink"),
        point_md5=text(root, "Record3/DataLink/MD5ChecksumPointData").lower(),
        valid_link=text(root, "Record3/DataLink/ValidPointsLink"),
        valid_md5=text(root, "Record3/DataLink/MD5ChecksumValidPoints").lower(),
        checksum_link=text(root, "Record4/ChecksumFile") or "md5checksum.hex",
        origin=text(root, "Record1/Axes/Origin"),
    )


def _size(root: ET.Element, axis: str, name: str) -> int:
    written = text(root, f"Record3/MatrixDimension/Size{axis}")
    if not written and axis == "Z":
        return 1
    try:
        size = int(written)
    except ValueError:
        size = 0
    if size < 1:
        raise BadInput(
            "%(name)s gives its size along %(axis)s as %(written)s; a whole number "
            "above zero is needed",
            name=name,
            axis=axis,
            written=repr(written),
        )
    return size


def _number(root: ET.Element, path: str, default: float, name: str) -> float:
    written = text(root, path)
    if not written:
        return default
    try:
        value = float(written)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadInput(
            "%(name)s gives %(written)s for %(path)s, which is no number",
            name=name,
            written=repr(written),
            path=path,
        )
    return value


def _increment(root: ET.Element, axis: str, name: str) -> float:
    value = _number(root, f"Record1/Axes/{axis}/Increment", 0.0, name)
    if not INCREMENT_MIN <= value <= INCREMENT_MAX:
        raise BadInput(
            "%(name)s says that its points lie %(value)s apart along %(axis)s, which "
            "is no distance in any unit; correct the file",
            name=name,
            value=f"{value:g}",
            axis=axis,
        )
    return value


def leaves(root: ET.Element, record: str) -> dict[str, str]:
    """Texts of one record by path, for people: ``Instrument/Model`` to ``usurf``."""
    top = find(root, record)
    found: dict[str, str] = {}

    def walk(element: ET.Element, path: str) -> None:
        children = [child for child in element if local(child)]
        if not children and (element.text or "").strip():
            found.setdefault(path, (element.text or "").strip())
        for child in children:
            walk(child, f"{path}/{local(child)}" if path else local(child))

    if top is not None:
        walk(top, "")
    return found


def put(root: ET.Element, path: str, value: str) -> None:
    """Set the text at ``path``, making what is missing."""
    here = root
    for step in path.split("/"):
        child = find(here, step)
        if child is None:
            child = ET.SubElement(here, step)
        here = child
    here.text = value


def drop(root: ET.Element, path: str) -> None:
    """Take the element at ``path`` away, if it is there."""
    above, _, last = path.rpartition("/")
    parent = find(root, above)
    child = None if parent is None else find(parent, last)
    if parent is not None and child is not None:
        parent.remove(child)


def serialise(root: ET.Element) -> bytes:
    """The bytes of ``main.xml``."""
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
