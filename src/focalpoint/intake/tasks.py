"""Imports in the background."""

from datetime import timedelta

from django.utils import timezone

from focalpoint.jobs.tasks import task

KEPT = timedelta(days=14)


@task(queue="intake")
def run(batch: str) -> str:
    """Go on with an import wherever it stands; safe to start again after a kill."""
    from focalpoint.intake import running
    from focalpoint.intake.models import Batch

    found = Batch.objects.filter(pk=batch).first()
    return str(running.run(found).status) if found else "gone"


@task
def forget_abandoned() -> int:
    """Remove imports that were opened and never started, with their files."""
    from focalpoint.accounts.access import SYSTEM
    from focalpoint.intake import actions
    from focalpoint.intake.models import Batch

    before = timezone.now() - KEPT
    waiting = Batch.objects.filter(
        status__in=("open", "checked"), created_at__lt=before
    )
    for batch in waiting:
        actions.forget(batch, by=SYSTEM)
    return len(waiting)
