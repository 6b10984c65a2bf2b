"""Judging: two records side by side, what speaks for and against, a verdict.

A key or a click chooses; nothing is written before the reason is given and the judgement
is recorded, and whatever was recorded can be withdrawn.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from focalpoint.accounts.access import may, unread
from focalpoint.audit import actions as audit
from focalpoint.leads import actions, queries
from focalpoint.leads.models import JUDGEABLE, Judgement, Lead
from focalpoint.leads.queries import Shown, Wanted
from focalpoint.records import dossiers, wording
from focalpoint.records.actions import AlreadyJudged
from focalpoint.records.dossiers import Consequence
from focalpoint.values import codelists
from focalpoint.values.errors import BadInput
from focalpoint.web import evidence, leads, pairs, tables
from focalpoint.web.pages import ask_purpose, attempt, has_purpose, highest, page
from focalpoint.web.pages import sentence as problem_in_words
from focalpoint.web.records import add_problem

# verdict: its word and the keys that choose it, by their place on the keyboard
CHOICES = {
    "same": (_("Same"), "s 1"),
    "different": (_("Different"), "d 2"),
    "cannot_say": (_("Unsure"), "u 3"),
    "confirmed": (_("Confirmed"), "s 1"),
    "refuted": (_("Refuted"), "d 2"),
}
QUESTIONS = {
    "same": _("Are these two records the same gun?"),
    "clone": _("Two guns with one number, or one gun?"),
    "lot": _("Two guns of one delivery, or one gun?"),
    "part": _("Does this component belong to this gun?"),
}
LITTLE = 0.25  # bits: below that a reason says nothing either way
MOST = 1000  # leads of a list that one steps through


class JudgeForm(forms.Form):
    """A verdict, what it rests on, and what was seen."""

    verdict = forms.ChoiceField(
        label=_("Your judgement"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose same, different or unsure.")},
    )
    basis = forms.ChoiceField(
        label=_("Basis"),
        error_messages={"required": _("Choose what the judgement rests on.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("What did you see? A court may read this."),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say what you saw.")},
    )

    def __init__(self, verdicts: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        verdict: Any = self.fields["verdict"]
        verdict.choices = [(code, CHOICES[code][0]) for code in verdicts]
        basis: Any = self.fields["basis"]
        listed = codelists.load("judgement_bases").choices(wording.locale())
        basis.choices = [("", gettext("Choose")), *listed]

    @property
    def buttons(self) -> list[dict[str, object]]:
        """The verdicts as the page draws them: three equal choices, none preset."""
        field: Any = self.fields["verdict"]
        chosen = self["verdict"].value()
        return [
            {
                "code": code,
                "word": word,
                "keys": CHOICES[code][1],
                "key": CHOICES[code][1][0],
                "chosen": chosen == code,
            }
            for code, word in field.choices
        ]


# ---- the page of a lead


@page("leads.view")
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one lead: explanation, side by side, what a judgement would do."""
    lead = queries.lead_or_404(pk, request.user)
    if lead.is_personal and not has_purpose(request):
        return ask_purpose(request)
    form = JudgeForm(lead.verdicts) if _may_judge(lead, request.user) else None
    return _page(request, lead, form)


@require_POST
@page("leads.judge")
def judge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record a judgement; somebody else's of the same moment is shown instead."""
    lead = queries.lead_or_404(pk, request.user)
    if lead.is_personal and not has_purpose(request):
        return ask_purpose(request)
    wanted = leads.wanted_from(request.GET)
    form = JudgeForm(lead.verdicts, request.POST)
    if not form.is_valid():
        return _page(request, lead, form)
    following = queries.following(request.user, wanted, after=lead.pk)
    given = form.cleaned_data
    try:
        actions.judge(
            lead,
            given["verdict"],
            reason=given["reason"],
            basis=given["basis"],
            by=request.user,
            version=_version(request),
        )
    except (actions.Conflict, AlreadyJudged) as conflict:
        fresh = queries.lead_or_404(pk, request.user)
        return _page(request, fresh, form, conflict=problem_in_words(conflict))
    except BadInput as problem:
        add_problem(form, problem)
        return _page(request, lead, form)
    text = gettext("%(reference)s is recorded: %(verdict)s. It can be withdrawn.")
    verdict = str(CHOICES[given["verdict"]][0]).lower()
    messages.success(request, text % {"reference": lead.reference, "verdict": verdict})
    if request.POST.get("then") == "stay" or following is None:
        return redirect(leads.address_of(lead.pk, wanted))
    return redirect(leads.address_of(following.pk, wanted))


