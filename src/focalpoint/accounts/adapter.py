"""How allauth behaves here: no sign-up, and every sign-in leaves a trace."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: Any) -> None:
        from focalpoint.audit import actions as audit

        super().login(request, user)
        audit.write("accounts.sign_in", by=user, on=user)
