"""The search page: one filter as table, chart, map and file; saved searches."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from focalpoint.accounts.access import may, unread
from focalpoint.records import export as exports
from focalpoint.records import facets as counting
from focalpoint.records import registry, saved
from focalpoint.records.lists import amount, figure
from focalpoint.records.registry import RecordType
from focalpoint.records.search import (
    EXACT,
    PAGE,
    Filter,
    Found,
    PurposeNeeded,
    counts_by_type,
    find,
)
from focalpoint.values import codelists
from focalpoint.values.errors import BadInput
from focalpoint.web import chronology, tables
from focalpoint.web.pages import ask_purpose, highest, page, purpose_missing, tell
from focalpoint.web.templatetags.focalpoint import mark

VIEWS = (
    ("table", _("Table")),
    ("chart", _("Chart")),
    ("map", _("Map")),
    ("timeline", _("Timeline")),
)
FORMATS = (
    ("csv", "CSV"),
    ("xlsx", _("Excel workbook")),
    ("jsonl", "JSON Lines"),
    ("geojson", "GeoJSON"),
)
MOST_AT_ONCE = 100_000
SERIAL_COLUMN = 1  # of the layout of firearms


@page("records.view")
def search(request: HttpRequest) -> HttpResponse:
    """Show what a query finds."""
    wanted = _wanted(request, request.GET)
    if wanted.is_empty and not wanted.record_type:
        return _start(request)
    try:
        kinds = {} if wanted.is_empty else counts_by_type(wanted, request.user)
        if not wanted.record_type:
            wanted = wanted.only(next(iter(kinds), "firearm"))
        kind = registry.get(wanted.record_type)
        number = _number(request)
        found = find(
            wanted,
            request.user,
            start=(number - 1) * PAGE,
            total=kinds.get(wanted.record_type),
        )
    except PurposeNeeded:
        return ask_purpose(request)
    view = request.GET.get("view", "table")
    context = {
        **_frame(request, wanted, kind, found, kinds, view),
        **_facets(request, wanted, found),
        **VIEW_CONTEXTS.get(view, _table)(request, kind, found, number),
    }
    return render(request, "search/results.html", context)


@page("records.view")
def facets(request: HttpRequest) -> HttpResponse:
    """Count the facets of a filter that finds very many records."""
    wanted = _kind_of(request)
    made = counting.facets(wanted, request.user, locale=_locale())
    context = {"facets": made, "kept": _kept(request, wanted)}
    return render(request, "search/counted.html", context)


@page("records.view")
def chart(request: HttpRequest) -> JsonResponse:
    """Return one chart of a filter as data."""
    wanted = _kind_of(request)
    by = _by(request, registry.get(wanted.record_type))
    return JsonResponse(counting.chart(wanted, request.user, by, locale=_locale()))


@page("records.view")
def map_layer(request: HttpRequest) -> JsonResponse:
    """Return what a filter finds as points."""
    wanted = _kind_of(request)
    kind = registry.get(wanted.record_type)
    places = counting.points(wanted, request.user)
    closed = unread([at["record"] for at in places if at["record"]], request.user)
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [at["lon"], at["lat"]]},
            "properties": {
                "kind": "fact",
                "count": at["total"],
                "title": tables.caption(at["record"], closed) if at["record"] else "",
                "href": tables.address(at["record"]) if at["record"] else "",
                "text": _how_many(at["total"], kind),
            },
        }
        for at in places
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


@require_POST
@page("records.export")
def export(request: HttpRequest) -> Any:
    """Send what a filter finds as a file, when the file is whole."""
    wanted = _kind_of(request, request.POST)
    format = request.POST.get("format", "")
    try:
        if find(wanted, request.user, limit=1).total > EXACT:
            _refuse_very_many(wanted, request)
        with tempfile.TemporaryDirectory(prefix="focalpoint-") as folder:
            path = Path(folder) / f"{wanted.record_type}.{format}"
            done = exports.export(
                wanted,
                format,
                path,
                by=request.user,
                base=request.build_absolute_uri("/").rstrip("/"),
                mark=bool(request.POST.get("mark")),
            )
            answer = FileResponse(
                path.open("rb"), as_attachment=True, filename=path.name
            )
    except (BadInput, ValidationError) as problem:
        tell(request, problem)
        return redirect(_address(wanted))
    answer["X-Focalpoint-Withheld"] = str(done.withheld)
    return answer


# ---- saved searches


@page("records.view")
def saved_searches(request: HttpRequest) -> HttpResponse:
    """Show a person's saved searches with what is new in each."""
    context = {"kept": saved.listed(request.user), "handling": "h0"}
    return render(request, "search/saved.html", context)


