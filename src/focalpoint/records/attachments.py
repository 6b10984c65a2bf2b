"""Add files to records, and give them back."""

import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction

from focalpoint.accounts.access import get_or_404, require, visible
from focalpoint.audit import actions as audit
from focalpoint.records import actions, queries, registry, storage
from focalpoint.records.base import Record
from focalpoint.records.identifiers import new_id, reserve
from focalpoint.records.media_types import media_type, safe_name
from focalpoint.records.models import Attachment


def attach(
    record: Record, source: BinaryIO, name: str, *, by: Any, **values: Any
) -> Attachment:
    """Keep a file with a record. Its bytes never change from now on."""
    require(by, "records.attach", on=record)
    found = media_type(source)
    pk = new_id()
    stored = storage.put(pk, source, settings.MAX_UPLOAD_BYTES)
    try:
        return _note(record, pk, stored, by=by, name=name, media=found, values=values)
    except BaseException:
        # The row is the promise that the file exists, and there is none.
        storage.remove(pk)
        raise


@transaction.atomic
def _note(
    record: Record,
    pk: Any,
    stored: storage.Stored,
    *,
    by: Any,
    name: str,
    media: str,
    values: dict[str, Any],
) -> Attachment:
    require(by, "records.attach", on=record)
    kind = registry.of(Attachment)
    made = actions.build(
        kind, {**values, "name": safe_name(name)}, by=by, unit=record.unit
    )
    assert isinstance(made, Attachment)  # noqa: S101 - tells the type checker
    made.pk = made.dossier = pk
    made.owner_type, made.owner_id = record.type_code, record.pk
    made.media_type, made.size = media, stored.size
    made.sha256, made.wrapped_key = stored.sha256, stored.wrapped_key
    made.handling = actions.stricter(record.handling, made.handling)
    made.handling_note = made.handling_note or record.handling_note
    [made.reference] = reserve(kind.letter, made.jurisdiction)
    actions.check(made)
    made.save(force_insert=True)
    actions.settle([made])
    audit.write("records.attach", by=by, on=made, detail={"sha256": stored.sha256})
    return made


def of_record(record: Record, user: Any, *, use: str = "view") -> Any:
    """Return the files of a record that a person may see."""
    files = Attachment.objects.filter(owner_id=record.pk, withdrawn_at=None)
    return visible(files, user, use=use).order_by("id")


def open_or_404(pk: Any, user: Any) -> Attachment:
    """Return a file whose record the person may see as well."""
    found = get_or_404(Attachment, pk, user)
    queries.record_or_404(found.owner_type, found.owner_id, user)
    return found


def download(attachment: Attachment, *, by: Any) -> Iterator[bytes]:
    """Give the bytes to somebody, and note it."""
    require(by, "records.view", on=attachment)
    audit.write("records.download", by=by, on=attachment)
    return storage.read(attachment.pk, attachment.wrapped_key)


def content(attachment: Attachment) -> bytes:
    """Return all bytes, for small pictures in printed products."""
    out = io.BytesIO()
    for block in storage.read(attachment.pk, attachment.wrapped_key):
        out.write(block)
    return out.getvalue()
