"""What happens on floors above when records change: named in settings, as tasks are.

This floor cannot import what stands on it, so it calls by name what ``settings`` says.
A follower never stops what it follows: a record is stored, whatever fails behind it.
"""

from collections.abc import Callable, Collection, Sequence
from functools import partial, update_wrapper
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from focalpoint.accounts.access import SYSTEM
from focalpoint.jobs import backend
from focalpoint.records.base import Record
from focalpoint.records.registry import RecordType

AT_ONCE = 3  # records of one transaction that are followed before the answer


def settled(records: Sequence[Record]) -> None:
    """Have the records that were made or changed followed when they are stored."""
    by_type: dict[str, list[UUID]] = {}
    for record in records:
        if record.is_complete and record.record_type.identify:
            by_type.setdefault(record.type_code, []).append(record.pk)
    for code, pks in by_type.items():
        if len(pks) <= AT_ONCE:
            _when_stored(_call, settings.RECORDS_FOLLOWED_AT_ONCE, code, pks)
        else:
            _when_stored(_enqueue, settings.RECORDS_FOLLOWED_LATER, code, pks)


def imported(kind: RecordType, batch: UUID) -> None:
    """Have everything that an import made or changed followed in the background."""
    if kind.identify:
        name = settings.IMPORT_FOLLOWED_LATER
        _when_stored(backend.enqueue, name, kind.code, str(batch))


def removed(keys: Collection[UUID]) -> None:
    """Have what hangs on rows that an undone import takes away taken away with them."""
    import_string(settings.REMOVAL_FOLLOWED)(keys, by=SYSTEM)


def erased(keys: Collection[UUID], *, by: Any) -> None:
    """Have what is kept elsewhere of erased records erased, in the same transaction."""
    for name in settings.ERASURE_FOLLOWED:
        import_string(name)(keys, by=by)


def _when_stored(call: Callable[..., Any], *arguments: Any) -> None:
    # Django names a follower that failed; a bare partial has no name, and the failure
    # to name it would stop what it follows.
    follow = update_wrapper(partial(call, *arguments), call)
    transaction.on_commit(follow, robust=True)


def _call(name: str, code: str, pks: Sequence[UUID]) -> None:
    import_string(name)(code, pks)


def _enqueue(name: str, code: str, pks: Sequence[UUID]) -> None:
    backend.enqueue(name, code, [str(pk) for pk in pks])
