"""What a page needs before it answers: a person, a right, a stated purpose."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from focalpoint.accounts.access import may
from focalpoint.audit.context import PURPOSE_KEY
from focalpoint.records import registry
from focalpoint.records.base import Record
from focalpoint.records.models.telling import is_personal
from focalpoint.records.search import PurposeNeeded
from focalpoint.values.errors import BadInput

View = Callable[..., HttpResponse]


def page(capability: str = "", *, purpose: bool = False) -> Callable[[View], View]:
    """Mark a function as a page: who may open it, and whether it asks what for.

    Whether a person is signed in at all is settled before, for every address.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if capability and not may(request.user, capability):
                raise PermissionDenied(capability)
            if purpose and not has_purpose(request):
                return ask_purpose(request)
            try:
                return view(request, *args, **kwargs)
            except PurposeNeeded:
                return ask_purpose(request)

        return answer

    return mark


def has_purpose(request: HttpRequest) -> bool:
    """Tell whether the person has said in this session what the work is for."""
    return bool(request.session.get(PURPOSE_KEY))


def ask_purpose(request: HttpRequest) -> HttpResponse:
    """Send the person to the question, and from there back here."""
    query = urlencode({"next": request.get_full_path()})
    return redirect(f"{reverse('purpose')}?{query}")


def purpose_missing(request: HttpRequest, about: registry.RecordType | Record) -> bool:
    """Tell whether a record, or a kind of them, wants a purpose not yet stated."""
    personal = is_personal(about) if isinstance(about, Record) else about.personal
    return personal and not has_purpose(request)


def sentence(problem: Exception) -> str:
    """Return what went wrong in the reader's language."""
    if isinstance(problem, BadInput):
        text = gettext(problem.message)
        return text % problem.params if problem.params else text
    if isinstance(problem, ValidationError):
        return " ".join(problem.messages)
    return str(problem)


def tell(request: HttpRequest, problem: Exception) -> None:
    """Show a problem at the top of the next page."""
    messages.error(request, sentence(problem))


def attempt(request: HttpRequest, act: Callable[[], object], done: str) -> None:
    """Do something, and say at the top of the next page what came of it."""
    try:
        act()
    except (BadInput, ValidationError) as problem:
        tell(request, problem)
    else:
        messages.success(request, done)


def highest(handlings: list[str]) -> str:
    """Return the codes of all records on a page together, for its banner."""
    codes = {code for one in handlings for code in one.split("+")} - {"h0"}
    return "+".join(sorted(codes)) or "h0"
