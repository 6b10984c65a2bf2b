"""Files of a record: added, looked at, taken away."""

import io
import zlib
from struct import pack

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from focalpoint.audit import queries as trail
from focalpoint.records import attachments
from focalpoint.web.tables import address
from tests import make


def png(width=2, height=2):
    """A picture that every reader opens."""

    def chunk(name, content):
        check = zlib.crc32(name + content)
        return pack(">I", len(content)) + name + content + pack(">I", check)

    head = pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = b"".join(b"\x00" + b"\x80\x80\x80" * width for _row in range(height))
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


@pytest.fixture
def gun(people):
    return make.firearm(people.alice)


@pytest.fixture
def photograph(people, gun):
    return attachments.attach(
        gun, io.BytesIO(png()), "lijeva strana.png", by=people.alice, kind="photo_left"
    )


def test_a_photograph_from_the_camera_is_kept(people, sign_in, gun):
    client = sign_in(people.alice)
    sent = SimpleUploadedFile("IMG_1.png", png(), "image/png")
    values = {"photograph": sent, "kind": "photo_left", "description": "on the table"}
    client.post(f"{address(gun)}/files", values)
    [kept] = attachments.of_record(gun, people.alice)
    assert (kept.kind, kept.media_type) == ("photo_left", "image/png")
    text = client.get(address(gun)).content.decode()
    assert 'capture="environment"' in text
    assert f'href="/files/{kept.pk}/picture"' in text
    assert f'src="/files/{kept.pk}/thumbnail"' in text


def test_an_empty_or_foreign_file_is_refused_in_words(people, sign_in, gun):
    client = sign_in(people.alice)
    url = f"{address(gun)}/files"
    assert "Choose a file" in client.post(url, follow=True).content.decode()
    sent = SimpleUploadedFile("x.png", b"<html>", "image/png")
    text = client.post(url, {"file": sent}, follow=True).content.decode()
    assert "cannot be attached" in text
    assert not attachments.of_record(gun, people.alice)


def test_bob_may_look_but_not_add(people, sign_in, gun, photograph):
    client = sign_in(people.bob)
    sent = SimpleUploadedFile("x.png", png(), "image/png")
    assert client.post(f"{address(gun)}/files", {"file": sent}).status_code == 403
    answer = client.get(f"/files/{photograph.pk}/picture")
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.content == png()
    assert trail.of_record(photograph).first().action == "records.view"


def test_a_download_is_never_run_and_is_logged(people, sign_in, photograph):
    answer = sign_in(people.bob).get(f"/files/{photograph.pk}")
    assert b"".join(answer.streaming_content) == png()
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "no-store" in answer["Cache-Control"]
    assert trail.of_record(photograph).first().action == "records.download"


def test_a_small_picture_is_guarded_and_logged_as_the_photograph(
    people, sign_in, photograph
):
    answer = sign_in(people.bob).get(f"/files/{photograph.pk}/thumbnail")
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    event = trail.of_record(photograph).first()
    assert (event.action, event.detail) == ("records.view", '{"as":"thumbnail"}')


def test_what_cannot_be_shown_small_is_a_sheet_of_paper(people, sign_in, gun):
    broken = attachments.attach(gun, io.BytesIO(png()[:40]), "cut.png", by=people.alice)
    answer = sign_in(people.bob).get(f"/files/{broken.pk}/thumbnail")
    assert answer["Content-Type"] == "image/svg+xml"
    assert trail.of_record(broken).first().action == "records.attach"


def test_a_small_picture_is_hidden_with_its_record(people, sign_in):
    secret = make.firearm(people.alice, handling="h1")
    kept = attachments.attach(secret, io.BytesIO(png()), "s.png", by=people.alice)
    assert sign_in(people.bob).get(f"/files/{kept.pk}/thumbnail").status_code == 404


def test_h3_is_read_before_a_small_picture_is_seen(people, sign_in):
    closed = make.firearm(people.alice, handling="h3", handling_note="Ask first")
    kept = attachments.attach(closed, io.BytesIO(png()), "s.png", by=people.alice)
    answer = sign_in(people.erin).get(f"/files/{kept.pk}/thumbnail")
    assert answer.status_code != 200 or b"JFIF" not in answer.content


@pytest.mark.parametrize("part", ["", "/picture", "/thumbnail"])
def test_charlie_finds_nothing(people, sign_in, photograph, part):
    answer = sign_in(people.charlie).get(f"/files/{photograph.pk}{part}")
    assert answer.status_code == 404


def test_only_pictures_are_shown_in_a_page(people, sign_in, gun):
    note = attachments.attach(gun, io.BytesIO(b"a note"), "n.txt", by=people.alice)
    assert sign_in(people.bob).get(f"/files/{note.pk}/picture").status_code == 404


def test_an_event_has_files_too(people, sign_in):
    event = make.incident(people.alice)
    client = sign_in(people.alice)
    sent = SimpleUploadedFile("scene.png", png(), "image/png")
    client.post(f"{address(event)}/files", {"file": sent, "kind": "photo_scene"})
    assert "scene.png" in client.get(address(event)).content.decode()
    main = sign_in(people.bob).get(address(event)).content.decode()
    assert 'name="photograph"' not in main
    assert "scene.png" in main


def test_the_files_of_a_person_ask_for_a_purpose(people, sign_in):
    person = make.person(people.alice)
    kept = attachments.attach(person, io.BytesIO(png()), "p.png", by=people.alice)
    client = sign_in(people.alice)
    for part in ("", "/picture", "/thumbnail"):
        answer = client.get(f"/files/{kept.pk}{part}")
        assert answer["Location"].startswith("/you/purpose")
    readers = sign_in(people.erin).get(f"{address(person)}/readers")
    assert readers["Location"].startswith("/you/purpose")
