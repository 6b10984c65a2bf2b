"""What is due: claim the row, enqueue, set the next time."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from focalpoint.jobs import backend
from focalpoint.jobs.models import Schedule


def lay_out() -> None:
    """Bring the rows in line with ``settings.SCHEDULE``."""
    names = [name for name, *_ in settings.SCHEDULE]
    Schedule.objects.exclude(task__in=names).delete()
    for name, every, at in settings.SCHEDULE:
        Schedule.objects.update_or_create(
            task=name,
            defaults={"every_seconds": every},
            create_defaults={"every_seconds": every, "next_due": first_due(at)},
        )


def first_due(at: str) -> datetime:
    """Return the next time the clock shows ``HH:MM`` here; now when it is empty."""
    now = timezone.localtime()
    if not at:
        return now
    due = datetime.combine(now.date(), time.fromisoformat(at), now.tzinfo)
    return due if due > now else due + timedelta(days=1)


def enqueue_due() -> int:
    """Enqueue every task that is due, once, however many workers look."""
    now, done = timezone.now(), 0
    for row in Schedule.objects.filter(enabled=True, next_due__lte=now):
        missed = (now - row.next_due) // timedelta(seconds=row.every_seconds)
        following = row.next_due + timedelta(seconds=row.every_seconds * (missed + 1))
        claimed = Schedule.objects.filter(pk=row.pk, next_due=row.next_due).update(
            next_due=following, last_run=now
        )
        if claimed:
            backend.enqueue(row.task)
            done += 1
    return done
