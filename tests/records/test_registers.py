"""Reference registers: loaded unseen, shown at once, seen by whom they concern."""

import pytest
from django.core.exceptions import PermissionDenied

from focalpoint.accounts.access import SYSTEM
from focalpoint.audit.models import Event
from focalpoint.records import actions, candidates, register_tables, registers
from focalpoint.records.models import (
    Firearm,
    RegisterEdition,
    RegisterEntry,
    State,
)
from focalpoint.records.models.search_document import number_forms
from focalpoint.values import serials
from focalpoint.values.errors import BadInput
from tests import cast, make

pytestmark = pytest.mark.django_db
GUNS = (
    ("1", "zastava", "M57", "A123456"),
    ("2", "zastava", "M57", "A123466"),
    ("3", "beretta", "92FS", "A123456"),
    ("4", "zastava", "M70", "77?812"),
    ("5", "ceska_zbrojovka", "75", ""),
)


@pytest.fixture
def people():
    return cast.assemble()


def row(edition, place, number, maker, model, serial, **over):
    normal = serials.parse(serial).normal
    values = {
        "id": register_tables.first_id(edition.pk) + place,
        "edition_id": edition.pk,
        "number": number,
        "make": maker,
        "model": model,
        "serial": serial,
        **number_forms(normal),
        **over,
    }
    return [values.get(name, "") for name in register_tables.FIELDS]


def begun(people, name="National register", *, by=SYSTEM, unit=None, **over):
    register = registers.open_register(name, by=by, unit=unit or people.north, **over)
    return registers.begin(register, by=by, file="r.csv", digest="d", mapping="")


def loaded(people, guns=GUNS, **over):
    """Load an edition the way the loader does."""
    edition = begun(people, **over)
    rows = [row(edition, place, *gun) for place, gun in enumerate(guns, 1)]
    registers.store(edition, rows, len(rows), {"rejected": 0}, by=SYSTEM)
    return registers.show(edition, by=SYSTEM)


def numbers(user):
    found = registers.entries(user)
    return [] if found is None else sorted(found.values_list("number", flat=True))


def test_an_edition_is_seen_when_it_is_whole_and_not_before(people):
    edition = begun(people)
    rows = [row(edition, 1, *GUNS[0])]
    registers.store(edition, rows, 1, {"rejected": 0}, by=SYSTEM)
    assert numbers(people.alice) == []
    assert numbers(SYSTEM) == []
    registers.show(edition, by=SYSTEM)
    assert numbers(people.alice) == ["1"]
    assert numbers(SYSTEM) == ["1"]


def test_a_new_edition_replaces_the_former_one_at_once(people):
    former = loaded(people)
    edition = begun(people)
    rows = [row(edition, 1, "9", "zastava", "M57", "B1")]
    registers.store(edition, rows, 1, {"rejected": 0}, by=SYSTEM)
    assert numbers(people.alice) == ["1", "2", "3", "4", "5"]
    registers.show(edition, by=SYSTEM)
    assert numbers(people.alice) == ["9"]
    assert registers.sweep() == 5
    former.refresh_from_db()
    assert (former.state, former.entries) == ("replaced", 0)
    assert numbers(people.alice) == ["9"]


def test_charlie_of_south_sees_no_entry_of_norths_register(people):
    loaded(people)
    assert numbers(people.bob) == ["1", "2", "3", "4", "5"]
    assert numbers(people.charlie) == []
    assert numbers(people.frank) == []


def test_a_register_of_limited_handling_is_for_those_who_may_read_it(people):
    loaded(people, handling="h1")
    assert numbers(people.alice) != []
    assert numbers(people.bob) == []
    assert numbers(people.greta) == []


def test_a_restriction_is_read_before_the_entries(people):
    edition = loaded(people, handling="h3", handling_note="Ask the registrar first.")
    assert numbers(people.alice) == []
    from focalpoint.accounts.models import Reading

    register = edition.register
    Reading.objects.create(
        user=people.alice, record=register.pk, text=register.handling_note
    )
    assert numbers(people.alice) != []


def test_one_event_for_a_load_and_one_for_its_end(people):
    before = Event.objects.count()
    loaded(people)
    actions_ = list(Event.objects.order_by("seq").values_list("action", flat=True))
    assert actions_[before:] == [
        "registers.open",
        "registers.load",
        "registers.receive",
    ]
    last = Event.objects.latest("seq")
    assert last.detail == '{"edition":1,"entries":5,"rejected":0}'


def test_only_who_may_import_loads(people):
    with pytest.raises(PermissionDenied):
        begun(people, by=people.bob)
    with pytest.raises(PermissionDenied):
        begun(people, by=people.charlie)
    begun(people, by=people.alice)


