"""Judgements on one gun: who joined which records, on what grounds, and the way back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from focalpoint.accounts.access import get_or_404, may, unread
from focalpoint.audit import actions as audit
from focalpoint.leads import actions
from focalpoint.records import dossiers, queries, registry, wording
from focalpoint.records.actions import AlreadyJudged
from focalpoint.records.dossiers import Contradiction
from focalpoint.records.models import SameObject
from focalpoint.values.errors import BadInput
from focalpoint.web import judging, leads, life, tables
from focalpoint.web.judging import JudgeForm
from focalpoint.web.pages import (
    ask_purpose,
    attempt,
    has_purpose,
    highest,
    page,
    purpose_missing,
    tell,
)
from focalpoint.web.records import add_problem

VERDICTS = ("same", "different", "cannot_say")
KINDS = ("firearm", "person")


@page("records.view")
def judgements(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Show every judgement of one dossier, those that were withdrawn too."""
    record = _record(request, code, pk)
    if purpose_missing(request, record):
        return ask_purpose(request)
    members = dossiers.members(record, request.user)
    rows = list(dossiers.judgements(record, request.user, withdrawn=True))
    found = dossiers.contradictions_of(record, request.user)
    audit.write("records.view", by=request.user, on=record)
    ends = _ends(rows, request.user)
    closed = unread(ends.values(), request.user)
    return render(
        request,
        "dossier/judgements.html",
        {
            "record": record,
            "kind": record.record_type,
            "caption": wording.caption(record),
            "members": [
                {"title": leads.caption(one, closed), "url": tables.address(one)}
                for one in members
            ],
            "rows": [_row(one, ends, closed, request.user) for one in rows],
            "contradictions": [_told(one, request.user) for one in found],
            "may_judge": may(request.user, "records.judge_same", on=record),
            "handling": highest([one.handling for one in (record, *members)]),
            "handling_of_list": True,
        },
    )


@page("leads.view")
def contradictions(request: HttpRequest) -> HttpResponse:
    """Show every contradiction between judgements that this person may see."""
    codes = [code for code in KINDS if code != "person" or has_purpose(request)]
    shown = [
        _told(one, request.user)
        for code in codes
        if all(may(request.user, c) for c in registry.get(code).model.view_capabilities)
        for one in dossiers.contradictions(request.user, code)
    ]
    audit.write("records.contradictions", by=request.user, detail={"hits": len(shown)})
    return render(
        request,
        "leads/contradictions.html",
        {
            "contradictions": shown,
            "tabs": leads.tabs("contradictions"),
            "handling": highest([str(one["handling"]) for one in shown]),
            "handling_of_list": True,
        },
    )


@require_POST
@page("records.view")
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a judgement on two records back, with the lead that it had settled."""
    judgement = get_or_404(SameObject, pk, request.user)
    reason = request.POST.get("reason", "")
    attempt(
        request,
        lambda: actions.withdraw_records(judgement, reason, by=request.user),
        gettext("Withdrawn. The records and their dossiers are again as they were."),
    )
    back = request.POST.get("back", "")
    if back == "contradictions":
        return redirect("contradictions")
    return redirect(
        "dossier_judgements", judgement.record_type, back or judgement.first_id
    )


@page("records.judge_same")
def pair(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Judge two records that a person brought together by their references."""
    first = _record(request, code, pk)
    if purpose_missing(request, first):
        return ask_purpose(request)
    reference = (request.GET.get("with") or "").strip().upper()
    back = redirect("dossier_judgements", code, pk)
    try:
        second: Any = queries.by_reference(reference, request.user)
    except Http404:
        text = "There is no record %(n)s that you can see."
        tell(request, BadInput(text, n=reference))
        return back
    if refused := judging.refused_pair(first, second, request.user):
        messages.error(request, refused)
        return back
    form = JudgeForm(VERDICTS, request.POST or None)
    conflict = ""
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.judge_records(
                first,
                second,
                given["verdict"],
                reason=given["reason"],
                basis=given["basis"],
                by=request.user,
            )
        except (AlreadyJudged, actions.Conflict) as problem:
            conflict = gettext(problem.message) % problem.params
        except BadInput as problem:
            add_problem(form, problem)
        else:
            messages.success(request, gettext("Recorded. It can be withdrawn."))
            return back
    return _pair_page(request, first, second, form, conflict)


