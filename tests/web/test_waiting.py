"""Counts beside the menu: what waits for this person, at a cost that does not grow."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from focalpoint.accounts import oversight
from focalpoint.audit import actions as audit
from focalpoint.records import checklist, saved
from focalpoint.records.models import Step
from focalpoint.records.search import Filter
from focalpoint.web import waiting
from focalpoint.web.navigation import menu
from tests import make


def places(user):
    return {
        str(place["title"]): place
        for group in menu(user, "/")
        for place in group["places"]
    }


@pytest.fixture
def late(people):
    gun = make.firearm(people.alice)
    checklist.open_checklist(gun, by=people.alice)
    Step.objects.update(due_at=timezone.now() - timedelta(hours=1))
    return gun


def test_overdue_steps_stand_beside_home_in_words(people, late, sign_in):
    steps = Step.objects.count()
    assert places(people.alice)["Home"]["late"] == f"{steps} overdue"
    assert "late" not in places(people.charlie)["Home"]
    assert "late" not in places(people.frank)["Home"]
    text = sign_in(people.alice).get(reverse("home")).content.decode()
    assert f'<b class="n due">{steps} overdue</b>' in text


def test_nothing_stands_where_nothing_waits(people):
    assert set(places(people.alice)["Home"]) == {"title", "url", "here"}
    assert not places(people.erin)["Looks to review"]["count"]


def test_new_results_stand_beside_saved_searches(people):
    saved.save("Z", Filter("make:zastava"), by=people.alice, alerts=True)
    make.firearm(people.alice)
    saved.count_new()
    assert places(people.alice)["Saved searches"]["count"] == "1"
    assert "count" not in places(people.erin)["Saved searches"]


def test_looks_to_review_stand_beside_their_page(people):
    gun = make.firearm(people.alice)
    audit.write("records.view", by=people.alice, on=gun)
    oversight.draw(by=people.erin)
    waits = oversight.queue(people.erin).filter(verdict="").count()
    assert waits
    assert places(people.erin)["Looks to review"]["count"] == str(waits)


def test_counting_stops_and_costs_the_same_however_much_waits(people, late):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            menu(people.alice, "/")
        return len(queries)

    menu(people.alice, "/")
    few = asked()
    [step, *_rest] = Step.objects.all()
    for _number in range(12):
        checklist.open_checklist(make.firearm(people.alice), by=people.alice)
    Step.objects.update(due_at=step.due_at)
    assert asked() == few
    assert places(people.alice)["Home"]["late"] == f"{waiting.MOST}+ overdue"
