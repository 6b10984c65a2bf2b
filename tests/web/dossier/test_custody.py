"""The exhibit's page: its ledger, the hand-over form, a break, the label."""

import pytest
from django.utils import timezone

from focalpoint.audit import queries as trail
from focalpoint.web.tables import address
from tests import make


@pytest.fixture
def exhibit(people):
    gun = make.firearm(people.alice)
    return make.record("exhibit", people.alice, firearm=gun, seal="S1", state="sealed")


def row(**over):
    return {
        "giver": "Officer One",
        "receiver": "Officer Two",
        "at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "place": "Store 1",
        "reason": "storage",
        "seal_found": "S1",
        "seal_left": "S2",
        "count_agrees": "yes",
        **over,
    }


def test_a_hand_over_is_written_into_the_ledger(people, sign_in, exhibit):
    client = sign_in(people.alice)
    url = f"{address(exhibit)}/hand-over"
    assert "The ledger says S1" in client.get(url).content.decode()
    assert client.post(url, row()).status_code == 302
    exhibit.refresh_from_db()
    assert (exhibit.state, exhibit.seal) == ("in_store", "S2")
    text = client.get(address(exhibit)).content.decode()
    assert "Officer Two" in text
    assert "Unbroken" in text
    # the next form begins where the last one ended
    assert 'value="Officer Two"' in client.get(url).content.decode()


def test_what_is_missing_is_said_beside_the_form(people, sign_in, exhibit):
    client = sign_in(people.alice)
    text = client.post(
        f"{address(exhibit)}/hand-over", row(receiver="officer one")
    ).content.decode()
    assert "two people" in text
    assert exhibit.steps.count() == 0


@pytest.mark.parametrize("over", [{"seal_found": "S9"}, {"count_agrees": "no"}])
def test_a_break_stops_the_exhibit_until_the_head_explains(
    people, sign_in, exhibit, over
):
    client = sign_in(people.alice)
    client.post(f"{address(exhibit)}/hand-over", row(**over))
    text = client.get(address(exhibit)).content.decode()
    assert "the exhibit cannot move" in text
    assert "Hand over now" not in text
    explained = {"explanation": "Typing error, the photograph shows S1"}
    url = f"{address(exhibit)}/break"
    assert client.post(url, explained).status_code == 403
    sign_in(people.erin).post(url, explained)
    exhibit.refresh_from_db()
    assert exhibit.state == "in_store"
    assert "Typing error" in exhibit.steps.last().note


def test_charlie_finds_nothing_and_bob_may_not_write(people, sign_in, exhibit):
    for part in ("", "/hand-over"):
        url = f"{address(exhibit)}{part}"
        assert sign_in(people.charlie).get(url).status_code == 404
    assert sign_in(people.bob).get(address(exhibit)).status_code == 200
    url = f"{address(exhibit)}/hand-over"
    assert sign_in(people.bob).get(url).status_code == 403
    assert sign_in(people.bob).post(url, row()).status_code == 403
    assert exhibit.steps.count() == 0


def test_looking_at_the_ledger_is_logged(people, sign_in, exhibit):
    sign_in(people.bob).get(address(exhibit))
    assert trail.of_record(exhibit).first().action == "records.view"


def test_an_item_that_one_may_not_see_is_not_named(people, sign_in):
    gun = make.firearm(people.alice, handling="h2", serial="SECRET777")
    exhibit = make.record("exhibit", people.alice, firearm=gun)
    text = sign_in(people.bob).get(address(exhibit)).content.decode()
    assert "SECRET777" not in text
    assert gun.reference not in text


@pytest.mark.parametrize(
    ("form", "start"), [("pdf", b"%PDF-"), ("png", b"\x89PNG\r\n")]
)
def test_the_label_is_printed_and_logged(people, sign_in, exhibit, form, start):
    url = f"{address(exhibit)}/label.{form}"
    answer = sign_in(people.bob).get(url)
    assert answer.content.startswith(start)
    assert trail.of_record(exhibit).first().action == "records.print"
    assert sign_in(people.charlie).get(url).status_code == 404
    assert sign_in(people.bob).get(f"{address(exhibit)}/label.exe").status_code == 404