def test_two_loads_of_one_register_do_not_run_at_once(people):
    begun(people)
    with pytest.raises(BadInput, match="being loaded"):
        begun(people)


def test_a_second_process_stops_instead_of_storing_a_portion_twice(people):
    edition = begun(people)
    other = RegisterEdition.objects.get(pk=edition.pk)
    rows = [row(edition, 1, *GUNS[0])]
    registers.store(edition, rows, 1, {"rejected": 0}, by=SYSTEM)
    with pytest.raises(BadInput, match="Another process"):
        registers.store(other, rows, 1, {"rejected": 0}, by=SYSTEM)


def test_a_refused_edition_leaves_nothing_and_makes_room(people):
    edition = begun(people)
    registers.store(edition, [row(edition, 1, *GUNS[0])], 1, {"rejected": 0}, by=SYSTEM)
    registers.refuse(edition, "The file ends too early.", by=SYSTEM)
    registers.sweep()
    assert not RegisterEntry.objects.exists() or numbers(SYSTEM) == []
    assert begun(people).number == 2


# ---- taking up


def test_an_entry_becomes_a_firearm_once(people):
    loaded(people)
    entry = registers.entries(people.alice).get(number="1")
    gun = registers.take_up(entry, by=people.alice)
    assert (gun.kind, gun.make, gun.serial) == ("registered", "zastava", "A123456")
    assert (gun.source, gun.source_key) == ("National register", "1")
    assert gun.unit == people.north
    assert registers.take_up(entry, by=people.alice) == gun
    assert Firearm.objects.count() == 1
    assert Event.objects.filter(action="records.create").count() == 1


def test_a_firearm_taken_up_is_handled_as_its_register(people):
    loaded(people, handling="h1")
    entry = registers.entries(people.alice).get(number="1")
    assert registers.take_up(entry, by=people.alice).handling == "h1"


def test_charlie_and_bob_take_nothing_up(people):
    loaded(people)
    entry = registers.entries(people.alice).get(number="1")
    with pytest.raises(Firearm.DoesNotExist):
        registers.take_up(entry, by=people.charlie)
    with pytest.raises(PermissionDenied):
        registers.take_up(entry, by=people.bob)


def test_a_later_edition_corrects_what_was_taken_up_but_no_persons_correction(people):
    loaded(people)
    gun = registers.take_up(registers.entries(SYSTEM).get(number="1"), by=SYSTEM)
    actions.change(gun, {"model": "M57 Tokarev"}, by=people.alice)
    loaded(people, [("1", "zastava", "M70", "A123457")])
    entry = registers.entries(SYSTEM).get(number="1")
    again = registers.take_up(entry, by=SYSTEM)
    assert again.pk == gun.pk
    assert (again.serial, again.model) == ("A123457", "M57 Tokarev")
    assert State.objects.filter(record=gun.pk, action=registers.BY_LOAD).count() == 1


# ---- candidates


def found_by(serial, reader=None, **over):
    from focalpoint.engines.resolution.described import describe

    asked = describe("q", serial=serial, **over)
    rows = candidates.for_firearm(asked, reader).rows
    return [(row.kind, row.record.serial) for row in rows]


def test_candidates_are_firearms_and_entries_the_likeliest_first(people):
    gun = make.firearm(people.alice, serial="A 123456", model="M57")
    loaded(people)
    found = candidates.for_firearm(gun, people.alice)
    assert [(row.kind, row.record.serial) for row in found.rows] == [
        ("register_entry", "A123456"),
        ("register_entry", "A123456"),
        ("register_entry", "A123466"),
    ]
    assert not found.is_limited
    assert found_by("A123456", people.charlie) == []
    assert ("firearm", "A 123456") in found_by("A123456", people.alice)


def test_a_misread_number_finds_only_what_agrees_otherwise(people):
    loaded(people)
    assert found_by("A128456", make="Zastava") == [("register_entry", "A123456")]
    assert len(found_by("A128456")) == 2


@pytest.mark.parametrize(
    "serial", ["A12?456", "A1?345?", "?1234?6", "A12345", "A1234456", "A124356"]
)
def test_unread_lost_and_exchanged_characters(people, serial):
    loaded(people)
    assert ("register_entry", "A123456") in found_by(serial)


def test_what_was_read_in_part_is_found_by_the_whole_number(people):
    loaded(people)
    assert found_by("774812") == [("register_entry", "77?812")]


def test_no_number_is_not_the_same_as_nothing_found(people):
    from focalpoint.engines.resolution.described import describe

    loaded(people)
    answer = candidates.for_firearm(describe("q", serial="removed", make="Zastava"))
    assert (answer.rows, answer.has_number) == ((), False)
