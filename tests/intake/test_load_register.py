"""``focalpoint load-register``: whole or not at all, gone on with after a kill."""

import csv
import gzip
import json

import pytest
from django.core.management import call_command

from focalpoint.accounts.access import SYSTEM
from focalpoint.audit.models import Event
from focalpoint.intake import register_rejected
from focalpoint.intake import registers as loading
from focalpoint.intake.models import RejectedEntry
from focalpoint.interop import tables
from focalpoint.records import actions, registers
from focalpoint.records.models import Firearm, Register, RegisterEdition
from focalpoint.values.errors import BadInput
from tests import cast

pytestmark = pytest.mark.django_db
HEADINGS = (
    "Registration no",
    "Type",
    "Make",
    "Model",
    "Calibre",
    "Serial number",
    "Year of manufacture",
)
ROWS = (
    ("R-1", "pistol", "Zastava", "M57", "7.62x25", "A 123456", "1965"),
    ("R-2", "Pištolj", "Црвена застава", "M70", "7,65 mm", "А-77?812", "1972"),
    ("R-3", "rifle", "Mauzer", "98k", "7.92x57", "No 5512", "1943"),
    ("R-4", "", "", "", "", "", ""),
    ("R-3", "rifle", "Mauser", "98k", "7.92x57", "5513", "1943"),
    ("", "rifle", "Mauser", "98k", "7.92x57", "5514", "1943"),
    ("R-7", "revolver", "Smith & Wesson", "10", ".38 Special", "removed", "n/a"),
)


@pytest.fixture
def people():
    return cast.assemble()


@pytest.fixture
def portions(monkeypatch):
    monkeypatch.setattr(loading, "PORTIONS", {"sqlite": 2, "postgresql": 2})


def extract(folder, rows=ROWS, name="register.csv", headings=HEADINGS):
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, delimiter=";").writerows([headings, *rows])
    return path


def load(path, capsys, *more, name="National register"):
    capsys.readouterr()
    call_command(
        "load_register", str(path), "--register", name, "--unit", "north", *more
    )
    return capsys.readouterr()


def entries(user=SYSTEM):
    found = registers.entries(user)
    return {} if found is None else {row.number: row for row in found}


def test_rows_become_entries_and_each_rejected_row_is_answered(
    people, tmp_path, capsys
):
    said = load(extract(tmp_path), capsys, "--json")
    assert json.loads(said.out) == {
        "register": "National register",
        "edition": 1,
        "read": 7,
        "entries": 4,
        "rejected": 3,
        "problems": {"no_object": 1, "duplicate_key": 1, "no_key": 1},
    }
    assert "Registration no" in said.err
    found = entries()
    assert sorted(found) == ["R-1", "R-2", "R-3", "R-7"]
    gun = found["R-2"]
    assert (gun.make, gun.make_read) == ("zastava", "Црвена застава")
    assert (gun.serial, gun.normal, gun.light) == ("А-77?812", "A77?812", "A77?812")
    assert gun.reverse == "218?77A"
    assert gun.year == "1972"
    assert (found["R-7"].serial, found["R-7"].light) == ("removed", "")
    assert found["R-3"].make_read == "Mauzer"


def test_without_json_every_rejected_row_has_its_reason(people, tmp_path, capsys):
    said = load(extract(tmp_path), capsys)
    assert "7 rows read, 4 entries, 3 rejected" in said.out
    assert "row 6: the register's own number stands in an earlier row" in said.out


def test_one_event_for_all_rows(people, tmp_path, capsys):
    before = Event.objects.count()
    load(extract(tmp_path), capsys)
    assert Event.objects.count() == before + 3  # opened, begun, received


def test_a_killed_load_leaves_nothing_to_see_and_goes_on(
    people, tmp_path, capsys, portions, monkeypatch
):
    path = extract(tmp_path)
    store, count = registers.store, iter((1, 2))

    def killed(*arguments, **named):
        if next(count) == 2:
            raise KeyboardInterrupt
        return store(*arguments, **named)

    monkeypatch.setattr(registers, "store", killed)
    with pytest.raises(KeyboardInterrupt):
        load(path, capsys)
    assert entries() == {}
    assert RegisterEdition.objects.get().done == 2
    monkeypatch.setattr(registers, "store", store)
    said = load(path, capsys)
    assert "going on behind row 2" in said.err
    assert sorted(entries()) == ["R-1", "R-2", "R-3", "R-7"]
    edition = RegisterEdition.objects.get()
    assert (edition.entries, edition.rejected, edition.report["read"]) == (4, 3, 7)


