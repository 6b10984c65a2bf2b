"""Imports: send files, map columns, see every problem first, import, undo."""

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from focalpoint.accounts.access import get_or_404, home_units, may
from focalpoint.intake import actions, queries, returning, running, showing, undoing
from focalpoint.intake.models import Batch
from focalpoint.values import codelists
from focalpoint.values.errors import BadInput
from focalpoint.web.pages import page, sentence, tell

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAMED = 200  # dependants that are listed before an undo
STATES = ("created", "updated", "unchanged", "rejected")
AT_WORK = ("checking", "running", "removing", "undoing")


@page("intake.import")
def listing(request: HttpRequest) -> HttpResponse:
    """List the imports that a person may see."""
    return render(
        request, "intake/list.html", {"batches": queries.batches(request.user)[:100]}
    )


@page("intake.import")
def new(request: HttpRequest) -> HttpResponse:
    """Take files in and show what was understood."""
    user: Any = request.user
    units = home_units(user, "intake.import").order_by("path")
    context: dict[str, Any] = {
        "units": units,
        "profiles": queries.profiles(request.user),
        "limit": settings.MAX_UPLOAD_BYTES >> 20,
    }
    if request.method == "POST":
        try:
            return redirect("import_detail", _opened(request, units).pk)
        except BadInput as problem:
            context["problems"] = [{"id": "files", "text": sentence(problem)}]
        except OSError:
            full = gettext("The server could not keep the file: its disk may be full.")
            context["problems"] = [{"id": "files", "text": full}]
    return render(request, "intake/new.html", context)


@page("intake.import")
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show an import where it stands: mapping, progress, preview or result."""
    batch = get_or_404(Batch, pk, request.user)
    if batch.status == Batch.Status.OPEN:
        return _mapping(request, batch)
    if batch.status in AT_WORK:
        return render(request, "intake/progress.html", _progress(batch))
    return _result(request, batch)


@page("intake.import")
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer how far an import is; the page is loaded anew when it is done."""
    batch = get_or_404(Batch, pk, request.user)
    if batch.status not in AT_WORK:
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    return render(request, "parts/progress.html", _progress(batch))


@require_POST
@page("intake.import")
def check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the mapping over and check every row."""
    batch = get_or_404(Batch, pk, request.user)
    try:
        for table in batch.tables.all():
            form = _part(request, table.position)
            actions.map_columns(table, showing.decided(table, form), by=request.user)
            if name := form.get("source", "").strip():
                actions.name_sender(table, name, by=request.user)
        actions.start_in_background(batch, "checking", by=request.user)
    except BadInput as problem:
        tell(request, problem)
    return redirect("import_detail", pk)


@require_POST
@page("intake.import")
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take over what texts mean, once for all rows, and check again."""
    batch = get_or_404(Batch, pk, request.user)
    try:
        position = request.POST.get("table", "0")
        table = batch.tables.filter(position=int(position)).first()
        if table is None:
            raise Http404
        mapping = showing.with_meanings(table, request.POST)
        actions.map_columns(table, mapping, by=request.user)
        actions.start_in_background(batch, "checking", by=request.user)
    except BadInput as problem:
        tell(request, problem)
    except ValueError as problem:
        raise Http404 from problem
    return redirect("import_detail", pk)


@require_POST
@page("intake.import")
def go(request: HttpRequest, pk: UUID, what: str) -> HttpResponse:
    """Import, go back to the mapping, remove, or undo."""
    batch = get_or_404(Batch, pk, request.user)
    try:
        if what == "remap":
            actions.reopen(batch, by=request.user)
        elif what == "cancel":
            return _cancelled(request, batch)
        elif what in ("running", "undoing"):
            actions.start_in_background(batch, what, by=request.user)
        else:
            raise Http404
    except BadInput as problem:
        tell(request, problem)
    return redirect("import_detail", pk)


