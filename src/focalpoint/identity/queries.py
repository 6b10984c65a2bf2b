"""How far the comparison of all records is."""

from typing import Any

from focalpoint.accounts.access import may
from focalpoint.identity.models import Run


def runs(user: Any, limit: int = 20) -> list[Run]:
    """Return the latest runs to whoever sees leads or looks after the instance."""
    if not (may(user, "leads.view") or may(user, "jobs.view")):
        return []
    return list(Run.objects.order_by("-pk")[:limit])


def running() -> list[Run]:
    """Return the runs that are under way."""
    return list(Run.objects.filter(state=Run.State.RUNNING))