def test_a_killed_load_can_be_taken_back(
    people, tmp_path, capsys, portions, monkeypatch
):
    path = extract(tmp_path)
    load(path, capsys)
    monkeypatch.setattr(registers, "show", lambda *a, **n: 1 / 0)
    other = extract(tmp_path, ROWS[:2], "second.csv")
    with pytest.raises(ZeroDivisionError):
        load(other, capsys)
    with pytest.raises(BadInput, match="being loaded"):
        load(extract(tmp_path, ROWS[2:], "third.csv"), capsys)
    call_command("load_register", "--register", "National register", "--remove")
    assert sorted(entries()) == ["R-1", "R-2", "R-3", "R-7"]
    monkeypatch.undo()
    load(other, capsys)
    assert sorted(entries()) == ["R-1", "R-2"]


def test_a_corrected_extract_replaces_the_edition_and_corrects_what_was_taken_up(
    people, tmp_path, capsys
):
    load(extract(tmp_path), capsys)
    gun = registers.take_up(entries()["R-1"], by=people.alice)
    row = ("R-1", "pistol", "Zastava", "M57", "7.62x25", "A 123457", "1965")
    load(extract(tmp_path, [row]), capsys)
    assert sorted(entries()) == ["R-1"]
    gun.refresh_from_db()
    assert gun.serial == "A 123457"
    assert gun.version == 2
    assert Firearm.objects.count() == 1
    states = RegisterEdition.objects.order_by("number").values_list("state", "entries")
    assert list(states) == [("replaced", 0), ("current", 1)]


def test_the_same_extract_again_changes_no_record(people, tmp_path, capsys):
    path = extract(tmp_path)
    load(path, capsys)
    gun = registers.take_up(entries()["R-1"], by=people.alice)
    load(path, capsys)
    gun.refresh_from_db()
    assert gun.version == 1


def test_a_mapping_may_be_given_and_a_key_named(people, tmp_path, capsys):
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        "record: firearm\nkey: [a]\nconstants: {firearm.make: zastava}\n"
        "columns: {b: firearm.serial, c: '-'}\n"
    )
    rows = [("1", "123456", "x"), ("2", "123457", "y")]
    path = extract(tmp_path, rows, headings=("a", "b", "c"))
    load(path, capsys, "--mapping", str(mapping), "--key", "b")
    assert {k: row.make for k, row in entries().items()} == {
        "123456": "zastava",
        "123457": "zastava",
    }


@pytest.mark.parametrize(
    ("rows", "headings", "says"),
    [
        ([], HEADINGS, "register.csv"),
        ([("x", "y")] * 3, ("a", "b"), "serial|recognised"),
        ([("Zastava", "M57")] * 3, ("Make", "Model"), "no column of register.csv is"),
        ([("1", "")] * 3, ("Registration no", "Serial number"), "no row"),
        ([("2020", "5"), ("2021", "7")], ("Year", "Number of weapons"), "register.csv"),
    ],
)
def test_a_file_that_is_no_register_is_refused_and_says_why(
    people, tmp_path, capsys, rows, headings, says
):
    with pytest.raises(BadInput, match=says):
        load(extract(tmp_path, rows, headings=headings), capsys)
    assert entries() == {}
    assert not RegisterEdition.objects.filter(state="loading").exists()


def test_a_file_that_is_cut_off_is_refused_and_the_former_edition_stays(
    people, tmp_path, capsys
):
    load(extract(tmp_path), capsys)
    rows = [
        (f"R-{n}", "", "Zastava", "M57", "", f"{n * 7919}", "") for n in range(9000)
    ]
    packed = gzip.compress(extract(tmp_path, rows, "long.csv").read_bytes())
    path = tmp_path / "long.csv.gz"
    path.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(BadInput, match="damaged or cut off"):
        load(path, capsys)
    assert sorted(entries()) == ["R-1", "R-2", "R-3", "R-7"]


def test_rows_that_are_all_the_same_are_one_entry(people, tmp_path, capsys):
    path = extract(tmp_path, [("Zastava", "123456")] * 50, headings=("Make", "Serial"))
    said = load(path, capsys, "--json")
    report = json.loads(said.out)
    assert (report["entries"], report["problems"]) == (1, {"duplicate_key": 49})


def test_a_cell_of_forty_megabytes_is_refused(people, tmp_path, capsys):
    path = extract(tmp_path, [("R-1", "", "", "", "", "1" * 40_000_000, "")])
    with pytest.raises(BadInput, match="longer than"):
        load(path, capsys)


def test_who_may_not_import_may_not_load(people, tmp_path, capsys):
    path = extract(tmp_path)
    for name in ("bob", "frank", "nobody"):
        with pytest.raises(BadInput):
            load(path, capsys, "--as", name)
    with pytest.raises(BadInput):
        load(path, capsys, "--as", "charlie")
    load(path, capsys, "--as", "alice")
    assert entries(people.charlie) == {}
    assert len(entries(people.bob)) == 4


