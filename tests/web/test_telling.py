"""A link or a file says no more of a person than the person's own record does."""

import io

import pytest

from focalpoint.accounts.access import visible
from focalpoint.records import actions, attachments, search
from focalpoint.records.models import Attachment, Link
from focalpoint.records.search import Filter
from tests import make

PEOPLE_WHO_MAY_NOT = ("bob", "dana")


@pytest.fixture
def told(people):
    """A suspect and a victim with a link and a file each, and a file of a firearm."""
    gun = make.firearm(people.alice)
    rows = {}
    for category in ("suspect", "victim"):
        person = make.person(
            people.alice, family_name="Secretname", led_category=category
        )
        said = {"basis": "a witness told us", "role": category}
        link = actions.link(gun, person, "possessed_by", by=people.alice, **said)
        rows[category] = (link, keep(person, "secret.txt", people.alice))
    return rows, keep(gun, "gun.txt", people.alice)


def keep(record, name, by):
    return attachments.attach(record, io.BytesIO(b"plain words"), name, by=by)


@pytest.mark.parametrize("name", PEOPLE_WHO_MAY_NOT)
def test_who_may_not_see_persons_sees_no_link_or_file_of_one(
    people, told, sign_in, name
):
    rows, plain = told
    reader = getattr(people, name)
    browser = sign_in(reader)
    for link, file in rows.values():
        assert browser.get(f"/records/link/{link.pk}").status_code == 404
        assert browser.get(f"/records/attachment/{file.pk}").status_code == 404
    assert not visible(Link.objects.all(), reader).exists()
    assert set(visible(Attachment.objects.all(), reader)) <= {plain}
    for code in ("link", "attachment"):
        assert search.find(Filter("secret", code), reader).total == 0
        assert "secret.txt" not in browser.get(f"/records/{code}/").content.decode()


def test_a_file_of_a_firearm_stays_with_the_firearm(people, told):
    _rows, plain = told
    assert plain in visible(Attachment.objects.all(), people.bob)


def test_a_victim_s_link_and_file_are_held_with_the_victim(people, told):
    rows, _plain = told
    seen = set(visible(Link.objects.all(), people.alice))
    files = set(visible(Attachment.objects.all(), people.alice))
    may = "records.protected_persons" in people.alice._grants
    assert (rows["victim"][0] in seen) == may
    assert (rows["victim"][1] in files) == may
    assert rows["suspect"][0] in seen
    assert rows["suspect"][1] in files


def test_a_link_to_a_person_opens_for_a_stated_purpose(people, told, sign_in):
    link, file = told[0]["suspect"]
    browser = sign_in(people.alice)
    for address in (f"/records/link/{link.pk}", f"/records/attachment/{file.pk}"):
        answer = browser.get(address)
        assert answer.status_code == 302
        assert "purpose" in answer["Location"]