@require_POST
@page("records.view")
def save(request: HttpRequest) -> HttpResponse:
    """Keep the filter of this page."""
    wanted = _wanted(request, request.POST)
    try:
        kept = saved.save(
            request.POST.get("name", ""),
            wanted,
            by=request.user,
            alerts=bool(request.POST.get("alerts")),
        )
    except BadInput as problem:
        tell(request, problem)
    else:
        messages.success(
            request,
            gettext("Saved as “%(name)s”. New records are counted there.")
            % {"name": kept.name},
        )
    return redirect(_address(wanted))


@page("records.view")
def saved_search(request: HttpRequest, pk: int) -> HttpResponse:
    """Run a saved search."""
    kept = saved.own_or_404(pk, request.user)
    return redirect(_address(saved.opened(kept, by=request.user)))


@require_POST
@page("records.view")
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell of new results from now on, or no longer."""
    alerts = request.POST.get("alerts") == "on"
    saved.set_alert(saved.own_or_404(pk, request.user), alerts=alerts, by=request.user)
    return redirect("saved_searches")


@require_POST
@page("records.view")
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a saved search away."""
    saved.forget(saved.own_or_404(pk, request.user), by=request.user)
    return redirect("saved_searches")


# ---- what the address says


def _wanted(request: HttpRequest, parts: MultiValueDict[str, str]) -> Filter:
    code = parts.get("record", "") or ""
    if code and (
        code not in registry.RECORD_TYPES
        or not all(
            may(request.user, name)
            for name in registry.get(code).model.view_capabilities
        )
    ):
        raise Http404
    if code and purpose_missing(request, registry.get(code)):
        raise PurposeNeeded  # counts, charts and maps of persons need one too
    names = registry.get(code).facets if code else ()
    chosen = {name: sorted(set(parts.getlist(name))) for name in names}
    return Filter.of((parts.get("q") or "")[:500], code, chosen)


def _kind_of(
    request: HttpRequest, parts: MultiValueDict[str, str] | None = None
) -> Filter:
    wanted = _wanted(request, request.GET if parts is None else parts)
    if not wanted.record_type:
        raise Http404
    return wanted


def _number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return max(int(text), 1) if text.isdigit() and len(text) < 7 else 1


def _by(request: HttpRequest, kind: RecordType) -> str:
    names = [name for name, _title in counting.chart_names(kind)]
    by = request.GET.get("by", "")
    return by if by in names else names[0]


def _locale() -> str:
    return get_language() or "en"


def _address(wanted: Filter, **more: str) -> str:
    pairs = [*wanted.pairs(), *more.items()]
    return f"{reverse('search')}?{urlencode(pairs)}"


def _kept(request: HttpRequest, wanted: Filter) -> list[tuple[str, str]]:
    """Return the parts of the address beside the ticked facets."""
    view = request.GET.get("view", "")
    kept = [("q", wanted.query), ("record", wanted.record_type), ("view", view)]
    return [(name, value) for name, value in kept if value]


# ---- what the page shows


def _start(request: HttpRequest) -> HttpResponse:
    context = {"kept": saved.listed(request.user), "handling": "h0"}
    return render(request, "search/start.html", context)


def _frame(
    request: HttpRequest,
    wanted: Filter,
    kind: RecordType,
    found: Found,
    kinds: Mapping[str, int],
    view: str,
) -> dict[str, Any]:
    records = [hit.record for hit in found.hits]
    return {
        "kind": kind,
        "found": found,
        "total": amount(found.total),
        "how_many": _how_many(found.total, kind),
        "kinds": [
            {
                "title": registry.get(code).title_plural,
                "url": _address(Filter(wanted.query, code)),
                "count": amount(number),
                "here": code == kind.code,
            }
            for code, number in kinds.items()
        ],
        "tabs": [
            {
                "title": title,
                "url": _address(wanted, view=code),
                "here": code == view or (code == "table" and view not in dict(VIEWS)),
                "count": None,
            }
            for code, title in VIEWS
        ],
        "view": view if view in dict(VIEWS) else "table",
        "pills": _pills(wanted, kind),
        "parts": wanted.pairs(),
        "formats": FORMATS if may(request.user, "records.export") else (),
        "may_create": may(request.user, "records.create"),
        "query_text": wanted.query,
        "handling": highest(
            [record.handling for record in records]
            + [hit.register.handling for hit in found.entries.hits]
        ),
        "handling_of_list": True,
    }