def test_a_register_keeps_its_unit_and_takes_a_handling_code(people, tmp_path, capsys):
    load(extract(tmp_path), capsys, "--handling", "h1")
    register = Register.objects.get()
    assert (register.unit, register.handling) == (people.north, "h1")
    with pytest.raises(BadInput, match="another unit"):
        call_command(
            "load_register",
            str(extract(tmp_path)),
            "--register",
            "National register",
            "--unit",
            "south",
        )
    with pytest.raises(BadInput, match="--handling"):
        load(extract(tmp_path), capsys, "--handling", "secret")


def test_the_list_says_edition_entries_and_since_when(people, tmp_path, capsys):
    load(extract(tmp_path), capsys)
    call_command("load_register", "--list", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["register"], told["edition"], told["entries"]) == (
        "National register",
        1,
        4,
    )
    assert told["since"]


def test_a_person_who_corrects_a_taken_up_record_keeps_the_correction(
    people, tmp_path, capsys
):
    load(extract(tmp_path), capsys)
    gun = registers.take_up(entries()["R-1"], by=people.alice)
    actions.change(gun, {"serial": "A 123458"}, by=people.alice)
    row = ("R-1", "pistol", "Zastava", "M70", "7.62x25", "A 123457", "1965")
    load(extract(tmp_path, [row]), capsys)
    gun.refresh_from_db()
    assert (gun.serial, gun.model) == ("A 123458", "M70")


# ---- rejected rows back to their sender


def returned(path):
    [table] = tables.read(path)
    rows = [[str(cell or "") for cell in row.cells] for row in table.rows()]
    return [column.name for column in table.columns], rows


def test_all_rejected_rows_come_back_with_their_reasons(people, tmp_path, capsys):
    out = tmp_path / "back.xlsx"
    said = load(extract(tmp_path), capsys, "--rejected", str(out))
    assert "3 rejected rows with their reasons" in said.err
    names, rows = returned(out)
    assert names == [*HEADINGS, "Row", "Reasons"]
    assert [row[-2] for row in rows] == ["5", "6", "7"]
    assert [row[0] for row in rows] == ["R-4", "R-3", ""]
    assert "Neither a serial number" in rows[0][-1]
    assert "stands in an earlier row" in rows[1][-1]
    assert "number is empty" in rows[2][-1]
    event = Event.objects.filter(action="registers.return").get()
    assert json.loads(event.detail) == {"edition": 1, "rows": 3}
    again = tmp_path / "again.xlsx"
    load_again = ["--register", "National register", "--rejected", str(again)]
    call_command("load_register", *load_again)
    assert returned(again) == returned(out)


def test_put_right_and_sent_again_they_load(people, tmp_path, capsys):
    load(extract(tmp_path), capsys, "--rejected", str(tmp_path / "back.xlsx"))
    names, rows = returned(tmp_path / "back.xlsx")
    rows[0][2], rows[1][0], rows[2][0] = "Zastava", "R-5", "R-6"
    mended = extract(tmp_path, rows, "mended.csv", names)
    load(mended, capsys, name="Mended")
    assert {row.number for row in entries().values()} >= {"R-4", "R-5", "R-6"}


def test_rejected_rows_of_a_load_that_goes_on_come_back_once(
    people, portions, tmp_path, capsys, monkeypatch
):
    store, calls = registers.store, []

    def dies(*args, **kwargs):
        calls.append(args)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return store(*args, **kwargs)

    monkeypatch.setattr(registers, "store", dies)
    path = extract(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        load(path, capsys)
    monkeypatch.undo()
    load(path, capsys, "--rejected", str(tmp_path / "back.xlsx"))
    assert [row[-2] for row in returned(tmp_path / "back.xlsx")[1]] == ["5", "6", "7"]


def test_so_many_rejected_rows_are_kept_and_no_more(
    people, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(register_rejected, "KEPT", 2)
    said = load(extract(tmp_path), capsys, "--json")
    assert json.loads(said.out)["rejected"] == 3
    assert RejectedEntry.objects.count() == 2


def test_a_new_edition_forgets_what_the_former_rejected(people, tmp_path, capsys):
    load(extract(tmp_path), capsys)
    load(extract(tmp_path, ROWS[:3], "better.csv"), capsys)
    assert not RejectedEntry.objects.exists()
    with pytest.raises(BadInput, match="no rejected rows"):
        call_command(
            *("load_register", "--register", "National register"),
            *("--rejected", str(tmp_path / "none.xlsx")),
        )


def test_a_refused_extract_gives_its_rows_back_too(people, tmp_path, capsys):
    with pytest.raises(BadInput, match="no row"):
        load(extract(tmp_path, [("", *ROWS[0][1:])] * 3), capsys, "--key", HEADINGS[0])
    out = tmp_path / "back.xlsx"
    call_command(
        "load_register", "--register", "National register", "--rejected", str(out)
    )
    assert len(returned(out)[1]) == 3
