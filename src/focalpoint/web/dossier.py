"""The dossier of a firearm: everything about one gun on one page."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from focalpoint.accounts.access import may
from focalpoint.audit import actions as audit
from focalpoint.leads import queries as leads
from focalpoint.records import (
    actions,
    category,
    checklist,
    custody,
    dossier,
    life,
    products,
    queries,
    wording,
)
from focalpoint.records.models import Step
from focalpoint.values import codelists, eu_category
from focalpoint.values.errors import BadInput
from focalpoint.web import life as life_of_gun
from focalpoint.web import maps, mark_rows, tables
from focalpoint.web.custody import STATE_CHIPS, product
from focalpoint.web.custody import row as ledger_row
from focalpoint.web.files import panel as file_panel
from focalpoint.web.pages import (
    attempt,
    has_purpose,
    highest,
    page,
    tell,
)
from focalpoint.web.records import banner, facts

KIND = "firearm"
FACTS = {
    "action": _("how it is reloaded"),
    "length_class": _("whether it is short or long"),
    "barrel_mm": _("barrel length"),
    "overall_mm": _("overall length"),
    "device_capacity": _("rounds without reloading"),
    "device_detachable": _("whether the magazine comes off"),
    "extendable": _("whether the magazine can be extended"),
    "ignition": _("kind of ignition"),
    "bore": _("rifled or smooth bore"),
    "placed_on_market": _("date of placing on the market"),
    "antique": _("whether it is an antique"),
    "air_or_gas": _("whether it is an air or gas gun"),
    "blank_firing": _("whether it fires blanks only"),
    "within_2019_69": _("whether it meets Directive (EU) 2019/69"),
    "deactivated": _("whether it is deactivated"),
    "converted_to_blank": _("whether it was converted to blanks"),
    "disguised": _("whether it is disguised"),
    "was_automatic": _("whether it was automatic"),
    "reducible_below_600": _("whether it folds below 60 cm"),
    "resembles_automatic": _("whether it resembles an automatic"),
}


@page("records.view")
def overview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the dossier of one firearm."""
    firearm = queries.record_or_404(KIND, pk, request.user)
    told = dossier.assemble(firearm, request.user)
    audit.write("records.view", by=request.user, on=firearm)
    open_leads = leads.of_dossier(told.members, request.user)
    kind = firearm.record_type
    rights = {
        name: may(request.user, f"records.{name}", on=firearm)
        for name in ("change", "complete", "hand_over", "print", "link")
    }
    return render(
        request,
        "dossier/firearm.html",
        {
            **banner(firearm),
            "kind": kind,
            "record": firearm,
            "told": told,
            "readiness": asdict(told.readiness),
            "may": rights,
            "may_see_readers": may(request.user, "audit.readers", on=firearm),
            "title": life_of_gun.title(firearm),
            "chips": _chips(told, len(open_leads)),
            "marks": mark_rows.rows(told),
            "exhibits": [
                (one, one.state != custody.BREAK and not custody.is_final(one))
                for one in told.exhibits
            ],
            "steps": _steps(told, request.user),
            "settled": _settled(told.steps),
            **life_of_gun.context(told, request.user, open_leads),
            "handling": highest(
                [firearm.handling, *(one.handling for one in dossier.mentioned(told))]
            ),
            "persons": _persons(told, named=has_purpose(request)),
            "named": has_purpose(request),
            "links": [_link(link, other) for link, other in told.links],
            "others": _others(told),
            "link_types": codelists.load("link_types").choices(wording.locale()),
            "strengths": codelists.load("link_strengths").choices(wording.locale()),
            "categories": codelists.load("eu_categories").choices(wording.locale()),
            "eu": _category(told),
            "groups": facts(firearm, kind),
            "points": maps.points(told.places),
            "map_names": maps.names(),
            "hand_overs": [ledger_row(step) for step in told.custody],
            "panel": file_panel(firearm, request.user, told.files),
            "is_kosovo": firearm.jurisdiction == "xk",
        },
    )


