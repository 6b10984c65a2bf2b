"""Reference registers: what they hold, new extracts, one entry, its record."""

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from focalpoint.accounts import actions as accounts
from focalpoint.accounts.access import get_or_404, has_read, home_units, may
from focalpoint.intake import queries, register_files, register_rejected
from focalpoint.intake import registers as loading
from focalpoint.records import export_entries, registers, registry, wording
from focalpoint.records.base import HANDLING
from focalpoint.records.models import Register, RegisterEdition, RegisterEntry
from focalpoint.records.search import Filter
from focalpoint.values.errors import BadInput
from focalpoint.web.pages import page, sentence, tell
from focalpoint.web.tables import address

MOST_AT_ONCE = 100_000
FORMATS = (("csv", "CSV"), ("xlsx", "XLSX"), ("jsonl", "JSON Lines"))
STATES = {
    "loading": "info",
    "current": "ok",
    "replaced": "neutral",
    "refused": "bad",
    "removed": "neutral",
}


@page("records.view")
def listing(request: HttpRequest) -> HttpResponse:
    """List the registers with the edition that is in use."""
    context = {
        "registers": registers.registers(request.user),
        "may_load": may(request.user, "intake.import"),
    }
    return render(request, "registers/list.html", context)


@page("records.view")
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a register with its editions, and the restriction to be read first."""
    register = get_or_404(Register, pk, request.user)
    editions = list(register.editions.select_related("by").order_by("-number")[:20])
    is_read = has_read(request.user, register)
    returned = register_rejected.with_rows(register, editions, by=request.user)
    context = {
        "register": register,
        "is_read": is_read,
        "editions": [(edition, STATES[edition.state]) for edition in editions],
        "rejected": _rejected(register.current),
        "returned": returned,
        "may_export": is_read and bool(register.current) and _may_export(request),
        "formats": FORMATS,
        "may_load": may(request.user, "intake.import", register),
        "handling": register.handling,
        "is_loading": any(e.state == RegisterEdition.State.LOADING for e in editions),
    }
    return render(request, "registers/register.html", context)


@page("intake.import")
def rejected(request: HttpRequest, pk: UUID, number: int) -> Any:
    """Hand the rejected rows of an edition back with the reasons."""
    register = get_or_404(Register, pk, request.user)
    edition = register.editions.filter(number=number).first()
    if edition is None or not may(request.user, "intake.import", register):
        raise Http404
    with tempfile.TemporaryDirectory(prefix="focalpoint-") as folder:
        path = Path(folder) / f"{register.pk}-{number}-rejected.xlsx"
        try:
            register_rejected.workbook(edition, path, by=request.user)
        except BadInput as problem:
            raise Http404 from problem
        return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


@require_POST
@page("records.export")
def export(request: HttpRequest) -> Any:
    """Send the entries that fit as a file, when the file is whole."""
    parts = request.POST
    register = None
    if parts.get("register"):
        register = get_or_404(Register, parts["register"], request.user)
    names = registry.get("firearm").facets
    chosen = {name: sorted(set(parts.getlist(name))) for name in names}
    wanted = Filter.of((parts.get("q") or "")[:500], "", chosen)
    format = parts.get("format", "")
    try:
        with tempfile.TemporaryDirectory(prefix="focalpoint-") as folder:
            path = Path(folder) / f"register-entries.{format}"
            export_entries.export_entries(
                wanted,
                format,
                path,
                by=request.user,
                register=register,
                base=request.build_absolute_uri("/").rstrip("/"),
                mark=bool(parts.get("mark")),
                most=MOST_AT_ONCE,
            )
            return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
    except BadInput as problem:
        tell(request, problem)
    if register is not None:
        return redirect("register", register.pk)
    return redirect(f"{reverse('search')}?{urlencode(wanted.pairs())}")


@require_POST
@page("records.view")
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Note that the person has read the restriction of a register."""
    register = get_or_404(Register, pk, request.user)
    accounts.confirm_restriction(register, by=request.user)
    return redirect("register", pk)


