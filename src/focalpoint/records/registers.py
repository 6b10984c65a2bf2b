"""Reference registers: kept by somebody else, consulted here, loaded in bulk.

An edition is loaded in short transactions, unseen; when it is whole, one transaction
shows it and puts the former one aside. One event a batch stands in the audit trail, not
one for each of five million entries.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from focalpoint.accounts.access import SYSTEM, require, unread, visible
from focalpoint.accounts.models import Unit
from focalpoint.audit import actions as audit
from focalpoint.records import actions, history, register_tables, registry, source_keys
from focalpoint.records.models import (
    Firearm,
    Register,
    RegisterEdition,
    RegisterEntry,
    State,
)
from focalpoint.values.errors import BadInput

Stage = RegisterEdition.State
BY_LOAD = "registers.change"  # what a new edition changes in records taken up
PORTION = 500


# ---- reading


def registers(user: Any, *, use: str = "view") -> QuerySet[Register]:
    """Return the registers that a person may consult, or take entries away from."""
    found = visible(Register.objects.all(), user, use=use)
    return found.select_related("unit", "current")


def readable(user: Any, *, use: str = "view") -> dict[int, Register]:
    """Return the registers whose entries a person may consult, by edition in use."""
    found = list(registers(user, use=use).exclude(current=None))
    closed = unread(found, user)
    open_ = (row for row in found if row.pk not in closed)
    return {row.current_id: row for row in open_ if row.current_id}


def entries(user: Any) -> QuerySet[RegisterEntry] | None:
    """Return the entries that a person may consult; None where there are none."""
    return entries_of(readable(user))


def entries_of(editions: Iterable[int]) -> QuerySet[RegisterEntry] | None:
    """Return the entries of some editions.

    They are asked for by their editions, which are few: a database that keeps each
    edition apart then opens only these.
    """
    wanted = list(editions)
    return RegisterEntry.objects.filter(edition_id__in=wanted) if wanted else None


def entry_of(pk: int, user: Any) -> RegisterEntry | None:
    """Return one entry if the person may consult it: absent and forbidden are alike."""
    found = entries(user)
    return found.filter(pk=pk).first() if found is not None else None


def record_of(entry: RegisterEntry, user: Any) -> Firearm | None:
    """Return the firearm record that was made of an entry, if the person may see it."""
    register = register_of(entry)
    rows = visible(Firearm.objects.all(), user)
    keys = [register.unit_id], [register.name], [entry.number]
    return source_keys.keyed(rows, *keys).first()


def looked_at(entry: RegisterEntry, *, by: Any) -> None:
    """Note that a person has looked at an entry."""
    register = register_of(entry)
    audit.write("registers.view", by=by, on=register, detail={"entry": str(entry.pk)})


def register_of(entry: RegisterEntry) -> Register:
    """Return the register of an entry."""
    return Register.objects.select_related("unit").get(editions=entry.edition_id)


# ---- loading


@transaction.atomic
def open_register(
    name: str,
    *,
    by: Any,
    unit: Unit,
    handling: str = "",
    handling_note: str = "",
) -> Register:
    """Return the register with this name; make it if it is new."""
    title = " ".join(name.split())[:100]
    if not title:
        raise BadInput("Give the register a name.")
    require(by, "intake.import", on=unit)
    register = Register.objects.select_for_update().filter(name=title).first()
    if register is None:
        register = Register(name=title, unit=unit)
    elif register.unit_id != unit.pk:
        raise BadInput(
            "The register %(name)s is kept by another unit. Choose another name, or "
            "load it for that unit.",
            name=title,
        )
    asked = {"handling": handling, "handling_note": handling_note[:300]}
    changed = [n for n, v in asked.items() if v and v != getattr(register, n)]
    for name_ in changed:
        setattr(register, name_, asked[name_])
    if "h3" in register.handling and not register.handling_note.strip():
        raise BadInput("H3 needs its restriction in words.")
    if changed or register._state.adding:
        register.full_clean()
        register.save()
        audit.write("registers.open", by=by, on=register, fields=changed)
    return register


@transaction.atomic
def begin(
    register: Register,
    *,
    by: Any,
    file: str,
    digest: str,
    mapping: str,
    path: str = "",
    sheet: str = "",
) -> RegisterEdition:
    """Make room for a new edition; nobody sees it before it is whole."""
    require(by, "intake.import", on=register)
    last = register.editions.aggregate(last=models.Max("number"))["last"] or 0
    if register.editions.filter(state=Stage.LOADING).exists():
        raise BadInput(
            "Another edition of %(name)s is being loaded. Wait for it, go on with it "
            "by giving its file again, or remove it first.",
            name=register.name,
        )
    edition = RegisterEdition.objects.create(
        register=register,
        number=last + 1,
        file=file[:255],
        path=path[:1000],
        digest=digest,
        mapping=mapping,
        sheet=sheet[:255],
        by=by if getattr(by, "pk", None) else None,
    )
    register_tables.open_for(edition.pk)
    audit.write(
        "registers.load",
        by=by,
        on=register,
        detail={"edition": edition.number, "digest": digest},
    )
    return edition


@transaction.atomic
def store(
    edition: RegisterEdition,
    rows: Sequence[Sequence[Any]],
    done: int,
    report: Mapping[str, Any],
    *,
    by: Any,
) -> None:
    """Store a portion of an edition and how far the file is read.

    Two processes that load the same edition cannot both store the same portion: the
    second finds that it has moved on, and stops.
    """
    require(by, "intake.import", on=edition.register)
    moved = RegisterEdition.objects.filter(
        pk=edition.pk, state=Stage.LOADING, done=edition.done
    ).update(
        done=done,
        entries=edition.entries + len(rows),
        rejected=report["rejected"],
        report=report,
    )
    if not moved:
        raise BadInput(
            "Another process is loading edition %(number)s of %(name)s; this one stops.",
            number=edition.number,
            name=edition.register.name,
        )
    register_tables.add(edition.pk, rows)
    edition.done, edition.entries = done, edition.entries + len(rows)
    edition.rejected, edition.report = report["rejected"], dict(report)


@transaction.atomic
def show(edition: RegisterEdition, *, by: Any) -> RegisterEdition:
    """Let an edition that is whole take the place of the former one."""
    require(by, "intake.import", on=edition.register)
    edition = RegisterEdition.objects.select_for_update().get(pk=edition.pk)
    if edition.state != Stage.LOADING:
        return edition
    register_tables.close(edition.pk)
    register = Register.objects.select_for_update().get(pk=edition.register_id)
    register.editions.filter(state=Stage.CURRENT).update(state=Stage.REPLACED)
    edition.state, edition.finished_at = Stage.CURRENT, timezone.now()
    edition.save()
    register.current = edition
    register.save()
    audit.write(
        "registers.receive",
        by=by,
        on=register,
        detail={
            "edition": edition.number,
            "entries": edition.entries,
            "rejected": edition.rejected,
        },
    )
    return edition


@transaction.atomic
def refuse(edition: RegisterEdition, reason: str, *, by: Any) -> None:
    """Say why an edition was not loaded; what there is of it will be removed."""
    require(by, "intake.import", on=edition.register)
    edition.state = Stage.REFUSED if reason else Stage.REMOVED
    edition.reason, edition.finished_at = reason, timezone.now()
    edition.save()
    audit.write(
        "registers.undo",
        by=by,
        on=edition.register,
        detail={"edition": edition.number, "state": edition.state},
    )


def sweep() -> int:
    """Remove the entries of editions that nobody can see any more.

    Where a table is being read just now, its removal waits for the next night.
    """
    removed = 0
    gone = (Stage.REPLACED, Stage.REFUSED, Stage.REMOVED)
    for edition in RegisterEdition.objects.filter(state__in=gone, entries__gt=0):
        try:
            removed += sum(register_tables.remove(edition.pk)) or edition.entries
        except OperationalError:
            continue
        RegisterEdition.objects.filter(pk=edition.pk).update(entries=0)
    return removed


# ---- taking up


def take_up(entry: RegisterEntry, *, by: Any) -> Firearm:
    """Return the firearm record of an entry; make it if there is none.

    The register is its source and the entry's number its number there, so that it is
    made once. A later edition that says something else corrects the record, except
    where a person has corrected it here; its history keeps what was.
    """
    allowed = entries(by)
    if allowed is None or not allowed.filter(pk=entry.pk).exists():
        raise Firearm.DoesNotExist
    register = register_of(entry)
    kind = registry.get("firearm")
    values = _values(entry, register)
    found = _taken_up(entry, register)
    if found is not None:
        return _brought_up(found, values)
    try:
        made: Any = actions.create(kind, values, by=by, unit=register.unit)
    except (
        IntegrityError,
        ValidationError,
    ):  # somebody else took it up at the same moment
        made = _taken_up(entry, register)
        if made is None:
            raise
    return made


def bring_up(register: Register) -> int:
    """Correct what was taken up from a register by its new edition; return how many."""
    taken = Firearm.objects.filter(unit=register.unit, source=register.name)
    corrected = 0
    for portion in _portions(taken.order_by("pk").iterator(chunk_size=PORTION)):
        by_number = {gun.source_key: gun for gun in portion}
        rows = RegisterEntry.objects.filter(
            edition_id=register.current_id, number__in=list(by_number)
        )
        for entry in rows:
            gun = by_number[entry.number]
            version = _brought_up(gun, _values(entry, register)).version
            corrected += version != gun.version
    return corrected


def _portions(guns: Iterator[Firearm]) -> Iterator[list[Firearm]]:
    while portion := list(islice(guns, PORTION)):
        yield portion


def _brought_up(found: Firearm, values: dict[str, Any]) -> Firearm:
    own = State.objects.filter(record=found.pk).exclude(action=BY_LOAD)
    kept = {name for state in own for name in state.values}
    wanted = {name: v for name, v in values.items() if name not in kept}
    if not history.differences(found, wanted):
        return found
    return actions.change(found, wanted, by=SYSTEM, action=BY_LOAD)  # type: ignore[return-value]


def _taken_up(entry: RegisterEntry, register: Register) -> Firearm | None:
    keys = [register.unit_id], [register.name], [entry.number]
    return source_keys.keyed(Firearm.objects.all(), *keys).first()


def _values(entry: RegisterEntry, register: Register) -> dict[str, Any]:
    read = {
        name: text
        for name in ("type", "make", "calibre")
        if (text := getattr(entry, f"{name}_read"))
    }
    return {
        "kind": "registered",
        "type": entry.type,
        "make": entry.make,
        "model": entry.model,
        "calibre": entry.calibre,
        "serial": entry.serial,
        "country_of_manufacture": entry.country,
        "year_of_manufacture": entry.year,
        "as_read": read,
        "handling": register.handling,
        "handling_note": register.handling_note,
        "source": register.name,
        "source_key": entry.number,
    }
