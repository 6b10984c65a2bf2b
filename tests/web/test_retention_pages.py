"""Review of what is due: keep, hold, lift, erase, and the evidence."""

from datetime import timedelta

import pytest
from django.utils import timezone

from focalpoint.records import retention
from focalpoint.records.models import Erasure, Person
from tests import make

LIST = "/oversight/retention/person"


@pytest.fixture
def due(people):
    """A person whose period has ended."""
    person = make.person(people.alice)
    old = timezone.now() - timedelta(days=900)
    Person.objects.filter(pk=person.pk).update(created_at=old)
    retention.mark_due()
    person.refresh_from_db()
    return person


@pytest.fixture
def erin(people, sign_in):
    client = sign_in(people.erin)
    asked = {"purpose": "supervision", "case": "yearly review", "next": LIST}
    assert client.post("/you/purpose", asked).headers["Location"] == LIST
    return client


def decide(client, record, what, **fields):
    values = {f"{what}-{name}": value for name, value in fields.items()}
    return client.post(f"{LIST}/{record.pk}", {"what": what, **values})


def test_the_queue_counts_and_lists_what_is_due(due, erin):
    overview = erin.get("/oversight/retention").content.decode()
    assert LIST in overview
    text = erin.get(LIST).content.decode()
    assert due.reference in text
    assert "suspects without charge" in text


def test_keeping_needs_a_day_and_a_reason(due, erin):
    tomorrow = timezone.localdate() + timedelta(days=1)
    wrong = decide(erin, due, "keep", until="2001-01-01", reason="needed")
    assert "day in the future" in wrong.content.decode()
    missing = decide(erin, due, "keep", until=tomorrow, reason="")
    assert "There is a problem" in missing.content.decode()
    decide(erin, due, "keep", until=tomorrow, reason="needed in court")
    due.refresh_from_db()
    assert due.review_due == tomorrow
    assert due.reference not in erin.get(LIST).content.decode()


def test_a_hold_takes_it_out_of_the_queue_until_it_is_lifted(due, erin):
    decide(erin, due, "hold", reason="Court of appeal")
    assert due.reference not in erin.get(LIST).content.decode()
    assert "Court of appeal" in erin.get("/oversight/retention").content.decode()
    refused = decide(erin, due, "erase", reason="ended", reference=due.reference)
    assert "on hold" in refused.content.decode()
    hold = retention.holds(due).get()
    erin.post(f"{LIST}/{due.pk}", {"what": "lift", "hold": hold.pk})
    assert due.reference in erin.get(LIST).content.decode()


def test_erasing_asks_for_the_reference_and_leaves_evidence(due, erin):
    slip = decide(erin, due, "erase", reason="period has ended", reference="RS-N-1")
    assert "not the reference" in slip.content.decode()
    due.refresh_from_db()
    assert due.family_name
    decide(erin, due, "erase", reason="period has ended", reference=due.reference)
    due.refresh_from_db()
    assert not due.family_name
    assert Erasure.objects.get().reference == due.reference
    text = erin.get("/oversight/retention/erased").content.decode()
    assert due.reference in text
    assert "period has ended" in text


@pytest.mark.parametrize("what", ["", "burn", "lift"])
def test_an_unknown_decision_changes_nothing(due, erin, what):
    answer = erin.post(f"{LIST}/{due.pk}", {"what": what, "hold": "x"})
    assert answer.status_code in (200, 404)
    due.refresh_from_db()
    assert due.family_name


@pytest.mark.parametrize("who", ["alice", "bob", "charlie", "frank", "hana", "ivo"])
def test_only_a_head_of_the_unit_decides(people, sign_in, due, who):
    client = sign_in(getattr(people, who))
    assert client.get("/oversight/retention").status_code == 403
    refused = decide(client, due, "erase", reason="x", reference=due.reference)
    assert refused.status_code == 403
