"""Who looked at a record: a page for supervisors, itself logged."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from focalpoint.accounts.access import may
from focalpoint.accounts.capabilities import CAPABILITIES
from focalpoint.accounts.models import User
from focalpoint.audit import actions as audit
from focalpoint.audit import queries as trail
from focalpoint.records import queries, wording
from focalpoint.web.pages import ask_purpose, page, purpose_missing
from focalpoint.web.records import banner


@page("audit.readers")
def readers(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Show who did what with a record; looking here is logged too."""
    record = queries.record_or_404(code, pk, request.user)
    if not may(request.user, "audit.readers", on=record):
        raise PermissionDenied("audit.readers")
    if purpose_missing(request, record):
        return ask_purpose(request)
    audit.write("records.audit", by=request.user, on=record)
    return render(
        request,
        "dossier/readers.html",
        {
            **banner(record),
            "record": record,
            "kind": record.record_type,
            "caption": wording.caption(record),
            "events": list(_looks(record)),
        },
    )


def _looks(record: Any) -> list[dict[str, object]]:
    rows = list(trail.of_record(record)[:200])
    actors = {row.actor for row in rows if row.actor.isdigit()}
    people = {
        str(user.pk): wording.person(user)
        for user in User.objects.filter(pk__in=map(int, actors))
    }
    return [
        {
            "at": wording.moment(row.at),
            "who": people.get(row.actor, row.actor),
            "what": LOOKS.get(row.action) or CAPABILITIES.get(row.action, row.action),
            "kind": row.get_kind_display(),
            "purpose": row.purpose,
            "address": row.address,
        }
        for row in rows
    ]


LOOKS = {
    "records.view": _("Opened"),
    "records.history": _("Read the history"),
    "records.audit": _("Looked at who looked"),
    "records.download": _("Took a file away"),
    "records.print": _("Printed"),
    "records.create": _("Recorded"),
    "records.change": _("Corrected"),
    "records.attach": _("Added a file"),
    "records.link": _("Linked"),
    "records.complete": _("Settled a step"),
    "records.read_restriction": _("Read the restriction"),
}
