"""Many persons are compared by SQL: what a look-up of each would raise, no more."""

import json
import random
from dataclasses import replace

import pytest

from focalpoint.accounts.access import SYSTEM
from focalpoint.engines.resolution import person_batch
from focalpoint.identity import actions, at_large, persons, persons_at_large
from focalpoint.identity.models import PersonKey, Run
from focalpoint.leads import actions as leads
from focalpoint.leads.models import Lead
from focalpoint.records import actions as records
from focalpoint.records.identifiers import new_id
from focalpoint.records.models import Person
from tests import cast as people
from tests import make
from tests.identity.test_suggestions import kill_after

pytestmark = pytest.mark.django_db
NUMBER, SLIP = "0705980123456", "0705980123466"
UNNAMED = {"family_name": "", "given_name": "", "birth_date": ""}
VICTIM = {"led_category": "victim"}
# Pairs that are one person, each as two offices wrote it, and what they stand for.
SAME = {
    "two scripts": (
        {"family_name": "Hoxhaj", "given_name": "Xhemal", "birth_date": "1980-05-07"},
        {"family_name": "Хоџај", "given_name": "Џемал", "birth_date": "1980-05-07"},
    ),
    "a digraph": (
        {
            "family_name": "Đorđević",
            "given_name": "Đurađ",
            "birth_date": "1961-07-02",
        },
        {"name_original": "Djuradj Djordjevic", "birth_date": "1961-07-02"},
    ),
    "comma or cedilla, and a year": (
        {
            "family_name": "Șerbănescu",
            "given_name": "Horațiu",
            "birth_date": "1975-11-30",
        },
        {"family_name": "Şerbănescu", "given_name": "Horaţiu", "birth_date": "1975"},
    ),
    "parts changed over, and a month": (
        {
            "family_name": "Trilbat",
            "given_name": "Shpend",
            "birth_date": "1988-03-09",
        },
        {"family_name": "Shpend", "given_name": "Trilbat", "birth_date": "1988-03"},
    ),
    "a father's name": (
        {
            "family_name": "Kremdolić",
            "given_name": "Balša",
            "patronymic": "Radovan",
            "birth_date": "1950-02-14",
        },
        {"name_original": "Балша (Радован) Кремдолић", "birth_date": "1950-02-14"},
    ),
    "another name": (
        {
            "family_name": "Vlasnosh",
            "given_name": "Gëzim",
            "birth_date": "1992-12-01",
            "aliases": ["Ilir Zvonrak"],
            "national_id": NUMBER,
        },
        {
            "family_name": "Zvonrak",
            "given_name": "Ilir",
            "birth_date": "1992-12-01",
            "national_id": NUMBER,
        },
    ),
    "a slip in the number, and a wrong date": (
        {
            "family_name": "Plavkin",
            "given_name": "Kiril",
            "birth_date": "1971-01-05",
            "national_id": "AB123456789",
        },
        {
            "family_name": "Plavkim",
            "given_name": "Kiril",
            "birth_date": "1984-10-23",
            "national_id": "AB123456798",
        },
    ),
    "a victim and a suspect with one number": (
        {
            "family_name": "Gormsul",
            "given_name": "Vasile",
            "national_id": "12345678901",
        },
        {
            "family_name": "Gormsul",
            "given_name": "Vasile",
            "national_id": "12345678901",
            **VICTIM,
        },
    ),
}
# Pairs that are not put beside each other.
APART = {
    "a victim and a suspect of one name": (
        {"family_name": "Srempak", "given_name": "Dumitru", "birth_date": "1979-09-19"},
        {
            "family_name": "Срempak",
            "given_name": "Dumitru",
            "birth_date": "1979-09-19",
            **VICTIM,
        },
    ),
    "a number too short to be one": (
        {
            "family_name": "Dubvezh",
            "given_name": "Nikola",
            "birth_date": "1966-06-06",
            "national_id": "17",
        },
        {
            "family_name": "Dubvezh",
            "given_name": "Nikola",
            "birth_date": "1966-06-06",
            "national_id": "17",
            **VICTIM,
        },
    ),
    "namesakes of other years": (
        {"family_name": "Kostmer", "given_name": "Luan", "birth_date": "1955-01-30"},
        {"family_name": "Kostmer", "given_name": "Luan", "birth_date": "1983-08-12"},
    ),
}


@pytest.fixture
def cast():
    return people.assemble()


@pytest.fixture
def pairs(cast):
    return {
        what: tuple(make.person(cast.alice, **{**UNNAMED, **one}) for one in two)
        for what, two in {**SAME, **APART}.items()
    }


