"""Handling codes combine to the strictest; gradings convert and keep the original."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from focalpoint.values.errors import BadInput
from focalpoint.values.markings import (
    DOUBT,
    Grading,
    Handling,
    handling_of,
    highest,
    to_4x4,
)


@pytest.mark.parametrize(
    ("codes", "court", "pass_on", "read"),
    [
        ("", True, True, False),
        ("H0", True, True, False),
        ("h1", False, True, False),
        ("h2", True, False, False),
        ("h3", True, True, True),
        ("H1, H2", False, False, False),
        ("h1+h2/h3", False, False, True),
    ],
)
def test_what_each_code_permits(codes, court, pass_on, read):
    handling = Handling.of(codes, "ask first" if "3" in codes else "")
    assert handling.may_use_in_court is court
    assert handling.may_pass_on is pass_on
    assert handling.must_read_first is read


def test_h0_stands_alone():
    assert str(Handling.of("h0 h2")) == "H2"
    assert str(Handling()) == "H0"


@pytest.mark.parametrize("codes", ["h4", "h3", "secret"])
def test_unknown_codes_and_h3_without_words_are_refused(codes):
    with pytest.raises(BadInput):
        Handling.of(codes)


handlings = st.builds(
    lambda codes, text: Handling(frozenset(codes), text),
    st.sets(st.sampled_from(["h0", "h1", "h2", "h3"])),
    st.sampled_from(["only our unit", "not to a lawyer"]),
)


@settings(max_examples=40)
@given(st.lists(handlings, max_size=4))
def test_the_highest_covers_every_part(parts):
    whole = highest(parts)
    assert all(whole.covers(part) for part in parts)
    assert all(part.text in whole.text for part in parts)
    assert highest([whole, *parts]) == whole
    assert highest(reversed(parts)).codes == whole.codes
    if not all(part.may_pass_on for part in parts):
        assert not whole.may_pass_on


@pytest.mark.parametrize(
    ("scheme", "grades", "expected", "note"),
    [
        ("3x5x2", "1AP", "B2", ""),
        ("3x5x2", "2BP", "X3", ""),
        ("3x5x2", "3EC", "C4", DOUBT),
        ("5x5x5", "A11", "A1", ""),
        ("5x5x5", "D44", "C4", ""),
        ("5x5x5", "E51", "X4", DOUBT),
        ("admiralty", "F6", "X4", ""),
        ("admiralty", "B2", "B3", ""),
        ("4x4", "B2", "B2", ""),
    ],
)
def test_conversion_to_4x4_keeps_the_original(scheme, grades, expected, note):
    original = Grading.of(scheme, grades)
    converted = to_4x4(original)
    assert str(converted.grading) == expected
    assert converted.original == original
    assert str(converted.original) == grades
    assert converted.note == note


def test_what_an_officer_saw_is_graded_1():
    assert str(to_4x4(Grading.of("3x5x2", "1AP"), seen_by_officer=True).grading) == "B1"


@pytest.mark.parametrize(
    ("scheme", "grades"),
    [("4x4", "D1"), ("4x4", "A5"), ("3x5x2", "1FP"), ("6x6", "A1"), ("4x4", "A1P")],
)
def test_grades_that_do_not_exist_are_refused(scheme, grades):
    with pytest.raises(BadInput):
        Grading.of(scheme, grades)


def test_handling_grades_become_handling_codes():
    assert str(handling_of(Grading.of("3x5x2", "1AP"))) == "H0"
    conditional = handling_of(Grading.of("3x5x2", "1AC"), "not before the arrest")
    assert conditional.must_read_first
    with pytest.raises(BadInput):
        handling_of(Grading.of("3x5x2", "1AC"))
    agency_only = handling_of(Grading.of("5x5x5", "A14"))
    assert not agency_only.may_pass_on
    assert "originating agency" in agency_only.text
