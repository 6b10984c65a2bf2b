"""Recording by hand: is it here already, then one form from the event to the files."""

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from focalpoint.accounts.access import may, unread
from focalpoint.records import attachments, drafts, recovery, registry
from focalpoint.records.search import Filter, Hit, find
from focalpoint.values import serials
from focalpoint.values.errors import BadInput
from focalpoint.values.misreadings import misreadings
from focalpoint.web import tables
from focalpoint.web.pages import page, sentence
from focalpoint.web.recording_forms import Guided

FORM = "recovery"
FEWEST = 3  # characters read before a number is looked for
DOUBTS = {
    "figure": _("“%(character)s” at place %(place)s may be a figure."),
    "script": _("“%(character)s” at place %(place)s is a Cyrillic letter."),
    "calibre": _("This looks like a calibre. Is there a serial number?"),
    "model": _("This looks like a mark of the model. Is there a serial number?"),
    "year": _("This looks like a year, perhaps the proof year."),
    "remark": _("These are words, not a number. They are kept as read."),
}


@page("records.create")
def start(request: HttpRequest) -> HttpResponse:
    """Ask first whether the firearm is here already."""
    text = request.GET.get("serial", "").strip()
    found = alike(request.user, text)
    kind = registry.get("firearm")
    shown = tables.table(kind, [hit.record for hit in found], request.user)
    why = [{"title": _("Why it is here")}]
    for row, hit in zip(shown["rows"], found, strict=True):  # type: ignore[call-overload]
        row["cells"].insert(2, {"value": hit.why})
    columns = list(shown["columns"])  # type: ignore[call-overload]
    return render(
        request,
        "recording/start.html",
        {
            "text": text,
            "rows": shown["rows"],
            "columns": [*columns[:2], *why, *columns[2:]],
            "doubts": doubts(text),
            "drafts": drafts.latest(request.user, FORM),
            "handling": "h0",
        },
    )


@page("records.create")
def new(request: HttpRequest) -> HttpResponse:
    """Show the guided form, and store what it holds."""
    if request.method == "POST":
        guided = Guided(request.user, request.POST, request.FILES)
        if adds := guided.added(request.POST):
            return _show(request, Guided(request.user, adds, quiet=True))
        if guided.is_valid():
            done = _record(request, guided)
            if done is not None:
                return done
        return _show(request, guided, status=422)
    draft = drafts.find(request.GET.get("draft", ""), FORM, by=request.user)
    if draft is not None:
        data = QueryDict(mutable=True)
        for name, values in draft.values.items():
            data.setlist(name, values)
        data["draft"] = str(draft.pk)
        return _show(request, Guided(request.user, data, quiet=True))
    return _show(request, Guided(request.user, serial=request.GET.get("serial", "")))


def _show(request: HttpRequest, guided: Guided, status: int = 200) -> HttpResponse:
    context = {"guided": guided, "handling": guided.handling, "new": True}
    return render(request, "recording/form.html", context, status=status)


def _record(request: HttpRequest, guided: Guided) -> HttpResponse | None:
    """Store everything, then the photographs; return None when something is refused."""
    try:
        done = recovery.record(
            guided.recovery(), by=request.user, unit=guided.chosen_unit
        )
    except (BadInput, ValidationError) as problem:
        guided.refuse(sentence(problem))
        return None
    for record, photographs in guided.photographs(done):
        for photograph in photographs:
            _attach(request, record, photograph)
    drafts.discard(request.POST.get("draft", ""), by=request.user)
    text = gettext("Recorded %(event)s with %(count)s firearms.")
    told = {"event": done.event.reference, "count": len(done.guns)}
    messages.success(request, text % told)
    return redirect(tables.address(done.event))


def _attach(request: HttpRequest, record: Any, photograph: Any) -> None:
    """Keep a photograph; one that cannot be kept is named, the records stay."""
    if not may(request.user, "records.attach", on=record):
        return
    try:
        attachments.attach(
            record,
            photograph.file,
            photograph.name,
            by=request.user,
            kind="photo_other",
        )
    except (BadInput, ValidationError) as problem:
        text = gettext("The file %(name)s is not stored: %(why)s")
        told = {"name": photograph.name, "why": sentence(problem)}
        messages.error(request, text % told)


@page("records.create")
@require_POST
def save_draft(request: HttpRequest) -> HttpResponse:
    """Keep what is typed so far."""
    values = {
        name: texts
        for name, texts in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", "draft") and any(texts)
    }
    if len(json.dumps(values)) > 200_000:
        return JsonResponse({"error": "too long"}, status=413)
    title = request.POST.get("event-place", "") or request.POST.get(
        "event-case_number", ""
    )
    draft = drafts.keep(
        FORM, values, by=request.user, pk=request.POST.get("draft", ""), title=title
    )
    at = time_format(timezone.localtime(draft.saved_at), "H:i")
    return JsonResponse({"draft": str(draft.pk), "at": at})


@page("records.create")
@require_POST
def discard_draft(request: HttpRequest, pk: str) -> HttpResponse:
    """Forget a draft."""
    drafts.discard(pk, by=request.user)
    messages.success(request, gettext("The draft is forgotten."))
    return redirect("recording")


@page("records.create")
def reading(request: HttpRequest) -> HttpResponse:
    """Say what a number may have been misread as, and who carries it already."""
    name = next((key for key in request.GET if key.endswith("serial")), "")
    text = request.GET.get(name, "")
    found = alike(request.user, text, limit=3)
    closed = unread([hit.record for hit in found], request.user)
    return render(
        request,
        "recording/reading.html",
        {
            "field": f"id_{name}",
            "doubts": doubts(text),
            "found": [
                {
                    "title": tables.caption(hit.record, closed),
                    "url": tables.address(hit.record),
                    "why": hit.why,
                }
                for hit in found
            ],
        },
    )


def alike(user: Any, text: str, limit: int = 20) -> list[Hit]:
    """Return firearms that may be the one in hand, each with why it is here."""
    read = serials.parse(text)
    if read.known < FEWEST:
        return []
    wanted = Filter(f"serial:{read.normal}", "firearm")
    return list(find(wanted, user, limit=limit, counted=False).hits)


def doubts(text: str) -> list[dict[str, object]]:
    """Return what a number may have been misread as, in words."""
    return [
        {
            "text": str(DOUBTS[one.kind])
            % {"character": one.character, "place": one.place},
            "suggestion": one.suggestion,
        }
        for one in misreadings(text)
    ]