def large(monkeypatch):
    monkeypatch.setattr(at_large, "LARGE", 1)


def told(found):
    """What was found, whole: of whom, how strongly, why, and what changed since."""
    return sorted(
        json.dumps(
            [one.key, one.relation, one.weight, [*one.evidence], {**one.changed}]
        )
        for one in found.suggested
    )


def both_ways():
    """What a look-up of everybody suggests, and what a comparison by SQL does."""
    everybody = list(Person.objects.select_related("unit"))
    one_by_one = actions.weigh(everybody, by=SYSTEM)
    run = actions.begin("person", by=SYSTEM)
    looked = at_large.look_up(run)
    try:
        at_once = actions.weigh(everybody, by=SYSTEM, looked=looked)
    finally:
        looked.close()
    assert len(one_by_one.stale) == len(at_once.stale) == 0
    return told(one_by_one), told(at_once)


def keys(found):
    return {json.loads(one)[0] for one in found}


def test_both_ways_raise_the_same_leads(pairs):
    one_by_one, at_once = both_ways()
    assert one_by_one == at_once
    expected = {
        leads.suggesting.pair_key("identity", *(one.pk for one in pairs[what]))
        for what in SAME
    }
    assert keys(at_once) == expected
    assert len(at_once) == 2 * len(SAME)  # from either side


@pytest.mark.parametrize("seed", [3, 4])
def test_both_ways_agree_on_many_who_are_nearly_one(cast, seed):
    """Few names, few dates, few numbers: hundreds of pairs at every level."""
    chance = random.Random(seed)
    family = ("Kamenić", "Каменић", "Kameni", "Hoxha", "Hoxhaj", "Đorđić", "Djordjic")
    given = ("Marko", "Марко", "M.", "Agim", "Агим", "Ilir", "Marija", "")
    dates = ("1979-03-14", "1979", "1980-03", "", "1979-04-14", "1961-07-02", "1969")
    numbers = ("", "", "", "1403979500011", "1403979500012", "17", "AB1234567")
    categories = ("suspect", "convicted", "victim", "witness", "", "not_determined")
    for number in range(90):
        key, names = new_id(), [chance.choice(family), chance.choice(given)]
        chance.shuffle(names)
        Person.objects.create(
            id=key,
            dossier=key,
            reference=f"RS-N-2026-{number:07d}",
            unit=cast.north,
            jurisdiction="rs",
            family_name=names[0],
            given_name=names[1],
            patronymic=chance.choice(("", "", "Petar", "Петровић")),
            aliases=chance.choice(([], [], ["Zoran Vranić"])),
            birth_date=chance.choice(dates),
            sex=chance.choice(("", "male", "female")),
            national_id=chance.choice(numbers),
            led_category=chance.choice(categories),
        )
    one_by_one, at_once = both_ways()
    assert len(one_by_one) > 100
    assert one_by_one == at_once


def test_what_was_judged_is_asked_by_neither_unless_it_changed(cast, pairs):
    actions.run_all()
    assert Lead.objects.count() == len(SAME)
    said = {"basis": "identity_document", "reason": "Passports seen"}
    for what, verdict in (
        ("two scripts", "different"),
        ("a digraph", "same"),
        ("a father's name", "different"),
    ):
        key = leads.suggesting.pair_key("identity", *(one.pk for one in pairs[what]))
        leads.judge(Lead.objects.get(key=key), verdict, by=cast.alice, **said)
    first, _other = pairs["two scripts"]
    records.change(first, {"patronymic": "Arben"}, by=cast.alice)
    one_by_one, at_once = both_ways()
    assert one_by_one == at_once
    [again] = {json.dumps(json.loads(one)[4]) for one in at_once} - {"{}"}
    assert '"patronymic"' in again
    assert len(keys(at_once)) == len(SAME) - 2


def test_a_judgement_of_a_pair_that_no_key_brings_together_is_looked_at(cast, pairs):
    first, other = pairs["two scripts"][0], pairs["a digraph"][0]
    said = {"basis": "identity_document", "reason": "Passports seen"}
    leads.judge_records(first, other, "same", by=cast.alice, **said)
    records.change(first, {"sex": "female"}, by=cast.alice)
    one_by_one, at_once = both_ways()
    assert one_by_one == at_once
    assert leads.suggesting.pair_key("identity", first.pk, other.pk) in keys(at_once)


