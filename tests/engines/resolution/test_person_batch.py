"""Many persons at once: the same pairs as comparing each with each, or a stated bound."""

import random
from itertools import combinations
from pathlib import Path

import pytest

from focalpoint.engines.resolution import batch, person_batch
from focalpoint.engines.resolution.person_batch import Listed, person_pairs
from focalpoint.engines.resolution.persons import (
    compare_persons,
    describe_person,
    person_keys,
)

HEADS = ("Kamen", "Vran", "Hoxh", "Zvon", "Tril", "Đorđ")
ENDS = ("ić", "ovski", "aj", "escu", "a")
GIVEN = ("Marko", "Агим", "Џемал", "Ilir", "Ștefan", "M.")
BORN = ("1979-03-14", "1979", "1980-03", "", "1979-14-03", "1961-07-02", "1979-01-01")


@pytest.fixture
def connection(tmp_path: Path):
    with batch.connect(tmp_path, memory="500MB") as made:
        yield made


def listed(id: str, name: str, group: str = "", **fields: str) -> Listed:
    return Listed(describe_person(id, name=name, **fields), (name,), group)


def invented(number: int, seed: int) -> list[Listed]:
    chance = random.Random(seed)
    return [
        listed(
            str(place),
            f"{chance.choice(GIVEN)} {chance.choice(HEADS)}{chance.choice(ENDS)}",
            born=chance.choice(BORN),
            number=chance.choice(("", "", "", "1403979500011")),
        )
        for place in range(number)
    ]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_pairs_are_those_of_comparing_each_with_each(connection, seed):
    everyone = invented(120, seed)
    size = len(everyone)
    expected = {}
    for one, other in combinations(everyone, 2):
        shared = person_keys(one.names[0]) & person_keys(other.names[0])
        number = one.person.number and one.person.number == other.person.number
        if not shared and not number:
            continue
        found = compare_persons(one.person, other.person, size=size)
        if found.weight >= -2:
            expected[one.person.id, other.person.id] = found
    answer = {(a, b): s for a, b, s in person_pairs(connection, everyone, least=-2)}
    assert len(expected) > 20
    assert answer == expected


def test_under_a_crowded_key_only_equal_parts_of_dates_meet(connection, monkeypatch):
    monkeypatch.setattr(person_batch, "CROWD", 5)
    same = [listed(f"s{n}", "Marko Kamenić", born="1979-03-14") for n in range(3)]
    others = [
        listed(f"o{n}", "Marko Kamenić", born=f"{1950 + n}-05-{n + 1:02}")
        for n in range(8)
    ]
    undated = [listed("u", "Marko Kamenić")]
    found = {
        (a, b)
        for a, b, _ in person_pairs(connection, same + others + undated, least=-99)
    }
    assert {("s0", "s1"), ("s0", "s2"), ("s1", "s2")} <= found
    assert not any(a.startswith("o") and b.startswith("o") for a, b in found)
    assert ("s0", "u") in found


def test_groups_meet_through_an_equal_number_only(connection):
    people = [
        listed("a", "Zoran Kamenić", "suspect", born="1979-03-14"),
        listed("b", "Zoran Kamenić", "other", born="1979-03-14"),
        listed("c", "Zoran Kamenić", "suspect", number="1403979500011"),
        listed("d", "Petar Vranić", "other", number="1403979500011"),
    ]
    found = {(a, b) for a, b, _ in person_pairs(connection, people, least=-99)}
    assert found == {("a", "c"), ("c", "d")}


def test_every_written_name_is_looked_under(connection):
    known = Listed(
        describe_person("a", name="Zoran Kamenić", number="1403979500011"),
        ("Zoran Kamenić", "Petar Vranić"),
    )
    alias = listed("b", "Petar Vranić")
    found = list(person_pairs(connection, [known, alias], least=-99))
    assert [(a, b) for a, b, _ in found] == [("a", "b")]


def test_a_list_without_anybody_or_names_has_no_pairs(connection):
    assert list(person_pairs(connection, [])) == []
    nobody = [listed("a", ""), listed("b", "")]
    assert list(person_pairs(connection, nobody, least=-99)) == []


def test_numbers_a_slip_apart_meet_though_the_dates_differ(connection):
    known = {"born": "1971-01-05", "number": "AB123456789"}
    other = {"born": "1984-10-23", "number": "AB123456798"}
    people = [
        listed("a", "Kiril Plavkin", **known),
        listed("b", "Kiril Plavkim", **other),
        listed("c", "Kiril Plavkim", **{**other, "number": "XY000000001"}),
    ]
    found = {(a, b) for a, b, _ in person_pairs(connection, people, least=-99)}
    assert ("a", "b") in found
    assert ("a", "c") not in found


def test_a_number_that_a_crowd_carries_is_none(connection, monkeypatch):
    names = ("Marko Kamenić", "Agim Hoxhaj", "Ilir Zvonrak", "Luan Trilbat")
    people = [listed(name, name, number="0000000") for name in names]
    monkeypatch.setattr(person_batch, "CROWD", len(names))
    assert len(list(person_pairs(connection, people, least=-99))) == 6
    monkeypatch.setattr(person_batch, "CROWD", len(names) - 1)
    assert list(person_pairs(connection, people, least=-99)) == []
