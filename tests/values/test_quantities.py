"""Amounts keep their unit; a number that can be two numbers is refused."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from focalpoint.values.errors import BadInput
from focalpoint.values.quantities import Count, Grams, Millimetres, number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", "12"),
        ("1.200,50", "1200.50"),
        ("1,200.50", "1200.50"),
        ("1 200", "1200"),
        ("1'200", "1200"),
        ("1.200.300", "1200300"),
        ("9,5", "9.5"),
        ("0,125", "0.125"),
        ("1234,567", "1234.567"),
        ("-3.5", "-3.5"),
    ],
)
def test_numbers(text, value):
    assert number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["1.200", "12,000"])
def test_what_can_be_two_numbers_is_refused_until_the_mark_is_known(text):
    with pytest.raises(BadInput, match="thousand times"):
        number(text)
    assert number("1.200", ".") == Decimal("1.2")
    assert number("1.200", ",") == Decimal(1200)


@pytest.mark.parametrize("text", ["", "many", "1.2.3", "1,20.300", "--2", "12,3456,7"])
def test_no_number(text):
    with pytest.raises(BadInput):
        number(text)


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        (Count, "1.200", "1200"),
        (Count, "12 kom", "12"),
        (Count, "ca. 200 copë", "~200"),
        (Count, "oko 50 komada", "~50"),
        (Grams, "9,5 kg", "9500 g"),
        (Grams, "250", "250 g"),
        (Grams, "1.250,5 g", "1250.5 g"),
        (Grams, "1 t", "1000000 g"),
        (Millimetres, "41,5 cm", "415 mm"),
        (Millimetres, '16"', "406.4 mm"),
        (Millimetres, "16 in.", "406.4 mm"),
    ],
)
def test_amounts_with_units(kind, text, shown):
    assert str(kind.parse(text)) == shown


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Count, "1,5"),
        (Grams, "5 mm"),
        (Millimetres, "2 kg"),
        (Count, "-3"),
        (Grams, ""),
    ],
)
def test_wrong_units_fractions_and_negatives_are_refused(kind, text):
    with pytest.raises(BadInput):
        kind.parse(text)


def test_only_like_adds_to_like():
    total = Grams(Decimal(500)) + Grams(Decimal(250), about=True)
    assert total == Grams(Decimal(750), about=True)
    with pytest.raises(TypeError):
        Grams(Decimal(1)) + Millimetres(Decimal(1))


@given(st.decimals(0, 10**9, places=2), st.sampled_from([".", ","]))
def test_a_number_reads_back_with_its_mark(value, mark):
    grouped = f"{value:,.2f}"
    if mark == ",":
        grouped = grouped.translate(str.maketrans(",.", ".,"))
    assert number(grouped, mark) == value


@settings(max_examples=40)
@given(st.text(max_size=20) | st.from_regex(r"[0-9²٣., ]{1,12}( ?[a-z]{1,3})?"))
def test_any_text_is_an_amount_or_a_problem(text):
    for kind in (Count, Grams, Millimetres):
        try:
            assert kind.parse(text).amount >= 0
        except BadInput as problem:
            assert str(problem)
