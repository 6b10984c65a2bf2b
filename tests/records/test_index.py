"""The index follows the records: made, changed, withdrawn, moved, removed, rebuilt."""

from io import StringIO

import pytest
from django.core.management import call_command

from focalpoint.records import actions, bulk, index, registry
from focalpoint.records.identifiers import new_id
from focalpoint.records.models import FacetCount, Mark, SearchDocument
from focalpoint.records.search import Filter, find, whole_count
from tests import cast as people
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return people.assemble()


def found(query, user, code=""):
    return [hit.record.pk for hit in find(Filter(query, code), user).hits]


def totals(user, field=""):
    rows = FacetCount.objects.filter(field=field)
    counted = {}
    for row in rows:
        counted[row.value] = counted.get(row.value, 0) + row.count
    return {value: count for value, count in counted.items() if count}


def test_a_record_is_found_at_once_and_after_each_change(cast):
    gun = make.firearm(cast.alice, serial="AB 7001", calibre="9x19")
    assert found("ab7001", cast.alice) == [gun.pk]
    actions.change(
        gun, {"serial": "CD 8002", "remarks": "Found in a well"}, by=cast.alice
    )
    assert found("serial:AB7001*", cast.alice) == []
    assert found("serial:CD8002", cast.alice) == [gun.pk]
    assert found("well", cast.alice) == [gun.pk]


def test_a_withdrawn_record_is_found_only_when_asked_for(cast):
    gun = make.firearm(cast.alice, serial="AB 7001", calibre="9x19")
    gone = actions.withdraw(gun, "twice", by=cast.erin)
    assert found("serial:AB7001", cast.alice) == []
    assert found("serial:AB7001 withdrawn:yes", cast.alice) == [gun.pk]
    actions.restore(gone, "it was not", by=cast.erin)
    assert found("serial:AB7001", cast.alice) == [gun.pk]


def test_counts_follow_and_add_up(cast):
    gun = make.firearm(cast.alice, calibre="9x19", event_date="2025-03-14")
    other = make.firearm(cast.alice, calibre="9x19", event_date="2025-04-01")
    assert whole_count("firearm", cast.alice) == 2
    assert totals(cast.alice, "month") == {"2025-03": 1, "2025-04": 1}
    actions.change(gun, {"event_date": "2025-04-02"}, by=cast.alice)
    assert totals(cast.alice, "month") == {"2025-04": 2}
    actions.withdraw(other, "twice", by=cast.erin)
    assert totals(cast.alice, "month") == {"2025-04": 1}
    before = totals(cast.alice, "calibre")
    index.add_up()
    assert totals(cast.alice, "calibre") == before == {"9x19": 1}
    index.count_anew()
    assert totals(cast.alice, "calibre") == before
    assert whole_count("firearm", cast.charlie) == 0


def test_a_thing_is_found_by_the_place_of_its_event_and_follows_it(cast):
    event = make.incident(cast.alice, place="Preševo", lat=42.3, lon=21.6)
    gun = make.firearm(cast.alice, calibre="9x19", incident=event)
    assert found("place:presevo", cast.alice, "firearm") == [gun.pk]
    actions.change(event, {"place": "Bačka Palanka"}, by=cast.alice)
    assert found("place:presevo", cast.alice, "firearm") == []
    assert found('place:"backa palanka"', cast.alice, "firearm") == [gun.pk]
    assert SearchDocument.objects.get(record=gun.pk).lat == 42.3


def test_a_thing_does_not_tell_the_place_of_an_event_that_is_more_restricted(cast):
    event = make.incident(cast.alice, place="Preševo", handling="h1")
    make.firearm(cast.alice, calibre="9x19", incident=event)
    assert found("place:presevo", cast.bob) == []
    assert found("presevo", cast.bob) == []


def test_every_serial_on_a_firearm_finds_it(cast):
    gun = make.firearm(cast.alice, serial="AB 7001", calibre="9x19")
    mark = Mark(firearm=gun, text="ZZ 4455")
    mark.prepare()
    mark.save()
    actions.settle([gun])
    assert found("serial:zz4455", cast.alice) == [gun.pk]
    assert found("serial:ab7001", cast.alice) == [gun.pk]


def test_an_import_is_found_when_it_is_complete(cast):
    kind, batch = registry.get("firearm"), new_id()
    rows = [
        {"kind": "recovered", "serial": f"BB {number}"} for number in range(5000, 5040)
    ]
    records = bulk.build_many(kind, rows, by=cast.alice, unit=cast.north)
    bulk.create_many(records, by=cast.alice, batch=batch, hidden=True)
    assert found("serial:BB5001", cast.alice) == []
    assert whole_count("firearm", cast.alice) == 0
    [keys] = bulk.hidden(kind, batch)
    assert bulk.reveal(kind, keys, batch, by=cast.alice, unit=cast.north) == 40
    assert bulk.hidden(kind, batch) == []
    assert found("serial:BB5001", cast.alice)[0] == records[1].pk
    assert whole_count("firearm", cast.alice) == 40
    assert find(Filter(f"batch:{batch}"), cast.alice).total == 40
    index.unsettle(records[:20])
    assert whole_count("firearm", cast.alice) == 20
    assert records[1].pk not in found("serial:BB5001", cast.alice)


def test_the_index_costs_the_same_statements_for_one_and_for_many(
    cast, django_assert_max_num_queries
):
    kind = registry.get("firearm")
    rows = [{"kind": "recovered", "serial": f"BB {number}"} for number in range(300)]
    records = bulk.build_many(kind, rows, by=cast.alice, unit=cast.north)
    bulk.create_many(records, by=cast.alice)
    with django_assert_max_num_queries(12):
        actions.settle(records[:1])
    with django_assert_max_num_queries(12):
        actions.settle(records)


def test_reindex_makes_the_same_index_from_nothing(cast):
    gun = make.firearm(cast.alice, serial="AB 7001", calibre="9x19")
    make.incident(cast.alice)
    before = list(
        SearchDocument.objects.values_list("record", "text").order_by("record")
    )
    SearchDocument.objects.all().delete()
    FacetCount.objects.all().delete()
    assert found("serial:ab7001", cast.alice) == []
    call_command("reindex", stdout=StringIO())
    after = list(
        SearchDocument.objects.values_list("record", "text").order_by("record")
    )
    assert after == before
    assert found("serial:ab7001", cast.alice) == [gun.pk]
    assert whole_count("firearm", cast.alice) == 1


def test_flushed_documents_leave_no_words_behind(cast):
    gun = make.firearm(cast.alice, remarks="zanzibar", calibre="9x19")
    number = SearchDocument.objects.get(record=gun.pk).pk
    SearchDocument.objects.all().delete()
    SearchDocument.objects.create(
        pk=number,
        record=new_id(),
        record_type="firearm",
        unit=cast.north,
        handling="h0",
        text=" other ",
    )
    assert find(Filter("zanzibar"), cast.alice).total == 0
