"""Leads: what machines suggest, for people to judge; and the ledger of judgements."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Header, Query, Router, Schema, Status

from focalpoint.accounts.access import get_or_404
from focalpoint.api.errors import REFUSALS, ConflictOut
from focalpoint.api.purpose import state
from focalpoint.api.schemas import (
    JudgedOut,
    Moment,
    WithdrawalIn,
    as_judged,
    refuse_broken_text,
)
from focalpoint.audit import actions as audit
from focalpoint.audit.context import current
from focalpoint.leads import actions, queries
from focalpoint.leads.models import Judgement, Lead
from focalpoint.records.search import PurposeNeeded

PAGE = 50
LARGEST_PAGE = 200
PURPOSE = "what the call is for; needed for leads on persons"
router = Router(tags=["lead"])


class EndOut(Schema):
    """One of the two records of a lead."""

    record_type: str
    id: UUID
    reference: str
    caption: str
    jurisdiction: str
    url: str


class LeadOut(Schema):
    """A suggestion with its records and its reasons; ``weight`` is in bits."""

    id: UUID
    reference: str
    kind: str
    status: str
    relation: str
    proposal: str
    verdicts: list[str]
    weight: float
    probability: float | None
    evidence: list[dict[str, Any]]
    engine: str
    engine_version: str
    urgency: float
    urgency_reasons: list[dict[str, Any]]
    due_at: datetime | None
    assigned_to: str | None
    changed: dict[str, Any]
    first: EndOut | None
    second: EndOut | None
    raised_at: datetime
    version: int


class LeadList(Schema):
    """One page of the inbox; ``total`` counts what the token's owner may see."""

    items: list[LeadOut]
    total: int


class JudgementIn(Schema):
    """What a person says of a lead; ``version`` is the one they have read."""

    verdict: Literal["same", "different", "cannot_say", "confirmed", "refuted"]
    reason: str
    basis: str = ""
    version: int


class JudgementOut(JudgedOut):
    """Who judged what, when, on which version of which engine."""

    lead: UUID
    lead_reference: str
    engine: str
    engine_version: str
    relation: str
    weight: float
    agreed: bool | None
    same: UUID | None


class AssignmentIn(Schema):
    """To whom a lead goes, by sign-in name; to nobody it is back in the inbox."""

    to: str | None
    version: int
    due_at: Moment | None = None


class EngineOut(Schema):
    """How often one version of one engine was right."""

    engine: str
    engine_version: str
    relation: str
    waiting: int
    judged: int
    right: int
    wrong: int
    unsure: int
    withdrawn: int
    share: float | None


@router.get("/leads", response={200: LeadList, **REFUSALS}, operation_id="lead_list")
def listing(
    request: HttpRequest,
    *,
    status: Literal["open", "noted", "judged", "lapsed", ""] = "open",
    kind: Literal["identity", "ballistic", "signal", "partner", ""] = "",
    type: str = Query("", max_length=30),
    relation: Literal["same", "clone", "lot", "part", ""] = "",
    whose: Literal["mine", "nobody", "others", ""] = "",
    order: Literal["triage", "weight", "due", "newest", "oldest"] = "triage",
    late: bool = False,
    start: int = Query(0, ge=0, le=100_000),
    limit: int = Query(PAGE, ge=1, le=LARGEST_PAGE),
    x_purpose: str = Header("", alias="X-Purpose", description=PURPOSE, max_length=200),
) -> dict[str, Any]:
    """List leads, the most urgent first; what a restriction (H3) closes is left out."""
    state(request, x_purpose)
    wanted = queries.Wanted(
        status=status,
        kind=kind,
        record_type=type,
        relation=relation,
        whose=whose,
        order=order,
        late=late,
    )
    page = queries.inbox(request.user, wanted, start=start, limit=limit)
    audit.write(
        "leads.list", by=request.user, detail={"rows": len(page.rows), "status": status}
    )
    items = [as_lead(row) for row in page.rows if not row.is_closed]
    return {"items": items, "total": page.total}


@router.get(
    "/leads/{id}", response={200: LeadOut, **REFUSALS}, operation_id="lead_read"
)
def read(
    request: HttpRequest,
    id: UUID,
    x_purpose: str = Header("", alias="X-Purpose", description=PURPOSE, max_length=200),
) -> dict[str, Any]:
    """Read one lead with its evidence."""
    lead = _lead(request, id, x_purpose)
    audit.write("leads.view", by=request.user, on=lead)
    return as_lead(queries.opened(lead, request.user))


@router.post(
    "/leads/{id}/judgement",
    response={201: JudgementOut, 409: ConflictOut, **REFUSALS},
    operation_id="lead_judge",
)
def judge(
    request: HttpRequest,
    id: UUID,
    body: JudgementIn,
    x_purpose: str = Header("", alias="X-Purpose", description=PURPOSE, max_length=200),
) -> Any:
    """Settle a lead. A judgement can be withdrawn, with a reason; nothing is lost."""
    lead = _lead(request, id, x_purpose)
    refuse_broken_text(body.dict())
    made = actions.judge(
        lead,
        body.verdict,
        reason=body.reason,
        basis=body.basis,
        by=request.user,
        version=body.version,
    )
    return Status(201, as_judgement(made))


