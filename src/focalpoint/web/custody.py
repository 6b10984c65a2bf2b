"""Exhibits and their custody: the ledger, the next hand-over, a break explained."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from focalpoint.accounts.access import may
from focalpoint.audit import actions as audit
from focalpoint.records import custody, products, queries, wording
from focalpoint.values import codelists
from focalpoint.values.errors import BadInput
from focalpoint.web import tables
from focalpoint.web.pages import attempt, page
from focalpoint.web.records import add_problem, banner, facts

KIND = "exhibit"
STAMP = "%Y-%m-%dT%H:%M"
STATE_CHIPS = {
    "discrepancy": "bad",
    "destroyed": "ended",
    "returned": "ended",
    "transferred": "ended",
}


class HandOverForm(forms.Form):
    """Two people, time, place, reason, seal."""

    giver = forms.CharField(label=_("Handed over by"), max_length=120)
    receiver = forms.CharField(label=_("Received by"), max_length=120)
    at = forms.DateTimeField(
        label=_("When"),
        input_formats=[STAMP],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=STAMP),
    )
    place = forms.CharField(label=_("Place"), max_length=160)
    reason = forms.ChoiceField(label=_("Reason"))
    seal_found = forms.CharField(label=_("Seal found"), max_length=80, required=False)
    seal_left = forms.CharField(label=_("Seal left"), max_length=80, required=False)
    count_agrees = forms.ChoiceField(
        label=_("Does the count agree?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, exhibit: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["reason"]
        listed = codelists.load("custody_reasons").choices(wording.locale())
        choice.choices = [("", gettext("Choose")), *listed]
        if exhibit.seal:
            text = gettext("The ledger says %(seal)s. Read it from the bag.")
            self.fields["seal_found"].help_text = text % {"seal": exhibit.seal}


@page("records.view")
def ledger(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show an exhibit with its ledger."""
    exhibit = queries.record_or_404(KIND, pk, request.user)
    audit.write("records.view", by=request.user, on=exhibit)
    steps = list(exhibit.steps.select_related("recorded_by").order_by("-number"))
    item = custody.contents([exhibit], request.user).get(exhibit.pk)
    state = wording.label(exhibit.state, "exhibit_states")
    return render(
        request,
        "custody/exhibit.html",
        {
            **banner(exhibit),
            "record": exhibit,
            "kind": exhibit.record_type,
            "groups": facts(exhibit, exhibit.record_type),
            "chip": (STATE_CHIPS.get(exhibit.state, "info"), state) if state else None,
            "hand_overs": [row(step) for step in steps],
            "is_broken": exhibit.state == custody.BREAK,
            "is_final": custody.is_final(exhibit),
            "item": item
            and {"title": wording.caption(item), "url": tables.address(item)},
            "may_hand_over": may(request.user, "records.hand_over", on=exhibit),
            "may_settle": may(request.user, "records.dispose", on=exhibit),
            "may_change": may(request.user, "records.change", on=exhibit),
            "may_print": may(request.user, "records.print", on=exhibit),
            "may_see_readers": may(request.user, "audit.readers", on=exhibit),
        },
    )


def row(step: Any) -> dict[str, object]:
    """Return a row of the ledger for parts/custody.html."""
    broken = gettext("Seal or count did not agree. %(note)s") % {"note": step.note}
    return {
        "at": wording.moment(step.at),
        "giver": step.giver,
        "receiver": step.receiver,
        "place": step.place,
        "reason": wording.label(step.reason, "custody_reasons"),
        "seal": step.seal_left or step.seal_found,
        "broken": broken if step.is_break else "",
        "note": "" if step.is_break else step.note,
    }


@page("records.hand_over")
def hand_over(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write the next hand-over into the ledger."""
    exhibit = queries.record_or_404(KIND, pk, request.user)
    if not may(request.user, "records.hand_over", on=exhibit):
        raise PermissionDenied("records.hand_over")
    last = exhibit.steps.last()
    now = timezone.localtime().replace(second=0, microsecond=0)
    initial = {
        "giver": last.receiver if last else exhibit.collected_by,
        "place": last.place if last else "",
        "reason": "" if last else "collection",
        "at": now,
    }
    form = HandOverForm(exhibit, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        values["count_agrees"] = values["count_agrees"] == "yes"
        if values["at"].replace(second=0) == now:
            values["at"] = None  # this minute: the moment of writing
        try:
            step = custody.hand_over(exhibit, by=request.user, **values)
        except (BadInput, ValidationError) as problem:
            add_problem(form, problem)
        else:
            _say(request, step)
            return redirect(tables.address(exhibit))
    context = {
        **banner(exhibit),
        "record": exhibit,
        "kind": exhibit.record_type,
        "form": form,
        "last": row(last) if last else None,
    }
    return render(request, "custody/hand_over.html", context)


def _say(request: HttpRequest, step: Any) -> None:
    if step.is_break:
        text = gettext(
            "Written down as a break: seal or count did not agree. The exhibit "
            "cannot move until the head of the focal point explains it."
        )
        messages.warning(request, text)
    else:
        messages.success(request, gettext("The hand-over is in the ledger."))


@require_POST
@page("records.dispose")
def settle(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Explain a break, so that the exhibit can move again."""
    exhibit = queries.record_or_404(KIND, pk, request.user)
    attempt(
        request,
        lambda: custody.settle_break(
            exhibit, request.POST.get("explanation", ""), by=request.user
        ),
        gettext("The break is explained. It stays in the ledger."),
    )
    return redirect(tables.address(exhibit))


@page("records.print")
def label(request: HttpRequest, pk: UUID, form: str) -> HttpResponse:
    """Print the label of an exhibit: its number and a code that opens this page."""
    if form not in products.LABEL_FORMS:
        raise Http404
    exhibit = queries.record_or_404(KIND, pk, request.user)
    url = request.build_absolute_uri(tables.address(exhibit))
    made = products.label(exhibit, form, url=url, by=request.user)
    return product(made)


def product(made: products.Product) -> HttpResponse:
    """Answer with a printed product."""
    answer = HttpResponse(made.content, content_type=made.media_type)
    answer["Content-Disposition"] = f'inline; filename="{made.name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
