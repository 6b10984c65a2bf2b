"""Hand leads to people and carry out what people judge; ``raising`` is the machines'."""

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from focalpoint.accounts.access import (
    RestrictionUnread,
    has_read,
    may,
    require,
    visible,
)
from focalpoint.accounts.models import Unit, User
from focalpoint.audit import actions as audit
from focalpoint.leads import suggesting
from focalpoint.leads.models import JUDGEABLE, Judgement, Lead
from focalpoint.records import actions as records
from focalpoint.records import dossiers, registry, wording
from focalpoint.records.base import Record
from focalpoint.records.models import Link, SameObject
from focalpoint.values.errors import BadInput

Status, Kind, Proposal = Lead.Status, Lead.Kind, Lead.Proposal


class Conflict(BadInput):
    """Somebody else judged or changed the lead since this person read it."""

    def __init__(self, lead: Lead) -> None:
        self.lead = lead
        self.judgement = one = lead.standing
        told: dict[str, object] = {"reference": lead.reference}
        if lead.status == Status.JUDGED and one is not None:
            told |= {
                "by": wording.person(one.by),
                "at": wording.moment(one.at),
                "verdict": wording.label(one.verdict, "judgement_verdicts"),
            }
            said = gettext_noop(
                "%(by)s judged %(reference)s %(at)s: %(verdict)s. Nothing of yours is "
                "stored. Read that judgement; it can be withdrawn, with a reason."
            )
        elif lead.status in JUDGEABLE:
            said = gettext_noop(
                "%(reference)s was changed since you opened it: it was handed on, or its "
                "records or its evidence are other ones. Nothing of yours is stored. "
                "Read it again and decide."
            )
        else:
            said = gettext_noop(
                "The machine took %(reference)s back since you opened it, because one of "
                "its records was changed or withdrawn. Nothing of yours is stored."
            )
        super().__init__(said, **told)


@transaction.atomic
def assign(
    lead: Lead,
    to: User | None,
    *,
    by: Any,
    due_at: Any = None,
    version: int | None = None,
) -> Lead:
    """Give a lead to a person who may judge it, or back to the inbox with nobody.

    Whoever may judge may take a lead and give it back; giving one to somebody else, or
    moving its deadline, asks for a right of its own.
    """
    own = to == by or (to is None and lead.assigned_to_id == by.pk)
    capability = "leads.judge" if own and due_at is None else "leads.assign"
    require(by, capability, on=place_of(lead, by, capability))
    lead = _claimed(lead, version, statuses=(Status.OPEN,))
    if to is not None and not can_judge(lead, to):
        raise BadInput(
            "%(name)s cannot see both records or may not judge leads; choose somebody "
            "else.",
            name=to.get_full_name() or to.get_username(),
        )
    lead.assigned_to = to
    lead.assigned_at = timezone.now() if to is not None else None
    lead.due_at = due_at or lead.due_at
    suggesting.count_again(lead)
    lead.save()
    detail = {"to": to.pk if to is not None else None}
    audit.write("leads.assign", by=by, on=lead, detail=detail)
    return lead


@transaction.atomic
def judge(
    lead: Lead,
    verdict: str,
    *,
    reason: str,
    by: Any,
    basis: str = "",
    version: int | None = None,
) -> Judgement:
    """Settle a lead and carry out what it proposes; nothing is lost, all can be undone.

    ``version`` is the version that the person has read: when somebody else judged
    meanwhile, ``Conflict`` says so and nothing is saved.
    """
    require(by, "leads.judge", on=place_of(lead, by, "leads.judge"))
    dossiers.hold()  # before the lead, as whoever raises leads does
    lead = _claimed(lead, version, statuses=JUDGEABLE)
    if verdict not in lead.verdicts:
        raise BadInput("%(verdict)s cannot be judged of this lead.", verdict=verdict)
    if not reason.strip():
        raise BadInput("Say what you saw. A court may read this.")
    first, second = _opened(lead, by)
    former = lead.standing
    if former is not None:
        former.stands = False
        former.save(update_fields=["stands"])
    same, made = _carry_out(lead, verdict, first, second, reason, basis, by)
    judgement = Judgement.objects.create(
        lead=lead,
        verdict=verdict,
        basis=basis,
        reason=reason.strip()[:600],
        by=by,
        engine=lead.engine,
        engine_version=lead.engine_version,
        relation=lead.relation,
        proposal=lead.proposal,
        weight=lead.weight,
        probability=lead.probability,
        agreed=lead.agrees(verdict),
        same=same,
        link=made.pk if made is not None else None,
        before=_state(lead, former),
    )
    lead.status, lead.changed = Status.JUDGED, {}
    lead.assigned_to = lead.assigned_at = None
    suggesting.count_again(lead)
    lead.save()
    detail = {"judgement": str(judgement.pk), "verdict": verdict}
    audit.write("leads.judge", by=by, on=lead, detail=detail)
    return judgement


@transaction.atomic
def withdraw(judgement: Judgement, reason: str, *, by: Any) -> Lead:
    """Take a judgement back: the lead, and the dossiers, are again what they were."""
    dossiers.hold()
    lead = Lead.objects.select_for_update().get(pk=judgement.lead_id)
    judgement = Judgement.objects.select_for_update().get(pk=judgement.pk)
    if not judgement.stands:
        raise BadInput("This judgement does not stand any more; nothing is changed.")
    if not reason.strip():
        raise BadInput("Say why the judgement is withdrawn.")
    capability = "leads.judge" if judgement.by_id == by.pk else "records.withdraw_same"
    require(by, capability, on=place_of(lead, by, capability))
    if judgement.same is not None and judgement.same.stands:
        records.withdraw_same(judgement.same, reason, by=by)
    if judgement.link is not None:
        records.withdraw(Link.objects.get(pk=judgement.link), reason, by=by)
    judgement.take_back(reason, by)
    judgement.save()
    _put_back(lead, judgement.before)
    detail = {"judgement": str(judgement.pk), "verdict": judgement.verdict}
    audit.write("leads.withdraw", by=by, on=lead, detail=detail)
    return lead


