"""The dossier of a firearm: everything about one gun on one page."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from focalpoint.accounts.access import may
from focalpoint.accounts.capabilities import CAPABILITIES
from focalpoint.accounts.models import User
from focalpoint.audit import actions as audit
from focalpoint.audit import queries as trail
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
from focalpoint.web import maps, tables
from focalpoint.web.custody import STATE_CHIPS, product
from focalpoint.web.custody import row as ledger_row
from focalpoint.web.files import panel as file_panel
from focalpoint.web.pages import (
    ask_purpose,
    attempt,
    has_purpose,
    highest,
    page,
    purpose_missing,
    tell,
)
from focalpoint.web.records import banner, facts

KIND = "firearm"
# condition of a mark: kind of chip
CONDITIONS = {
    "intact": "ok",
    "restored_full": "ok",
    "never_marked": "plain",
    "not_examined": "plain",
    "partial_visible": "warn",
    "restored_partial": "warn",
    "corroded": "warn",
    "covered_or_painted": "warn",
}
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
            "title": title(firearm),
            "chips": _chips(told),
            "marks": _marks(told),
            "exhibits": [
                (one, one.state != custody.BREAK and not custody.is_final(one))
                for one in told.exhibits
            ],
            "steps": _steps(told, request.user),
            "settled": _settled(told.steps),
            **life_of_gun.context(told, request.user),
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
            "clones": [_clone(firearm, other) for other in told.same_number],
            "panel": file_panel(firearm, request.user),
            "is_kosovo": firearm.jurisdiction == "xk",
        },
    )


def title(firearm: Any) -> str:
    """Return what a firearm is, in plain words: make, model, type and calibre."""
    kind = firearm.record_type
    make, model, type, calibre = (
        wording.text_of(firearm, kind, name) if getattr(firearm, name) else ""
        for name in ("make", "model", "type", "calibre")
    )
    if make or model:
        type = type[:1].lower() + type[1:]
    text = " ".join(filter(None, (make, model, type))) or gettext("Firearm")
    return ", ".join(filter(None, (text, calibre)))


def _chips(told: dossier.Dossier) -> list[tuple[str, str]]:
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
    leads = sum(life.is_lead(link) for link, _other in told.links)
    if leads:
        text = ngettext("%(n)s open lead", "%(n)s open leads", leads)
        chips.append(("lead", text % {"n": leads}))
    if firearm.withdrawn_at:
        chips.append(("neutral", gettext("Withdrawn")))
    return chips


# ---- marks


def _marks(told: dossier.Dossier) -> list[dict[str, object]]:
    """Every mark as a row, in the order of the list: serial numbers first."""
    kinds = codelists.load("mark_kinds").codes
    rows = [*_own_marks(told), *(_mark(one) for one in told.marks)]
    known = [row for row in rows if row["code"] in kinds]
    return sorted(known, key=lambda row: kinds.index(str(row["code"])))


def _own_marks(told: dossier.Dossier) -> list[dict[str, object]]:
    """The columns of the record itself, as rows beside the marks."""
    firearm, kind = told.firearm, told.firearm.record_type
    noted = {mark.kind for mark in told.marks}
    rows = []
    if "serial" not in noted:
        rows.append(_serial_row(firearm))
    for name, mark_kind in (
        ("make", "maker"),
        ("model", "model"),
        ("calibre", "calibre"),
    ):
        value = wording.text_of(firearm, kind, name)
        read = firearm.as_read.get(name, "") or (
            firearm.calibre_marked if name == "calibre" else ""
        )
        if mark_kind in noted or not (value or read):
            continue
        coded = value if getattr(firearm, name) else ""
        rows.append(
            {
                "code": mark_kind,
                "kind": wording.label(mark_kind, "mark_kinds"),
                "text": read,
                "quoted": bool(read),
                "means": coded if name != "model" else value,
            }
        )
    return rows


def _serial_row(firearm: Any) -> dict[str, object]:
    state = tables.SERIAL_STATES.get(firearm.serial_status)
    return {
        "code": "serial",
        "kind": wording.label("serial", "mark_kinds"),
        "text": firearm.serial,
        "number": firearm.serial_normal,
        "means": _reading(firearm.serial_normal, firearm.serial_known),
        "chip": state[0] if state else "plain",
        "condition": state[1] if state else gettext("Not stated"),
    }


def _mark(mark: Any) -> dict[str, object]:
    picture = mark.image
    return {
        "code": mark.kind,
        "kind": wording.label(mark.kind, "mark_kinds"),
        "under": wording.label(mark.position, "mark_positions")
        or wording.label(mark.component, "component_types"),
        "text": mark.text,
        "number": mark.normal,
        "quoted": mark.kind != "serial",
        "means": _reading(mark.normal, sum(c != "?" for c in mark.normal))
        if mark.kind == "serial"
        else mark.restoration,
        "chip": CONDITIONS.get(mark.status, "warn"),
        "condition": wording.label(mark.status, "marking_conditions"),
        "picture": reverse("file_picture", args=[picture.pk]) if picture else "",
    }


def _reading(number: str, known: int) -> str:
    """Say which places of a number are unread."""
    if not number:
        return gettext("No character read")
    places = [str(place) for place, sign in enumerate(number, 1) if sign == "?"]
    if not places:
        return gettext("All %(n)s characters read") % {"n": known}
    text = gettext("%(n)s characters read; unread: place %(places)s")
    return text % {"n": known, "places": ", ".join(places)}


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


def _clone(firearm: Any, other: Any) -> dict[str, object]:
    alike = (firearm.make, firearm.model, firearm.calibre) == (
        other.make,
        other.model,
        other.calibre,
    )
    return {
        "title": gettext("Another record carries the same number")
        if alike
        else gettext("Clone: another gun carries the same number"),
        "text": gettext(
            "%(what)s, %(reference)s. Make, model and calibre agree: it may be the "
            "same gun. A person decides."
        )
        % {"what": title(other), "reference": other.reference}
        if alike
        else gettext(
            "%(what)s, %(reference)s. Search and trace by model and number together."
        )
        % {"what": title(other), "reference": other.reference},
        "url": tables.address(other),
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


@page("audit.readers")
def readers(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Show who did what with a record; looking here is logged too."""
    record = queries.record_or_404(code, pk, request.user)
    if not may(request.user, "audit.readers", on=record):
        raise PermissionDenied("audit.readers")
    if purpose_missing(request, record.record_type):
        return ask_purpose(request)
    audit.write("records.audit", by=request.user, on=record)
    return render(
        request,
        "dossier/readers.html",
        {
            **banner(record),
            "record": record,
            "kind": record.record_type,
            "caption": wording.caption(record),
            "events": list(_looks(record)),
        },
    )


def _looks(record: Any) -> list[dict[str, object]]:
    rows = list(trail.of_record(record)[:200])
    actors = {row.actor for row in rows if row.actor.isdigit()}
    people = {
        str(user.pk): wording.person(user)
        for user in User.objects.filter(pk__in=map(int, actors))
    }
    return [
        {
            "at": wording.moment(row.at),
            "who": people.get(row.actor, row.actor),
            "what": LOOKS.get(row.action) or CAPABILITIES.get(row.action, row.action),
            "kind": row.get_kind_display(),
            "purpose": row.purpose,
            "address": row.address,
        }
        for row in rows
    ]


LOOKS = {
    "records.view": _("Opened"),
    "records.history": _("Read the history"),
    "records.audit": _("Looked at who looked"),
    "records.download": _("Took a file away"),
    "records.print": _("Printed"),
    "records.create": _("Recorded"),
    "records.change": _("Corrected"),
    "records.attach": _("Added a file"),
    "records.link": _("Linked"),
    "records.complete": _("Settled a step"),
    "records.read_restriction": _("Read the restriction"),
}


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
