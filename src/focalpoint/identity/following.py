"""What follows when a record is stored: its suggestions, before the answer is sent."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from focalpoint.accounts.access import SYSTEM
from focalpoint.identity import actions
from focalpoint.records import registry


def settled(record_type: str, keys: Sequence[UUID]) -> None:
    """Raise the suggestions of records that were made or changed just now."""
    if record_type not in actions.TYPES:
        return
    model: Any = registry.get(record_type).model
    rows = model.objects.filter(pk__in=list(keys)).select_related("unit")
    actions.suggest_all(list(rows), by=SYSTEM)
