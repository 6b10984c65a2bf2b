"""Imports: open, map, check, import, remove, undo."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from focalpoint.accounts.access import require
from focalpoint.accounts.models import Unit
from focalpoint.audit import actions as audit
from focalpoint.audit import inserting
from focalpoint.intake import files, opening
from focalpoint.intake.checking import Planned
from focalpoint.intake.models import Batch, BatchTable, Profile, Row
from focalpoint.interop import mapping as mappings
from focalpoint.interop.mapping import Mapping
from focalpoint.jobs import backend, courtesy
from focalpoint.records import bulk, followers, registry
from focalpoint.records.identifiers import reserve
from focalpoint.values.errors import BadInput

Status = Batch.Status
UNSTORED = (Status.OPEN, Status.CHECKING, Status.CHECKED, Status.REFUSED)
TASK = "focalpoint.intake.tasks.run"


def open_batch(
    sent: Sequence[tuple[Path, str]],
    *,
    by: Any,
    unit: Unit,
    profile: Profile | None = None,
    mapping: Mapping | None = None,
    sheet: str = "",
) -> Batch:
    """Take files in: read their tables and propose, or apply, a mapping.

    Refused as a whole, with nothing kept, when a file cannot be used.
    """
    batch = register(by=by, unit=unit)
    try:
        found = opening.examine(
            batch, sent, profile=profile, mapping=mapping, sheet=sheet
        )
        lay_out(batch, found, by=by)
    except BaseException:
        files.drop(batch)
        forget(batch, by=by)
        raise
    return batch


@transaction.atomic
def register(*, by: Any, unit: Unit) -> Batch:
    """Give a new import its number."""
    require(by, "intake.import", on=unit)
    [reference] = reserve("IM", unit.jurisdiction)
    batch = Batch.objects.create(
        reference=reference, unit=unit, by=by if getattr(by, "pk", None) else None
    )
    audit.write("intake.open", by=by, on=batch)
    return batch


@transaction.atomic
def lay_out(batch: Batch, found: Sequence[BatchTable], *, by: Any) -> None:
    """Note the tables of an import."""
    require(by, "intake.import", on=batch)
    BatchTable.objects.bulk_create(found)
    audit.write(
        "intake.receive",
        by=by,
        on=batch,
        detail={"files": {table.file: table.digest for table in found}},
    )


@transaction.atomic
def forget(batch: Batch, *, by: Any) -> None:
    """Remove an import that has stored nothing."""
    require(by, "intake.import", on=batch)
    if batch.status not in UNSTORED:
        raise BadInput("Only an import that has stored nothing can be removed.")
    audit.write("intake.forget", by=by, on=batch)
    files.drop(batch)
    batch.delete()


@transaction.atomic
def map_columns(table: BatchTable, mapping: Mapping, *, by: Any) -> None:
    """Decide what the columns of a table become; the check has to be made anew."""
    require(by, "intake.import", on=table.batch)
    _refuse_unless(table.batch, Status.OPEN, Status.CHECKED)
    checked = opening.fitted(table, mapping)
    table.mapping = mappings.dump(checked)
    table.record = checked.record
    table.checked, table.counts = 0, {}
    table.save()
    table.shown_rows.all().delete()
    table.batch.status = Status.OPEN
    table.batch.save()
    audit.write("intake.map", by=by, on=table.batch)


@transaction.atomic
def save_profile(table: BatchTable, name: str, *, by: Any) -> Profile:
    """Keep a table's mapping under the name of its sender."""
    require(by, "intake.import", on=table.batch)
    signature = table.proposal.get("signature", "")
    mapping = mappings.load(table.mapping, table.file)
    profile = keep_layout(name, mapping, signature, by=by, unit=table.batch.unit)
    table.source = profile.name
    table.save()
    audit.write("intake.name_sender", by=by, on=table.batch)
    return profile


@transaction.atomic
def keep_layout(
    name: str, mapping: Mapping, signature: str, *, by: Any, unit: Unit
) -> Profile:
    """Keep what the columns of a sender's files mean, known by their signature."""
    require(by, "intake.import", on=unit)
    title = " ".join(name.split())[:100]
    if not title:
        raise BadInput("Give the sender a name.")
    profile = Profile.objects.select_for_update().filter(name=title).first()
    if profile is None:
        profile = Profile(
            name=title, unit=unit, created_by=by if getattr(by, "pk", None) else None
        )
    elif profile.unit_id != unit.pk:
        raise BadInput(
            "The name %(name)s is taken by another unit. Choose another.", name=title
        )
    profile.record, profile.mapping = mapping.record, mappings.dump(mapping)
    profile.signature, profile.updated_at = signature, timezone.now()
    profile.save()
    audit.write("intake.save_profile", by=by, on=profile)
    return profile


@transaction.atomic
def start(batch: Batch, status: str, *, by: Any) -> Batch:
    """Begin to check, import, remove or undo; the work itself goes on in steps."""
    require(
        by, "intake.undo" if status == Status.UNDOING else "intake.import", on=batch
    )
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    _refuse_unless(batch, *_BEFORE[status])
    batch.status, batch.reason = status, ""
    if status == Status.CHECKING:
        for table in batch.tables.all():
            table.shown_rows.all().delete()
        batch.tables.update(checked=0, counts={})
    if status == Status.RUNNING:
        batch.tables.update(counts={}, done=0)
    batch.save()
    audit.write(f"intake.{_VERBS[status]}", by=by, on=batch)
    return batch


