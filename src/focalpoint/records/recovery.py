"""Record a whole recovery at once: the event, what was taken, who was there.

All of it or nothing: a slip in the tenth firearm stores no first one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from focalpoint.accounts.access import may, require
from focalpoint.accounts.models import Unit
from focalpoint.records import actions, checklist, marks, registry
from focalpoint.records.base import Record

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Gun:
    """One firearm with its other marks and its exhibit."""

    values: Values
    marks: Sequence[Values] = ()
    exhibit: Values = field(default_factory=dict)


@dataclass(frozen=True)
class Recovery:
    """What one form holds. ``event`` is a record already here, or the values of one."""

    event: Record | Values
    kind: str = "recovered"
    seizure: Values = field(default_factory=dict)
    guns: Sequence[Gun] = ()
    further: Sequence[tuple[str, Values]] = ()  # kind of record and its values
    common: Values = field(default_factory=dict)


@dataclass(frozen=True)
class Recorded:
    """What was stored."""

    event: Record
    guns: tuple[Record, ...]
    others: tuple[Record, ...]


@transaction.atomic
def record(recovery: Recovery, *, by: Any, unit: Unit) -> Recorded:
    """Store a recovery; the checklist of each recovered firearm starts to run."""
    require(by, "records.create", on=unit)

    def create(code: str, values: Values) -> Record:
        kind = registry.get(code)
        return actions.create(kind, {**recovery.common, **values}, by=by, unit=unit)

    event = recovery.event
    if not isinstance(event, Record):
        event = create("incident", event)
    others: list[Record] = []
    seizure = None
    if any(recovery.seizure.values()):
        seizure = create("seizure", {**recovery.seizure, "incident": event})
        others.append(seizure)
    when = getattr(event, "recovered_on", "") or getattr(event, "occurred_from", "")
    shared = {"incident": event, "event_date": when}
    guns = []
    for gun in recovery.guns:
        values = {"kind": recovery.kind, **gun.values, **shared, "seizure": seizure}
        firearm: Any = create("firearm", values)
        guns.append(firearm)
        _settle(firearm, gun, by=by)
        if any(gun.exhibit.values()):
            exhibit = {"item_type": "firearm", "collected_on": when, **gun.exhibit}
            linked = {"firearm": firearm, "incident": event}
            others.append(create("exhibit", {**exhibit, **linked}))
    for code, one in recovery.further:
        of_event = {"incident": event} if code == "person" else shared
        others.append(create(code, {**one, **of_event}))
    return Recorded(event, tuple(guns), tuple(others))


def _settle(firearm: Any, gun: Gun, *, by: Any) -> None:
    if gun.marks and may(by, "records.change", on=firearm):
        marks.set_marks(firearm, gun.marks, by=by)
    if firearm.kind == "recovered" and may(by, "records.complete", on=firearm):
        checklist.open_checklist(firearm, by=by)
