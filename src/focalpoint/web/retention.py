"""Review of what is due: keep with a reason, hold, or erase with evidence."""

from collections.abc import Container
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from focalpoint.accounts.access import may, unread
from focalpoint.audit import actions as audit
from focalpoint.records import queries, registry, retention
from focalpoint.values.errors import BadInput
from focalpoint.web import tables
from focalpoint.web.audit import DayField
from focalpoint.web.pages import ask_purpose, highest, page, purpose_missing, tell
from focalpoint.web.records import kind_or_404
from focalpoint.web.templatetags.focalpoint import day, label

PAGE = 50


class KeepForm(forms.Form):
    """Until when a record is still needed, and why."""

    until = DayField(label=_("Next review on"))
    reason = forms.CharField(label=_("Why is it still needed?"), max_length=300)


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class EraseForm(ReasonForm):
    """The reference, typed, so that nobody erases by a slip."""

    reference = forms.CharField(
        label=_("Reference of the record, to confirm"), max_length=30
    )


@page("records.purge")
def overview(request: HttpRequest) -> HttpResponse:
    """Show for each kind of record how much is due, and what is on hold."""
    kinds = [
        {"kind": kind, "due": retention.queue(kind, request.user).count()}
        for kind in registry.all_types()
        if all(may(request.user, name) for name in kind.model.view_capabilities)
    ]
    held = retention.held(request.user)
    context = {
        "kinds": [row for row in kinds if row["due"]],
        "held": [(hold, record, _decision(record)) for hold, record in held],
        "erased": retention.evidence(request.user)[:10],
        "handling": highest([record.handling for _hold, record in held]),
        "handling_of_list": True,
    }
    return render(request, "oversight/retention.html", context)


@page("records.purge")
def due(request: HttpRequest, code: str) -> HttpResponse:
    """List what is due of one kind, the longest overdue first."""
    kind = kind_or_404(code, request.user)
    if purpose_missing(request, kind):
        return ask_purpose(request)
    rows = retention.queue(kind, request.user)
    found = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    closed = unread(found, request.user)
    audit.write("records.list", by=request.user, detail={"type": code})
    context = {
        "kind": kind,
        "found": found,
        "caption": gettext("Due for review"),
        "columns": [
            {"title": title} for title in (_("Record"), _("Rule"), _("Due since"))
        ],
        "rows": [_row(record, closed) for record in found],
        "handling": highest([record.handling for record in found]),
        "handling_of_list": True,
    }
    return render(request, "oversight/due.html", context)


def _row(record: Any, closed: Container[Any]) -> dict[str, object]:
    rule = label(retention.rule_of(record), "retention_classes")
    return {
        "cells": [
            {
                "value": tables.caption(record, closed),
                "under": record.reference,
                "url": _decision(record),
            },
            {"value": rule},
            {"value": day(record.review_due)},
        ]
    }


def _decision(record: Any) -> str:
    return reverse("retention_decide", args=[record.type_code, record.pk])


@page("records.purge")
def decide(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Decide on one record: keep, hold, lift or erase."""
    kind = kind_or_404(code, request.user)
    record = queries.record_or_404(code, pk, request.user)
    if not may(request.user, "records.purge", on=record):
        raise PermissionDenied("records.purge")
    if purpose_missing(request, kind):
        return ask_purpose(request)
    what = request.POST.get("what", "")
    bound = {what: request.POST} if request.method == "POST" else {}
    asked: dict[str, forms.Form] = {
        "keep": KeepForm(bound.get("keep"), prefix="keep"),
        "hold": ReasonForm(bound.get("hold"), prefix="hold"),
        "erase": EraseForm(bound.get("erase"), prefix="erase"),
    }
    if request.method == "POST":
        try:
            done = _act(what, asked, record, request)
        except BadInput as problem:
            tell(request, problem)
        else:
            if done:
                messages.success(request, done)
                return redirect("retention_list", code)
    context = {
        "kind": kind,
        "record": record,
        "caption": tables.caption(record),
        "url": tables.address(record),
        "rule": label(retention.rule_of(record), "retention_classes"),
        "holds": retention.holds(record),
        "forms": asked,
        "may_hold": may(request.user, "records.hold", on=record),
        "handling": record.handling,
    }
    return render(request, "oversight/decide.html", context)


def _act(
    what: str, asked: dict[str, forms.Form], record: Any, request: HttpRequest
) -> str:
    """Carry out what was chosen; return what to say, nothing when a field is wrong."""
    if what == "lift":
        hold = retention.holds(record).filter(pk=_number(request.POST)).first()
        if hold is None:
            raise Http404
        retention.lift_hold(hold, record, by=request.user)
        return gettext("The hold is lifted.")
    form = asked.get(what)
    if form is None or not form.is_valid():
        return ""
    given, by = form.cleaned_data, request.user
    if what == "keep":
        until: date = given["until"]
        retention.keep(record, until, given["reason"], by=by)
        return gettext("Kept. The next review is noted.")
    if what == "hold":
        retention.place_hold(record, given["reason"], by=by)
        return gettext("On hold until the hold is lifted.")
    if given["reference"].strip() != record.reference:
        form.add_error("reference", _("This is not the reference of the record."))
        return ""
    retention.erase(record, given["reason"], by=by)
    return gettext("Erased. The evidence is kept.")


def _number(posted: Any) -> int:
    text = posted.get("hold", "")
    return int(text) if text.isdigit() and len(text) < 18 else 0


@page("records.purge")
def evidence(request: HttpRequest) -> HttpResponse:
    """List what was erased, when, under which rule, by whom and why."""
    rows = retention.evidence(request.user)
    found = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"found": found, "handling": "h0"}
    return render(request, "oversight/evidence.html", context)