@require_POST
@page("leads.judge")
def assign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take this lead, give it back, or give it to somebody by a day."""
    lead = queries.lead_or_404(pk, request.user)
    to = leads.receiver(request)
    due = leads.due_from(request.POST.get("due", ""))
    attempt(
        request,
        lambda: actions.assign(
            lead, to, by=request.user, due_at=due, version=_version(request)
        ),
        gettext("Handed on."),
    )
    return redirect(leads.address_of(pk, leads.wanted_from(request.GET)))


@require_POST
@page("leads.view")
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a judgement of a lead back: all is again as it was before it."""
    judgement = queries.judgement_or_404(pk, request.user)
    attempt(
        request,
        lambda: actions.withdraw(
            judgement, request.POST.get("reason", ""), by=request.user
        ),
        gettext("Withdrawn. The lead and the dossiers are again as they were."),
    )
    return redirect("lead", pk=judgement.lead_id)


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() and len(text) < 9 else None


def _may_judge(lead: Lead, user: Any) -> bool:
    return lead.status in JUDGEABLE and actions.can_judge(lead, user)


def _page(
    request: HttpRequest,
    lead: Lead,
    form: JudgeForm | None,
    *,
    conflict: str = "",
) -> HttpResponse:
    shown = queries.show(lead, request.user)
    wanted = leads.wanted_from(request.GET)
    for record in shown.pair:
        if record is not None and record.pk not in shown.closed:
            audit.write("records.view", by=request.user, on=record)
    if not _may_judge(lead, request.user):
        form = None
    context = {
        **_head(shown, request.user, wanted),
        **_around(lead, wanted, request.user),
        **beside(shown.first, shown.second, shown.closed, lead.evidence),
        **_balance(lead),
        "form": form,
        "typed": request.POST.get("reason", "") if conflict else "",
        "conflict": conflict,
        "action": _action(lead, wanted),
        "consequences": {}
        if shown.is_closed or form is None
        else consequences(queries.consequences(lead, request.user)),
        "rivals": _rivals(lead, request.user),
        "history": [_happening(one) for one in queries.history(lead)],
        "standing": _standing(lead, request.user),
        "asked_again": asked_again(shown),
        "people": leads.people(request.user) if lead.is_open else [],
        "may_take": lead.is_open and _may_judge(lead, request.user),
        "may_assign": lead.is_open and may(request.user, "leads.assign"),
    }
    return render(request, "leads/lead.html", context, status=409 if conflict else 200)


def _head(shown: Shown, user: Any, wanted: Wanted) -> dict[str, object]:
    lead = shown.lead
    codes = [one.handling for one in shown.pair if one is not None]
    return {
        "lead": lead,
        "question": _question(lead),
        "relation": leads.relation_word(lead),
        "engine": leads.engine(lead),
        "says": ""
        if shown.is_closed
        else gettext("Possibly one person.")
        if lead.is_personal
        else str(evidence.RELATIONS.get(lead.relation, "")),
        "with": leads.who(shown.assigned_to, user),
        "is_mine": shown.assigned_to is not None and shown.assigned_to.pk == user.pk,
        "due": leads.due_words(lead.due_at) if lead.is_open else "",
        "urgency": [
            {"text": evidence.urgency(one), "points": evidence.bits(one["points"])}
            for one in leads.reasons(lead)
        ],
        "kept": urlencode(leads.pairs_of(wanted)),
        "closed": shown.is_closed,
        "handling": highest(codes),
        "handling_of_list": True,
    }