def _chips(told: dossier.Dossier, waiting: int) -> list[tuple[str, str]]:
    firearm = told.firearm
    warns = firearm.kind in tables.WARNING_KINDS
    occasion = wording.label(firearm.kind, "firearm_kinds")
    when = wording.partial(firearm.event_date)
    chips = [("fact" if warns else "neutral", " ".join(filter(None, (occasion, when))))]
    if told.broken:
        chips.append(("bad", gettext("Custody broken")))
    chips += [
        (STATE_CHIPS.get(one.state, "info"), wording.label(one.state, "exhibit_states"))
        for one in told.exhibits[:1]
        if one.state and one.state != "discrepancy"
    ]
    eu = firearm.eu_category or told.category.category or ""
    if eu and eu != eu_category.OUTSIDE:
        sure = bool(firearm.eu_confirmed_at)
        text = (
            gettext("EU category %(code)s")
            if sure
            else gettext("EU category %(code)s, to confirm")
        )
        chips.append(("ok" if sure else "prov", text % {"code": eu.upper()}))
    waiting += sum(life.is_lead(link) for link, _other in told.links)
    if waiting:
        text = ngettext("%(n)s open lead", "%(n)s open leads", waiting)
        chips.append(("lead", text % {"n": waiting}))
    if firearm.withdrawn_at:
        chips.append(("neutral", gettext("Withdrawn")))
    return chips


# ---- the other panels


def _steps(told: dossier.Dossier, user: Any) -> list[dict[str, object]]:
    now = timezone.now()
    return [
        {
            "pk": step.pk,
            "code": step.step,
            "open": step.state == Step.State.OPEN,
            "state": "late"
            if step.state == Step.State.OPEN and step.due_at < now
            else step.state,
            "title": wording.label(step.step, "recovery_steps"),
            "owner": _owner(step, user),
            "mine": step.owner_id == user.pk,
            "note": step.note,
            "due": wording.short_day(step.settled_at or step.due_at),
            "late": step.state == Step.State.OPEN and step.due_at < now,
        }
        for step in told.steps
    ]


def _owner(step: Step, user: Any) -> str:
    """Who settled a step, else who is to."""
    person = step.settled_by or step.owner
    if person is None:
        return gettext("Nobody yet")
    return gettext("You") if person.pk == user.pk else wording.person(person)


def _settled(steps: list[Step]) -> str:
    counts = {
        state: sum(step.state == state for step in steps)
        for state in ("done", "waived")
    }
    return gettext("%(done)s done, %(waived)s waived") % counts


def _persons(told: dossier.Dossier, *, named: bool) -> list[dict[str, object]]:
    """Persons with role and category; names only after a stated purpose."""
    return [
        {
            "title": wording.caption(person)
            if named
            else gettext("Person %(n)s") % {"n": number},
            "url": tables.address(person),
            "under": wording.label(role, "person_roles"),
            "led": wording.label(person.led_category, "led_categories")
            or gettext("Not yet determined"),
        }
        for number, (person, role) in enumerate(told.persons, 1)
    ]


def _link(link: Any, other: Any) -> dict[str, object]:
    return {
        "title": wording.caption(other),
        "url": tables.address(other),
        "type": wording.label(link.type, "link_types"),
        "kind": other.record_type.title,
        "lead": life.is_lead(link),
        "confirmed": link.strength == "confirmed" or link.type == "same_gun_confirmed",
        "strength": wording.label(link.strength, "link_strengths"),
        "jurisdiction": wording.jurisdiction(other.jurisdiction),
    }


def _others(told: dossier.Dossier) -> list[dict[str, object]]:
    found = [record for record in (told.incident, told.seizure) if record is not None]
    for rows in told.others.values():
        found += rows
    return [
        {
            "title": wording.caption(record),
            "url": tables.address(record),
            "kind": record.record_type.title,
            "reference": record.reference,
            "grade": wording.grade(record),
            "handling": record.handling,
        }
        for record in found
    ] + [
        {
            "title": gettext("Read the restriction first"),
            "url": tables.address(record),
            "kind": record.record_type.title,
            "reference": record.reference,
            "handling": record.handling,
        }
        for record in told.restricted
    ]


