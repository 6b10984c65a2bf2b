"""The inbox of leads: what machines suggest, in the order in which it is judged."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from focalpoint.accounts.access import may
from focalpoint.accounts.models import User
from focalpoint.audit import actions as audit
from focalpoint.leads import actions, queries
from focalpoint.leads.models import Judgement, Lead
from focalpoint.leads.queries import PAGE, Shown, Wanted
from focalpoint.records import registry, wording
from focalpoint.records.lists import amount
from focalpoint.values import codelists
from focalpoint.values.errors import BadInput
from focalpoint.web import evidence, tables
from focalpoint.web.pages import has_purpose, highest, page, sentence, tell

LEDGER_PAGE = 50
ORDERS = (
    ("triage", _("Most urgent first")),
    ("due", _("By deadline")),
    ("weight", _("Strongest evidence first")),
    ("newest", _("Newest first")),
    ("oldest", _("Oldest first")),
)
STATUSES = (
    ("open", _("To judge")),
    ("judged", _("Judged")),
    ("noted", _("Noted, nobody is asked")),
    ("lapsed", _("Lapsed")),
)
WHOSE = (
    ("", _("Everybody’s")),
    ("mine", _("With me")),
    ("nobody", _("With nobody")),
    ("others", _("With others")),
)
WEIGHTS = (
    ("", _("Any")),
    ("0", _("0 bits and more")),
    ("5", _("5 bits and more")),
    ("10", _("10 bits and more")),
    ("15", _("15 bits and more")),
)
VERDICTS: Mapping[str, tuple[str, Any]] = {
    "same": ("hit", _("Confirmed: same")),
    "different": ("neutral", _("Judged different")),
    "cannot_say": ("prov", _("Could not say")),
    "confirmed": ("hit", _("Confirmed")),
    "refuted": ("neutral", _("Refuted")),
}


@page("leads.view")
def inbox(request: HttpRequest) -> HttpResponse:
    """Show the leads that fit, one page of them, in the order asked for."""
    wanted = wanted_from(request.GET)
    number = _number(request)
    found = queries.inbox(request.user, wanted, start=(number - 1) * PAGE)
    judged = queries.standing_of([row.lead for row in found.rows])
    detail = {"hits": found.total, "status": wanted.status}
    audit.write("leads.list", by=request.user, detail=detail)
    return render(
        request,
        "leads/inbox.html",
        {
            "found": found,
            "rows": [
                _row(one, request.user, wanted, judged.get(one.lead.pk))
                for one in found.rows
            ],
            "total": amount(found.total),
            "counts": queries.counts(request.user),
            "filters": _filters(wanted),
            "orders": ORDERS,
            "wanted": wanted,
            "may_judge": may(request.user, "leads.judge"),
            "people": people(request.user),
            "kept": urlencode(pairs_of(wanted)),
            "number": number,
            "first": (number - 1) * PAGE + 1 if found.rows else 0,
            "last": (number - 1) * PAGE + len(found.rows),
            "has_next": found.total > number * PAGE,
            "tabs": tabs("leads"),
            "named": has_purpose(request),
            "handling": highest(
                [one.handling for row in found.rows for one in row.pair if one]
            ),
            "handling_of_list": True,
        },
    )


def tabs(here: str) -> list[dict[str, object]]:
    """Return the three pages on leads."""
    return [
        {"title": title, "url": reverse(name), "here": name == here, "count": None}
        for name, title in (
            ("leads", _("Inbox")),
            ("lead_ledger", _("Ledger")),
            ("contradictions", _("Contradictions")),
        )
    ]


# ---- what the address says


def wanted_from(parts: QueryDict) -> Wanted:
    """Return which leads an address asks for; what it cannot mean is left out."""
    choices: dict[str, Any] = {
        "status": [code for code, _title in STATUSES],
        "kind": Lead.Kind.values,
        "relation": Lead.Relation.values,
        "record_type": [kind.code for kind in registry.all_types() if kind.identify],
        "whose": [code for code, _title in WHOSE],
        "jurisdiction": codelists.load("jurisdictions").codes,
        "order": [code for code, _title in ORDERS],
    }
    given: dict[str, Any] = {
        name: parts.get(name)
        for name, known in choices.items()
        if parts.get(name) in known
    }
    weight = str(parts.get("weight", ""))
    if weight in [code for code, _title in WEIGHTS if code]:
        given["least_weight"] = float(weight)
    if parts.get("late"):
        given["late"] = True
    with suppress(ValueError):
        given["batch"] = UUID(str(parts["batch"])) if parts.get("batch") else None
    return Wanted(**given)


def pairs_of(wanted: Wanted) -> list[tuple[str, str]]:
    """Return which leads are asked for as parts of an address."""
    usual = Wanted()
    names = ("status", "kind", "relation", "record_type", "whose", "jurisdiction")
    found = [
        (name, str(getattr(wanted, name)))
        for name in (*names, "order")
        if getattr(wanted, name) != getattr(usual, name)
    ]
    if wanted.least_weight is not None:
        found.append(("weight", f"{wanted.least_weight:g}"))
    if wanted.late:
        found.append(("late", "1"))
    if wanted.batch:
        found.append(("batch", str(wanted.batch)))
    return found


def address_of(pk: Any, wanted: Wanted) -> str:
    """Return the page of a lead, with the list that it was opened from."""
    query = urlencode(pairs_of(wanted))
    return f"{reverse('lead', args=[pk])}{'?' if query else ''}{query}"


def _number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return max(int(text), 1) if text.isdigit() and len(text) < 6 else 1


def _filters(wanted: Wanted) -> list[dict[str, object]]:
    """Return the choices beside the inbox, each with what is chosen."""
    places = [
        (entry.code, wording.jurisdiction(entry.code))
        for entry in codelists.load("jurisdictions")
        if not entry.parent
    ]
    kinds = [
        (kind.code, kind.title_plural.capitalize())
        for kind in registry.all_types()
        if kind.identify
    ]
    every: tuple[tuple[str, Any], ...] = (("", _("All")),)
    weight = "" if wanted.least_weight is None else f"{wanted.least_weight:g}"
    rows: tuple[tuple[str, Any, Any, str], ...] = (
        ("status", _("State"), STATUSES, wanted.status),
        ("whose", _("With"), WHOSE, wanted.whose),
        ("kind", _("Kind"), [*every, *Lead.Kind.choices], wanted.kind),
        (
            "relation",
            _("Suggests"),
            [*every, *((code, word) for code, word in evidence.RELATION_WORDS.items())],
            wanted.relation,
        ),
        ("record_type", _("Records"), [*every, *kinds], wanted.record_type),
        (
            "jurisdiction",
            _("Jurisdiction"),
            [*every, *sorted(places, key=lambda place: place[1])],
            wanted.jurisdiction,
        ),
        ("weight", _("Weight of the evidence"), WEIGHTS, weight),
        ("order", _("Order"), ORDERS, wanted.order),
    )
    return [
        {"name": name, "title": title, "options": options, "chosen": chosen}
        for name, title, options, chosen in rows
    ]


# ---- what a row shows


def _row(
    shown: Shown, user: Any, wanted: Wanted, judged: Judgement | None
) -> dict[str, object]:
    lead = shown.lead
    return {
        "lead": lead,
        "url": address_of(lead.pk, wanted),
        "titles": [caption(one, shown.closed) for one in shown.pair if one],
        "places": places(shown),
        "state": state(lead, judged),
        "relation": relation_word(lead),
        "weight": evidence.bits(lead.weight),
        "why": [evidence.urgency(one) for one in reasons(lead)[:3]],
        "due": due_words(lead.due_at) if lead.is_open else "",
        "late": lead.is_late,
        "soon": is_today(lead),
        "with": who(shown.assigned_to, user),
        "changed": bool(lead.changed),
    }


def is_today(lead: Lead) -> bool:
    """Tell whether a lead is to be judged today."""
    due = lead.due_at if lead.is_open else None
    return due is not None and timezone.localdate(due) == timezone.localdate()


def caption(record: Any, closed: Any) -> str:
    """Return what a record is; its occasion tells two records of one gun apart."""
    text = tables.caption(record, closed)
    if record.pk in closed or not hasattr(record, "kind"):
        return text
    kind = record.record_type
    occasion = wording.text_of(record, kind, "kind")
    when = wording.partial(getattr(record, kind.date, "")) if kind.date else ""
    told = " ".join(filter(None, (occasion, when)))
    return f"{text}, {told}" if told else text


def places(shown: Shown) -> str:
    """Return the jurisdictions of both records, once where they are one."""
    names = [wording.jurisdiction(one.jurisdiction) for one in shown.pair if one]
    return " – ".join(dict.fromkeys(filter(None, names)))


def state(lead: Lead, judged: Judgement | None = None) -> tuple[str, str]:
    """Return kind and word of the chip of a lead: a fact's only where it is judged."""
    if lead.status == Lead.Status.JUDGED and judged is not None:
        kind, word = VERDICTS.get(judged.verdict, ("plain", judged.verdict))
        return kind, str(word)
    if lead.status == Lead.Status.LAPSED:
        return "ended", gettext("Lapsed")
    if lead.status == Lead.Status.NOTED:
        return "lead", gettext("Noted")
    return "lead", gettext("Lead")


