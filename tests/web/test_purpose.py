"""Persons are searched, listed, counted and taken away for a stated purpose only."""

import pytest

from focalpoint.audit import queries as trail
from focalpoint.values import codelists
from tests import make

WAYS = [
    "/records/person/",
    "/search/?q=Petrovic&record=person",
    "/search/?record=person",
    "/search/facets?q=Petrovic&record=person",
    "/search/chart?q=Petrovic&record=person",
    "/search/export?q=Petrovic&record=person&format=csv",
    "/search/map?q=Petrovic&record=person",
]


@pytest.fixture
def person(people):
    return make.person(people.alice, family_name="Petrović")


@pytest.fixture
def alice(people, sign_in, person):
    return sign_in(people.alice)


@pytest.mark.parametrize("path", WAYS)
def test_no_way_to_persons_without_one(alice, person, path):
    for answer in (alice.get(path), alice.post(path)):
        assert person.reference not in b"".join(answer).decode("utf-8", "replace")
        assert answer.status_code in (302, 403, 404, 405)


def test_the_general_search_does_not_show_them(alice, person):
    answer = alice.get("/search/?q=Petrovic")
    assert person.reference not in answer.content.decode()


def test_the_choices_are_those_of_the_list(alice):
    text = alice.get("/you/purpose").content.decode()
    for entry in codelists.load("purposes"):
        assert f'value="{entry.code}"' in text


def test_what_was_stated_stands_beside_every_look(people, alice):
    asked = {"purpose": "tracing", "case": "KT 1/2026", "next": "/records/person/"}
    alice.post("/you/purpose", asked)
    assert "Petrović" in alice.get("/records/person/").content.decode()
    seen = trail.of_actor(people.alice).filter(kind="consultation").first()
    assert seen.purpose == "tracing: KT 1/2026"


def test_a_purpose_that_is_not_of_the_list_is_refused(alice):
    answer = alice.post("/you/purpose", {"purpose": "curiosity", "case": "x"})
    assert "There is a problem" in answer.content.decode()
    assert alice.get("/records/person/").status_code == 302