def _action(lead: Lead, wanted: Wanted) -> str:
    query = urlencode(leads.pairs_of(wanted))
    return f"{reverse('lead_judge', args=[lead.pk])}{'?' if query else ''}{query}"


def _question(lead: Lead) -> str:
    if lead.kind != Lead.Kind.IDENTITY:
        return str(lead.get_kind_display())
    if lead.is_personal:
        return gettext("Are these two records the same person?")
    return str(QUESTIONS.get(lead.relation, QUESTIONS["same"]))


def _around(lead: Lead, wanted: Wanted, user: Any) -> dict[str, object]:
    """Return the leads before and behind this one in the list it was opened from."""
    keys = list(queries.leads(user, wanted).values_list("pk", flat=True)[:MOST])
    if lead.pk not in keys:
        after = keys[0] if keys else None
        return {"next_url": leads.address_of(after, wanted) if after else ""}
    at = keys.index(lead.pk)
    return {
        "place": at + 1,
        "of": len(keys),
        "previous_url": leads.address_of(keys[at - 1], wanted) if at else "",
        "next_url": leads.address_of(keys[at + 1], wanted)
        if at + 1 < len(keys)
        else "",
    }


def _balance(lead: Lead) -> dict[str, object]:
    """Return what speaks for and what against, the weightiest first, with its sum."""
    items = [(float(one["weight"]), evidence.sentence(one)) for one in lead.evidence]
    items.sort(key=lambda item: -abs(item[0]))
    sides = {
        "for": [one for one in items if one[0] >= LITTLE],
        "against": [one for one in items if one[0] <= -LITTLE],
        "neither": [one for one in items if abs(one[0]) < LITTLE],
    }
    chance = lead.probability
    return {
        "sides": {
            name: [
                {"bits": evidence.bits(weight), "text": text} for weight, text in own
            ]
            for name, own in sides.items()
        },
        "sums": {
            name: evidence.bits(sum(weight for weight, _text in own))
            for name, own in sides.items()
        },
        "weight": evidence.bits(lead.weight),
        "probability": "" if chance is None else number_format(min(chance, 0.9999), 4),
    }


def beside(
    first: Any, second: Any, closed: Any, reasons: Sequence[Mapping[str, Any]] = ()
) -> dict[str, object]:
    """Return two records side by side; of one that is closed only its reference."""
    heads = [
        None
        if one is None
        else {
            "record": one,
            "url": tables.address(one),
            "reference": one.reference,
            "closed": one.pk in closed,
            "title": "" if one.pk in closed else leads.caption(one, closed),
            "grade": wording.grade(one),
            "handling": one.handling,
            "from": one.source or one.unit.name,
            "jurisdiction": one.jurisdiction,
            "withdrawn": bool(one.withdrawn_at),
        }
        for one in (first, second)
    ]
    both = first is not None and second is not None and not closed
    return {
        "heads": heads,
        "rows": pairs.rows(first, second, reasons)
        if both and first.type_code == second.type_code
        else [],
    }


def consequences(found: Mapping[str, Consequence]) -> dict[str, dict[str, Any]]:
    """Say what each verdict would do, before it is made."""
    told: dict[str, dict[str, Any]] = {}
    for verdict, one in found.items():
        against = [wording.person(other.by) for other in one.contradicts]
        told[verdict] = {
            "records": len(one.members),
            "dossiers": 1 if one.first and one.first[0].pk == one.second[0].pk else 2,
            "reference": one.members[0].reference if one.members else "",
            "contradicts": len(against),
            "names": ", ".join(sorted(set(against))),
        }
    return told


