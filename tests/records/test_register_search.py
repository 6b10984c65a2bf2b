"""Search over records and register entries: told apart, narrowed, access obeyed."""

import json

import pytest
from django.core.management import call_command

from focalpoint.accounts.access import SYSTEM
from focalpoint.audit.models import Event
from focalpoint.records import (
    facets,
    matching,
    patience,
    register_search,
    search,
    serial_search,
)
from focalpoint.records.search import Filter
from tests import cast, make
from tests.records.test_registers import loaded

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    found = cast.assemble()
    loaded(found)
    return found


def numbers(query, user=SYSTEM, chosen=()):
    found = register_search.find(query, user, chosen)
    return [hit.entry.number for hit in found.hits]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("serial:A123456", ["1", "3", "2"]),
        ("a-123456", ["1", "3", "2"]),
        ("serial:А123456", ["1", "3", "2"]),
        ("serial:A1234*", ["1", "2", "3"]),
        ("serial:*3466", ["2"]),
        ("serial:*2345*", ["1", "3"]),
        ("serial:*234?6*", ["1", "2", "3"]),
        ("serial:A?23456", ["1", "3"]),
        ("serial:A?234?6", ["1", "2", "3"]),
        ("serial:?1?3?5?", ["1", "3"]),
        ("serial:?1?3???", ["1", "2", "3"]),
        ("serial:A1*66", ["2"]),
        ("serial:774812", ["4"]),
        ("serial:A123456 make:zastava", ["1", "2"]),
        ("A123456 Beretta", ["3"]),
        ("serial:A123456 model:92", ["3"]),
        ("serial:A123456 register:national", ["1", "3", "2"]),
        ("serial:A123456 register:other", []),
        ("number:3", ["3"]),
        ("serial:A123456 place:Batrovci", []),
        ("zastava", []),
        ("", []),
    ],
)
def test_what_a_query_finds_in_registers(people, query, expected):
    assert sorted(numbers(query)) == sorted(expected)


def test_the_best_fit_comes_first_and_says_why(people):
    hits = register_search.find("serial:A123456", people.alice).hits
    assert [hit.entry.number for hit in hits] == ["1", "3", "2"]
    assert hits[0].why == "The same number"
    assert "6 for 5 at place 6" in hits[2].why


def test_letters_that_look_like_figures_are_found_and_said(people):
    [hit] = register_search.find("serial:7748I2", people.alice).hits
    assert hit.why == "All known characters agree"
    hits = register_search.find("serial:AI23456 make:beretta", people.alice).hits
    assert [hit.why for hit in hits] == ["1 for I at place 2: one misread character"]


def test_ticked_facets_narrow_entries_too(people):
    chosen = (("make", ("beretta",)),)
    assert numbers("serial:A123456", chosen=chosen) == ["3"]
    assert numbers("serial:A123456", chosen=(("origin_class", ("craft",)),)) == []


def test_records_and_entries_come_together_and_apart(people):
    gun = make.firearm(people.alice, serial="A 123456")
    found = search.find(Filter("A123456"), people.alice)
    assert [hit.record for hit in found.hits] == [gun]
    assert [hit.entry.number for hit in found.entries.hits] == ["1", "3", "2"]
    assert found.total == 1
    event = Event.objects.latest("seq")
    assert json.loads(event.detail) == {"type": "all", "hits": 1, "entries": 3}


def test_charlie_finds_no_entry_of_norths_register(people):
    assert search.find(Filter("A123456"), people.charlie).entries.hits == ()
    assert numbers("number:3", people.charlie) == []


def test_an_edition_that_is_put_away_is_not_found(people):
    loaded(people, [("9", "zastava", "M57", "A123456")])
    assert numbers("serial:A123456") == ["9"]


def test_very_many_are_cut_off_and_said(people, monkeypatch):
    monkeypatch.setattr(register_search, "MOST", 2)
    found = register_search.find("serial:A12*", people.alice)
    assert (found.total, found.is_more) == (2, True)
    assert "add characters" in found.notes[0]


def test_too_broad_is_said_instead_of_stalling(people, monkeypatch):
    def stalls(*arguments):
        raise patience.TooBroad

    monkeypatch.setattr(serial_search, "fits_of", stalls)
    found = register_search.find("serial:*2*", people.alice)
    assert (found.hits, found.is_more) == ((), True)


def test_a_broad_query_counts_nothing_rather_than_stalling(people, monkeypatch):
    """The numbers are too many to write out, and the rest takes too long as well."""
    make.firearm(people.alice, serial="A 123456")
    wanted = Filter("serial:*2*", "firearm")
    assert search.counts_by_type(wanted, people.alice) == {"firearm": 1}
    monkeypatch.setattr(matching, "MOST", 1)
    assert search.find(wanted, people.alice).total == 1
    assert facets.counts(wanted, people.alice)["make"] == {"zastava": 1}

    def stalls(*arguments, **named):
        raise patience.TooBroad

    monkeypatch.setattr(search, "_page", stalls)
    monkeypatch.setattr(search, "_counts_by_type", stalls)
    monkeypatch.setattr(facets, "_counted", stalls)
    found = search.find(wanted, people.alice)
    assert (found.hits, found.total) == ((), 0)
    assert "Too broad" in found.notes[0]
    assert search.counts_by_type(wanted, people.alice) == {}
    assert facets.counts(wanted, people.alice) == {}


def test_a_database_that_is_stopped_says_too_broad():
    from django.db import connection

    endless = {
        "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        "SELECT count(*) FROM n",
        "postgresql": "SELECT pg_sleep(30)",
    }[connection.vendor]
    with (
        pytest.raises(patience.TooBroad),
        patience.within(50),
        connection.cursor() as cursor,
    ):
        cursor.execute(endless)
    with connection.cursor() as cursor:  # and goes on as if nothing had been
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_the_patience_ends_with_its_block():
    from django.db import connection

    if connection.vendor == "postgresql":
        with patience.within(50), connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("50ms",)
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("0",)
    else:
        with patience.within(1):
            pass
        with connection.cursor() as cursor:
            cursor.execute(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                "WHERE i < 300000) SELECT count(*) FROM n"
            )
            assert cursor.fetchone() == (300_000,)


def test_the_command_tells_records_and_entries_apart(people, capsys):
    make.firearm(people.alice, serial="A 123456")
    call_command("find", "A123456", "--json", "--as", "alice")
    out, err = capsys.readouterr()
    types = [json.loads(line)["record_type"] for line in out.splitlines()]
    assert types == ["firearm", "register_entry", "register_entry", "register_entry"]
    assert "3 in reference registers" in err
    call_command("find", "A123456", "--as", "bob")
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("National register: 1\tH0\tZastava")
