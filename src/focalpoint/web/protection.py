"""The registers of data protection: requests of persons, and breaches, with clocks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from focalpoint.accounts.access import may
from focalpoint.accounts.models import Unit
from focalpoint.accounts.oversight import units_of
from focalpoint.audit import actions as audit
from focalpoint.records import protection
from focalpoint.records.models import Breach, SubjectRequest
from focalpoint.values.errors import BadInput
from focalpoint.web.audit import DayField
from focalpoint.web.pages import page, sentence

CHANGE = "protection.change"


class MomentField(forms.DateTimeField):
    """A day and time, chosen from the browser's own calendar."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(
            format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}
        )
        super().__init__(widget=widget, **options)


class OwnUnitForm(forms.Form):
    """Something that belongs to a unit whose registers one keeps."""

    unit: Any = forms.ModelChoiceField(None, label=_("Unit"), empty_label=None)

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["unit"]
        choice.queryset = units_of(user, CHANGE)


class RequestForm(OwnUnitForm):
    """What a person asks."""

    kind = forms.ChoiceField(label=_("Kind"), choices=SubjectRequest.Kind.choices)
    person = forms.CharField(label=_("Who asks"), max_length=200)
    contact = forms.CharField(label=_("How to answer"), max_length=300, required=False)
    received_on = DayField(label=_("Received on"))
    request = forms.CharField(label=_("What is asked"), widget=forms.Textarea)


class AnswerForm(forms.Form):
    """How a request was settled."""

    state = forms.ChoiceField(
        label=_("Outcome"),
        choices=[c for c in SubjectRequest.State.choices if c[0] != "open"],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(label=_("Answer and reasons"), widget=forms.Textarea)


class BreachForm(OwnUnitForm):
    """What happened to personal data."""

    title = forms.CharField(label=_("What happened"), max_length=200)
    discovered_at = MomentField(label=_("Discovered"))
    description = forms.CharField(
        label=_("Nature and consequences"), widget=forms.Textarea
    )
    categories = forms.CharField(label=_("Kinds of data and persons"), max_length=300)
    persons = forms.IntegerField(
        label=_("Persons concerned, about"),
        required=False,
        min_value=0,
        max_value=2_147_483_647,
    )


class MeasuresForm(forms.Form):
    """What was done about a breach."""

    measures = forms.CharField(
        label=_("Measures"), widget=forms.Textarea, required=False
    )
    notified_at = MomentField(label=_("Authority told"), required=False)
    delay_reason = forms.CharField(
        label=_("Reason of delay"),
        help_text=_("Needed when the authority was told after 72 hours."),
        max_length=300,
        required=False,
    )
    subjects_told_at = MomentField(label=_("Persons told"), required=False)
    closed_at = MomentField(label=_("Closed"), required=False)


@page("protection.view")
def registers(request: HttpRequest) -> HttpResponse:
    """Show both registers, what is open first."""
    audit.write("protection.view", by=request.user)
    requests = protection.requests(request.user)
    breaches = protection.breaches(request.user)
    open_state = SubjectRequest.State.OPEN
    context = {
        "open": [(row, _days(row)) for row in requests.filter(state=open_state)],
        "answered": requests.exclude(state=open_state).order_by("-answered_on")[:50],
        "breaches": [(row, clock(row)) for row in breaches[:50]],
        "may_change": may(request.user, CHANGE),
        "handling": "h0",
    }
    return render(request, "oversight/protection.html", context)


def _days(row: SubjectRequest) -> dict[str, object]:
    left = (row.due_on - timezone.localdate()).days
    if left < 0:
        text = ngettext("%(n)s day late", "%(n)s days late", -left) % {"n": -left}
        return {"kind": "bad", "text": text}
    text = ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left}
    return {"kind": "warn" if left <= 7 else "info", "text": text}


def clock(breach: Breach) -> dict[str, object]:
    """Return how the 72 hours stand: a kind of chip and words."""
    if breach.notified_at:
        if breach.is_late:
            return {"kind": "warn", "text": gettext("Told late")}
        return {"kind": "ok", "text": gettext("Told in time")}
    left = breach.notify_by - timezone.now()
    hours = abs(left) // timedelta(hours=1)
    if left < timedelta():
        return {"kind": "bad", "text": gettext("%(n)s h late") % {"n": hours}}
    kind = "warn" if hours < 24 else "info"
    return {"kind": kind, "text": gettext("%(n)s h left") % {"n": hours}}


@page(CHANGE)
def new_request(request: HttpRequest) -> HttpResponse:
    """Enter a request of a person."""

    def enter(unit: Unit, kind: str, **given: Any) -> Any:
        return protection.open_request(unit, kind, by=request.user, **given)

    form = RequestForm(request.user, request.POST or None)
    title = _("A request of a person")
    return _enter(request, form, title, enter, "protection_request")


@page("protection.view")
def one_request(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a request and answer it."""
    row = get_object_or_404(protection.requests(request.user), pk=pk)
    changes = may(request.user, CHANGE, on=row.unit)
    form = AnswerForm(request.POST or None) if changes else None
    if form and request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            protection.answer_request(
                row, given["state"], given["answer"], by=request.user
            )
        except (BadInput, ValidationError) as problem:
            form.add_error(None, sentence(problem))
        else:
            messages.success(request, gettext("The answer is entered."))
            return redirect("protection")
    audit.write("protection.view", by=request.user, on=row)
    context = {
        "row": row,
        "clock": _days(row) if row.state == SubjectRequest.State.OPEN else None,
        "form": form if row.state == SubjectRequest.State.OPEN else None,
        "handling": "h0",
    }
    return render(request, "oversight/request.html", context)


@page(CHANGE)
def new_breach(request: HttpRequest) -> HttpResponse:
    """Enter a breach; its clock starts at its discovery."""

    def enter(unit: Unit, title: str, **given: Any) -> Any:
        return protection.report_breach(unit, title, by=request.user, **given)

    form = BreachForm(request.user, request.POST or None)
    return _enter(request, form, _("A breach"), enter, "protection_breach")


def _enter(
    request: HttpRequest,
    form: forms.Form,
    title: object,
    enter: Callable[..., Any],
    page_of_it: str,
) -> HttpResponse:
    """Show the form of a register; enter what it holds and go to its page."""
    if request.method == "POST" and form.is_valid():
        try:
            made = enter(**form.cleaned_data)
        except (BadInput, ValidationError) as problem:
            form.add_error(None, sentence(problem))
        else:
            return redirect(page_of_it, made.pk)
    context = {"form": form, "title": title, "handling": "h0"}
    return render(request, "oversight/protection_new.html", context)


@page("protection.view")
def one_breach(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a breach with its clock, and note what was done."""
    row = get_object_or_404(protection.breaches(request.user), pk=pk)
    changes = may(request.user, CHANGE, on=row.unit)
    initial = {name: getattr(row, name) for name in MeasuresForm.base_fields}
    form = MeasuresForm(request.POST or None, initial=initial) if changes else None
    if form and request.method == "POST" and form.is_valid():
        try:
            protection.update_breach(row, form.cleaned_data, by=request.user)
        except (BadInput, ValidationError) as problem:
            form.add_error(None, sentence(problem))
        else:
            messages.success(request, gettext("Saved."))
            return redirect("protection_breach", row.pk)
    audit.write("protection.view", by=request.user, on=row)
    context = {"row": row, "clock": clock(row), "form": form, "handling": "h0"}
    return render(request, "oversight/breach.html", context)
