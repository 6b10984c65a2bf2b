"""The registers of data protection, with their clocks."""

from datetime import timedelta

import pytest
from django.utils import timezone

from focalpoint.records.models import Breach, SubjectRequest

REGISTERS = "/oversight/protection"


@pytest.fixture
def ivo(people, sign_in):
    return sign_in(people.ivo)


def ask(client, unit, days_ago=0):
    received = timezone.localdate() - timedelta(days=days_ago)
    return client.post(
        f"{REGISTERS}/requests/new",
        {
            "unit": unit.pk,
            "kind": "access",
            "person": "A. Person",
            "contact": "",
            "received_on": received,
            "request": "What do you hold?",
        },
    )


def lose(client, unit, hours_ago):
    at = timezone.localtime() - timedelta(hours=hours_ago)
    return client.post(
        f"{REGISTERS}/breaches/new",
        {
            "unit": unit.pk,
            "title": "Laptop lost",
            "discovered_at": at.strftime("%Y-%m-%dT%H:%M"),
            "description": "An encrypted laptop",
            "categories": "names",
            "persons": "",
        },
    )


@pytest.mark.parametrize(
    ("days", "words"), [(0, "30 days left"), (25, "5 days left"), (31, "1 day late")]
)
def test_a_request_shows_its_days(people, ivo, days, words):
    ask(ivo, people.north, days)
    assert words in ivo.get(REGISTERS).content.decode()


def test_a_request_is_answered_once_with_reasons(people, ivo):
    ask(ivo, people.north)
    row = SubjectRequest.objects.get()
    path = f"{REGISTERS}/requests/{row.pk}"
    missing = ivo.post(path, {"state": "granted", "answer": ""})
    assert "There is a problem" in missing.content.decode()
    ivo.post(path, {"state": "refused", "answer": "A case is running."})
    text = ivo.get(path).content.decode()
    assert "A case is running." in text
    assert "<textarea" not in text


@pytest.mark.parametrize(
    ("hours", "words"), [(1, "70 h left"), (60, "11 h left"), (80, "8 h late")]
)
def test_a_breach_counts_its_72_hours(people, ivo, hours, words):
    lose(ivo, people.north, hours)
    assert words in ivo.get(REGISTERS).content.decode()


def test_telling_late_needs_a_reason(people, ivo):
    lose(ivo, people.north, 80)
    row = Breach.objects.get()
    path = f"{REGISTERS}/breaches/{row.pk}"
    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    asked = {"notified_at": now, "measures": "Keys revoked"}
    assert "72 hours" in ivo.post(path, asked).content.decode()
    ivo.post(path, {**asked, "delay_reason": "holiday"})
    assert "Told late" in ivo.get(path).content.decode()


def test_a_breach_of_tomorrow_is_refused(people, ivo):
    assert "in the future" in lose(ivo, people.north, -24).content.decode()


def test_a_head_reads_the_registers_and_does_not_write_them(people, sign_in, ivo):
    ask(ivo, people.north)
    row = SubjectRequest.objects.get()
    erin = sign_in(people.erin)
    assert "A. Person" in erin.get(REGISTERS).content.decode()
    assert ask(erin, people.north).status_code == 403
    erin.post(f"{REGISTERS}/requests/{row.pk}", {"state": "granted", "answer": "x"})
    row.refresh_from_db()
    assert row.state == "open"


def test_the_officer_of_north_keeps_no_register_of_south(people, ivo):
    answer = ask(ivo, people.south)
    assert "There is a problem" in answer.content.decode()
    assert not SubjectRequest.objects.exists()
