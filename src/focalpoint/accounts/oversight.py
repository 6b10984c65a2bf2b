"""Supervision of looking: consultations drawn by chance, reviewed by a supervisor.

A supervisor sees what the people of their own units did, never their own doings.
"""

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from focalpoint.accounts.access import SYSTEM, grants, require
from focalpoint.accounts.models import Unit, User
from focalpoint.audit import actions as audit
from focalpoint.audit import queries as trail
from focalpoint.values.errors import BadInput

if TYPE_CHECKING:
    from focalpoint.audit.models import Event, Sample

DAYS = 7
ONE_IN, MOST = 50, 5  # of one person's looks in the period, and never more


def units_of(user: Any, capability: str) -> QuerySet[Unit]:
    """Return the units in which the person holds a capability, from the top down."""
    held = grants(user).get(capability, frozenset())
    return Unit.objects.filter(pk__in=held).order_by("path")


def people_of(user: Any, capability: str) -> list[str]:
    """Return the actors whose units lie where the person holds the capability."""
    units = grants(user).get(capability, frozenset())
    rows = User.objects.filter(memberships__unit_id__in=units).distinct()
    return [str(pk) for pk in rows.values_list("pk", flat=True)]


def events_for(user: Any) -> "QuerySet[Event]":
    """Return the part of the trail that a person with ``audit.view`` may read.

    Over the whole instance it is everything; below it is what the people of those
    units did, since an event itself belongs to no unit.
    """
    units = grants(user).get("audit.view", frozenset())
    if Unit.objects.filter(parent=None).exclude(pk__in=units).exists():
        return trail.events().filter(actor__in=people_of(user, "audit.view"))
    return trail.events() if units else trail.events().none()


def queue(user: Any) -> "QuerySet[Sample]":
    """Return the samples that a supervisor may review, those that wait first."""
    mine = people_of(user, "audit.readers")
    return trail.samples().filter(actor__in=mine).exclude(actor=str(user.pk))


@transaction.atomic
def draw(*, by: Any) -> int:
    """Draw looks of the last days at records, some of each person; return how many."""
    require(by, "audit.readers")
    looks = trail.events().filter(
        kind__in=trail.LOOKS, at__gte=timezone.now() - timedelta(days=DAYS)
    )
    looks = looks.exclude(record="").exclude(actor=audit.SYSTEM)
    if by is not SYSTEM:
        looks = looks.filter(actor__in=people_of(by, "audit.readers"))
    drawn = set(trail.samples().values_list("event", flat=True))
    of_actor: dict[str, list[int]] = {}
    for actor, seq in looks.values_list("actor", "seq").iterator():
        if seq not in drawn:
            of_actor.setdefault(actor, []).append(seq)
    chance = random.SystemRandom()
    made = [
        (seq, actor)
        for actor, seqs in of_actor.items()
        for seq in chance.sample(seqs, min(MOST, -(-len(seqs) // ONE_IN)))
    ]
    audit.keep_samples(made)
    audit.write("audit.draw", by=by, detail={"rows": len(made)})
    return len(made)


@transaction.atomic
def review(sample: "Sample", verdict: str, note: str, *, by: Any) -> "Sample":
    """Say whether a look was in order; anything else needs a word why."""
    require(by, "audit.readers")
    if not queue(by).filter(pk=sample.pk).exists():
        raise BadInput(_("Somebody else supervises this person."))
    if verdict not in trail.Verdict.values or not verdict:
        raise BadInput(_("Say whether the look was in order."))
    if verdict != trail.Verdict.IN_ORDER and not note.strip():
        raise BadInput(_("Say what is to be asked or was not in order."))
    audit.settle_sample(sample, verdict, note, by=by)
    detail = {"event": sample.event, "state": verdict}
    audit.write("audit.review", by=by, on=sample, detail=detail)
    return sample
