"""A record marked H3 opens only to whoever has read its restriction."""

import pytest

from focalpoint.accounts import actions as accounts
from focalpoint.accounts.access import visible
from focalpoint.audit import queries as trail
from focalpoint.records import actions
from focalpoint.records.models import Firearm
from focalpoint.web.tables import address
from tests import make

TEXT = "Only for the case KT 12/2025"


@pytest.fixture
def gun(people):
    return make.firearm(people.alice, handling="h3", handling_note=TEXT)


def confirm(client, gun, **more):
    return client.post(f"{address(gun)}/restriction", more)


@pytest.mark.parametrize("page", ["", "/edit", "/changes"])
def test_every_page_of_the_record_shows_its_restriction_first(
    people, sign_in, gun, page
):
    client = sign_in(people.alice)
    answer = client.get(f"{address(gun)}{page}")
    assert answer.status_code == 403
    assert TEXT in answer.content.decode()
    assert "A 12345" not in answer.content.decode()
    back = confirm(client, gun, next=f"{address(gun)}{page}")
    assert back.url == f"{address(gun)}{page}"
    assert client.get(f"{address(gun)}{page}").status_code == 200


def test_reading_is_kept_for_one_person_and_one_text(people, sign_in, gun):
    confirm(sign_in(people.alice), gun)
    assert sign_in(people.erin).get(address(gun)).status_code == 403
    assert "records.read_restriction" in [
        event.action for event in trail.of_record(gun)
    ]
    actions.change(gun, {"handling_note": "Now only for Europol"}, by=people.alice)
    assert sign_in(people.alice).get(address(gun)).status_code == 403


def test_what_was_not_read_cannot_be_taken_away(people, gun):
    taken = visible(Firearm.objects.all(), people.erin, use="export")
    assert gun not in taken
    accounts.confirm_restriction(gun, by=people.erin)
    assert gun in taken.all()


def test_nobody_is_sent_to_another_site(people, sign_in, gun):
    answer = confirm(sign_in(people.alice), gun, next="https://example.org/")
    assert answer.url == address(gun)


def test_whoever_may_not_see_the_record_does_not_see_its_restriction(
    people, sign_in, gun
):
    for person in (people.charlie, people.bob):
        client = sign_in(person)
        assert client.get(address(gun)).status_code == 404
        assert confirm(client, gun).status_code == 404


def test_beside_other_records_it_is_a_reference_only(people, sign_in, gun):
    """Dossier, record page, home page and the map name it without its content."""
    incident = make.incident(
        people.alice, place="Hidden village", handling="h3", handling_note=TEXT
    )
    shown = make.firearm(people.alice, serial="B 777", incident=incident)
    link = actions.link(shown, gun, type="found_with", by=people.alice)
    client = sign_in(people.erin)
    told = client.get(address(shown)).content.decode()
    assert "Hidden village" not in told
    assert "A 12345" not in told
    assert incident.reference in told
    assert gun.reference in told
    assert "Read the restriction first" in told
    accounts.confirm_restriction(incident, by=people.erin)
    accounts.confirm_restriction(gun, by=people.erin)
    accounts.confirm_restriction(link, by=people.erin)
    opened = client.get(address(shown)).content.decode()
    assert "Hidden village" in opened
    beside = client.get(address(incident)).content.decode()
    assert shown.reference in beside


def test_a_list_of_links_names_it_by_its_reference(people, sign_in, gun):
    seizure = make.record("seizure", people.alice)
    actions.link(seizure, gun, type="found_with", by=people.alice)
    page = sign_in(people.erin).get(address(seizure)).content.decode()
    assert f"{gun.reference}: Read the restriction first" in page
    assert "A 12345" not in page


def test_persons_beside_a_record_are_roles_until_a_purpose_is_stated(people, sign_in):
    incident = make.incident(people.alice)
    make.person(people.alice, family_name="Testović", incident=incident)
    page = sign_in(people.alice).get(address(incident)).content.decode()
    assert "Testović" not in page
