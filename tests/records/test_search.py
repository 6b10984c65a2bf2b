"""One box finds it: numbers, words, fields, periods; only what one may see."""

import json
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command

from focalpoint.audit import context
from focalpoint.audit.queries import events
from focalpoint.records import facets, saved
from focalpoint.records.search import (
    Filter,
    PurposeNeeded,
    counts_by_type,
    find,
)
from focalpoint.values.errors import BadInput
from tests import cast as people
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return people.assemble()


@pytest.fixture
def guns(cast):
    """Firearms of North by name."""
    made = {
        "exact": {"serial": "218471", "model": "M70", "make": "zastava"},
        "partial": {"serial": "218?71", "model": "M57", "make": "zastava"},
        "near": {"serial": "218571", "make": "beretta", "model": "92FS"},
        "letter": {"serial": "2I8471", "make": "beretta", "model": "92FS"},
        "longer": {"serial": "A218471", "make": "beretta", "model": "92FS"},
        "far": {"serial": "990011", "make": "beretta", "model": "92FS"},
    }
    return {
        name: make.firearm(cast.alice, calibre="9x19", **values)
        for name, values in made.items()
    }


def found(query, user, code="firearm", **chosen):
    return [hit.record for hit in find(Filter.of(query, code, chosen), user).hits]


def names(query, user, guns):
    known = {gun.pk: name for name, gun in guns.items()}
    return [known[record.pk] for record in found(query, user)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("serial:990011", ["far"]),
        ("serial:9900*", ["far"]),
        ("serial:*0011", ["far"]),
        ("serial:*900*", ["far"]),
        ("serial:99?011", ["far"]),
        ("serial:9?00*", ["far"]),
        ("serial:?90011", ["far"]),
        ("990011", ["far"]),
        ("99-00-11", ["far"]),
        ("serial:980011", ["far"]),  # one misread character
        ("serial:99011", ["far"]),  # one left out
        ("serial:123123", []),
    ],
)
def test_a_serial_is_found_by_any_part_of_it(cast, guns, query, expected):
    assert names(query, cast.alice, guns) == expected


def test_the_same_number_comes_first_then_what_may_be_misread(cast, guns):
    order = names("serial:218471", cast.alice, guns)
    assert order[0] == "exact"
    assert order[1] == "partial"
    assert order[2] == "letter"
    assert set(order[3:]) == {"near", "longer"}
    page = find(Filter("serial:218471", "firearm"), cast.alice)
    reasons = {hit.record.pk: hit.why for hit in page.hits}
    assert reasons[guns["near"].pk] == "5 for 4 at place 4: one misread character"
    assert reasons[guns["letter"].pk] == "I for 1 at place 2: one misread character"


def test_a_number_in_cyrillic_letters_is_the_same_number(cast):
    gun = make.firearm(cast.alice, serial="AB 1234", calibre="9x19")
    assert found("serial:АВ1234", cast.alice) == [gun]


@pytest.mark.parametrize(
    "query",
    ["make:zastava", "make:Застава", "марка:застава", "zastava", "Застава", "zast*"],
)
def test_a_maker_is_found_by_any_of_its_names(cast, guns, query):
    assert set(names(query, cast.alice, guns)) == {"exact", "partial"}


@pytest.mark.parametrize(
    "query", ["9x19", "9 mm luger", "calibre:9x19", "cal:9x19", "kalibar:9x19"]
)
def test_a_calibre_is_found_by_its_names(cast, guns, query):
    make.firearm(cast.alice, serial="555555", calibre="762x39")
    assert len(found(query, cast.alice)) == len(guns)


@pytest.mark.parametrize(
    "query",
    ["Đorđević", "Djordjevic", "Dordevic", "Ђорђевић", "đorđev*", '"Ђорђевић кућа"'],
)
def test_scripts_and_diacritics_meet(cast, query):
    gun = make.firearm(cast.alice, calibre="9x19", remarks="Đorđević kuća, podrum")
    make.firearm(cast.alice, calibre="9x19", remarks="kuća")
    assert found(query, cast.alice) == [gun]


