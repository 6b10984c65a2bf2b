"""Search: the same query language, the same gate, the same trace as the page."""

from typing import Any

from django.http import HttpRequest
from ninja import Header, Query, Router, Schema

from focalpoint.accounts.access import has_read
from focalpoint.api.errors import REFUSALS
from focalpoint.api.purpose import state
from focalpoint.api.schemas import Common, as_out
from focalpoint.records import registry, search

router = Router(tags=["search"])
LARGEST = 200


class HitOut(Schema):
    """A record that fits, and why."""

    record: Common
    why: str


class FoundOut(Schema):
    """One page of what fits; ``total`` is exact unless ``more`` is true."""

    items: list[HitOut]
    total: int
    more: bool
    notes: list[str]


@router.get("/search", response={200: FoundOut, **REFUSALS}, operation_id="search")
def find(
    request: HttpRequest,
    q: str = Query("", max_length=500),
    type: str = Query("", max_length=30, description="code of a record type"),
    start: int = Query(0, ge=0, le=10_000),
    limit: int = Query(50, ge=1, le=LARGEST),
    x_purpose: str = Header(
        "", alias="X-Purpose", description="needed to find persons"
    ),
) -> dict[str, Any]:
    """Find records: words, ``serial:218?71``, ``make:zastava``, ``seized:2023..``."""
    if type:
        registry.get(type)
    state(request, x_purpose)
    wanted = search.Filter(q, type)
    found = search.find(wanted, request.user, start=start, limit=limit)
    return {
        "items": [
            {"record": as_out(hit.record, registry.of(hit.record)), "why": hit.why}
            for hit in found.hits
            if has_read(request.user, hit.record)
        ],
        "total": min(found.total, search.EXACT),
        "more": found.is_more,
        "notes": list(found.notes),
    }