def relation_word(lead: Lead) -> str:
    """Return what a lead suggests, in a word or two."""
    if lead.kind != Lead.Kind.IDENTITY:
        return str(lead.get_kind_display())
    if lead.is_personal:
        return gettext("Same person?")
    return str(
        evidence.RELATION_WORDS.get(lead.relation, evidence.RELATION_WORDS["same"])
    )


def reasons(lead: Lead) -> list[Mapping[str, Any]]:
    """Return why a lead stands where it stands, the weightiest first."""
    rows = list(lead.triage_reasons)
    return sorted(rows, key=lambda one: -abs(float(one["points"])))


def short_word(verdict: str) -> str:
    """Return a verdict that does not stand: never in the words of a fact."""
    if verdict in ("confirmed", "refuted"):
        return str(VERDICTS[verdict][1]).lower()
    return wording.label(verdict, "judgement_verdicts")


def engine(one: Any) -> str:
    """Return an engine with its version, its name once."""
    name, version = one.engine, one.engine_version
    return version if version.startswith(name) else f"{name} {version}".strip()


def who(person: Any, user: Any) -> str:
    """Return with whom a lead is."""
    if person is None:
        return gettext("Nobody yet")
    return gettext("You") if person.pk == user.pk else wording.person(person)


def due_words(due: datetime | None) -> str:
    """Return a deadline in a few words: late, today by the clock, or the day."""
    if due is None:
        return ""
    now, local = timezone.localtime(), timezone.localtime(due)
    if local < now:
        hours = int((now - local).total_seconds() // 3600)
        if hours < 48:
            return ngettext("%(n)s h late", "%(n)s h late", hours) % {
                "n": max(hours, 1)
            }
        return ngettext("%(n)s d late", "%(n)s d late", hours // 24) % {
            "n": hours // 24
        }
    if local.date() == now.date():
        return gettext("by %(time)s") % {"time": date_format(local, "H:i")}
    return wording.short_day(due)


# ---- handing leads to people


def people(user: Any) -> list[User]:
    """Return to whom this person may give leads; nobody where they may not."""
    return queries.judges(user) if may(user, "leads.assign") else []


@require_POST
@page("leads.judge")
def assign(request: HttpRequest) -> HttpResponse:
    """Take the ticked leads, give them back, or give them to somebody."""
    wanted = wanted_from(request.GET)
    to = receiver(request)
    done, refused = 0, ""
    for pk in request.POST.getlist("lead")[:PAGE]:
        try:
            lead = queries.lead_or_404(pk, request.user)
            actions.assign(lead, to, by=request.user)
        except (BadInput, PermissionDenied, Http404) as problem:
            refused = refusal(problem)
        else:
            done += 1
    if done:
        text = ngettext("%(n)s lead handed on.", "%(n)s leads handed on.", done)
        messages.success(request, text % {"n": done})
    if refused:
        messages.error(request, refused)
    if not done and not refused:
        tell(request, BadInput("Tick the leads first."))
    query = urlencode(pairs_of(wanted))
    return redirect(f"{reverse('leads')}{'?' if query else ''}{query}")


def receiver(request: HttpRequest) -> Any:
    """Return to whom leads go: oneself, nobody, or a person that one may give to."""
    to = request.POST.get("to", "")
    if to == "me":
        return request.user
    if to == "nobody":
        return None
    chosen = request.POST.get("person", "")
    known = {str(person.pk): person for person in people(request.user)}
    if to != "person" or chosen not in known:
        raise Http404
    return known[chosen]


def due_from(text: str) -> datetime | None:
    """Return the end of a day that a field of the page says; nothing for none."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return timezone.make_aware(datetime.combine(day, time(23, 59)))


def refusal(problem: Exception) -> str:
    """Say what could not be done, without telling what is not there from forbidden."""
    if isinstance(problem, PermissionDenied | Http404):
        return gettext("Some of it is not yours to hand on.")
    return sentence(problem)


# ---- the ledger


@page("leads.view")
def ledger(request: HttpRequest) -> HttpResponse:
    """Show who judged what, when, on which engine, and how often it was right."""
    number = _number(request)
    start = (number - 1) * LEDGER_PAGE
    found = list(queries.ledger(request.user)[start : start + LEDGER_PAGE + 1])
    audit.write("leads.ledger", by=request.user)
    return render(
        request,
        "leads/ledger.html",
        {
            "rows": [_entry(one) for one in found[:LEDGER_PAGE]],
            "engines": [_engine(one) for one in queries.track_record(request.user)],
            "number": number,
            "has_next": len(found) > LEDGER_PAGE,
            "tabs": tabs("lead_ledger"),
            "handling": "h0",
        },
    )


def _entry(one: Judgement) -> dict[str, object]:
    kind, word = VERDICTS.get(one.verdict, ("plain", one.verdict))
    return {
        "judgement": one,
        "url": reverse("lead", args=[one.lead_id]),
        "reference": one.lead.reference,
        "chip": kind if one.stands else "neutral",
        "word": word if one.stands else short_word(one.verdict),
        "by": wording.person(one.by),
        "engine": engine(one),
        "suggested": evidence.RELATION_WORDS.get(one.relation, ""),
        "weight": evidence.bits(one.weight),
        "agreed": one.agreed,
        "withdrawn_by": wording.person(one.withdrawn_by) if one.withdrawn_by else "",
    }


def _engine(one: queries.Standing) -> dict[str, object]:
    return {
        "standing": one,
        "engine": engine(one),
        "relation": evidence.RELATION_WORDS.get(one.relation, ""),
        "share": "" if one.share is None else f"{one.share * 100:.0f} %",
    }
