"""Imports as pages and commands ask for them."""

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from focalpoint.accounts.access import visible
from focalpoint.accounts.models import Unit
from focalpoint.intake.models import Batch, Profile
from focalpoint.values.errors import BadInput


def batches(user: Any) -> QuerySet[Batch]:
    """Return the imports that a person may see, the latest first."""
    return visible(Batch.objects.select_related("unit", "by"), user)


def profiles(user: Any) -> QuerySet[Profile]:
    """Return the senders whose mappings a person may use."""
    return visible(Profile.objects.all(), user)


def named(name: str) -> Batch:
    """Return the import with this identifier or reference."""
    wanted = Q(reference__iexact=name)
    with suppress(ValueError):
        wanted |= Q(pk=UUID(name))
    found = Batch.objects.filter(wanted).first()
    if found is None:
        raise BadInput("there is no import %(name)s", name=name)
    return found


def interrupted(unit: Unit, paths: list[Path]) -> Batch | None:
    """Return the import of exactly these files that was stopped while it stored."""
    running = Batch.objects.filter(unit=unit, status=Batch.Status.RUNNING, run=None)
    if not running.exists():
        return None
    digests = set()
    for path in paths:
        with path.open("rb") as file:
            digests.add(hashlib.file_digest(file, "sha256").hexdigest())
    for batch in running:
        if set(batch.tables.values_list("digest", flat=True)) == digests:
            return batch
    return None
