"""X3P in and out: what is whole returns as it was, what is not is refused in words."""

import hashlib
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from focalpoint.engines.ballistics import x3p
from focalpoint.engines.ballistics.surface import UNKNOWN, Surface, require_comparable
from focalpoint.engines.ballistics.x3p import Scan
from focalpoint.values.errors import BadInput
from tests.engines.ballistics.scans import GOLDEN, path

ALL = sorted(GOLDEN.glob("*.x3p"))


def made(tmp_path: Path, heights, *, pitch=6.25e-6, kind="D", **over) -> Path:
    scan = Scan(Surface(np.asarray(heights, float), pitch, pitch), kind=kind, **over)
    target = tmp_path / "made.x3p"
    x3p.write(target, scan)
    return target


def altered(tmp_path: Path, source: Path, **members: bytes | None) -> Path:
    """A copy with some members replaced (or dropped, where None)."""
    target = tmp_path / "altered.x3p"
    names = {
        name.replace("__", "/").replace("_", "."): c for name, c in members.items()
    }
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            content = names.get(info.filename, old.read(info))
            if content is not None:
                new.writestr(info.filename, content)
    return target


def document(source: Path, *changes: tuple[str, str]) -> bytes:
    with zipfile.ZipFile(source) as archive:
        text = archive.read("main.xml").decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


@pytest.fixture
def small(tmp_path):
    return made(tmp_path, np.arange(12.0).reshape(3, 4) * 1e-7)


@pytest.mark.parametrize("source", ALL, ids=lambda p: p.stem)
def test_a_written_file_equals_what_was_read(source, tmp_path):
    first = x3p.read(source)
    x3p.write(tmp_path / "again.x3p", first)
    second = x3p.read(tmp_path / "again.x3p")
    np.testing.assert_array_equal(first.surface.heights, second.surface.heights)
    assert first.surface.heights.dtype == second.surface.heights.dtype
    assert first.metadata == second.metadata
    assert dict(first.attachments) == dict(second.attachments)
    assert (first.surface.pitch_x, first.origin) == (
        second.surface.pitch_x,
        second.origin,
    )
    assert second.warnings == ()


def test_orientation_is_kept_x_along_columns_y_along_rows(tmp_path):
    heights = np.zeros((2, 3))
    heights[0, 2], heights[1, 0] = 1e-6, 2e-6
    with zipfile.ZipFile(made(tmp_path, heights)) as archive:
        points = np.frombuffer(archive.read("bindata/data.bin"), "<f8")
        text = archive.read("main.xml").decode()
    # x runs fastest in the file (ISO 25178-72): the third number is x = 2, y = 0.
    assert points.tolist() == [0, 0, 1e-6, 2e-6, 0, 0]
    assert "<SizeX>3</SizeX><SizeY>2</SizeY>" in text


def test_a_wrong_sum_of_main_xml_is_a_warning_of_the_points_an_error(tmp_path, small):
    assert "checksum" in x3p.read(path("csafe-logo")).warnings[0]
    with zipfile.ZipFile(small) as archive:
        points = bytearray(archive.read("bindata/data.bin"))
    points[5] ^= 1
    with pytest.raises(BadInput, match="checksum that main.xml states"):
        x3p.read(altered(tmp_path, small, bindata__data_bin=bytes(points)))


@pytest.mark.parametrize("name", ["pyramid", "testing"])
def test_increments_that_cannot_be_metres_leave_the_unit_unknown(name):
    surface = x3p.read(path(name)).surface
    assert surface.unit == UNKNOWN
    with pytest.raises(BadInput, match="state the unit"):
        require_comparable(surface)
    assert require_comparable(surface.in_unit("um")).pitch_x == pytest.approx(
        surface.pitch_x * 1e-6
    )


def test_micrometres_are_corrected_and_recorded(tmp_path):
    rng = np.random.default_rng(1)
    heights = rng.normal(size=(80, 90))
    scan = x3p.read(made(tmp_path, heights, pitch=7.37))
    assert scan.surface.pitch_x == pytest.approx(7.37e-6)
    np.testing.assert_allclose(scan.surface.heights, heights * 1e-6)
    assert len(scan.corrections) == 2
    x3p.write(tmp_path / "metres.x3p", scan)
    again = x3p.read(tmp_path / "metres.x3p")
    assert again.corrections == ()
    np.testing.assert_array_equal(again.surface.heights, scan.surface.heights)


def test_heights_alone_in_micrometres_are_corrected(tmp_path):
    heights = np.random.default_rng(1).normal(size=(80, 90))
    scan = x3p.read(made(tmp_path, heights, pitch=6.25e-6))
    np.testing.assert_allclose(scan.surface.heights, heights * 1e-6)
    assert "heights" in scan.corrections[0]


