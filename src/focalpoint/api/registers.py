"""Reference registers: what is here, a new extract, one entry, its record."""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile

from focalpoint.accounts.access import get_or_404, home_units
from focalpoint.api.errors import REFUSALS
from focalpoint.api.schemas import Common, as_out, refuse_broken_text
from focalpoint.intake import register_rejected
from focalpoint.intake import registers as loading
from focalpoint.records import export_entries, register_search, registers, registry
from focalpoint.records.base import HANDLING
from focalpoint.records.media_types import safe_name
from focalpoint.records.models import Register, RegisterEdition, RegisterEntry
from focalpoint.records.search import Filter
from focalpoint.values.errors import BadInput

router = Router(tags=["registers"])
LARGEST = 2**63 - 1
MOST_AT_ONCE = 100_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = {"csv": "text/csv", "xlsx": XLSX, "jsonl": "application/x-ndjson"}


class EditionOut(Schema):
    """One extract of a register and what became of it."""

    number: int
    state: str
    file: str
    read: int
    entries: int
    rejected: int
    reason: str
    started_at: datetime
    finished_at: datetime | None


class RegisterOut(Schema):
    """A register and the edition that is in use; none before the first is whole."""

    id: UUID
    name: str
    unit: str
    handling: str
    current: EditionOut | None
    loading: EditionOut | None


class EntryOut(Schema):
    """An entry as its register has it; ``record`` is the firearm made of it, if any."""

    id: str
    record_type: str
    register_name: str
    unit: str
    handling: str
    caption: str
    number: str
    type: str
    make: str
    model: str
    calibre: str
    serial: str
    country: str
    year: str
    as_read: dict[str, str]
    why: str
    record: UUID | None


def as_edition(edition: RegisterEdition | None) -> dict[str, Any] | None:
    """Return an edition in the shape of its schema."""
    if edition is None:
        return None
    return {
        "number": edition.number,
        "state": edition.state,
        "file": edition.file,
        "read": edition.done,
        "entries": edition.entries,
        "rejected": edition.rejected,
        "reason": edition.reason,
        "started_at": edition.started_at,
        "finished_at": edition.finished_at,
    }


def as_register(register: Register) -> dict[str, Any]:
    """Return a register in the shape of its schema."""
    stage = RegisterEdition.State.LOADING
    return {
        "id": register.pk,
        "name": register.name,
        "unit": register.unit.code,
        "handling": register.handling,
        "current": as_edition(register.current),
        "loading": as_edition(register.editions.filter(state=stage).first()),
    }


def as_entry(
    hit: register_search.EntryHit, record: UUID | None = None
) -> dict[str, Any]:
    """Return an entry in the shape of its schema."""
    data = register_search.as_data(hit)
    return {**data, "register_name": data.pop("register"), "record": record}


@router.get(
    "/registers",
    response={200: list[RegisterOut], **REFUSALS},
    operation_id="register_list",
)
def listing(request: HttpRequest) -> Any:
    """List the reference registers that the token's owner may consult."""
    return [as_register(register) for register in registers.registers(request.user)]


