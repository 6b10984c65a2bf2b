"""The audit trail: appended, chained, guarded, sealed."""

import pytest
from django.db import DatabaseError, connection, transaction

from focalpoint.audit import actions as audit
from focalpoint.audit import queries
from focalpoint.audit.models import Event, Head

pytestmark = pytest.mark.django_db


def write(count):
    for number in range(count):
        audit.write("records.view", by=None, detail={"n": number})


def unguarded(statement):
    """Alter the table as somebody with the database in their hands would."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER audit_event_no_UPDATE")
            cursor.execute("DROP TRIGGER audit_event_no_DELETE")
        else:
            cursor.execute("DROP TRIGGER audit_event_guard ON audit_event")
        cursor.execute(statement)


def test_an_untouched_trail_holds():
    write(20)
    assert queries.verify() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor = 'somebody else' WHERE seq = 7",
        "UPDATE audit_event SET detail = '{}' WHERE seq = 7",
    ],
)
def test_an_altered_event_is_named(statement):
    write(20)
    unguarded(statement)
    assert [(b.seq, b.reason) for b in queries.verify()] == [(7, "was altered")]


def test_a_removed_event_is_noticed():
    write(20)
    unguarded("DELETE FROM audit_event WHERE seq = 7")
    assert queries.verify()[0] == (7, "missing")


def test_a_cut_end_is_noticed():
    write(20)
    unguarded("DELETE FROM audit_event WHERE seq > 15")
    assert queries.verify()[-1].reason == "the end of the trail is missing"


def test_what_others_write_while_the_trail_is_checked_is_no_break():
    write(20)
    audit.seal()

    def meanwhile(_done, _of):
        write(1)
        audit.seal()

    assert queries.verify(meanwhile) == []
    assert queries.verify() == [] and Event.objects.count() == 21


@pytest.mark.parametrize("is_removed", [False, True])
def test_events_that_stand_after_the_end_are_noticed(is_removed):
    write(20)
    if is_removed:
        Head.objects.all().delete()
    else:
        Head.objects.update(seq=15, hash=Event.objects.get(seq=15).hash)
    assert "stands after the end of the trail" in {b.reason for b in queries.verify()}


def test_a_trail_rewritten_as_a_whole_breaks_its_seal():
    write(5)
    audit.seal()
    unguarded("DELETE FROM audit_event")
    Head.objects.all().delete()
    write(6)
    reasons = {b.reason for b in queries.verify()}
    assert "does not agree with its seal" in reasons


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_event SET actor='x'", "DELETE FROM audit_event"]
)
def test_the_database_refuses_to_change_events(statement):
    write(2)
    with pytest.raises(DatabaseError), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement)
    assert Event.objects.count() == 2


def test_control_characters_cannot_shift_what_is_hashed():
    audit.write("records.view", by=None, detail={"text": "a\x1fb"})
    assert queries.verify() == []
    assert "\x1f" not in Event.objects.get().detail
