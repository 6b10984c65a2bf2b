"""Names meet across scripts, orders and spellings."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from focalpoint.values.names import PersonName


@pytest.mark.parametrize(
    "text",
    [
        "Đorđević Marko",
        "Marko Djordjevic",
        "Марко Ђорђевић",
        "DORDEVIC, MARKO",
        "dr Marko  Đorđević",
        "Đorđević (Petar) Marko",
        "g. Marko Djordjević",
    ],
)
def test_spellings_of_one_name_have_one_key(text):
    assert PersonName(text).key == "dordevic marko"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Arben Hoxha", "Arben Hodža"),
        ("Ilir Petroviq", "Ilir Petrović"),
        ("Besnik Shala", "Besnik Šala"),
        ("Gjorgji Ivanov", "Ѓорѓи Иванов"),
        ("Juriy Shevchenko", "Jurij Ševčenko"),
    ],
)
def test_spellings_of_one_sound_meet_in_the_looser_key(one, other):
    assert PersonName(one).sound == PersonName(other).sound


def test_different_names_stay_apart():
    assert PersonName("Marko Marković").key != PersonName("Marko Mirković").key
    assert PersonName("Marko Marković").sound != PersonName("Mirko Marković").sound


@pytest.mark.parametrize(
    ("text", "latin", "script"),
    [
        ("Љубиша Ђорђевић", "Ljubiša Đorđević", "Cyrl"),
        ("ЊЕГОШ", "NJEGOŠ", "Cyrl"),
        ("Ѓорѓи Ќосев", "Gjorgji Kjosev", "Cyrl"),
        ("Юрий Щукин", "Yuriy Shchukin", "Cyrl"),
        ("Зеленський Сергій", "Zelenskyi Serhii", "Cyrl"),
        ("Ștefan Țurcanu", "Ștefan Țurcanu", "Latn"),
        ("Марко Petrović", "Marko Petrović", "mixed"),
        ("Γιώργος", "Γιώργος", "Grek"),
        ("1234", "1234", ""),
    ],
)
def test_scripts_and_transliteration(text, latin, script):
    name = PersonName(text)
    assert name.latin == latin
    assert name.script == script
    assert str(name) == text


def test_fathers_name_and_initials():
    name = PersonName("Petrović (Marko) Jovan")
    assert name.fathers_name == "Marko"
    assert name.tokens == ("petrovic", "jovan")
    assert name.initials == "jp"
    assert PersonName("Jovan Petrović").fathers_name == ""


def test_a_title_alone_is_still_a_name():
    assert PersonName("Dr").tokens == ("dr",)
    assert PersonName("").key == ""


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Z. Hoxha", ("z", "hoxha")),
        ("Hoxha Z.", ("hoxha", "z")),
        ("G. Petrović", ("g", "petrovic")),
        ("Г. Петровић", ("g", "petrovic")),
        ("Petrović, G.", ("petrovic", "g")),
        ("Arben Z. Hoxha", ("arben", "z", "hoxha")),
        ("Z. Arben Hoxha", ("arben", "hoxha")),
        ("g. Marko Petrović", ("marko", "petrovic")),
        ("Z. G. Hoxha", ("z", "g", "hoxha")),
        ("M. Petrović", ("m", "petrovic")),
    ],
)
def test_an_initial_is_a_name_where_it_may_be_one(text, tokens):
    assert PersonName(text).tokens == tokens


def test_keys_of_two_whole_words_leave_letters_that_may_be_titles():
    assert PersonName("Z. Arben Hoxha").key == PersonName("Arben Z. Hoxha").key
    assert PersonName("Z. Hoxha").key == PersonName("Hoxha, Z.").key == "hoxha z"
    assert PersonName("Z. Hoxha").key != PersonName("Hoxha").key


words = st.text("абвгдђежзиklmnopršđčćžëçșț", min_size=1, max_size=8)


@settings(max_examples=40)
@given(st.lists(words, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_keys_do_not_depend_on_order_or_case(tokens, random):
    shuffled = random.sample(tokens, len(tokens))
    one, other = PersonName(" ".join(tokens)), PersonName(", ".join(shuffled).upper())
    assert one.key == other.key
    assert one.sound == other.sound
    assert PersonName(one.key).key == one.key
