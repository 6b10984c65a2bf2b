"""Imports: send a file, look at what would happen, let it happen, take it back."""

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from focalpoint.accounts.access import get_or_404, home_units
from focalpoint.accounts.models import Unit
from focalpoint.api.errors import REFUSALS
from focalpoint.intake import actions
from focalpoint.intake.models import Batch, Profile
from focalpoint.records.media_types import safe_name
from focalpoint.values.errors import BadInput

router = Router(tags=["import"])


class ImportOut(Schema):
    """Where an import stands; ``report`` is complete when it is checked or done."""

    id: UUID
    reference: str
    status: str
    reason: str
    report: dict[str, Any]


def as_import(batch: Batch) -> dict[str, Any]:
    """Return an import in the shape of its schema."""
    return {
        "id": batch.pk,
        "reference": batch.reference,
        "status": batch.status,
        "reason": batch.reason,
        "report": batch.report,
    }


@router.post(
    "/imports", response={201: ImportOut, **REFUSALS}, operation_id="import_open"
)
def begin(
    request: HttpRequest,
    file: UploadedFile = File(...),
    unit: str = Form("", max_length=60),
    profile: str = Form("", max_length=100),
    sheet: str = Form("", max_length=100),
) -> Any:
    """Send a file; it is read, mapped and checked in the background, nothing stored."""
    where = _unit(unit, request.user)
    known = _profile(profile, request.user)
    if (file.size or 0) > settings.MAX_UPLOAD_BYTES:
        raise BadInput(
            "The file is larger than %(limit)s MB. Send it in parts.",
            limit=settings.MAX_UPLOAD_BYTES // 1_048_576,
        )
    name = safe_name(file.name or "file")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sent"
        with path.open("wb") as out:
            for block in file.chunks():
                out.write(block)
        batch = actions.open_batch(
            [(path, name)], by=request.user, unit=where, profile=known, sheet=sheet
        )
    checking = Batch.Status.CHECKING
    batch = actions.start_in_background(batch, checking, by=request.user)
    return Status(201, as_import(batch))


@router.get(
    "/imports/{id}", response={200: ImportOut, **REFUSALS}, operation_id="import_read"
)
def read(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """See where an import stands."""
    return as_import(get_or_404(Batch, id, request.user))


@router.post(
    "/imports/{id}/run",
    response={200: ImportOut, **REFUSALS},
    operation_id="import_run",
)
def run(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Store what was checked, in the background."""
    batch = get_or_404(Batch, id, request.user)
    running = Batch.Status.RUNNING
    return as_import(actions.start_in_background(batch, running, by=request.user))


@router.post(
    "/imports/{id}/undo",
    response={200: ImportOut, **REFUSALS},
    operation_id="import_undo",
)
def undo(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Take a finished import back, in the background."""
    batch = get_or_404(Batch, id, request.user)
    undoing = Batch.Status.UNDOING
    return as_import(actions.start_in_background(batch, undoing, by=request.user))


def _unit(code: str, user: Any) -> Unit:
    units = home_units(user, "intake.import")
    found = (units.filter(code=code) if code else units).first()
    if found is None:
        raise ValidationError({"unit": _("You cannot import into this unit.")})
    return found


def _profile(name: str, user: Any) -> Profile | None:
    if not name:
        return None
    found = Profile.objects.filter(name=name).first()
    return get_or_404(Profile, found.pk if found else None, user)
