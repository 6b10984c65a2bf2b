"""The search page: it works, Charlie sees nothing of North, Frank is refused."""

import csv
import io
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from focalpoint.audit.queries import events
from focalpoint.records import saved
from focalpoint.records.models import SavedSearch
from tests import cast as people
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return people.assemble()


@pytest.fixture
def page(client):
    """Open an address as a person."""

    def get(user, name="search", *, post=None, **parts):
        client.force_login(user)
        address = reverse(name)
        if post is not None:
            return client.post(address, post)
        return client.get(address, parts)

    return get


@pytest.fixture
def gun(cast):
    event = make.incident(cast.alice, place="Preševo", lat=42.31, lon=21.65)
    return make.firearm(cast.alice, serial="218471", calibre="9x19", incident=event)


def test_the_start_page_says_what_one_can_write(cast, page):
    answer = page(cast.alice)
    assert answer.status_code == 200
    assert "serial:218?71" in answer.content.decode()


def test_results_say_why_they_are_here_and_how_many(cast, gun, page):
    text = page(cast.alice, q="serial:218571").content.decode()
    assert "1 firearm for" in text
    assert "one misread character" in text
    assert reverse("record_detail", args=["firearm", gun.pk]) in text
    assert "Zastava" in text


def test_firearms_are_shown_before_what_else_fits(cast, gun, page):
    exhibit = make.record(
        "exhibit", cast.alice, number="EX-1", description="Zastava 218471"
    )
    text = page(cast.alice, q="zastava").content.decode()
    assert reverse("record_detail", args=["firearm", gun.pk]) in text
    assert reverse("record_detail", args=["exhibit", exhibit.pk]) not in text
    assert "record=exhibit" in text  # one step away


def test_charlie_gets_nothing_and_frank_is_refused(cast, gun, page):
    text = page(cast.charlie, q="serial:218471", record="firearm").content.decode()
    assert "0 firearms for" in text
    assert str(gun.pk) not in text
    assert page(cast.frank, q="218471").status_code == 403
    for name in ("search_chart", "search_map"):
        assert page(cast.charlie, name, q="218471", record="firearm").status_code == 200
    assert page(cast.charlie, "search_map", record="firearm").json()["features"] == []


def test_a_search_for_persons_asks_what_for_and_bob_finds_no_such_kind(cast, page):
    make.person(cast.alice)
    answer = page(cast.alice, q="djordjevic", record="person")
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("purpose"))
    assert page(cast.bob, q="djordjevic", record="person").status_code == 404
    assert page(cast.bob, q="djordjevic", record="nonsense").status_code == 404


def test_ticked_facets_narrow_and_can_be_taken_off(cast, gun, page):
    make.firearm(cast.alice, make="beretta", calibre="9x19", serial="555555")
    text = page(cast.alice, q="9x19", record="firearm", make="beretta").content.decode()
    assert "1 firearm for" in text
    assert "Remove make: Beretta" in text


def test_chart_and_map_show_the_same_filter(cast, gun, page):
    text = page(cast.alice, q="218471", record="firearm", view="chart").content.decode()
    assert 'data-island="chart"' in text
    spec = page(
        cast.alice, "search_chart", q="218471", record="firearm", by="make"
    ).json()
    assert spec["categories"][0].startswith("Zastava")
    assert spec["series"][0]["values"] == [1]
    text = page(cast.alice, q="218471", record="firearm", view="map").content.decode()
    assert 'data-island="map"' in text
    [point] = page(cast.alice, "search_map", q="218471", record="firearm").json()[
        "features"
    ]
    assert point["geometry"]["coordinates"] == [21.65, 42.31]
    assert point["properties"]["href"] == reverse(
        "record_detail", args=["firearm", gun.pk]
    )


def test_the_export_equals_the_screen_and_is_disclosed(cast, gun, page):
    make.firearm(cast.alice, serial="218472", calibre="9x19", handling="h2")
    post = {"q": "serial:21847?", "record": "firearm", "format": "csv"}
    answer = page(cast.alice, "search_export", post=post)
    text = b"".join(answer.streaming_content).decode()
    [row] = csv.DictReader(io.StringIO(text))
    assert (row["id"], row["handling"]) == (str(gun.pk), "h0")
    assert row["url"].startswith("http://testserver/records/firearm/")
    assert answer["X-Focalpoint-Withheld"] == "1"
    event = events().filter(action="records.export").first()
    assert event.kind == "disclosure"
    assert json.loads(event.detail) == {"format": "csv", "hits": 1, "type": "firearm"}
    assert page(cast.bob, "search_export", post=post).status_code == 403
    assert "Export these" not in page(cast.bob, q="218471").content.decode()