def _category(told: dossier.Dossier) -> dict[str, object]:
    answer, firearm = told.category, told.firearm
    decided = answer.category
    return {
        "decided": "" if decided in (None, eu_category.OUTSIDE) else decided,
        "outside": decided == eu_category.OUTSIDE,
        "label": wording.label(decided, "eu_categories"),
        "possible": [
            gettext("outside the directive")
            if code == eu_category.OUTSIDE
            else code.upper()
            for code in answer.possible
        ],
        "reasons": [gettext(one.message) % dict(one.params) for one in answer.reasons],
        "missing": [str(FACTS.get(name, name)) for name in answer.missing],
        "assumed": [str(FACTS.get(name, name)) for name in answer.assumed],
        "version": answer.version,
        "confirmed": firearm.eu_category,
        "confirmed_label": wording.label(firearm.eu_category, "eu_categories"),
        "by": wording.person(firearm.eu_confirmed_by),
        "at": firearm.eu_confirmed_at,
        "differs": bool(
            firearm.eu_category and decided and firearm.eu_category != decided
        ),
    }


# ---- printing


@page("records.print")
def printed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Print the dossier; persons are named only after a stated purpose."""
    firearm = queries.record_or_404(KIND, pk, request.user)
    try:
        made = products.print_dossier(
            firearm, by=request.user, names=has_purpose(request)
        )
    except BadInput as problem:
        tell(request, problem)
        return redirect(tables.address(firearm))
    return product(made)


# ---- writing


def _back(pk: UUID, part: str) -> HttpResponse:
    return redirect(f"{reverse('record_detail', args=[KIND, pk])}#{part}")


@require_POST
@page("records.complete")
def open_checklist(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Lay out the nine steps for a firearm that has none."""
    firearm = queries.record_or_404(KIND, pk, request.user)
    attempt(
        request,
        lambda: checklist.open_checklist(firearm, by=request.user),
        gettext("The checklist runs."),
    )
    return _back(pk, "checklist")


@require_POST
@page("records.complete")
def settle_step(request: HttpRequest, pk: UUID, step: UUID) -> HttpResponse:
    """Mark a step as done, waived or open again, or take it over."""
    firearm = queries.record_or_404(KIND, pk, request.user)
    found = get_object_or_404(firearm.steps.select_related("firearm"), pk=step)
    state, note = request.POST.get("state", ""), request.POST.get("note", "")
    by = request.user
    attempt(
        request,
        lambda: (
            checklist.assign(found, by, by=by)
            if state == "mine"
            else checklist.settle(found, state, note, by=by)
        ),
        gettext("Noted."),
    )
    return _back(pk, "checklist")


@require_POST
@page("records.change")
def confirm_category(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Set the EU category: a person decides."""
    firearm = queries.record_or_404(KIND, pk, request.user)
    attempt(
        request,
        lambda: category.confirm(
            firearm, request.POST.get("category", ""), by=request.user
        ),
        gettext("The EU category is confirmed."),
    )
    return _back(pk, "eu")


# ---- links


@require_POST
@page("records.link")
def link(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Link a record to another by its reference."""
    record = queries.record_or_404(code, pk, request.user)
    reference = request.POST.get("reference", "").strip().upper()
    try:
        other = queries.by_reference(reference, request.user)
    except Http404:
        tell(
            request, BadInput("There is no record %(n)s that you can see.", n=reference)
        )
        return _back(pk, "links")
    attempt(
        request,
        lambda: actions.link(
            record,
            other,
            request.POST.get("type", ""),
            by=request.user,
            strength=request.POST.get("strength", ""),
            basis=request.POST.get("basis", "")[:200],
        ),
        gettext("Linked. Links can be withdrawn with a reason."),
    )
    return redirect(f"{tables.address(record)}#links")
