"""Making and correcting a record by the general form."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from focalpoint.accounts import actions as accounts
from focalpoint.records import actions
from focalpoint.records.models import Incident
from focalpoint.web.tables import address
from tests import make

NEW = reverse("record_new", args=["incident"])


def posted(client, url, **over):
    """Send the form as a browser would: with every field that the page shows."""
    page = client.get(url)
    data = {}
    forms = [page.context["form"], page.context.get("units")]
    for bound in (bound for form in forms if form is not None for bound in form):
        value = bound.value()
        widget = bound.field.widget
        if getattr(widget, "is_date_parts", False):
            for place, part in enumerate(widget.decompress(value)):
                data[f"{bound.html_name}_{place}"] = part or ""
        elif value is not None:
            data[bound.html_name] = getattr(value, "pk", value)
    if page.context.get("version"):
        data["version"] = page.context["version"]
    return client.post(url, {**data, **over})


def test_alice_records_an_event(people, sign_in):
    answer = posted(
        sign_in(people.alice),
        NEW,
        type="seizure",
        place="Batrovci",
        occurred_from_1="3",
        occurred_from_2="2026",
    )
    incident = Incident.objects.get()
    assert answer.headers["Location"] == address(incident)
    assert incident.occurred_from == "2026-03"


def test_a_date_that_does_not_exist_is_explained(people, sign_in):
    answer = posted(
        sign_in(people.alice),
        NEW,
        type="seizure",
        occurred_from_0="31",
        occurred_from_1="11",
        occurred_from_2="2026",
    )
    text = answer.content.decode()
    assert "This month has 30 days" in text
    assert 'href="#id_occurred_from_0"' in text
    assert not Incident.objects.exists()


def test_bob_may_not_write(people, sign_in):
    incident = make.incident(people.alice)
    client = sign_in(people.bob)
    assert client.get(NEW).status_code == 403
    assert client.post(f"{address(incident)}/edit", {"place": "x"}).status_code == 403


def test_charlie_gets_404(people, sign_in):
    incident = make.incident(people.alice)
    assert sign_in(people.charlie).get(f"{address(incident)}/edit").status_code == 404


def test_a_name_of_a_code_is_understood_in_any_language(people, sign_in):
    url = reverse("record_new", args=["firearm"])
    posted(sign_in(people.alice), url, kind="recovered", calibre="9 mm luger")
    stored = make.registry.get("firearm").model.objects.get()
    assert stored.calibre == "9x19"


def test_text_that_is_no_code_is_kept_as_read(people, sign_in):
    url = reverse("record_new", args=["firearm"])
    posted(sign_in(people.alice), url, kind="recovered", calibre="odd calibre 77")
    stored = make.registry.get("firearm").model.objects.get()
    assert stored.calibre == ""
    assert stored.as_read["calibre"] == "odd calibre 77"


def test_saving_without_a_change_changes_nothing(people, sign_in):
    incident = make.incident(people.alice, place="Batrovci")
    posted(sign_in(people.alice), f"{address(incident)}/edit")
    incident.refresh_from_db()
    assert incident.version == 1


def test_two_people_at_once_see_both_versions(people, sign_in):
    incident = make.incident(people.alice, place="Batrovci")
    client = sign_in(people.alice)
    url = f"{address(incident)}/edit"
    actions.change(incident, {"place": "Preševo"}, by=people.erin)
    answer = posted(client, url, place="Horgoš", version="1")
    text = answer.content.decode()
    assert "Preševo" in text
    assert "Horgoš" in text
    assert "keep-place" in text
    incident.refresh_from_db()
    assert incident.place == "Preševo"


def test_what_is_chosen_after_a_conflict_is_saved(people, sign_in):
    incident = make.incident(people.alice, place="Batrovci", title="A")
    client = sign_in(people.alice)
    url = f"{address(incident)}/edit"
    actions.change(incident, {"place": "Preševo", "title": "B"}, by=people.erin)
    posted(
        client,
        url,
        place="Horgoš",
        title="C",
        version="2",
        **{"keep-place": "yours", "keep-title": "theirs"},
    )
    incident.refresh_from_db()
    assert (incident.place, incident.title) == ("Horgoš", "B")


def test_h3_needs_its_words(people, sign_in):
    answer = posted(sign_in(people.alice), NEW, type="seizure", handling="h3")
    assert "H3" in answer.content.decode()
    assert not Incident.objects.exists()


def test_a_reference_to_a_record_of_another_unit_is_not_found(people, sign_in):
    foreign = make.incident(people.charlie)
    url = reverse("record_new", args=["exhibit"])
    answer = posted(
        sign_in(people.alice), url, number="E-9", incident=foreign.reference
    )
    assert "that you may see" in answer.content.decode()


def test_casualties_are_typed_as_lines_and_shown_as_words(people, sign_in):
    client = sign_in(people.alice)
    posted(
        client,
        NEW,
        type="shooting",
        occurred_from_2="2026",
        casualties="Killed, male, 2\n3, female, threatened",
    )
    incident = Incident.objects.get()
    assert incident.casualties == [
        {"outcome": "killed", "sex": "male", "count": 2},
        {"outcome": "threatened", "sex": "female", "count": 3},
    ]
    text = client.get(address(incident)).content.decode()
    assert "Killed, Male, 2; Threatened, Female, 3" in text
    posted(client, f"{address(incident)}/edit")
    incident.refresh_from_db()
    assert incident.version == 1


def test_a_casualty_that_no_list_knows_is_explained(people, sign_in):
    answer = posted(sign_in(people.alice), NEW, casualties="Vanished, male, 2")
    assert "Line 1: “Vanished”" in answer.content.decode()


# ---- the reason of a change


def test_who_changes_anothers_record_says_why_and_the_history_tells_it(people, sign_in):
    incident = make.incident(people.alice, place="Batrovci")
    url = f"{address(incident)}/edit"
    client = sign_in(people.erin)
    answer = posted(client, url, place="Preševo")
    assert "Say in a few words why it is changed." in answer.content.decode()
    assert Incident.objects.get().place == "Batrovci"
    answer = posted(client, url, place="Preševo", change_reason="Protocol 12 says so")
    assert answer.status_code == 302
    assert Incident.objects.get().place == "Preševo"
    assert (
        "Protocol 12 says so"
        in client.get(f"{address(incident)}/changes").content.decode()
    )
    assert (
        sign_in(people.charlie).get(f"{address(incident)}/changes").status_code == 404
    )


def test_who_recorded_it_today_finishes_it_without_a_reason(people, sign_in):
    incident = make.incident(people.alice, place="Batrovci")
    client = sign_in(people.alice)
    url = f"{address(incident)}/edit"
    assert "Why is it changed? <span" in client.get(url).content.decode()  # optional
    assert posted(client, url, place="Preševo").status_code == 302
    yesterday = timezone.now() - timedelta(days=1)
    Incident.objects.update(created_at=yesterday)
    answer = posted(client, url, place="Šid")
    assert "Say in a few words why it is changed." in answer.content.decode()


def test_a_change_by_a_program_keeps_the_reason_it_states(people, client):
    incident = make.incident(people.alice)
    _token, text = accounts.make_token(
        "test", {"records.view", "records.change"}, by=people.alice
    )
    headers = {"authorization": f"Bearer {text}", "X-Reason": "Register of 1 May"}
    url = f"/api/v1/incident/{incident.pk}"
    answer = client.patch(
        f"{url}?version=1",
        {"place": "Šid"},
        content_type="application/json",
        headers=headers,
    )
    assert answer.status_code == 200
    [state] = client.get(f"{url}/history", headers=headers).json()
    assert state["reason"] == "Register of 1 May"
