"""The steps that follow a recovery: who does what until when, done or waived."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from focalpoint.accounts.access import require
from focalpoint.audit import actions as audit
from focalpoint.records.models import Firearm, Step
from focalpoint.values import codelists
from focalpoint.values.errors import BadInput


@transaction.atomic
def open_checklist(firearm: Firearm, *, by: Any) -> list[Step]:
    """Lay out INTERPOL's nine steps with their times; does nothing the second time."""
    require(by, "records.complete", on=firearm)
    present = set(firearm.steps.values_list("step", flat=True))
    made = steps_of(firearm, present)
    Step.objects.bulk_create(made)
    if made:
        audit.write("records.complete", by=by, on=firearm, detail={"opened": len(made)})
    return made


def steps_of(firearm: Firearm, present: set[str] | None = None) -> list[Step]:
    """Return the open steps that a firearm still lacks, not yet stored."""
    return [
        Step(
            firearm=firearm,
            step=code.code,
            due_at=firearm.created_at + timedelta(hours=int(code.extra["due_hours"])),
        )
        for code in codelists.load("recovery_steps")
        if code.code not in (present or set())
    ]


@transaction.atomic
def assign(step: Step, owner: Any, *, by: Any) -> Step:
    """Give a step to somebody."""
    require(by, "records.complete", on=step.firearm)
    step.owner = owner
    step.save(update_fields=["owner"])
    detail = {"step": step.step, "owner": owner.pk if owner else None}
    audit.write("records.complete", by=by, on=step.firearm, detail=detail)
    return step


@transaction.atomic
def settle(step: Step, state: str, note: str = "", *, by: Any) -> Step:
    """Mark a step as done, waived with a reason, or open again."""
    require(by, "records.complete", on=step.firearm)
    if state not in Step.State.values:
        raise BadInput("Choose open, done or waived.")
    if state == Step.State.WAIVED and not note.strip():
        raise BadInput("Say why the step is waived.")
    is_open = state == Step.State.OPEN
    step.state, step.note = state, note[:300]
    step.settled_at = None if is_open else timezone.now()
    step.settled_by = None if is_open else by
    step.save()
    detail = {"step": step.step, "state": state}
    audit.write("records.complete", by=by, on=step.firearm, detail=detail)
    return step
