"""One pair of records: relation, weight, reasons."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from focalpoint.engines.resolution import explain
from focalpoint.engines.resolution.keys import MOST_KEYS, lookup_keys
from focalpoint.engines.resolution.numbers import differ, steps_apart
from focalpoint.engines.resolution.population import Population
from focalpoint.engines.resolution.score import compare, describe, probability_of


def gun(serial: str, **fields: str):  # type: ignore[no-untyped-def]
    stated = {"make": "Zastava", "model": "M57", "calibre": "7,62 x 25 Tokarev"}
    return describe("x", serial=serial, **(stated | fields))


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("A-123456", "a123456", "serial.equal"),
        ("A-123456", "А-123456", "serial.equal"),  # Cyrillic
        ("В123456", "V123456", "serial.script"),  # by sound
        ("O123456", "0123456", "serial.look_alike"),
        ("A123456", "A12?45?", "serial.unread"),
        ("A123456", "A1234*", "serial.unread_end"),
        ("A123456", "A12345*", "serial.unread"),
        ("A123456", "A128456", "serial.confusable"),
        ("A123456", "A124356", "serial.transposed"),
        ("A123456", "A12346", "serial.dropped"),
        ("A123456", "A123453", "serial.last"),
        ("A123456", "A923456", "serial.substituted"),
        ("A123456", "A72?456", "serial.unread_confusable"),
        ("A123456", "B999999", "serial.other"),
        ("A123456", "removed", "serial.absent"),
    ],
)
def test_the_difference_of_two_numbers_is_named(
    one: str, other: str, level: str
) -> None:
    assert differ(gun(one).number, gun(other).number).code == level
    assert differ(gun(other).number, gun(one).number).code == level


def test_every_differing_sign_is_shown_with_its_place() -> None:
    found = compare(gun("A123456"), gun("A128456"))
    assert found.evidence[0].differences == ((4, "3", "8"),)
    dropped = compare(gun("A123456"), gun("A12346"))
    assert dropped.evidence[0].differences == ((6, "5", ""),)


def test_neighbours_of_a_delivery_are_a_lot_not_one_gun() -> None:
    records = [gun(f"C{number}") for number in range(10000, 90000, 40)]
    data = Population.of(records)
    found = compare(gun("C23459"), gun("C23462"), population=data)
    assert found.relation == "lot"
    copied = compare(gun("C23459"), gun("C23462"), population=data, repeats=9)
    assert (copied.relation, copied.weight) == ("lot", found.weight)


def test_a_number_on_many_records_is_a_marking_not_a_gun() -> None:
    rare, common = (
        compare(gun("K1234567"), gun("K1234567"), repeats=n) for n in (2, 4000)
    )
    assert rare.relation == "same"
    assert common.relation == "clone"
    assert "4000 records" in explain.explanation(common)


def test_a_misreading_of_a_number_on_many_records_might_be_any_of_them() -> None:
    for other in ("K1284567", "K12?4567"):
        rare, common = (
            compare(gun(other), gun("K1234567"), repeats=n) for n in (2, 4000)
        )
        assert rare.relation == common.relation == "same"
        assert rare.weight > common.weight + 5
        assert "4000 records" in explain.explanation(common)


def test_a_component_is_no_firearm() -> None:
    found = compare(gun("K1234567"), gun("K1234567", type="barrel"))
    assert found.relation == "part"


def test_the_same_agreement_weighs_less_in_a_larger_register() -> None:
    few = Population.of([gun(f"{n}") for n in range(10000, 99999, 900)])
    many = Population.of([gun(f"{n}") for n in range(10000, 99999, 9)])
    weights = [
        compare(gun("23459"), gun("23459"), population=p).weight for p in (few, many)
    ]
    assert weights[0] > weights[1] + 6


def test_longer_numbers_weigh_more() -> None:
    records = [gun(str(n)) for n in (*range(1000, 9999, 9), *range(10**6, 10**7, 9000))]
    population = Population.of(records)
    short, long = (
        compare(gun(n), gun(n), population=population).weight
        for n in ("4821", "4821537")
    )
    assert long > short + 8


def test_a_field_that_differs_costs_and_one_not_stated_costs_nothing_more() -> None:
    base, other = gun("K1234567"), "K1234567"
    agrees = compare(base, gun(other)).weight
    differs = compare(base, gun(other, make="Glock", model="17")).weight
    silent = compare(base, gun(other, make="", model="")).weight
    assert agrees > silent > differs


def test_a_population_can_be_kept() -> None:
    population = Population.of([gun(f"A{n}") for n in range(1000, 1300)])
    kept = Population.from_json(population.to_json())
    pair = gun("A1234"), gun("A1284")
    assert compare(*pair, population=kept) == compare(*pair, population=population)


numbers = st.text("0123456789ABCDEFГЖВР?-/", min_size=0, max_size=14)


@settings(max_examples=80, deadline=None)
@given(numbers, numbers)
def test_which_record_comes_first_changes_nothing(one: str, other: str) -> None:
    forth, back = compare(gun(one), gun(other)), compare(gun(other), gun(one))
    assert (forth.weight, forth.relation) == (back.weight, back.relation)
    assert forth.probability == probability_of(forth.weight)
    assert explain.explanation(forth)


@settings(max_examples=80, deadline=None)
@given(
    st.text("0123456789ACDFK", min_size=5, max_size=9).filter(
        lambda text: any(map(str.isdigit, text))
    ),
    st.data(),
)
def test_one_mistake_is_among_the_keys_looked_up(
    text: str, data: st.DataObject
) -> None:
    record = gun(text)
    if record.number.status != "intact":
        return
    key = record.key
    place = data.draw(st.integers(0, len(key) - 1))
    sign = data.draw(st.sampled_from("0123456789" if key[place].isdigit() else "ACDFK"))
    keys = lookup_keys(record).keys
    assert key[:place] + sign + key[place + 1 :] in keys
    assert key[:place] + key[place + 1 :] in keys
    assert key[:place] + "?" + key[place + 1 :] in keys
    assert keys[0] == key
    assert len(keys) <= MOST_KEYS


def test_an_obliterated_number_asks_by_pattern() -> None:
    found = lookup_keys(gun("K1?34*"))
    assert "K1_34_" in found.patterns
    assert lookup_keys(gun("removed")).keys == ()


def test_numbers_count_on() -> None:
    assert steps_apart("T1102-19A00017".replace("-", ""), "T110219A00020") == 3
    assert steps_apart("A1007", "B1008") is None
    assert steps_apart("A100", "A1000") is None


def test_what_agrees_speaks_for_and_the_reasons_sum_to_the_weight() -> None:
    """The make rules other records out; with it known, the model rules out fewer."""
    found = compare(gun("A123456"), gun("A123456"))
    worth = {evidence.code: evidence.weight for evidence in found.evidence}
    assert worth["make.equal"] > 2
    assert worth["model.equal"] > 1
    assert sum(worth.values()) == pytest.approx(found.weight, abs=0.001)


def test_what_agrees_never_reads_as_against_even_beside_a_number_that_is_rare() -> None:
    found = compare(gun("EF55193977021"), gun("EF55193977021"))
    agreed = [e for e in found.evidence if e.code.endswith(".equal")]
    assert {e.code for e in agreed} >= {"serial.equal", "make.equal", "model.equal"}
    assert min(e.weight for e in agreed) >= 0
    total = sum(evidence.weight for evidence in found.evidence)
    assert total == pytest.approx(found.weight, abs=0.001)


@settings(max_examples=50)
@given(st.text("A1B82?", min_size=4, max_size=8), st.text("A1B82?", max_size=8))
def test_reasons_sum_to_the_weight_of_same(one: str, other: str) -> None:
    found = compare(gun(one), gun(other))
    if found.relation == "same":
        total = sum(evidence.weight for evidence in found.evidence)
        assert total == pytest.approx(found.weight, abs=0.001)
