"""The health page: for who runs the instance, and one word for everybody."""

from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from focalpoint.accounts.access import SYSTEM
from focalpoint.audit import actions as audit
from focalpoint.jobs import scheduler


def test_strangers_hear_one_word(db):
    assert Client().get("/health").content == b"ok"


def test_it_tells_space_backup_seal_and_work(people, sign_in):
    client = sign_in(people.frank)
    text = client.get("/oversight/health").content.decode()
    assert text.count("None yet") == 2
    audit.write("records.export", by=SYSTEM, detail={"backup": True})
    audit.seal()
    scheduler.lay_out()
    text = client.get("/oversight/health").content.decode()
    assert "None yet" not in text
    assert "GiB" in text
    assert "accounts: seal audit" in text


def test_a_failed_task_is_told_with_its_reason(people, sign_in):
    DBTaskResult.objects.create(
        task_path="focalpoint.records.tasks.find_due_for_review",
        args_kwargs={"args": [], "kwargs": {}},
        backend_name="default",
        status="FAILED",
        finished_at=timezone.now(),
        run_after=timezone.now(),
        traceback="Traceback\nValueError: the disk is full",
        exception_class_path="builtins.ValueError",
    )
    text = sign_in(people.frank).get("/oversight/health").content.decode()
    assert "the disk is full" in text
    assert "Some failed" in text
