"""Waiting, running, failed: for the health page and for progress."""

from typing import Any

from django.db.models import Count

from focalpoint.jobs import backend
from focalpoint.jobs.models import Schedule


def counts() -> dict[str, int]:
    """Return how many runs are in each state."""
    rows = backend.results().order_by().values("status").annotate(n=Count("id"))
    return {row["status"].lower(): row["n"] for row in rows}


def failures(limit: int = 20) -> list[dict[str, Any]]:
    """Return the latest runs that failed, with the last line of their reason."""
    rows = backend.results().filter(status="FAILED")[:limit]
    return [
        {
            "task": row.task_path,
            "at": row.finished_at,
            "reason": (row.traceback or "").strip().rpartition("\n")[2],
        }
        for row in rows
    ]


def schedules() -> list[Schedule]:
    """Return what runs regularly."""
    return list(Schedule.objects.order_by("task"))
