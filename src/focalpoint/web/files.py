"""Files of any record: add one, look at a picture, take one away."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from focalpoint.accounts.access import may
from focalpoint.audit import actions as audit
from focalpoint.records import attachments, queries, registry, thumbnails
from focalpoint.records.media_types import PHOTOGRAPHS
from focalpoint.records.models import Attachment
from focalpoint.values import codelists
from focalpoint.values.errors import BadInput
from focalpoint.web.pages import ask_purpose, page, purpose_missing, tell
from focalpoint.web.tables import address

# A sheet of paper with a folded corner, for what cannot be shown small.
NO_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 116 78">'
    '<rect width="116" height="78" fill="#eef0f2"/><path d="M46 21h16l8 8v28H46z'
    'M62 21v8h8" fill="#fff" stroke="#5b6670" stroke-width="1.5"/></svg>'
)
ACCEPTED = ".jpg,.jpeg,.png,.webp,.tif,.tiff,.heic,.pdf,.docx,.xlsx,.x3p,.mp4,.txt"


class FileForm(forms.Form):
    """One file: taken with the camera of a phone, or chosen."""

    photograph = forms.FileField(
        label=_("Take a photograph"),
        required=False,
        widget=forms.FileInput({"accept": "image/*", "capture": "environment"}),
    )
    file = forms.FileField(
        label=_("Or choose a file"),
        required=False,
        widget=forms.FileInput({"accept": ACCEPTED}),
    )
    kind = forms.ChoiceField(label=_("What it is"), required=False)
    description = forms.CharField(
        label=_("Description"), required=False, max_length=200
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        listed = codelists.load("attachment_kinds").choices(get_language() or "en")
        choice = self.fields["kind"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - for the checker
        choice.choices = [("", gettext("Not stated")), *listed]


def panel(
    record: Any, user: Any, found: Sequence[Attachment] | None = None
) -> dict[str, object]:
    """Return what dossier/files.html shows: the files of a record, a form for more.

    ``found``: its files that the person may see, where they have been read already.
    """
    if found is None:
        found = list(attachments.of_record(record, user))
    return {
        "files": found,
        "photographs": [one for one in found if one.media_type in PHOTOGRAPHS],
        "may_attach": may(user, "records.attach", on=record),
        "fields": _empty_fields(get_language() or "en"),
    }


@lru_cache
def _empty_fields(language: str) -> SafeString:
    """Draw the empty form, which is the same on every page in a language."""
    return render_to_string("dossier/file_fields.html", {"form": FileForm()})


@require_POST
@page("records.attach")
def attach(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Keep a file with a record."""
    record = queries.record_or_404(code, pk, request.user)
    if not may(request.user, "records.attach", on=record):
        raise PermissionDenied("records.attach")
    form = FileForm(request.POST, request.FILES)
    sent = request.FILES.get("photograph") or request.FILES.get("file")
    try:
        if sent is None or not form.is_valid():
            raise BadInput("Choose a file that is not empty.")
        attachments.attach(
            record,
            sent.file,  # type: ignore[arg-type]
            sent.name or "file",
            by=request.user,
            kind=form.cleaned_data["kind"],
            description=form.cleaned_data["description"],
        )
    except (BadInput, ValidationError) as problem:
        tell(request, problem)
    else:
        messages.success(request, gettext("The file is kept. Its bytes never change."))
    return redirect(f"{address(record)}#files")


@page("records.view")
def download(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a file as a download that no browser will run."""
    found = attachments.open_or_404(pk, request.user)
    if purpose_missing(request, registry.get(found.owner_type)):
        return ask_purpose(request)
    answer = StreamingHttpResponse(
        attachments.download(found, by=request.user),
        content_type="application/octet-stream",
    )
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}"
    answer["Content-Length"] = str(found.size)
    return _guarded(answer)


@page("records.view")
def picture(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a photograph in a page; looking at it is logged."""
    found = attachments.open_or_404(pk, request.user)
    if found.media_type not in PHOTOGRAPHS:
        raise Http404
    if purpose_missing(request, registry.get(found.owner_type)):
        return ask_purpose(request)
    audit.write("records.view", by=request.user, on=found)
    answer = HttpResponse(attachments.content(found), content_type=found.media_type)
    answer["Content-Disposition"] = "inline"
    return _guarded(answer)


@page("records.view")
def thumbnail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a photograph small; looking at it is logged as looking at the photograph."""
    found = attachments.open_or_404(pk, request.user)
    if purpose_missing(request, registry.get(found.owner_type)):
        return ask_purpose(request)
    drawn = thumbnails.of(found)
    if drawn is None:
        return _guarded(HttpResponse(NO_PICTURE, content_type="image/svg+xml"))
    audit.write("records.view", by=request.user, on=found, detail={"as": "thumbnail"})
    return _guarded(HttpResponse(drawn, content_type=thumbnails.MEDIA_TYPE))


def _guarded(answer: HttpResponse | StreamingHttpResponse) -> HttpResponse:
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer  # type: ignore[return-value]
