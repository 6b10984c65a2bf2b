"""Suggest which records speak of one object: at once for one, every night for all."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from focalpoint.accounts.access import SYSTEM, require
from focalpoint.audit import actions as audit
from focalpoint.engines.resolution.population import Population
from focalpoint.engines.resolution.score import ENGINE_VERSION
from focalpoint.identity import at_large, counted, firearms, persons
from focalpoint.identity.models import PersonKey, Run
from focalpoint.leads import raising
from focalpoint.leads.models import JUDGEABLE, Lead
from focalpoint.leads.raising import RAISE, Outcome
from focalpoint.leads.suggesting import Suggestion
from focalpoint.records import dossiers, registry
from focalpoint.records.base import Record
from focalpoint.records.models import RegisterEdition

State = Run.State
SLICE = 250  # records compared in one transaction
TYPES = ("firearm", "person")
Say = Callable[[Run], None]


@dataclass
class Weighing:
    """What the comparison of some records found, before any of it is stored."""

    records: int
    suggested: list[Suggestion] = field(default_factory=list)
    withdrawn: list[Lead] = field(default_factory=list)
    stale: list[Lead] = field(default_factory=list)
    limited: int = 0  # records for which more fits than was looked at


# ---- at once


def suggest_for(record: Record, *, by: Any = SYSTEM) -> Outcome:
    """Raise the suggestions of one record, and take back those that no longer hold."""
    return suggest_all([record], by=by)


def suggest_all(
    records: Sequence[Record],
    *,
    by: Any,
    population: Population | None = None,
    looked: at_large.Looked | None = None,
) -> Outcome:
    """Raise the suggestions of some records of one type."""
    return settle(weigh(records, by=by, population=population, looked=looked), by=by)


def weigh(
    records: Sequence[Record],
    *,
    by: Any,
    population: Population | None = None,
    looked: at_large.Looked | None = None,
) -> Weighing:
    """Compare some records of one type; nothing is held, so that nobody waits for it.

    Only what is looked up by, and entries of registers that are asked about, is stored.
    """
    require(by, RAISE)
    found = Weighing(len(records))
    guns: Any = [record for record in records if record.is_complete]
    with transaction.atomic():
        persons.index(gun for gun in guns if gun.type_code == "person")
    asked = _asked(gun.pk for gun in guns)
    judged = dossiers.standing_with([gun.pk for gun in guns])
    known = looked.of(guns) if looked is not None else {}
    people = persons.population() if any(g.type_code == "person" for g in guns) else 0
    for gun in guns:
        before = asked.get(gun.pk, [])
        if gun.withdrawn_at is not None:
            found.withdrawn += before
            continue
        if gun.type_code == "person":
            made = persons.suggestions(gun, people, judged[gun.pk], known.get(gun.pk))
        else:
            told = firearms.suggestions(
                gun, population, known.get(gun.pk), judged[gun.pk]
            )
            found.limited += told.is_limited
            made = list(told.suggested)
        kept = {one.key for one in made}
        left = [lead for lead in before if lead.key not in kept]
        again, stale = _looked_at_again(gun, left, population)
        found.suggested += [*made, *again]
        found.stale += stale
    return found


@transaction.atomic
def settle(found: Weighing, *, by: Any) -> Outcome:
    """Raise what was found and take back what no longer holds."""
    require(by, RAISE)
    lapsed = raising.lapse(found.withdrawn, "record_withdrawn", by=by)
    lapsed += raising.lapse(found.stale, "no_longer_suggested", by=by)
    outcome = raising.raise_many(found.suggested, by=by)
    audit.write(
        "identity.compare",
        by=by,
        detail={"records": found.records, "lapsed": lapsed, "limited": found.limited},
    )
    return replace(outcome, lapsed=lapsed, limited=found.limited)


def _asked(records: Iterable[UUID]) -> dict[UUID, list[Lead]]:
    """Return the leads on the identity of records that are open or noted."""
    pks = set(records)
    rows = Lead.objects.filter(
        Q(first_id__in=pks) | Q(second_id__in=pks),
        kind=Lead.Kind.IDENTITY,
        status__in=JUDGEABLE,
    )
    found: dict[UUID, list[Lead]] = {}
    for lead in rows.order_by():
        for pk in (lead.first_id, lead.second_id):
            if pk is not None and pk in pks:
                found.setdefault(pk, []).append(lead)
    return found


def _looked_at_again(
    record: Record, left: Iterable[Lead], population: Population | None
) -> tuple[list[Suggestion], list[Lead]]:
    """Weigh the pairs of open leads that a look-up did not bring up this time."""
    again: list[Suggestion] = []
    stale: list[Lead] = []
    for lead in left:
        other_id = lead.second_id if lead.first_id == record.pk else lead.first_id
        rows: Any = type(record)._default_manager
        other = rows.select_related("unit").filter(pk=other_id).first()
        found = None
        if other is not None and other.withdrawn_at is None:
            found = _pair(record, other, population)
        if found is None:
            stale.append(lead)
        else:
            again.append(found)
    return again, stale


def _pair(one: Any, other: Any, population: Population | None) -> Suggestion | None:
    if one.type_code == "person":
        return persons.pair(one, other)
    return firearms.pair(one, other, population)


# ---- every night


def run_all(
    *, by: Any = SYSTEM, everything: bool = False, say: Say | None = None
) -> list[Run]:
    """Compare all records that changed since the last run, or everything.

    A run that was killed or stopped goes on where it came to. Suggestions are raised in
    slices, each whole; ``say`` is told after every slice.
    """
    done = []
    for code in TYPES:
        run = begin(code, by=by, everything=everything)
        if run.position is None:
            _prepare(code, by=by)
        population = counted.population() if code == "firearm" else None
        looked = at_large.look_up(run) if at_large.pays(code, run.total) else None
        try:
            while run.state == State.RUNNING:
                run = step(run, by=by, population=population, looked=looked)
                if say is not None:
                    say(run)
        finally:
            if looked is not None:
                looked.close()
        if run.state == State.DONE:
            at_large.forget(run)
        done.append(run)
        if run.state == State.STOPPED:
            break
    return done


@transaction.atomic
def begin(code: str, *, by: Any, everything: bool = False) -> Run:
    """Return the run to go on with: an unfinished one, or a new one.

    An unfinished run of another version of the engine is not gone on with: everything
    is compared anew.
    """
    require(by, RAISE)
    unfinished = list(
        Run.objects.select_for_update()
        .filter(record_type=code, state__in=(State.RUNNING, State.STOPPED))
        .order_by("-pk")
    )
    wider = everything and any(run.since is not None for run in unfinished)
    if unfinished and not wider and unfinished[0].engine_version == ENGINE_VERSION:
        run = unfinished[0]
        run.state, run.stop_asked = State.RUNNING, False
        run.save(update_fields=["state", "stop_asked"])
        return run
    for run in unfinished:
        run.state, run.reason = State.FAILED, "replaced"
        run.save(update_fields=["state", "reason"])
        at_large.forget(run)
    since = None if everything or unfinished else _since(code)
    run = Run(record_type=code, engine_version=ENGINE_VERSION, since=since)
    run.total = _waiting(run).count()
    run.save(force_insert=True)
    audit.write("identity.begin", by=by, on=run, detail={"type": code})
    return run


def step(
    run: Run,
    *,
    by: Any,
    population: Population | None = None,
    looked: at_large.Looked | None = None,
) -> Run:
    """Compare the next slice of a run, from where it has come to by now."""
    run = Run.objects.get(pk=run.pk)
    rows = _waiting(run).order_by("pk")
    keys = list(rows.values_list("pk", flat=True)[:SLICE])
    worth = keys if looked is None else _worth_reading(run, keys, looked)
    part = list(rows.filter(pk__in=worth))
    found = weigh(part, by=by, population=population, looked=looked)
    found.records = len(keys)
    return advance(run, keys[-1] if keys else None, found, by=by)


def _worth_reading(
    run: Run, keys: Sequence[UUID], looked: at_large.Looked
) -> Collection[UUID]:
    """Return of which records there is anything to say: of most of a register nothing.

    Of persons, the keys of names are looked through besides.
    """
    if run.record_type == "person":
        return keys
    judged = dossiers.standing_with(keys)
    return {*looked.among(keys), *_asked(keys), *(pk for pk in keys if judged[pk])}


@transaction.atomic
def advance(run: Run, position: UUID | None, found: Weighing, *, by: Any) -> Run:
    """Store what a slice found; what is raised and how far the run came are one.

    A slice that another process was quicker with is left: the run goes on behind it.
    """
    require(by, RAISE)
    dossiers.hold()
    before = run.position
    run = Run.objects.select_for_update().get(pk=run.pk)
    if run.state != State.RUNNING or run.position != before:
        return run
    if run.stop_asked:
        run.state = State.STOPPED
    elif position is None:
        run.state, run.finished_at = State.DONE, timezone.now()
    else:
        outcome = settle(found, by=by)
        run.position = position
        run.done += found.records
        run.raised += len(outcome.raised)
        run.reopened += len(outcome.reopened)
        run.lapsed += outcome.lapsed
        run.too_broad += outcome.limited
    run.moved_at = timezone.now()
    run.save()
    if run.state != State.RUNNING:
        audit.write("identity.end", by=by, on=run, detail={"state": run.state})
    return run


@transaction.atomic
def forget(erased: Collection[UUID], *, by: Any) -> None:
    """Remove the keys of names of persons that were erased."""
    require(by, "records.purge")
    gone = PersonKey.objects.filter(person__in=list(erased))
    if gone.exists():
        audit.write("identity.forget", by=by, detail={"records": len(erased)})
        gone.delete()


@transaction.atomic
def stop(run: Run, *, by: Any) -> None:
    """Ask a run to stop after its slice; it can go on later from there."""
    require(by, "leads.assign")
    Run.objects.filter(pk=run.pk, state=State.RUNNING).update(stop_asked=True)
    audit.write("identity.stop", by=by, on=run)


def count_anew(*, by: Any) -> int:
    """Count how common things are in the data now; return of how many records.

    Counting a million takes minutes, in which nobody waits for the database.
    """
    require(by, RAISE)
    counts, size = counted.count()
    keep_counts(counts, size, by=by)
    return size


@transaction.atomic
def keep_counts(counts: str, size: int, *, by: Any) -> None:
    """Keep what was counted for every comparison from now on."""
    require(by, RAISE)
    counted.store(counts)
    audit.write("identity.count", by=by, detail={"records": size})


def _prepare(code: str, *, by: Any) -> None:
    """Bring what a run reads in line before it begins."""
    if code == "firearm":
        if counted.is_stale():
            count_anew(by=by)
        return
    last: UUID | None = None
    while part := persons.unindexed(last):
        with transaction.atomic():
            persons.index(part)
        last = part[-1].pk


def compared_until(code: str) -> datetime | None:
    """Return up to when changes were compared by a run of this engine."""
    last = (
        Run.objects.filter(record_type=code, state=State.DONE).order_by("-pk").first()
    )
    same = last is not None and last.engine_version == ENGINE_VERSION
    return last.started_at if last is not None and same else None


def _since(code: str) -> datetime | None:
    """Return from when on changes are new to the engine; nothing where all is."""
    compared = compared_until(code)
    if compared is None:
        return None
    newer = RegisterEdition.objects.filter(
        state=RegisterEdition.State.CURRENT, finished_at__gte=compared
    )
    # A new edition may hold the number of any gun of ours.
    return None if newer.exists() else compared


def _waiting(run: Run) -> Any:
    """Return the records that a run has yet to compare."""
    model: Any = registry.get(run.record_type).model
    rows = model.objects.filter(is_complete=True).select_related("unit")
    if run.since is not None:
        rows = rows.filter(updated_at__gte=run.since)
    return rows.filter(pk__gt=run.position) if run.position else rows
