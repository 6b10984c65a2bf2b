"""The language of the search box: what a text is taken apart into."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from focalpoint.records import vocabulary
from focalpoint.records.query_language import Clause, parse, period
from focalpoint.records.serial_search import closeness, pattern_of
from focalpoint.records.words import joined, variants, words_of


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("", []),
        ("zastava", [("", ("zastava",), False)]),
        ("zastava M70", [("", ("zastava",), False), ("", ("M70",), False)]),
        ('"red bag" car', [("", ("red bag",), True), ("", ("car",), False)]),
        ("„crvena torba“", [("", ("crvena torba",), True)]),
        ('"not closed', [("", ("not closed",), True)]),
        ("serial:218?71", [("serial", ("218?71",), False)]),
        ("make:zastava,beretta", [("make", ("zastava", "beretta"), False)]),
        ('place:"Bačka Palanka"', [("place", ("Bačka Palanka",), True)]),
        ("МАРКА:Застава", [("make", ("Застава",), False)]),
        ("мјесто:Ниш", [("place", ("Ниш",), False)]),
        ("kalibri:9x19", [("calibre", ("9x19",), False)]),
        ("seized:2023..", [("seized", ("2023..",), False)]),
        ("14:30", [("", ("14:30",), False)]),
        ("nothing:here", [("", ("nothing:here",), False)]),
    ],
)
def test_a_query_is_taken_apart(text, clauses):
    assert parse(text).clauses == tuple(Clause(*clause) for clause in clauses)


def test_names_of_coded_fields_are_known_when_they_are_told():
    assert parse("disposition:destroyed").clauses[0].name == ""
    known = frozenset({"disposition"})
    assert parse("disposition:destroyed", known).clauses[0].name == "disposition"


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("2023", ("2023", "2023")),
        ("2023-05", ("2023-05", "2023-05")),
        ("2023..", ("2023", "")),
        ("..2023-05-17", ("", "2023-05-17")),
        ("2021..2023-05", ("2021", "2023-05")),
        ("..", None),
        ("last week", None),
        ("20233", None),
    ],
)
def test_a_period_has_ends(text, ends):
    assert period(text) == ends


def test_a_date_that_is_none_is_a_problem():
    query = parse("date:yesterday zastava")
    assert query.problems == ("yesterday",)
    assert [clause.values for clause in query.clauses] == [("zastava",)]


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text_is_taken_apart_and_its_clauses_say_the_same_again(text):
    query = parse(text)
    for clause in query.clauses:
        assert clause.values
        assert all(value.strip() for value in clause.values)
    plain = [c for c in query.clauses if not c.is_phrase and '"' not in c.text]
    again = parse(" ".join(clause.text for clause in plain))
    assert [c.name for c in again.clauses] == [c.name for c in plain]


def test_words_are_folded_and_have_the_variant_without_j():
    assert words_of("Ђорђевић, Đorđević; 9×19") == ["djordjevic", "djordjevic", "9x19"]
    assert variants(["djordjevic", "nis"]) == ["dordevic"]
    assert joined("KT 12/2025") == "kt122025"


def test_codes_are_named_by_label_alias_or_code_with_those_below():
    assert vocabulary.codes("make", "Застава") == {"zastava"}
    assert "zastava" in vocabulary.codes("make", "crvena zastava")
    assert {"pistol", "pistol_sa"} <= vocabulary.codes("type", "pištolj")
    assert vocabulary.codes("jurisdiction", "Србија") >= {"rs"}
    assert vocabulary.codes("make", "nobody makes this") == frozenset()


@pytest.mark.parametrize(
    ("asked", "other", "order"),
    [
        ("218471", "218471", 0),
        ("218471", "218?71", 1),
        ("218471", "2I8471", 2),
        ("218471", "218571", 3),
        ("218471", "A218471", 4),
        ("218471", "21871", 4),
        ("218471", "218999", None),
        ("218?71", "A218?71", None),
    ],
)
def test_numbers_are_ranked_by_how_they_differ(asked, other, order):
    assert closeness(asked, other) == order


@given(st.text("0123456789ABCXYZ", min_size=4, max_size=10), st.data())
@settings(max_examples=100, deadline=None)
def test_one_misread_character_is_always_near_and_closeness_goes_both_ways(text, data):
    place = data.draw(st.integers(0, len(text) - 1))
    other = f"{text[:place]}{data.draw(st.sampled_from('0129ABZ'))}{text[place + 1 :]}"
    assert closeness(text, other) is not None
    assert closeness(text, other) == closeness(other, text)


def test_a_pattern_keeps_wildcards_and_reads_cyrillic_letters():
    assert pattern_of("ав-12?4*") == "AB12?4*"
    assert pattern_of("No. 218 471") == "NO218471"
