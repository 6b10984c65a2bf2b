"""Every refusal in one shape, and declared on every route."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as RequestError

from focalpoint.leads import actions as leads
from focalpoint.records.actions import AlreadyJudged, Conflict
from focalpoint.records.search import PurposeNeeded
from focalpoint.values.errors import BadInput


class Problem(Schema):
    """What was wrong, where, and what to do."""

    code: str
    message: str
    fields: dict[str, list[str]] = {}


class ConflictOut(Problem):
    """The record as it is now, for the caller to compare."""

    version: int
    current: dict[str, Any]


REFUSALS: dict[int, Any] = dict.fromkeys(
    (400, 401, 403, 404, 413, 415, 422, 429), Problem
)


def install(api: NinjaAPI) -> None:
    """Teach the API how our exceptions are answered."""

    def refuse(
        request: HttpRequest, status: int, code: str, message: str, **more: Any
    ) -> HttpResponse:
        body = {"code": code, "message": message, "fields": {}, **more}
        return api.create_response(request, body, status=status)

    @api.exception_handler(BadInput)
    def bad_input(request: HttpRequest, problem: BadInput) -> HttpResponse:
        return refuse(request, 422, "bad_input", _sentence(problem))

    @api.exception_handler(Conflict)
    def conflict(request: HttpRequest, problem: Conflict) -> HttpResponse:
        return refuse(
            request,
            409,
            "conflict",
            _sentence(problem),
            version=problem.record.version,
            current=dict(problem.former),
        )

    @api.exception_handler(leads.Conflict)
    def judged(request: HttpRequest, problem: leads.Conflict) -> HttpResponse:
        return refuse(
            request,
            409,
            "conflict",
            _sentence(problem),
            version=problem.lead.version,
            current=_standing(problem.judgement),
        )

    @api.exception_handler(AlreadyJudged)
    def already(request: HttpRequest, problem: AlreadyJudged) -> HttpResponse:
        current = _standing(problem.judgement)
        return refuse(
            request, 409, "conflict", _sentence(problem), version=1, current=current
        )

    @api.exception_handler(PurposeNeeded)
    def aimless(request: HttpRequest, problem: PurposeNeeded) -> HttpResponse:
        message = _("Persons are found for a stated purpose. Send X-Purpose.")
        return refuse(request, 403, "purpose_needed", message)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, problem: ValidationError) -> HttpResponse:
        fields = (
            problem.message_dict
            if hasattr(problem, "error_dict")
            else {"": problem.messages}
        )
        message = _("Some values cannot be used. See “fields”.")
        return refuse(request, 422, "invalid", message, fields=fields)

    @api.exception_handler(RequestError)
    def malformed(request: HttpRequest, problem: RequestError) -> HttpResponse:
        fields: dict[str, list[str]] = {}
        for error in problem.errors:
            name = ".".join(str(part) for part in error["loc"][1:])
            fields.setdefault(name, []).append(error["msg"])
        message = _("The request does not have the documented shape.")
        return refuse(request, 422, "malformed", message, fields=fields)

    @api.exception_handler(HttpError)
    def http(request: HttpRequest, problem: HttpError) -> HttpResponse:
        return refuse(request, problem.status_code, "refused", str(problem))

    @api.exception_handler(AuthenticationError)
    def stranger(request: HttpRequest, problem: AuthenticationError) -> HttpResponse:
        message = _("Send a valid token: “Authorization: Bearer …”.")
        return refuse(request, 401, "unauthorized", message)

    @api.exception_handler(PermissionDenied)
    def forbidden(request: HttpRequest, problem: PermissionDenied) -> HttpResponse:
        message = _("Your role or token does not permit this: %(what)s") % {
            "what": problem
        }
        return refuse(request, 403, "forbidden", message)

    @api.exception_handler(Http404)
    def absent(request: HttpRequest, problem: Http404) -> HttpResponse:
        return refuse(request, 404, "not_found", _("There is no such record."))


def _sentence(problem: BadInput) -> str:
    """Return what went wrong in the caller's language."""
    return _(problem.message) % problem.params


def _standing(judgement: Any) -> dict[str, Any]:
    """Return what somebody else judged meanwhile, for the caller to read."""
    if judgement is None:
        return {}
    return {
        "judgement": str(judgement.pk),
        "verdict": judgement.verdict,
        "reason": judgement.reason,
        "by": judgement.by.get_full_name() or judgement.by.get_username(),
        "at": judgement.at.isoformat(),
    }
