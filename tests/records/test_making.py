"""A record made in bulk is the record that Django's constructor makes."""

from uuid import UUID

import pytest

from focalpoint.accounts.models import Reading
from focalpoint.audit import inserting
from focalpoint.records import making, registry
from focalpoint.records.models.search_document import SearchDocument
from tests import cast as people
from tests import make

VARYING = ("_state", "id", "created_at", "updated_at", "at", "opened_at")


@pytest.mark.parametrize("kind", list(registry.all_types()), ids=lambda kind: kind.code)
def test_a_record_is_made_as_its_constructor_makes_it(kind):
    ours, theirs = making.make(kind.model, {}), kind.model()
    own = {n: v for n, v in vars(ours).items() if n not in VARYING}
    assert own == {n: v for n, v in vars(theirs).items() if n not in VARYING}
    assert vars(ours).keys() == vars(theirs).keys()
    assert ours.pk != theirs.pk
    assert ours._state.adding


@pytest.mark.parametrize("kind", list(registry.all_types()), ids=lambda kind: kind.code)
def test_no_two_records_share_what_can_change(kind):
    one, other = making.make(kind.model, {}), making.make(kind.model, {})
    for name, value in vars(one).items():
        if isinstance(value, dict | list):
            assert value is not vars(other)[name], name


@pytest.mark.django_db
def test_a_reference_is_set_by_record_or_by_number():
    cast = people.assemble()
    kind = registry.get("firearm")
    gun = make.firearm(cast.alice)
    made = making.make(kind.model, {"unit": cast.north, "incident": None})
    assert (made.unit, made.unit_id, made.incident) == (cast.north, cast.north.pk, None)
    made = making.make(kind.model, {"unit_id": gun.unit_id})
    assert made.unit == gun.unit


@pytest.mark.django_db
def test_numbers_are_never_given_twice():
    numbers = inserting.next_numbers(SearchDocument, 3)
    assert len(set(numbers)) == 3
    cast = people.assemble()
    make.firearm(cast.alice)
    last = SearchDocument.objects.latest("pk").pk
    SearchDocument.objects.all().delete()
    assert min(inserting.next_numbers(SearchDocument, 2)) > last


@pytest.mark.django_db
def test_rows_that_are_there_already_stay_as_they_are(monkeypatch):
    monkeypatch.setattr(inserting, "AT_ONCE", 2)
    alice = people.assemble().alice

    def read(number: int, text: str) -> Reading:
        return Reading(user=alice, record=UUID(int=number), text=text)

    inserting.insert_objects(Reading, [read(2, "first")])
    again = [read(number, "again") for number in range(5)]
    inserting.insert_objects(Reading, again, ignore_conflicts=True)
    texts = Reading.objects.order_by("record").values_list("text", flat=True)
    assert list(texts) == ["again", "again", "first", "again", "again"]
