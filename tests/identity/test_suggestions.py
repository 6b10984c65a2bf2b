"""Suggestions at once and by the nightly run: found, never twice, asked again rightly."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from focalpoint.accounts.access import SYSTEM
from focalpoint.identity import actions, counted, firearms, queries
from focalpoint.identity.models import Counted, Run
from focalpoint.leads import actions as leads
from focalpoint.leads import queries as inbox
from focalpoint.leads.models import Lead
from focalpoint.records import actions as records
from focalpoint.records import registers, registry, retention
from focalpoint.records.models import Firearm
from tests import cast as people
from tests import make
from tests.records.test_registers import row

pytestmark = pytest.mark.django_db
SERIAL = "218471"
BECAUSE = {"reason": "Both frames read 218471", "basis": "serial_and_make"}


@pytest.fixture
def cast():
    return people.assemble()


def gun(by, **over):
    return make.firearm(by, **{"serial": SERIAL, "kind": "recovered", **over})


@pytest.fixture
def pair(cast):
    stolen = gun(cast.alice, kind="stolen", event_date="2011-03-03")
    return stolen, gun(cast.alice, serial="218 4?1")


def only():
    [lead] = Lead.objects.all()
    return lead


# ---- at once


def test_a_misread_number_is_put_beside_its_gun(cast, pair):
    outcome = actions.suggest_for(pair[1])
    lead = only()
    assert outcome.raised == (lead.pk,)
    assert (lead.first_id, lead.second_id) == (pair[1].pk, pair[0].pk)
    assert (lead.relation, lead.proposal, lead.status) == ("same", "same", "open")
    assert lead.weight > 0
    codes = {one["code"] for one in lead.evidence}
    assert "make.equal" in codes
    assert any(code.startswith("serial.") for code in codes)
    assert lead.engine == "resolution"


def test_asking_from_the_other_side_or_again_raises_nothing_more(cast, pair):
    actions.suggest_for(pair[1])
    for record in (pair[0], pair[1]):
        outcome = actions.suggest_for(record)
        assert (outcome.raised, outcome.reopened) == ((), ())
    assert only().status == "open"


def test_saving_a_record_raises_its_suggestions(
    cast, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        gun(cast.alice, kind="stolen")
    assert not Lead.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        gun(cast.alice)
    assert only().status == "open"


def test_a_fault_in_the_engine_does_not_lose_the_record(
    cast, monkeypatch, django_capture_on_commit_callbacks
):
    def fail(*args, **kwargs):
        raise RuntimeError("no engine today")

    monkeypatch.setattr(firearms, "suggestions", fail)
    with django_capture_on_commit_callbacks() as callbacks:
        made = gun(cast.alice)
    assert callbacks
    with pytest.raises(RuntimeError):
        callbacks[0]()
    assert Firearm.objects.filter(pk=made.pk).exists()


def test_two_units_that_see_nothing_of_each_other_get_their_lead(cast):
    here, there = gun(cast.alice), gun(cast.charlie, kind="stolen")
    actions.suggest_for(here)
    regional = people.person("rita", "regional", cast.region)
    assert inbox.counts(regional)["open"] == 1
    assert inbox.counts(cast.alice)["open"] == inbox.counts(cast.charlie)["open"] == 0
    [reason] = [r for r in only().triage_reasons if r["code"] == "cross_border"]
    assert set(reason["params"].values()) == {"rs", "al"}
    assert there.pk in (only().first_id, only().second_id)


def test_a_number_on_many_guns_warns_of_copies_and_floods_nobody(cast):
    for _number in range(8):
        gun(cast.alice, kind="registered", model="M57", calibre="762x25")
    asked = gun(cast.alice)
    outcome = actions.suggest_for(asked)
    assert len(outcome.raised) <= 8
    assert set(Lead.objects.values_list("relation", flat=True)) <= {"clone", "same"}
    assert not Lead.objects.filter(relation="clone").exclude(status="noted").exists()


def test_a_gun_without_a_number_asks_nothing(cast):
    gun(cast.alice)
    for serial in ("", "obliterated"):
        assert actions.suggest_for(gun(cast.alice, serial=serial)).raised == ()


def test_an_entry_of_a_register_becomes_a_record_only_when_it_is_asked_about(cast):
    guns = [(SERIAL, "zastava", "M70"), ("999999", "zastava", "M70")]
    loaded_register(cast.south, guns)
    asked = gun(cast.alice)
    actions.suggest_for(asked)
    [taken] = Firearm.objects.exclude(pk=asked.pk)
    assert (taken.source, taken.source_key) == ("Weapons register", "1")
    assert taken.pk in (only().first_id, only().second_id)
    actions.suggest_for(taken)
    assert Firearm.objects.count() == 2
    assert Lead.objects.count() == 1


def loaded_register(unit, guns):
    register = registers.open_register("Weapons register", by=SYSTEM, unit=unit)
    edition = registers.begin(
        register, by=SYSTEM, file="r.csv", digest="0", mapping="{}"
    )
    rows = [entry(edition, place, *one) for place, one in enumerate(guns, 1)]
    registers.store(edition, rows, len(rows), {"rejected": 0}, by=SYSTEM)
    registers.show(edition, by=SYSTEM)


def entry(edition, place, serial, maker, model):
    return row(edition, place, str(place), maker, model, serial)


# ---- judged, changed, withdrawn


def test_a_judged_pair_is_not_asked_until_a_compared_field_changes(cast, pair):
    actions.suggest_for(pair[1])
    leads.judge(only(), "different", by=cast.alice, **BECAUSE)
    assert actions.suggest_for(pair[1]).reopened == ()
    records.change(pair[1], {"remarks": "Looked at again"}, by=cast.alice)
    assert actions.suggest_for(Firearm.objects.get(pk=pair[1].pk)).reopened == ()
    changed = records.change(pair[1], {"serial": SERIAL}, by=cast.alice)
    assert actions.suggest_for(changed).reopened == (only().pk,)
    told = only().changed
    assert (told["first"], told["second"]) == (["serial"], [])
    assert told["verdict"] == "different"


def test_a_pair_judged_the_same_is_asked_again_when_its_evidence_goes(cast, pair):
    actions.suggest_for(pair[1])
    leads.judge(only(), "same", by=cast.alice, **BECAUSE)
    agreeing = records.change(pair[1], {"serial": SERIAL}, by=cast.alice)
    assert actions.suggest_for(agreeing).reopened == ()
    other = records.change(pair[1], {"serial": "777000"}, by=cast.alice)
    assert actions.suggest_for(other).reopened == (only().pk,)
    assert only().weight < 0
    assert only().changed["verdict"] == "same"


def test_a_changed_record_takes_its_leads_back(cast, pair):
    actions.suggest_for(pair[1])
    changed = records.change(pair[1], {"serial": "777000"}, by=cast.alice)
    assert actions.suggest_for(changed).lapsed == 1
    assert (only().status, only().lapsed_because) == ("lapsed", "no_longer_suggested")
    back = records.change(pair[1], {"serial": SERIAL}, by=cast.alice)
    assert actions.suggest_for(back).reopened == (only().pk,)
    assert only().status == "open"


def test_a_withdrawn_record_takes_its_leads_back_until_it_is_restored(cast, pair):
    actions.suggest_for(pair[1])
    gone = records.withdraw(pair[1], "Entered twice", by=cast.erin)
    actions.suggest_for(gone)
    assert (only().status, only().lapsed_because) == ("lapsed", "record_withdrawn")
    assert actions.suggest_for(pair[0]).raised == ()
    again = records.restore(gone, "Was right", by=cast.erin)
    actions.suggest_for(again)
    assert only().status == "open"


def test_erasure_empties_what_leads_hold_of_the_record(cast, pair):
    actions.suggest_for(pair[1])
    retention.erase(pair[1], "Its time is over", by=cast.erin)
    assert (only().evidence, only().status) == ([], "lapsed")


def test_records_of_one_dossier_are_not_asked_about(cast, pair):
    third = gun(cast.alice)
    for record in (pair[1], third):
        actions.suggest_for(record)
    for lead in Lead.objects.exclude(first_id=third.pk, second_id=pair[1].pk)[:2]:
        leads.judge(lead, "same", by=cast.alice, **BECAUSE)
    fresh = Firearm.objects.get(pk=third.pk)
    actions.suggest_for(fresh)
    assert inbox.counts(cast.alice)["open"] == 0
    assert Lead.objects.filter(status="lapsed").count() == 1


def test_a_hidden_record_of_an_import_asks_nothing(cast, pair):
    Firearm.objects.filter(pk=pair[1].pk).update(is_complete=False)
    hidden = Firearm.objects.get(pk=pair[1].pk)
    assert actions.suggest_for(hidden).raised == ()
    assert actions.suggest_for(pair[0]).raised == ()


# ---- every night


@pytest.fixture
def region(cast):
    for number in range(6):
        for kind in ("stolen", "recovered"):
            make.firearm(cast.alice, serial=f"{number}57{number}31", kind=kind)


def test_a_run_compares_everything_and_counts(cast, region, monkeypatch):
    monkeypatch.setattr(actions, "SLICE", 5)
    told = []
    run, _persons = actions.run_all(say=lambda run: told.append((run.done, run.total)))
    assert (run.state, run.done, run.total, run.raised) == ("done", 12, 12, 6)
    assert told[:4] == [(5, 12), (10, 12), (12, 12), (12, 12)]
    assert counted.population().size == 12
    again, _persons = actions.run_all(everything=True)
    assert (again.done, again.raised) == (12, 0)
    assert Lead.objects.count() == 6


def test_the_next_run_compares_what_changed(cast, region):
    actions.run_all()
    assert actions.run_all()[0].total == 0
    make.firearm(cast.alice, serial="057031", kind="surrendered")
    run, _persons = actions.run_all()
    assert (run.total, run.raised) == (1, 2)


def test_it_is_counted_anew_when_the_data_are_other_ones(cast, region, monkeypatch):
    actions.run_all()
    times = []
    monkeypatch.setattr(counted, "count", lambda: times.append(1) or ("{}", 0))
    monkeypatch.setattr(counted, "store", lambda counts: None)
    actions.run_all()
    assert times == []
    make.firearm(cast.alice, serial="057031", kind="surrendered")
    actions.run_all()
    assert times == [1]
    monkeypatch.undo()
    actions.run_all()
    assert not counted.is_stale()
    loaded_register(cast.south, [("157988", "zastava", "M70")])
    assert counted.is_stale()
    actions.run_all()
    week = timezone.now() - timezone.timedelta(days=8)
    Counted.objects.update(counted_at=week)
    assert counted.is_stale()


@pytest.mark.parametrize("dies_at", [1, 2, 3])
def test_a_killed_run_goes_on_and_raises_no_lead_twice(
    cast, region, monkeypatch, dies_at
):
    monkeypatch.setattr(actions, "SLICE", 4)
    kill_after(monkeypatch, dies_at)
    with pytest.raises(KeyboardInterrupt):
        actions.run_all()
    run = Run.objects.get(record_type="firearm")
    assert (run.state, run.done) == ("running", 4 * (dies_at - 1))
    monkeypatch.undo()
    monkeypatch.setattr(actions, "SLICE", 4)
    resumed, _persons = actions.run_all()
    assert resumed.pk == run.pk
    assert (resumed.state, resumed.done) == ("done", 12)
    assert Lead.objects.count() == resumed.raised == 6


def kill_after(monkeypatch, slices):
    """Die after the leads of a slice are stored and before the slice is whole."""
    settle, calls = actions.settle, []

    def dying(*args, **kwargs):
        outcome = settle(*args, **kwargs)
        calls.append(outcome)
        if len(calls) == slices:
            raise KeyboardInterrupt
        return outcome

    monkeypatch.setattr(actions, "settle", dying)


def test_a_run_that_is_asked_to_stop_goes_on_later(cast, region, monkeypatch):
    monkeypatch.setattr(actions, "SLICE", 5)
    [run] = actions.run_all(say=lambda run: actions.stop(run, by=cast.erin))
    assert (run.state, run.done) == ("stopped", 5)
    assert run.pk in [one.pk for one in queries.runs(cast.erin)]
    assert queries.runs(cast.bob) == []
    run, _persons = actions.run_all()
    assert (run.state, run.done) == ("done", 12)
    with pytest.raises(PermissionDenied):
        actions.stop(run, by=cast.alice)


def test_two_runs_at_a_time_are_one(cast, region, monkeypatch):
    monkeypatch.setattr(actions, "SLICE", 5)
    first = actions.begin("firearm", by=SYSTEM)
    second = actions.begin("firearm", by=SYSTEM)
    assert first.pk == second.pk
    actions.step(first, by=SYSTEM)
    assert actions.step(second, by=SYSTEM).done == 10


def test_another_engine_begins_anew(cast, region, monkeypatch):
    actions.run_all()
    monkeypatch.setattr(actions, "ENGINE_VERSION", "resolution 99")
    run, _persons = actions.run_all()
    assert (run.total, run.since) == (12, None)


def test_a_large_serial_group_stays_bounded(cast):
    """A number on sixty records makes no lead for each pair of them."""
    for number in range(60):
        make.firearm(cast.alice, serial="12345", kind="registered", model=f"M{number}")
    run, _persons = actions.run_all()
    assert run.state == "done"
    assert Lead.objects.count() <= 60 * 5
    assert Lead.objects.filter(relation="clone").count() == 0


def test_what_settings_names_is_there():
    from django.conf import settings
    from django.utils.module_loading import import_string

    for name in ("RECORDS_FOLLOWED_LATER", "IMPORT_FOLLOWED_LATER"):
        assert hasattr(import_string(getattr(settings, name)), "enqueue")
    names = (settings.RECORDS_FOLLOWED_AT_ONCE, settings.REMOVAL_FOLLOWED)
    for name in (*names, *settings.ERASURE_FOLLOWED):
        assert callable(import_string(name))
    assert set(actions.TYPES) <= {
        kind.code for kind in registry.all_types() if kind.identify
    }


@pytest.mark.parametrize("large", [1, 1000])
def test_an_import_is_compared_as_a_whole_and_once(cast, pair, monkeypatch, large):
    from uuid import uuid4

    from focalpoint.identity import at_large, tasks

    monkeypatch.setattr(at_large, "LARGE", large)
    batch = uuid4()
    Firearm.objects.filter(pk=pair[1].pk).update(batch=batch, serial="218471")
    records.change(pair[1], {"serial": SERIAL}, by=cast.alice)
    assert tasks.suggest_of_import.func("firearm", str(batch)) == 1
    actions.run_all(everything=True)
    assert tasks.suggest_of_import.func("firearm", str(batch)) == 0
    assert Lead.objects.count() == 1
