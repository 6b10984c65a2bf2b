"""The gate: who sees what. Success and refusal share one set-up."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from focalpoint.accounts import access
from focalpoint.accounts.capabilities import CAPABILITIES, ROLES
from focalpoint.records import registry
from focalpoint.records.models import Firearm, Person
from tests import cast as people
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return people.assemble()


def sees(user, record):
    model = type(record)
    return access.visible(model.objects.all(), user).filter(pk=record.pk).exists()


def test_roles_name_known_capabilities():
    for role in ROLES.values():
        assert role.capabilities <= set(CAPABILITIES)


def test_a_unit_and_those_above_it_see_its_records(cast):
    record = make.firearm(cast.alice)
    assert sees(cast.alice, record)
    assert sees(cast.bob, record)
    assert not sees(cast.charlie, record)
    assert not sees(cast.dana, record)  # the laboratory lies below North, not beside
    assert not sees(cast.frank, record)


@pytest.mark.parametrize("code", sorted(make.DEFAULTS))
def test_charlie_gets_404_for_every_type_of_norths_records(cast, code):
    record = make.record(code, cast.alice)
    model = registry.get(code).model
    assert access.get_or_404(model, record.pk, cast.alice) == record
    with pytest.raises(Http404):
        access.get_or_404(model, record.pk, cast.charlie)


def test_absent_and_malformed_look_like_forbidden(cast):
    for pk in ("00000000-0000-0000-0000-000000000000", "nonsense", ""):
        with pytest.raises(Http404):
            access.get_or_404(Firearm, pk, cast.alice)


@pytest.mark.parametrize(
    ("handling", "who_sees"),
    [
        ("h0", {"alice", "bob", "erin", "greta", "hana"}),
        ("h1", {"alice", "erin"}),
        ("h2", {"alice", "erin"}),
        ("h3", {"alice", "erin"}),
        ("h1+h2+h3", {"alice", "erin"}),
    ],
)
def test_handling_codes_decide_who_reads(cast, handling, who_sees):
    record = make.firearm(cast.alice, handling=handling, handling_note="see note")
    seen = {
        name
        for name in ("alice", "bob", "charlie", "erin", "frank", "greta", "hana")
        if sees(getattr(cast, name), record)
    }
    assert seen == who_sees


def test_h2_is_taken_away_only_with_the_right_to_pass_on(cast):
    make.firearm(cast.alice, handling="h2")
    everything = Firearm.objects.all()
    assert access.visible(everything, cast.alice).count() == 1
    assert access.visible(everything, cast.alice, use="export").count() == 0
    assert access.visible(everything, cast.erin, use="export").count() == 1


def test_victims_are_seen_with_their_own_capability_only(cast):
    victim = make.person(cast.alice, led_category="victim")
    suspect = make.person(cast.alice, led_category="suspect")
    registrar = people.person("ron", "registry", cast.north)
    assert sees(cast.alice, victim)
    assert sees(registrar, suspect)
    assert not sees(registrar, victim)
    assert not sees(cast.bob, suspect)
    assert access.visible(Person.objects.all(), registrar).count() == 1


def test_an_ended_membership_ends_at_once(cast):
    record = make.firearm(cast.alice)
    cast.bob.memberships.update(valid_until="2020-01-01")
    access.forget_grants(cast.bob)
    assert not sees(cast.bob, record)


def test_a_record_of_an_unfinished_import_is_seen_by_nobody(cast):
    record = make.firearm(cast.alice)
    Firearm.objects.update(is_complete=False)
    assert not sees(cast.alice, record)
    assert not sees(cast.erin, record)


def test_bob_may_not_write(cast):
    with pytest.raises(PermissionDenied):
        make.firearm(cast.bob, unit=cast.north)


def test_alice_may_not_write_into_south(cast):
    with pytest.raises(PermissionDenied):
        make.firearm(cast.alice, unit=cast.south)


def test_a_token_holds_no_more_than_its_scope(cast):
    cast.alice.token_scope = {"records.view"}
    access.forget_grants(cast.alice)
    assert access.may(cast.alice, "records.view")
    assert not access.may(cast.alice, "records.create")
