"""Shapes and check digits of personal numbers, plates, cases, judgments and parcels.

The JMBG and IDNO numbers are the examples of python-stdnum (``si.emso``, ``md.idno``;
an IDNP has the check digit of an IDNO); the S10 number is the example of the Universal
Postal Union's standard, as quoted in public descriptions of it. No number here is that
of a person.
"""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from focalpoint.values.identifiers import (
    albanian_nid,
    case_number,
    ecli,
    idnp,
    jmbg,
    kosovo_number,
    personal_numbers,
    plate,
    postal_item,
)


def test_jmbg_with_its_check_digit():
    number = jmbg("0101006 500006")
    assert number.checks is True
    assert number.normal == "0101006500006"
    assert number.born == datetime.date(2006, 1, 1)
    assert number.sex == "male"
    assert number.issuers == ("si",)
    assert jmbg("0101006500007").checks is False


@pytest.mark.parametrize("text", ["", "3113006500006", "010100650000", "abc"])
def test_no_jmbg(text):
    assert jmbg(text) is None


@given(
    st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31)),
    st.integers(0, 99),
    st.integers(0, 999),
)
def test_one_check_digit_in_ten_fits_a_jmbg(day, region, serial):
    start = f"{day:%d%m}{day.year % 1000:03d}{region:02d}{serial:03d}"
    numbers = [jmbg(f"{start}{digit}") for digit in range(10)]
    assert sum(number.checks for number in numbers) == 1
    assert {number.born for number in numbers} == {day}


def test_albanian_number_says_birth_and_sex():
    man, woman = albanian_nid("J10517123A"), albanian_nid("j1 05 51 123 a")
    assert man.born == datetime.date(1991, 5, 17)
    assert man.sex == "male"
    assert man.checks is None
    assert woman is None  # the day is 51
    assert albanian_nid("J15517123A").sex == "female"
    assert albanian_nid("J13517123A").sex == "male"
    assert albanian_nid("Z10517123A") is None


def test_moldovan_number():
    # The published IDNO 1008600038413 with 2 for 1 in front: 7 more, so 0 for 3.
    assert idnp("2008600038410").checks is True
    assert idnp("2008600038413").checks is False
    assert idnp("1008600038413") is None  # a company's number
    assert idnp("200860003841") is None


@given(st.integers(0, 10**11 - 1))
def test_one_check_digit_in_ten_fits_an_idnp(serial):
    numbers = [idnp(f"2{serial:011d}{digit}") for digit in range(10)]
    assert sum(number.checks for number in numbers) == 1


def test_a_number_that_can_be_two_lists_the_fitting_one_first():
    found = personal_numbers("0101006500006")
    assert [number.kind for number in found] == ["jmbg", "idnp"]
    assert kosovo_number("1234567890").issuers == ("xk",)
    assert personal_numbers("no number") == ()


@pytest.mark.parametrize(
    ("text", "normal", "issuer"),
    [
        ("BG 123-AB", "BG123AB", "rs"),
        ("БГ 123-АБ", "BG123AB", "rs"),
        ("NŠ·1234·ČĆ", "NS1234CC", "rs"),
        ("A12-K-345", "A12K345", "ba"),
        ("AA 123 BB", "AA123BB", "al"),
        ("01-123-AB", "01123AB", "xk"),
        ("PG AB123", "PGAB123", "me"),
        ("SK 1234 AB", "SK1234AB", "mk"),
        ("ABC 123", "ABC123", "md"),
        ("BG 123-АB", "BG123AB", "rs"),  # one letter is Cyrillic
    ],
)
def test_plates(text, normal, issuer):
    found = plate(text)
    assert found.normal == normal
    assert found.raw == text
    assert issuer in found.issuers


@pytest.mark.parametrize("text", ["", "no plate", "A car, 1 red", "ABCDEF"])
def test_no_plate(text):
    assert plate(text) is None


@pytest.mark.parametrize(
    "text",
    ["KTN-123/24", "KTN 123/2024", "КТН 0123/24", "Ktn.br. 123/24", "ktn 123-24"],
)
def test_ways_of_writing_one_case(text):
    assert case_number(text).normal == "KTN 123/2024"


def test_case_numbers_with_suffix_or_without_mark():
    assert case_number("Kt 12/21-5").normal == "KT 12/2021/5"
    assert case_number("К.бр. 12/2021").normal == "K 12/2021"
    assert case_number("45/99").normal == "45/1999"
    assert case_number("no case") is None


def test_ecli():
    found = ecli("ecli:RO:ICCJ:2016:006.000123")
    assert found.normal == "ECLI:RO:ICCJ:2016:006.000123"
    assert found.issuers == ("ro",)
    assert ecli("ECLI:RO:ICCJ:16:1") is None


def test_postal_item():
    assert postal_item("RR 473 124 829 GB").checks is True
    assert postal_item("RR473124820GB").checks is False
    assert postal_item("RR473124829GB").issuers == ("gb",)
    assert postal_item("473124829") is None


@settings(max_examples=40)
@given(st.text(max_size=30) | st.from_regex(r"[A-Z²٣0-9/. -]{5,20}"))
def test_any_text_is_an_identifier_or_none(text):
    for kind in (plate, case_number, ecli, postal_item):
        found = kind(text)
        assert found is None or (found.raw == text and found.normal)
    assert all(found.raw == text for found in personal_numbers(text))