def test_withdrawn_and_hidden_persons_are_compared_with_nobody(cast, pairs):
    records.withdraw(pairs["two scripts"][0], "Entered twice", by=cast.erin)
    hidden = pairs["a digraph"][1]
    Person.objects.filter(pk=hidden.pk).update(is_complete=False)
    one_by_one, at_once = both_ways()
    assert one_by_one == at_once
    assert len(keys(at_once)) == len(SAME) - 2


def test_a_large_run_stores_its_leads_and_leaves_no_file(cast, pairs, monkeypatch):
    large(monkeypatch)
    _guns, run = actions.run_all()
    assert (run.state, run.done, run.raised) == ("done", 22, len(SAME))
    assert not at_large.folder_of(run).exists()
    assert PersonKey.objects.filter(person=pairs["two scripts"][0].pk).exists()
    assert actions.run_all(everything=True)[1].raised == 0
    monkeypatch.setattr(at_large, "LARGE", 10_000)
    again = actions.run_all(everything=True)[1]
    assert (again.done, again.raised, again.reopened, again.lapsed) == (22, 0, 0, 0)


def test_a_large_run_that_was_killed_goes_on_with_its_pairs(cast, pairs, monkeypatch):
    large(monkeypatch)
    monkeypatch.setattr(actions, "SLICE", 4)
    kill_after(monkeypatch, 4)  # a run over no firearms settles nothing
    with pytest.raises(KeyboardInterrupt):
        actions.run_all()
    run = Run.objects.get(record_type="person")
    assert (run.state, run.done) == ("running", 12)
    [left] = at_large.folder_of(run).iterdir()
    assert left.name == at_large.PAIRS
    monkeypatch.undo()
    large(monkeypatch)
    monkeypatch.setattr(at_large, "_find", None)  # would fail: nothing is found anew
    _guns, resumed = actions.run_all()
    assert (resumed.pk, resumed.state, resumed.done) == (run.pk, "done", 22)
    assert Lead.objects.count() == resumed.raised == len(SAME)


def test_a_kill_while_pairs_are_found_leaves_no_name_behind(cast, pairs, monkeypatch):
    large(monkeypatch)

    def dies(*args, **kwargs):
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(persons_at_large, "person_pairs", dies)
    with pytest.raises(KeyboardInterrupt):
        actions.run_all()
    run = Run.objects.get(record_type="person")
    assert list(at_large.folder_of(run).iterdir()) == []
    monkeypatch.undo()
    large(monkeypatch)
    assert actions.run_all()[1].raised == len(SAME)


def test_two_that_go_on_with_one_run_find_its_pairs_beside_each_other(
    cast, pairs, monkeypatch
):
    run, find, times = actions.begin("person", by=SYSTEM), at_large._find, []

    def meeting(*args):
        if not times:
            times.append(1)
            at_large.look_up(run).close()
        return find(*args)

    monkeypatch.setattr(at_large, "_find", meeting)
    looked = at_large.look_up(run)
    first, other = pairs["two scripts"]
    assert looked.of([first]) == {first.pk: [other]}
    looked.close()


def test_a_run_that_is_replaced_leaves_no_pairs_behind(cast, pairs, monkeypatch):
    run = actions.begin("person", by=SYSTEM)
    at_large.look_up(run).close()
    monkeypatch.setattr(actions, "ENGINE_VERSION", "resolution 99")
    assert actions.begin("person", by=SYSTEM).pk != run.pk
    assert not at_large.folder_of(run).exists()


def test_a_number_that_a_crowd_carries_brings_nobody_together(cast, monkeypatch):
    of_nobody = {"national_id": "0000000", "birth_date": "1980"}
    names = ("Hoxhaj", "Kremdolić", "Trilbat", "Vlasnosh", "Plavkin", "Gormsul")
    for name in names:
        make.person(cast.alice, family_name=name, given_name=name[:4], **of_nobody)
    assert len(keys(both_ways()[1])) > 0
    for module in (persons, person_batch):
        monkeypatch.setattr(module, "CROWD", len(names) - 1)
    Run.objects.all().delete()
    assert both_ways() == ([], [])


def test_few_of_many_are_looked_up(cast, monkeypatch):
    for name in ("Hoxhaj", "Trilbat", "Plavkin"):
        make.person(cast.alice, family_name=name)
    monkeypatch.setattr(at_large, "LARGE", 2)
    assert not at_large.pays("person", 1)
    assert at_large.pays("person", 2)
    dear = replace(at_large.KINDS["person"], share=0.9)
    monkeypatch.setitem(at_large.KINDS, "person", dear)
    assert not at_large.pays("person", 2)
    assert at_large.pays("person", 3)
