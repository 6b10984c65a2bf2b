"""Sign and check heads of the chain with the instance's own key (Ed25519)."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings

from focalpoint.values.errors import BadInput


def new_key() -> bytes:
    """Return a fresh private key as PEM."""
    return Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )


def sign(text: str) -> str:
    """Return the signature of a text in hexadecimal."""
    return _key().sign(text.encode()).hex()


def is_signed(text: str, signature: str) -> bool:
    """Tell whether this instance signed the text."""
    try:
        _key().public_key().verify(bytes.fromhex(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def _key() -> Ed25519PrivateKey:
    path = settings.KEYS / "audit-key.pem"
    if not path.is_file():
        raise BadInput(
            "the instance in %(home)s has no key to sign its audit trail; "
            "run: focalpoint init",
            home=str(settings.HOME),
        )
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise BadInput("%(path)s is not an Ed25519 key", path=str(path))
    return key
