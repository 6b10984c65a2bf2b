"""A record with a restriction of its own (H3) opens only when that has been read."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.defaults import permission_denied

from focalpoint.accounts import actions as accounts
from focalpoint.accounts.access import RestrictionUnread
from focalpoint.records import queries
from focalpoint.web.pages import page
from focalpoint.web.tables import address


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a refusal; show the restriction where only reading it is missing."""
    if not isinstance(exception, RestrictionUnread):
        return permission_denied(request, exception)
    record = exception.record
    context = {
        "record": record,
        "kind": record.record_type,
        "handling": record.handling,
        "provider": record.source or record.unit.name,
        "next": request.get_full_path() if request.method == "GET" else "",
    }
    return render(request, "dossier/restriction.html", context, status=403)


@require_POST
@page("records.view")
def confirm(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Note that the person has read the restriction, and open the record."""
    record = queries.record_behind_restriction(code, pk, request.user)
    accounts.confirm_restriction(record, by=request.user)
    target = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(target, {request.get_host()})
    return redirect(target if allowed else address(record))
