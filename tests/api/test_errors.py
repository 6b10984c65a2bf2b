"""Whatever goes wrong is told in one shape, never as a page."""

import logging

import pytest
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import SimpleUploadedFile

from focalpoint.api import api, records
from tests import cast as people
from tests import make
from tests.api.test_records import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return people.assemble()


@pytest.fixture
def alice(client, cast):
    return Caller(client, cast.alice)


def told(answer):
    """Return status and code of a problem, which has its shape."""
    assert answer["Content-Type"].partition(";")[0] == "application/json"
    problem = answer.json()
    assert set(problem) == {"code", "message", "fields"}
    assert problem["message"]
    return answer.status_code, problem["code"]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize(
    "path", ["/nothing", "/firearm/", "/firearm/by-key/x", "/a/b/c/d"]
)
def test_an_unknown_address_is_told_as_a_problem(alice, method, path):
    assert told(alice(method, path)) == (404, "not_found")


def test_strangers_learn_as_little(client):
    assert told(client.get("/api/nothing")) == (404, "not_found")
    assert not [path for path in api.get_openapi_schema()["paths"] if "rest" in path]


def test_other_addresses_are_as_before(client, cast):
    assert client.get("/api/docs").status_code == 302
    client.force_login(cast.alice)
    assert client.get("/api/openapi.json").json()["openapi"].startswith("3.1")
    assert client.delete("/api/v1/firearm").status_code == 405


def test_what_nobody_expected_is_told_and_logged(alice, monkeypatch, caplog):
    def fail(*_args, **_more):
        raise RuntimeError("disk on fire at /srv/secret")

    monkeypatch.setattr(records.queries, "record_or_404", fail)
    path = "/firearm/01a2036d-740a-7459-a358-8e9cfbe4a5ed"
    with pytest.raises(RuntimeError):  # as Django's own test client does it
        alice("GET", path)
    alice.client.raise_request_exception = False
    caplog.clear()
    with caplog.at_level(logging.ERROR, "django.request"):
        answer = alice("GET", path)
    assert told(answer) == (500, "server_error")
    assert "secret" not in answer.content.decode()
    [logged] = caplog.records
    assert "disk on fire" in str(logged.exc_info[1])


def test_a_suspicious_request_is_no_fault_of_the_server(alice, monkeypatch):
    def fail(*_args, **_more):
        raise SuspiciousOperation

    monkeypatch.setattr(records.queries, "record_or_404", fail)
    answer = alice("GET", "/firearm/01a2036d-740a-7459-a358-8e9cfbe4a5ed")
    assert told(answer) == (400, "malformed")


def test_a_body_over_the_limit_is_told_with_the_limit(alice, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1_048_576
    body = {**make.DEFAULTS["firearm"], "remarks": "x" * (2 * 1_048_576)}
    answer = alice("POST", "/firearm", body)
    assert told(answer) == (413, "too_big")
    assert "2 MB" in answer.json()["message"]


def test_a_form_over_the_limits_is_told_too(alice, settings):
    url = "/api/v1/imports"

    def send(**fields):
        file = SimpleUploadedFile("register.csv", b"Make\nCZ\n")
        body = {"file": file, **fields}
        return alice.client.post(url, body, headers=alice.headers)

    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
    assert told(send(profile="x" * 1_100_000)) == (413, "too_big")
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1
    assert told(send(unit="north", profile="x")) == (400, "malformed")


def test_a_broken_form_is_told_too(alice):
    answer = alice.client.generic(
        "POST",
        "/api/v1/imports",
        "x",
        content_type="multipart/form-data; boundary=\u00e9",
        headers=alice.headers,
    )
    assert told(answer) == (400, "malformed")
