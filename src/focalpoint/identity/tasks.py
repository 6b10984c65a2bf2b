"""Suggestions in the background."""

from typing import Any

from focalpoint.jobs.tasks import task

PORTION = 50  # records of one transaction


@task(queue="intake")
def suggest(record_type: str, keys: list[str]) -> int:
    """Raise the suggestions of some records; return how many leads there are anew."""
    from focalpoint.records import registry

    model: Any = registry.get(record_type).model
    return _suggest(model.objects.filter(pk__in=keys))


@task(queue="intake")
def suggest_of_import(record_type: str, batch: str) -> int:
    """Raise the suggestions of all records that an import made or changed.

    A large import is compared by a run, which looks nothing up record by record. What a
    run has compared since is not compared again.
    """
    from django.db.models import Q

    from focalpoint.identity import actions, at_large
    from focalpoint.records import registry
    from focalpoint.records.models import State

    model: Any = registry.get(record_type).model
    changed = State.objects.filter(batch=batch, record_type=record_type)
    rows = model.objects.filter(Q(batch=batch) | Q(pk__in=changed.values("record")))
    compared = actions.compared_until(record_type)
    if compared is not None:
        rows = rows.filter(updated_at__gte=compared)
    if at_large.pays(record_type, rows.count()):
        return suggest_nightly.func()
    return _suggest(rows)


@task
def suggest_nightly() -> int:
    """Compare what changed since the last run; go on where a killed run came to."""
    from focalpoint.identity import actions

    return sum(run.raised for run in actions.run_all())


def _suggest(rows: Any) -> int:
    from focalpoint.accounts.access import SYSTEM
    from focalpoint.identity import actions

    raised, last = 0, None
    while True:
        left = rows.filter(pk__gt=last) if last else rows
        part = list(left.select_related("unit").order_by("pk")[:PORTION])
        if not part:
            return raised
        outcome = actions.suggest_all(part, by=SYSTEM)
        raised += len(outcome.raised)
        last = part[-1].pk
