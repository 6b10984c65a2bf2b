"""Reference registers in the browser: load, list, find, open, make a record; who not."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from focalpoint.accounts.access import SYSTEM
from focalpoint.audit.models import Event
from focalpoint.intake import register_rejected, tasks
from focalpoint.intake import registers as loading
from focalpoint.intake.models import RejectedEntry
from focalpoint.records import registers
from focalpoint.records.models import Firearm, Register, RegisterEdition
from tests import cast
from tests.records.test_registers import begun, loaded

pytestmark = pytest.mark.django_db
LINES = "Registration no;Make;Model;Serial number\nR-1;Zastava;M57;A 123456\nR-2;;;\n"


@pytest.fixture
def people():
    return cast.assemble()


@pytest.fixture(autouse=True)
def worker(monkeypatch):
    """Do the work of the worker at once."""

    def at_once(name, pk):
        assert name == loading.TASK
        tasks.load_register.func(pk)

    monkeypatch.setattr(loading.backend, "enqueue", at_once)


def send(client, text=LINES, **over):
    file = SimpleUploadedFile("extract.csv", text.encode())
    form = {"file": file, "name": "National register", **over}
    return client.post(reverse("register_new"), form)


def entry_page():
    entry = registers.entries(SYSTEM).get(number__in=("1", "R-1"))
    return reverse("register_entry", args=[entry.pk])


def test_an_extract_goes_from_upload_to_a_record(client, people, settings):
    client.force_login(people.alice)
    answer = send(client, unit=people.north.pk, handling="h1")
    register = Register.objects.get()
    assert answer["Location"] == reverse("register", args=[register.pk])
    page = client.get(answer["Location"]).content.decode()
    assert "in use" in page and "Neither a serial number nor make" in page
    assert not list((settings.HOME / "registers").iterdir())
    assert "National register" in client.get(reverse("register_list")).content.decode()
    found = client.get(reverse("search"), {"q": "A123456"}).content.decode()
    assert "In reference registers" in found and entry_page() in found
    assert "pg-h1" in found  # the code of the page is that of its highest entry
    page = client.get(entry_page()).content.decode()
    assert "Zastava" in page and "Make a record of it" in page
    assert Event.objects.filter(action="registers.view").count() == 1
    taken = client.post(f"{entry_page()}/take-up")
    gun = Firearm.objects.get()
    assert taken["Location"] == reverse("dossier", args=[gun.pk])
    assert gun.reference in client.get(entry_page()).content.decode()


def test_a_refused_file_says_why_on_the_form_and_is_not_kept(client, people, settings):
    client.force_login(people.alice)
    answer = send(client, "Make;Model\nZastava;M57\n")
    assert "is the serial number" in answer.content.decode()
    assert not RegisterEdition.objects.exists()
    assert not list((settings.HOME / "registers").iterdir())


def test_a_load_that_stopped_can_be_removed(client, people):
    loaded(people)
    begun(people)
    client.force_login(people.alice)
    register = Register.objects.get()
    page = client.get(reverse("register", args=[register.pk])).content.decode()
    assert "being loaded" in page and "Stop and remove" in page
    client.post(reverse("register_remove", args=[register.pk]))
    assert not RegisterEdition.objects.filter(state="loading").exists()
    assert registers.entries(SYSTEM).count() == 5


def test_charlie_gets_404_and_bob_may_not_write(client, people):
    loaded(people)
    register = Register.objects.get()
    client.force_login(people.charlie)
    for path in (reverse("register", args=[register.pk]), entry_page()):
        assert client.get(path).status_code == 404
    assert client.post(f"{entry_page()}/take-up").status_code == 404
    assert "National" not in client.get(reverse("register_list")).content.decode()
    found = client.get(reverse("search"), {"q": "A123456"}).content.decode()
    assert "In reference registers" not in found
    client.force_login(people.bob)
    assert client.get(entry_page()).status_code == 200
    assert "Make a record" not in client.get(entry_page()).content.decode()
    assert client.post(f"{entry_page()}/take-up").status_code == 403
    assert client.get(reverse("register_new")).status_code == 403
    assert (
        client.post(reverse("register_remove", args=[register.pk])).status_code == 403
    )
    assert not Firearm.objects.exists()


def test_a_restriction_is_read_on_the_page_of_the_register(client, people):
    loaded(people, handling="h3", handling_note="Ask the registrar first.")
    register = Register.objects.get()
    client.force_login(people.alice)
    place = reverse("register", args=[register.pk])
    assert "Ask the registrar first." in client.get(place).content.decode()
    query = {"q": "A123456"}
    found = client.get(reverse("search"), query).content.decode()
    assert "In reference registers" not in found
    client.post(reverse("register_confirm", args=[register.pk]))
    found = client.get(reverse("search"), query).content.decode()
    assert "In reference registers" in found


def test_the_number_of_queries_does_not_grow_with_the_entries(
    client, people, django_assert_max_num_queries
):
    guns = [(str(n), "zastava", "M57", f"A12345{n}") for n in range(10)]
    loaded(people, guns)
    client.force_login(people.alice)
    client.get(reverse("search"), {"q": "serial:A12345*"})
    with django_assert_max_num_queries(60):
        page = client.get(reverse("search"), {"q": "serial:A12345*"}).content.decode()
    assert page.count("/registers/entries/") == 10


# ---- entries as a file, rejected rows as a workbook


def test_entries_leave_as_a_file_from_register_and_search(client, people):
    register = loaded(people).register
    client.force_login(people.alice)
    page = client.get(reverse("register", args=[register.pk])).content.decode()
    assert "Export entries" in page
    form = {"register": register.pk, "q": "make:zastava", "format": "csv"}
    answer = client.post(reverse("entries_export"), form)
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert len(lines) == 4 and "http://testserver/registers/entries/" in lines[1]
    found = client.get(reverse("search"), {"q": "A123456"}).content.decode()
    assert reverse("entries_export") in found
    answer = client.post(reverse("entries_export"), {"q": "A123456", "format": "jsonl"})
    assert len(b"".join(answer.streaming_content).splitlines()) == 3


def test_what_cannot_leave_is_said_on_the_page(client, people):
    loaded(people)
    client.force_login(people.alice)
    form = {"q": "place:Batrovci", "format": "csv"}
    answer = client.post(reverse("entries_export"), form, follow=True)
    assert "do not have" in answer.content.decode()


def test_who_may_not_export_is_shown_no_form_and_gets_no_file(client, people):
    register = loaded(people).register
    form = {"register": register.pk, "format": "csv"}
    client.force_login(people.charlie)
    assert client.post(reverse("entries_export"), form).status_code == 404
    client.force_login(people.hana)
    assert client.post(reverse("entries_export"), form).status_code == 403


def test_rejected_rows_are_handed_back_to_those_who_load(client, people):
    client.force_login(people.alice)
    send(client, unit=people.north.pk)
    register = Register.objects.get()
    address = reverse("register_rejected", args=[register.pk, 1])
    assert (
        address in client.get(reverse("register", args=[register.pk])).content.decode()
    )
    answer = client.get(address)
    assert b"".join(answer.streaming_content).startswith(b"PK")
    assert "rejected.xlsx" in answer["Content-Disposition"]
    assert Event.objects.latest("seq").action == "registers.return"
    assert (
        client.get(reverse("register_rejected", args=[register.pk, 2])).status_code
        == 404
    )
    client.force_login(people.charlie)
    assert client.get(address).status_code == 404
    client.force_login(people.bob)
    assert (
        address
        not in client.get(reverse("register", args=[register.pk])).content.decode()
    )
    assert client.get(address).status_code in (403, 404)


def test_rejected_rows_of_a_restricted_register_wait_for_the_restriction(
    client, people
):
    client.force_login(people.alice)
    send(client, unit=people.north.pk, handling="h3", restriction="Ask Zagreb first")
    register = Register.objects.get()
    page = reverse("register", args=[register.pk])
    address = reverse("register_rejected", args=[register.pk, 1])
    assert address in client.get(page).content.decode()  # she sent the rows herself
    own = client.get(address)
    assert b"".join(own.streaming_content).startswith(b"PK")
    cast.person("anton", "analyst", people.north)
    client.force_login(get_user_model().objects.get(username="anton"))
    assert address not in client.get(page).content.decode()
    assert client.get(address).status_code == 403
    client.post(reverse("register_confirm", args=[register.pk]))
    assert address in client.get(page).content.decode()
    answer = client.get(address)
    assert b"".join(answer.streaming_content).startswith(b"PK")


def test_rejected_rows_are_not_kept_for_ever(client, people):
    client.force_login(people.alice)
    send(client, unit=people.north.pk)
    assert RejectedEntry.objects.count() == 1
    tasks.forget_abandoned.func()
    assert RejectedEntry.objects.count() == 1
    long_ago = timezone.now() - register_rejected.KEPT_FOR - timedelta(days=1)
    RegisterEdition.objects.update(finished_at=long_ago)
    tasks.forget_abandoned.func()
    assert RejectedEntry.objects.count() == 0