@pytest.mark.parametrize("kind", ["I", "L"])
def test_integer_heights_keep_their_scale_and_their_missing_points(tmp_path, kind):
    heights = np.array([[1.0, np.nan, -3.0], [4.0, 5.0, np.nan]]) * 2e-9 + 1e-6
    scan = x3p.read(made(tmp_path, heights, kind=kind, increment_z=2e-9, offset_z=1e-6))
    np.testing.assert_allclose(scan.surface.heights, heights, rtol=1e-12)
    x3p.write(tmp_path / "again.x3p", scan)
    again = x3p.read(tmp_path / "again.x3p").surface.heights
    np.testing.assert_array_equal(again, scan.surface.heights)


def test_heights_that_do_not_fit_an_integer_type_are_refused(tmp_path):
    with pytest.raises(BadInput, match="do not fit"):
        made(tmp_path, [[1.0, 2.0]], kind="I", increment_z=1e-9)


def test_a_big_matrix_is_mapped_not_held(small):
    mapped = x3p.read(small, map_above=10).surface.heights
    assert isinstance(mapped, np.memmap)
    np.testing.assert_array_equal(mapped, x3p.read(small).surface.heights)


def test_points_listed_in_the_document_are_read(tmp_path, small):
    data = "".join(f"<Datum>0;0;{v}e-6</Datum>" for v in range(11)) + "<Datum/>"
    text = document(small)
    start, end = text.index(b"<DataLink>"), text.index(b"</DataLink>") + 11
    text = text[:start] + b"<DataList>" + data.encode() + b"</DataList>" + text[end:]
    heights = x3p.read(altered(tmp_path, small, main_xml=text)).surface.heights
    assert heights[1, 2] == 6e-6
    assert np.isnan(heights[2, 3])


def test_a_truncated_file_is_refused(tmp_path, small):
    (tmp_path / "cut.x3p").write_bytes(small.read_bytes()[:-200])
    with pytest.raises(BadInput, match="not a whole X3P"):
        x3p.read(tmp_path / "cut.x3p")


def test_damaged_compressed_points_are_refused(tmp_path):
    content = bytearray(path("Fadul 1-1").read_bytes())
    content[300_000:300_400] = bytes(400)
    (tmp_path / "damaged.x3p").write_bytes(content)
    with pytest.raises(BadInput, match="damaged"):
        x3p.read(tmp_path / "damaged.x3p")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("<SizeX>4</SizeX>", "<SizeX>5</SizeX>"), "5 x 3 points"),
        (("<SizeX>4</SizeX>", "<SizeX>-4</SizeX>"), "above zero"),
        (("<SizeX>4</SizeX>", "<SizeX>9999999999999</SizeX>"), "no scan has"),
        (("<SizeZ>1</SizeZ>", "<SizeZ>2</SizeZ>"), "2 layers"),
        (("<Increment>6.25e-06", "<Increment>-1"), "no distance"),
        (("<Increment>6.25e-06", "<Increment>nan"), "no number"),
        (("<Increment>6.25e-06", "<Increment>1e30"), "no distance"),
        (("<DataType>D</DataType><Increment>1.0", "<DataType>Q</DataType><Increment>1.0"), "type 'Q'"),
        (("bindata/data.bin", "bindata/other.bin"), "does not hold"),
        (("<p:ISO5436_2", "<!DOCTYPE x []><p:ISO5436_2"), "document type"),
        (("</Record1>", ""), "not well-formed"),
    ],
)  # fmt: skip
def test_an_inconsistent_document_is_refused(tmp_path, small, change, says):
    with pytest.raises(BadInput, match=says):
        x3p.read(altered(tmp_path, small, main_xml=document(small, change)))


def test_a_scan_without_any_point_is_refused(tmp_path):
    with pytest.raises(BadInput, match="every height is missing"):
        x3p.read(made(tmp_path, np.full((3, 3), np.nan)))


@pytest.mark.parametrize("member", ["../evil", "/etc/evil", "a/../../evil", "c:\\evil"])
def test_a_path_out_of_the_archive_is_refused(tmp_path, small, member):
    with zipfile.ZipFile(small, "a") as archive:
        archive.writestr(zipfile.ZipInfo(member), "x")
    with pytest.raises(BadInput, match="outside the archive"):
        x3p.read(small)


def test_a_zip_bomb_is_refused_before_it_unpacks(tmp_path, small):
    with zipfile.ZipFile(small, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bindata/zeros", bytes(80 << 20))
    with pytest.raises(BadInput, match="ZIP bomb"):
        x3p.read(small)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04"])
def test_what_is_no_zip_is_refused(tmp_path, content):
    (tmp_path / "bad.x3p").write_bytes(content)
    with pytest.raises(BadInput, match="not a whole X3P"):
        x3p.read(tmp_path / "bad.x3p")


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    with pytest.raises(BadInput, match="no file"):
        x3p.read(tmp_path / "none.x3p")
    with pytest.raises(BadInput, match="folder"):
        x3p.read(tmp_path)


def test_the_digest_is_that_of_the_file():
    source = path("sample-land")
    scan = x3p.read(source)
    assert scan.sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    assert scan.attachments.keys() == {"bindata/mask.png"}
    assert replace(scan, sha256="").metadata["Instrument/Manufacturer"] == "Sensofar"
