"""Search: the same query language, the same gate, the same trace as the page."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Header, Query, Router, Schema, Status

from focalpoint.accounts.access import has_read
from focalpoint.api.errors import REFUSALS
from focalpoint.api.purpose import state
from focalpoint.api.registers import EntryOut, as_entry
from focalpoint.api.schemas import Common, as_out, refuse_broken_text
from focalpoint.records import registry, saved, search

router = Router(tags=["search"])
LARGEST = 200


class HitOut(Schema):
    """A record that fits, and why."""

    record: Common
    why: str


class FoundOut(Schema):
    """One page of what fits; ``total`` is exact unless ``more`` is true.

    ``register_entries`` are entries of reference registers, which are no records.
    """

    items: list[HitOut]
    total: int
    more: bool
    notes: list[str]
    register_entries: list[EntryOut]
    more_register_entries: bool


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
    refuse_broken_text({"q": q})
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
        "register_entries": [as_entry(hit) for hit in found.entries.hits],
        "more_register_entries": found.entries.is_more,
    }


# ---- saved searches


class SavedOut(Schema):
    """A saved search; ``new`` is null where a purpose has to be stated first."""

    id: int
    name: str
    q: str
    type: str
    filters: dict[str, list[str]]
    alerts: bool
    new: int | None
    looked_at: datetime


class SavedIn(Schema):
    """A search to keep; a name that is there already is replaced."""

    name: str = Field(..., min_length=1, max_length=120)
    q: str = Field("", max_length=500)
    type: str = Field("", max_length=30, description="code of a record type")
    alerts: bool = False


class AlertIn(Schema):
    """Whether a saved search tells of new results."""

    alerts: bool


@router.get(
    "/saved-searches",
    response={200: list[SavedOut], **REFUSALS},
    operation_id="saved_searches",
)
def saved_searches(
    request: HttpRequest,
    x_purpose: str = Header(
        "", alias="X-Purpose", description="needed to count new persons"
    ),
) -> list[dict[str, Any]]:
    """List one's saved searches with how many records are new in each."""
    state(request, x_purpose)
    return [_saved_out(kept) for kept in saved.of(request.user)]


@router.post(
    "/saved-searches",
    response={201: SavedOut, **REFUSALS},
    operation_id="save_search",
)
def save_search(request: HttpRequest, body: SavedIn) -> Any:
    """Keep a search; with ``alerts`` it tells of new results."""
    if body.type:
        registry.get(body.type)
    refuse_broken_text(body.dict())
    wanted = search.Filter(body.q.strip(), body.type)
    made = saved.save(body.name, wanted, by=request.user, alerts=body.alerts)
    return Status(201, _saved_out(saved.Kept(made, wanted, 0)))


@router.put(
    "/saved-searches/{id}/alerts",
    response={200: SavedOut, **REFUSALS},
    operation_id="alert_search",
)
def alert_search(request: HttpRequest, id: int, body: AlertIn) -> dict[str, Any]:
    """Say whether a saved search tells of new results."""
    own = saved.own_or_404(id, request.user)
    saved.set_alert(own, alerts=body.alerts, by=request.user)
    return _saved_out(saved.kept(own, request.user))


def _saved_out(kept: saved.Kept) -> dict[str, Any]:
    one = kept.saved
    return {
        "id": one.pk,
        "name": one.name,
        "q": one.query,
        "type": one.record_type,
        "filters": one.chosen,
        "alerts": one.alerts,
        "new": kept.new,
        "looked_at": one.looked_at,
    }
