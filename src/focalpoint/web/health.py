"""Is the instance well: one word for strangers, the whole picture for who runs it."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from focalpoint import __version__
from focalpoint.audit import queries as trail
from focalpoint.jobs import queries as jobs
from focalpoint.web.pages import page

OLD_BACKUP = timedelta(days=7)
OLD_SEAL = timedelta(days=2)
LITTLE_SPACE = 0.10


@login_not_required
def alive(request: HttpRequest) -> HttpResponse:
    """Answer when pages and database work; says nothing else to strangers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@page("jobs.view")
def health(request: HttpRequest) -> HttpResponse:
    """Show background work, space on the disk, the last backup and the last seal."""
    counts = jobs.counts()
    context = {
        "checks": [_space(), _backup(), _seal(), _worker(counts)],
        "counts": [
            {"title": title, "count": counts.get(name, 0)} for name, title in STATES
        ],
        "failures": [{**row, "words": words(row["task"])} for row in jobs.failures()],
        "schedules": [
            {
                "words": words(row.task),
                "last_run": row.last_run,
                "next_due": row.next_due,
            }
            for row in jobs.schedules()
        ],
        "version": __version__,
        "database": connection.vendor,
        "handling": "h0",
    }
    return render(request, "oversight/health.html", context)


def words(task: str) -> str:
    """Return the dotted name of a task as words: its app, and what it does."""
    parts = task.split(".")
    return f"{parts[-3]}: {parts[-1].replace('_', ' ')}" if len(parts) > 2 else task


STATES = (
    ("ready", _("Waiting")),
    ("running", _("Running")),
    ("failed", _("Failed")),
    ("successful", _("Done")),
)


def _check(title: object, word: object, *, good: bool, **more: Any) -> dict[str, Any]:
    return {"title": title, "kind": "ok" if good else "warn", "word": word, **more}


def _space() -> dict[str, Any]:
    """Tell how much of the disk of the instance is free."""
    home = Path(settings.HOME)
    disk = shutil.disk_usage(home if home.is_dir() else "/")
    share = disk.free / disk.total
    return _check(
        _("Space on the disk"),
        _("Enough") if share >= LITTLE_SPACE else _("Little left"),
        good=share >= LITTLE_SPACE,
        number=f"{disk.free / 1_073_741_824:.1f} GiB",
        about=f"{share:.0%}",
    )


def _backup() -> dict[str, Any]:
    """Tell when the last backup was made: it is written down before it starts."""
    made = trail.last_backup()
    fresh = made is not None and timezone.now() - made < OLD_BACKUP
    word = _("Recent") if fresh else _("None yet") if made is None else _("Old")
    return _check(_("Last backup"), word, good=fresh, at=made)


def _seal() -> dict[str, Any]:
    """Tell whether the audit trail holds since it was signed last."""
    state = trail.last_seal()
    if state.seal is None:
        return _check(_("Seal of the audit trail"), _("None yet"), good=False)
    good = state.holds and timezone.now() - state.seal.at < OLD_SEAL
    word = _("Holds") if good else _("Old") if state.holds else _("Does not hold")
    return _check(_("Seal of the audit trail"), word, good=good, at=state.seal.at)


def _worker(counts: dict[str, int]) -> dict[str, Any]:
    """Tell whether work is being done: nothing may be due for long."""
    late = timezone.now() - timedelta(minutes=10)
    behind = [row for row in jobs.schedules() if row.enabled and row.next_due < late]
    if behind:
        return _check(
            _("Background work"), _("Behind: is a worker running?"), good=False
        )
    failed = counts.get("failed", 0)
    word = _("Some failed") if failed else _("In order")
    return _check(_("Background work"), word, good=not failed)
