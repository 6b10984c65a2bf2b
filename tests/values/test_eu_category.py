"""The rules of Directive (EU) 2021/555, Annex I, Part II: one item a category."""

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from focalpoint.values import codelists
from focalpoint.values.dates import PartialDate
from focalpoint.values.eu_category import (
    EXCEPTIONS,
    RULES,
    RULES_VERSION,
    Facts,
    categorise,
)
from focalpoint.values.eu_facts import ACTIONS, ORIGINS, TYPES, facts_of

SHORT = {"barrel_mm": 120.0, "overall_mm": 200.0}
LONG = {"barrel_mm": 450.0, "overall_mm": 900.0}
SEMI = {"action": "semi_automatic", "ignition": "centrefire"}
PLAIN = dict.fromkeys(EXCEPTIONS, False)

# Read off the text of the Annex, one line a point.
GOLDEN = [
    ("a1", {"item": "launcher"}),
    ("a2", {"action": "automatic", **LONG}),
    ("a3", {"action": "single_shot", "disguised": True}),
    ("a4", {"item": "ammunition", "piercing": True}),
    (
        "a5",
        {
            "item": "ammunition",
            "piercing": False,
            "expanding": True,
            "handgun_ammunition": True,
            "exempt_use": False,
        },
    ),
    ("a6", {**SEMI, **LONG, "was_automatic": True}),
    ("a7", {**SEMI, **SHORT, "device_capacity": 21}),
    ("a7", {**SEMI, **LONG, "device_capacity": 11}),
    (
        "a8",
        {
            "action": "semi_automatic",
            "ignition": "rimfire",
            **LONG,
            "reducible_below_600": True,
        },
    ),
    ("a9", {"action": "automatic", **LONG, "converted_to_blank": True}),
    ("b1", {"action": "repeating", **SHORT}),
    ("b2", {"action": "single_shot", "ignition": "centrefire", **SHORT}),
    ("b3", {"action": "single_shot", "ignition": "rimfire", **SHORT}),
    ("b4", {**SEMI, **LONG, "device_capacity": 10}),
    (
        "b4",
        {
            "action": "semi_automatic",
            "ignition": "rimfire",
            **LONG,
            "device_capacity": 15,
        },
    ),
    ("b5", {**SEMI, **SHORT, "device_capacity": 20}),
    ("b6", {**SEMI, **LONG, "device_capacity": 2, "device_detachable": True}),
    (
        "b7",
        {
            "action": "repeating",
            "bore": "smooth",
            "barrel_mm": 600.0,
            "overall_mm": 1100.0,
        },
    ),
    (
        "b8",
        {**SEMI, **SHORT, "device_capacity": 8, "converted_to_blank": True},
    ),
    (
        "b9",
        {
            **SEMI,
            **LONG,
            "bore": "rifled",
            "device_capacity": 2,
            "device_detachable": False,
            "extendable": False,
            "resembles_automatic": True,
        },
    ),
    ("c1", {"action": "repeating", "bore": "rifled", **LONG}),
    ("c2", {"action": "single_shot", "bore": "rifled", **LONG}),
    (
        "c3",
        {
            **SEMI,
            **LONG,
            "bore": "rifled",
            "device_capacity": 2,
            "device_detachable": False,
            "extendable": False,
        },
    ),
    (
        "c4",
        {
            "action": "single_shot",
            "ignition": "rimfire",
            "barrel_mm": 250.0,
            "overall_mm": 280.0,
        },
    ),
    (
        "c5",
        {
            "action": "repeating",
            "bore": "rifled",
            **LONG,
            "converted_to_blank": True,
        },
    ),
    ("c6", {**SEMI, **SHORT, "device_capacity": 8, "deactivated": True}),
    (
        "c7",
        {
            "action": "single_shot",
            "bore": "smooth",
            **LONG,
            "placed_on_market": PartialDate(2019),
        },
    ),
    (
        "outside",
        {
            "action": "single_shot",
            "bore": "smooth",
            **LONG,
            "placed_on_market": PartialDate(1998),
        },
    ),
    ("outside", {"antique": True}),
    ("outside", {"air_or_gas": True}),
    ("outside", {"blank_firing": True, "within_2019_69": True}),
    ("outside", {"item": "ammunition", "piercing": False, "expanding": False}),
]


@pytest.mark.parametrize(("category", "known"), GOLDEN)
def test_each_point_of_the_annex_gets_its_category(category, known):
    answer = categorise(Facts(**known))
    assert answer.category == category
    assert answer.reasons
    assert all(str(reason) for reason in answer.reasons)
    assert answer.missing == ()
    assert answer.version == RULES_VERSION


def test_every_category_has_a_golden_case_and_a_label():
    covered = {category for category, _ in GOLDEN}
    assert covered == set(codelists.load("eu_categories").codes)
    assert {rule.category for rule in RULES} < covered


@pytest.mark.parametrize(
    ("known", "missing"),
    [
        ({"action": "semi_automatic", **SHORT}, {"device_capacity", "ignition"}),
        (
            {"action": "single_shot", **LONG, "bore": "smooth"},
            {"placed_on_market"},
        ),
        (
            {
                "action": "single_shot",
                **LONG,
                "bore": "smooth",
                "placed_on_market": PartialDate(2018),
            },
            {"placed_on_market"},
        ),
        ({"action": "repeating"}, {"barrel_mm", "overall_mm", "bore"}),
        ({"blank_firing": True, "action": "repeating", **SHORT}, {"within_2019_69"}),
    ],
)
def test_what_is_missing_is_named(known, missing):
    answer = categorise(Facts(**known))
    assert answer.category is None
    assert set(answer.missing) == missing
    assert answer.reasons == ()


