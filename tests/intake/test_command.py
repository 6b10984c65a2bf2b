"""``focalpoint import``: the report, the exit status, registers as published."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from focalpoint.intake.models import Batch, Profile
from focalpoint.records.models import Firearm, Incident
from focalpoint.values.errors import BadInput
from tests import cast

pytestmark = pytest.mark.django_db
PUBLISHED = Path(__file__).parents[1] / "golden" / "intake"


@pytest.fixture(autouse=True)
def people():
    return cast.assemble()


def import_(*arguments):
    out, said = StringIO(), StringIO()
    names = [str(argument) for argument in arguments]
    call_command("import_files", *names, "--json", stdout=out, stderr=said)
    return json.loads(out.getvalue()), said.getvalue()


def test_traces_go_through_as_published():
    report, said = import_(PUBLISHED / "delaware_crime_gun_traces_head.csv")
    assert report["read"] == 40
    assert report["accepted"] >= 38
    assert report["read"] == report["accepted"] + report["rejected"]
    assert report["recognised"]["serials"]["intact"] >= 35
    assert report["recognised"]["makes"] >= 30
    assert report["recognised"]["calibres"] >= 30
    assert "the proposed mapping is unambiguous" in said
    gun = Firearm.objects.get(serial="ABE573528")
    assert (gun.make, gun.kind, gun.event_date) == ("taurus", "recovered", "2023-11-14")
    assert gun.other["dealer_city"] == "Locust Grove"


def test_a_list_of_stolen_guns_is_of_stolen_guns_month_first():
    report, _said = import_(PUBLISHED / "stolen_guns_list_head.csv")
    assert (report["read"], report["accepted"]) == (40, 40)
    assert set(Firearm.objects.values_list("kind", flat=True)) == {"stolen"}
    assert Firearm.objects.filter(event_date="2022-03-31", model="CPX-2").exists()
    assert set(Incident.objects.values_list("type", flat=True)) == {"theft"}


def test_a_dry_run_stores_nothing():
    report, _said = import_(PUBLISHED / "stolen_guns_list_head.csv", "--dry-run")
    assert report["created"] == 40 and report["batch"] is None
    assert not Firearm.objects.exists()
    assert not Batch.objects.exists() and not Profile.objects.exists()


def test_a_mapping_file_and_then_the_profile_it_left(tmp_path):
    path = tmp_path / "register.csv"
    path.write_text("a;b;c\nA 12345;Zastava;Z-1\nB 22345;Glock;Z-2\n")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        "record: firearm\nsource: Station One\nkey: [c]\n"
        "constants: {firearm.kind: surrendered}\n"
        "columns: {a: firearm.serial, b: firearm.make}\n"
    )
    assert import_(path, "--mapping", mapping)[0]["created"] == 2
    assert Firearm.objects.get(source_key="Z-1").kind == "surrendered"
    assert import_(path, "--profile", "Station One")[0]["unchanged"] == 2


@pytest.mark.parametrize(
    ("content", "arguments", "said"),
    [
        (
            "serial;serial\nA1234;B1234\nC1234;D1234\n",
            [],
            "stands over columns A and B",
        ),
        ("x;y\nfoo;bar\nbaz;qux\n", [], "no column of"),
        ("serial;make\nA1234;Glock\n", ["--profile", "Nobody"], "there is no sender"),
        ("serial;make\nA1234;Glock\n", ["--as", "nobody"], "there is no user"),
        ("serial;make\nA1234;Glock\n", ["--as", "bob"], "may not import"),
        ("serial;make\nA1234;Glock\n", ["--sheet", "Third"], "has no sheet|its sheets"),
    ],
)
def test_what_is_refused_as_a_whole_says_why_and_leaves_nothing(
    tmp_path, content, arguments, said
):
    path = tmp_path / "register.csv"
    path.write_text(content)
    with pytest.raises(BadInput, match=said):
        import_(path, *arguments)
    assert not Batch.objects.exists() and not Firearm.objects.exists()


def test_an_import_is_undone_by_its_reference():
    import_(PUBLISHED / "stolen_guns_list_head.csv")
    out = StringIO()
    reference = Batch.objects.get().reference
    call_command("import_files", "--undo", reference, stdout=out)
    assert "is undone" in out.getvalue()
    assert not Firearm.objects.exists() and not Incident.objects.exists()
