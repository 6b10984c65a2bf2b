"""What machines do with leads: raise, take back, move up, hand back, forget.

Actions like those of ``actions``, which are people's.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from focalpoint.accounts.access import may, require, visible
from focalpoint.accounts.models import User
from focalpoint.audit import actions as audit
from focalpoint.leads import suggesting
from focalpoint.leads.models import JUDGEABLE, Lead
from focalpoint.leads.suggesting import Suggestion
from focalpoint.records import dossiers
from focalpoint.records.identifiers import reserve

Status, Kind = Lead.Status, Lead.Kind
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
        lead.status = Status.JUDGED if lead.standing else Status.LAPSED
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
    found, moved = suggesting.records_of(part), []
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


# ---- the parts


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
