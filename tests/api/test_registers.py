"""Reference registers through the API."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from focalpoint.accounts.access import SYSTEM
from focalpoint.intake import registers as loading
from focalpoint.records import registers
from focalpoint.records.models import Firearm
from tests import cast
from tests.records.test_registers import loaded

pytestmark = pytest.mark.django_db
LINES = "Registration no;Make;Serial number\nR-1;Zastava;A 123456\n"


@pytest.fixture
def people():
    return cast.assemble()


@pytest.fixture(autouse=True)
def worker(monkeypatch):
    from focalpoint.intake import tasks

    def at_once(name, pk):
        tasks.load_register.func(pk)

    monkeypatch.setattr(loading.backend, "enqueue", at_once)


def entry_path(number="1"):
    return f"/api/v1/register-entries/{registers.entries(SYSTEM).get(number=number).pk}"


def test_an_extract_is_sent_found_and_taken_up(client, people):
    client.force_login(people.alice)
    file = SimpleUploadedFile("extract.csv", LINES.encode())
    form = {"file": file, "name": "National register", "unit": "north"}
    answer = client.post("/api/v1/registers", form)
    assert answer.status_code == 202, answer.content
    [register] = client.get("/api/v1/registers").json()
    assert register["current"]["entries"] == 1
    path = f"/api/v1/registers/{register['id']}"
    assert client.get(path).json()["name"] == "National register"
    [hit] = client.get("/api/v1/search?q=A123456").json()["register_entries"]
    assert (hit["number"], hit["make"], hit["record"]) == ("R-1", "zastava", None)
    made = client.post(entry_path("R-1") + "/take-up")
    assert made.status_code == 200
    assert client.get(entry_path("R-1")).json()["record"] == made.json()["id"]
    assert client.post(entry_path("R-1") + "/take-up").json()["id"] == made.json()["id"]
    assert Firearm.objects.count() == 1


def test_absent_and_forbidden_look_the_same(client, people):
    loaded(people)
    client.force_login(people.charlie)
    assert client.get(entry_path()).status_code == 404
    assert client.get("/api/v1/register-entries/7").status_code == 404
    assert client.get(f"/api/v1/register-entries/{10**30}").status_code == 404
    assert client.get("/api/v1/registers").json() == []
    assert client.get("/api/v1/search?q=A123456").json()["register_entries"] == []
    client.force_login(people.bob)
    assert client.post(entry_path() + "/take-up").status_code == 403
    file = SimpleUploadedFile("extract.csv", LINES.encode())
    answer = client.post("/api/v1/registers", {"file": file, "name": "X"})
    assert answer.status_code in (403, 422)


def test_a_file_that_is_no_register_is_refused(client, people):
    client.force_login(people.alice)
    file = SimpleUploadedFile("extract.csv", b"Make;Model\nZastava;M57\n")
    answer = client.post("/api/v1/registers", {"file": file, "name": "X"})
    assert answer.status_code == 422
    assert "serial number" in answer.content.decode()


def test_entries_and_rejected_rows_are_downloaded(client, people):
    client.force_login(people.alice)
    text = LINES + "R-2;;\n"
    file = SimpleUploadedFile("extract.csv", text.encode())
    form = {"file": file, "name": "National register", "unit": "north"}
    path = f"/api/v1/registers/{client.post('/api/v1/registers', form).json()['id']}"
    answer = client.get("/api/v1/register-entries/export?q=A123456&format=jsonl")
    [line] = b"".join(answer.streaming_content).splitlines()
    assert b'"R-1"' in line and answer["Content-Type"] == "application/x-ndjson"
    assert client.get("/api/v1/register-entries/export").status_code == 422
    book = client.get(f"{path}/rejected")
    assert b"".join(book.streaming_content).startswith(b"PK")
    assert client.get(f"{path}/rejected?edition=9").status_code == 404
    client.force_login(people.charlie)
    assert client.get(f"{path}/rejected").status_code == 404
    other = f"/api/v1/register-entries/export?register={path.rpartition('/')[2]}"
    assert client.get(other).status_code == 404