def _pair_page(
    request: HttpRequest, first: Any, second: Any, form: JudgeForm, conflict: str
) -> HttpResponse:
    for one in (first, second):
        audit.write("records.view", by=request.user, on=one)
    standing = dossiers.standing(first.pk, second.pk)
    return render(
        request,
        "leads/pair.html",
        {
            **judging.beside(first, second, frozenset()),
            "record": first,
            "kind": first.record_type,
            "form": form,
            "conflict": conflict,
            "typed": request.POST.get("reason", "") if conflict else "",
            "consequences": judging.by_hand(first, second, request.user),
            "standing": life.judged(standing) if standing else "",
            "action": request.get_full_path(),
            "handling": highest([first.handling, second.handling]),
            "handling_of_list": True,
        },
        status=409 if conflict else 200,
    )


# ---- the parts


def _record(request: HttpRequest, code: str, pk: UUID) -> Any:
    if code not in KINDS:
        raise Http404
    kind = registry.get(code)
    if not all(may(request.user, one) for one in kind.model.view_capabilities):
        raise Http404
    return queries.record_or_404(code, pk, request.user)


def _ends(rows: list[SameObject], user: Any) -> dict[str, Any]:
    """Return the records of some judgements, in few questions."""
    wanted = {
        (one.record_type, str(pk))
        for one in rows
        for pk in (one.first_id, one.second_id)
    }
    return dict(queries.seen(wanted, user))


def _row(
    one: SameObject, ends: dict[str, Any], closed: set[Any], user: Any
) -> dict[str, object]:
    kind, word = leads.VERDICTS.get(one.verdict, ("plain", one.verdict))
    pair = [ends.get(str(pk)) for pk in (one.first_id, one.second_id)]
    return {
        "judgement": one,
        "chip": kind if one.stands else "neutral",
        "word": word if one.stands else leads.short_word(one.verdict),
        "ends": [
            {
                "title": leads.caption(record, closed),
                "url": tables.address(record),
                "reference": record.reference,
            }
            for record in pair
            if record is not None
        ],
        "by": wording.person(one.by),
        "basis": wording.label(one.basis, "judgement_bases"),
        "withdrawn_by": wording.person(one.withdrawn_by) if one.withdrawn_by else "",
        "replaced": not one.stands and one.withdrawn_at is None,
        "may_withdraw": one.stands and may_withdraw(one, pair, user),
        "lead": reverse("lead", args=[one.lead]) if one.lead else "",
    }


def may_withdraw(one: SameObject, ends: list[Any], user: Any) -> bool:
    """Tell whether a person may take a judgement back: the judge, or one above."""
    capability = (
        "records.judge_same" if one.by_id == user.pk else "records.withdraw_same"
    )
    return any(
        may(user, capability, on=record) for record in ends if record is not None
    )


def _told(one: Contradiction, user: Any) -> dict[str, object]:
    """Return a contradiction with every judgement of its circle, the weakest named."""
    circle = [one.different, *one.path]
    ends = _ends(circle, user)
    closed = unread(ends.values(), user)
    rows = [_row(each, ends, closed, user) for each in circle]
    for each, row in zip(circle, rows, strict=True):
        row["weakest"] = each.pk == one.weakest.pk
    codes = [str(record.handling) for record in ends.values()]
    return {
        "rows": rows,
        "record": one.different.first_id,
        "code": one.different.record_type,
        "handling": highest(codes),
    }
