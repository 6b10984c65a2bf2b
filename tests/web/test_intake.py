"""Imports in the browser: from the file to the result, and who may not."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from focalpoint.intake import actions, running
from focalpoint.intake.models import Batch
from focalpoint.records.models import Firearm
from tests import cast

pytestmark = pytest.mark.django_db
ROWS = [
    ["Broj zapisnika", "Serijski broj", "Marka", "Datum oduzimanja", "Boja"],
    ["Z-1", "A 12345", "Zastava", "17.05.2021.", "crna"],
    ["Z-2", "B 99881", "Zzyzx", "31.11.2021.", "siva"],
]


@pytest.fixture
def people():
    return cast.assemble()


@pytest.fixture(autouse=True)
def worker(monkeypatch):
    """Do the work of the worker at once."""

    def at_once(name, pk):
        from uuid import UUID

        running.run(Batch.objects.get(pk=pk))
        return UUID(int=1)

    monkeypatch.setattr(actions.backend, "enqueue", at_once)


def upload(name="zaplene.csv", rows=ROWS):
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    return SimpleUploadedFile(name, out.getvalue().encode("cp1250"))


def send(client, **files):
    return client.post(reverse("import_new"), {"files": upload(**files)})


def test_a_file_goes_from_upload_to_undo(client, people):
    client.force_login(people.alice)
    answer = send(client)
    batch = Batch.objects.get()
    place = reverse("import_detail", args=[batch.pk])
    assert answer["Location"] == place
    page = client.get(place).content.decode()
    assert "Serijski broj" in page and "says so" in page
    form = {"t0-record": "firearm", "t0-kind": "stolen", "t0-source": "PU Leskovac"}
    form |= {"t0-field-1": "firearm.serial", "t0-field-2": "firearm.make"}
    form |= {"t0-field-3": "firearm.event_date", "t0-key": "0"}
    client.post(reverse("import_check", args=[batch.pk]), form)
    page = client.get(place).content.decode()
    assert "Check before import" in page
    assert "31.11.2021." in page and "not a day of the calendar" in page
    assert not Firearm.objects.exists()
    book = client.get(reverse("import_rejected", args=[batch.pk]))
    assert book.content.startswith(b"PK")
    client.post(reverse("import_go", args=[batch.pk, "running"]))
    gun = Firearm.objects.get()
    assert (gun.kind, gun.source, gun.source_key) == ("stolen", "PU Leskovac", "Z-1")
    assert gun.other == {"Broj zapisnika": "Z-1", "Boja": "crna"}
    assert (
        "Nothing from elsewhere"
        in client.get(reverse("import_undo", args=[batch.pk])).content.decode()
    )
    client.post(reverse("import_go", args=[batch.pk, "undoing"]))
    assert not Firearm.objects.exists()
    assert "undone" in client.get(reverse("import_list")).content.decode()


def test_a_refused_file_leaves_a_reason_and_nothing_else(client, people):
    client.force_login(people.alice)
    page = send(client, name="zaplene.xlsx").content.decode()
    assert "its name ends in .xlsx" in page
    assert not Batch.objects.exists()


def test_charlie_gets_404_and_bob_may_not(client, people):
    client.force_login(people.alice)
    send(client)
    place = reverse("import_detail", args=[Batch.objects.get().pk])
    client.force_login(people.charlie)
    assert client.get(place).status_code == 404
    client.force_login(people.bob)
    assert client.get(reverse("import_new")).status_code == 403


def test_an_import_can_be_cancelled_before_anything_is_stored(client, people):
    client.force_login(people.alice)
    send(client)
    client.post(reverse("import_go", args=[Batch.objects.get().pk, "cancel"]))
    assert not Batch.objects.exists()


def test_what_a_text_means_is_decided_once_for_all_rows(client, people):
    client.force_login(people.alice)
    send(client)
    batch = Batch.objects.get()
    table = batch.tables.get()
    actions.start_in_background(batch, "checking", by=people.alice)
    batch.refresh_from_db()
    before = batch.report["problems"]["unknown_code"]
    place = reverse("import_detail", args=[batch.pk])
    assert "To decide once" in client.get(place).content.decode()
    form = {"table": table.position, "field": "firearm.make", "text": "Zzyzx"}
    client.post(reverse("import_decide", args=[batch.pk]), {**form, "code": "nobody"})
    assert "is no code of the list" in client.get(place).content.decode()
    client.post(reverse("import_decide", args=[batch.pk]), {**form, "code": "zastava"})
    batch.refresh_from_db()
    assert batch.report["problems"]["unknown_code"] == before - 1
