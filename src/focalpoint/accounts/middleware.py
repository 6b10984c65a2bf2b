"""What every request of a signed-in person passes: language, idle time, factors."""

import time
from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.middleware import (
    UserSessionsMiddleware as AllauthUserSessionsMiddleware,
)
from django.conf import settings
from django.contrib import auth
from django.contrib.auth.middleware import (
    LoginRequiredMiddleware as DjangoLoginRequiredMiddleware,
)
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.locale import LocaleMiddleware as DjangoLocaleMiddleware
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _

from focalpoint.accounts.access import needs_second_factor

# Browsers of the region ask for Montenegrin and for scripts in several ways.
ALIASES = {
    "sr-me": "cnr",
    "sr-latn-me": "cnr",
    "sr-latn-rs": "sr-latn",
    "sr-latn-ba": "sr-latn",
    "sr-cyrl-rs": "sr",
    "sr-cyrl": "sr",
    "sh": "bs",
    "hr": "bs",
}
BEGAN, SEEN, NOTED = "signed_in_at", "last_seen", "noted"
PAUSE = 60  # seconds between two notes that a session is in use
# What stays open while the second factor or a password of one's own is missing.
LEAVING = ("/account/logout/", "/account/reauthenticate/", "/static/", "/language")
CHANGING = "/account/password/change/"
FACTORS = ("/account/", "/mfa/", "/sessions/", *LEAVING)


class LoginRequiredMiddleware(DjangoLoginRequiredMiddleware):
    """Pages are closed by default; the API asks for a token or a session itself."""

    def process_view(self, request: HttpRequest, *args: Any) -> Any:
        if request.path.startswith("/api/"):
            return None
        return super().process_view(request, *args)


class LocaleMiddleware(DjangoLocaleMiddleware):
    """Django's, with the region's names of languages understood."""

    def process_request(self, request: HttpRequest) -> None:
        wanted = request.META.get("HTTP_ACCEPT_LANGUAGE", "").lower()
        for alias, code in ALIASES.items():
            if wanted.startswith(alias):
                wanted = f"{code},{wanted}"
                request.META["HTTP_ACCEPT_LANGUAGE"] = wanted
                break
        super().process_request(request)


class UserSessionsMiddleware(AllauthUserSessionsMiddleware):
    """Allauth's list of a person's sessions, noted once a minute or from a new place.

    Noted at every page, it would make every page wait for whoever writes just then.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        place = [
            request.META.get("REMOTE_ADDR", ""),
            request.META.get("HTTP_USER_AGENT", ""),
        ]
        now, session = int(time.time()), request.session
        noted, *where = session.get(NOTED, (0,))
        if where == place and now - noted <= PAUSE:
            return self.get_response(request)
        if request.user.is_authenticated and session.session_key:
            session[NOTED] = [now, *place]
        return super().__call__(request)


class SessionRulesMiddleware:
    """End old and idle sessions, speak the person's language, insist on factors."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if not user.is_authenticated:
            return self.answer(request)
        if self._is_over(request):
            auth.logout(request)
            if request.path.startswith("/api/"):
                return self.answer(request)  # which says that a token is missing
            return redirect(settings.LOGIN_URL)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()
        if page := self._must_first(request, user):
            if request.path.startswith("/api/"):
                text = _("Sign in on the pages first and finish what they ask for.")
                body = {"code": "forbidden", "message": text, "fields": {}}
                return JsonResponse(body, status=403)
            return redirect(page)
        answer = self.answer(request)
        # What a signed-in person saw stays in no cache, not even the browser's own.
        if not answer.has_header("Cache-Control"):
            answer["Cache-Control"] = "no-store, private"
        return answer

    def _is_over(self, request: HttpRequest) -> bool:
        now, session = int(time.time()), request.session
        # Each write moves the end of Django's session; ours counts from its start.
        if now - session.get(BEGAN, now) > settings.SESSION_COOKIE_AGE:
            return True
        if now - session.get(SEEN, now) > settings.SESSION_IDLE_SECONDS:
            return True
        # Written once a minute: a session row for each page would be a write for each.
        if now - session.get(SEEN, 0) > PAUSE:
            session[SEEN] = now
            session.setdefault(BEGAN, now)
        return False

    def _must_first(self, request: HttpRequest, user: Any) -> str:
        """Return the page that a person has to pass before any other."""
        if user.must_change_password:
            allowed = request.path.startswith((CHANGING, *LEAVING))
            return "" if allowed else "account_change_password"
        if request.path.startswith(FACTORS) or not needs_second_factor(user):
            return ""
        return "" if is_mfa_enabled(user) else "mfa_index"
