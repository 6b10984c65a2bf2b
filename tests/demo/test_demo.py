"""The demonstration comes in by the doors of real data, into empty instances."""

import stat
from dataclasses import replace

import pytest
from django.core.management import call_command

from focalpoint.accounts.access import SYSTEM, visible
from focalpoint.accounts.models import Unit
from focalpoint.demo import (
    casework,
    deliveries,
    interruption,
    load,
    office,
    people,
)
from focalpoint.intake.models import Profile
from focalpoint.records.models import (
    BallisticItem,
    Breach,
    Consignment,
    Disposal,
    Exhibit,
    Firearm,
    Incident,
    Link,
    Person,
    RegisterEntry,
    Report,
    SavedSearch,
    SubjectRequest,
)
from focalpoint.simulation import scenario
from tests import make
from tests.region import region

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(settings, tmp_path):
    settings.HOME = tmp_path
    units = people.make_units()
    return units, people.make_accounts(units)


def tables_of(code):
    """The tables of one jurisdiction; of its registry only the first rows."""
    wanted = [t for t in region().tables if t.sender.endswith(f"-{code}") and t.rows]
    return [
        replace(table, rows=table.rows[:40]) if table.name == "registry" else table
        for table in wanted
    ]


@pytest.mark.slow
def test_a_jurisdictions_files_come_in_whole_and_refer_to_each_other(cast, tmp_path):
    """Six files with eleven tables go through mapping, check and import."""
    units, users = cast
    sheets_folder = tmp_path / "files"
    sheets_folder.mkdir()
    tables = tables_of("xk")
    scenario.files.write(tables, sheets_folder)
    batches = list(deliveries.deliver(tables, tmp_path, units, users))
    assert sum(batch.report["read"] for batch in batches) == sum(
        len(table.rows) for table in tables
    )
    accepted = sum(batch.report["accepted"] for batch in batches)
    assert accepted == sum(batch.report["read"] for batch in batches)
    assert Person.objects.filter(incident=None).count() == 0
    police = Firearm.objects.filter(source__startswith="Police")
    assert police.exists()
    assert not police.filter(incident=None).exists()
    assert BallisticItem.objects.exclude(incident=None).exists()
    assert (
        Consignment.objects.exclude(incident=None).count()
        == Consignment.objects.count()
    )
    assert Profile.objects.filter(name="Police, firearms, Kosovo*").exists()
    again = list(deliveries.deliver(tables, tmp_path, units, users))
    assert all(batch.report["created"] == 0 for batch in again)
    assert all(batch.report["updated"] == 0 for batch in again)

    kept = casework.exhibits(
        "xk", units["xk"], region().lives.chance("test"), by=users["analyst-xk"]
    )
    assert kept == Exhibit.objects.count() == casework.EXHIBITS
    assert all(exhibit.steps.count() >= 1 for exhibit in Exhibit.objects.all())
    casework.reports(
        "xk", units["xk"], region().lives.chance("test"), by=users["analyst-xk"]
    )
    assert set(Report.objects.values_list("handling", flat=True)) == {
        "h0", "h1", "h2", "h3",
    }  # fmt: skip
    assert Link.objects.filter(type="mentioned_in").count() == Report.objects.count()


def test_every_role_has_an_account_whose_password_lies_in_the_instance(cast):
    _units, users = cast
    shown = people.sign_ins()
    assert {account.role for account, _ in shown} >= {
        "analyst", "head", "examiner", "registry", "border", "prosecutor", "regional",
        "auditor", "administrator",
    }  # fmt: skip
    for account, password in shown:
        assert users[account.name].check_password(password)
        assert users[account.name].second_factor_waived
    assert stat.S_IMODE(people.path().stat().st_mode) == 0o600


def test_the_published_examples_stay_outside_the_region(cast):
    units, users = cast
    load.examples(units[people.EXAMPLES], lambda _line: None)
    mine = Firearm.objects.filter(unit__code=people.EXAMPLES)
    assert mine.count() == Firearm.objects.count() == 950
    assert not visible(Firearm.objects.all(), users["regional"]).exists()
    assert visible(Firearm.objects.all(), users["analyst"]).count() == 950
    assert set(mine.values_list("jurisdiction", flat=True)) == {""}
    read = {key.casefold() for row in mine for key in (*row.other, *row.as_read)}
    assert not any("case_status" in key for key in read)
    assert Incident.objects.exclude(unit__code=people.EXAMPLES).count() == 0


def test_an_instance_that_holds_records_is_left_alone(settings, tmp_path, capsys):
    settings.HOME = tmp_path
    unit = Unit.objects.create(code="own", name="Own", path="/own/")
    make.firearm(SYSTEM, unit=unit)
    units = Unit.objects.count()
    with pytest.raises(SystemExit) as left:
        call_command("demo", size="tiny")
    assert left.value.code == 2
    assert "holds records already" in capsys.readouterr().err
    assert Unit.objects.count() == units


def test_a_second_run_shows_the_sign_ins_and_loads_nothing(cast, capsys):
    call_command("demo")
    printed = capsys.readouterr()
    assert "analyst\t" in printed.out
    assert "loaded already" in printed.err
    assert not Firearm.objects.exists()


def test_a_wrong_size_is_refused_before_anything_is_made(settings, tmp_path, capsys):
    settings.HOME = tmp_path
    with pytest.raises(SystemExit):
        call_command("demo", size="huge")
    assert "tiny, small, large" in capsys.readouterr().err
    assert not Unit.objects.exists()


def test_an_interrupted_loading_leaves_a_note(settings, tmp_path):
    settings.HOME = tmp_path
    with pytest.raises(KeyboardInterrupt), interruption.noted():
        raise KeyboardInterrupt
    assert interruption.found()
    (tmp_path / "demonstration-loading").unlink()
    with interruption.noted():
        pass
    assert not interruption.found()


def test_the_office_has_disposals_searches_and_requests(cast):
    units, users = cast
    for _number in range(5):
        event = make.incident(
            users["analyst"], type="voluntary_surrender", unit=units["rs"]
        )
        make.firearm(users["analyst"], incident=event, unit=units["rs"], make="zastava")
    assert office.run(units, users) == office.ITEMS
    first, second = Disposal.objects.order_by("number")
    assert first.closed_at and not second.closed_at
    assert second.items.count() == 2
    assert Exhibit.objects.filter(state="destroyed").count() == office.ITEMS
    assert SavedSearch.objects.count() == len(office.SEARCHES)
    assert SubjectRequest.objects.filter(state="open").count() == 2
    assert Breach.objects.filter(closed_at=None).count() == 1


def test_a_large_registry_is_consulted_and_not_recorded(cast, tmp_path, monkeypatch):
    units, users = cast
    monkeypatch.setattr(deliveries, "RECORDED", 10)
    tables = [t for t in tables_of("xk") if t.name in ("registry", "losses")]
    (tmp_path / "files").mkdir()
    scenario.files.write(tables, tmp_path / "files")
    [edition] = deliveries.consult(tables, tmp_path, units, users)
    assert edition.state == "current"
    assert RegisterEntry.objects.count() == edition.entries == 40
    list(deliveries.deliver(tables, tmp_path, units, users))
    assert not Firearm.objects.filter(kind="registered").exists()
