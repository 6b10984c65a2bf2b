"""Retention: due, kept, held, erased with evidence; registers with their clocks."""

import io
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from focalpoint.audit.queries import of_record
from focalpoint.records import (
    actions,
    attachments,
    history,
    protection,
    registry,
    retention,
    storage,
)
from focalpoint.values.errors import BadInput
from tests import cast as people
from tests import make

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def cast():
    return people.assemble()


def aged(record, days):
    type(record).objects.filter(pk=record.pk).update(
        created_at=timezone.now() - timedelta(days=days)
    )
    record.refresh_from_db()
    return record


def test_each_category_of_person_has_its_own_rule(cast):
    suspect = make.person(cast.alice, led_category="suspect")
    victim = make.person(cast.alice, led_category="victim")
    assert retention.due_on(suspect) == suspect.created_at.date() + timedelta(365)
    assert retention.due_on(victim) is None  # its case has not ended
    case = make.record("legal_case", cast.alice, closed_on="2024-02")
    victim.case = case
    assert retention.due_on(victim) == date(2024, 2, 29)


def test_a_recovered_gun_is_kept_and_a_registered_one_until_destroyed(cast):
    recovered = make.firearm(cast.alice)
    registered = make.firearm(cast.alice, kind="registered")
    assert retention.rule_of(recovered) == "object"
    assert retention.due_on(recovered) is None
    assert retention.rule_of(registered) == "registry"
    assert retention.due_on(registered) is None


def test_what_is_due_comes_into_the_queue_until_it_is_held(cast):
    person = aged(make.person(cast.alice), 800)
    fresh = make.person(cast.alice)
    assert retention.mark_due() == 2
    kind = registry.get("person")
    assert [row.pk for row in retention.queue(kind, cast.erin)] == [person.pk]
    assert not retention.queue(kind, cast.charlie).exists()
    retention.place_hold(person, "court asks for it", by=cast.erin)
    assert not retention.queue(kind, cast.erin).exists()
    assert fresh.pk


def test_keeping_longer_needs_a_reason_and_a_later_day(cast):
    person = make.person(cast.alice)
    with pytest.raises(BadInput, match="future"):
        retention.keep(person, TODAY(), "needed", by=cast.erin)
    with pytest.raises(BadInput, match="why"):
        retention.keep(person, TODAY() + timedelta(9), " ", by=cast.erin)
    with pytest.raises(PermissionDenied):
        retention.keep(person, TODAY() + timedelta(9), "needed", by=cast.alice)


def test_erasure_empties_values_history_and_files_and_leaves_evidence(cast):
    person = make.person(cast.alice, as_read={"family_name": "Djordjevic"})
    actions.change(person, {"family_name": "Petrović"}, by=cast.alice)
    person.refresh_from_db()
    file = attachments.attach(person, io.BytesIO(b"a note"), "n.txt", by=cast.alice)
    evidence = retention.erase(person, "period has ended", by=cast.erin)
    person.refresh_from_db()
    assert (person.family_name, person.given_name, person.as_read) == ("", "", {})
    assert person.led_category == "suspect"
    assert person.reference == evidence.reference
    assert not history.states(person).exists()
    assert "family_name" in evidence.fields
    event = of_record(person).first()
    assert event.kind == "erasure"
    assert "Petrovi" not in event.detail + event.fields
    assert file.pk


@pytest.mark.django_db(transaction=False)
def test_the_file_itself_goes_when_the_erasure_is_committed(
    cast, django_capture_on_commit_callbacks
):
    person = make.person(cast.alice)
    file = attachments.attach(person, io.BytesIO(b"a note"), "n.txt", by=cast.alice)
    with django_capture_on_commit_callbacks(execute=True):
        retention.erase(person, "period has ended", by=cast.erin)
    assert not storage.path_of(file.pk).exists()


def test_a_hold_stops_erasure_until_it_is_lifted(cast):
    person = make.person(cast.alice)
    hold = retention.place_hold(person, "court", by=cast.erin)
    with pytest.raises(BadInput, match="on hold"):
        retention.erase(person, "ended", by=cast.erin)
    retention.lift_hold(hold, person, by=cast.erin)
    retention.erase(person, "ended", by=cast.erin)


def test_alice_may_not_erase(cast):
    with pytest.raises(PermissionDenied):
        retention.erase(make.person(cast.alice), "tidy", by=cast.alice)


def test_a_request_has_thirty_days_and_is_answered_once(cast):
    made = protection.open_request(
        cast.north,
        "access",
        by=cast.ivo,
        person="A. Person",
        request="What do you hold?",
        received_on=date(2026, 3, 1),
    )
    assert made.due_on == date(2026, 3, 31)
    protection.answer_request(made, "granted", "A copy was given.", by=cast.ivo)
    with pytest.raises(BadInput, match="already"):
        protection.answer_request(made, "refused", "No.", by=cast.ivo)
    assert not protection.requests(cast.alice).exists()
    assert not protection.requests(cast.charlie).exists()
    with pytest.raises(PermissionDenied):
        protection.answer_request(made, "granted", "x", by=cast.erin)


def test_a_breach_is_told_within_72_hours_or_with_a_reason(cast):
    made = protection.report_breach(
        cast.north,
        "Laptop lost",
        by=cast.ivo,
        discovered_at=timezone.now() - timedelta(hours=80),
        description="An encrypted laptop",
        categories="names of suspects",
    )
    assert made.notify_by - made.discovered_at == timedelta(hours=72)
    assert made.is_late
    now = {"notified_at": timezone.now()}
    with pytest.raises(BadInput, match="72 hours"):
        protection.update_breach(made, now, by=cast.ivo)
    protection.update_breach(made, {**now, "delay_reason": "holiday"}, by=cast.ivo)
