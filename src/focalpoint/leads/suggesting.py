"""What a machine suggests, and the lead that it makes. Nothing here is stored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils import timezone

from focalpoint.leads import triage
from focalpoint.leads.models import Lead
from focalpoint.records import registry
from focalpoint.records.base import Record
from focalpoint.records.models import Step

Status = Lead.Status


@dataclass(frozen=True)
class Suggestion:
    """What a machine has to say of one or two records, ready to become a lead.

    ``evidence`` is a list of ``{"code", "weight", "params"}`` that JSON can hold.
    ``noted`` leads ask nobody. ``changed`` says what changed since the pair was judged.
    """

    kind: str
    first: Any
    second: Any
    engine: str
    engine_version: str
    weight: float = 0.0
    probability: float | None = None
    proposal: str = "none"
    relation: str = ""
    link_type: str = ""
    evidence: Sequence[Mapping[str, Any]] = ()
    noted: bool = False
    changed: Mapping[str, Any] = field(default_factory=dict)
    own_key: str = ""  # of a lead without a pair: what makes it the same lead again

    @property
    def key(self) -> str:
        """The pair and the kind: a second lead with the same key cannot be."""
        if self.own_key:
            return f"{self.kind}:{self.own_key}"
        return pair_key(self.kind, self.first.pk, self.second.pk)


def pair_key(kind: str, first: UUID, second: UUID) -> str:
    """Return the key of a lead between two records, in whichever order."""
    low, high = sorted((first, second))
    return f"{kind}:{low}:{high}"


def made(one: Suggestion, steps: set[UUID]) -> Lead:
    """Return the new lead of a suggestion; ``steps``: firearms with open steps."""
    newer, older = _ordered(one)
    lead = Lead(
        key=one.key,
        kind=one.kind,
        unit=newer.unit,
        other_unit=older.unit if older is not None else None,
        first_type=newer.type_code if isinstance(newer, Record) else "",
        first_id=newer.pk if isinstance(newer, Record) else None,
        second_type=older.type_code if older is not None else "",
        second_id=older.pk if older is not None else None,
    )
    _state_suggestion(lead, one, steps)
    return lead


def restate(lead: Lead, one: Suggestion, steps: set[UUID]) -> None:
    """Let a known lead say what is suggested now."""
    _state_suggestion(lead, one, steps)
    count_again(lead)


def differs(lead: Lead, one: Suggestion) -> bool:
    """Tell whether a suggestion says something else than the lead does."""
    newer, older = _ordered(one)
    now = (
        lead.first_version,
        lead.second_version,
        lead.engine,
        lead.engine_version,
        lead.relation,
        lead.status,
        lead.changed,
    )
    status = Status.NOTED if one.noted else Status.OPEN
    then = (
        getattr(newer, "version", 1),
        getattr(older, "version", 1),
        one.engine,
        one.engine_version,
        one.relation,
        status,
        dict(one.changed),
    )
    return now != then or round(one.weight, 3) != lead.weight


def _state_suggestion(lead: Lead, one: Suggestion, steps: set[UUID]) -> None:
    newer, older = _ordered(one)
    lead.status = Status.NOTED if one.noted else Status.OPEN
    lead.proposal, lead.relation = one.proposal, one.relation
    lead.link_type = one.link_type
    lead.weight, lead.probability = round(one.weight, 3), one.probability
    lead.evidence = [dict(part) for part in one.evidence]
    lead.engine, lead.engine_version = one.engine, one.engine_version
    lead.changed, lead.lapsed_because = dict(one.changed), ""
    lead.first_version = getattr(newer, "version", 1)
    lead.second_version = getattr(older, "version", 1)
    place(lead, newer, older, has_steps=bool(steps & {lead.first_id, lead.second_id}))
    lead.due_at = triage.due(lead.triage) if lead.status == Status.OPEN else None


def place(
    lead: Lead, first: Any, second: Any, *, has_steps: bool | None = None
) -> None:
    """Set how urgent the lead is, and why."""
    if has_steps is None:
        codes = {reason["code"] for reason in lead.triage_reasons}
        has_steps = "steps_open" in codes
    told = triage.urgency(
        weight=lead.weight,
        relation=lead.relation,
        first=first if isinstance(first, Record) else None,
        second=second,
        changed=lead.changed,
        raised_at=lead.raised_at,
        steps_open=has_steps,
    )
    lead.triage, lead.triage_reasons = told.points, told.reasons


def count_again(lead: Lead) -> None:
    """Note that the lead is another version of itself."""
    lead.version += 1
    lead.updated_at = timezone.now()


def _ordered(one: Suggestion) -> tuple[Any, Any]:
    """Return the newer record, then the older: identifiers sort by time."""
    if one.second is None or one.first.pk > one.second.pk:
        return one.first, one.second
    return one.second, one.first


def with_open_steps(suggested: Iterable[Suggestion]) -> set[UUID]:
    """Return the firearms among them whose recovery has open steps."""
    pks = {
        one.pk
        for suggestion in suggested
        for one in (suggestion.first, suggestion.second)
        if isinstance(one, Record) and one.type_code == "firearm"
    }
    rows = Step.objects.filter(firearm__in=pks, state=Step.State.OPEN)
    return set(rows.values_list("firearm_id", flat=True))


def records_of(leads: Sequence[Lead]) -> dict[Any, Record]:
    """Return the records of some leads by their keys."""
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
