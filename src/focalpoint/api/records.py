"""One resource for each record type: list, read, create, upsert, change, withdraw."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Body, Header, Query, Router, Schema, Status

from focalpoint.accounts.access import home_units, restriction_read
from focalpoint.accounts.models import Unit
from focalpoint.api import purpose
from focalpoint.api.errors import REFUSALS, ConflictOut
from focalpoint.api.schemas import (
    Moment,
    as_out,
    in_schema,
    out_schema,
    refuse_broken_text,
)
from focalpoint.audit import actions as audit
from focalpoint.audit.context import current
from focalpoint.records import actions, history, queries
from focalpoint.records.base import Record
from focalpoint.records.models.telling import without_persons
from focalpoint.records.registry import RecordType, all_types

PAGE = 100
LARGEST_PAGE = 1000
# These are written with the record they belong to, never alone.
READ_ONLY = {"link", "attachment"}
PURPOSE = "what the call is for; needed for records of persons"
WHY = "why the record is changed; kept in its history"

router = Router()


class Reason(Schema):
    """Why something is done."""

    reason: str


class LinkIn(Schema):
    """A link to another record."""

    type: str
    to_type: str
    to_id: UUID
    strength: str = ""
    basis: str = ""
    role: str = ""
    led_category: str = ""
    valid_from: str = ""
    valid_to: str = ""


class StateOut(Schema):
    """A former state of a record."""

    version: int
    action: str
    at: datetime
    by: str
    reason: str
    values: dict[str, Any]


def resource(kind: RecordType) -> Router:
    """Return the routes of one record type."""
    routes = Router(tags=[kind.code])
    Out, In = out_schema(kind), in_schema(kind)  # noqa: N806 - they are classes
    many = type(
        f"{kind.model.__name__}List",
        (Schema,),
        {"__annotations__": {"items": list[Out], "next": UUID | None}},  # type: ignore[valid-type]
    )

    @routes.get("", response={200: many, **REFUSALS}, operation_id=f"{kind.code}_list")
    def listing(
        request: HttpRequest,
        updated_since: Moment | None = None,
        after: UUID | None = None,
        limit: int = Query(PAGE, ge=1, le=LARGEST_PAGE),
        x_purpose: str = Header(
            "", alias="X-Purpose", description=PURPOSE, max_length=200
        ),
    ) -> dict[str, Any]:
        """List records by identifier; ``next`` is the ``after`` of the next page."""
        purpose.ask(request, kind, x_purpose)
        rows = queries.records(kind.code, request.user).order_by("id")
        # H3 is read before it is taken away: one by one, not in a list.
        rows = rows.filter(restriction_read(kind.model, request.user))
        if not current().purpose:
            rows = without_persons(rows)
        if updated_since:
            rows = rows.filter(updated_at__gte=updated_since)
        if after:
            rows = rows.filter(id__gt=after)
        page = list(rows[: limit + 1])
        more = page[limit - 1].pk if len(page) > limit else None
        audit.write(
            "records.list",
            by=request.user,
            detail={"type": kind.code, "rows": len(page[:limit])},
        )
        return {"items": [as_out(row, kind) for row in page[:limit]], "next": more}

    @routes.get(
        "/{id}", response={200: Out, **REFUSALS}, operation_id=f"{kind.code}_read"
    )
    def read(
        request: HttpRequest,
        id: UUID,
        x_purpose: str = Header(
            "", alias="X-Purpose", description=PURPOSE, max_length=200
        ),
    ) -> dict[str, Any]:
        """Read one record."""
        record = _opened(kind, id, request, x_purpose)
        audit.write("records.view", by=request.user, on=record)
        return as_out(record, kind)

    @routes.get(
        "/{id}/history",
        response={200: list[StateOut], **REFUSALS},
        operation_id=f"{kind.code}_history",
    )
    def past(
        request: HttpRequest,
        id: UUID,
        x_purpose: str = Header(
            "", alias="X-Purpose", description=PURPOSE, max_length=200
        ),
    ) -> Any:
        """Read the former states of a record, the latest first."""
        record = _opened(kind, id, request, x_purpose)
        audit.write("records.history", by=request.user, on=record)
        return history.states(record)

    @routes.post(
        "/{id}/withdraw",
        response={200: Out, **REFUSALS},
        operation_id=f"{kind.code}_withdraw",
    )
    def withdraw(
        request: HttpRequest,
        id: UUID,
        body: Reason,
        x_purpose: str = Header(
            "", alias="X-Purpose", description=PURPOSE, max_length=200
        ),
    ) -> dict[str, Any]:
        """Withdraw a record, with a reason; it stays and can be restored."""
        record = _opened(kind, id, request, x_purpose)
        refuse_broken_text({"reason": body.reason})
        return as_out(actions.withdraw(record, body.reason, by=request.user), kind)

    if kind.code in READ_ONLY:
        return routes

    @routes.post(
        "", response={201: Out, **REFUSALS}, operation_id=f"{kind.code}_create"
    )
    def create(request: HttpRequest, body: In = Body(...)) -> Any:  # type: ignore[valid-type]
        """Record something."""
        values = _values(body, kind, request.user)
        unit = _unit(body, request.user)
        record = actions.create(kind, values, by=request.user, unit=unit)
        return Status(201, as_out(record, kind))

    @routes.put(
        "/by-key/{source}/{path:key}",
        response={200: Out, 201: Out, 409: ConflictOut, **REFUSALS},
        operation_id=f"{kind.code}_upsert",
    )
    def upsert(
        request: HttpRequest,
        source: str,
        key: str,
        body: In = Body(...),  # type: ignore[valid-type]
        x_purpose: str = Header(
            "", alias="X-Purpose", description=PURPOSE, max_length=200
        ),
    ) -> Any:
        """Create or correct the record that ``source`` calls ``key``; idempotent."""
        purpose.ask(request, kind, x_purpose)
        values = _values(body, kind, request.user, source=source, source_key=key)
        unit = _unit(body, request.user)
        known = actions.find_by_key(kind, unit, source, key)
        if known is None:
            record = actions.create(kind, values, by=request.user, unit=unit)
            return Status(201, as_out(record, kind))
        record = queries.record_or_404(kind.code, known, request.user)
        return Status(200, as_out(_change(record, values, by=request.user), kind))

    @routes.patch(
        "/{id}",
        response={200: Out, 409: ConflictOut, **REFUSALS},
        operation_id=f"{kind.code}_change",
    )
    def change(
        request: HttpRequest,
        id: UUID,
        version: int = Query(..., ge=1, description="the version you have read"),
        body: In = Body(...),  # type: ignore[valid-type]
        x_reason: str = Header("", alias="X-Reason", description=WHY, max_length=300),
        x_purpose: str = Header(
            "", alias="X-Purpose", description=PURPOSE, max_length=200
        ),
    ) -> dict[str, Any]:
        """Correct a record; 409 when somebody else changed it since you read it."""
        record = _opened(kind, id, request, x_purpose)
        values = _values(body, kind, request.user)
        record = _change(
            record, values, by=request.user, version=version, reason=x_reason
        )
        return as_out(record, kind)

    @routes.post(
        "/{id}/links",
        response={201: UUID, **REFUSALS},
        operation_id=f"{kind.code}_link",
    )
    def link(
        request: HttpRequest,
        id: UUID,
        body: LinkIn,
        x_purpose: str = Header(
            "", alias="X-Purpose", description=PURPOSE, max_length=200
        ),
    ) -> Any:
        """Link a record to another one that you can see."""
        purpose.ask(request, kind, x_purpose)
        record = queries.record_or_404(kind.code, id, request.user)
        other = queries.record_or_404(body.to_type, body.to_id, request.user)
        purpose.ask(request, other.record_type, x_purpose)
        values = body.dict(exclude={"type", "to_type", "to_id"})
        refuse_broken_text({"type": body.type, **values})
        made = actions.link(record, other, body.type, by=request.user, **values)
        return Status(201, made.pk)

    return routes


def _opened(kind: RecordType, id: UUID, request: HttpRequest, stated: str) -> Any:
    """Return a record; what tells of a person opens for a purpose only."""
    purpose.ask(request, kind, stated)
    record = queries.record_or_404(kind.code, id, request.user)
    purpose.ask(request, record, stated)
    return record


def _change(record: Record, values: Mapping[str, Any], *, by: Any, **how: Any) -> Any:
    """Correct a record; who gets it back unchanged has read it, and that is noted."""
    try:
        with transaction.atomic():
            before = actions.lock(record).version
            record = actions.change(record, values, by=by, **how)
            if record.version == before:
                audit.write("records.view", by=by, on=record)
    except actions.Conflict as problem:
        audit.write("records.view", by=by, on=problem.record)
        raise
    return record


def _values(body: Any, kind: RecordType, user: Any, **more: str) -> dict[str, Any]:
    given = body.dict(exclude_unset=True, exclude={"unit"})
    empty = {name for name, value in given.items() if value is None}
    for name in empty:
        field = kind.field(name)
        default = field.get_default()
        given[name] = "" if default is None and not field.null else default
    given.update(more)
    refuse_broken_text(given)
    return queries.resolve(kind, given, user)


def _unit(body: Any, user: Any) -> Unit:
    units = home_units(user)
    refuse_broken_text({"unit": body.unit})
    if body.unit:
        units = units.filter(code=body.unit)
    found = list(units[:2])
    if not found:
        raise ValidationError({"unit": _("You cannot record in this unit.")})
    return found[0]


for _kind in all_types():
    router.add_router(f"/{_kind.code}", resource(_kind))
