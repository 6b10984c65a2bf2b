"""Identity: judge two records, take it back, see the dossier and its contradictions."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Header, Query, Router, Schema, Status

from focalpoint.accounts.access import get_or_404, has_read
from focalpoint.api.errors import REFUSALS, ConflictOut
from focalpoint.api.purpose import ask, state
from focalpoint.api.schemas import (
    JudgedOut,
    WithdrawalIn,
    as_judged,
    refuse_broken_text,
)
from focalpoint.audit import actions as audit
from focalpoint.leads import actions
from focalpoint.records import dossiers, queries, registry
from focalpoint.records.models import SameObject

PURPOSE = "what the call is for; needed for records of persons"
router = Router(tags=["identity"])


class SameIn(Schema):
    """A judgement of two records."""

    record_type: Literal["firearm", "person"]
    first: UUID
    second: UUID
    verdict: Literal["same", "different", "cannot_say"]
    basis: str
    reason: str


class SameOut(JudgedOut):
    """A judgement of two records as it stands or stood."""

    record_type: str
    first: UUID
    second: UUID
    weight: float | None
    lead: UUID | None


class MemberOut(Schema):
    """One record of a dossier."""

    record_type: str
    id: UUID
    reference: str
    caption: str
    jurisdiction: str
    source: str
    withdrawn: bool


class DossierOut(Schema):
    """The records of one thing that the token's owner may see, the earliest first.

    ``id`` is the earliest of them, so it may differ from what another person sees.
    """

    id: UUID
    members: list[MemberOut]
    judgements: list[SameOut]


class ContradictionOut(Schema):
    """Two records judged different although other judgements make them one."""

    different: SameOut
    path: list[SameOut]
    weakest: UUID


@router.post(
    "/same-object",
    response={201: SameOut, 409: ConflictOut, **REFUSALS},
    operation_id="same_object_judge",
)
def judge(
    request: HttpRequest,
    body: SameIn,
    x_purpose: str = Header("", alias="X-Purpose", description=PURPOSE, max_length=200),
) -> Any:
    """Judge whether two records speak of one thing; an open lead on them is settled."""
    ask(request, registry.get(body.record_type), x_purpose)
    first = queries.record_or_404(body.record_type, body.first, request.user)
    second = queries.record_or_404(body.record_type, body.second, request.user)
    refuse_broken_text(body.dict())
    made = actions.judge_records(
        first,
        second,
        body.verdict,
        reason=body.reason,
        basis=body.basis,
        by=request.user,
    )
    return Status(201, as_same(made))


@router.post(
    "/same-object/{id}/withdraw",
    response={200: SameOut, **REFUSALS},
    operation_id="same_object_withdraw",
)
def withdraw(
    request: HttpRequest,
    id: UUID,
    body: WithdrawalIn,
    x_purpose: str = Header("", alias="X-Purpose", description=PURPOSE, max_length=200),
) -> dict[str, Any]:
    """Take a judgement back, with a reason: every dossier is what it was before."""
    judgement = get_or_404(SameObject, id, request.user)
    ask(request, registry.get(judgement.record_type), x_purpose)
    refuse_broken_text({"reason": body.reason})
    done = actions.withdraw_records(judgement, body.reason, by=request.user)
    return as_same(done)


@router.get(
    "/contradictions",
    response={200: list[ContradictionOut], **REFUSALS},
    operation_id="contradiction_list",
)
def contradictions(
    request: HttpRequest,
    type: Literal["firearm", "person"] = "firearm",
    limit: int = Query(100, ge=1, le=500),
    x_purpose: str = Header("", alias="X-Purpose", description=PURPOSE, max_length=200),
) -> list[dict[str, Any]]:
    """List contradictions, each with the weakest judgement of its circle."""
    ask(request, registry.get(type), x_purpose)
    found = dossiers.contradictions(request.user, type, limit=limit)
    audit.write("records.list", by=request.user, detail={"rows": len(found)})
    return [
        {
            "different": as_same(one.different),
            "path": [as_same(step) for step in one.path],
            "weakest": one.weakest.pk,
        }
        for one in found
    ]


@router.get(
    "/{type}/{id}/dossier",
    response={200: DossierOut, **REFUSALS},
    operation_id="dossier_read",
)
def dossier(
    request: HttpRequest,
    type: str,
    id: UUID,
    x_purpose: str = Header("", alias="X-Purpose", description=PURPOSE, max_length=200),
) -> dict[str, Any]:
    """Read which records speak of the same thing as one record."""
    state(request, x_purpose)
    record = queries.record_or_404(type, id, request.user)
    ask(request, registry.of(record), x_purpose)
    members = dossiers.members(record, request.user)
    audit.write("records.view", by=request.user, on=record)
    return {
        "id": members[0].pk,
        "members": [_member(one, request.user) for one in members],
        "judgements": [
            as_same(one) for one in dossiers.judgements(record, request.user)
        ],
    }


def as_same(row: SameObject) -> dict[str, Any]:
    """Return a judgement of two records in the shape of its schema."""
    return {
        **as_judged(row),
        "record_type": row.record_type,
        "first": row.first_id,
        "second": row.second_id,
        "weight": row.weight,
        "lead": row.lead,
    }


def _member(record: Any, user: Any) -> dict[str, Any]:
    opened = has_read(user, record)
    return {
        "record_type": record.type_code,
        "id": record.pk,
        "reference": record.reference,
        "caption": record.caption if opened else "",
        "jurisdiction": record.jurisdiction,
        "source": record.source if opened else "",
        "withdrawn": record.withdrawn_at is not None,
    }
