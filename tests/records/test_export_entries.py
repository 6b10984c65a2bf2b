"""Entries of registers taken out: what the screen shows, with codes, by those who may."""

import csv
import json

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command

from focalpoint.accounts.access import SYSTEM
from focalpoint.accounts.actions import confirm_restriction
from focalpoint.audit.models import Event
from focalpoint.records import export_entries, register_search, registers
from focalpoint.records.search import Filter
from focalpoint.values.errors import BadInput
from tests import cast
from tests.records.test_registers import GUNS, loaded

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return cast.assemble()


def taken(query, by, folder, **over):
    path = folder / "entries.csv"
    export_entries.export_entries(Filter(query), "csv", path, by=by, **over)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def numbers(*given, **over):
    return [row["number"] for row in taken(*given, **over)]


def test_a_file_equals_the_screen(people, tmp_path):
    loaded(people)
    for query in ("serial:A123456", "serial:A1234*", "A123456 Beretta", "number:3"):
        shown = register_search.find(query, people.alice).hits
        assert numbers(query, people.alice, tmp_path) == [
            hit.entry.number for hit in shown
        ]


def test_a_row_carries_register_unit_and_handling_code(people, tmp_path):
    edition = loaded(people, handling="h1")
    [row] = taken("number:3", people.alice, tmp_path, base="https://ffp.example")
    entry = registers.entries(SYSTEM).get(number="3")
    assert row["url"] == f"https://ffp.example/registers/entries/{entry.pk}"
    assert (row["register"], row["edition"]) == ("National register", "1")
    assert (row["handling"], row["unit"], row["jurisdiction"]) == ("h1", "north", "rs")
    assert (row["id"], row["serial"]) == (str(entry.pk), entry.serial)
    event = Event.objects.latest("seq")
    assert (event.action, event.kind) == ("registers.export", "disclosure")
    assert event.record == str(edition.register_id)
    assert json.loads(event.detail) == {"format": "csv", "hits": 1}


def test_a_whole_register_or_a_make_of_it(people, tmp_path):
    register = loaded(people).register
    everything = numbers("", people.alice, tmp_path, register=register)
    assert everything == [gun[0] for gun in GUNS]
    zastavas = numbers("make:zastava", people.alice, tmp_path, register=register)
    assert zastavas == [gun[0] for gun in GUNS if gun[1] == "zastava"]
    assert numbers("register:national", people.alice, tmp_path) == everything


def test_who_takes_nothing_away(people, tmp_path):
    register = loaded(people).register
    for name in ("charlie", "frank"):
        person = getattr(people, name)
        try:
            assert numbers("number:3", person, tmp_path, register=register) == []
        except PermissionDenied:
            continue
    assert not Event.objects.filter(
        action="registers.export", record=str(register.pk)
    ).exists()


@pytest.mark.parametrize("handling", ["h2", "h1+h2"])
def test_what_may_not_be_passed_on_stays_here(people, tmp_path, handling):
    register = loaded(people, handling=handling).register
    assert registers.entries(people.alice).count() == len(GUNS)
    assert numbers("number:3", people.alice, tmp_path, register=register) == []
    assert numbers("number:3", people.erin, tmp_path, register=register) == ["3"]


def test_a_restriction_is_read_before_anything_goes(people, tmp_path):
    edition = loaded(people, handling="h3", handling_note="Ask the registrar first.")
    assert numbers("number:3", people.erin, tmp_path) == []
    confirm_restriction(edition.register, by=people.erin)
    [row] = taken("number:3", people.erin, tmp_path)
    assert row["handling_note"] == "Ask the registrar first."


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "say which entries"),
        ("place:Batrovci", "do not have"),
        ("A123456 seized:2023..", "do not have"),
    ],
)
def test_what_cannot_be_asked_is_said_and_leaves_no_file(
    people, tmp_path, query, words
):
    loaded(people)
    with pytest.raises(BadInput, match=words):
        taken(query, people.alice, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_page_waits_for_so_many_and_no_more(people, tmp_path):
    loaded(people)
    with pytest.raises(BadInput, match="focalpoint export --entries"):
        taken("register:national", people.alice, tmp_path, most=2)
    assert list(tmp_path.iterdir()) == []


def test_a_number_that_too_many_carry_is_refused(people, tmp_path, monkeypatch):
    loaded(people)
    monkeypatch.setattr(register_search, "MOST_TAKEN", 2)
    with pytest.raises(BadInput, match="more than 2 entries"):
        taken("serial:A1*", people.alice, tmp_path)


def test_no_cell_is_a_formula(people, tmp_path):
    loaded(people, guns=[("1", "zastava", "=1+1", "A 123456")])
    assert taken("number:1", people.alice, tmp_path)[0]["model"] == "'=1+1"


@pytest.mark.parametrize("format", ["csv", "xlsx", "jsonl"])
def test_the_command_writes_every_format(people, tmp_path, capsys, format):
    loaded(people)
    out = tmp_path / f"entries.{format}"
    words = ["--register", "National register", "--format", format, "--out", str(out)]
    call_command("export", "", *words, "--as", "alice")
    assert f"{len(GUNS)} entries in" in capsys.readouterr().err
    if format == "jsonl":
        rows = [json.loads(line) for line in out.read_text().splitlines()]
    else:
        from focalpoint.interop import tables

        [table, *_about] = tables.read(out)
        rows = list(table.rows())
    assert len(rows) == len(GUNS)
    with pytest.raises(BadInput, match="no register Elsewhere"):
        call_command("export", "", "--register", "Elsewhere", *words[2:])
    with pytest.raises(BadInput, match="formats are csv, xlsx, jsonl"):
        call_command(
            "export", "number:1", "--entries", "--format", "geojson", "--out", str(out)
        )


def test_a_file_loads_as_a_register_again(people, tmp_path, capsys):
    loaded(people, guns=GUNS[:4])
    taken("register:national", people.alice, tmp_path)
    call_command(
        "load_register",
        str(tmp_path / "entries.csv"),
        *("--register", "Copy", "--unit", "north", "--key", "number"),
    )
    copy = registers.entries(SYSTEM).filter(edition__register__name="Copy")
    before = registers.entries(SYSTEM).exclude(edition__register__name="Copy")
    names = ("number", "make", "model", "calibre", "serial", "light")
    assert list(copy.order_by("number").values_list(*names)) == list(
        before.order_by("number").values_list(*names)
    )
