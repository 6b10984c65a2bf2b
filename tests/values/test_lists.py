"""Facts that the code lists must hold, from their own sources."""

import pytest

from focalpoint.values import codelists
from focalpoint.values.places import LatLon


def extra(name, column):
    return {entry.code: entry.extra.get(column, "") for entry in codelists.load(name)}


def test_the_nine_steps_are_in_order_with_a_due_time():
    numbers = extra("recovery_steps", "number")
    assert list(numbers.values()) == [str(number) for number in range(1, 10)]
    assert all(
        int(hours) > 0 for hours in extra("recovery_steps", "due_hours").values()
    )


def test_the_seven_jurisdictions_in_alphabetical_order():
    seven = [
        entry
        for entry in codelists.load("jurisdictions")
        if entry.extra["kind"] == "focal_point"
    ]
    assert [entry.code for entry in seven] == ["al", "ba", "xk", "md", "me", "mk", "rs"]
    labels = [entry.label("en") for entry in seven]
    assert labels == sorted(labels)
    for entry in seven:
        assert entry.extra["time_zone"].startswith("Europe/")
        assert entry.extra["currency"]


def test_bosnia_and_herzegovina_has_its_levels():
    entities = codelists.load("jurisdictions").children("ba")
    assert [entry.code for entry in entities] == ["ba-bih", "ba-srp", "ba-brc"]
    assert len(codelists.load("jurisdictions").children("ba-bih")) == 10


def test_the_union_has_27_members():
    assert list(extra("jurisdictions", "eu").values()).count("yes") == 27


def test_historic_states_keep_their_dates():
    historic = {
        entry.code: entry
        for entry in codelists.load("countries")
        if entry.extra.get("historic") == "yes"
    }
    assert set(historic) == {"yucs", "csxx", "cshh", "suhh", "ddde"}
    assert historic["ddde"].several("successors") == ("de",)
    assert all(entry.valid_from and entry.valid_to for entry in historic.values())


def test_crossings_lie_in_the_region_and_name_their_sides():
    for entry in codelists.load("border_crossings"):
        point = LatLon(float(entry.extra["lat"]), float(entry.extra["lon"]))
        assert 39 < point.lat < 49, entry.code
        assert 13 < point.lon < 31, entry.code
        assert entry.extra["type"] in ("road", "sea", "air")
        assert entry.extra["pair"].split("-")[0] == entry.extra["side_a"]
    administrative = {
        code
        for code, line in extra("border_crossings", "line").items()
        if line == "administrative"
    }
    pairs = extra("border_crossings", "pair")
    assert {pairs[code] for code in administrative} == {"rs-xk"}


def test_article_6_of_the_directive_has_its_four_categories():
    paragraphs = extra("led_categories", "paragraph")
    stated = [paragraph for paragraph in paragraphs.values() if paragraph]
    assert stated == ["6(a)", "6(b)", "6(c)", "6(d)"]
    protected = extra("led_categories", "protected")
    assert [code for code, answer in protected.items() if answer == "no"] == [
        "suspect",
        "convicted",
    ]


def test_trace_outcomes_count_as_the_indicator_says():
    counted = extra("trace_outcomes", "numerator")
    assert [code for code, answer in counted.items() if answer == "yes"] == [
        "t1",
        "t2",
        "t3",
        "t5",
    ]
    assert counted["t4"] == "if_diversion_shown"


def test_the_essential_components_are_those_of_the_directive():
    essential = extra("component_types", "essential")
    assert {code for code, answer in essential.items() if answer == "yes"} == {
        "barrel",
        "frame",
        "receiver",
        "receiver_upper",
        "receiver_lower",
        "slide",
        "cylinder",
        "bolt",
        "breech_block",
    }


def test_a_trace_request_needs_what_the_instrument_asks():
    levels = extra("trace_minimum", "level")
    required = {code for code, level in levels.items() if level == "required"}
    assert {"serial_number", "make", "type", "calibre", "illicit_reason"} <= required
    assert set(levels.values()) == {"required", "recommended", "if_present"}


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("countries", 250),
        ("bodies", 75),
        ("border_crossings", 50),
        ("hs_headings", 11),
        ("explosive_models", 50),
        ("ammunition_kinds", 22),
        ("incident_types", 25),
    ],
)
def test_lists_are_filled(name, least):
    assert len(codelists.load(name)) >= least
