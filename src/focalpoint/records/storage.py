"""Files at rest: each encrypted with a key of its own, that key wrapped by the master.

Layout of a file: the magic bytes, then chunks of AES-256-GCM. The nonce of a chunk is
its number, and its associated data says whether it is the last: so chunks can be
neither exchanged nor cut off without notice. A key serves one file, so nonces never repeat.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_wrap,
)
from django.conf import settings

from focalpoint.values.errors import BadInput

MAGIC = b"FPA1"
MADE = b"FPM1"  # of a file that is made of another: its wrapped key stands behind it
WRAPPED = 40
CHUNK = 1 << 20
TAG = 16


class Stored(NamedTuple):
    """What is known of a file once it lies encrypted on disk."""

    size: int
    sha256: str
    wrapped_key: str


def path_of(pk: UUID) -> Path:
    """Return where the file of an attachment lies."""
    return Path(settings.ATTACHMENTS) / pk.hex[-2:] / pk.hex


def put(pk: UUID, source: BinaryIO, limit: int) -> Stored:
    """Encrypt a stream to disk; nothing is left behind when it cannot be stored."""
    key = secrets.token_bytes(32)
    target = path_of(pk)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = target.with_suffix(".part")
    try:
        with draft.open("wb") as out:
            os.fchmod(out.fileno(), 0o600)
            size, digest = _encrypt(source, out, key, limit)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return Stored(size, digest, aes_key_wrap(_master(), key).hex())


def read(pk: UUID, wrapped_key: str) -> Iterator[bytes]:
    """Return the plain bytes; raises ``BadInput`` where the file was altered."""
    key = aes_key_unwrap(_master(), bytes.fromhex(wrapped_key))
    cipher = AESGCM(key)
    with path_of(pk).open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise BadInput("the stored file %(pk)s is not one of ours", pk=pk)
        number, block = 0, file.read(CHUNK + TAG)
        while block:
            following = file.read(CHUNK + TAG)
            try:
                yield cipher.decrypt(*_nonce(number), block, _place(not following))
            except InvalidTag:
                raise BadInput(
                    "the stored file %(pk)s was altered; restore it from a backup",
                    pk=pk,
                ) from None
            number, block = number + 1, following


def remove(pk: UUID) -> None:
    """Erase the file of an attachment, with what was made of it."""
    path_of(pk).unlink(missing_ok=True)
    made_of(pk).unlink(missing_ok=True)


# ---- what is made of a file, such as its thumbnail


def made_of(pk: UUID) -> Path:
    """Return where what is made of an attachment lies: beside its file."""
    return path_of(pk).with_suffix(".made")


def put_made(pk: UUID, content: bytes) -> None:
    """Keep what was made of a file, encrypted with a key of its own.

    It can be made again at any time, so its key stands in the file and not in a row.
    The identifier of the attachment is bound in: two files cannot be exchanged.
    """
    key = secrets.token_bytes(32)
    sealed = AESGCM(key).encrypt(*_nonce(0), content, _bound(pk))
    target = made_of(pk)
    draft = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    try:
        with draft.open("xb") as out:
            os.fchmod(out.fileno(), 0o600)
            out.write(MADE + aes_key_wrap(_master(), key) + sealed)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def read_made(pk: UUID) -> bytes | None:
    """Return what was made of a file; None where it is not there or was altered."""
    try:
        found = made_of(pk).read_bytes()
    except FileNotFoundError:
        return None
    wrapped = found[len(MADE) : len(MADE) + WRAPPED]
    try:
        key = aes_key_unwrap(_master(), wrapped)
        return AESGCM(key).decrypt(*_nonce(0), found[len(MADE) + WRAPPED :], _bound(pk))
    except (InvalidTag, InvalidUnwrap, ValueError):
        return None


def _bound(pk: UUID) -> bytes:
    return MADE + pk.bytes


def _encrypt(
    source: BinaryIO, out: BinaryIO, key: bytes, limit: int
) -> tuple[int, str]:
    cipher, digest, size, number = AESGCM(key), hashlib.sha256(), 0, 0
    out.write(MAGIC)
    block = source.read(CHUNK)
    if not block:
        raise BadInput("The file is empty. Choose the file again.")
    while block:
        following = source.read(CHUNK)
        size += len(block)
        if size > limit:
            raise BadInput(
                "The file is larger than %(limit)s MB. Send it in parts.",
                limit=limit // 1_048_576,
            )
        digest.update(block)
        out.write(cipher.encrypt(*_nonce(number), block, _place(not following)))
        number, block = number + 1, following
    return size, digest.hexdigest()


def _nonce(number: int) -> tuple[bytes]:
    return (number.to_bytes(12, "big"),)


def _place(is_last: bool) -> bytes:  # noqa: FBT001 - one private question
    return b"last" if is_last else b"more"


def _master() -> bytes:
    path = Path(settings.MASTER_KEY_FILE)
    if not path.is_file():
        raise BadInput(
            "the master key %(path)s is missing; restore it, or run: focalpoint init",
            path=path,
        )
    return bytes.fromhex(path.read_text().strip())
