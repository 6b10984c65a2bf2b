"""An import from file to record: what is stored, what is left, what comes back."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.utils.translation import override

from focalpoint.accounts.access import SYSTEM, visible
from focalpoint.audit import actions as audit
from focalpoint.intake import actions, fields, running, undoing
from focalpoint.intake.models import Batch, Profile, Row
from focalpoint.records import actions as records
from focalpoint.records.models import Firearm, Incident, Link, Person
from focalpoint.values.errors import BadInput
from tests import cast

pytestmark = pytest.mark.django_db
Status = Batch.Status
HEADER = [
    "Broj zapisnika",
    "Serijski broj",
    "Marka",
    "Model",
    "Kalibar",
    "Datum oduzimanja",
]
ROWS = [
    ["Z-1", "A 12345", "Zastava", "M70", "7,65 mm", "17.05.2021."],
    ["Z-2", "M57-99881", "Crvena zastava", "M57", "7.62x25", "18.05.2021."],
    ["Z-3", "izbrušen", "Glock", "17", "9 mm", "30.06.2021."],
]


@pytest.fixture
def people():
    return cast.assemble()


@pytest.fixture
def write(tmp_path):
    def written(rows, name="zaplene.csv", header=HEADER) -> Path:
        path = tmp_path / name
        with path.open("w", newline="", encoding="cp1250") as out:
            csv.writer(out, delimiter=";").writerows([header, *rows])
        return path

    return written


def bring_in(paths, people, *, by=None, **options) -> Batch:
    by = by or people.alice
    sent = [
        (path, path.name) for path in (paths if isinstance(paths, list) else [paths])
    ]
    batch = actions.open_batch(sent, by=by, unit=people.north, **options)
    batch = running.check(actions.start(batch, Status.CHECKING, by=by), by=by)
    return running.carry_on(actions.start(batch, Status.RUNNING, by=by), by=by)


def test_a_register_becomes_records_with_the_text_beside_every_code(people, write):
    batch = bring_in(write(ROWS), people)
    assert batch.report["read"] == batch.report["created"] == 3
    gun = Firearm.objects.get(source_key="Z-1")
    assert (gun.make, gun.serial, gun.event_date) == (
        "zastava",
        "A 12345",
        "2021-05-17",
    )
    assert gun.as_read["make"] == "Zastava"
    assert gun.kind == "recovered" and gun.unit == people.north
    assert gun.reference.startswith("RS-F-")
    assert batch.report["recognised"]["serials"] == {"intact": 2, "removed": 1}


def test_the_same_file_again_changes_nothing(people, write):
    bring_in(write(ROWS), people)
    before = list(Firearm.objects.order_by("pk").values())
    again = bring_in(write(ROWS), people)
    assert again.report["unchanged"] == 3 and again.report["accepted"] == 3
    assert list(Firearm.objects.order_by("pk").values()) == before


def test_a_corrected_file_updates_in_place_and_history_keeps_what_was(people, write):
    bring_in(write(ROWS), people)
    gun = Firearm.objects.get(source_key="Z-2")
    changed = [row[:] for row in ROWS]
    changed[1][1] = "M57-99887"
    batch = bring_in(write(changed), people)
    assert (batch.report["updated"], batch.report["unchanged"]) == (1, 2)
    shown = Row.objects.get(table__batch=batch, state="updated")
    assert shown.changes == {"serial": ["M57-99881", "M57-99887"]}
    gun.refresh_from_db()
    assert (gun.serial, gun.version) == ("M57-99887", 2)


def test_a_field_corrected_by_hand_is_not_overwritten(people, write):
    bring_in(write(ROWS), people)
    gun = Firearm.objects.get(source_key="Z-1")
    records.change(gun, {"model": "M70 A"}, by=people.alice)
    batch = bring_in(write(ROWS), people)
    gun.refresh_from_db()
    assert gun.model == "M70 A"
    assert batch.report["problems"]["corrected_here"] == 1


def test_a_row_with_an_impossible_date_is_rejected_and_the_others_stored(people, write):
    rows = [*ROWS, ["Z-4", "B 777", "Zastava", "M70", "7,65", "31.11.2021."]]
    batch = bring_in(write(rows), people)
    assert (batch.report["accepted"], batch.report["rejected"]) == (3, 1)
    assert batch.report["problems"]["impossible_date"] == 1


def test_every_problem_of_a_row_is_named_not_the_first(people, write):
    bring_in(write(ROWS), people)
    rows = [*ROWS, ["Z-1", "B 777", "Zzyzx Works", "M70", "7,65", "31.11.2021."]]
    batch = bring_in(write(rows), people)
    row = Row.objects.get(table__batch=batch, state="rejected")
    codes = {problem["code"] for problem in row.problems}
    assert codes == {"duplicate_key", "unknown_code", "impossible_date"}


def test_rejected_rows_come_back_and_import_once_put_right(people, write, tmp_path):
    from focalpoint.intake import returning

    rows = [*ROWS, ["Z-4", "0012345", "Zastava", "=1+1", "7,65", "31.11.2021."]]
    batch = bring_in(write(rows), people)
    book = openpyxl.load_workbook(io.BytesIO(returning.workbook(batch)))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]][: len(HEADER)] == HEADER
    assert sheet.cell(2, 2).value == "0012345"
    assert sheet.cell(2, 4).data_type == "s"
    assert "not a day of the calendar" in sheet.cell(2, len(HEADER) + 2).value
    sheet.cell(2, 6).value = "30.11.2021."
    put_right = tmp_path / "put-right.xlsx"
    book.save(put_right)
    profile = Profile.objects.get()
    assert bring_in(put_right, people, profile=profile).report["created"] == 1
    assert Firearm.objects.get(source_key="Z-4").event_date == "2021-11-30"


def test_a_file_without_key_is_told_apart_by_content_and_count(people, write):
    rows = [["Zastava", "M70", "17.05.2021."]] * 3 + [["Glock", "17", "18.05.2021."]]
    path = write(rows, header=["Marka", "Model", "Datum"])
    assert bring_in(path, people).report["created"] == 4
    assert bring_in(path, people).report["unchanged"] == 4


def test_running_numbers_that_mean_other_guns_are_refused(people, write):
    header = ["R. br.", "Serijski broj", "Marka"]
    first = [[str(n), f"A{n}000{n}", "Zastava"] for n in range(1, 11)]
    second = [[str(n), f"B{n}555{n}", "Glock"] for n in range(1, 11)]
    bring_in(write(first, header=header), people)
    with pytest.raises(BadInput, match="means other objects"):
        bring_in(write(second, header=header), people)
    assert Firearm.objects.filter(make="glock").count() == 0


def test_a_station_without_numbers_does_not_overwrite_another(people, write):
    header = ["R. br.", "Datum oduzimanja", "Mjesto", "Vrsta oružja", "Kalibar"]
    bor = [[str(n), f"{n:02}.03.2023.", "Bor", "pištolj", "9x19"] for n in range(1, 13)]
    nis = [
        [str(n), f"{n:02}.05.2023.", "Niš", "revolver", "9x19"] for n in range(1, 13)
    ]
    bring_in(write(bor, header=header), people)
    with pytest.raises(BadInput, match="means other objects"):
        bring_in(write(nis, header=header), people)
    assert not Firearm.objects.filter(type="revolver").exists()


def test_a_key_that_came_to_mean_another_gun_overwrites_nothing(people, write):
    many = [
        [f"Z-{n}", f"A{n}7{n}1", "Zastava", "M70", "7,65", "01.02.2021."]
        for n in range(9)
    ]
    bring_in(write(many), people)
    changed = [list(row) for row in many]
    changed[0] = ["Z-0", "ZZ99999", "Rossi", "M70", ".38 Special", "01.02.2021."]
    changed[1][1], changed[2][2] = "A1710", "Glock"  # corrections
    batch = bring_in(write(changed), people)
    assert batch.report["problems"] == {"other_object": 1}
    kinds = ("rejected", "updated", "unchanged")
    assert [batch.report[kind] for kind in kinds] == [1, 2, 6]
    assert Firearm.objects.get(source_key="Z-0").make == "zastava"


def test_fields_are_called_in_the_language_of_each_reader():
    def named() -> dict[str, str]:
        return {field.path: field.label for field in fields.fields_for("firearm")}

    with override("en"):
        assert named()["incident.municipality"] == "municipality"
    with override("sr-latn"):
        assert named()["incident.municipality"] == "opština"
        assert named()["firearm.calibre"] == "kalibar"
    with override("en"):
        assert named()["firearm.calibre"] == "calibre"


def test_nobody_sees_an_import_before_it_is_complete(people, write, monkeypatch):
    path = write(ROWS)
    seen = []
    whole = actions.reveal

    def looking(batch, *, by):
        seen.append(visible(Firearm.objects.all(), people.bob).count())
        whole(batch, by=by)

    monkeypatch.setattr(actions, "reveal", looking)
    bring_in(path, people)
    assert seen == [0]
    assert visible(Firearm.objects.all(), people.bob).count() == 3


def test_a_kill_between_two_steps_resumes_without_doubling(people, write, monkeypatch):
    rows = [
        [f"Z-{n}", f"A{n:05}", "Zastava", "M70", "7,65", "1.2.2021."] for n in range(9)
    ]
    monkeypatch.setattr(running.Pace, "first", 2)
    monkeypatch.setattr(running.Pace, "most", 2)
    monkeypatch.setattr(running.Pace, "least", 2)
    stored = actions.store
    steps = []

    def dying(*args, **kwargs):
        steps.append(1)
        if len(steps) == 3:
            raise KeyboardInterrupt
        stored(*args, **kwargs)

    monkeypatch.setattr(actions, "store", dying)
    with pytest.raises(KeyboardInterrupt):
        bring_in(write(rows), people)
    assert Firearm.objects.count() == 4
    batch = Batch.objects.get(status=Status.RUNNING)
    batch = running.run(batch)
    assert batch.status == Status.DONE
    assert batch.report["created"] == Firearm.objects.count() == 9


def test_a_stopped_import_can_be_removed_without_trace(people, write, monkeypatch):
    monkeypatch.setattr(
        running.actions, "reveal", lambda *a, **k: (_ for _ in ()).throw(OSError)
    )
    with pytest.raises(OSError):
        bring_in(write(ROWS), people)
    monkeypatch.undo()
    batch = Batch.objects.get()
    batch = running.run(actions.start(batch, Status.REMOVING, by=people.alice))
    assert batch.status == Status.REMOVED
    assert not Firearm.objects.exists()


def test_an_undone_import_leaves_what_was_before(people, write):
    bring_in(write(ROWS[:2]), people)
    before = list(Firearm.objects.order_by("pk").values("pk", "serial", "model"))
    changed = [[*ROWS[0]], ROWS[1], ROWS[2]]
    changed[0][1] = "A 99999"
    batch = bring_in(write(changed), people)
    assert Firearm.objects.count() == 3
    batch = undoing.undo(
        actions.start(batch, Status.UNDOING, by=people.alice), by=people.alice
    )
    assert batch.status == Status.UNDONE
    assert (
        list(Firearm.objects.order_by("pk").values("pk", "serial", "model")) == before
    )


def test_what_depends_on_an_import_is_named_and_not_left_dangling(people, write):
    batch = bring_in(write(ROWS), people)
    gun = Firearm.objects.get(source_key="Z-1")
    other = Firearm.objects.get(source_key="Z-2")
    link = records.link(gun, other, "found_with", by=people.alice)
    named = undoing.dependants(batch)
    assert {(d.on, d.why, d.title) for d in named} == {
        (gun.reference, "link", link.reference),
        (other.reference, "link", link.reference),
    }
    undoing.undo(actions.start(batch, Status.UNDOING, by=people.alice), by=people.alice)
    assert set(Firearm.objects.values_list("source_key", flat=True)) == {"Z-1", "Z-2"}
    gun.refresh_from_db()
    assert gun.withdrawn_at and "undone" in gun.withdrawn_reason


def test_bob_may_not_import_and_charlie_does_not_see_the_import(people, write):
    with pytest.raises(PermissionDenied):
        bring_in(write(ROWS), people, by=people.bob)
    assert not Batch.objects.exists()
    bring_in(write(ROWS), people)
    assert visible(Batch.objects.all(), people.alice).count() == 1
    assert visible(Batch.objects.all(), people.charlie).count() == 0


def test_every_record_of_an_import_is_in_the_audit_trail(people, write):
    from focalpoint.audit import queries

    batch = bring_in(write(ROWS), people)
    gun = Firearm.objects.get(source_key="Z-1")
    assert audit and batch.status == Status.DONE
    events = [event.action for event in queries.of_record(gun)]
    assert "records.create" in events


def test_an_export_of_several_tables_comes_in_with_its_links(people, write):
    persons = write(
        [[f"PER{n}", "Petrović", "Ana", "1980-01-02"] for n in range(1, 5)],
        "Person.csv",
        ["Record ID", "Surname", "First name", "Date of birth"],
    )
    guns = write(
        [[f"WEA{n}", f"A1230{n}", "Zastava", "7.65 mm"] for n in range(1, 6)],
        "Weapon.csv",
        ["Record ID", "Serial number", "Make", "Calibre"],
    )
    links = write(
        [[f"L{n}", f"PER{n}", f"WEA{n}", "Possessed by"] for n in range(1, 5)]
        + [["L9", "PER1", "WEA99", "Possessed by"]],
        "Possession.csv",
        ["Link ID", "From", "To", "Link type"],
    )
    batch = bring_in([links, guns, persons], people)
    assert (batch.report["created"], batch.report["rejected"]) == (13, 1)
    assert batch.report["problems"] == {"unknown_reference": 1}
    first = Link.objects.get(source_key="L1")
    assert first.type == "possessed_by"
    assert first.from_id == Person.objects.get(source_key="PER1").pk
    assert first.to_id == Firearm.objects.get(source_key="WEA1").pk
    assert bring_in([links, guns, persons], people).report["unchanged"] == 13


def test_rows_of_one_case_number_share_one_event(people, write):
    header = ["Broj predmeta", "Serijski broj", "Marka", "Datum", "Opština"]
    rows = [["KN 7", f"A1000{n}", "Zastava", "1.2.2021.", "Šid"] for n in range(3)]
    bring_in(write(rows, header=header), people)
    event = Incident.objects.get()
    assert (event.municipality, event.occurred_from) == ("Šid", "2021-02-01")
    assert event.firearms.count() == 3


def test_counts_are_recognised_and_nothing_is_stored(people, write):
    header = ["godina", "mesec", "stanica", "pistolji", "revolveri", "puske", "ukupno"]
    rows = [[2020, m, s, m, s, 2, m + s + 2] for m in range(1, 13) for s in range(1, 5)]
    with pytest.raises(BadInput, match="counts, not objects"):
        bring_in(write(rows, header=header), people)
    assert not Batch.objects.exists() and not Firearm.objects.exists()


def test_the_system_imports_without_a_person(people, write):
    batch = bring_in(write(ROWS), people, by=SYSTEM)
    assert batch.by is None and batch.report["created"] == 3


def test_an_export_comes_back_without_change_and_a_correction_updates(
    people, write, tmp_path
):
    from focalpoint.records import export
    from focalpoint.records.search import Filter

    bring_in(write(ROWS), people)
    path = tmp_path / "export.csv"
    export.export(Filter(record_type="firearm"), "csv", path, by=people.alice)
    assert bring_in(path, people).report["unchanged"] == 3
    text = path.read_text(encoding="utf-8").replace("M57-99881", "M57-99887")
    path.write_text(text, encoding="utf-8")
    report = bring_in(path, people).report
    assert (report["updated"], report["unchanged"]) == (1, 2)
    assert Firearm.objects.get(source_key="Z-2").serial == "M57-99887"
    stale = text.replace("M57-99887", "M57-99880")
    path.write_text(stale, encoding="utf-8")
    assert bring_in(path, people).report["problems"] == {"changed_since": 1}


def test_cells_beyond_the_last_column_are_kept_and_flagged(people, tmp_path):
    path = tmp_path / "r.csv"
    lines = ["Serijski broj;Marka"] + [f"A{n:05};Zastava" for n in range(120)]
    path.write_text("\n".join([*lines, "B 77123;Glock;17;crn"]))
    batch = bring_in(path, people)
    assert batch.report["problems"] == {"extra_cells": 1}
    assert Firearm.objects.get(serial="B 77123").other["…"] == "17 | crn"


def test_a_place_of_which_no_event_can_be_made_is_kept_as_text(people, tmp_path):
    path = tmp_path / "weapons register.csv"
    path.write_text(
        "Licence date;Place;Type;Make;Calibre;Serial number\n"
        "2019-05-02;Niš;pistol;Zastava;9x19;Z 5001\n"
        "2020-05-02;Vranje;pistol;CZ;9x19;Z 5002\n",
        encoding="utf-8",
    )
    batch = actions.open_batch([(path, path.name)], by=people.alice, unit=people.north)
    running.check(
        actions.start(batch, Status.CHECKING, by=people.alice), by=people.alice
    )
    batch.refresh_from_db()
    running.carry_on(
        actions.start(batch, Status.RUNNING, by=people.alice), by=people.alice
    )
    guns = {gun.serial: gun for gun in Firearm.objects.all()}
    assert {gun.kind for gun in guns.values()} == {"registered"}
    assert guns["Z 5001"].incident is None
    assert guns["Z 5001"].other["Place"] == "Niš"
