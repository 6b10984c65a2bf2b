"""Small pictures: made of the pixels alone, within limits, hidden with their file."""

import io
import struct
import zlib

import pytest
from PIL import Image

from focalpoint.records import attachments, retention, storage, thumbnails
from tests import cast as people
from tests import make

pytestmark = pytest.mark.django_db
PLACE = b"N 44.8125 E 20.4612 taken by telephone 123"


@pytest.fixture
def cast():
    return people.assemble()


@pytest.fixture
def gun(cast):
    return make.firearm(cast.alice)


def photograph(kind="JPEG", size=(800, 400), mode="RGB", **over):
    out = io.BytesIO()
    picture = Image.new(mode, size, over.pop("colour", 0))
    picture.putpixel((0, 0), picture.getpixel((1, 1)))
    picture.save(out, kind, **over)
    return out.getvalue()


def attach(cast, gun, content):
    return attachments.attach(gun, io.BytesIO(content), "left.jpg", by=cast.alice)


def opened(small):
    assert small is not None
    return Image.open(io.BytesIO(small))


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
        ("JPEG", "L"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "I;16"),
        ("WEBP", "RGB"),
    ],
)
def test_a_photograph_is_drawn_small(cast, gun, kind, mode):
    made = attach(cast, gun, photograph(kind, mode=mode))
    picture = opened(thumbnails.of(made))
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (320, 160))


def test_what_is_transparent_is_white(cast, gun):
    made = attach(cast, gun, photograph("PNG", (40, 20), "RGBA"))
    picture = opened(thumbnails.of(made))
    assert picture.size == (40, 20)  # never larger than it is
    assert min(picture.getpixel((20, 10))) > 250


def test_it_is_turned_as_the_camera_was_and_tells_nothing_else(cast, gun):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = PLACE.decode()
    content = photograph(exif=exif.tobytes(), comment=PLACE)
    assert PLACE in content
    made = attach(cast, gun, content)
    small = thumbnails.of(made)
    assert opened(small).size == (160, 320)
    assert PLACE not in small and not opened(small).getexif()
    assert {"exif", "comment", "icc_profile"}.isdisjoint(opened(small).info)
    assert attachments.content(made) == content


def test_it_is_kept_encrypted_beside_the_file_and_made_once(cast, gun, monkeypatch):
    made = attach(cast, gun, photograph())
    small = thumbnails.of(made)
    kept = storage.made_of(made.pk)
    assert kept.parent == storage.path_of(made.pk).parent
    assert small[:40] not in kept.read_bytes()
    assert kept.stat().st_mode & 0o777 == 0o600
    monkeypatch.setattr(attachments, "content", None)  # would fail
    assert thumbnails.of(made) == small


def test_one_that_was_altered_or_exchanged_is_made_again(cast, gun):
    made, other = (attach(cast, gun, photograph(colour=c)) for c in (1, 2_000_000))
    small, foreign = thumbnails.of(made), thumbnails.of(other)
    assert small != foreign
    storage.made_of(made.pk).write_bytes(storage.made_of(other.pk).read_bytes())
    assert thumbnails.of(made) == small
    storage.made_of(made.pk).write_bytes(b"FPM1")
    assert thumbnails.of(made) == small


def bomb():
    """A few bytes that say they are 100,000 by 100,000 points."""

    def chunk(name, data):
        check = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1_000_000)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", body)
        + chunk(b"IEND", b"")
    )


def with_long_text():
    from PIL.PngImagePlugin import PngInfo

    words = PngInfo()
    words.add_text("a", "b" * 3_000_000, zip=True)
    return photograph("PNG", pnginfo=words)


@pytest.mark.parametrize(
    "content",
    [
        bomb(),
        with_long_text(),
        photograph()[:300],
        photograph("PNG")[:-30][:60],
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"x" * 99,
    ],
    ids=["bomb", "text", "cut", "cut png", "noise"],
)
def test_what_cannot_be_read_with_care_has_none_and_is_tried_once(
    cast, gun, content, monkeypatch
):
    made = attach(cast, gun, content)
    assert thumbnails.of(made) is None
    monkeypatch.setattr(thumbnails, "small", None)  # would fail
    assert thumbnails.of(made) is None
    assert attachments.content(made) == content


def test_a_large_file_is_not_read_at_all(cast, gun, monkeypatch):
    monkeypatch.setattr(thumbnails, "LARGEST", 100)
    monkeypatch.setattr(attachments, "content", None)
    assert thumbnails.of(attach(cast, gun, photograph())) is None


def test_a_note_has_no_picture(cast, gun):
    assert thumbnails.of(attach(cast, gun, b"a note")) is None


def test_a_full_disk_shows_it_and_keeps_nothing(cast, gun, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    made = attach(cast, gun, photograph())
    monkeypatch.setattr(storage, "put_made", full)
    assert opened(thumbnails.of(made)).size == (320, 160)
    assert not storage.made_of(made.pk).exists()


def test_erasure_takes_it_too(cast, gun, django_capture_on_commit_callbacks):
    made = attach(cast, gun, photograph())
    thumbnails.of(made)
    with django_capture_on_commit_callbacks(execute=True):
        retention.erase(gun, "Its time is over", by=cast.erin)
    assert not storage.path_of(made.pk).exists()
    assert not storage.made_of(made.pk).exists()
