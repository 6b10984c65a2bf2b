"""Exports equal the screen, are harmless in a spreadsheet, and come back unchanged."""

import csv
import json
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from focalpoint.records import export, facets, registry
from focalpoint.records.models import Mark
from focalpoint.records.search import Filter, find
from focalpoint.values.errors import BadInput
from tests import cast as people
from tests import make


@pytest.fixture
def cast():
    return people.assemble()


@pytest.fixture
def guns(cast):
    event = make.incident(cast.alice, place="Preševo", lat=42.31, lon=21.65)
    first = make.firearm(
        cast.alice,
        serial="AB 7001",
        calibre="9x19",
        incident=event,
        remarks="=cmd|' /C calc'!A1",
        weight_g=1.5,
        as_read={"make": "Zastv."},
        magazines=2,
    )
    mark = Mark(firearm=first, text="ZZ 44", position="frame")
    mark.prepare()
    mark.save()
    second = make.firearm(cast.alice, serial="AB 7002", calibre="9x19", handling="h1")
    return first, second


def written(tmp_path, wanted, format, user, **options):
    path = tmp_path / f"out.{format}"
    done = export.export(wanted, format, path, by=user, **options)
    return done, path


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.django_db
def test_a_file_equals_the_screen_in_content_and_order(cast, guns, tmp_path):
    wanted = Filter("serial:AB7001", "firearm")
    shown = [str(hit.record.pk) for hit in find(wanted, cast.alice).hits]
    for format in ("csv", "jsonl"):
        done, path = written(tmp_path, wanted, format, cast.alice)
        if format == "csv":
            found = [row["id"] for row in rows_of(path)]
        else:
            found = [json.loads(line)["id"] for line in path.read_text().splitlines()]
        assert found == shown
        assert (done.rows, done.withheld) == (2, 0)


@pytest.mark.django_db
def test_every_row_says_who_holds_it_and_how_it_may_be_used(cast, guns, tmp_path):
    _done, path = written(
        tmp_path,
        Filter("AB7001", "firearm"),
        "csv",
        cast.alice,
        base="https://ffp.test",
    )
    row = rows_of(path)[0]
    first, _second = guns
    assert row["reference"] == first.reference
    assert row["url"] == f"https://ffp.test/records/firearm/{first.pk}"
    assert (row["unit"], row["handling"], row["version"]) == ("north", "h0", "1")
    assert row["updated_at"] == first.updated_at.isoformat()
    assert json.loads(row["marks"])[0]["text"] == "ZZ 44"


@pytest.mark.django_db
def test_a_csv_file_comes_back_without_a_change(cast, guns, tmp_path):
    _done, path = written(tmp_path, Filter("AB7001", "firearm"), "csv", cast.alice)
    first = guns[0]
    row = rows_of(path)[0]
    assert row["remarks"].startswith("'=")
    for name in registry.get("firearm").fields:
        value = export.original(row[name])
        field = registry.get("firearm").field(name)
        then = getattr(first, field.attname)
        now = field.to_python(value) if value != "" or not field.null else None
        if field.is_relation:
            now = field.target_field.to_python(value) if value else None
        assert now == then or (now in ("", None) and then in ("", None)), name
    assert export.original(row["remarks"]) == first.remarks
    assert json.loads(row["as_read"]) == first.as_read


@given(st.text(alphabet="'=+-@\t\rA1 ", max_size=8))
@hypothesis_settings(max_examples=200, deadline=None)
def test_cells_are_harmless_and_can_be_undone(text):
    shown = export.cell(text)
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert export.original(shown) == text


@pytest.mark.django_db
def test_a_workbook_has_typed_cells_and_says_what_it_is(cast, guns, tmp_path):
    from openpyxl import load_workbook

    _done, path = written(tmp_path, Filter("AB7001", "firearm"), "xlsx", cast.alice)
    book = load_workbook(path)
    head, *rows = [[cell.value for cell in row] for row in book["firearm"].rows]
    row = dict(zip(head, rows[0], strict=True))
    assert head == export.columns(registry.get("firearm"))
    assert row["event_date"].isoformat()[:10] == "2025-03-14"
    assert (row["weight_g"], row["magazines"]) == (1.5, 2)
    assert row["remarks"] == guns[0].remarks
    place = head.index("remarks")
    assert list(book["firearm"].rows)[1][place].data_type == "s"
    about = {row[0].value: row[1].value for row in book["about"].rows}
    assert about["Query"] == "AB7001"
    assert "1244" in about["Kosovo*"]


@pytest.mark.django_db
def test_what_looks_like_a_date_stays_a_serial_number(cast, tmp_path):
    from openpyxl import load_workbook

    odd = {"serial": "2019-05-07", "remarks": "2023-13-45", "model": "2019-45-99"}
    make.firearm(cast.alice, **odd)
    wanted = Filter("serial:20190507", "firearm")
    _done, path = written(tmp_path, wanted, "xlsx", cast.alice)
    head, row = load_workbook(path)["firearm"].iter_rows(values_only=True)
    told = dict(zip(head, row, strict=True))
    assert {name: told[name] for name in odd} == odd


