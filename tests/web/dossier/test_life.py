"""The life of a gun over the records judged to speak of it, for each reader."""

import re
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from focalpoint.accounts.access import SYSTEM
from focalpoint.leads import raising
from focalpoint.leads.suggesting import Suggestion
from focalpoint.records import actions, custody, dossier, life
from focalpoint.web.tables import address
from tests import cast, make

BECAUSE = {"reason": "Both frames read 218471", "basis": "serial_and_make"}
GUN = {"make": "zastava", "model": "M70", "calibre": "765x17", "serial": "218471"}


@pytest.fixture
def rita(people):
    return cast.person("rita", "regional", people.region)


@pytest.fixture
def gun(people):
    """One gun in four records of two jurisdictions: registered, stolen, found, fired."""
    event = make.incident(people.charlie, place="Tirana", lat=41.3, lon=19.8)
    return [
        make.firearm(
            people.alice,
            kind="registered",
            event_date="1983-06-21",
            year_of_manufacture="1981",
            source="Weapons register",
            grading_source="a",
            grading_information="1",
            **GUN,
        ),
        make.firearm(
            people.alice,
            kind="stolen",
            event_date="2011-03-03",
            year_of_manufacture="1981",
            source="Theft report",
            **GUN,
        ),
        make.firearm(
            people.charlie,
            kind="recovered",
            event_date="2026-11-14",
            incident=event,
            disposition="destroyed",
            disposition_date="2026-11-20",
            **{**GUN, "serial": "218?71", "model": "M 70", "calibre": "9x17"},
        ),
    ]


def joined(gun, by):
    for first, second in pairwise(gun):
        actions.judge_same(first, second, "same", by=by, **BECAUSE)
    for one in gun:
        one.refresh_from_db()
    return gun


def page(client, record):
    answer = client.get(address(record))
    assert answer.status_code == 200
    return answer.content.decode()


def told(record, user):
    return dossier.assemble(record, user)


def test_the_life_is_told_over_all_records_in_order_of_time(rita, gun):
    joined(gun, rita)
    events = told(gun[2], rita).events
    assert [event.title for event in events if event.kind == "fact"] == [
        "Made",
        "Registered",
        "Reported stolen",
        "Recovered",
        "Destroyed",
    ]
    made = events[0]
    assert (made.source, made.grade, made.also) == (
        "Weapons register",
        "A1",
        ("Theft report",),
    )
    assert [event.date for event in events if event.kind == "gap"] == [
        "27 years",
        "15 years",
    ]


def test_every_record_of_the_gun_shows_the_same_life(rita, sign_in, gun):
    joined(gun, rita)
    client = sign_in(rita)
    for one in gun:
        shown = page(client, one)
        assert "3 records" in shown and "judged the same gun" in shown
        lines = re.findall(r"<b><a [^>]*>(Made|Registered|Recovered)</a></b>", shown)
        assert lines == ["Made", "Registered", "Recovered"]
        assert gun[0].reference in shown
    assert "Tirana" in page(client, gun[0])
    assert "Judged by Rita" in shown


def test_members_that_a_reader_may_not_see_are_not_told_of(people, rita, sign_in, gun):
    joined(gun, rita)
    shown = page(sign_in(people.alice), gun[0])
    assert "2 records" in shown
    assert gun[2].reference not in shown and "Tirana" not in shown
    assert "Destroyed" not in shown and "Albania" not in shown
    alone = page(sign_in(people.charlie), gun[2])
    assert "judged the same gun" not in alone
    assert f'<span class="mono">{gun[2].reference}</span>' in alone
    for one in gun[:2]:
        assert one.reference not in alone and str(one.pk) not in alone


def test_disagreement_is_shown_and_not_settled(rita, sign_in, gun):
    joined(gun, rita)
    found = life.disagreements(told(gun[0], rita).members)
    assert {(one.name, one.is_reading) for one in found} == {
        ("serial", True),
        ("calibre", False),
    }
    shown = page(sign_in(rita), gun[0])
    assert "Where the records differ" in shown
    assert "agree as far as read" in shown
    assert "The records differ in 2 fields" in shown


def test_records_that_agree_say_so(people, sign_in, gun):
    joined(gun[:2], people.alice)
    shown = page(sign_in(people.alice), gun[0])
    assert "The records agree in what they state." in shown
    assert "Where the records differ" not in shown


def test_a_withdrawn_judgement_takes_the_life_apart_again(rita, sign_in, gun):
    joined(gun[:2], rita)
    judgement = actions.judge_same(gun[1], gun[2], "same", by=rita, **BECAUSE)
    actions.withdraw_same(judgement, "Another gun", by=rita)
    shown = page(sign_in(rita), gun[0])
    assert "2 records" in shown and gun[2].reference not in shown