def test_a_deactivated_gun_is_c6_although_its_base_category_is_open():
    answer = categorise(Facts(action="semi_automatic", **SHORT, deactivated=True))
    assert answer.category == "c6"


def test_unstated_rarities_are_assumed_absent_and_named():
    answer = categorise(Facts(**SEMI, **SHORT, device_capacity=8))
    assert answer.category == "b5"
    assert "disguised" in answer.assumed
    assert "reducible_below_600" not in answer.assumed  # it is short anyway
    stated = categorise(Facts(**SEMI, **SHORT, device_capacity=8, **PLAIN))
    assert stated.category == "b5"
    assert stated.assumed == ()


def test_reasons_carry_the_measured_values_for_translation():
    answer = categorise(Facts(**SEMI, **LONG, device_capacity=30))
    reason = answer.reasons[-1]
    assert reason.message == "a loading device of %(device_capacity)s rounds"
    assert str(reason) == "a loading device of 30 rounds"


def test_short_is_by_either_length():
    folded = Facts(action="repeating", barrel_mm=305, overall_mm=600)
    assert categorise(folded).category == "b1"
    long = Facts(action="repeating", barrel_mm=301, overall_mm=601, bore="rifled")
    assert categorise(long).category == "c1"


_booleans = st.sampled_from([None, True, False])
facts = st.builds(
    Facts,
    item=st.sampled_from(["firearm", "firearm", "ammunition", "launcher", None]),
    action=st.sampled_from(
        [None, "automatic", "semi_automatic", "repeating", "single_shot"]
    ),
    length_class=st.none(),
    barrel_mm=st.sampled_from([None, 100.0, 300.0, 301.0, 600.0, 700.0]),
    overall_mm=st.sampled_from([None, 200.0, 280.0, 600.0, 601.0, 1100.0]),
    device_capacity=st.sampled_from([None, 1, 2, 3, 10, 11, 20, 21]),
    ignition=st.sampled_from([None, "centrefire", "rimfire", "percussion"]),
    bore=st.sampled_from([None, "rifled", "smooth", "mixed"]),
    placed_on_market=st.sampled_from([None, PartialDate(2017), PartialDate(2020)]),
    **{
        field.name: _booleans
        for field in dataclasses.fields(Facts)
        if field.type in ("bool | None", bool | None)
    },
)


@settings(max_examples=80, deadline=None)
@given(facts, facts)
def test_more_facts_never_contradict_a_decided_answer(known, more):
    """Facts are added where there were none; what was assumed absent stays so."""
    before = categorise(known)
    added = {
        field.name: getattr(more, field.name)
        for field in dataclasses.fields(Facts)
        if getattr(known, field.name) is None
    }
    added.update(dict.fromkeys(before.assumed, False))
    after = categorise(dataclasses.replace(known, **added))
    if before.category is not None:
        assert after.category == before.category
    else:
        assert set(after.possible) <= set(before.possible) | {"c6", "a9", "b8", "c5"}


@settings(max_examples=40, deadline=None)
@given(facts)
def test_an_open_answer_names_something_to_find_out(known):
    answer = categorise(known)
    assert bool(answer.missing) == (answer.category is None)
    assert all(getattr(known, name) is None for name in answer.missing)
    assert all(getattr(known, name) is None for name in answer.assumed)


def test_codes_of_a_record_become_facts():
    rifle = facts_of(
        "assault_rifle", origin_class="factory", barrel_mm=415, overall_mm=870
    )
    assert categorise(rifle).category == "a2"
    pistol = facts_of(
        "pistol_sa", "semi_auto", ignition="centrefire", device_capacity=8
    )
    answer = categorise(pistol)
    assert answer.category == "b5"
    assert "short by its type: its lengths are not stated" in map(str, answer.reasons)
    alarm = facts_of("aas_alarm_signal", "semi_auto", within_2019_69=True)
    assert categorise(alarm).category == "outside"
    converted = facts_of(
        "aas_alarm_signal",
        "semi_auto",
        origin_class="converted_aas",
        ignition="centrefire",
        device_capacity=8,
        barrel_mm=90,
    )
    assert categorise(converted).category == "b5"
    assert categorise(facts_of("replica")).category == "outside"
    assert categorise(facts_of("part_only")).category is None


@pytest.mark.parametrize(
    ("table", "name"),
    [(TYPES, "firearm_types"), (ACTIONS, "actions"), (ORIGINS, "origin_classes")],
)
def test_the_tables_of_codes_name_codes_that_exist(table, name):
    assert set(table) <= set(codelists.load(name).codes)


def test_the_reference_page_names_the_version_and_every_fact_and_category():
    root = Path(__file__).parents[2]
    page = (root / "docs/reference/eu-category-rules.md").read_text("utf-8")
    assert RULES_VERSION in page
    for field in dataclasses.fields(Facts):
        assert f"`{field.name}`" in page
    for rule in RULES:
        assert rule.category.upper() in page
