"""What a person or unit has to do next, and how well the clocks are kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from focalpoint.accounts.access import grants, visible
from focalpoint.records import queries, registry
from focalpoint.records.models import Step

SHOWN = 40


@dataclass(frozen=True)
class Clock:
    """How often one step was taken in time."""

    step: str
    done: int
    in_time: int

    @property
    def share(self) -> int:
        return round(100 * self.in_time / self.done) if self.done else 0


def steps_due(user: Any, *, mine: bool = False, days: int = 7) -> list[Step]:
    """Return open steps that are late or due soon, in order of deadline."""
    rows = steps(user, mine=mine).filter(
        due_at__lt=timezone.now() + timedelta(days=days)
    )
    rows = rows.select_related("firearm__unit", "owner")
    return list(rows.order_by("due_at", "id")[:SHOWN])


def steps(user: Any, *, mine: bool = False) -> QuerySet[Step]:
    """Return the open steps of a person and, unless only theirs, of their units."""
    rows = Step.objects.filter(state=Step.State.OPEN)
    if mine:
        rows = rows.filter(owner=user)
    else:
        units = grants(user).get("records.complete", frozenset())
        rows = rows.filter(Q(owner=user) | Q(firearm__unit_id__in=units))
    return visible(rows, user)


def clocks(user: Any, days: int = 30) -> list[Clock]:
    """Return, for each step settled in the last days, how many were in time."""
    since = timezone.now() - timedelta(days=days)
    rows = (
        visible(Step.objects.all(), user)
        .filter(state=Step.State.DONE, settled_at__gte=since)
        .values("step")
        .annotate(
            done=Count("pk"),
            in_time=Count("pk", filter=Q(settled_at__lte=F("due_at"))),
        )
        .order_by("-done")
    )
    return [Clock(row["step"], row["done"], row["in_time"]) for row in rows[:5]]


def newest(user: Any, since: datetime, codes: Iterable[str]) -> list[Any]:
    """Return what others recorded since then, the latest first."""
    found = []
    for code in codes:
        if code in registry.RECORD_TYPES:
            rows = queries.records(code, user).filter(created_at__gte=since)
            found += list(rows.exclude(created_by=user).order_by("-id")[:5])
    found.sort(key=lambda record: record.created_at, reverse=True)
    return found[:6]