@page("intake.import")
def rejected(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand the rejected rows back with the reasons."""
    batch = get_or_404(Batch, pk, request.user)
    answer = HttpResponse(returning.workbook(batch), content_type=XLSX)
    name = f"{batch.reference}-rejected.xlsx"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@page("intake.undo")
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Name what depends on an import before it is taken back."""
    batch = get_or_404(Batch, pk, request.user)
    found = undoing.dependants(batch, limit=NAMED)
    return render(
        request,
        "intake/undo.html",
        {"batch": batch, "dependants": found, "more": len(found) == NAMED},
    )


def _opened(request: HttpRequest, units: Any) -> Batch:
    sent: list[UploadedFile] = request.FILES.getlist("files")
    if not sent:
        raise BadInput("Choose at least one file.")
    chosen = request.POST.get("unit", "")
    unit = next((one for one in units if str(one.pk) == chosen), units[0])
    wanted = request.POST.get("profile", "")
    profile = next(
        (one for one in queries.profiles(request.user) if str(one.pk) == wanted), None
    )
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for place, file in enumerate(sent):
            if (file.size or 0) > settings.MAX_UPLOAD_BYTES:
                raise BadInput(
                    "%(file)s is larger than %(limit)d MB: divide it.",
                    file=str(file.name)[:80],
                    limit=settings.MAX_UPLOAD_BYTES >> 20,
                )
            path = Path(folder) / str(place)
            with path.open("wb") as out:
                for chunk in file.chunks():
                    out.write(chunk)
            paths.append((path, str(file.name)))
        return actions.open_batch(
            paths,
            by=request.user,
            unit=unit,
            profile=profile,
            sheet=request.POST.get("sheet", "").strip(),
        )


def _mapping(request: HttpRequest, batch: Batch) -> HttpResponse:
    tables = [
        {
            "table": table,
            "mapping": showing.mapping_of(table),
            "columns": showing.columns(table),
            "choices": showing.choices(table.record),
            "notes": [
                showing.sentence(note)
                for note in (
                    *table.proposal.get("notes", ()),
                    *table.proposal.get("doubts", ()),
                )
            ],
        }
        for table in batch.tables.all()
    ]
    return render(
        request,
        "intake/mapping.html",
        {
            "batch": batch,
            "tables": tables,
            "records": showing.records(),
            "kinds": codelists.load("firearm_kinds").choices(
                getattr(request, "LANGUAGE_CODE", "en")
            ),
            "orders": showing.ORDERS,
        },
    )


def _result(request: HttpRequest, batch: Batch) -> HttpResponse:
    tables = list(batch.tables.all())
    number = request.GET.get("table", "0")
    chosen = (
        tables[int(number)] if number.isdigit() and int(number) < len(tables) else None
    )
    table = chosen or (tables[0] if tables else None)
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    wanted = request.GET.get("page", "1")
    unknown = showing.unknown_values(table) if table else []
    return render(
        request,
        "intake/result.html",
        {
            "batch": batch,
            "tables": tables,
            "table": table,
            "figures": showing.figures(batch),
            "rejections": showing.rejections(batch),
            "preview": showing.preview(
                table, state=state, number=int(wanted) if wanted.isdigit() else 1
            )
            if table
            else None,
            "unknown": unknown,
            "meanings": showing.meanings(
                unknown, getattr(request, "LANGUAGE_CODE", "en")
            ),
            "state": state,
            "may_undo": may(request.user, "intake.undo", batch),
            "to_store": batch.report.get("created", 0) + batch.report.get("updated", 0),
        },
    )


def _progress(batch: Batch) -> dict[str, Any]:
    done, whole = running.progress(batch)
    return {
        "batch": batch,
        "done": done,
        "whole": max(whole, done),
        "poll_url": f"/imports/{batch.pk}/progress",
        "left": gettext("Records appear when all rows are in.")
        if batch.status == Batch.Status.RUNNING
        else "",
    }


def _cancelled(request: HttpRequest, batch: Batch) -> HttpResponse:
    if batch.status in ("open", "checking", "checked", "refused"):
        actions.forget(batch, by=request.user)
        return redirect("import_list")
    actions.start_in_background(batch, "removing", by=request.user)
    return redirect("import_detail", batch.pk)


def _part(request: HttpRequest, position: int) -> Any:
    """The fields of one table out of a form with several."""
    prefix = f"t{position}-"
    form = request.POST.copy()
    part = form.__class__(mutable=True)
    for name in form:
        if name.startswith(prefix):
            part.setlist(name.removeprefix(prefix), form.getlist(name))
    return part