@pytest.mark.django_db
def test_geojson_has_a_feature_for_each_record(cast, guns, tmp_path):
    _done, path = written(tmp_path, Filter("AB7001", "firearm"), "geojson", cast.alice)
    layer = json.loads(path.read_text())
    places = [feature["geometry"] for feature in layer["features"]]
    assert places[0] == {"type": "Point", "coordinates": [21.65, 42.31]}
    assert places[1] is None
    assert layer["features"][0]["properties"]["handling"] == "h0"


@pytest.mark.django_db
def test_what_may_not_be_passed_on_stays(cast, tmp_path):
    make.firearm(cast.alice, calibre="9x19", handling="h2", serial="AB 7003")
    make.firearm(cast.alice, calibre="9x19", serial="AB 7004")
    wanted = Filter("serial:AB700*", "firearm")
    done, path = written(tmp_path, wanted, "csv", cast.alice)
    assert (done.rows, done.withheld) == (1, 1)
    assert [row["serial"] for row in rows_of(path)] == ["AB 7004"]
    done, _path = written(tmp_path, wanted, "csv", cast.erin)
    assert (done.rows, done.withheld) == (2, 0)
    with pytest.raises(PermissionDenied):
        written(tmp_path, wanted, "csv", cast.bob)
    done, path = written(tmp_path, wanted, "csv", cast.charlie)
    assert rows_of(path) == []


@pytest.mark.django_db
def test_an_event_that_one_may_not_take_away_is_not_named(cast, tmp_path):
    event = make.incident(cast.alice, handling="h2")
    make.firearm(cast.alice, calibre="9x19", incident=event, serial="AB 7005")
    wanted = Filter("serial:AB7005", "firearm")
    _done, path = written(tmp_path, wanted, "csv", cast.alice)
    assert rows_of(path)[0]["incident"] == ""
    _done, path = written(tmp_path, wanted, "csv", cast.erin)
    assert rows_of(path)[0]["incident"] == str(event.pk)


@pytest.mark.django_db
def test_a_file_that_fails_leaves_nothing(cast, guns, tmp_path, monkeypatch):
    def broken(table, path):
        path.write_text("half")
        raise BadInput("the disk is full")

    monkeypatch.setitem(export.FORMATS, "csv", broken)
    with pytest.raises(BadInput):
        written(tmp_path, Filter("AB7001", "firearm"), "csv", cast.alice)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(BadInput, match="no format"):
        written(tmp_path, Filter("AB7001", "firearm"), "docx", cast.alice)


@pytest.mark.django_db
def test_several_kinds_go_into_jsonl_and_sheets_not_into_one_table(
    cast, guns, tmp_path
):
    from openpyxl import load_workbook

    wanted = Filter("presevo")
    done, path = written(tmp_path, wanted, "jsonl", cast.alice)
    kinds = {json.loads(line)["record_type"] for line in path.read_text().splitlines()}
    assert kinds == {"firearm", "incident"}
    assert done.rows == 2
    _done, path = written(tmp_path, wanted, "xlsx", cast.alice)
    assert load_workbook(path).sheetnames == ["firearm", "incident", "about"]
    with pytest.raises(BadInput, match="firearm, incident"):
        written(tmp_path, wanted, "csv", cast.alice)


@pytest.mark.django_db
def test_the_command_writes_the_file_and_says_what_stays(cast, guns, tmp_path):
    err = StringIO()
    path = tmp_path / "guns.csv"
    call_command(
        "export",
        "serial:AB700*",
        format="csv",
        out=str(path),
        type="firearm",
        person="alice",
        bom=True,
        stdout=StringIO(),
        stderr=err,
    )
    assert len(rows_of(path)) == 2
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert "2 records" in err.getvalue()
    with pytest.raises(BadInput, match=r"records\.export"):
        call_command(
            "export", "x", format="csv", out=str(path), person="bob", stderr=err
        )


@pytest.mark.django_db
def test_charts_by_month_and_by_year(cast):
    for day in ("2024-01-05", "2024-03-01", "2024-03-09", "2024"):
        make.firearm(cast.alice, calibre="9x19", event_date=day)
    wanted = Filter("", "firearm")
    spec = facets.chart(wanted, cast.alice, "month")
    assert spec["categories"] == ["2024-01", "2024-02", "2024-03"]
    assert spec["series"][0]["values"] == [1, 0, 2]
    assert "1 is not dated closely enough" in spec["sentence"]
    make.firearm(cast.alice, calibre="9x19", event_date="1999-02")
    spec = facets.chart(wanted, cast.alice, "month")
    assert spec["categories"][0] == "1999"
    assert sum(spec["series"][0]["values"]) == 5