def test_words_in_quotes_stand_together(cast):
    first = make.firearm(cast.alice, calibre="9x19", remarks="red bag under the seat")
    second = make.firearm(cast.alice, calibre="9x19", remarks="bag, red")
    assert set(found("red bag", cast.alice)) == {first, second}
    assert found('"red bag"', cast.alice) == [first]


def test_a_wildcard_inside_a_word(cast):
    gun = make.firearm(cast.alice, calibre="9x19", remarks="Kragujevac")
    assert found("kra?ujev?c", cast.alice) == [gun]
    assert found("*gujevac", cast.alice) == [gun]
    assert found("kra?jevac", cast.alice) == []


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("date:2023", 1),
        ("date:2023..", 3),
        ("date:..2023", 1),
        ("date:2024-06..2024-07", 2),  # one is known to the year only
        ("seized:2023..", 2),
        ("date:2030..", 0),
    ],
)
def test_periods_count_dates_known_to_the_year(cast, query, count):
    make.firearm(cast.alice, calibre="9x19", event_date="2023-02-03")
    make.firearm(cast.alice, calibre="9x19", event_date="2024-06-30", kind="stolen")
    make.firearm(cast.alice, calibre="9x19", event_date="2024")
    assert len(found(query, cast.alice)) == count


def test_other_fields(cast):
    gun = make.firearm(cast.alice, calibre="9x19", source="Police list", kind="stolen")
    event = make.incident(cast.alice, case_number="KT 12/2025", place="Batrovci")
    assert found("source:police kind:stolen jurisdiction:rs", cast.alice) == [gun]
    assert found("unit:north type:pistol", cast.alice) == [gun]
    assert found(gun.reference, cast.alice) == [gun]
    assert found('case:"KT 12/2025"', cast.alice, "incident") == [event]
    assert found("case:kt12*", cast.alice, "incident") == [event]
    assert found("place:batrov*", cast.alice, "incident") == [event]
    assert found("record:event batrovci", cast.alice, "") == [event]


def test_what_makes_no_sense_is_said(cast):
    page = find(Filter("date:yesterday make:nobodyknows", "firearm"), cast.alice)
    assert page.total == 0
    assert any("yesterday" in note for note in page.notes)
    assert any("nobodyknows" in note for note in page.notes)


# ---- what Charlie sees


def test_charlie_finds_counts_and_charts_nothing_of_north(cast, guns):
    for query in ("serial:218471", "zastava", "218?71", "make:zastava", ""):
        wanted = Filter(query, "firearm")
        assert find(wanted, cast.alice).total > 0
        assert find(wanted, cast.charlie).total == 0
        assert counts_by_type(Filter(query), cast.charlie) == {}
        assert not any(facets.counts(wanted, cast.charlie).get("make", ()))
        assert facets.points(wanted, cast.charlie) == []
    with pytest.raises(PermissionDenied):
        find(Filter("zastava"), cast.frank)


def test_counts_and_results_obey_handling_codes(cast):
    make.firearm(cast.alice, calibre="9x19", handling="h1", serial="771177")
    make.firearm(cast.alice, calibre="9x19", serial="771178")
    wanted = Filter("", "firearm")
    assert find(wanted, cast.alice).total == 2
    assert find(wanted, cast.bob).total == 1
    assert sum(facets.counts(wanted, cast.bob)["make"].values()) == 1
    assert len(found("serial:77117?", cast.bob)) == 1


def test_persons_are_found_for_a_stated_purpose_only(cast):
    person = make.person(cast.alice)
    gun = make.firearm(cast.alice, calibre="9x19", remarks="Đorđević")
    assert found("đorđević", cast.alice, "") == [gun]
    assert counts_by_type(Filter("đorđević"), cast.alice) == {"firearm": 1}
    with pytest.raises(PurposeNeeded):
        find(Filter("đorđević", "person"), cast.alice)
    with context.stated("KT 12/2025"):
        assert set(found("djordjevic", cast.alice, "")) == {person, gun}
        assert found("djordjevic", cast.alice, "person") == [person]
        assert counts_by_type(Filter("đorđević"), cast.bob) == {"firearm": 1}
        with pytest.raises(PermissionDenied):
            find(Filter("đorđević", "person"), cast.bob)


