"""The hash chain: what is hashed, and how it is checked."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

# No field may hold the separator, so two events never hash the same text.
SEPARATOR = "\x1f"
COLUMNS = (
    "seq",
    "at",
    "kind",
    "action",
    "actor",
    "record_type",
    "record",
    "address",
    "purpose",
    "fields",
    "detail",
)


class Break(NamedTuple):
    """Where the chain does not hold, and why."""

    seq: int
    reason: str


def canonical(value: object) -> str:
    """Return the one JSON text of a value: sorted keys, no spaces, plain ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)


def plain(text: str) -> str:
    """Return text without control characters, which the hashed text may not hold."""
    return "".join(" " if ord(mark) < 32 else mark for mark in text)


def timestamp(at: datetime) -> str:
    """Return the hashed form of a time: UTC with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")


def digest(prev: str, columns: Iterable[object]) -> str:
    """Return the hash of an event that follows ``prev``."""
    text = SEPARATOR.join([prev, *map(str, columns)])
    return hashlib.sha256(text.encode()).hexdigest()


def link(prev: str, event: Sequence[Any]) -> str:
    """Return the hash of an event given by its columns in their order."""
    seq, at, *rest = event
    return digest(prev, (seq, timestamp(at), *rest))
