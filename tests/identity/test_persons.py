"""Persons: suggestions across scripts, with the categories of the directive kept apart."""

import pytest

from focalpoint.audit import context
from focalpoint.identity import actions, persons
from focalpoint.identity.models import PersonKey
from focalpoint.leads import actions as leads
from focalpoint.leads import queries as inbox
from focalpoint.leads.models import Lead
from focalpoint.records import actions as records
from focalpoint.records import dossiers, retention
from tests import cast as people
from tests import make

pytestmark = pytest.mark.django_db
XHEMAL = {
    "family_name": "Hoxhaj",
    "given_name": "Xhemal",
    "birth_date": "1980-05-07",
    "sex": "male",
}
DZEMAL = {**XHEMAL, "family_name": "Хоџај", "given_name": "Џемал"}
NUMBER = {"national_id": "0705980123456"}


@pytest.fixture
def cast():
    return people.assemble()


def suggested(*found):
    for person in found:
        actions.suggest_for(person)
    return list(Lead.objects.all())


def test_one_name_in_two_scripts_is_put_before_a_person(cast):
    first = make.person(cast.alice, **XHEMAL)
    second = make.person(cast.alice, **DZEMAL)
    [lead] = suggested(first, second)
    assert (lead.relation, lead.engine, lead.status) == ("same", "persons", "open")
    assert {lead.first_id, lead.second_id} == {first.pk, second.pk}
    assert "born.day" in {one["code"] for one in lead.evidence}
    leads.judge(
        lead, "same", by=cast.alice, reason="Passport seen", basis="identity_document"
    )
    assert dossiers.members(second, cast.alice) == [first, second]
    assert suggested(first, second) == [Lead.objects.get(status="judged")]


def test_namesakes_of_other_years_are_not(cast):
    first = make.person(cast.alice, **XHEMAL)
    other = make.person(cast.alice, **{**DZEMAL, "birth_date": "1955-01-30"})
    assert suggested(first, other) == []


@pytest.mark.parametrize("protected", ["victim", "other_party", "not_determined"])
def test_a_protected_person_is_not_put_beside_a_suspect_by_name(cast, protected):
    victim = make.person(cast.alice, **XHEMAL, led_category=protected)
    suspect = make.person(cast.alice, **DZEMAL, led_category="suspect")
    assert suggested(victim, suspect) == []
    assert not persons.may_be_compared(victim, suspect)


def test_with_one_identity_number_they_are_and_the_lead_says_the_categories(cast):
    victim = make.person(cast.alice, **XHEMAL, **NUMBER, led_category="victim")
    suspect = make.person(cast.alice, **DZEMAL, **NUMBER, led_category="suspect")
    [lead] = suggested(victim, suspect)
    [told] = [one for one in lead.evidence if one["code"] == "led.differs"]
    assert set(told["params"].values()) == {"victim", "suspect"}
    registrar = people.person("ron", "registry", cast.north)
    with context.stated("analysis"):
        assert inbox.counts(cast.alice)["open"] == 1
        assert inbox.counts(registrar)["open"] == 0
        assert inbox.counts(cast.charlie)["open"] == 0


def test_two_victims_and_two_suspects_are_compared(cast):
    for category in ("victim", "convicted"):
        pair = [
            make.person(cast.alice, **one, led_category=category)
            for one in (XHEMAL, DZEMAL)
        ]
        assert persons.may_be_compared(*pair)
    suggested(*pair)
    assert Lead.objects.count() == 1


def test_a_changed_name_takes_its_lead_back_and_its_keys_along(cast):
    first = make.person(cast.alice, **XHEMAL)
    second = make.person(cast.alice, **DZEMAL)
    suggested(first, second)
    changed = records.change(
        second,
        {"family_name": "Петровић", "given_name": "Ана", "birth_date": "1999"},
        by=cast.alice,
    )
    actions.suggest_for(changed)
    assert Lead.objects.get().status == "lapsed"
    assert persons.keys_of(changed) == set(
        PersonKey.objects.filter(person=second.pk).values_list("key", flat=True)
    )


def test_erasure_takes_the_keys_of_a_name(cast):
    first = make.person(cast.alice, **XHEMAL)
    second = make.person(cast.alice, **DZEMAL)
    suggested(first, second)
    assert PersonKey.objects.filter(person=first.pk).exists()
    retention.erase(first, "Its time is over", by=cast.erin)
    assert not PersonKey.objects.filter(person=first.pk).exists()
    assert Lead.objects.get().evidence == []


def test_the_nightly_run_compares_persons_that_were_never_looked_up(cast):
    make.person(cast.alice, **XHEMAL)
    make.person(cast.alice, **DZEMAL)
    _guns, run = actions.run_all()
    assert (run.record_type, run.done, run.raised) == ("person", 2, 1)
    assert actions.run_all(everything=True)[1].raised == 0