def test_victims_are_found_with_their_own_capability_only(cast):
    make.person(cast.alice, led_category="victim")
    registrar = people.person("ron", "registry", cast.north)
    with context.stated("check"):
        assert find(Filter("djordjevic", "person"), cast.alice).total == 1
        assert find(Filter("djordjevic", "person"), registrar).total == 0
        assert counts_by_type(Filter("djordjevic"), registrar) == {}


def test_reports_are_found_by_their_sanitised_text_by_those_who_may(cast):
    report = make.record("report", cast.alice, title="Parcels", text="raw secret")
    assert found("parcels", cast.alice, "report") == [report]
    assert found("secret", cast.alice, "report") == []
    assert find(Filter("parcels"), cast.bob).total == 0


def test_every_search_leaves_the_number_of_hits_and_no_value(cast, guns):
    find(Filter("serial:990011", "firearm"), cast.alice)
    event = events().filter(action="records.find").first()
    assert event.kind == "consultation"
    assert event.actor == str(cast.alice.pk)
    assert json.loads(event.detail) == {"hits": 1, "type": "firearm"}


# ---- facets, saved searches, the command


def test_facets_narrow_and_show_what_else_could_be_ticked(cast, guns):
    chosen = Filter.of("", "firearm", {"make": ["zastava"]})
    assert find(chosen, cast.alice).total == 2
    shown = {facet.name: facet for facet in facets.facets(chosen, cast.alice)}
    counts = {option.value: option.count for option in shown["make"].options}
    assert counts == {"beretta": "4", "zastava": "2"}
    assert {option.count for option in shown["calibre"].options} == {"2"}


def test_a_saved_search_tells_what_is_new(cast, guns):
    kept = saved.save("My Zastavas", Filter("zastava", "firearm"), by=cast.alice)
    assert [one.new for one in saved.of(cast.alice)] == [0]
    make.firearm(cast.alice, make="zastava", calibre="9x19", serial="111222")
    assert [one.new for one in saved.of(cast.alice)] == [1]
    assert saved.opened(kept, by=cast.alice) == Filter("zastava", "firearm")
    assert [one.new for one in saved.of(cast.alice)] == [0]
    assert saved.of(cast.bob) == []
    with pytest.raises(BadInput):
        saved.save(" ", Filter("x"), by=cast.alice)


def test_the_command_prints_results_alone(cast, guns):
    out, err = StringIO(), StringIO()
    call_command(
        "find", "serial:990011", json=True, person="alice", stdout=out, stderr=err
    )
    [line] = out.getvalue().splitlines()
    answer = json.loads(line)
    assert (answer["serial"], answer["make"], answer["why"]) == (
        "990011",
        "beretta",
        "The same number",
    )
    assert (answer["record_type"], answer["type"]) == ("firearm", "pistol")
    assert "1 of 1" in err.getvalue()
    out = StringIO()
    call_command("find", "990011", person="charlie", stdout=out, stderr=StringIO())
    assert out.getvalue() == ""
    with pytest.raises(BadInput, match="nobody"):
        call_command("find", "x", person="nobody", stdout=out, stderr=StringIO())
    with pytest.raises(BadInput, match="purpose"):
        call_command(
            "find", "x", type="person", person="alice", stdout=out, stderr=StringIO()
        )


def test_a_page_costs_the_same_statements_however_many_fit(
    cast, guns, django_assert_max_num_queries
):
    for number in range(60):
        make.firearm(
            cast.alice, make="zastava", calibre="9x19", serial=f"44{number:04}"
        )
    find(Filter("zastava m70", "firearm"), cast.alice)
    with django_assert_max_num_queries(12):
        page = find(Filter("zastava m70", "firearm"), cast.alice)
    assert len(page.hits) == 50
    second = find(Filter("zastava m70", "firearm"), cast.alice, start=50)
    shown = {hit.record.pk for hit in (*page.hits, *second.hits)}
    assert len(shown) == page.total == 61
