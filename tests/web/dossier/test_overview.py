"""The dossier page of a firearm."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from focalpoint.audit import queries as trail
from focalpoint.records import actions, checklist, custody, marks
from focalpoint.web.tables import address
from tests import make


@pytest.fixture
def gun(people):
    event = make.incident(people.alice, lat=45.04, lon=19.09, place="Batrovci")
    return make.firearm(people.alice, incident=event, serial="218?71", type="pistol_sa")


def page(client, gun):
    answer = client.get(address(gun))
    assert answer.status_code == 200
    return answer.content.decode()


def purposeful(client):
    client.post("/you/purpose", {"purpose": "tracing", "case": "KT 1/2026"})
    return client


def test_it_says_what_the_gun_is_and_shows_unread_places(people, sign_in, gun):
    text = page(sign_in(people.bob), gun)
    assert "Zastava Arms M70" in text
    assert gun.reference in text
    assert 'class="unk"' in text
    assert "place 4" in text


def test_charlie_gets_the_same_answer_as_for_nothing(people, sign_in, gun):
    client = sign_in(people.charlie)
    assert client.get(address(gun)).status_code == 404
    for part in ("/dossier.pdf", "/marks", "/readers"):
        assert client.get(f"{address(gun)}{part}").status_code in (403, 404)
    assert client.post(f"{address(gun)}/category").status_code == 404
    assert client.post(f"{address(gun)}/checklist").status_code == 404


def test_a_prosecutor_does_not_see_h1(people, sign_in):
    gun = make.firearm(people.alice, handling="h1")
    assert sign_in(people.greta).get(address(gun)).status_code == 404
    assert "H1" in page(sign_in(people.alice), gun)


def test_looking_is_logged(people, sign_in, gun):
    page(sign_in(people.bob), gun)
    seen = [(e.action, e.actor) for e in trail.of_record(gun)]
    assert ("records.view", str(people.bob.pk)) in seen


def test_bob_finds_no_way_to_change_anything(people, sign_in, gun):
    text = page(sign_in(people.bob), gun)
    main = text.split("<main")[1].split("</main>")[0]
    assert "<form" not in main
    assert f"{address(gun)}/edit" not in main


def test_there_is_one_filled_button_and_it_is_the_next_step(people, sign_in, gun):
    checklist.open_checklist(gun, by=people.alice)
    head = page(sign_in(people.alice), gun).split('class="acts"')[1].split("</div>")[0]
    assert head.count("btn go") == 1
    assert "Next step" in head


def test_persons_are_hidden_without_the_capability(people, sign_in, gun):
    make.person(people.alice, incident=gun.incident, family_name="Petrović")
    assert "Petrović" not in page(purposeful(sign_in(people.bob)), gun)
    assert 'id="persons"' not in page(sign_in(people.bob), gun)


def test_names_open_with_a_stated_purpose(people, sign_in, gun):
    make.person(people.alice, incident=gun.incident, family_name="Petrović")
    client = sign_in(people.alice)
    text = page(client, gun)
    assert "Petrović" not in text
    assert "Person 1" in text
    assert "Suspect" in text
    assert "Petrović" in page(purposeful(client), gun)


def test_a_victim_is_seen_only_with_the_capability_for_it(people, sign_in, gun):
    make.person(
        people.alice,
        incident=gun.incident,
        family_name="Žrtvić",
        led_category="victim",
    )
    from focalpoint.accounts.models import Membership

    border = people.bob
    Membership.objects.create(user=border, role="border", unit=people.north)
    assert "Žrtvić" not in page(purposeful(sign_in(border)), gun)
    assert "Žrtvić" in page(purposeful(sign_in(people.alice)), gun)


def test_the_trace_readiness_names_what_is_missing(people, sign_in, gun):
    text = page(sign_in(people.bob), gun)
    assert "4 of 7" in text
    assert "Country or place of manufacture" in text
    assert "5 characters are read, 1 are not" in text


def test_a_lead_never_looks_like_a_confirmed_link(people, sign_in, gun):
    lead = make.firearm(people.alice, serial="999")
    sure = make.firearm(people.alice, serial="888")
    actions.link(gun, lead, "same_gun_lead", by=people.alice)
    actions.link(gun, sure, "same_gun_confirmed", by=people.alice, strength="confirmed")
    text = page(sign_in(people.bob), gun)
    links = text.split('id="links"')[1].split("</section>")[0]
    assert links.count("chip lead") == 1
    assert links.count("chip hit") == 1


def test_a_linked_record_of_others_leaves_no_trace(people, sign_in, gun):
    hidden = make.incident(people.alice, handling="h2", place="Secretville")
    actions.link(gun, hidden, "recovered_in", by=people.alice)
    text = page(sign_in(people.bob), gun)
    assert "Secretville" not in text
    assert hidden.reference not in text


def test_another_gun_with_the_same_number_is_named(people, sign_in):
    gun = make.firearm(people.alice, serial="A 12345")
    other = make.firearm(people.alice, serial="A-12345", model="M57", calibre="762x25")
    foreign = make.firearm(people.charlie, serial="A12345")
    text = page(sign_in(people.bob), gun)
    assert "Clone" in text
    assert other.reference in text
    assert foreign.reference not in text


def test_custody_and_its_break_are_shown(people, sign_in, gun):
    exhibit = make.record(
        "exhibit", people.alice, firearm=gun, seal="S1", state="sealed"
    )
    custody.hand_over(
        exhibit,
        by=people.alice,
        giver="Officer One",
        receiver="Officer Two",
        place="Store 1",
        reason="storage",
        seal_found="S9",
    )
    text = page(sign_in(people.bob), gun)
    assert "Officer Two" in text
    assert "Custody broken" in text


def test_the_map_has_a_table_and_the_footnote(people, sign_in, gun):
    text = page(sign_in(people.bob), gun)
    assert 'data-island="map"' in text
    assert "45.0400" in text
    assert "Kosovo*" in text
    assert "Natural Earth" in text
    assert "1244" in text


def test_the_checklist_is_settled_here(people, sign_in, gun):
    client = sign_in(people.alice)
    client.post(f"{address(gun)}/checklist")
    step = gun.steps.first()
    client.post(f"{address(gun)}/checklist/{step.pk}", {"state": "waived"})
    step.refresh_from_db()
    assert step.state == "open"
    client.post(
        f"{address(gun)}/checklist/{step.pk}", {"state": "waived", "note": "no lab"}
    )
    step.refresh_from_db()
    assert (step.state, step.note) == ("waived", "no lab")
    client.post(f"{address(gun)}/checklist/{gun.steps.last().pk}", {"state": "mine"})
    assert gun.steps.last().owner == people.alice
    refused = sign_in(people.bob).post(
        f"{address(gun)}/checklist/{step.pk}", {"state": "open"}
    )
    assert refused.status_code == 403


def test_a_late_step_is_said_to_be_late(people, sign_in, gun):
    checklist.open_checklist(gun, by=people.alice)
    gun.steps.update(due_at=timezone.now() - timedelta(days=2))
    assert 'class="late"' in page(sign_in(people.alice), gun)


def test_a_person_confirms_the_category(people, sign_in, gun):
    url = f"{address(gun)}/category"
    sign_in(people.alice).post(url, {"category": "b5"})
    gun.refresh_from_db()
    assert gun.eu_category == "b5"
    assert sign_in(people.bob).post(url, {"category": "a2"}).status_code == 403
    assert "Confirmed by Alice" in page(sign_in(people.bob), gun)


def test_marks_are_corrected_on_their_page(people, sign_in, gun):
    client = sign_in(people.alice)
    url = f"{address(gun)}/marks"
    assert client.get(url).status_code == 200
    sent = {
        "marks-TOTAL_FORMS": "2",
        "marks-INITIAL_FORMS": "0",
        "marks-0-kind": "serial",
        "marks-0-position": "slide",
        "marks-0-text": "21847?",
        "marks-1-kind": "proof",
    }
    client.post(url, sent)
    [mark] = gun.marks.all()
    assert (mark.text, mark.normal) == ("21847?", "21847?")
    assert "21847" in page(sign_in(people.bob), gun)
    assert sign_in(people.bob).post(url, sent).status_code == 403


def test_two_records_are_linked_by_reference(people, sign_in, gun):
    other = make.incident(people.alice, place="Preševo")
    secret = make.incident(people.charlie)
    client = sign_in(people.alice)
    url = f"{address(gun)}/links"
    client.post(url, {"reference": other.reference.lower(), "type": "recovered_in"})
    answer = client.post(
        url, {"reference": secret.reference, "type": "recovered_in"}, follow=True
    )
    assert "There is no record" in answer.content.decode()
    assert "Preševo" in page(client, gun)
    refused = sign_in(people.bob).post(url, {"reference": other.reference})
    assert refused.status_code == 403


def test_supervisors_see_who_looked_and_that_is_logged(people, sign_in, gun):
    page(sign_in(people.bob), gun)
    url = f"{address(gun)}/readers"
    for person in (people.erin, people.hana, people.ivo):
        assert "Bob" in sign_in(person).get(url).content.decode()
    assert sign_in(people.alice).get(url).status_code == 403
    asked = [e.actor for e in trail.of_record(gun) if e.action == "records.audit"]
    assert str(people.hana.pk) in asked


def fill(people, gun, count):
    exhibit = make.record("exhibit", people.alice, firearm=gun, number=f"E-{count}")
    for number in range(count):
        custody.hand_over(
            exhibit,
            by=people.alice,
            giver="One",
            receiver="Two",
            place="Store",
            reason="storage",
        )
        other = make.incident(people.alice, place=f"Place {number}")
        actions.link(gun, other, "recovered_in", by=people.alice)
        make.person(people.alice, incident=gun.incident)
        make.record("ballistic_item", people.alice, firearm=gun)
    rows = [{"kind": "proof", "text": f"P{number}"} for number in range(count)]
    marks.set_marks(gun, rows, by=people.alice)


def test_the_number_of_queries_does_not_grow_with_the_rows(
    people, sign_in, gun, django_assert_max_num_queries
):
    checklist.open_checklist(gun, by=people.alice)
    client = sign_in(people.alice)
    counts = []
    for count in (1, 6):
        fill(people, gun, count)
        page(client, gun)
        with django_assert_max_num_queries(140) as found:
            page(client, gun)
        counts.append(len(found))
    assert counts[1] <= counts[0]


def test_no_address_of_another_host_is_on_the_page(people, sign_in, gun):
    text = page(sign_in(people.alice), gun)
    hosts = set(re.findall(r"https?://([^/\"' ]+)", text)) - {"www.w3.org"}
    assert not hosts