def test_a_withdrawn_record_is_named_and_does_not_count(people, rita, sign_in, gun):
    joined(gun, rita)
    actions.withdraw(gun[1], "Entered twice", by=people.erin)
    shown = page(sign_in(rita), gun[0])
    assert "Reported stolen, 3 Mar 2011" in shown  # among the records
    assert "Withdrawn" in shown
    events = told(gun[0], rita).events
    assert "Reported stolen" not in [event.title for event in events]


def test_custody_of_another_record_is_told_and_says_where_the_gun_is(
    people, sign_in, gun
):
    joined(gun[:2], people.alice)
    exhibit = make.record("exhibit", people.alice, firearm=gun[1])
    custody.hand_over(
        exhibit,
        by=people.alice,
        giver="D. One",
        receiver="M. Two",
        place="Store",
        reason="collection",
        seal_left="S-1",
    )
    now = told(gun[0], people.alice).events[-1]
    assert now.kind == "now" and now.record == exhibit
    assert "seal S-1" in now.title


def raised(first, second, **over):
    given = {
        "kind": "identity",
        "engine": "resolution",
        "engine_version": "test 1",
        "weight": 9.0,
        "proposal": "same",
        "relation": "same",
        "evidence": [],
        **over,
    }
    suggestion = Suggestion(first=first, second=second, **given)
    raising.raise_many([suggestion], by=SYSTEM)


def test_an_open_lead_stands_among_the_facts_and_looks_like_none(people, sign_in, gun):
    raised(gun[0], gun[1])
    shown = page(sign_in(people.alice), gun[0])
    [item] = re.findall(r'<li class="cand">.*?</li>', shown, re.S)
    assert "Perhaps this gun: reported stolen" in item
    assert "Lead, not confirmed" in item and 'class="chip lead"' in item
    assert "1 open lead" in shown
    joined(gun[:2], people.alice)
    assert '<li class="cand">' not in page(sign_in(people.alice), gun[0])


def test_clones_and_lots_are_warned_of_with_the_other_gun_named(people, sign_in, gun):
    clone = make.firearm(people.alice, **{**GUN, "model": "M57", "calibre": "762x25"})
    near = make.firearm(people.alice, **{**GUN, "serial": "218472"})
    raised(gun[0], clone, relation="clone", proposal="none", noted=True)
    raised(gun[0], near, relation="lot", proposal="none", noted=True)
    shown = page(sign_in(people.alice), gun[0])
    assert "Clone: another gun carries the same number" in shown
    assert clone.reference in shown
    assert "1 more gun of what may be one delivery is recorded" in shown
    assert f"218472 ({near.reference})" in shown
    actions.judge_same(gun[0], clone, "same", by=people.alice, **BECAUSE)
    assert "Clone: another gun" not in page(sign_in(people.alice), gun[0])


def test_the_banner_carries_the_strictest_code_of_all_that_is_shown(people, sign_in):
    plain = make.firearm(people.alice, **GUN)
    strict = make.firearm(people.alice, handling="h2", **GUN)
    joined([plain, strict], people.alice)
    assert 'class="pg-h2"' in page(sign_in(people.alice), plain)
    assert 'class="pg-h0"' in page(sign_in(people.bob), plain)


def test_a_restricted_member_is_named_by_its_reference_until_it_is_read(
    people, sign_in
):
    plain = make.firearm(people.alice, **GUN)
    closed = make.firearm(
        people.alice, handling="h3", handling_note="Ask", event_date="2001-01-01", **GUN
    )
    joined([plain, closed], people.alice)
    shown = page(sign_in(people.alice), plain)
    assert closed.reference in shown and "Read the restriction first" in shown
    assert "2001" not in shown


def test_marks_of_all_records_stand_with_their_source(rita, sign_in, gun):
    joined(gun, rita)
    shown = page(sign_in(rita), gun[0])
    marks = shown[shown.index("<h2>Marks</h2>") : shown.index("Life of this gun")]
    assert 'class="unk"' in marks
    for one in gun:
        assert one.reference in marks


def test_the_number_of_questions_does_not_grow_with_the_records(people, sign_in):
    client = sign_in(people.alice)

    def asked(count):
        guns = [
            make.firearm(
                people.alice,
                incident=make.incident(people.alice),
                **{**GUN, "serial": f"X{count}{n}"},
            )
            for n in range(count)
        ]
        joined(guns, people.alice)
        page(client, guns[0])
        with CaptureQueriesContext(connection) as found:
            page(client, guns[0])
        return len(found)

    few = asked(2)
    assert asked(7) <= few + 1


def test_the_printed_dossier_tells_the_same_life(people, sign_in, gun):
    joined(gun[:2], people.alice)
    answer = sign_in(people.alice).get(reverse("dossier_pdf", args=[gun[0].pk]))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
