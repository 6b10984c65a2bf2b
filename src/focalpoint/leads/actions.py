"""Raise leads, hand them to people, carry out what people judge. Nothing else writes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
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
from focalpoint.leads.models import Judgement, Lead
from focalpoint.leads.suggesting import Suggestion
from focalpoint.records import actions as records
from focalpoint.records import dossiers, registry, wording
from focalpoint.records.base import Record
from focalpoint.records.identifiers import reserve
from focalpoint.records.models import Link, SameObject
from focalpoint.values.errors import BadInput

Status, Kind, Proposal = Lead.Status, Lead.Kind, Lead.Proposal
JUDGEABLE = (Status.OPEN, Status.NOTED)
RAISE = "leads.raise"  # in no role: machines alone raise leads
PORTION = 500
KEPT_LAPSED_DAYS = 365


@dataclass(frozen=True)
class Outcome:
    """What became of some suggestions: identifiers of leads."""

    raised: tuple[UUID, ...] = ()
    reopened: tuple[UUID, ...] = ()
    updated: tuple[UUID, ...] = ()
    unchanged: int = 0
    lapsed: int = 0
    limited: int = 0  # records for which more fits than was looked at


class Conflict(BadInput):
    """Somebody else judged or changed the lead since this person read it."""

    def __init__(self, lead: Lead) -> None:
        self.lead = lead
        self.judgement = one = standing(lead)
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


def standing(lead: Lead) -> Judgement | None:
    """Return the judgement of a lead that stands."""
    return lead.judgements.filter(stands=True).select_related("by", "same").first()


# ---- machines


@transaction.atomic
def raise_many(suggested: Iterable[Suggestion], *, by: Any) -> Outcome:
    """Make suggestions into leads; one that is known already is brought up to date.

    A lead that was judged is asked again only where the suggestion says what changed.
    """
    require(by, RAISE)
    wanted = {one.key: one for one in suggested}
    if not wanted:
        return Outcome()
    dossiers.hold()
    known = {
        lead.key: lead
        for lead in Lead.objects.select_for_update().filter(key__in=list(wanted))
    }
    fresh, reopened, updated = [], [], []
    steps = suggesting.with_open_steps(wanted.values())
    settled = _judged_meanwhile(one for key, one in wanted.items() if _asks(known, key))
    for key, one in wanted.items():
        lead = known.get(key)
        if key in settled:
            continue
        if lead is None:
            fresh.append(suggesting.made(one, steps))
        elif lead.status == Status.JUDGED:
            if one.changed and dict(one.changed) != lead.changed:
                suggesting.restate(lead, one, steps)
                reopened.append(lead)
        elif lead.status == Status.LAPSED:
            suggesting.restate(lead, one, steps)
            reopened.append(lead)
        elif suggesting.differs(lead, one):
            suggesting.restate(lead, one, steps)
            updated.append(lead)
    _number(fresh)
    Lead.objects.bulk_create(fresh, batch_size=200)
    for lead in (*reopened, *updated):
        lead.save()
    audit.write_many("leads.raise", [*fresh, *reopened], by=by)
    audit.write_many("leads.update", updated, by=by)
    return Outcome(
        tuple(lead.pk for lead in fresh),
        tuple(lead.pk for lead in reopened),
        tuple(lead.pk for lead in updated),
        len(wanted) - len(fresh) - len(reopened) - len(updated),
    )


@transaction.atomic
def lapse(leads: Iterable[Lead], because: str, *, by: Any) -> int:
    """Take leads back that the machine would not raise any more; return how many."""
    require(by, RAISE)
    pks = [lead.pk for lead in leads]
    if not pks:
        return 0
    dossiers.hold()
    rows = Lead.objects.select_for_update().filter(pk__in=pks, status__in=JUDGEABLE)
    done = list(rows)
    for lead in done:
        lead.lapsed_because = because
        # Asked again after a change and not any more: the former judgement is enough.
        lead.status = Status.JUDGED if standing(lead) else Status.LAPSED
        lead.changed = {}
        lead.assigned_to = lead.assigned_at = None
        suggesting.count_again(lead)
        lead.save()
    audit.write_many("leads.lapse", done, by=by, detail={"because": because})
    return len(done)


@transaction.atomic
def set_triage_anew(*, by: Any, after: UUID | None = None) -> tuple[int, UUID | None]:
    """Let some waiting leads rise with the day; return how many moved, and the last.

    One portion in one transaction: nobody waits for a whole inbox. Behind the last
    portion the last is nothing.
    """
    require(by, RAISE)
    dossiers.hold()
    rows = Lead.objects.select_for_update().filter(status=Status.OPEN).order_by("pk")
    part = list((rows.filter(pk__gt=after) if after else rows)[:PORTION])
    found, moved = _records_of(part), []
    for lead in part:
        before = lead.triage
        suggesting.place(lead, found.get(lead.first_id), found.get(lead.second_id))
        if lead.triage != before:
            moved.append(lead)
    Lead.objects.bulk_update(moved, ["triage", "triage_reasons"], batch_size=200)
    if moved:
        audit.write("leads.update", by=by, detail={"moved": len(moved)})
    return len(moved), part[-1].pk if part else None


@transaction.atomic
def return_unreachable(*, by: Any) -> int:
    """Put leads back into the inbox whose person may not judge them any more."""
    require(by, RAISE)
    dossiers.hold()
    waiting = Lead.objects.filter(status=Status.OPEN).exclude(assigned_to=None)
    returned: list[Lead] = []
    people = User.objects.filter(pk__in=waiting.values("assigned_to").distinct())
    for person in people:
        own = waiting.filter(assigned_to=person)
        kept = visible(own, person) if may(person, "leads.judge") else own.none()
        returned += own.exclude(pk__in=kept.values("pk"))
    for lead in returned:
        lead.assigned_to = lead.assigned_at = None
        suggesting.count_again(lead)
        lead.save()
    audit.write_many("leads.return", returned, by=by)
    return len(returned)


@transaction.atomic
def forget(erased: Collection[UUID], *, by: Any) -> int:
    """Empty what leads hold of records that were erased; return how many leads."""
    require(by, "records.purge")
    done = []
    for name in ("first_id", "second_id"):
        for lead in Lead.objects.select_for_update().filter(**{f"{name}__in": erased}):
            lead.evidence, lead.triage_reasons = [], []
            if lead.status in JUDGEABLE:
                lead.status, lead.lapsed_because = Status.LAPSED, "erased"
            lead.assigned_to = lead.assigned_at = None
            suggesting.count_again(lead)
            lead.save()
            done.append(lead)
    audit.write_many("leads.forget", done, by=by)
    return len(done)


@transaction.atomic
def drop(removed: Collection[UUID], *, by: Any) -> int:
    """Remove leads on rows that an undone import takes away; none of them was judged."""
    require(by, RAISE)
    rows = Lead.objects.filter(Q(first_id__in=removed) | Q(second_id__in=removed))
    gone = list(rows.filter(judgements=None))
    audit.write_many("leads.drop", gone, by=by)
    Lead.objects.filter(pk__in=[lead.pk for lead in gone]).delete()
    return len(gone)


@transaction.atomic
def forget_lapsed(*, by: Any, days: int = KEPT_LAPSED_DAYS) -> int:
    """Remove leads that lapsed long ago and that nobody ever judged; return how many."""
    require(by, RAISE)
    before = timezone.now() - timedelta(days=days)
    rows = Lead.objects.filter(
        status=Status.LAPSED, updated_at__lt=before, judgements=None
    )
    gone = list(rows[:PORTION])
    audit.write_many("leads.drop", gone, by=by)
    Lead.objects.filter(pk__in=[lead.pk for lead in gone]).delete()
    return len(gone)


# ---- people


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
    former = standing(lead)
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


def _asks(known: Mapping[str, Lead], key: str) -> bool:
    """Tell whether raising a suggestion would put its pair before people anew."""
    return key not in known or known[key].status == Status.LAPSED


def _judged_meanwhile(suggested: Iterable[Suggestion]) -> set[str]:
    """Return the keys of pairs that were judged since the machine weighed them."""
    asked = [one for one in suggested if one.kind == Kind.IDENTITY]
    judged = dossiers.standing_with({one.first.pk for one in asked})
    found = set()
    for one in asked:
        stands = judged[one.first.pk].get(one.second.pk)
        if stands is not None and str(stands.pk) != one.changed.get("judgement"):
            found.add(one.key)
    return found


def _number(fresh: Sequence[Lead]) -> None:
    by_jurisdiction: dict[str, list[Lead]] = {}
    for lead in fresh:
        by_jurisdiction.setdefault(lead.unit.jurisdiction, []).append(lead)
    for jurisdiction, group in by_jurisdiction.items():
        numbers = reserve("LD", jurisdiction, len(group))
        for lead, number in zip(group, numbers, strict=True):
            lead.reference = number


def _records_of(leads: Sequence[Lead]) -> dict[Any, Record]:
    wanted: dict[str, set[UUID]] = {}
    for lead in leads:
        for code, pk in (
            (lead.first_type, lead.first_id),
            (lead.second_type, lead.second_id),
        ):
            if code and pk:
                wanted.setdefault(code, set()).add(pk)
    found: dict[Any, Record] = {}
    for code, pks in wanted.items():
        found.update(registry.get(code).model._default_manager.in_bulk(list(pks)))
    return found


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
    return any(one.withdrawn_at is not None for one in _records_of([lead]).values())
