"""That a session is in use is noted once a minute, not at every page."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from focalpoint.accounts import middleware
from tests import cast as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    made = Client()
    made.force_login(
        people.assemble().alice,
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return made


def seen():
    return UserSession.objects.get().last_seen_at


def test_pages_of_one_minute_are_noted_once(client, monkeypatch):
    client.get("/")
    first = seen()
    client.get("/")
    assert seen() == first
    monkeypatch.setattr(middleware, "PAUSE", -1)
    client.get("/")
    assert seen() > first


def test_a_session_that_moves_is_noted_at_once(client):
    client.get("/")
    first = seen()
    client.get("/", HTTP_USER_AGENT="Another browser")
    assert seen() > first
    assert UserSession.objects.get().user_agent == "Another browser"


def test_a_session_that_was_ended_elsewhere_is_over(client):
    client.get("/")
    UserSession.objects.get().end()
    assert client.get("/").status_code == 302
