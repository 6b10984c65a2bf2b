"""List, detail, new, edit and history of every record type."""

from collections.abc import Container
from itertools import chain
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from focalpoint.accounts.access import may, unread
from focalpoint.accounts.models import User
from focalpoint.audit import actions as audit
from focalpoint.records import actions, history, lists, queries, registry, wording
from focalpoint.records import facets as counting
from focalpoint.records.index import UNSEARCHED
from focalpoint.records.registry import RecordType
from focalpoint.records.search import PAGE, Filter, find
from focalpoint.values.errors import BadInput
from focalpoint.web import tables
from focalpoint.web.files import panel as file_panel
from focalpoint.web.forms import RecordForm, UnitForm, WhyForm
from focalpoint.web.pages import (
    ask_purpose,
    has_purpose,
    highest,
    page,
    purpose_missing,
    tell,
)
from focalpoint.web.templatetags.focalpoint import label

# Kinds that are made on pages of their own, not by the general form.
NOT_BY_HAND = ("attachment", "link")


def kind_or_404(code: str, user: Any) -> RecordType:
    """Return a record type that the person may see at all."""
    if code not in registry.RECORD_TYPES:
        raise Http404
    kind = registry.get(code)
    if not all(may(user, name) for name in kind.model.view_capabilities):
        raise Http404
    return kind


@page("records.view")
def kinds(request: HttpRequest) -> HttpResponse:
    """Show every kind of record with what it holds."""
    shown = [
        kind
        for kind in registry.all_types()
        if all(may(request.user, name) for name in kind.model.view_capabilities)
    ]
    return render(request, "records/kinds.html", {"kinds": shown, "handling": "h0"})


@page("records.view")
def listing(request: HttpRequest, code: str) -> HttpResponse:
    """List one kind of record with its facets."""
    kind = kind_or_404(code, request.user)
    if purpose_missing(request, kind):
        return ask_purpose(request)
    wanted = _wanted(kind, request)
    found = _page_of(kind, wanted, request)
    return render(
        request,
        "records/list.html",
        {
            "kind": kind,
            "found": found,
            "pills": _pills(request, kind, wanted),
            "later": _later(wanted) if found.is_counted_later else "",
            "caption": kind.title_plural,
            **tables.table(kind, list(found.rows), request.user),
            "handling": highest([row.handling for row in found.rows]),
            "handling_of_list": True,
            "may_create": may(request.user, "records.create")
            and code not in NOT_BY_HAND,
        },
    )


def _wanted(kind: RecordType, request: HttpRequest) -> Filter:
    chosen = {name: sorted(set(request.GET.getlist(name))) for name in kind.facets}
    return Filter.of("", kind.code, chosen)


def _later(wanted: Filter) -> str:
    """Return the address at which the facets of a long list are counted."""
    return f"{reverse('search_facets')}?{urlencode(wanted.pairs())}"


def _page_of(kind: RecordType, wanted: Filter, request: HttpRequest) -> lists.Listing:
    """Return one page of a kind, from the same index and counts as the search page.

    Facets of a whole kind are counted already, so those beside one ticked facet need
    only what was found. More, or much found, is counted after the page is there.
    """
    text = request.GET.get("page", "1")
    number = max(int(text), 1) if text.isdigit() and len(text) < 7 else 1
    if kind.code in UNSEARCHED:
        audit.write("records.list", by=request.user, detail={"type": kind.code})
        return lists.plain(kind, request.user, number)
    start = (number - 1) * PAGE
    found = find(wanted, request.user, start=start)
    later = len(wanted.chosen) > 1 or (found.is_more and not wanted.is_empty)
    return lists.Listing(
        [hit.record for hit in found.hits],
        lists.amount(found.total),
        () if later else counting.facets(wanted, request.user, locale=_locale()),
        number,
        found.total > start + PAGE,
        later,
    )


def _locale() -> str:
    return get_language() or "en"


def _pills(
    request: HttpRequest, kind: RecordType, wanted: Filter
) -> list[dict[str, object]]:
    pills: list[dict[str, object]] = []
    for name, values in wanted.chosen:
        for value in values:
            query = request.GET.copy()
            query.setlist(name, [one for one in values if one != value])
            query.pop("page", None)
            pills.append(
                {
                    "name": counting.title_of(kind, name),
                    "value": counting.label_of(kind, name, value, _locale()),
                    "remove": f"?{query.urlencode()}",
                }
            )
    return pills


