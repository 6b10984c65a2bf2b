"""The first page: what needs doing now."""

from datetime import timedelta

from django.utils import timezone

from focalpoint.records import checklist
from focalpoint.records.models import Step
from tests import make


def test_late_steps_come_first(people, sign_in):
    firearm = make.firearm(people.alice)
    checklist.open_checklist(firearm, by=people.alice)
    late = Step.objects.filter(step="iarms")
    late.update(due_at=timezone.now() - timedelta(hours=5))
    groups = sign_in(people.alice).get("/").context["groups"]
    assert groups[0]["name"] == "late"
    assert groups[0]["tasks"][0]["due"] == "5 h late"


def test_charlie_has_nothing_of_norths_to_do(people, sign_in):
    checklist.open_checklist(make.firearm(people.alice), by=people.alice)
    assert sign_in(people.charlie).get("/").context["groups"] == []


def test_only_mine_leaves_out_what_nobody_has_taken(people, sign_in):
    checklist.open_checklist(make.firearm(people.alice), by=people.alice)
    assert sign_in(people.alice).get("/?whose=mine").context["groups"] == []


def test_bob_is_offered_no_recording(people, sign_in):
    assert "Record a recovery" not in sign_in(people.bob).get("/").content.decode()


def test_frank_without_cases_has_a_first_page(people, sign_in):
    answer = sign_in(people.frank).get("/")
    assert answer.status_code == 200
    assert "without case records" in answer.content.decode()


def test_what_others_recorded_since_yesterday_is_new(people, sign_in):
    make.firearm(people.erin, serial="99887766")
    new = sign_in(people.alice).get("/").context["new"]
    assert "99887766" in new[0]["title"]