@transaction.atomic
def reopen(batch: Batch, *, by: Any) -> None:
    """Go back from the preview to the mapping."""
    require(by, "intake.import", on=batch)
    _refuse_unless(batch, Status.CHECKED, Status.REFUSED)
    batch.status, batch.reason = Status.OPEN, ""
    batch.save()
    audit.write("intake.reopen", by=by, on=batch)


@transaction.atomic
def name_sender(table: BatchTable, name: str, *, by: Any) -> None:
    """Say who sent a table: its keys are unique within that sender."""
    require(by, "intake.import", on=table.batch)
    title = " ".join(name.split())[:100]
    taken = Profile.objects.filter(name=title).exclude(unit=table.batch.unit)
    if taken.exists():
        raise BadInput(
            "The name %(name)s is taken by another unit. Choose another.", name=title
        )
    table.source = title
    table.save(update_fields=["source"])
    audit.write("intake.name_sender", by=by, on=table.batch)


def start_in_background(batch: Batch, status: str, *, by: Any) -> Batch:
    """Begin a stage of an import and hand it to the worker."""
    begun = start(batch, status, by=by)
    return note_run(begun, backend.enqueue(TASK, str(begun.pk)), by=by)


@transaction.atomic
def note_run(batch: Batch, run: UUID, *, by: Any) -> Batch:
    """Note which run of the worker an import is in."""
    require(by, "intake.import", on=batch)
    Batch.objects.filter(pk=batch.pk).update(run=run)
    audit.write("intake.hand_over", by=by, on=batch)
    batch.run = run
    return batch


@transaction.atomic
def note_check(
    table: BatchTable,
    shown: Sequence[Row],
    checked: int,
    counts: dict[str, Any],
    *,
    by: Any,
) -> None:
    """Keep the result of checking some rows."""
    require(by, "intake.import", on=table.batch)
    courtesy.do_not_wait_for_disk()
    inserting.insert_objects(Row, shown, ignore_conflicts=True)
    table.checked, table.counts = checked, counts
    table.save(update_fields=["checked", "counts"])
    if not table.position and not shown:
        audit.write("intake.check", by=by, on=table.batch)


@transaction.atomic
def store(
    table: BatchTable,
    planned: Sequence[Planned],
    done: int,
    counts: dict[str, Any],
    *,
    by: Any,
) -> None:
    """Store some rows and how far the import is, in one short transaction."""
    require(by, "intake.import", on=table.batch)
    courtesy.do_not_wait_for_disk()
    batch = table.batch
    events = {id(p.event): p.event for p in planned if p.event is not None}
    for plans in (list(events.values()), list(planned)):
        made = [p.made for p in plans if p.made is not None]
        bulk.create_many(made, by=by, batch=batch.pk, hidden=True)
        changes = [p.change for p in plans if p.change is not None]
        bulk.change_many(changes, by=by, batch=batch.pk, action="intake.change")
    table.done, table.counts = done, counts
    table.save(update_fields=["done", "counts"])
    if planned:
        audit.write(
            "intake.store",
            by=by,
            on=batch,
            detail={"table": table.position, "to": done},
        )


@transaction.atomic
def settle(
    batch: Batch, status: str, report: dict[str, Any], *, by: Any, reason: str = ""
) -> Batch:
    """End a stage of an import."""
    require(by, "intake.import", on=batch)
    batch.status, batch.reason = status, reason
    if report:
        batch.report = report
    if status != Status.CHECKED:
        batch.finished_at = timezone.now()
    batch.save()
    audit.write("intake.settle", by=by, on=batch, detail={"status": str(status)})
    return batch


def reveal(batch: Batch, *, by: Any) -> None:
    """Show the records of an import once all of them are there."""
    for code in created_types(batch):
        kind = registry.get(code)
        for keys in bulk.hidden(kind, batch.pk):
            bulk.reveal(kind, keys, batch.pk, by=by, unit=batch.unit)
            if len(keys) == bulk.REVEALED:
                courtesy.let_others_in()
        followers.imported(kind, batch.pk)


def created_types(batch: Batch) -> list[str]:
    """Return the record types that an import makes, referred ones first."""
    from focalpoint.intake.fields import IMPORTED

    records = set(batch.tables.values_list("record", flat=True))
    if "firearm" in records:
        records.add("incident")
    return [code for code in IMPORTED if code in records]


def _refuse_unless(batch: Batch, *statuses: str) -> None:
    if batch.status not in statuses:
        raise BadInput(
            "This cannot be done while the import %(reference)s is %(status)s.",
            reference=batch.reference,
            status=str(Status(batch.status).label),
        )


_BEFORE: dict[str, tuple[str, ...]] = {
    Status.CHECKING: (Status.OPEN, Status.CHECKING, Status.CHECKED),
    Status.RUNNING: (Status.CHECKED,),
    Status.REMOVING: (Status.RUNNING, Status.REMOVING),
    Status.UNDOING: (Status.DONE, Status.UNDOING),
}
_VERBS: dict[str, str] = {
    Status.CHECKING: "check",
    Status.RUNNING: "import",
    Status.REMOVING: "remove",
    Status.UNDOING: "undo",
}