def test_an_unknown_format_is_said_not_raised(cast, gun, page):
    post = {"q": "218471", "record": "firearm", "format": "exe"}
    answer = page(cast.alice, "search_export", post=post)
    assert answer.status_code == 302


def test_a_search_is_saved_opened_and_removed_by_its_owner_only(
    cast, gun, page, client
):
    page(cast.alice, "search_save", post={"q": "zastava", "name": "Mine"})
    kept = SavedSearch.objects.get(user=cast.alice)
    assert "Mine" in page(cast.alice, "saved_searches").content.decode()
    opened = client.get(reverse("saved_search", args=[kept.pk]))
    assert opened["Location"] == reverse("search") + "?q=zastava"
    client.force_login(cast.bob)
    assert client.get(reverse("saved_search", args=[kept.pk])).status_code == 404
    assert (
        client.post(reverse("saved_search_forget", args=[kept.pk])).status_code == 404
    )
    client.force_login(cast.alice)
    client.post(reverse("saved_search_forget", args=[kept.pk]))
    assert not SavedSearch.objects.exists()


def test_very_many_are_counted_after_the_page(cast, gun, page, monkeypatch):
    from focalpoint.records import search

    monkeypatch.setattr(search, "EXACT", 0)
    text = page(cast.alice, q="zastava", record="firearm").content.decode()
    assert reverse("search_facets") in text
    monkeypatch.undo()
    text = page(
        cast.alice, "search_facets", q="zastava", record="firearm"
    ).content.decode()
    assert "Zastava" in text


# ---- the timeline


def test_a_result_is_told_in_order_of_time_with_silences(cast, page):
    for date in ("2019-05", "2025-03-14", "2024"):
        make.firearm(cast.alice, serial=f"T{date[:4]}", event_date=date)
    make.firearm(cast.alice, serial="T0000", event_date="")
    text = page(cast.alice, record="firearm", view="timeline").content.decode()
    places = [text.index(f"T{year}") for year in (2025, 2024, 2019)]
    assert places == sorted(places)
    assert "Nothing that fits from May 2019 to 2024" in text
    assert "month only" in text and "year only" in text
    assert "1 more fits but carries no date." in text
    assert "T0000" not in text


def test_the_timeline_is_of_the_same_filter_and_shows_charlie_nothing(cast, gun, page):
    make.firearm(cast.alice, make="beretta", serial="555555")
    parts = {"record": "firearm", "make": "beretta", "view": "timeline"}
    text = page(cast.alice, **parts).content.decode()
    assert "555555" in text and "218471" not in text
    assert "555555" not in page(cast.charlie, **parts).content.decode()


def test_the_timeline_asks_no_more_of_the_database_as_it_grows(cast, page):
    def opened():
        with CaptureQueriesContext(connection) as asked:
            page(cast.alice, record="firearm", view="timeline")
        return len(asked)

    make.firearm(cast.alice, serial="T1")
    opened()
    few = opened()
    for number in range(2, 12):
        make.firearm(cast.alice, serial=f"T{number}")
    assert opened() == few


def test_a_page_of_the_timeline_leads_to_the_next(cast, page):
    for number in range(51):
        make.firearm(cast.alice, serial=f"T{number:03}")
    parts = {"record": "firearm", "view": "timeline"}
    first = page(cast.alice, **parts).content.decode()
    assert "1 to 50, the latest first" in first and 'rel="next"' in first
    second = page(cast.alice, **parts, page=2).content.decode()
    assert "51 to 51, the latest first" in second and 'rel="prev"' in second


def test_a_search_that_tells_shows_on_the_home_page_until_it_is_opened(cast, page):
    parts = {"q": "make:zastava", "name": "Zastava guns", "alerts": "on"}
    page(cast.alice, "search_save", post=parts)
    kept = SavedSearch.objects.get()
    assert kept.alerts
    make.firearm(cast.alice)
    assert "New in your searches" not in page(cast.alice, "home").content.decode()
    saved.count_new()
    text = page(cast.alice, "home").content.decode()
    assert "New in your searches" in text and "Zastava guns" in text
    assert "1 new" in text
    assert "Zastava guns" not in page(cast.erin, "home").content.decode()


def test_telling_is_switched_on_and_off_by_the_owner_only(cast, page, client):
    page(cast.alice, "search_save", post={"q": "make:zastava", "name": "Z"})
    kept = SavedSearch.objects.get()
    assert not kept.alerts
    address = reverse("saved_search_alert", args=[kept.pk])
    for user, wanted, status, after in (
        (cast.charlie, "on", 404, False),
        (cast.alice, "on", 302, True),
        (cast.alice, "off", 302, False),
    ):
        client.force_login(user)
        assert client.post(address, {"alerts": wanted}).status_code == status
        kept.refresh_from_db()
        assert kept.alerts is after
