"""Who calls: a token in the header, or the session of the person at the page."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from ninja.security import HttpBearer, SessionAuth

from focalpoint.accounts.tokens import owner_of


class Token(HttpBearer):
    """``Authorization: Bearer fp_…``: acts for its owner, within its scope."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        user = owner_of(token)
        if user is not None:
            request.user = user
        return user


class Session(SessionAuth):
    """The signed-in person; writing asks for the CSRF token as every page does."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return request.user if request.user.is_authenticated else None


session_or_token = [Token(), Session(csrf=True)]


def docs_for_signed_in(
    view: Callable[..., HttpResponse],
) -> Callable[..., HttpResponse]:
    """Show the documentation of the API to signed-in people only."""

    def closed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect("account_login")
        return view(request, *args, **kwargs)

    return closed