def _rivals(lead: Lead, user: Any) -> list[dict[str, object]]:
    found = queries.rivals(lead, user)
    judged = queries.standing_of([one.lead for one in found])
    return [_rival(one, judged.get(one.lead.pk)) for one in found]


def _rival(shown: Shown, judged: Judgement | None) -> dict[str, object]:
    lead = shown.lead
    against = [one for one in lead.evidence if float(one["weight"]) <= -LITTLE]
    against.sort(key=lambda one: float(one["weight"]))
    return {
        "url": reverse("lead", args=[lead.pk]),
        "titles": [leads.caption(one, shown.closed) for one in shown.pair if one],
        "relation": leads.relation_word(lead),
        "state": leads.state(lead, judged),
        "weight": evidence.bits(lead.weight),
        "why_not": ""
        if shown.is_closed
        else " ".join(evidence.sentence(one) for one in against[:2]),
    }


def _happening(one: queries.Happening) -> dict[str, object]:
    judgement = one.judgement
    verdict = (
        str(leads.VERDICTS.get(judgement.verdict, ("", judgement.verdict))[1])
        if judgement
        else ""
    )
    return {
        "at": one.at,
        "what": one.what,
        "by": wording.person(one.by) if one.by else "",
        "verdict": verdict,
        "reason": ""
        if judgement is None
        else judgement.withdrawn_reason
        if one.what == "withdrawn"
        else judgement.reason,
    }


def _standing(lead: Lead, user: Any) -> dict[str, object] | None:
    """Return the judgement that stands, and whether this person may withdraw it."""
    judgement = lead.standing
    if judgement is None:
        return None
    kind, word = leads.VERDICTS.get(judgement.verdict, ("plain", judgement.verdict))
    return {
        "judgement": judgement,
        "chip": kind,
        "word": word,
        "by": wording.person(judgement.by),
        "basis": wording.label(judgement.basis, "judgement_bases"),
        "engine": leads.engine(judgement),
        "may_withdraw": may_withdraw(judgement, lead, user),
    }


def may_withdraw(judgement: Judgement, lead: Lead, user: Any) -> bool:
    """Tell whether a person may take a judgement of a lead back."""
    own = judgement.by_id == user.pk
    capability = "leads.judge" if own else "records.withdraw_same"
    return any(
        may(user, capability, on=unit)
        for unit in (lead.unit, lead.other_unit)
        if unit is not None
    )


def asked_again(shown: Shown) -> str:
    """Say what changed since the pair was judged, where it is asked again."""
    changed = shown.lead.changed
    if not changed or shown.is_closed:
        return ""
    told = []
    for name, record in (("first", shown.first), ("second", shown.second)):
        fields = changed.get(name) or []
        if record is None or not fields:
            continue
        kind = record.record_type
        known = [kind.label(one) for one in fields if one in kind.fields]
        named = ", ".join(known or fields)
        told.append(
            gettext("%(fields)s of %(reference)s")
            % {"fields": named, "reference": record.reference}
        )
    if not told:
        return ""
    text = gettext("It was judged before. Since then changed: %(what)s.")
    return text % {"what": "; ".join(told)}


# ---- two records that a person brings together


def refused_pair(first: Any, second: Any, user: Any) -> str:
    """Say why two records cannot be judged by this person; nothing where they can."""
    if first.pk == second.pk:
        return gettext("That is this record itself. Give the reference of another.")
    if first.type_code != second.type_code:
        return gettext("Only two records of one kind can be judged the same.")
    if unread([first, second], user):
        return gettext("Read the restriction of both records first.")
    return ""


def by_hand(first: Any, second: Any, user: Any) -> dict[str, dict[str, Any]]:
    """Return what judging two records would do, told before it is made."""
    if not may(user, "records.judge_same", on=first):
        raise PermissionDenied("records.judge_same")
    if refused_pair(first, second, user):
        raise Http404
    return consequences(
        {
            verdict: dossiers.consequence(first, second, verdict, user)
            for verdict in ("same", "different")
        }
    )
