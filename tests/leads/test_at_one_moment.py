"""Two people at one moment, and a night that is killed: with processes of their own.

Whoever comes second is told what happened; one judgement stands; nothing is lost.
"""

import itertools
import json
import os
import shutil
import subprocess

import pytest

from tests.processes import Instance, databases  # noqa: F401 - a fixture

pytestmark = pytest.mark.slow  # each test starts two to five processes
DOES = "tests.leads.meeting"
COUNTED = itertools.count()
CLAIM = "before the lead is judged"


def prepared(what, tmp_path_factory, new_database):
    """An instance with records, to be copied."""
    name = f"meeting_{os.getpid()}_{what}"
    url = new_database(name) if new_database else ""
    instance = Instance(tmp_path_factory.mktemp(what) / "home", url, DOES)
    instance.make()
    [instance.found] = instance.told(what)
    instance.name = name
    return instance


def copied(instance, new_database, tmp_path):
    shutil.copytree(instance.home, tmp_path / "home")
    url = ""
    if new_database:
        url = new_database(f"{instance.name}_{next(COUNTED)}", instance.name)
    return Instance(tmp_path / "home", url, DOES)


@pytest.fixture(scope="module")
def of_one_gun(tmp_path_factory, databases):  # noqa: F811
    return prepared("three", tmp_path_factory, databases)


@pytest.fixture(scope="module")
def of_many_guns(tmp_path_factory, databases):  # noqa: F811
    return prepared("many", tmp_path_factory, databases)


@pytest.fixture
def three(of_one_gun, databases, tmp_path):  # noqa: F811
    """Three records of one gun, with a lead between each two."""
    assert [status for _key, status in of_one_gun.found["leads"]] == ["open"] * 3
    return copied(of_one_gun, databases, tmp_path)


@pytest.fixture
def many(of_many_guns, databases, tmp_path):  # noqa: F811
    """Six pairs of records that nobody has compared."""
    assert of_many_guns.found["leads"] == []
    return copied(of_many_guns, databases, tmp_path)


def end_of(process, word=None):
    """Let a process come to its end; return why it was refused, and what there is."""
    out, complaints = process.communicate(word, timeout=60)
    assert process.returncode == 0, complaints
    *refused, end = [json.loads(line) for line in out.splitlines() if line[0] == "{"]
    assert (end["recomputed"], end["breaks"]) == (0, 0)
    return (refused[0] if refused else None), end


def meet(instance, first, second):
    """Let two people go on at one moment; return their refusals and the end."""
    both = [instance.reach(*first), instance.reach(*second)]
    for process in both:
        process.stdin.write("\n")
        process.stdin.flush()
    told = [end_of(process) for process in both]
    [refused] = [one for one in told if one[0]] or [(None, None)]
    return refused[0], max((one[1] for one in told), key=lambda end: end["judgements"])


def in_turn(instance, first, second):
    """Let a second person come while the first is at it; its refusal and the end."""
    held, other = instance.reach(*first), instance.reach(*second)
    other.stdin.write("\n")
    other.stdin.flush()
    with pytest.raises(subprocess.TimeoutExpired):
        other.wait(1)  # it waits for the first
    assert end_of(held, "\n")[0] is None
    return end_of(other)


def test_two_people_judge_one_lead_at_one_moment(three):
    verdicts = {"alice": "same", "anton": "different"}
    refused, end = meet(
        three, *(("judge", name, said, "0", CLAIM) for name, said in verdicts.items())
    )
    [[name, verdict]] = end["standing"]
    assert (end["judgements"], end["same"], verdict) == (1, 1, verdicts[name])
    assert refused["as"] == "Conflict"
    assert refused["refused"].startswith(f"{name.capitalize()} judged ")
    assert "Nothing of yours is stored" in refused["refused"]


def test_one_judges_a_lead_while_another_is_at_it(three):
    refused, end = in_turn(
        three,
        ("judge", "alice", "same", "0", "with the lead in hand"),
        ("judge", "anton", "different", "0", CLAIM),
    )
    assert "Alice judged" in refused["refused"]
    assert end["standing"] == [["alice", "same"]]


def test_one_judges_a_lead_and_another_its_records_by_hand(three):
    refused, end = meet(
        three,
        ("judge", "alice", "same", "0", CLAIM),
        ("by_hand", "anton", "different", CLAIM),
    )
    assert refused["as"] == "Conflict"
    assert (len(end["standing"]), end["same"]) == (1, 1)


def test_two_leads_of_one_dossier_are_judged_at_one_moment(three):
    refused, end = meet(
        three,
        ("judge", "alice", "same", "0", CLAIM),
        ("judge", "anton", "same", "1", CLAIM),
    )
    assert refused is None
    assert (len(end["standing"]), end["same"], end["dossiers"]) == (2, 2, 1)


def test_two_people_withdraw_one_judgement_at_one_moment(three):
    three.told("judge", "alice", "same", "0", "")
    refused, end = in_turn(
        three,
        ("withdraw", "alice", "before dossiers are computed"),
        ("withdraw", "erin", "before it is withdrawn"),
    )
    assert "does not stand any more" in refused["refused"]
    assert (end["standing"], end["judgements"], end["dossiers"]) == ([], 1, 3)


def test_a_lead_is_judged_while_its_record_changes(three):
    """The number is corrected first: the lead lapses, and the person is told so."""
    refused, end = in_turn(
        three,
        ("change", "before a slice is whole"),
        ("judge", "alice", "same", "0", CLAIM),
    )
    assert "The machine took" in refused["refused"] and end["standing"] == []


def test_a_night_compares_while_a_person_judges(three):
    """Both want the same leads and the same audit trail; neither stops the other."""
    refused, end = in_turn(
        three,
        ("run", "10000", "all", "before a slice is whole", "1"),
        ("judge", "alice", "same", "0", CLAIM),
    )
    assert refused is None and end["standing"] == [["alice", "same"]]
    [after] = three.told("run", "10000", "all", "", "0")
    assert [status for _key, status in after["leads"]].count("judged") == 1


# ---- a night that is killed


@pytest.mark.parametrize(
    ("large", "moment", "number", "done"),
    [
        ("10000", "before a slice is stored", 1, 0),
        ("1", "before a slice is whole", 2, 4),
    ],
)
def test_a_killed_night_goes_on_and_raises_no_lead_twice(
    many, large, moment, number, done
):
    many.kill_at("run", large, "", moment, str(number))
    [left] = many.told("state")
    assert [row[:2] for row in left["runs"]] == [["running", done]]
    assert len(left["leads"]) == left["runs"][0][2]
    [end] = many.told("run", large, "", "", "0")
    assert end["runs"] == [["done", 12, 6]]
    assert len(end["leads"]) == 6


def test_a_night_that_is_killed_while_pairs_are_found_finds_them_anew(many):
    many.kill_at("run", "1", "", "while pairs are found", "1")
    [end] = many.told("run", "1", "", "", "0")
    assert end["runs"] == [["done", 12, 6]]
    assert not list((many.home / "identity").iterdir())
