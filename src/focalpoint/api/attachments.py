"""Files of records."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import File, Form, Header, Router, Status
from ninja.files import UploadedFile

from focalpoint.api import purpose
from focalpoint.api.errors import REFUSALS
from focalpoint.api.schemas import as_out, out_schema, refuse_broken_text
from focalpoint.audit import actions as audit
from focalpoint.records import attachments, queries, registry, thumbnails
from focalpoint.records.models import Attachment

KIND = registry.get("attachment")
Out = out_schema(KIND)
PURPOSE = "what the call is for; needed for files of persons"
router = Router(tags=["attachment"])


@router.get("/{type}/{id}/attachments", response={200: list[Out], **REFUSALS})  # type: ignore[valid-type]
def listing(
    request: HttpRequest,
    type: str,
    id: UUID,
    x_purpose: str = Header("", alias="X-Purpose", description=PURPOSE, max_length=200),
) -> Any:
    """List the files of a record."""
    record = _owner(request, type, id, x_purpose)
    files = list(attachments.of_record(record, request.user))
    audit.write(
        "records.list",
        by=request.user,
        on=record,
        detail={"type": KIND.code, "rows": len(files)},
    )
    return [as_out(row, KIND) for row in files]


@router.post("/{type}/{id}/attachments", response={201: Out, **REFUSALS})
def attach(
    request: HttpRequest,
    type: str,
    id: UUID,
    file: UploadedFile = File(...),
    kind: str = Form(""),
    description: str = Form(""),
    x_purpose: str = Header("", alias="X-Purpose", description=PURPOSE, max_length=200),
) -> Any:
    """Add a file; its bytes never change from then on."""
    record = _owner(request, type, id, x_purpose)
    refuse_broken_text({"kind": kind, "description": description})
    made = attachments.attach(
        record,
        file.file,  # type: ignore[arg-type]
        file.name or "file",
        by=request.user,
        kind=kind,
        description=description,
    )
    return Status(201, as_out(made, KIND))


@router.get(
    "/attachments/{id}/content",
    response={200: bytes, **REFUSALS},
    openapi_extra={"responses": {200: {"content": {"application/octet-stream": {}}}}},
)
def content(
    request: HttpRequest,
    id: UUID,
    x_purpose: str = Header("", alias="X-Purpose", description=PURPOSE, max_length=200),
) -> StreamingHttpResponse:
    """Download the bytes of a file."""
    found = _file(request, id, x_purpose)
    return send(found, attachments.download(found, by=request.user))


@router.get(
    "/attachments/{id}/thumbnail",
    response={200: bytes, **REFUSALS},
    openapi_extra={"responses": {200: {"content": {"image/jpeg": {}}}}},
)
def thumbnail(
    request: HttpRequest,
    id: UUID,
    x_purpose: str = Header("", alias="X-Purpose", description=PURPOSE, max_length=200),
) -> HttpResponse:
    """See a photograph small; where there is no small picture the answer is 404."""
    found = _file(request, id, x_purpose)
    drawn = thumbnails.of(found)
    if drawn is None:
        raise Http404
    audit.write("records.view", by=request.user, on=found, detail={"as": "thumbnail"})
    answer = HttpResponse(drawn, content_type=thumbnails.MEDIA_TYPE)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _owner(request: HttpRequest, type: str, id: UUID, stated: str) -> Any:
    """Return the record that has the files; a person's open for a purpose only."""
    purpose.state(request, stated)
    record = queries.record_or_404(type, id, request.user)
    purpose.ask(request, record, stated)
    return record


def _file(request: HttpRequest, id: UUID, stated: str) -> Attachment:
    """Return a file; one of a person opens for a purpose only."""
    purpose.state(request, stated)
    found = attachments.open_or_404(id, request.user)
    purpose.ask(request, found, stated)
    return found


def send(found: Any, blocks: Any) -> StreamingHttpResponse:
    """Answer with bytes that no browser will run."""
    answer = StreamingHttpResponse(blocks, content_type="application/octet-stream")
    answer["Content-Disposition"] = f"attachment; filename={found.pk}"
    answer["Content-Length"] = str(found.size)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
