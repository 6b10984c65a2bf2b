"""Identifiers: UUIDs that sort by time, and numbers that people can say aloud."""

import secrets
import time
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

LOW = (1 << 62) - 1  # the bits of chance behind the variant


def new_id() -> UUID:
    """Return a UUID of version 7 (RFC 9562): rows made together lie together."""
    milliseconds, chance = time.time_ns() // 1_000_000, secrets.randbits(74)
    number = (milliseconds << 80) | (0x7 << 76) | ((chance >> 62) << 64)
    return UUID(int=number | (0b10 << 62) | (chance & LOW))


class Counter(models.Model):
    """The last number given in a jurisdiction, to a record type, in a year."""

    key = models.CharField(max_length=40, primary_key=True)
    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        app_label = "records"


@transaction.atomic
def reserve(letter: str, jurisdiction: str, count: int = 1) -> list[str]:
    """Return the next references, such as ``RS-F-2026-000123``."""
    key = f"{jurisdiction.upper() or 'XX'}-{letter}-{timezone.localdate().year}"
    row, _new = Counter.objects.select_for_update().get_or_create(key=key)
    first = row.last + 1
    row.last += count
    row.save()
    return [f"{key}-{number:06d}" for number in range(first, first + count)]
