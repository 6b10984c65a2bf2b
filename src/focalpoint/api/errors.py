"""Every refusal in one shape, and declared on every route."""

from typing import Any

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.log import log_response
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router, Schema
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
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

# Mounted last: what no other route answers.
router = Router()


class NoSuchAddress(Exception):
    """No route of the API has this address."""


@router.api_operation(METHODS, "/{path:rest}", auth=None, include_in_schema=False)
def unknown(request: HttpRequest, rest: str) -> None:
    """Say so in the shape of every other refusal."""
    raise NoSuchAddress


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

    @api.exception_handler(NoSuchAddress)
    def nowhere(request: HttpRequest, problem: NoSuchAddress) -> HttpResponse:
        message = _("The API has no such address. Look it up in its documentation.")
        return refuse(request, 404, "not_found", message)

    @api.exception_handler(RequestDataTooBig)
    def too_big(request: HttpRequest, problem: RequestDataTooBig) -> HttpResponse:
        message = _("The request is larger than %(limit)s MB. Send it in parts.") % {
            "limit": (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) // 1_048_576
        }
        return refuse(request, 413, "too_big", message)

    @api.exception_handler(BadRequest)
    @api.exception_handler(MultiPartParserError)
    @api.exception_handler(SuspiciousOperation)
    def unreadable(request: HttpRequest, problem: Exception) -> HttpResponse:
        message = _("The request does not have the documented shape.")
        answer = refuse(request, 400, "malformed", message)
        _log(request, answer, problem)
        return answer

    @api.exception_handler(Exception)
    def broken(request: HttpRequest, problem: Exception) -> HttpResponse:
        # Django's own way with what nobody caught, but for the page.
        got_request_exception.send(sender=None, request=request)
        message = _("Something went wrong on the server. It is in the server's log.")
        answer = refuse(request, 500, "server_error", message)
        _log(request, answer, problem)
        return answer


def _log(request: HttpRequest, answer: HttpResponse, problem: Exception) -> None:
    """Note with its cause what is answered without it."""
    log_response(
        "%s: %s",
        answer.reason_phrase,
        request.path,
        response=answer,
        request=request,
        exception=problem,
    )


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
