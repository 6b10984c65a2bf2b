"""What a dossier is made of: readiness for a trace, timeline, leads."""

import pytest

from focalpoint.records import actions, dossier, life, marks, readiness
from tests import cast as people
from tests import make

pytestmark = pytest.mark.django_db
WHOLE = {
    "serial": "A 12345",
    "type": "pistol_sa",
    "country_of_manufacture": "RS",
    "year_of_manufacture": "1981",
}


@pytest.fixture
def cast():
    return people.assemble()


def ready(gun, **over):
    found = {"photographs": 0, **over}
    return readiness.readiness(gun, list(gun.marks.all()), gun.incident, **found)


def test_seven_things_on_the_gun_make_a_trace(cast):
    whole = ready(make.firearm(cast.alice, **WHOLE))
    assert (whole.have, whole.whole, whole.missing) == (7, 7, ())


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"serial": "12?45"}, "serial_number"),
        ({"make": "", "as_read": {"make": "?"}}, "make"),
        ({"country_of_manufacture": ""}, "country_of_manufacture"),
        ({"type": "", "as_read": {"type": "nepoznato"}}, "type"),
        ({"calibre": ""}, "calibre"),
        ({"model": ""}, "model"),
        ({"year_of_manufacture": ""}, "manufacture_year"),
    ],
)
def test_each_missing_thing_is_named_with_a_way_to_get_it(cast, over, code):
    found = ready(make.firearm(cast.alice, **{**WHOLE, **over}))
    [missing] = found.missing
    assert (missing.code, found.have) == (code, 6)
    assert missing.how.endswith(".")
    assert "ITI" in missing.instrument


def test_what_the_records_around_the_gun_lack(cast):
    bare = make.firearm(cast.alice, incident=make.incident(cast.alice, place=""))
    assert [one.code for one in ready(bare).around] == [
        "photographs",
        "recovery_place",
        "circumstances",
    ]
    listed = make.firearm(cast.alice, kind="registered")
    assert ready(listed).around == ()


@pytest.mark.parametrize(
    ("serial", "words"),
    [
        ("12O45", "may be 0"),
        ("1981", "looks like a year"),
        ("M70", "mark of the model"),
        ("7,65 mm", "looks like a calibre"),
        ("А12345", "Cyrillic"),
    ],
)
def test_likely_misreadings_are_offered(cast, serial, words):
    gun = make.firearm(cast.alice, serial=serial)
    assert any(words in text for text in ready(gun).check)


def test_two_marks_that_disagree_are_said(cast):
    gun = make.firearm(cast.alice, serial="218471")
    rows = [{"kind": "serial", "position": "slide", "text": "219471"}]
    marks.set_marks(gun, rows, by=cast.alice)
    assert any("another gun" in text for text in ready(gun).check)
    rows = [{"kind": "serial", "position": "slide", "text": "218?71"}]
    marks.set_marks(gun, rows, by=cast.alice)
    assert not any("another gun" in text for text in ready(gun).check)


def test_the_timeline_is_in_order_and_shows_silences(cast):
    gun = make.firearm(
        cast.alice,
        year_of_manufacture="1981",
        diversion_date="2011-03-03",
        event_date="2026-11-14",
    )
    scene = make.incident(cast.alice, occurred_from="2025-05-08")
    actions.link(gun, scene, "same_mo", by=cast.alice)
    events = dossier.assemble(gun, cast.alice).events
    assert [event.kind for event in events] == [
        "fact",
        "gap",
        "fact",
        "gap",
        "lead",
        "fact",
        "now",
    ]
    assert [event.date for event in events if event.kind == "gap"] == [
        "29 years",
        "14 years",
    ]


def test_a_link_is_a_lead_until_a_person_confirms_it(cast):
    gun, other = make.firearm(cast.alice), make.firearm(cast.alice, serial="9")
    waiting = actions.link(gun, other, "same_serial", by=cast.alice)
    sure = actions.link(gun, other, "same_serial", by=cast.alice, strength="confirmed")
    plain = actions.link(gun, other, "found_with", by=cast.alice)
    assert [life.is_lead(link) for link in (waiting, sure, plain)] == [
        True,
        False,
        False,
    ]


def test_each_reader_gets_what_they_may_see(cast):
    event = make.incident(cast.alice, handling="h2")
    gun = make.firearm(cast.alice, incident=event)
    make.person(cast.alice, incident=event)
    assert dossier.assemble(gun, cast.alice).incident == event
    assert len(dossier.assemble(gun, cast.alice).persons) == 1
    seen = dossier.assemble(gun, cast.bob)
    assert (seen.incident, seen.persons) == (None, [])
    taken = dossier.assemble(gun, cast.alice, use="print")
    assert taken.incident is None
