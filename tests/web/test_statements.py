"""No page asks the database more often when there is more to show."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from focalpoint.accounts import middleware
from focalpoint.records import actions, custody, protection, registry, saved
from focalpoint.records.models import Firearm, Incident
from focalpoint.records.search import Filter
from tests import make
from tests.web.test_every_address import addresses

FEW, MANY = 4, 16  # rows; fewer than fit on one page
ENTRANCE = ("/account/", "/mfa/", "/sessions/")
READERS = ("erin", "ivo")
TYPES = ("incident", "firearm", "person", "exhibit", "link", "ammunition")


def grow(people, first, last):
    """Make everything that lists show, so many times."""
    alice = people.alice
    for number in range(first, last):
        event = make.incident(
            alice, place=f"Place {number}", case_number=f"KT {number}"
        )
        gun = make.firearm(alice, incident=event, serial=f"A {number:05d}")
        make.person(alice, incident=event, family_name=f"Name {number}")
        make.record("ammunition", alice, incident=event)
        exhibit = make.record("exhibit", alice, firearm=gun, incident=event)
        custody.hand_over(
            exhibit,
            by=alice,
            giver="officer",
            receiver="store",
            place="store",
            reason="storage",
            at=timezone.now(),
        )
        actions.change(gun, {"model": f"M{number}"}, by=alice)
        actions.link(centre(), gun, "found_with", by=alice)
        wanted = Filter(f"make:zastava serial:A{number}*", "firearm")
        saved.save(f"Search {number}", wanted, by=people.erin)
        protection.open_request(
            people.north,
            "access",
            by=people.ivo,
            person=f"Person {number}",
            request="Everything",
            received_on=timezone.localdate(),
        )


def centre():
    """The record to which all others are linked."""
    return Firearm.objects.order_by("pk").first() or Incident.objects.first()


def pages():
    """Every page without arguments, the lists, the searches, and one record's pages."""
    own = centre()
    found = [p for p in addresses() if "<" not in p and not p.startswith(ENTRANCE)]
    found += [f"/records/{code}/" for code in TYPES]
    found += ["/records/firearm/?kind=recovered"]
    found += ["/records/firearm/?kind=recovered&type=pistol"]
    found += ["/search/facets?record=firearm&kind=recovered&type=pistol"]
    found += ["/search/?q=zastava", "/search/?q=serial:A*", "/search/?record=firearm"]
    found += [f"/records/firearm/{own.pk}", f"/records/firearm/{own.pk}/"]
    found += [f"/records/firearm/{own.pk}/history"]
    event = Incident.objects.order_by("pk").first()
    found += [f"/records/incident/{event.pk}"]
    return sorted(set(found))


def asked(client, path):
    """How many statements a page makes, once it is warm; none where it is not open."""
    client.get(path)
    with CaptureQueriesContext(connection) as statements:
        answer = client.get(path)
        if hasattr(answer, "streaming_content"):
            list(answer.streaming_content)
    return len(statements) if answer.status_code == 200 else None


@pytest.mark.slow
def test_no_page_asks_more_often_when_there_is_more(people, sign_in, monkeypatch):
    """Every page, two readers, twice."""
    # What is noted once a minute would fall on any page of a slow machine.
    monkeypatch.setattr(middleware, "PAUSE", 3600)
    make.firearm(people.alice, serial="CENTRE 1")
    grow(people, 0, FEW)
    clients = {name: sign_in(getattr(people, name)) for name in READERS}
    before = {
        (name, path): asked(client, path)
        for name, client in clients.items()
        for path in pages()
    }
    grow(people, FEW, MANY)
    more = {
        f"{path} as {name}: {count} statements, then {now}"
        for (name, path), count in before.items()
        if count is not None and (now := asked(clients[name], path) or 0) > count
    }
    assert not more
    assert sum(count is not None for count in before.values()) > 30
    assert registry.RECORD_TYPES.keys() >= set(TYPES)
