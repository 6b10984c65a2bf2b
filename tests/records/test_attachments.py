"""Files: told by their bytes, encrypted at rest, unchanged for ever."""

import io
import zipfile

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from focalpoint.audit.queries import of_record
from focalpoint.records import attachments, storage
from focalpoint.records.models import Attachment
from focalpoint.values.errors import BadInput
from tests import cast as people
from tests import make

pytestmark = pytest.mark.django_db
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06"
    + b"x" * 99
)


@pytest.fixture
def cast():
    return people.assemble()


@pytest.fixture
def gun(cast):
    return make.firearm(cast.alice)


def attach(cast, gun, content=PNG, name="left.png"):
    return attachments.attach(gun, io.BytesIO(content), name, by=cast.alice)


def x3p():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("main.xml", "<x/>")
    return out.getvalue()


@pytest.mark.parametrize(
    "size", [1, storage.CHUNK - 1, storage.CHUNK, storage.CHUNK + 1]
)
def test_what_is_read_equals_what_was_sent(cast, gun, size):
    content = (PNG + b"a" * size)[: max(size, len(PNG))]
    made = attach(cast, gun, content)
    assert b"".join(attachments.download(made, by=cast.alice)) == content
    on_disk = storage.path_of(made.pk).read_bytes()
    assert PNG not in on_disk
    assert of_record(made).first().action == "records.download"


def test_a_file_altered_on_disk_is_refused(cast, gun):
    made = attach(cast, gun)
    path = storage.path_of(made.pk)
    altered = bytearray(path.read_bytes())
    altered[30] ^= 1
    path.write_bytes(altered)
    with pytest.raises(BadInput, match="altered"):
        attachments.content(made)


def test_a_file_cut_at_a_chunk_is_refused(cast, gun):
    made = attach(cast, gun, PNG + b"a" * (2 * storage.CHUNK))
    path = storage.path_of(made.pk)
    path.write_bytes(path.read_bytes()[: 4 + storage.CHUNK + storage.TAG])
    with pytest.raises(BadInput, match="altered"):
        attachments.content(made)


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\xef\xbb\xbf <html><script>alert(1)</script></html>",
        b"MZ\x90\x00 a program",
        b"\x7fELF another",
        b"\x00\x01\x02 nothing known",
    ],
)
def test_what_is_not_on_the_list_is_refused_and_leaves_nothing(cast, gun, content):
    with pytest.raises(BadInput, match="cannot be attached"):
        attach(cast, gun, content, "photo.png")
    assert Attachment.objects.count() == 0


def test_scans_and_plain_text_are_welcome(cast, gun):
    assert attach(cast, gun, x3p(), "a.x3p").media_type == "application/x-x3p"
    assert attach(cast, gun, "текст".encode(), "note.txt").media_type == "text/plain"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\gun.png", "gun.png"),
        ("a\x00b\n.png", "ab.png"),
        ("..", "file"),
    ],
)
def test_names_carry_no_folders(cast, gun, name, kept):
    assert attach(cast, gun, PNG, name).name == kept


def test_too_large_is_refused_and_leaves_nothing(cast, gun, settings):
    settings.MAX_UPLOAD_BYTES = 1_048_576
    before = set(settings.ATTACHMENTS.rglob("*"))
    with pytest.raises(BadInput, match="larger than 1 MB"):
        attach(cast, gun, PNG + b"a" * 1_048_577)
    left = {path for path in settings.ATTACHMENTS.rglob("*") if path.is_file()} - before
    assert not left


def test_bob_may_not_attach_and_charlie_may_not_open(cast, gun):
    with pytest.raises(PermissionDenied):
        attachments.attach(gun, io.BytesIO(PNG), "a.png", by=cast.bob)
    made = attach(cast, gun)
    assert attachments.open_or_404(made.pk, cast.bob) == made
    with pytest.raises(Http404):
        attachments.open_or_404(made.pk, cast.charlie)


def test_a_file_is_hidden_with_its_record(cast):
    secret = make.firearm(cast.alice, handling="h1")
    made = attach(cast, secret)
    assert made.handling == "h1"
    with pytest.raises(Http404):
        attachments.open_or_404(made.pk, cast.bob)
