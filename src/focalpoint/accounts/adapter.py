"""How allauth behaves here: no sign-up, a trace of every sign-in, sealed seeds."""

from base64 import urlsafe_b64encode
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest

from focalpoint.audit import actions as audit


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        audit.write("accounts.sign_in", by=user, on=user)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note the attempt; a name that nobody has is not written down."""
        from focalpoint.accounts.models import User

        name = credentials.get("username") or ""
        user = User.objects.filter(username__iexact=name).first()
        audit.write("accounts.sign_in_refused", by=None, on=user)

    def set_password(self, user: Any, password: str) -> None:
        user.must_change_password = False
        super().set_password(user, password)
        audit.write("accounts.change_password", by=user, on=user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/"


class MfaAdapter(DefaultMFAAdapter):
    """Seeds of authenticator apps lie in the database under the instance's key."""

    def encrypt(self, text: str) -> str:
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _seal().decrypt(encrypted_text.encode()).decode()


def _seal() -> Fernet:
    master = settings.MASTER_KEY_FILE.read_bytes().strip()
    derived = HKDF(SHA256(), length=32, salt=None, info=b"second factor").derive(master)
    return Fernet(urlsafe_b64encode(derived))