@page("intake.import")
def new(request: HttpRequest) -> HttpResponse:
    """Take an extract in; the worker loads it."""
    user: Any = request.user
    units = home_units(user, "intake.import").order_by("path")
    known = registers.registers(user).filter(unit__in=units)
    context: dict[str, Any] = {
        "units": units,
        "known": known,
        "codes": HANDLING,
        "profiles": queries.profiles(user),
        "limit": settings.MAX_UPLOAD_BYTES >> 20,
        "chosen": request.POST.get("name") or request.GET.get("register", ""),
    }
    if request.method == "POST":
        try:
            edition = _begun(request, units)
        except (BadInput, ValidationError) as problem:
            context["problems"] = [{"id": "file", "text": sentence(problem)}]
        except OSError:
            full = gettext("The server could not keep the file: its disk may be full.")
            context["problems"] = [{"id": "file", "text": full}]
        else:
            return redirect("register", edition.register_id)
    return render(request, "registers/new.html", context)


@require_POST
@page("intake.import")
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back a load that has stopped on the way."""
    register = get_or_404(Register, pk, request.user)
    edition = register.editions.filter(state=RegisterEdition.State.LOADING).first()
    if edition is None:
        raise Http404
    try:
        loading.remove(edition, by=request.user)
    except BadInput as problem:
        tell(request, problem)
    return redirect("register", pk)


@page("records.view")
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one entry as its register has it."""
    found = _entry(request, pk)
    register = registers.register_of(found)
    context = {
        "entry": found,
        "register": register,
        "facts": list(_facts(found)),
        "record": registers.record_of(found, request.user),
        "may_take_up": may(request.user, "records.create", register),
        "handling": register.handling,
    }
    registers.looked_at(found, by=request.user)
    return render(request, "registers/entry.html", context)


@require_POST
@page("records.create")
def take_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the firearm record of an entry, or open the one that there is."""
    found = _entry(request, pk)
    try:
        return redirect(address(registers.take_up(found, by=request.user)))
    except PermissionDenied as refused:
        raise Http404 from refused
    except (BadInput, ValidationError) as problem:
        tell(request, problem)
        return redirect("register_entry", pk)


def _entry(request: HttpRequest, pk: int) -> RegisterEntry:
    found = registers.entry_of(pk, request.user)
    if found is None:
        raise Http404
    return found


def _begun(request: HttpRequest, units: Any) -> RegisterEdition:
    sent = request.FILES.get("file")
    if sent is None:
        raise BadInput("Choose a file.")
    if (sent.size or 0) > settings.MAX_UPLOAD_BYTES:
        raise BadInput(
            "The file is larger than %(limit)s MB. Load it on the server: "
            "focalpoint load-register",
            limit=settings.MAX_UPLOAD_BYTES >> 20,
        )
    parts = request.POST
    unit = next((u for u in units if str(u.pk) == parts.get("unit")), units[0])
    handling = parts.get("handling", "")
    wanted = parts.get("profile", "")
    mappings = queries.profiles(request.user)
    profile = next((one for one in mappings if str(one.pk) == wanted), None)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sent"
        with path.open("wb") as out:
            for chunk in sent.chunks():
                out.write(chunk)
        return loading.receive(
            path,
            str(sent.name),
            parts.get("name", ""),
            by=request.user,
            unit=unit,
            given=register_files.of_profile(profile) if profile else None,
            sheet=parts.get("sheet", "").strip(),
            handling=handling if handling in HANDLING else "",
            handling_note=parts.get("restriction", ""),
        )


def _may_export(request: HttpRequest) -> bool:
    return may(request.user, "records.export")


def _rejected(edition: RegisterEdition | None) -> list[tuple[object, int, list[int]]]:
    """Return each reason with how many rows it rejected and the first of them."""
    if edition is None:
        return []
    examples = edition.report.get("examples", [])
    return [
        (
            gettext(register_rejected.WORDS[code]),
            count,
            [one["row"] for one in examples if one["reason"] == code],
        )
        for code, count in edition.report.get("problems", {}).items()
    ]


def _facts(found: RegisterEntry) -> Any:
    locale = get_language() or "en"
    for name in ("number", "type", "make", "model", "calibre", "serial"):
        read = getattr(found, f"{name}_read", "")
        value = found.text(name, locale) if read or name in CODED else ""
        yield from _fact(found, name, value or getattr(found, name), read)
    country = wording.country(found.country) if found.country else ""
    yield from _fact(found, "country", country, "")
    yield from _fact(found, "year", found.year, "")


def _fact(found: RegisterEntry, name: str, value: str, read: str) -> Any:
    if value:
        field: Any = found._meta.get_field(name)
        label = str(field.verbose_name).capitalize()
        yield {"label": label, "value": value, "as_read": read if read != value else ""}


CODED = ("type", "make", "calibre")