def judge_records(
    first: Record,
    second: Record,
    verdict: str,
    *,
    reason: str,
    basis: str,
    by: Any,
) -> SameObject:
    """Judge two records that a person brought together; settle their lead if any."""
    key = suggesting.pair_key(Kind.IDENTITY, first.pk, second.pk)
    lead = Lead.objects.filter(key=key, status__in=JUDGEABLE).first()
    if lead is None:
        return records.judge_same(
            first, second, verdict, reason=reason, basis=basis, by=by
        )
    done = judge(lead, verdict, reason=reason, basis=basis, by=by)
    assert done.same is not None  # noqa: S101 - a lead on identity always judges
    return done.same


def withdraw_records(same: SameObject, reason: str, *, by: Any) -> SameObject:
    """Withdraw a same-object judgement, with the lead it had settled."""
    settled = Judgement.objects.filter(same=same, stands=True).first()
    if settled is None:
        return records.withdraw_same(same, reason, by=by)
    withdraw(settled, reason, by=by)
    return SameObject.objects.get(pk=same.pk)


# ---- the parts


def can_judge(lead: Lead, person: User) -> bool:
    """Tell whether a person may judge a lead and sees both of its records."""
    if not any(
        may(person, "leads.judge", on=unit)
        for unit in (lead.unit, lead.other_unit)
        if unit is not None
    ):
        return False
    return visible(Lead.objects.filter(pk=lead.pk), person).exists()


def place_of(lead: Lead, by: Any, capability: str) -> Unit:
    """Return that unit of a lead in which the person holds a right, else its first."""
    other = lead.other_unit
    if other is not None and not may(by, capability, on=lead.unit):
        return other
    return lead.unit


def _claimed(lead: Lead, version: int | None, statuses: Collection[str]) -> Lead:
    """Return the lead as it stands, held; refuse when it is not what was read."""
    read = lead.version if version is None else version
    lead = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
    if lead.version != read or lead.status not in statuses:
        raise Conflict(lead)
    return lead


def _opened(lead: Lead, by: Any) -> tuple[Any, Any]:
    """Return both records to somebody who may open them."""
    found: list[Any] = []
    for code, pk in (
        (lead.first_type, lead.first_id),
        (lead.second_type, lead.second_id),
    ):
        if not code or pk is None:
            found.append(None)
            continue
        rows = visible(registry.get(code).model._default_manager.filter(pk=pk), by)
        record = rows.select_related("unit").first()
        if record is None:
            raise PermissionDenied("leads.judge")
        if not has_read(by, record):
            raise RestrictionUnread(record)
        found.append(record)
    return found[0], found[1]


def _carry_out(
    lead: Lead, verdict: str, first: Any, second: Any, reason: str, basis: str, by: Any
) -> tuple[SameObject | None, Link | None]:
    """Do what was confirmed: a judgement between two records, a link, or nothing."""
    if "same" in lead.verdicts:
        asked = lead.changed.get("judgement")
        former = dossiers.standing(first.pk, second.pk) if asked else None
        same = records.judge_same(
            first,
            second,
            verdict,
            reason=reason,
            basis=basis,
            by=by,
            weight=lead.weight,
            lead=lead.pk,
            replacing=former if former and str(former.pk) == asked else None,
        )
        return same, None
    if lead.proposal == Proposal.LINK and verdict == "confirmed":
        if lead.relation == Lead.Relation.PART and _is_part(second):
            first, second = second, first  # the part is part of the other
        made: Any = records.link(
            first,
            second,
            lead.link_type,
            by=by,
            strength="confirmed",
            basis=reason.strip()[:200],
            source=f"{lead.engine} {lead.engine_version}",
        )
        return None, made
    return None, None


def _is_part(record: Any) -> bool:
    return getattr(record, "type", "") == "part_only"


def _state(lead: Lead, former: Judgement | None) -> dict[str, Any]:
    return {
        "status": lead.status,
        "changed": lead.changed,
        "assigned_to": lead.assigned_to_id,
        "judgement": str(former.pk) if former is not None else None,
    }


def _put_back(lead: Lead, before: Mapping[str, Any]) -> None:
    if before["judgement"]:
        former = Judgement.objects.select_for_update().get(pk=before["judgement"])
        former.stands = True
        former.save(update_fields=["stands"])
    lead.status, lead.changed = before["status"], before["changed"]
    if lead.status in JUDGEABLE and _is_withdrawn(lead):
        # Nobody is asked about a record that does not count; restored, it asks again.
        lead.status, lead.lapsed_because = Status.LAPSED, "record_withdrawn"
        suggesting.count_again(lead)
        lead.save()
        return
    person = User.objects.filter(pk=before["assigned_to"]).first()
    if person is not None and can_judge(lead, person):
        lead.assigned_to, lead.assigned_at = person, timezone.now()
    suggesting.count_again(lead)
    lead.save()


def _is_withdrawn(lead: Lead) -> bool:
    return any(
        one.withdrawn_at is not None for one in suggesting.records_of([lead]).values()
    )
