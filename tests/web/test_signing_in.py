"""Signing in and staying signed in: locks, factors, sessions, hosts, headers."""

import re
import subprocess
import sys
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse

from focalpoint.accounts import actions
from focalpoint.accounts.middleware import BEGAN, SEEN
from focalpoint.audit import queries as trail
from focalpoint.settings import CONTENT_SECURITY_POLICY
from tests.cast import PASSWORD
from tests.make import firearm


def enter(client, name, password=PASSWORD, **more):
    return client.post("/account/login/", {"login": name, "password": password, **more})


def code_of(secret, steps=0):
    """Return what an authenticator app shows now (RFC 6238, 30 s, 6 figures)."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


@pytest.fixture
def frank(people):
    people.frank.second_factor_waived = False
    people.frank.save()
    return people.frank


@pytest.fixture
def dana(people):
    people.dana.second_factor_waived = False
    people.dana.save()
    return people.dana


# ---- the first factor


def test_a_refused_sign_in_is_written_down_without_what_was_typed(people, client):
    enter(client, "alice", "not-the-password")
    enter(client, "a-name-nobody-has", "x")
    refused = [e for e in trail.events() if e.action == "accounts.sign_in_refused"]
    assert [e.record for e in refused] == ["", str(people.alice.pk)]
    assert all("nobody" not in e.detail + e.fields for e in refused)


def test_a_lock_holds_even_for_the_right_password_and_not_for_others(people, client):
    for _time in range(6):
        enter(client, "alice", "wrong")
    answer = enter(client, "alice")
    assert answer.status_code == 429
    assert "Too many attempts" in answer.content.decode()
    assert answer.headers["Content-Security-Policy"]
    assert client.get("/").status_code == 302
    assert enter(Client(), "bob").status_code == 302


@pytest.mark.parametrize(
    "target",
    ["https://example.org/", "//example.org/", "/\\example.org", "javascript:1"],
)
def test_signing_in_never_leads_to_another_host(people, client, target):
    assert enter(client, "bob", next=target).headers["Location"] == "/"


@pytest.mark.parametrize("path", ["/account/logout/", "/language", "/account/login/"])
def test_other_ways_out_never_lead_to_another_host(people, client, path):
    client.force_login(people.bob)
    answer = client.post(path, {"next": "https://example.org/", "language": "sq"})
    assert "example.org" not in answer.headers.get("Location", "")


def test_nobody_makes_an_account_alone(db, client):
    assert b"<form" not in client.get("/account/signup/").content.split(b"<main")[1]
    made = {"username": "eve", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/account/signup/", made)
    assert "_auth_user_id" not in client.session


# ---- the second factor


def turn_on(client, name):
    """Sign in and set up an authenticator app; return its secret."""
    enter(client, name)
    assert client.get("/").headers["Location"] == "/mfa/"
    assert (
        client.get("/mfa/totp/activate/")
        .headers["Location"]
        .startswith("/account/reauthenticate/")
    )
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    page = client.get("/mfa/totp/activate/")
    secret = re.search(
        r'id="authenticator_secret" value="(\w+)"', page.content.decode()
    )
    answer = client.post("/mfa/totp/activate/", {"code": code_of(secret[1])})
    assert answer.status_code == 302, answer.content
    return secret[1]


@pytest.mark.slow
@pytest.mark.parametrize("who", ["frank", "dana"])
def test_administrators_and_examiners_set_up_a_second_factor_first(
    people, frank, dana, client, who
):
    secret = turn_on(client, who)
    assert client.get("/").status_code == 200
    again = Client()
    assert enter(again, who).headers["Location"].startswith("/mfa/authenticate/")
    assert again.get("/").status_code == 302
    wrong = again.post("/mfa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    right = again.post("/mfa/authenticate/", {"code": code_of(secret)})
    assert right.status_code == 302
    assert again.get("/").status_code == 200


def test_nothing_opens_without_it_not_even_the_api(frank, client):
    enter(client, "frank")
    for path in ("/you/", "/you/keys", "/oversight/people", "/records/"):
        assert client.get(path).headers["Location"] == "/mfa/", path
    assert client.get("/api/v1/firearm").status_code == 403


def test_the_secret_lies_sealed_in_the_database(frank, client):
    secret = turn_on(client, "frank")
    kept = Authenticator.objects.get(user=frank, type="totp").data["secret"]
    assert secret not in kept


def test_recovery_codes_open_once_each(frank, client):
    turn_on(client, "frank")
    client.post("/mfa/recovery-codes/generate/")
    page = client.get("/mfa/recovery-codes/").content.decode()
    codes = Authenticator.objects.get(user=frank, type="recovery_codes").wrap()
    unused = codes.get_unused_codes()
    assert len(unused) >= 8
    assert unused[0] in page
    for status in (302, 200):  # the second time it is used up
        other = Client()
        enter(other, "frank")
        answer = other.post("/mfa/authenticate/", {"code": unused[0]})
        assert answer.status_code == status


def test_passkeys_are_offered(frank, client):
    turn_on(client, "frank")
    assert reverse("mfa_list_webauthn") in client.get("/mfa/").content.decode()
    assert client.get("/mfa/webauthn/add/").status_code == 200


def test_who_takes_the_factor_off_again_is_asked_again(frank, client):
    turn_on(client, "frank")
    Authenticator.objects.filter(user=frank).delete()
    assert client.get("/").headers["Location"] == "/mfa/"


def test_a_lost_phone_is_taken_off_by_a_colleague(people, frank, client):
    turn_on(client, "frank")
    other = people.ivo
    other.memberships.create(role="administrator", unit=people.region)
    assert actions.reset_second_factor(frank, by=other) >= 1
    assert not Authenticator.objects.filter(user=frank).exists()
    assert client.get("/you/").status_code == 302


# ---- sessions


def test_an_idle_session_ends(people, sign_in, settings):
    client = sign_in(people.bob)
    client.get("/")
    session = client.session
    session[SEEN] = int(time.time()) - settings.SESSION_IDLE_SECONDS - 1
    session.save()
    assert client.get("/").headers["Location"] == "/account/login/"
    assert "_auth_user_id" not in client.session


def test_a_busy_session_ends_too(people, sign_in, settings):
    client = sign_in(people.bob)
    client.get("/")
    session = client.session
    session[BEGAN] = int(time.time()) - settings.SESSION_COOKIE_AGE - 1
    session.save()
    assert client.get("/").headers["Location"] == "/account/login/"


def test_the_api_says_401_when_the_session_is_over(people, sign_in, settings):
    client = sign_in(people.alice)
    client.get("/")
    session = client.session
    session[SEEN] = 1
    session.save()
    assert client.get("/api/v1/firearm").status_code == 401


def test_sessions_are_listed_and_ended_from_elsewhere(people):
    here, there = Client(), Client(headers={"user-agent": "an old telephone"})
    for client in (here, there):
        enter(client, "bob")
        client.get("/")
    text = here.get("/sessions/").content.decode()
    assert "an old telephone" in text
    here.post("/sessions/")
    assert there.get("/").status_code == 302
    assert here.get("/").status_code == 200


def test_a_changed_password_ends_the_other_sessions(people):
    here, there = Client(), Client()
    for client in (here, there):
        enter(client, "bob")
    own = "a quite different sentence"
    asked = {"oldpassword": PASSWORD, "password1": own, "password2": own}
    here.post("/account/password/change/", asked)
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302


# ---- requests from elsewhere, headers, cookies, hosts


@pytest.mark.parametrize(
    "path", ["/you/", "/you/keys", "/oversight/people/new", "/account/login/", "/mfa/"]
)
def test_a_form_of_another_site_is_refused(people, path):
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.frank)
    assert client.post(path, {"language": "sq"}).status_code == 403


def test_the_api_takes_no_form_of_another_site_either(people):
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.alice)
    answer = client.post("/api/v1/firearm", "{}", content_type="application/json")
    assert answer.status_code in (401, 403)


@pytest.mark.parametrize(
    "path",
    ["/", "/account/login/", "/nothing-here", "/records/", "/api/docs", "/health"],
)
def test_every_answer_carries_the_headers(people, sign_in, path):
    answer = sign_in(people.alice).get(path)
    policy = answer.headers["Content-Security-Policy"]
    for name, sources in CONTENT_SECURITY_POLICY["DIRECTIVES"].items():
        assert f"{name} {' '.join(sources)}" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_pages_with_records_are_not_kept_by_browsers(people, sign_in):
    gun = firearm(people.alice)
    answer = sign_in(people.bob).get(f"/records/firearm/{gun.pk}")
    assert "no-store" in answer.headers["Cache-Control"]


def test_another_host_name_is_refused(people, sign_in, settings):
    client = sign_in(people.bob)
    assert client.get("/", headers={"host": "example.org"}).status_code == 400


HTTPS = """
import os
os.environ["FOCALPOINT_HTTPS"] = "yes"
from focalpoint import settings as s
assert s.SESSION_COOKIE_SECURE and s.CSRF_COOKIE_SECURE
assert s.SESSION_COOKIE_HTTPONLY and s.CSRF_COOKIE_HTTPONLY
assert s.SESSION_COOKIE_SAMESITE == s.CSRF_COOKIE_SAMESITE == "Lax"
assert s.LANGUAGE_COOKIE_SECURE
for name in (s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME):
    assert name.startswith("__Host-")
for name in ("SESSION_COOKIE_DOMAIN", "CSRF_COOKIE_DOMAIN"):
    assert getattr(s, name, None) is None
assert s.SECURE_HSTS_SECONDS >= 31_536_000 and s.SECURE_SSL_REDIRECT
assert not s.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN
"""


def test_cookies_over_https_are_secure_and_for_this_host_alone():
    done = subprocess.run(
        [sys.executable, "-c", HTTPS], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_cookies_are_read_by_no_script(people, client):
    answer = enter(client, "bob")
    cookie = answer.cookies["focalpoint-session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["domain"]