@page("records.view")
def detail(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Show one record with everything beside it."""
    kind = kind_or_404(code, request.user)
    record = queries.record_or_404(code, pk, request.user)
    if purpose_missing(request, record):
        return ask_purpose(request)
    audit.write("records.view", by=request.user, on=record)
    return render(
        request,
        "records/detail.html",
        {
            **banner(record),
            "kind": kind,
            "record": record,
            "caption": tables.caption(record),
            "groups": facts(record, kind),
            "links": _links(record, request),
            "relatives": _relatives(record, request),
            "may_change": may(request.user, "records.change", on=record),
            "may_withdraw": may(request.user, "records.withdraw", on=record),
            "recorded_by": str(record.created_by or ""),
            "panel": file_panel(record, request.user),
            "may_see_readers": may(request.user, "audit.readers", on=record),
        },
    )


def banner(record: Any) -> dict[str, object]:
    """Return what the handling banner says about one record."""
    return {
        "handling": record.handling,
        "handling_text": record.handling_note,
        "grade": wording.grade(record),
        "provider": record.source or record.unit.name,
    }


def facts(record: Any, kind: RecordType) -> list[tuple[Any, list[dict[str, object]]]]:
    groups = []
    for title, names in kind.groups:
        # Other records stand beside, and only those that the reader may see.
        own = [name for name in names if not kind.field(name).is_relation]
        facts = [_fact(record, kind, name) for name in own]
        shown = [fact for fact in facts if fact["value"] not in ("", None)]
        if shown:
            groups.append((title, shown))
    return groups


def _fact(record: Any, kind: RecordType, name: str) -> dict[str, object]:
    value = wording.text_of(record, kind, name)
    read = str(record.as_read.get(name, ""))
    title = kind.label(name)
    return {
        "name": name,
        "label": title[:1].upper() + title[1:],
        "value": value,
        "as_read": read if read != value else "",
    }


def _links(record: Any, request: HttpRequest) -> list[dict[str, object]]:
    pairs = queries.neighbours(record, request.user)
    closed = unread([other for _link, other in pairs], request.user)
    named = has_purpose(request)
    return [
        {
            "title": _name(other, closed, named=named),
            "url": tables.address(other),
            "type": link.type,
            "strength": link.strength,
            "kind": registry.of(other).title,
        }
        for link, other in pairs
    ]


def _relatives(record: Any, request: HttpRequest) -> list[dict[str, object]]:
    """Return the records that this one names, and those that name it, by kind."""
    user, named = request.user, has_purpose(request)
    groups: dict[str, list[Any]] = {}
    for parent in queries.parents(record, user):
        groups.setdefault(parent.type_code, []).append(parent)
    for code, rows in queries.children(record, user).items():
        groups.setdefault(code, []).extend(rows)
    closed = unread(chain.from_iterable(groups.values()), user)
    return [
        {
            "kind": registry.get(code),
            "rows": [
                {
                    "title": _name(row, closed, named=named),
                    "url": tables.address(row),
                    "under": row.reference,
                }
                for row in rows
            ],
        }
        for code, rows in groups.items()
    ]


def _name(record: Any, closed: Container[Any], *, named: bool) -> str:
    """A record in a few words; a person by the role until a purpose is stated."""
    if record.type_code == "person" and not named:
        role = wording.label(record.role, "person_roles")
        return role or str(record.record_type.title)
    return tables.caption(record, closed)


# ---- writing


@page("records.create")
def new(request: HttpRequest, code: str) -> HttpResponse:
    """Record one thing of this kind."""
    kind = kind_or_404(code, request.user)
    if code in NOT_BY_HAND:
        raise Http404
    data = request.POST or None
    initial = {name: request.GET[name] for name in kind.fields if name in request.GET}
    form = RecordForm(kind, request.user, data, initial=initial)
    units = UnitForm(request.user, data)
    if request.method == "POST" and form.is_valid() and units.is_valid():
        try:
            record = actions.create(
                kind,
                form.record_values(),
                by=request.user,
                unit=units.cleaned_data["unit"],
            )
        except (BadInput, ValidationError) as problem:
            add_problem(form, problem)
        else:
            messages.success(request, gettext("Recorded as %s.") % record.reference)
            return redirect(tables.address(record))
    context = {"kind": kind, "form": form, "units": units, "handling": "h0"}
    return render(request, "records/form.html", context)


@page("records.change")
def edit(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Correct a record; two people at once see both versions and choose."""
    kind = kind_or_404(code, request.user)
    record = queries.record_or_404(code, pk, request.user)
    by = request.user
    if not may(by, "records.change", on=record):
        raise PermissionDenied("records.change")
    if purpose_missing(request, record):
        return ask_purpose(request)
    if request.method != "POST":
        audit.write("records.view", by=request.user, on=record)
    form = RecordForm(kind, request.user, request.POST or None, record=record)
    why = WhyForm(request.POST or None, required=history.needs_reason(record, by))
    differences: list[dict[str, object]] = []
    if request.method == "POST" and all([form.is_valid(), why.is_valid()]):
        version = _number(request.POST.get("version"))
        values = _chosen(form.record_values(), request.POST)
        try:
            actions.change(
                record,
                values,
                by=by,
                version=version,
                reason=why.cleaned_data["change_reason"],
            )
        except actions.Conflict as conflict:
            differences = _differences(conflict, kind, values, version)
        except (BadInput, ValidationError) as problem:
            add_problem(form, problem)
        else:
            messages.success(request, gettext("Saved."))
            return redirect(tables.address(record))
    return render(
        request,
        "records/form.html",
        {
            **banner(record),
            "kind": kind,
            "form": form,
            "why": why,
            "record": record,
            "caption": tables.caption(record),
            "version": record.version
            if differences or not form.is_bound
            else request.POST.get("version"),
            "differences": differences,
            "by": _last_writer(record),
            "at": record.updated_at,
        },
    )


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


def _chosen(values: dict[str, Any], posted: Any) -> dict[str, Any]:
    """Leave out the fields for which the person keeps the stored version."""
    return {
        name: value
        for name, value in values.items()
        if posted.get(f"keep-{name}") != "theirs"
    }


def _differences(
    conflict: actions.Conflict, kind: RecordType, values: dict[str, Any], version: int
) -> list[dict[str, object]]:
    """Set both versions beside each other; what only the other changed is theirs."""
    base: dict[str, Any] = {}
    for state in history.states(conflict.record):
        if state.version >= version:
            base.update(state.values)
    found: list[dict[str, object]] = []
    for name in conflict.former:
        mine = history.plain(values[name])
        untouched = name in base and base[name] == mine
        found.append(
            {
                "name": name,
                "label": kind.label(name),
                "theirs": shown(kind, name, getattr(conflict.record, name)),
                "yours": shown(kind, name, values[name]),
                "choice": "theirs" if untouched else "" if name in base else "yours",
            }
        )
    return found


def shown(kind: RecordType, name: str, value: Any) -> str:
    """Return a value that is not on a record, as people read it."""
    codelist = getattr(kind.field(name), "codelist", "")
    if isinstance(value, dict):
        return ", ".join(f"{key}: {text}" for key, text in value.items())
    if codelist and value:
        values = value if isinstance(value, list) else [value]
        return ", ".join(label(code, codelist) for code in values)
    return "" if value is None else str(value)


def add_problem(form: Any, problem: Exception) -> None:
    """Put what an action refused beside the field it speaks of."""
    if isinstance(problem, ValidationError) and hasattr(problem, "error_dict"):
        for name, errors in problem.message_dict.items():
            known = name if name in form.fields else None
            for text in errors:
                form.add_error(known, text)
        return
    from focalpoint.web.pages import sentence

    form.add_error(None, sentence(problem))


def _last_writer(record: Any) -> str:
    state = history.states(record).first()
    return writer(state.by) if state else ""


def writer(by: str) -> str:
    """Return the name of whoever wrote, from the identifier in the history."""
    if not by.isdigit():
        return by
    user = User.objects.filter(pk=int(by)).first()
    return (user.get_full_name() or user.get_username()) if user else by


@page("records.withdraw")
def withdraw(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Say that a record should not count, or take that back."""
    kind_or_404(code, request.user)
    record = queries.record_or_404(code, pk, request.user)
    if request.method == "POST":
        act = actions.restore if record.withdrawn_at else actions.withdraw
        try:
            act(record, request.POST.get("reason", ""), by=request.user)
        except (BadInput, ValidationError) as problem:
            tell(request, problem)
        else:
            messages.success(request, gettext("Done. The history keeps the reason."))
    return redirect(tables.address(record))


# ---- history

WORDS = {
    "records.change": _("Corrected"),
    "records.withdraw": _("Withdrawn"),
    "records.restore": _("Withdrawal taken back"),
}


@page("records.view")
def changes(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Show what a record was before each change."""
    kind = kind_or_404(code, request.user)
    record = queries.record_or_404(code, pk, request.user)
    if purpose_missing(request, record):
        return ask_purpose(request)
    audit.write("records.history", by=request.user, on=record)
    return render(
        request,
        "records/history.html",
        {
            **banner(record),
            "kind": kind,
            "record": record,
            "caption": tables.caption(record),
            "changes": list(_changes(record, kind)),
        },
    )


def _changes(record: Any, kind: RecordType) -> list[dict[str, object]]:
    """Return each change with the value before and after, the latest first."""
    after: dict[str, Any] = {}
    found = []
    for state in history.states(record):
        fields = []
        for name, before in state.values.items():
            later = after.get(name, history.plain(getattr(record, name, None)))
            fields.append(
                {
                    "label": kind.label(name),
                    "before": shown(kind, name, before) or "–",
                    "after": shown(kind, name, later) or "–",
                }
            )
            after[name] = before
        found.append(
            {
                "at": state.at,
                "by": writer(state.by),
                "word": WORDS.get(state.action, state.action),
                "reason": state.reason,
                "fields": fields,
            }
        )
    return found
