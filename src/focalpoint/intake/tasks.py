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


@task(queue="intake")
def load_register(edition: int) -> str:
    """Go on with the load of a register's edition; safe to start again after a kill."""
    from focalpoint.accounts.access import SYSTEM
    from focalpoint.intake import registers
    from focalpoint.records.models import RegisterEdition
    from focalpoint.values.errors import BadInput

    rows = RegisterEdition.objects.select_related("register__unit", "by")
    found = rows.filter(pk=edition).first()
    if found is None:
        return "gone"
    try:
        return str(registers.run(found, by=found.by or SYSTEM).state)
    except BadInput:  # refused: the reason stands on the page of the register
        found.refresh_from_db()
        return str(found.state)


@task
def forget_abandoned() -> int:
    """Remove imports that were opened and never started, and rejected rows of old."""
    from focalpoint.accounts.access import SYSTEM
    from focalpoint.intake import actions, register_rejected
    from focalpoint.intake.models import Batch
    from focalpoint.records import registers

    before = timezone.now() - KEPT
    waiting = Batch.objects.filter(
        status__in=("open", "checked"), created_at__lt=before
    )
    for batch in waiting:
        actions.forget(batch, by=SYSTEM)
    registers.sweep()
    register_rejected.forget_old()
    return len(waiting)
