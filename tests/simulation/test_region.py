"""The region keeps its promises: seven jurisdictions, six years, planted novelties."""

import datetime
from collections import Counter

import pytest

from focalpoint.simulation import people, planted, region, scenario
from focalpoint.simulation.spelling import models, spellings
from focalpoint.values import codelists
from focalpoint.values.errors import BadInput
from tests.region import region as built


def test_every_code_that_the_region_uses_is_in_the_code_lists():
    lists = {
        "incident_types": lambda e: e.incident,
        "contexts": lambda e: e.context,
        "place_types": lambda e: e.place_type,
        "detection_methods": lambda e: e.detection,
        "transport_modes": lambda e: e.transport,
        "concealment_methods": lambda e: e.concealment,
        "linked_crime_types": lambda e: e.linked_crime,
        "offences": lambda e: e.offence,
    }
    for name, of in lists.items():
        used = {of(event) for event in built().lives.events} - {""}
        assert used <= set(codelists.load(name).codes), name
    kinds = set(codelists.load("firearm_types").codes)
    classes = set(codelists.load("origin_classes").codes)
    assert {gun.type for gun in built().lives.armoury.guns} <= kinds
    assert {gun.origin for gun in built().lives.armoury.guns} <= classes
    families = {d.family for e in built().lives.events for d in e.devices}
    assert families <= set(codelists.load("explosive_families").codes)


def test_there_are_six_years_of_seven_jurisdictions():
    events = built().lives.events
    assert {event.jurisdiction for event in events} == {
        "al", "ba", "xk", "me", "mk", "rs", "md",
    }  # fmt: skip
    assert min(e.day for e in events) >= datetime.date(2020, 1, 1)
    assert max(e.day for e in events) <= datetime.date(2025, 12, 31)
    assert all(e.day <= e.reported <= datetime.date(2025, 12, 31) for e in events)
    assert {event.sender for event in events} == {"police", "border", "customs"}


@pytest.mark.slow
def test_the_small_region_has_the_size_it_promises():
    """Builds the small region whole: its size is what is asked."""
    made = scenario.build(1, "small")
    lives = made.lives
    guns = sum(len(e.items) for e in lives.events) + len(lives.losses)
    assert len(lives.events) == pytest.approx(3_000, rel=0.08)
    assert guns == pytest.approx(5_000, rel=0.1)
    assert len(lives.registrations) == pytest.approx(20_000, rel=0.01)


def test_nothing_planted_happens_before_its_month():
    events = {event.number: event for event in built().lives.events}
    first = built().lives.first
    found = built().truth.planted()
    assert set(found) == {entry.code for entry in planted.PLANTED}
    for code, numbers in found.items():
        start = planted.by_code(code).start
        month = first.month - 1 + start
        day = datetime.date(first.year + month // 12, month % 12 + 1, 1)
        assert all(events[number].day >= day for number in numbers), code
    assert sum(map(len, found.values())) > 40


def test_a_planted_model_is_met_nowhere_else():
    for event in built().lives.events:
        for item in event.items:
            if (item.gun.model.make, item.gun.model.model) == ("Retay", "X1"):
                known = item.legal in {"licensed_holder", "stolen", "lost"}
                assert event.planted == "conversion-retay-x1" or known


def test_one_gun_leaves_its_marks_in_three_jurisdictions():
    numbers = set(built().truth.planted()["series-three-borders"])
    fired = [row for row in built().lives.fired if row.event in numbers]
    assert len({row.gun.id for row in fired}) == 1
    assert {row.jurisdiction for row in fired} == {"me", "rs", "ba"}
    assert len({row.series for row in fired}) == 1


def test_guns_recorded_twice_across_a_border_are_there_to_be_found():
    across = [
        rows
        for rows in built().truth.same().values()
        if len({row.jurisdiction for row in rows}) > 1
    ]
    assert len(across) > 5


def test_a_lost_delivery_has_consecutive_numbers():
    lot = [g for g in built().lives.armoury.guns if g.lot == "lot-depot"]
    numbers = [int(gun.serial) for gun in lot]
    assert numbers == list(range(numbers[0], numbers[0] + 24))


def test_personal_numbers_have_a_wrong_check_digit():
    found = Counter()
    for entry in built().lives.registrations:
        number = entry.owner.number
        if entry.jurisdiction in {"rs", "ba", "me", "mk"}:
            assert people.check_digit(number[:12]) != int(number[12])
            found["thirteen digits"] += 1
        elif entry.jurisdiction == "md":
            assert number[0] == "9"
    assert found["thirteen digits"] > 1_000


def test_the_check_digit_is_the_published_one():
    # The worked example that articles on the personal number use: 0101006500006.
    assert people.check_digit("010100650000") == 6


def test_the_tables_know_each_other():
    makes = {row.make for row in models()} - {""}
    calibres = {row.calibre for row in models()}
    assert makes <= set(spellings("make"))
    assert set(spellings("calibre")) <= calibres
    for code in (row.code for row in region.JURISDICTIONS):
        assert len(region.places(code)) >= 15
        assert region.crossings(code)


def test_a_size_that_does_not_exist_is_refused():
    with pytest.raises(BadInput, match="tiny, small, large"):
        scenario.build(1, "huge")
