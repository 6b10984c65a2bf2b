"""The printed dossier: who may take what away, and what is noted."""

import io
import json

import pytest
from django.utils.translation import override

from focalpoint.accounts import actions as accounts
from focalpoint.audit import queries as trail
from focalpoint.records import (
    actions,
    attachments,
    checklist,
    custody,
    dossier,
    dossier_blocks,
    products,
)
from focalpoint.web.tables import address
from tests import make
from tests.web.dossier.test_files import png


@pytest.fixture
def gun(people):
    event = make.incident(people.alice, place="Batrovci")
    gun = make.firearm(people.alice, incident=event, serial="218?71")
    checklist.open_checklist(gun, by=people.alice)
    exhibit = make.record("exhibit", people.alice, firearm=gun, number="E-77")
    custody.hand_over(
        exhibit,
        by=people.alice,
        giver="Officer One",
        receiver="Officer Two",
        place="Store",
        reason="storage",
    )
    return gun


def blocks(gun, user, *, named=False):
    told = dossier.assemble(gun, user, use="print")
    found, _files = dossier_blocks.blocks_of(told, named=named)
    return str(found)


def test_it_is_a_pdf_with_a_number_and_a_digest_in_the_trail(people, sign_in, gun):
    answer = sign_in(people.bob).get(f"{address(gun)}/dossier.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    event = trail.of_record(gun).first()
    assert event.action == "records.print"
    detail = json.loads(event.detail)
    assert detail["number"].startswith("RS-Q-")
    assert len(detail["sha256"]) == 64


def test_charlie_gets_nothing(people, sign_in, gun):
    assert sign_in(people.charlie).get(f"{address(gun)}/dossier.pdf").status_code == 404


def test_h2_is_printed_only_by_those_who_may_pass_on(people, sign_in):
    gun = make.firearm(people.alice, handling="h2")
    assert sign_in(people.alice).get(f"{address(gun)}/dossier.pdf").status_code == 403
    assert sign_in(people.erin).get(f"{address(gun)}/dossier.pdf").status_code == 200


def test_h3_is_printed_after_it_was_read(people, sign_in):
    gun = make.firearm(people.erin, handling="h3", handling_note="Ask first")
    client = sign_in(people.erin)
    assert client.get(f"{address(gun)}/dossier.pdf").status_code == 403
    accounts.confirm_restriction(gun, by=people.erin)
    assert client.get(f"{address(gun)}/dossier.pdf").status_code == 200


def test_a_linked_record_that_may_not_be_taken_away_is_left_out(people, gun):
    other = make.incident(people.alice, handling="h2", place="Secretville")
    actions.link(gun, other, "recovered_in", by=people.alice)
    assert "Secretville" not in blocks(gun, people.alice)
    assert "Secretville" in blocks(gun, people.erin)


def test_persons_are_named_only_with_a_purpose(people, gun):
    make.person(people.alice, incident=gun.incident, family_name="Petrović")
    assert "Petrović" not in blocks(gun, people.alice)
    assert "Petrović" in blocks(gun, people.alice, named=True)
    assert "Person 1" not in blocks(gun, people.bob, named=True)


def test_the_code_of_the_product_is_that_of_its_strictest_part(people, gun):
    event = make.incident(people.alice, handling="h1")
    actions.link(gun, event, "recovered_in", by=people.alice)
    made = products.print_dossier(gun, by=people.alice)
    assert made.number
    told = dossier.assemble(gun, people.alice, use="print")
    assert "h1" in {one.handling for one in dossier.mentioned(told)}


def test_it_is_in_the_readers_language(people, sign_in, gun):
    with override("sq"):
        assert "Numri i serisë" in blocks(gun, people.bob)


def test_photographs_are_printed(people, gun):
    attachments.attach(gun, io.BytesIO(png()), "a.png", by=people.alice)
    assert "picture-1.png" in blocks(gun, people.bob)
    assert products.print_dossier(gun, by=people.bob).content.startswith(b"%PDF-")
