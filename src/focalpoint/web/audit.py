"""The audit trail: read it, and review the looks that chance drew.

The trail holds no values, and neither do these pages; reading it is itself an event.
"""

import json
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from django import forms
from django.apps import apps
from django.contrib import messages
from django.core.exceptions import FieldDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from focalpoint.accounts import oversight
from focalpoint.accounts import queries as people
from focalpoint.accounts.capabilities import CAPABILITIES
from focalpoint.audit import actions as audit
from focalpoint.audit import queries as trail
from focalpoint.records import queries
from focalpoint.values.errors import BadInput
from focalpoint.web import tables
from focalpoint.web.pages import page, tell

if TYPE_CHECKING:
    from focalpoint.audit.models import Event, Sample

PAGE = 50
# What may be shown of an event's detail: codes and counts, never words of people.
DETAILS = {
    "type": _("kind of record"),
    "rows": _("rows"),
    "role": _("role"),
    "unit": _("unit"),
    "until": _("until"),
    "scope": _("scope"),
    "state": _("state"),
    "format": _("format"),
    "event": _("event"),
}


WORDS = {
    "records.view": _("Opened a record"),
    "records.list": _("Read a list"),
    "records.find": _("Searched"),
    "records.history": _("Read the changes"),
    "records.audit": _("Read who looked"),
    "records.create": _("Recorded"),
    "records.import": _("Imported"),
    "records.change": _("Corrected"),
    "records.withdraw": _("Withdrew"),
    "records.restore": _("Took a withdrawal back"),
    "records.link": _("Linked"),
    "records.attach": _("Added a file"),
    "records.download": _("Took a file away"),
    "records.print": _("Printed"),
    "records.export": _("Took records away"),
    "records.hand_over": _("Handed an exhibit over"),
    "records.review": _("Decided to keep"),
    "records.hold": _("Placed or lifted a hold"),
    "records.purge": _("Erased"),
    "records.contradictions": _("Read the contradictions"),
    "records.read_restriction": _("Read a restriction"),
    "records.save_search": _("Saved a search"),
    "records.open_search": _("Opened a saved search"),
    "records.alert_search": _("Asked to be told of new results"),
    "records.forget_search": _("Removed a saved search"),
    "leads.list": _("Read the inbox of leads"),
    "leads.ledger": _("Read the ledger of judgements"),
    "leads.raise": _("A machine raised a lead"),
    "leads.update": _("A machine brought a lead up to date"),
    "leads.lapse": _("A machine took a lead back"),
    "leads.return": _("A lead went back to the inbox"),
    "leads.drop": _("Removed a lead"),
    "leads.forget": _("Emptied a lead of an erased record"),
    "leads.withdraw": _("Withdrew a judgement of a lead"),
    "identity.begin": _("A comparison of all records began"),
    "identity.end": _("A comparison of all records ended"),
    "identity.stop": _("Asked a comparison to stop"),
    "identity.compare": _("A machine compared records"),
    "identity.count": _("A machine counted how common things are"),
    "identity.forget": _("Removed keys of erased names"),
    "registers.open": _("Opened or changed a register"),
    "registers.load": _("Began to load a register"),
    "registers.receive": _("Loaded a register"),
    "registers.undo": _("Took a load of a register back"),
    "registers.change": _("A register corrected a record"),
    "registers.view": _("Opened an entry of a register"),
    "registers.export": _("Took entries of a register away"),
    "registers.return": _("Sent rejected rows of a register back"),
    "records.receive": _("Showed what an import brought"),
    "records.undo": _("Took an import back"),
    "intake.open": _("Brought a file in"),
    "intake.receive": _("Took in the tables of an import"),
    "intake.forget": _("Gave an import up"),
    "intake.map": _("Said what the columns of an import are"),
    "intake.name_sender": _("Named the sender of a file"),
    "intake.save_profile": _("Kept the columns of a sender"),
    "intake.check": _("Checked the rows of an import"),
    "intake.reopen": _("Went back to the columns of an import"),
    "intake.import": _("Began an import"),
    "intake.hand_over": _("Handed an import to the worker"),
    "intake.store": _("Stored rows of an import"),
    "intake.change": _("An import corrected a record"),
    "intake.settle": _("A stage of an import ended"),
    "intake.remove": _("Began to remove an import"),
    "intake.undo": _("Began to take an import back"),
    "audit.view": _("Read the audit trail"),
    "audit.draw": _("Drew looks to review"),
    "audit.review": _("Reviewed a look"),
    "accounts.sign_in": _("Signed in"),
    "accounts.sign_in_refused": _("Sign-in refused"),
    "accounts.change_password": _("Chose a password"),
    "accounts.reset_password": _("Gave a password for one sign-in"),
    "accounts.reset_second_factor": _("Removed a second factor"),
    "accounts.invite": _("Invited"),
    "accounts.grant": _("Gave a role"),
    "accounts.revoke": _("Ended a role"),
    "accounts.suspend": _("Closed an account"),
    "accounts.reinstate": _("Opened an account again"),
    "accounts.add_unit": _("Added a unit"),
    "accounts.make_token": _("Made a key for a program"),
    "accounts.revoke_token": _("Ended a key for a program"),
    "accounts.state_purpose": _("Stated a purpose"),
    "accounts.set_preferences": _("Changed own settings"),
    "protection.view": _("Read the registers of data protection"),
    "protection.change": _("Kept the registers of data protection"),
}


