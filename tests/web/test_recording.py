"""Recording by hand: search first, one form, drafts, doubts about numbers."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from focalpoint.records.models import (
    Ammunition,
    Attachment,
    Draft,
    Exhibit,
    Explosive,
    Firearm,
    Incident,
    Part,
    Person,
)
from tests import make

PIXEL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00"
    b"\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00"
    b"\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)


def form(unit, guns=1, lots=0, parts=0, explosives=0, people=0, **over):
    """Return what a browser sends for an event with some firearms."""
    data = {
        "event-type": "seizure",
        "event-outcome": "recovered",
        "event-place": "Preševo",
        "event-occurred_from_0": "14",
        "event-occurred_from_1": "11",
        "event-occurred_from_2": "2026",
        "use-handling": "h1",
        "where-unit": unit.pk,
    }
    rows = {"guns": guns, "lots": lots, "parts": parts, "explosives": explosives}
    for prefix, count in {**rows, "people": people}.items():
        data[f"{prefix}-TOTAL_FORMS"] = count
        data[f"{prefix}-INITIAL_FORMS"] = 0
    for place in range(guns):
        data[f"guns-{place}-type"] = "pistol"
        data[f"guns-{place}-calibre"] = "9 mm Luger"
        data[f"guns-{place}-serial"] = f"21847{place}"
    return {**data, **over}


@pytest.fixture
def alice(people, sign_in):
    return sign_in(people.alice)


def test_the_search_shows_the_number_that_is_here_already(people, alice):
    firearm = make.firearm(people.alice, serial="218471")
    text = alice.get("/record/?serial=218?71").content.decode()
    assert firearm.reference in text
    assert "known characters agree" in text


def test_the_search_finds_nothing_of_another_unit(people, sign_in):
    firearm = make.firearm(people.alice, serial="218471")
    text = sign_in(people.charlie).get("/record/?serial=218471").content.decode()
    assert firearm.reference not in text


def test_ten_guns_of_one_seizure_are_one_form(people, alice):
    answer = alice.post("/record/new", form(people.north, guns=10))
    assert answer.status_code == 302
    incident = Incident.objects.get()
    assert incident.occurred_from == "2026-11-14"
    assert Firearm.objects.filter(incident=incident, calibre="9x19").count() == 10
    assert set(Firearm.objects.values_list("handling", flat=True)) == {"h1"}


def test_a_recovered_gun_starts_its_nine_steps(people, alice):
    alice.post("/record/new", form(people.north))
    assert Firearm.objects.get().steps.count() == 9


def test_marks_exhibit_and_photograph_come_with_the_gun(people, alice):
    photograph = SimpleUploadedFile("slide.png", PIXEL, content_type="image/png")
    extra = {
        "guns-0-serial_position": "slide",
        "guns-0-marks": "Barrel: 7,65 mm\nZAVODI CRVENA ZASTAVA",
        "guns-0-exhibit_number": "E-7",
        "guns-0-seal": "0048817",
        "guns-0-photographs": photograph,
    }
    alice.post("/record/new", form(people.north, **extra))
    firearm = Firearm.objects.get()
    marks = [(mark.position, mark.text) for mark in firearm.marks.all()]
    assert ("slide", "218470") in marks
    assert ("barrel", "7,65 mm") in marks
    assert ("", "ZAVODI CRVENA ZASTAVA") in marks
    assert Exhibit.objects.get().firearm == firearm
    assert Attachment.objects.get().owner_id == firearm.pk


def test_a_file_that_is_no_picture_is_named_and_the_records_stay(people, alice):
    wrong = SimpleUploadedFile("x.png", b"<svg onload=alert(1)>", "image/png")
    answer = alice.post(
        "/record/new", form(people.north, **{"guns-0-photographs": wrong}), follow=True
    )
    assert Firearm.objects.count() == 1
    assert not Attachment.objects.exists()
    assert "x.png" in answer.content.decode()


def test_rounds_parts_and_grenades_come_with_the_event(people, alice):
    found = {
        "lots-0-quantity": "50",
        "lots-0-calibre": "9 mm Luger",
        "parts-0-component": "barrel",
        "parts-0-serial": "P 90",
        "explosives-0-family": "hand_grenade",
        "explosives-0-quantity": "3",
    }
    data = form(people.north, guns=0, lots=1, parts=1, explosives=1, **found)
    assert alice.post("/record/new", data).status_code == 302
    event = Incident.objects.get()
    assert Ammunition.objects.get().incident == event
    assert Part.objects.get().serial == "P 90"
    assert Explosive.objects.get().quantity == 3
    assert Explosive.objects.get().event_date == "2026-11-14"


def test_a_grenade_without_its_kind_is_asked_for_and_nothing_is_stored(people, alice):
    data = form(people.north, explosives=1, **{"explosives-0-quantity": "3"})
    answer = alice.post("/record/new", data)
    assert answer.status_code == 422
    assert "id_explosives-0-family" in answer.content.decode()
    assert not Incident.objects.exists()


def test_a_person_needs_a_category_and_nothing_is_stored_without(people, alice):
    person = {"people-0-family_name": "Primer"}
    answer = alice.post("/record/new", form(people.north, people=1, **person))
    assert answer.status_code == 422
    assert not Incident.objects.exists()
    person["people-0-led_category"] = "suspect"
    alice.post("/record/new", form(people.north, people=1, **person))
    assert Person.objects.get().incident == Incident.objects.get()


def test_an_event_that_is_here_already_takes_more_guns(people, alice):
    incident = make.incident(people.alice)
    alice.post(
        "/record/new",
        form(people.north, **{"event-event": incident.reference, "event-type": ""}),
    )
    assert Incident.objects.count() == 1
    assert Firearm.objects.get().incident == incident


def test_without_script_the_button_adds_a_row(people, alice):
    answer = alice.post("/record/new", form(people.north, **{"add-guns": "new"}))
    assert answer.status_code == 200
    assert len(answer.context["guided"].guns.forms) == 2
    assert not Incident.objects.exists()


def test_bob_may_not_record(people, sign_in):
    client = sign_in(people.bob)
    assert client.get("/record/").status_code == 403
    assert client.post("/record/new", form(people.north)).status_code == 403


def test_nobody_records_in_a_unit_of_others(people, alice):
    answer = alice.post("/record/new", form(people.south))
    assert answer.status_code == 422
    assert not Incident.objects.exists()


def test_a_draft_is_saved_opened_again_and_forgotten_when_recorded(people, alice):
    saved = alice.post("/record/draft", form(people.north)).json()
    again = alice.get(f"/record/new?draft={saved['draft']}").content.decode()
    assert 'value="Preševo"' in again
    assert 'value="218470"' in again
    assert "There is a problem" not in again
    alice.post("/record/new", form(people.north, draft=saved["draft"]))
    assert not Draft.objects.exists()


def test_a_draft_is_seen_by_its_writer_only(people, alice, sign_in):
    saved = alice.post("/record/draft", form(people.north)).json()
    erin = sign_in(people.erin)
    text = erin.get(f"/record/new?draft={saved['draft']}").content.decode()
    assert "218470" not in text
    erin.post(f"/record/draft/{saved['draft']}")
    assert Draft.objects.count() == 1


def test_a_likely_misreading_is_offered(alice):
    answer = alice.get("/record/reading", {"guns-0-serial": "2184O71"})
    text = answer.content.decode()
    assert 'data-value="2184071"' in text
    assert 'data-fill="id_guns-0-serial"' in text
