"""``focalpoint leads``, ``suggest`` and ``recompute-dossiers``."""

import json

import pytest

from focalpoint.leads.models import Judgement, Lead
from focalpoint.management import run
from focalpoint.values.errors import BadInput
from tests import cast as people
from tests import make

pytestmark = pytest.mark.django_db
BECAUSE = ["--reason", "Both frames read 218471", "--basis", "serial_and_make"]


@pytest.fixture
def cast():
    return people.assemble()


@pytest.fixture
def pair(cast):
    return [
        make.firearm(cast.alice, serial="218471", kind=kind)
        for kind in ("stolen", "recovered")
    ]


def test_from_suggestion_to_judgement_and_back(cast, pair, capsys):
    run("suggest", [])
    out, err = capsys.readouterr()
    assert "2 of 2 compared, 1 leads raised" in out
    assert "firearm: 2 of 2" in err
    run("leads", ["list", "--as", "alice"])
    [line] = capsys.readouterr().out.splitlines()
    reference = line.split("\t")[0]
    assert pair[0].reference in line
    run("leads", ["show", reference, "--as", "alice"])
    told = json.loads(capsys.readouterr().out)
    assert (told["status"], told["relation"]) == ("open", "same")
    run("leads", ["assign", reference, "alice", "--as", "alice"])
    run("leads", ["judge", reference, "same", "--as", "alice", *BECAUSE])
    run("recompute-dossiers", ["--type", "firearm"])
    assert "firearm: 2 records, 0 moved" in capsys.readouterr().out
    run("leads", ["record"])
    assert capsys.readouterr().out.splitlines()[1].split("\t")[4:6] == ["1", "1"]
    run("leads", ["withdraw", reference, "--as", "alice", "--reason", "Wrong frame"])
    assert capsys.readouterr().out == f"{reference} open\n"
    assert Judgement.objects.filter(stands=True).count() == 0


def test_one_record_is_compared_by_its_reference(cast, pair, capsys):
    run("suggest", ["--record", pair[1].reference])
    assert "1 leads raised" in capsys.readouterr().out
    with pytest.raises(BadInput, match="no record"):
        run("suggest", ["--record", "RS-F-1999-000001"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["judge", "RS-LD-2026-000001", "same", *BECAUSE], "say who judges"),
        (["show", "RS-LD-1999-000001", "--as", "alice"], "there is no lead"),
        (["list", "--as", "nobody"], "no active account"),
        (["list", "--order", "beauty"], "cannot be ordered"),
        (["list", "--whose", "somebody"], "nobody whose leads"),
    ],
)
def test_what_is_wrong_is_one_sentence(cast, pair, arguments, message):
    with pytest.raises(BadInput, match=message):
        run("leads", arguments)


def test_charlie_finds_no_lead_and_judges_none(cast, pair, capsys):
    run("suggest", [])
    lead = Lead.objects.get()
    capsys.readouterr()
    run("leads", ["list", "--as", "charlie"])
    out, err = capsys.readouterr()
    assert (out, err) == ("", "0 of 0\n")
    for name in ("charlie", "bob"):
        with pytest.raises(BadInput, match="there is no lead"):
            run("leads", ["judge", lead.reference, "same", "--as", name, *BECAUSE])
    assert not Judgement.objects.exists()
