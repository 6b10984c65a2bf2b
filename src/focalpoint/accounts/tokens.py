"""API tokens: what is handed out once, and what is kept of it."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.utils import timezone

from focalpoint.accounts.models import ApiToken

PREFIX = "fp_"


def new_token() -> str:
    """Return a token with 256 bits of chance."""
    return PREFIX + secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return what the database keeps; a fast hash is enough for random keys."""
    return hashlib.sha256(token.encode()).hexdigest()


def owner_of(token: str) -> Any:
    """Return the active owner of a valid token, holding the token's scope, or None."""
    now = timezone.now()
    found = (
        ApiToken.objects.select_related("user")
        .filter(digest=digest(token), revoked_at=None, expires_at__gt=now)
        .first()
    )
    if found is None or not found.user.is_active:
        return None
    # Noted once a minute: a write for each call would be one for each page.
    if found.last_used_at is None or now - found.last_used_at > timedelta(minutes=1):
        ApiToken.objects.filter(pk=found.pk).update(last_used_at=now)
    owner: Any = found.user
    owner.token_scope = frozenset(found.scope)
    return owner
