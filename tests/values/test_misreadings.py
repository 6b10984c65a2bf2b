"""Doubts about serial numbers are offered, and never where there is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from focalpoint.values.misreadings import misreadings


@pytest.mark.parametrize(
    ("text", "kind", "suggestion"),
    [
        ("2184O71", "figure", "2184071"),
        ("21847I", "figure", "218471"),
        ("О18822", "script", "O18822"),
        ("7,65", "calibre", ""),
        ("9x19", "calibre", ""),
        ("M70", "model", ""),
        ("AK-47", "model", ""),
        ("1983", "year", ""),
        ("брушен", "remark", ""),
    ],
)
def test_a_slip_of_the_registers_is_doubted(text, kind, suggestion):
    found = [one for one in misreadings(text) if one.kind == kind]
    assert found
    assert found[0].suggestion == suggestion


@pytest.mark.parametrize("text", ["218471", "K-11820", "A12345", "ГМ"[:0], "218?71"])
def test_a_plain_number_is_not_doubted(text):
    assert misreadings(text) == []


def test_a_letter_in_front_is_a_prefix_and_no_misread_figure():
    assert misreadings("B18822") == []


@given(st.from_regex(r"[0-9]{5,12}", fullmatch=True))
def test_figures_alone_are_never_doubted(text):
    assert misreadings(text) == []


@given(st.text(max_size=20))
def test_a_suggestion_keeps_the_length(text):
    for one in misreadings(text):
        assert not one.suggestion or len(one.suggestion) == len(text.strip())
