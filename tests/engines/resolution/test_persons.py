"""Two records of persons: names across scripts, partial dates, numbers, reasons.

Every name in ``person_pairs.csv`` is invented, and so is every number.
"""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from focalpoint.engines.resolution.persons import (
    NameShares,
    compare_persons,
    describe_person,
    levels,
    person_keys,
    person_sentence,
)

TABLE = Path(__file__).with_name("person_pairs.csv").read_text(encoding="utf-8")
PAIRS = list(csv.DictReader(TABLE.splitlines()))


def read(row, side):
    fields = ("name", "born", "number", "sex")
    return describe_person(side, **{name: row[f"{name}_{side}"] for name in fields})


@pytest.mark.parametrize("row", PAIRS, ids=lambda row: row["why"])
def test_labelled_pairs_are_told_apart(row):
    found = compare_persons(read(row, "a"), read(row, "b"))
    assert (found.weight >= 0) == (row["label"] == "same"), found


@pytest.mark.parametrize(
    "row", [row for row in PAIRS if row["label"] == "same"], ids=lambda row: row["why"]
)
def test_records_of_one_person_have_a_key_in_common(row):
    if row["why"] == "same number other name":
        assert not person_keys(row["name_a"]) & person_keys(row["name_b"])
    else:
        assert person_keys(row["name_a"]) & person_keys(row["name_b"])


def codes(found):
    return [evidence.code for evidence in found.evidence]


def person(**fields):
    stated = {"family": "Kamenkulić", "given": "Zoran", "born": "1979-03-14"}
    return describe_person("x", **(stated | fields))


@pytest.mark.parametrize(
    ("born", "level"),
    [
        ("1979-03-14", "day"),
        ("1979-03", "month"),
        ("1979", "year"),
        ("1979-01-01", "year"),
        ("1979-03-13", "near"),
        ("1979-05-14", "near"),
        ("1997-03-14", "near"),
        ("1980", "next"),
        ("1979-05-17", "differs"),
        ("1961-03-14", "differs"),
    ],
)
def test_the_difference_of_two_dates_is_named(born, level):
    found = compare_persons(person(), person(born=born))
    assert f"born.{level}" in codes(found)


def test_day_and_month_changed_over():
    found = compare_persons(person(born="1979-03-04"), person(born="1979-04-03"))
    assert "born.turned" in codes(found)


def test_a_text_that_is_no_date_says_nothing():
    assert "born" not in " ".join(codes(compare_persons(person(), person(born="soon"))))


def test_a_given_name_in_the_family_column_is_told():
    found = compare_persons(person(), person(family="Zoran", given="Kamenkulić"))
    assert "order.turned" in codes(found)
    assert found.weight > 0


def test_relatives_share_a_name_that_counts_for_little():
    found = compare_persons(person(), person(given="Nenad"))
    assert {"name.differs", "relatives.shared"} <= set(codes(found))
    names = sum(e.weight for e in found.evidence if e.code.split(".")[0] == "name")
    relatives = next(e for e in found.evidence if e.code == "relatives.shared")
    differs = next(e for e in found.evidence if e.code == "name.differs")
    assert names + relatives.weight == pytest.approx(3 + differs.weight, abs=0.01)


def test_a_rare_name_says_more_than_a_common_one():
    common = [f"Zoran Kamenkulić {number}" for number in range(40)]
    shares = NameShares.of([*common, "Nenad Pepeljubić"])
    often = compare_persons(person(), person(), shares=shares)
    rare = compare_persons(
        person(family="Pepeljubić"), person(family="Pepeljubić"), shares=shares
    )
    assert rare.weight > often.weight + 3


def test_among_more_persons_a_namesake_is_likelier():
    few, many = (compare_persons(person(), person(), size=n) for n in (1_000, 10**6))
    assert few.weight > many.weight


def test_a_date_of_birth_is_read_out_of_a_personal_number():
    # Made up: its check digit holds, but no office has the region 99.
    stated = person(born=None, number="0101990990000")
    found = compare_persons(stated, person(born="1990-01-01"))
    assert "born.day" in codes(found)


def test_an_equal_number_is_not_counted_twice_by_its_date():
    stated = person(born=None, number="0101990990000")
    assert codes(compare_persons(stated, stated))[-1] == "number.equal"
    assert "born.day" not in codes(compare_persons(stated, stated))


def test_every_level_has_a_sentence_that_its_evidence_fills():
    for row in PAIRS:
        for evidence in compare_persons(read(row, "a"), read(row, "b")).evidence:
            assert evidence.code in levels()
            assert "%(" not in person_sentence(evidence)


NAMES = st.lists(
    st.sampled_from(
        [
            "Xhemal",
            "Џемал",
            "Džemal",
            "Đuro",
            "Ђуро",
            "Ștefan",
            "Z.",
            "Ilir",
            "Oblutarević",
            "Zogmëlin",
            "Q",
            "a",
        ]
    ),
    max_size=4,
).map(" ".join)
DATES = st.sampled_from([None, "1979", "1979-03", "1979-03-14", "1979-04-03", "x"])
NUMBERS = st.sampled_from(["", "0123456789", "0123456788", "A123"])
PERSONS = st.builds(
    lambda name, born, number, father: describe_person(
        "x", name=name, born=born, number=number, father=father
    ),
    NAMES,
    DATES,
    NUMBERS,
    NAMES,
)


@settings(max_examples=80)
@given(PERSONS, PERSONS)
def test_the_order_of_two_records_is_nothing(one, other):
    there, back = compare_persons(one, other), compare_persons(other, one)
    assert there.weight == pytest.approx(back.weight, abs=0.01)
    assert 0 <= there.probability <= 1


@settings(max_examples=80)
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_read_and_keys_forget_the_order_of_words(one, other):
    assert person_keys(f"{one} {other}") is not None
    compare_persons(describe_person("a", name=one), describe_person("b", name=other))
    words = ["Zoran", "Petar", "Kamenkulić"]
    assert person_keys(" ".join(words)) == person_keys(" ".join(words[::-1]))


@settings(max_examples=60)
@given(NAMES)
def test_nothing_matches_a_name_better_than_itself(name):
    one = describe_person("x", name=name, born="1979-03-14")
    other = describe_person("y", name="Petar Gromoklas", born="1979-03-14")
    if one.words:
        itself = compare_persons(one, one).weight
        assert itself >= compare_persons(one, other).weight
