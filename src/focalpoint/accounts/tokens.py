"""API tokens: what is handed out once, and what is kept of it."""

import hashlib
import secrets

PREFIX = "fp_"


def new_token() -> str:
    """Return a token with 256 bits of chance."""
    return PREFIX + secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return what the database keeps; a fast hash is enough for random keys."""
    return hashlib.sha256(token.encode()).hexdigest()
