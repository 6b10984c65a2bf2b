"""Queue, state and result of tasks, in the database."""

import os
import socket
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult


def enqueue(name: str, *args: Any, **kwargs: Any) -> UUID:
    """Queue the task with this dotted name; return the run's identifier."""
    return UUID(str(import_string(name).enqueue(*args, **kwargs).id))


def results() -> QuerySet[Any]:
    """Return all runs, the latest first."""
    return DBTaskResult.objects.order_by("-enqueued_at")


def state(run: UUID) -> str:
    """Return ``ready``, ``running``, ``failed``, ``successful`` or ``unknown``."""
    found = DBTaskResult.objects.filter(pk=run).first()
    return str(found.status).lower() if found else "unknown"


def worker_name() -> str:
    """Return a name that tells which process a run belongs to."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}"


def requeue_abandoned() -> int:
    """Queue again what a killed worker of this machine had begun; return how many."""
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    abandoned = [run.pk for run in running if not _is_alive(run.worker_ids)]
    return DBTaskResult.objects.filter(pk__in=abandoned).update(
        status=TaskResultStatus.READY, started_at=None
    )


def forget_old(days: int = 30) -> int:
    """Remove finished runs that nobody asks about any more."""
    before = timezone.now() - timedelta(days=days)
    return DBTaskResult.objects.filter(finished_at__lt=before).delete()[0]


def _is_alive(workers: list[str]) -> bool:
    host, _, pid = (workers or [""])[-1].rpartition(":")
    if host != socket.gethostname()[:40]:
        return True  # another machine looks after its own
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        pass
    return True