@router.post(
    "/leads/{id}/assignment",
    response={200: LeadOut, 409: ConflictOut, **REFUSALS},
    operation_id="lead_assign",
)
def assign(
    request: HttpRequest,
    id: UUID,
    body: AssignmentIn,
    x_purpose: str = Header("", alias="X-Purpose", description=PURPOSE, max_length=200),
) -> dict[str, Any]:
    """Give a lead to a person, or back to the inbox."""
    lead = _lead(request, id, x_purpose)
    refuse_broken_text({"to": body.to})
    to = queries.judge_named(body.to) if body.to else None
    lead = actions.assign(
        lead, to, by=request.user, due_at=body.due_at, version=body.version
    )
    return as_lead(queries.opened(lead, request.user))


@router.get(
    "/judgements",
    response={200: list[JudgementOut], **REFUSALS},
    operation_id="judgement_list",
)
def ledger(
    request: HttpRequest,
    lead: UUID | None = None,
    start: int = Query(0, ge=0, le=100_000),
    limit: int = Query(PAGE, ge=1, le=LARGEST_PAGE),
    x_purpose: str = Header("", alias="X-Purpose", description=PURPOSE, max_length=200),
) -> list[dict[str, Any]]:
    """Read the ledger: who judged what, the latest first, withdrawn ones too."""
    state(request, x_purpose)
    rows = queries.ledger(request.user)
    if lead is not None:
        rows = rows.filter(lead=lead)
    page = list(rows[start : start + limit])
    audit.write("leads.list", by=request.user, detail={"rows": len(page)})
    return [as_judgement(row) for row in page]


@router.post(
    "/judgements/{id}/withdraw",
    response={200: LeadOut, **REFUSALS},
    operation_id="judgement_withdraw",
)
def withdraw(
    request: HttpRequest,
    id: UUID,
    body: WithdrawalIn,
    x_purpose: str = Header("", alias="X-Purpose", description=PURPOSE, max_length=200),
) -> dict[str, Any]:
    """Take a judgement back: lead and dossiers are again what they were."""
    judgement = get_or_404(Judgement, id, request.user)
    _lead(request, judgement.lead_id, x_purpose)
    refuse_broken_text({"reason": body.reason})
    lead = actions.withdraw(judgement, body.reason, by=request.user)
    return as_lead(queries.opened(lead, request.user))


@router.get(
    "/engines", response={200: list[EngineOut], **REFUSALS}, operation_id="engine_list"
)
def engines(
    request: HttpRequest,
    x_purpose: str = Header("", alias="X-Purpose", description=PURPOSE, max_length=200),
) -> Any:
    """See how often each version of each engine was right, by what you may see."""
    state(request, x_purpose)
    return queries.track_record(request.user)


def _lead(request: HttpRequest, id: UUID, purpose: str) -> Lead:
    """Return a lead; one on persons opens for a stated purpose only."""
    state(request, purpose)
    lead = queries.lead_or_404(id, request.user)
    if lead.is_personal and not current().purpose:
        raise PurposeNeeded
    return lead


def as_lead(row: queries.Shown) -> dict[str, Any]:
    """Return a lead in the shape of its schema."""
    lead: Lead = row.lead
    return {
        "id": lead.pk,
        "reference": lead.reference,
        "kind": lead.kind,
        "status": lead.status,
        "relation": lead.relation,
        "proposal": lead.proposal,
        "verdicts": list(lead.verdicts),
        "weight": lead.weight,
        "probability": lead.probability,
        "evidence": lead.evidence,
        "engine": lead.engine,
        "engine_version": lead.engine_version,
        "urgency": lead.triage,
        "urgency_reasons": lead.triage_reasons,
        "due_at": lead.due_at,
        "assigned_to": row.assigned_to.get_username() if row.assigned_to else None,
        "changed": lead.changed,
        "first": _end(row.first),
        "second": _end(row.second),
        "raised_at": lead.raised_at,
        "version": lead.version,
    }


def as_judgement(row: Judgement) -> dict[str, Any]:
    """Return a judgement of a lead in the shape of its schema."""
    names = ("engine", "engine_version", "relation", "weight", "agreed")
    return {
        **as_judged(row),
        **{name: getattr(row, name) for name in names},
        "lead": row.lead_id,
        "lead_reference": row.lead.reference,
        "same": row.same_id,
    }


def _end(record: Any) -> dict[str, Any] | None:
    if record is None:
        return None
    return {
        "record_type": record.type_code,
        "id": record.pk,
        "reference": record.reference,
        "caption": record.caption,
        "jurisdiction": record.jurisdiction,
        "url": f"/records/{record.type_code}/{record.pk}/",
    }
