"""Every address of the instance against the whole cast: closed, even, never broken."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from focalpoint.records import protection, registry, retention
from tests import make

NOTHING = UUID("00000000-0000-7000-8000-000000000000")
WHOLE_CAST = (
    "alice",
    "bob",
    "charlie",
    "dana",
    "erin",
    "frank",
    "greta",
    "hana",
    "ivo",
)
OPEN = {
    "/health",
    "/language",
    "/account/login/",
    "/account/logout/",
    "/account/signup/",
    "/account/inactive/",
    "/mfa/authenticate/",  # the second step of signing in
}
# Made by allauth for e-mail and reset by e-mail, which this instance does not use:
# they answer, but there is nothing behind them.
ENTRANCE = ("/account/",)
ENDING = ("/account/", "/mfa/", "/sessions/")  # may end the session
SECRET = "Secretville"


ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")


def addresses():
    """Yield every address of the pages, with its arguments as they are declared."""

    def walk(patterns, before):
        for one in patterns:
            text = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, text)
            elif isinstance(one, URLPattern):
                yield text

    found = walk(get_resolver().url_patterns, "/")
    # Addresses told as regular expressions are allauth's, for e-mail and resets.
    return [text for text in found if not text.startswith("/api/") and "^" not in text]


def paths_of(code, pk):
    """Return every address with its arguments filled in for one record."""
    values = {"code": code, "pk": pk, "uuid": pk, "int": 1, "type": code}

    def value(found):
        kind, name = found.groups()
        return str(values.get(kind, values.get(name, "x")))

    return sorted({ARGUMENT.sub(value, text) for text in addresses()})


@pytest.fixture
def record(people):
    return make.incident(people.alice, place=SECRET)


def test_a_stranger_reaches_the_entrance_and_nothing_else(people, record):
    client = Client()
    for path in paths_of("incident", record.pk):
        answer = client.get(path)
        if path in OPEN or path.startswith(ENTRANCE):
            assert answer.status_code < 500, path
            assert SECRET not in answer.content.decode(), path
            continue
        assert answer.status_code == 302, (path, answer.status_code)
        assert answer.headers["Location"].startswith("/account/login/"), path


@pytest.mark.slow
@pytest.mark.parametrize("who", WHOLE_CAST)
def test_no_address_breaks_for_anybody(people, sign_in, who):
    """Slow: it asks for every address twice."""
    gun, user = make.firearm(people.alice), getattr(people, who)
    client = sign_in(user)
    for path in paths_of("firearm", gun.pk):
        for method in (client.get, client.post):
            answer = method(path)
            assert answer.status_code < 500, (method, path)
        if path.startswith(ENDING):
            client = sign_in(user)


@pytest.mark.parametrize("who", ["erin", "frank"])
def test_a_kind_that_there_is_not_breaks_nothing(people, sign_in, who):
    client = sign_in(getattr(people, who))
    for path in paths_of("no_such_kind", NOTHING):
        if "no_such_kind" in path:
            assert client.get(path).status_code in (403, 404, 405), path


@pytest.mark.parametrize("who", ["charlie", "frank"])
def test_north_is_shut_to_those_without_it(people, sign_in, record, who):
    """The same 404 for what is not theirs and for what is not there; Frank has 403."""
    user = getattr(people, who)
    client = sign_in(user)
    there = paths_of("incident", record.pk)
    absent = paths_of("incident", NOTHING)
    for path, nothing in zip(there, absent, strict=True):
        if str(record.pk) not in path:
            continue
        for name in ("get", "post"):
            answer = getattr(client, name)(path)
            same = getattr(client, name)(nothing)
            assert answer.status_code == same.status_code, (name, path)
            assert answer.status_code in (302, 403, 404, 405), (name, path)
            assert SECRET not in answer.content.decode(), path


@pytest.mark.parametrize("code", sorted(make.DEFAULTS))
def test_charlie_gets_404_for_every_kind_of_record_of_north(people, sign_in, code):
    record = make.record(code, people.alice)
    client = sign_in(people.charlie)
    for rest in ("", "/changes", "/edit"):
        path = f"/records/{code}/{record.pk}{rest}"
        assert client.get(path).status_code == 404, path
    assert client.post(f"/records/{code}/{record.pk}/edit", {}).status_code == 404


def test_frank_sees_no_case_data_on_any_page_he_may_open(people, sign_in, record):
    person = make.person(people.alice)
    client = sign_in(people.frank)
    for path in paths_of("incident", record.pk):
        text = client.get(path).content.decode()
        for secret in (SECRET, record.reference, person.reference):
            assert secret not in text, path


def test_registers_of_north_are_absent_for_others(people, sign_in):
    asked = protection.open_request(
        people.north,
        "access",
        by=people.ivo,
        person=SECRET,
        request="What do you hold?",
        received_on=timezone.localdate(),
    )
    lost = protection.report_breach(
        people.north,
        SECRET,
        by=people.ivo,
        discovered_at=timezone.now() - timedelta(hours=1),
        description="A laptop",
        categories="names",
    )
    for path in (f"requests/{asked.pk}", f"breaches/{lost.pk}"):
        for who in ("alice", "bob", "charlie", "frank", "hana"):
            answer = sign_in(getattr(people, who)).get(f"/oversight/protection/{path}")
            assert answer.status_code in (403, 404)
        answer = sign_in(people.ivo).get(f"/oversight/protection/{path}")
        assert SECRET in answer.content.decode()


def test_what_is_due_in_north_is_absent_for_south(people, sign_in):
    person = make.person(people.alice)
    retention.mark_due()
    path = f"/oversight/retention/person/{person.pk}"
    assert sign_in(people.charlie).get(path).status_code == 403
    assert sign_in(people.alice).get(path).status_code == 403


PERSONAL = [kind.code for kind in registry.all_types() if kind.personal]


@pytest.mark.parametrize("code", PERSONAL)
def test_personal_records_ask_what_for_before_they_open(people, sign_in, code):
    record = make.record(code, people.alice)
    client = sign_in(people.erin)
    for path in (
        f"/records/{code}/",
        f"/records/{code}/{record.pk}",
        f"/records/{code}/{record.pk}/changes",
        f"/records/{code}/{record.pk}/edit",
        f"/oversight/retention/{code}",
        f"/oversight/retention/{code}/{record.pk}",
    ):
        answer = client.get(path)
        assert answer.status_code == 302, path
        assert answer.headers["Location"].startswith("/you/purpose?next="), path
