import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from focalpoint.values.folding import fold, look_alikes, without_dj


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Đorđević", "Djordjevic"),
        ("Ђорђевић", "Djordjevic"),
        ("ЂОРЂЕВИЋ", "đorđević"),
        ("Ljubičić", "Љубичић"),
        ("Njegoš", "Његош"),
        ("Ǌegoš", "Његош"),
        ("Džep", "Џеп"),
        ("Ѓорѓиевски", "Gjorgjievski"),
        ("Ќустендил", "Kjustendil"),
        ("Gjirokastër", "gjirokaster"),
        ("Çamëria", "cameria"),
        ("Țepeș", "Ţepeş"),
        ("Straße", "STRASSE"),
        ("ISPARTA", "ısparta"),
        ("Œuvre", "oeuvre"),
        ("Αθήνα", "Athina"),
        ("cafe\u0301", "café"),
        ("١٢٣", "123"),
    ],
)
def test_spellings_of_one_word_meet(one, other):
    assert fold(one) == fold(other)


def test_a_bare_d_meets_the_letter_with_the_bar():
    assert without_dj(fold("Đorđević")) == without_dj(fold("Dordevic"))
    assert fold("Đorđević") != fold("Dordevic")


@settings(max_examples=60)
@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("typed", "latin"),
    [("АВ1234", "AB1234"), ("с-123", "C-123"), ("ΑΒ12", "AB12"), ("Ж12", "Ж12")],
)
def test_look_alikes_become_latin_and_other_letters_stay(typed, latin):
    assert look_alikes(typed) == latin


def test_look_alikes_leave_digits_and_latin_letters_alone():
    text = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    assert look_alikes(text) == text
