"""What every request of a signed-in person passes: language, idle time, factors."""

import time
from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import auth
from django.contrib.auth.middleware import (
    LoginRequiredMiddleware as DjangoLoginRequiredMiddleware,
)
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware as DjangoLocaleMiddleware
from django.shortcuts import redirect
from django.utils import translation

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
SEEN = "last_seen"
FREE = ("/account/", "/mfa/", "/sessions/", "/static/", "/language")


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


class SessionRulesMiddleware:
    """End idle sessions, speak the person's language, insist on the second factor."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return self.answer(request)
        now = int(time.time())
        if now - request.session.get(SEEN, now) > settings.SESSION_IDLE_SECONDS:
            auth.logout(request)
            return redirect(settings.LOGIN_URL)
        # Written once a minute: a session row for each page would be a write for each.
        if now - request.session.get(SEEN, 0) > 60:
            request.session[SEEN] = now
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()
        if self._lacks_second_factor(request):
            return redirect("mfa_index")
        return self.answer(request)

    def _lacks_second_factor(self, request: HttpRequest) -> bool:
        if request.path.startswith(FREE) or request.session.get("second_factor"):
            return False
        if needs_second_factor(request.user) and not is_mfa_enabled(request.user):
            return True
        request.session["second_factor"] = True
        return False