class DayField(forms.DateField):
    """A day, chosen from the browser's own calendar."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, **options)


class TrailForm(forms.Form):
    """Which events to show."""

    person = forms.CharField(label=_("Sign-in name"), required=False, max_length=150)
    record = forms.CharField(
        label=_("Record: reference or identifier"), required=False, max_length=40
    )
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("all")), *trail.Kinds.choices]
    )
    action = forms.ChoiceField(label=_("Action"), required=False)
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["action"]
        names = [(name, word_of(name)) for name in trail.action_names()]
        choice.choices = [("", _("all")), *sorted(names, key=lambda pair: pair[1])]


def word_of(action: str) -> str:
    """Return what an action of the trail is, in words where we have them."""
    return str(WORDS.get(action) or CAPABILITIES.get(action) or action)


@page("audit.view")
def events(request: HttpRequest) -> HttpResponse:
    """Show the trail with its filters; auditors and data protection read it."""
    form = TrailForm(request.GET or None)
    rows = oversight.events_for(request.user)
    filters = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = _narrow(rows, filters, request.user)
    before = request.GET.get("before", "")
    if before.isdigit() and len(before) < 19:
        rows = rows.filter(seq__lt=int(before))
    found = list(rows[: PAGE + 1])
    used = sorted(name for name, value in filters.items() if value)
    audit.write("audit.view", by=request.user, fields=used)
    context = {
        "form": form,
        "events": _shown(found[:PAGE], request.user),
        "before": found[PAGE - 1].seq if len(found) > PAGE else None,
        "state": trail.last_seal(),
        "handling": "h0",
    }
    return render(request, "oversight/audit.html", context)


def _narrow(rows: Any, filters: dict[str, Any], user: Any) -> Any:
    if name := filters.get("person"):
        rows = rows.filter(actor__in=people.actors_named(name))
    if text := filters.get("record"):
        rows = rows.filter(record=_record_id(text.strip(), user))
    for name in ("kind", "action"):
        if filters.get(name):
            rows = rows.filter(**{name: filters[name]})
    if filters.get("since"):
        rows = rows.filter(at__gte=_midnight(filters["since"]))
    if filters.get("until"):
        rows = rows.filter(at__lt=_midnight(filters["until"] + timedelta(days=1)))
    return rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _record_id(text: str, user: Any) -> str:
    """Return the identifier behind a reference that the reader may see."""
    try:
        return str(queries.by_reference(text, user).pk)
    except Http404:
        return text


def _shown(rows: "list[Event]", user: Any) -> list[dict[str, object]]:
    """Return events as rows: names of people, references of records one may see."""
    named = {event.record for event in rows if event.record_type == "user"}
    names = people.names({event.actor for event in rows} | named)
    records = queries.seen([(event.record_type, event.record) for event in rows], user)
    return [
        {
            "event": event,
            "actor": names.get(event.actor, event.actor),
            "word": word_of(event.action),
            "record": records.get(event.record),
            "about": names.get(event.record) if event.record in named else "",
            "type": _type_name(event.record_type),
            "url": tables.address(records[event.record])
            if event.record in records
            else "",
            "fields": ", ".join(
                _field_name(event.record_type, name)
                for name in json.loads(event.fields)
            ),
            "detail": _detail(event),
        }
        for event in rows
    ]


def _type_name(code: str) -> str:
    model = _models().get(code)
    return str(model._meta.verbose_name) if model else code


def _field_name(code: str, name: str) -> str:
    """Return what a page calls a field; names that no field has stay as they are."""
    model = _models().get(code)
    try:
        return str(model._meta.get_field(name).verbose_name) if model else name
    except (FieldDoesNotExist, AttributeError):
        return name


@cache
def _models() -> dict[str, Any]:
    """Return what the trail speaks of, by the name that its events give it."""
    return {
        str(getattr(model, "type_code", "") or model._meta.model_name): model
        for model in apps.get_models()
    }


def _detail(event: "Event") -> str:
    told = json.loads(event.detail)
    if told.get("type"):
        told["type"] = _type_name(told["type"])
    shown = {
        label: told[name]
        for name, label in DETAILS.items()
        if told.get(name) not in (None, "")
    }
    return ", ".join(f"{label}: {_plain(value)}" for label, value in shown.items())


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


# ---- samples


@page("audit.readers")
def samples(request: HttpRequest) -> HttpResponse:
    """Show what chance drew for this supervisor, and draw more."""
    if request.method == "POST":
        count = oversight.draw(by=request.user)
        text = gettext("%(count)s looks drawn by chance.") % {"count": count}
        messages.success(request, text)
        return redirect("audit_samples")
    waiting = list(oversight.queue(request.user).filter(verdict="")[:PAGE])
    done = list(oversight.queue(request.user).exclude(verdict="").reverse()[:PAGE])
    context = {
        "waiting": _with_events(waiting, request.user),
        "done": _with_events(done, request.user),
        "verdicts": [choice for choice in trail.Verdict.choices if choice[0]],
        "handling": "h0",
    }
    return render(request, "oversight/samples.html", context)


def _with_events(rows: "list[Sample]", user: Any) -> list[dict[str, object]]:
    events = list(trail.events().filter(seq__in=[row.event for row in rows]))
    shown = {
        event.seq: row for event, row in zip(events, _shown(events, user), strict=True)
    }
    return [{"sample": row, **shown[row.event]} for row in rows if row.event in shown]


@page("audit.readers")
@require_POST
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Record whether a look was in order."""
    sample = oversight.queue(request.user).filter(pk=pk).first()
    if sample is None:
        raise Http404
    verdict, note = request.POST.get("verdict", ""), request.POST.get("note", "")
    try:
        oversight.review(sample, verdict, note, by=request.user)
    except BadInput as problem:
        tell(request, problem)
    return redirect("audit_samples")
