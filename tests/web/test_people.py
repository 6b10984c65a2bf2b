"""People and units: an administrator without cases looks after accounts."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from focalpoint.accounts import actions
from focalpoint.accounts.access import grants, may
from focalpoint.accounts.models import Unit, User
from focalpoint.audit import queries as trail
from focalpoint.values.errors import BadInput
from tests import cast
from tests.cast import PASSWORD

NEW = {"username": "nina", "first_name": "Nina", "role": "reader", "valid_until": ""}


def test_an_invited_person_signs_in_once_and_chooses_a_password(people, sign_in):
    answer = sign_in(people.frank).post(
        "/oversight/people/new", {**NEW, "unit": people.north.pk}
    )
    password = answer.context["password"]
    assert answer.headers["Cache-Control"] == "no-store"
    nina = User.objects.get(username="nina")
    assert may(nina, "records.view", on=people.north)
    client = Client()
    asked = {"login": "nina", "password": password}
    client.post("/account/login/", asked)
    assert client.get("/").headers["Location"] == "/account/password/change/"
    assert client.get("/api/v1/firearm").status_code == 403
    own = "a quite different sentence"
    client.post(
        "/account/password/change/",
        {"oldpassword": password, "password1": own, "password2": own},
    )
    assert client.get("/").status_code == 200
    nina.refresh_from_db()
    assert not nina.must_change_password
    assert nina.check_password(own)


def test_the_password_is_in_no_other_page_and_not_in_the_trail(people, sign_in):
    client = sign_in(people.frank)
    answer = client.post("/oversight/people/new", {**NEW, "unit": people.north.pk})
    password = answer.context["password"]
    nina = User.objects.get(username="nina")
    assert password not in client.get(f"/oversight/people/{nina.pk}").content.decode()
    for event in trail.events():
        assert password not in event.detail + event.fields


def test_a_name_that_is_taken_is_explained(people, sign_in):
    taken = {**NEW, "username": "Alice", "unit": people.north.pk}
    answer = sign_in(people.frank).post("/oversight/people/new", taken)
    assert "There is an account" in answer.content.decode()


def test_a_role_is_given_with_a_last_day_and_taken(people, sign_in):
    client = sign_in(people.frank)
    path = f"/oversight/people/{people.bob.pk}"
    last = timezone.localdate() + timedelta(days=3)
    asked = {"role": "analyst", "unit": people.north.pk, "valid_until": last}
    client.post(path, asked)
    role = people.bob.memberships.get(role="analyst")
    assert role.valid_until == last
    client.post(f"{path}/roles/{role.pk}")
    assert not people.bob.memberships.filter(role="analyst").exists()


def test_the_page_of_a_person_is_still_the_administrators_page(people, sign_in):
    answer = sign_in(people.frank).get(f"/oversight/people/{people.bob.pk}")
    assert answer.context["user"] == people.frank
    text = answer.content.decode()
    assert f"/oversight/people/{people.bob.pk}/suspend" in text
    own = sign_in(people.frank).get(f"/oversight/people/{people.frank.pk}")
    assert "/suspend" not in own.content.decode()


def test_a_role_that_is_over_gives_nothing(people):
    membership = people.alice.memberships.get()
    membership.valid_until = timezone.localdate() - timedelta(days=1)
    membership.save()
    assert not grants(User.objects.get(pk=people.alice.pk))


def test_nobody_gives_a_role_to_themselves(people):
    with pytest.raises(BadInput, match="themselves"):
        actions.grant(people.frank, "analyst", people.north, by=people.frank)


def test_a_closed_account_is_out_at_once_and_can_come_back(people, sign_in):
    bob, client = sign_in(people.bob), sign_in(people.frank)
    assert bob.get("/").status_code == 200
    client.post(f"/oversight/people/{people.bob.pk}/suspend")
    assert bob.get("/").status_code == 302
    asked = {"login": "bob", "password": PASSWORD}
    answer = Client().post("/account/login/", asked, follow=True)
    assert not answer.wsgi_request.user.is_authenticated
    client.post(f"/oversight/people/{people.bob.pk}/reinstate")
    people.bob.refresh_from_db()
    assert people.bob.is_active


def test_a_new_password_ends_the_sessions(people, sign_in):
    bob = sign_in(people.bob)
    assert bob.get("/").status_code == 200
    answer = sign_in(people.frank).post(f"/oversight/people/{people.bob.pk}/password")
    assert bob.get("/").status_code == 302
    people.bob.refresh_from_db()
    assert people.bob.check_password(answer.context["password"])


def north_administrator(people):
    return cast.person("nora", "administrator", people.north)


def test_an_administrator_of_north_has_nothing_to_say_over_south(people, sign_in):
    nora = north_administrator(people)
    client = sign_in(nora)
    text = client.get("/oversight/people").content.decode()
    assert "alice" in text
    assert "charlie" not in text
    assert "frank" not in text
    path = f"/oversight/people/{people.charlie.pk}"
    assert client.get(path).status_code == 404
    assert client.post(f"{path}/suspend").status_code == 404
    for act in (actions.suspend, actions.reset_password, actions.reset_second_factor):
        with pytest.raises(PermissionDenied):
            act(people.charlie, by=nora)
    with pytest.raises(PermissionDenied):
        actions.grant(people.alice, "head", people.south, by=nora)


def test_an_unknown_change_is_absent(people, sign_in):
    path = f"/oversight/people/{people.bob.pk}/promote"
    assert sign_in(people.frank).post(path).status_code == 404
    assert sign_in(people.frank).get(path).status_code == 405


def test_a_unit_is_added_under_another(people, sign_in):
    asked = {"parent": people.north.pk, "name": "Station 2", "code": "north-2"}
    client = sign_in(people.frank)
    client.post("/oversight/units", {**asked, "level": "station"})
    unit = Unit.objects.get(code="north-2")
    assert (unit.path, unit.jurisdiction) == ("/region/north/north-2/", "rs")
    again = client.post("/oversight/units", {**asked, "level": ""})
    assert "There is a problem" in again.content.decode()


@pytest.mark.parametrize("who", ["alice", "erin", "hana", "ivo"])
def test_people_and_units_are_for_administrators(people, sign_in, who):
    client = sign_in(getattr(people, who))
    for path in ("people", "people/new", "units", "health"):
        assert client.get(f"/oversight/{path}").status_code == 403
