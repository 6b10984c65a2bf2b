"""One's own account, keys for programs, and the stated purpose."""

import pytest

from focalpoint.accounts.models import ApiToken
from focalpoint.audit import queries as trail
from tests.cast import PASSWORD


def test_language_and_keys_are_kept_with_the_account(people, sign_in):
    sign_in(people.bob).post("/you/", {"language": "sq", "theme": "light"})
    people.bob.refresh_from_db()
    assert people.bob.language == "sq"
    assert people.bob.single_keys is False


def test_a_key_is_shown_once_and_ended(people, sign_in):
    client = sign_in(people.alice)
    asked = {"name": "reader", "days": 30, "scope": ["records.view"]}
    answer = client.post("/you/keys", asked)
    text = answer.context["text"]
    assert text
    assert text not in client.get("/you/keys").content.decode()
    token = ApiToken.objects.get()
    client.post(f"/you/keys/{token.pk}")
    token.refresh_from_db()
    assert token.revoked_at


def test_nobody_ends_the_key_of_another(people, sign_in):
    sign_in(people.alice).post(
        "/you/keys", {"name": "reader", "days": 30, "scope": ["records.view"]}
    )
    token = ApiToken.objects.get()
    assert sign_in(people.erin).post(f"/you/keys/{token.pk}").status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_a_key_holds_no_more_than_its_owner(people, sign_in):
    asked = {"name": "x", "days": 30, "scope": ["accounts.grant"]}
    sign_in(people.alice).post("/you/keys", asked)
    assert not ApiToken.objects.exists()


def test_bob_has_no_keys_for_programs(people, sign_in):
    assert sign_in(people.bob).get("/you/keys").status_code == 403


def test_a_purpose_leads_back_to_where_one_was(people, sign_in):
    asked = {"purpose": "tracing", "case": "KT 1/2026", "next": "/records/person/"}
    answer = sign_in(people.alice).post("/you/purpose", asked)
    assert answer.headers["Location"] == "/records/person/"
    assert "accounts.state_purpose" in [e.action for e in trail.of_actor(people.alice)]


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org", "x:y"])
def test_a_purpose_never_leads_to_another_host(people, sign_in, target):
    asked = {"purpose": "tracing", "case": "KT 1/2026", "next": target}
    answer = sign_in(people.alice).post("/you/purpose", asked)
    assert answer.headers["Location"] == "/"


def test_signing_in_works_and_a_wrong_password_is_explained(people, client):
    wrong = {"login": "alice", "password": "wrong"}
    answer = client.post("/account/login/", wrong)
    assert "There is a problem" in answer.content.decode()
    right = {"login": "alice", "password": PASSWORD}
    assert client.post("/account/login/", right).status_code == 302


def test_six_wrong_passwords_lock_the_name(people, client):
    wrong = {"login": "alice", "password": "wrong"}
    answers = [client.post("/account/login/", wrong) for _time in range(7)]
    assert answers[-1].status_code == 429
    assert "Too many attempts" in answers[-1].content.decode()
