"""Disposal from the list to the certificate."""

import pytest

from focalpoint.audit import queries as trail
from focalpoint.records.models import Disposal
from focalpoint.web.tables import address
from tests import make

LIST = {
    "number": "D-1/2026",
    "disposition": "destroyed",
    "method": "melting",
    "authority": "Higher Court",
    "order_number": "Kv 3/2026",
    "commission": "Ana A, focal point\nBen B, ministry\nCena C, court",
    "witness": "Witness W",
    "place": "Steelworks",
}


@pytest.fixture
def exhibit(people):
    gun = make.firearm(people.alice)
    return make.record("exhibit", people.alice, firearm=gun, state="in_store")


def start(client, people, **over):
    answer = client.post("/disposals/new", {**LIST, "unit": people.north.pk, **over})
    assert answer.status_code == 302, answer.content.decode()
    return Disposal.objects.get()


def test_a_list_goes_from_order_to_certificate(people, sign_in, exhibit):
    client = sign_in(people.erin)
    made = start(client, people)
    assert made.commission[1] == {"name": "Ben B", "office": "ministry"}
    offered = client.get(f"{address(made)}/items").content.decode()
    assert str(exhibit.pk) in offered
    client.post(f"{address(made)}/items", {"exhibit": [str(exhibit.pk)]})
    assert "Carry out" in client.get(address(made)).content.decode()
    early = client.get(f"{address(made)}/certificate.pdf", follow=True)
    assert "not carried out yet" in early.content.decode()
    date = {"date_0": "4", "date_1": "5", "date_2": "2026"}
    client.post(f"{address(made)}/carry-out", date)
    exhibit.refresh_from_db()
    exhibit.firearm.refresh_from_db()
    assert exhibit.state == "destroyed"
    assert exhibit.firearm.disposition == "destroyed"
    answer = client.get(f"{address(made)}/certificate.pdf")
    assert answer.content.startswith(b"%PDF-")
    assert trail.of_record(made).first().action == "records.print"
    assert "D-1/2026" in client.get("/disposals/").content.decode()


def test_what_is_missing_is_named_and_stops_it(people, sign_in, exhibit):
    client = sign_in(people.erin)
    made = start(client, people, commission="Ana A", witness="")
    text = client.get(address(made)).content.decode()
    assert "at least three members" in text
    assert "Enter the witness" in text
    client.post(f"{address(made)}/items", {"exhibit": [str(exhibit.pk)]})
    date = {"date_0": "4", "date_1": "5", "date_2": "2026"}
    answer = client.post(f"{address(made)}/carry-out", date, follow=True)
    assert "at least 3 members" in answer.content.decode()
    client.post(f"{address(made)}/edit", LIST)
    made.refresh_from_db()
    assert len(made.commission) == 3


def test_exhibits_of_others_are_neither_offered_nor_taken(people, sign_in):
    foreign = make.record("exhibit", people.charlie, number="SOUTH-1")
    client = sign_in(people.erin)
    made = start(client, people)
    text = client.get(f"{address(made)}/items").content.decode()
    assert "SOUTH-1" not in text
    answer = client.post(f"{address(made)}/items", {"exhibit": [str(foreign.pk)]})
    assert answer.status_code == 404
    assert made.items.count() == 0


def test_only_those_who_dispose_reach_the_pages(people, sign_in, exhibit):
    made = start(sign_in(people.erin), people)
    for path in ("/disposals/", "/disposals/new", f"{address(made)}/items"):
        assert sign_in(people.alice).get(path).status_code == 403
        assert sign_in(people.bob).get(path).status_code == 403
    assert sign_in(people.charlie).get(address(made)).status_code == 404
    assert sign_in(people.bob).get(address(made)).status_code == 200
    assert sign_in(people.bob).post(f"{address(made)}/carry-out").status_code == 403


def test_a_hidden_exhibit_or_item_does_not_leak_through_the_list(people, sign_in):
    gun = make.firearm(people.alice, handling="h2", serial="SECRET777")
    shown = make.record("exhibit", people.alice, firearm=gun, number="E-OPEN")
    hidden = make.record("exhibit", people.alice, number="E-HIDDEN", handling="h2")
    head = sign_in(people.erin)
    made = start(head, people)
    chosen = {"exhibit": [str(shown.pk), str(hidden.pk)]}
    head.post(f"{address(made)}/items", chosen)
    assert "SECRET777" in head.get(address(made)).content.decode()
    head.post(f"{address(made)}/carry-out", {"date_0": "", "date_2": "2026"})
    text = sign_in(people.bob).get(address(made)).content.decode()
    assert "E-OPEN" in text
    assert "SECRET777" not in text
    assert "E-HIDDEN" not in text
    made.refresh_from_db()
    assert made.closed_at
    assert head.get(f"{address(made)}/certificate.pdf").status_code == 200
    bob = sign_in(people.bob).get(f"{address(made)}/certificate.pdf")
    assert bob.status_code == 403


def test_the_number_of_queries_does_not_grow_with_the_exhibits(
    people, sign_in, django_assert_max_num_queries
):
    client = sign_in(people.erin)
    made = start(client, people)
    counts = []
    for _round in range(2):
        for _exhibit in range(3):
            gun = make.firearm(people.alice)
            make.record("exhibit", people.alice, firearm=gun, state="in_store")
        client.get(f"{address(made)}/items")
        with django_assert_max_num_queries(60) as found:
            client.get(f"{address(made)}/items")
        counts.append(len(found))
    assert counts[0] == counts[1]
