"""Search and imports through HTTP."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from focalpoint.accounts import actions as accounts
from focalpoint.intake import running
from focalpoint.intake.models import Batch
from focalpoint.records.models import Firearm
from tests import cast as people
from tests import make

pytestmark = pytest.mark.django_db
CSV = (
    "Serial number;Make;Calibre;Date\n"
    "A 1001;Zastava;7,65 mm;2024-03-01\nA 1002;CZ;9x19;2024-03-02\n"
)


@pytest.fixture
def cast():
    return people.assemble()


def headers(user):
    scope = {"records.view", "records.persons", "intake.import", "intake.undo"}
    _token, text = accounts.make_token("test", scope, by=user)
    return {"authorization": f"Bearer {text}"}


def found(client, user, query, **more):
    answer = client.get(
        "/api/v1/search", {"q": query}, headers={**headers(user), **more}
    )
    return answer


def test_search_finds_what_the_caller_may_see(client, cast):
    record = make.firearm(cast.alice, serial="A 77123")
    items = found(client, cast.alice, "serial:A77?23").json()["items"]
    assert [item["record"]["id"] for item in items] == [str(record.pk)]
    assert found(client, cast.charlie, "serial:A77?23").json() == {
        "items": [],
        "register_entries": [],
        "more_register_entries": False,
        "total": 0,
        "more": False,
        "notes": [],
    }


def test_persons_are_found_for_a_purpose_only(client, cast):
    make.person(cast.alice)
    wanted = {"q": "Djordjevic", "type": "person"}
    plain = client.get("/api/v1/search", wanted, headers=headers(cast.alice))
    assert (plain.status_code, plain.json()["code"]) == (403, "purpose_needed")
    stated = {**headers(cast.alice), "X-Purpose": "investigation"}
    answer = client.get("/api/v1/search", wanted, headers=stated)
    assert answer.json()["total"] == 1


def send(client, user, content=CSV, **more):
    file = SimpleUploadedFile("register.csv", content.encode())
    return client.post("/api/v1/imports", {"file": file, **more}, headers=headers(user))


def work(pk):
    running.run(Batch.objects.get(pk=pk))


def test_an_import_is_checked_run_and_undone(client, cast):
    made = send(client, cast.alice, unit="north")
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    work(pk)
    checked = client.get(f"/api/v1/imports/{pk}", headers=headers(cast.alice)).json()
    assert checked["status"] == "checked"
    assert Firearm.objects.count() == 0
    client.post(f"/api/v1/imports/{pk}/run", headers=headers(cast.alice))
    work(pk)
    done = client.get(f"/api/v1/imports/{pk}", headers=headers(cast.alice)).json()
    assert (done["status"], done["report"]["created"]) == ("done", 2)
    assert Firearm.objects.filter(is_complete=True).count() == 2
    client.post(f"/api/v1/imports/{pk}/undo", headers=headers(cast.alice))
    work(pk)
    assert Firearm.objects.filter(is_complete=True, withdrawn_at=None).count() == 0


def test_charlie_sees_neither_the_import_nor_north(client, cast):
    pk = send(client, cast.alice, unit="north").json()["id"]
    answer = client.get(f"/api/v1/imports/{pk}", headers=headers(cast.charlie))
    assert answer.status_code == 404
    assert send(client, cast.charlie, unit="north").status_code == 422


def test_a_file_that_cannot_be_used_is_refused_with_a_reason(client, cast):
    answer = send(client, cast.alice, content="\x00\x01 no table", unit="north")
    assert answer.status_code == 422
    assert answer.json()["message"]
    assert Batch.objects.count() == 0


# ---- saved searches


def test_a_search_is_kept_and_tells_of_new_results(client, cast):
    own = headers(cast.alice)
    body = {"name": "Zastava", "q": "make:zastava", "alerts": True}
    url = "/api/v1/saved-searches"
    made = client.post(url, body, content_type="application/json", headers=own)
    assert (made.status_code, made.json()["alerts"]) == (201, True)
    make.firearm(cast.alice)
    [kept] = client.get(url, headers=own).json()
    assert (kept["name"], kept["new"], kept["q"]) == ("Zastava", 1, "make:zastava")
    one = f"{url}/{kept['id']}/alerts"
    off = {"alerts": False}
    answer = client.put(one, off, content_type="application/json", headers=own)
    assert answer.json()["alerts"] is False
    other = headers(cast.charlie)
    assert client.get(url, headers=other).json() == []
    answer = client.put(one, off, content_type="application/json", headers=other)
    assert answer.status_code == 404
    nameless = {"name": " ", "q": "x"}
    answer = client.post(url, nameless, content_type="application/json", headers=own)
    assert answer.status_code in (400, 422)
