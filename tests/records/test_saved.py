"""Saved searches tell of new results: to their owner, within the owner's rights."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from focalpoint.accounts import access
from focalpoint.accounts.models import Membership
from focalpoint.records import saved
from focalpoint.records.models import SavedSearch
from focalpoint.records.search import Filter
from focalpoint.records.tasks import tell_of_new_results
from focalpoint.values.errors import BadInput
from tests import cast as people
from tests import make

pytestmark = pytest.mark.django_db
ZASTAVA = Filter("make:zastava")


@pytest.fixture
def cast():
    return people.assemble()


def fresh(kept):
    return SavedSearch.objects.get(pk=kept.pk).fresh


def test_what_came_since_the_last_look_is_told_until_it_is_opened(cast):
    make.firearm(cast.alice)
    kept = saved.save("Zastava", ZASTAVA, by=cast.alice, alerts=True)
    assert saved.count_new() == 1
    assert saved.told(cast.alice) == []
    make.firearm(cast.alice, serial="B 1")
    make.firearm(cast.alice, serial="B 2")
    make.firearm(cast.alice, serial="B 3", make="beretta")
    saved.count_new()
    assert [(one.name, one.fresh) for one in saved.told(cast.alice)] == [("Zastava", 2)]
    saved.opened(kept, by=cast.alice)
    assert saved.told(cast.alice) == []


def test_a_search_tells_only_when_asked_to(cast):
    kept = saved.save("Zastava", ZASTAVA, by=cast.alice)
    make.firearm(cast.alice)
    assert saved.count_new() == 1
    assert saved.told(cast.alice) == []
    saved.set_alert(kept, alerts=True, by=cast.alice)
    assert [one.fresh for one in saved.told(cast.alice)] == [1]
    assert fresh(kept) == 1
    saved.set_alert(kept, alerts=False, by=cast.alice)
    assert saved.told(cast.alice) == []


def test_charlie_is_not_told_of_norths_records(cast):
    saved.save("Zastava", ZASTAVA, by=cast.charlie, alerts=True)
    make.firearm(cast.alice)
    saved.count_new()
    assert saved.told(cast.charlie) == []


def test_a_count_is_not_shown_to_other_rights_than_it_was_made_for(cast):
    saved.save("Zastava", ZASTAVA, by=cast.alice, alerts=True)
    make.firearm(cast.alice)
    saved.count_new()
    assert saved.told(cast.alice)
    Membership.objects.filter(user=cast.alice).update(
        valid_until=timezone.localdate() - timezone.timedelta(days=1)
    )
    access.forget_grants(cast.alice)
    assert saved.told(cast.alice) == []
    assert saved.count_new() == 1
    assert saved.told(cast.alice) == []


def test_new_persons_are_not_counted_without_a_purpose(cast):
    kept = saved.save("Persons", Filter("", "person"), by=cast.alice, alerts=True)
    make.person(cast.alice)
    saved.count_new()
    assert fresh(kept) is None
    assert saved.told(cast.alice) == []


def test_whoever_opens_a_search_during_the_count_has_looked_further(cast, monkeypatch):
    kept = saved.save("Zastava", ZASTAVA, by=cast.alice, alerts=True)
    make.firearm(cast.alice)
    counting = saved._new

    def meanwhile(wanted, last_seen, user):
        found = counting(wanted, last_seen, user)
        saved.opened(SavedSearch.objects.get(pk=kept.pk), by=cast.alice)
        return found

    monkeypatch.setattr(saved, "_new", meanwhile)
    saved.count_new()
    assert fresh(kept) == 0


def test_what_is_told_costs_one_question_however_many_searches(cast):
    access.grants(cast.alice)
    for number in range(5):
        saved.save(f"Search {number}", ZASTAVA, by=cast.alice, alerts=True)
    make.firearm(cast.alice)
    saved.count_new()
    with CaptureQueriesContext(connection) as asked:
        assert len(saved.told(cast.alice)) == 5
    assert len(asked) == 1


def test_the_list_shows_what_was_counted_for_the_rights_of_now(cast):
    saved.save("Zastava", ZASTAVA, by=cast.alice)
    saved.save("Persons", Filter("", "person"), by=cast.alice)
    make.firearm(cast.alice)
    assert [one.new for one in saved.listed(cast.alice)] == [0, 0]
    saved.count_new()
    persons, guns = saved.listed(cast.alice)
    assert (persons.new, persons.is_of_persons) == (None, True)
    assert (guns.new, guns.is_of_persons) == (1, False)
    Membership.objects.filter(user=cast.alice).update(role="reader")
    access.forget_grants(cast.alice)
    assert [one.new for one in saved.listed(cast.alice)] == [None, None]


def test_the_list_costs_one_question_however_many_searches(cast):
    access.grants(cast.alice)
    for number in range(5):
        saved.save(f"Search {number}", ZASTAVA, by=cast.alice)
    with CaptureQueriesContext(connection) as asked:
        assert len(saved.listed(cast.alice)) == 5
    assert len(asked) == 1


def test_the_task_and_the_command_count(cast):
    kept = saved.save("Zastava", ZASTAVA, by=cast.alice, alerts=True)
    make.firearm(cast.alice)
    assert tell_of_new_results.func() == 1
    assert fresh(kept) == 1
    out, err = StringIO(), StringIO()
    call_command("saved", "--count", stdout=out, stderr=err)
    assert "1 saved searches" in err.getvalue()


def test_the_command_keeps_and_lists(cast):
    out = StringIO()
    kept = ("--keep", "Zastava", "--query", "make:zastava", "--alert")
    call_command("saved", "--as", "alice", *kept, stdout=out)
    assert out.getvalue() == "0\ttells\tZastava\tmake:zastava\n"
    make.firearm(cast.alice)
    out = StringIO()
    call_command("saved", "--as", "alice", stdout=out)
    assert out.getvalue().startswith("1\ttells\tZastava")
    with pytest.raises(BadInput, match="--as NAME"):
        call_command("saved")
    with pytest.raises(BadInput, match="no active account nobody"):
        call_command("saved", "--as", "nobody")
