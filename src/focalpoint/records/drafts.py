"""Keep unfinished forms for their writers: no records, and nobody else sees them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from focalpoint.records.models import Draft

KEPT = timedelta(days=30)


@transaction.atomic
def keep(
    form: str, values: Mapping[str, Any], *, by: Any, pk: object = "", title: str = ""
) -> Draft:
    """Store what has been typed so far; drafts nobody came back to are forgotten."""
    Draft.objects.filter(user=by, saved_at__lt=timezone.now() - KEPT).delete()
    draft = find(pk, form, by=by) or Draft(user=by, form=form)
    draft.values, draft.title = dict(values), title[:120]
    draft.saved_at = timezone.now()
    draft.save()
    return draft


def find(pk: object, form: str, *, by: Any) -> Draft | None:
    """Return a person's own draft of a form."""
    try:
        return Draft.objects.filter(user=by, form=form, pk=UUID(str(pk))).first()
    except (ValueError, ValidationError):
        return None


def latest(by: Any, form: str = "") -> list[Draft]:
    """Return a person's drafts, the last saved first."""
    rows = Draft.objects.filter(user=by)
    return list(rows.filter(form=form)[:10] if form else rows[:10])


def discard(pk: object, *, by: Any) -> None:
    """Forget a draft: it was recorded, or its writer does not want it."""
    try:
        Draft.objects.filter(user=by, pk=UUID(str(pk))).delete()
    except (ValueError, ValidationError):
        return
