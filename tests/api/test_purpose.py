"""A person's record opens for a stated purpose only, whatever the call, and is noted."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from focalpoint.audit.queries import events, of_record
from focalpoint.records import actions, attachments
from tests import cast as people
from tests import make
from tests.api.test_records import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return people.assemble()


@pytest.fixture
def alice(client, cast):
    return Caller(client, cast.alice)


@pytest.fixture
def person(cast):
    return make.person(cast.alice, source="registry", source_key="P 1")


@pytest.fixture
def gun(cast):
    return make.firearm(cast.alice, source="registry", source_key="G 1")


@pytest.fixture
def photo(cast, person):
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    out.seek(0)
    return attachments.attach(person, out, "face.png", by=cast.alice)


def links_to(record):
    return {
        "type": "used_by",
        "to_type": record.type_code,
        "to_id": str(record.pk),
    }


def refused(answer):
    return (answer.status_code, answer.json()["code"]) == (403, "purpose_needed")


def test_no_call_on_a_person_answers_without_a_purpose(alice, person, gun):
    del alice.headers["X-Purpose"]
    before = events().count()
    one, body = f"/person/{person.pk}", make.DEFAULTS["person"]
    assert refused(alice("PATCH", f"{one}?version=1", {}))
    assert refused(alice("PATCH", f"{one}?version=1", {"family_name": "X"}))
    for key in ("P%201", "new"):
        assert refused(alice("PUT", f"/person/by-key/registry/{key}", body))
    assert refused(alice("POST", f"{one}/withdraw", {"reason": "twice"}))
    assert refused(alice("POST", f"{one}/links", links_to(gun)))
    assert refused(alice("POST", f"/firearm/{gun.pk}/links", links_to(person)))
    person.refresh_from_db()
    assert (person.version, person.withdrawn_at) == (1, None)
    assert events().count() == before


def test_files_of_a_person_open_for_a_purpose_only(alice, person, photo):
    stated = alice.headers.pop("X-Purpose")
    file = f"/attachments/{photo.pk}"
    paths = (f"/person/{person.pk}/attachments", f"{file}/content", f"{file}/thumbnail")
    for path in paths:
        assert refused(alice("GET", path))
    alice.headers["X-Purpose"] = stated
    for path in paths:
        assert alice("GET", path).status_code == 200
    assert {event.action for event in of_record(photo)} >= {
        "records.download",
        "records.view",
    }
    listed = of_record(person).first()
    assert (listed.action, listed.purpose) == ("records.list", "Analysis")


def test_a_file_is_added_to_a_person_for_a_purpose_only(alice, person, photo):
    url = f"/api/v1/person/{person.pk}/attachments"

    def send():
        file = SimpleUploadedFile("note.txt", b"plain text")
        return alice.client.post(url, {"file": file}, headers=alice.headers)

    stated = alice.headers.pop("X-Purpose")
    assert refused(send())
    alice.headers["X-Purpose"] = stated
    assert send().status_code == 201


def test_a_change_that_changes_nothing_is_noted_as_a_view(alice, person):
    body = make.DEFAULTS["person"]
    for answer in (
        alice("PATCH", f"/person/{person.pk}?version=1", {}),
        alice("PUT", "/person/by-key/registry/P%201", body),
    ):
        assert (answer.status_code, answer.json()["version"]) == (200, 1)
        event = of_record(person).first()
        assert (event.action, event.purpose) == ("records.view", "Analysis")
    views = [event.action for event in of_record(person)].count("records.view")
    assert views == 2


def test_a_change_is_noted_once_as_a_change(alice, person):
    changed = alice("PATCH", f"/person/{person.pk}?version=1", {"given_name": "Ana"})
    assert changed.json()["version"] == 2
    actions = [event.action for event in of_record(person)]
    assert actions == ["records.change", "records.create"]
    assert of_record(person).first().purpose == "Analysis"


def test_a_conflict_shows_values_and_is_noted_as_a_view(alice, person):
    stale = alice("PATCH", f"/person/{person.pk}?version=9", {"given_name": "Ana"})
    assert stale.status_code == 409
    assert stale.json()["current"]["given_name"] == person.given_name
    assert of_record(person).first().action == "records.view"


def test_a_link_to_a_person_and_a_file_of_one_want_a_purpose(
    alice, cast, person, gun, photo
):
    link = actions.link(gun, person, "possessed_by", by=cast.alice)
    stated = alice.headers.pop("X-Purpose")
    for path in (f"/link/{link.pk}", f"/attachment/{photo.pk}"):
        assert refused(alice("GET", path))
        assert refused(alice("GET", f"{path}/history"))
    for code in ("link", "attachment"):
        assert alice("GET", f"/{code}").json()["items"] == []
    alice.headers["X-Purpose"] = stated
    assert alice("GET", f"/link/{link.pk}").json()["to_id"] == str(person.pk)
    assert len(alice("GET", "/attachment").json()["items"]) == 1