@router.post(
    "/registers",
    response={202: RegisterOut, **REFUSALS},
    operation_id="register_load",
)
def load(
    request: HttpRequest,
    file: UploadedFile = File(...),
    name: str = Form(..., max_length=100, description="name of the register"),
    unit: str = Form("", max_length=60),
    handling: str = Form("", max_length=8),
    restriction: str = Form("", max_length=300),
    key: list[str] = Form([], description="columns with the register's own number"),
    sheet: str = Form("", max_length=100),
) -> Any:
    """Send an extract; the worker loads it and shows it when it is whole."""
    units = home_units(request.user, "intake.import").order_by("path")  # type: ignore[arg-type]
    where = (units.filter(code=unit) if unit else units).first()
    if where is None:
        raise ValidationError({"unit": _("You cannot load registers for this unit.")})
    if handling and handling not in HANDLING:
        raise ValidationError({"handling": _("There is no such handling code.")})
    if (file.size or 0) > settings.MAX_UPLOAD_BYTES:
        raise BadInput(
            "The file is larger than %(limit)s MB. Load it on the server: "
            "focalpoint load-register",
            limit=settings.MAX_UPLOAD_BYTES // 1_048_576,
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sent"
        with path.open("wb") as out:
            for block in file.chunks():
                out.write(block)
        edition = loading.receive(
            path,
            safe_name(file.name or "file"),
            name,
            by=request.user,
            unit=where,
            key=[name for name in key if name],
            sheet=sheet,
            handling=handling,
            handling_note=restriction,
        )
    return Status(202, as_register(edition.register))


@router.get(
    "/registers/{id}",
    response={200: RegisterOut, **REFUSALS},
    operation_id="register_read",
)
def read(request: HttpRequest, id: UUID) -> Any:
    """See which edition of a register is in use, and how far a load is."""
    return as_register(get_or_404(Register, id, request.user))


@router.get(
    "/registers/{id}/rejected",
    response={200: bytes, **REFUSALS},
    operation_id="register_rejected",
    openapi_extra={"responses": {200: {"content": {XLSX: {}}}}},
)
def rejected(
    request: HttpRequest,
    id: UUID,
    edition: int = Query(0, ge=0, description="number; 0 is the edition in use"),
) -> FileResponse:
    """Download the rejected rows of a load as a workbook, the reasons in a column."""
    register = get_or_404(Register, id, request.user)
    editions = register.editions.all()
    found = editions.filter(number=edition).first() if edition else register.current
    if found is None:
        raise Http404
    with tempfile.TemporaryDirectory(prefix="focalpoint-") as folder:
        path = Path(folder) / f"{register.pk}-{found.number}-rejected.xlsx"
        register_rejected.workbook(found, path, by=request.user)
        return _file(path, XLSX)


@router.get(
    "/register-entries/export",
    response={200: bytes, **REFUSALS},
    operation_id="register_entries_export",
    openapi_extra={
        "responses": {200: {"content": {kind: {} for kind in KINDS.values()}}}
    },
)
def export(
    request: HttpRequest,
    format: Literal["csv", "xlsx", "jsonl"] = "csv",
    q: str = Query("", max_length=500, description="as in the search box"),
    one: UUID | None = Query(None, alias="register", description="of this one only"),
) -> FileResponse:
    """Download entries that fit, with their handling codes; H2 and H3 ask for a right."""
    refuse_broken_text({"q": q})
    of = get_or_404(Register, one, request.user) if one else None
    with tempfile.TemporaryDirectory(prefix="focalpoint-") as folder:
        path = Path(folder) / f"register-entries.{format}"
        export_entries.export_entries(
            Filter(q), format, path, by=request.user, register=of, most=MOST_AT_ONCE
        )
        return _file(path, KINDS[format])


@router.get(
    "/register-entries/{id}",
    response={200: EntryOut, **REFUSALS},
    operation_id="register_entry_read",
)
def entry(request: HttpRequest, id: int) -> Any:
    """Read one entry of a reference register."""
    found = _entry(request, id)
    registers.looked_at(found, by=request.user)
    record = registers.record_of(found, request.user)
    hit = register_search.EntryHit(found, registers.register_of(found))
    return as_entry(hit, record.pk if record else None)


@router.post(
    "/register-entries/{id}/take-up",
    response={200: Common, **REFUSALS},
    operation_id="register_entry_take_up",
)
def take_up(request: HttpRequest, id: int) -> Any:
    """Make the firearm record of an entry; the one that there is comes back again."""
    found = _entry(request, id)
    record = registers.take_up(found, by=request.user)
    return as_out(record, registry.of(record))


def _file(path: Path, kind: str) -> FileResponse:
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
    answer["Content-Type"] = kind
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _entry(request: HttpRequest, pk: int) -> RegisterEntry:
    found = registers.entry_of(pk, request.user) if 0 < pk <= LARGEST else None
    if found is None:
        raise Http404
    return found
