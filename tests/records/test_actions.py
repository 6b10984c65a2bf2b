"""Create, change, withdraw, link: checked, remembered, audited."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from focalpoint.audit.queries import of_record
from focalpoint.records import actions, history, queries
from focalpoint.records.models import Firearm, Link
from focalpoint.values.errors import BadInput
from tests import cast as people
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return people.assemble()


def test_a_new_record_has_a_reference_a_jurisdiction_and_a_trace(cast):
    record = make.firearm(cast.alice)
    assert record.reference.startswith("RS-F-")
    assert (record.jurisdiction, record.version) == ("rs", 1)
    assert record.dossier == record.pk
    [event] = of_record(record)
    assert (event.action, event.kind) == ("records.create", "collection")
    assert "Zastava" not in event.detail
    assert "12345" not in event.detail + event.fields


def test_references_count_up(cast):
    first, second = make.firearm(cast.alice), make.firearm(cast.alice)
    assert int(second.reference[-6:]) == int(first.reference[-6:]) + 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"make": "nobody makes this"}, "make"),
        ({"event_date": "2021-13"}, "event_date"),
        ({"event_date": "2021-02-30"}, "event_date"),
        ({"country_of_manufacture": "Serbia"}, "country_of_manufacture"),
        ({"handling": "h9"}, "handling"),
        ({"handling": "h3"}, "handling_note"),
        ({"kind": ""}, "kind"),
    ],
)
def test_what_the_schema_does_not_allow_is_refused_by_field(cast, values, field):
    with pytest.raises(ValidationError) as refusal:
        make.firearm(cast.alice, **values)
    assert field in refusal.value.message_dict
    assert Firearm.objects.count() == 0


def test_an_unknown_field_is_refused(cast):
    with pytest.raises(BadInput, match="colour"):
        make.firearm(cast.alice, colour="black")


def test_a_change_remembers_what_was(cast):
    record = make.firearm(cast.alice)
    changed = actions.change(record, {"model": "M57"}, by=cast.alice)
    assert (changed.model, changed.version) == ("M57", 2)
    [state] = history.states(record)
    assert state.values == {"model": "M70"}
    assert of_record(record).first().fields == '["model"]'


def test_a_change_of_nothing_leaves_no_trace(cast):
    record = make.firearm(cast.alice)
    actions.change(record, {"model": "M70"}, by=cast.alice)
    assert not history.states(record).exists()
    assert of_record(record).count() == 1


def test_two_people_editing_one_record_get_a_conflict(cast):
    record = make.firearm(cast.alice)
    actions.change(record, {"model": "M57"}, by=cast.erin, version=1)
    with pytest.raises(actions.Conflict) as conflict:
        actions.change(record, {"model": "M88"}, by=cast.alice, version=1)
    assert conflict.value.former == {"model": "M57"}
    record.refresh_from_db()
    assert record.model == "M57"


def test_bob_may_not_change_nor_withdraw(cast):
    record = make.firearm(cast.alice)
    with pytest.raises(PermissionDenied):
        actions.change(record, {"model": "M57"}, by=cast.bob)
    with pytest.raises(PermissionDenied):
        actions.withdraw(record, "mistake", by=cast.bob)


def test_a_withdrawal_stays_and_can_be_taken_back(cast):
    record = make.firearm(cast.alice)
    withdrawn = actions.withdraw(record, "recorded twice", by=cast.erin)
    assert withdrawn.withdrawn_at
    restored = actions.restore(withdrawn, "it was not", by=cast.erin)
    assert restored.withdrawn_at is None
    assert history.states(record).count() == 2


def test_a_serial_is_read_when_it_is_saved(cast):
    record = make.firearm(cast.alice, serial="12?45")
    assert (record.serial_status, record.serial_unknown) == ("partial", 1)
    assert record.serial == "12?45"


def test_a_link_is_seen_only_with_both_its_ends(cast):
    gun, event = make.firearm(cast.alice), make.incident(cast.alice, handling="h1")
    link = actions.link(gun, event, "recovered_in", by=cast.alice)
    assert link.handling == "h1"
    assert [r.pk for _, r in queries.neighbours(gun, cast.alice)] == [event.pk]
    Link.objects.update(handling="h0")  # even so: the far end stays hidden
    assert queries.neighbours(gun, cast.bob) == []
