"""Points keep their precision; neutral names carry their asterisk and footnote."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from focalpoint.values import codelists
from focalpoint.values.errors import BadInput
from focalpoint.values.places import (
    EARTH_RADIUS_M,
    LatLon,
    capital,
    footnote,
    footnotes,
    footnotes_in,
    jurisdiction_of,
    label,
)


@pytest.mark.parametrize(
    "text",
    [
        "44.8176, 20.4569",
        "44.8176 20.4569",
        "44,8176; 20,4569",
        "44.8176°N, 20.4569°E",
        "44°49'3.36\"N 20°27'24.84\"E",
    ],
)
def test_written_forms_of_one_point(text):
    point = LatLon.parse(text)
    assert point.lat == pytest.approx(44.8176)
    assert point.lon == pytest.approx(20.4569)


def test_south_and_west_are_negative():
    assert LatLon.parse("22°54'S 43°12'W").lon == pytest.approx(-43.2)
    assert LatLon.parse("22.9S, 43.2W").lat == pytest.approx(-22.9)


@pytest.mark.parametrize("text", ["", "Belgrade", "91, 20", "44.8", "44.8, 200"])
def test_no_point(text):
    with pytest.raises(BadInput):
        LatLon.parse(text)


def test_unknown_precision_is_refused():
    with pytest.raises(BadInput, match="settlement"):
        LatLon(44, 20, "roughly")


def test_distance_is_along_the_great_circle():
    """On a sphere the pole is a quarter of the circumference from the equator."""
    quarter = math.pi / 2 * EARTH_RADIUS_M
    pole = LatLon(90, 0)
    assert LatLon(0, 20).distance_m(pole) == pytest.approx(quarter)
    assert LatLon(44, 20).distance_m(LatLon(45, 20)) == pytest.approx(quarter / 90)
    assert LatLon(0, -90).distance_m(LatLon(0, 90)) == pytest.approx(2 * quarter)


points = st.builds(LatLon, st.floats(-85, 85), st.floats(-180, 180))


@settings(max_examples=40)
@given(points, st.sampled_from(codelists.load("place_precisions").codes))
def test_a_coarser_point_hides_the_true_one_within_its_radius(point, precision):
    shown = point.coarser(precision)
    assert shown.precision == precision or shown == point
    assert point.distance_m(shown) <= shown.radius_m
    assert shown.coarser("exact") == shown
    assert point.could_be_near(shown)


@pytest.mark.parametrize("locale", codelists.LOCALES)
def test_kosovo_has_its_asterisk_and_footnote_in_every_language(locale):
    assert label("xk", locale).endswith("*")
    for style in ("un", "eu"):
        assert footnote(locale, style).startswith("* ")
        assert "1244" in footnote(locale, style)
    assert footnotes(["rs", "xk"], locale) == (footnote(locale),)
    assert footnotes(["rs"], locale) == ()
    assert footnotes_in(f"x {label('xk', locale)} y", locale) == (footnote(locale),)


def test_footnotes_of_the_languages_differ():
    assert len({footnote(locale) for locale in codelists.LOCALES}) == 8


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Kosovo*", "xk"),
        ("Kosova", "xk"),
        ("XKX", "xk"),
        ("FYROM", "mk"),
        ("Северна Македонија", "mk"),
        ("Srbija", "rs"),
        ("SRB", "rs"),
        ("Bosna i Hercegovina", "ba"),
        ("Republica Moldova", None),
        ("Moldova", "md"),
        ("Yugoslavia", "yucs"),
        ("Turqi", "tr"),
        ("nowhere", None),
        ("", None),
    ],
)
def test_jurisdictions_are_found_in_any_language(text, code):
    assert jurisdiction_of(text) == code


def test_names_that_changed():
    assert label("mk") == "North Macedonia"
    assert label("suhh") == "Soviet Union"
    assert capital("xk", "sq") == "Prishtinë"
    assert capital("de") == ""


@settings(max_examples=40)
@given(st.text(max_size=30) | st.from_regex(r"[0-9²٣.,°' NSEW-]{1,20}"))
def test_any_text_is_a_point_or_a_problem(text):
    try:
        assert -90 <= LatLon.parse(text).lat <= 90
    except BadInput as problem:
        assert str(problem)
