"""The list of a kind of record: it works, it counts only what one may see."""

import html
import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from focalpoint.records import search
from tests import make


def test_the_list_shows_ones_own_firearms(people, sign_in):
    firearm = make.firearm(people.alice, serial="218471")
    answer = sign_in(people.bob).get("/records/firearm/")
    assert answer.status_code == 200
    assert firearm.reference in answer.content.decode()


def test_charlie_sees_and_counts_nothing_of_north(people, sign_in):
    firearm = make.firearm(people.alice)
    answer = sign_in(people.charlie).get("/records/firearm/")
    assert answer.context["found"].total == "0"
    assert firearm.reference not in answer.content.decode()


def test_a_facet_narrows_the_list_and_keeps_its_other_counts(people, sign_in):
    make.firearm(people.alice, kind="recovered")
    make.firearm(people.alice, kind="stolen")
    make.firearm(people.alice, kind="stolen")
    found = sign_in(people.bob).get("/records/firearm/?kind=stolen").context["found"]
    kinds = next(facet for facet in found.facets if facet.name == "kind")
    assert found.total == "2"
    assert {option.value: option.count for option in kinds.options} == {
        "stolen": "2",
        "recovered": "1",
    }


def options(client, address):
    """The counts that stand beside the boxes of an address, by their codes."""
    text = client.get(address).content.decode()
    return dict(re.findall(r'value="(\w+)"[^>]*><span>[^<]*</span><span>(.*?)<', text))


def test_facets_are_counted_for_each_reader(people, sign_in):
    """Whole, with one box ticked, with two: nobody counts what is not theirs to see."""
    make.firearm(people.alice, kind="stolen", make="zastava")
    make.firearm(people.alice, kind="stolen", make="beretta", handling="h1")
    make.firearm(people.charlie, kind="stolen", make="glock")
    expected = {
        "alice": {"zastava", "beretta"},
        "bob": {"zastava"},
        "charlie": {"glock"},
    }
    for name, makes in expected.items():
        client = sign_in(getattr(people, name))
        for address in (
            "/records/firearm/",
            "/records/firearm/?kind=stolen",
            "/search/facets?record=firearm&kind=stolen&type=pistol",
        ):
            counts = options(client, address)
            assert counts.keys() & {"zastava", "beretta", "glock"} == makes, address
            assert counts["stolen"] == str(len(makes))


def test_several_ticked_facets_are_counted_after_the_page(people, sign_in):
    make.firearm(people.alice, kind="stolen")
    make.firearm(people.alice, kind="recovered")
    client = sign_in(people.alice)
    answer = client.get("/records/firearm/?kind=stolen&type=pistol&page=1")
    text = answer.content.decode()
    later = "/search/facets?record=firearm&kind=stolen&type=pistol"
    assert html.escape(later) in text
    assert answer.context["found"].total == "1"
    assert "Pistol" in text.partition('class="pill')[2]
    assert options(client, later)["recovered"] == "1"


def test_much_found_by_one_facet_is_counted_after_the_page(
    people, sign_in, monkeypatch
):
    make.firearm(people.alice, kind="stolen")
    client = sign_in(people.alice)
    monkeypatch.setattr(search, "EXACT", 0)
    assert "/search/facets?" in client.get("/records/firearm/?kind=stolen").text
    assert "/search/facets?" not in client.get("/records/firearm/").text


def test_what_a_source_wrote_is_escaped_in_every_cell(people, sign_in):
    make.firearm(people.alice, make="", model="<i>M70</i>", serial='A"1<b>')
    text = sign_in(people.alice).get("/records/firearm/").content.decode()
    assert "<i>M70" not in text
    assert "&lt;i&gt;M70" in text
    assert "<b>" not in text.partition("<tbody")[2].partition("</tbody>")[0]


def test_the_banner_shows_the_highest_code_of_the_page(people, sign_in):
    make.firearm(people.alice, handling="h0")
    make.firearm(people.alice, handling="h1")
    text = sign_in(people.alice).get("/records/firearm/").content.decode()
    assert 'class="handling h1"' in text


def test_an_unread_place_stands_in_a_box(people, sign_in):
    make.firearm(people.alice, serial="218?71")
    assert (
        'class="unk"' in sign_in(people.bob).get("/records/firearm/").content.decode()
    )


def test_the_number_of_queries_does_not_grow_with_the_rows(people, sign_in):
    client = sign_in(people.bob)
    make.firearm(people.alice)
    client.get("/records/firearm/")  # the first page of a session writes its row
    counts = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get("/records/firearm/")
        counts.append(len(queries))
        for _row in range(20):
            make.firearm(people.alice)
    assert counts[0] == counts[1]


def test_persons_ask_for_a_purpose_first(people, sign_in):
    make.person(people.alice)
    client = sign_in(people.alice)
    assert client.get("/records/person/").headers["Location"].startswith("/you/purpose")
    client.post(
        "/you/purpose",
        {"purpose": "tracing", "case": "KT 1/2026", "next": "/records/person/"},
    )
    assert client.get("/records/person/").status_code == 200


def test_bob_does_not_see_that_there_are_persons(people, sign_in):
    client = sign_in(people.bob)
    assert client.get("/records/person/").status_code == 404
    assert client.get("/records/no-such-kind/").status_code == 404
    assert "/records/person/" not in client.get("/records/").content.decode()


def test_frank_without_cases_is_refused(people, sign_in):
    assert sign_in(people.frank).get("/records/firearm/").status_code == 403


def test_a_list_shows_the_reference_only_of_an_unread_h3_record(client, people):
    make.firearm(
        people.alice, model="Hidden model", handling="h3", handling_note="task force"
    )
    client.force_login(people.alice)
    page = client.get("/records/firearm/").content.decode()
    assert "Read the restriction first" in page
    assert "Hidden model" not in page