def _facets(request: HttpRequest, wanted: Filter, found: Found) -> dict[str, Any]:
    kept = _kept(request, wanted)
    if found.is_more and not wanted.is_empty:  # counted after the page is there
        return {"later": f"{reverse('search_facets')}?{urlencode(_all(request))}"}
    made = counting.facets(wanted, request.user, locale=_locale())
    return {"facets": made, "kept": kept}


def _all(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (name, value) for name in request.GET for value in request.GET.getlist(name)
    ]


def _pills(wanted: Filter, kind: RecordType) -> list[dict[str, str]]:
    pills = []
    for name, values in wanted.chosen:
        codelist = getattr(kind.field(name), "codelist", "")
        for value in values:
            rest = {
                key: [one for one in kept if (key, one) != (name, value)]
                for key, kept in wanted.chosen
            }
            shown = (
                codelists.load(codelist).label(value, _locale()) if codelist else value
            )
            remove = _address(Filter.of(wanted.query, wanted.record_type, rest))
            pills.append({"name": kind.label(name), "value": shown, "remove": remove})
    return pills


def _how_many(total: int, kind: RecordType) -> str:
    word = kind.title if total == 1 else kind.title_plural
    # Some languages bend the noun after each figure; they put it before a colon.
    told = gettext("%(amount)s %(kind)s") % {"amount": amount(total), "kind": word}
    return capfirst(told)


def _table(
    request: HttpRequest, kind: RecordType, found: Found, number: int
) -> dict[str, Any]:
    records = [hit.record for hit in found.hits]
    made: Any = tables.table(kind, records, request.user)
    closed = unread(records, request.user)
    if any(hit.why for hit in found.hits):
        made["columns"].insert(2, {"title": gettext("Why it is here")})
        for row, hit in zip(made["rows"], found.hits, strict=True):
            row["cells"].insert(2, {"value": hit.why})
            if kind.code == "firearm" and hit.serial and hit.record.pk not in closed:
                cell = row["cells"][SERIAL_COLUMN]
                cell["value"] = mark(hit.serial, query=found.serial)
    first = (number - 1) * PAGE
    return {
        **made,
        "caption": kind.title_plural,
        "number": number,
        "first": first + 1 if found.hits else 0,
        "last": first + len(found.hits),
        "has_next": found.total > first + PAGE,
        "has_marks": kind.code == "firearm" and bool(found.serial),
    }


def _chart(
    request: HttpRequest, kind: RecordType, found: Found, number: int
) -> dict[str, Any]:
    by = _by(request, kind)
    return {
        "spec": counting.chart(found.filter, request.user, by, locale=_locale()),
        "charts": [
            {
                "title": title,
                "url": _address(found.filter, view="chart", by=name),
                "here": name == by,
                "count": None,
            }
            for name, title in counting.chart_names(kind)
        ],
    }


def _map(
    request: HttpRequest, kind: RecordType, found: Found, number: int
) -> dict[str, Any]:
    places = counting.points(found.filter, request.user)
    query = urlencode(found.filter.pairs())
    return {
        "source": f"{reverse('search_map')}?{query}",
        "places": places[:PAGE],
        "on_map": sum(place["total"] for place in places),
        "names": _names(),
    }


def _names() -> dict[str, dict[str, Any]]:
    """Return the names of the jurisdictions and where they stand on the map."""
    found = {}
    for code in codelists.load("jurisdictions"):
        lat, lon = code.extra.get("lat"), code.extra.get("lon")
        if lat and lon and not code.parent:
            name = code.label(_locale())
            found[code.code.upper()] = {
                "name": f"{name.rstrip('*')}*" if code.code == "xk" else name,
                "lat": float(lat),
                "lon": float(lon),
            }
    return found


def _refuse_very_many(wanted: Filter, request: HttpRequest) -> None:
    from focalpoint.records.search import search as ready

    total = ready(wanted, request.user, use="export").documents.values("pk").count()
    if total > MOST_AT_ONCE:
        raise BadInput(
            gettext(
                "%(total)s records are too many for one file here. Narrow the "
                "search, or ask your administrator for: focalpoint export"
            ),
            total=figure(total),
        )


def _timeline(
    request: HttpRequest, kind: RecordType, found: Found, number: int
) -> dict[str, Any]:
    return chronology.timeline(found.filter, kind, request.user, number)


VIEW_CONTEXTS = {
    "table": _table,
    "chart": _chart,
    "map": _map,
    "timeline": _timeline,
}
