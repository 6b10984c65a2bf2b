"""What every template may ask about the instance and its frame."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from focalpoint.accounts.access import memberships
from focalpoint.accounts.capabilities import ROLES
from focalpoint.web.navigation import address, menu


def instance(request: HttpRequest) -> dict[str, Any]:
    """Return name and kind of the instance, its languages and the reader's menu."""
    return {"instance": SimpleLazyObject(lambda: _instance(request))}


def _instance(request: HttpRequest) -> dict[str, Any]:
    user: Any = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    first = next(iter(memberships(user)), None) if signed_in else None
    return {
        "name": settings.INSTANCE_NAME,
        "demonstration": settings.DEMONSTRATION,
        "languages": [code for code, _name in settings.LANGUAGES],
        "home": address("home") or "/",
        "search": address("search"),
        "account": address("account"),
        "place": _place(first) if first else "",
        "initials": _initials(user) if signed_in else "",
        "navigation": menu(user, request.path) if signed_in else [],
    }


def _place(membership: Any) -> str:
    """Where the person works and as what."""
    role = ROLES.get(membership.role)
    return f"{membership.unit.name} · {role.title if role else membership.role}"


def _initials(user: Any) -> str:
    names = [user.first_name, user.last_name]
    letters = "".join(name[:1] for name in names if name)
    return (letters or user.username[:2]).upper()
