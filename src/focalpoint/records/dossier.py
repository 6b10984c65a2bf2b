"""One firearm with everything that belongs to it, as one person may see it.

The page, the printed dossier and the tests read the same assembly: what a person may
not see is left out here, before anything is drawn. The number of questions to the
database does not grow with the rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, TypeVar

from focalpoint.accounts.access import may, unread, visible
from focalpoint.records import (
    attachments,
    category,
    custody,
    dossiers,
    life,
    queries,
)
from focalpoint.records.base import Record
from focalpoint.records.life import Event, Material
from focalpoint.records.media_types import PHOTOGRAPHS
from focalpoint.records.models import (
    Attachment,
    CustodyStep,
    Exhibit,
    Firearm,
    Link,
    Mark,
    Person,
    Step,
)
from focalpoint.records.readiness import Readiness, readiness
from focalpoint.values import codelists
from focalpoint.values.eu_category import Answer

R = TypeVar("R", bound=Record)

SAME_SHOWN = 3
MOST_PICTURES = 9  # in the printed dossier


@dataclass(frozen=True)
class Dossier:
    """What one person may see of one firearm."""

    firearm: Firearm
    incident: Any
    seizure: Any
    marks: list[Mark]
    steps: list[Step]
    exhibits: list[Exhibit]
    custody: list[CustodyStep]  # of all exhibits, the latest first
    persons: list[tuple[Person, str]]  # with the role that the case or a link gives
    links: list[tuple[Link, Record]]
    others: dict[str, list[Record]]  # records that name this one, by kind
    files: list[Attachment]
    readiness: Readiness
    category: Answer
    same_number: list[Firearm]  # other guns by all that was judged, with this number
    members: list[
        Firearm
    ]  # the records judged to speak of this gun, the earliest first
    restricted: list[Record]  # beside it, but the reader has yet to read what H3 says
    life: Material = field(default_factory=Material)
    events: list[Event] = field(default_factory=list)
    may_see_persons: bool = False

    @property
    def photographs(self) -> list[Attachment]:
        """The files that a browser shows as pictures."""
        return [one for one in self.files if one.media_type in PHOTOGRAPHS]

    @property
    def broken(self) -> list[Exhibit]:
        """Exhibits whose seal or count did not agree and was not explained yet."""
        return [one for one in self.exhibits if one.state == custody.BREAK]

    @property
    def next_step(self) -> Step | None:
        """The open step that is due first."""
        waiting = [step for step in self.steps if step.state == Step.State.OPEN]
        return min(waiting, key=lambda step: step.due_at, default=None)

    @property
    def places(self) -> list[tuple[Record, float, float]]:
        """Every place of the dossier with its latitude and longitude."""
        found: list[Any] = [
            *self.life.incidents.values(),
            *(other for _link, other in self.life.links),
        ]
        return [
            (record, record.lat, record.lon)
            for record in found
            if getattr(record, "lat", None) is not None
            and getattr(record, "lon", None) is not None
        ]


def assemble(firearm: Firearm, user: Any, *, use: str = "view") -> Dossier:
    """Return everything about a firearm that a person may see, or take away."""
    incident = _one("incident", firearm.incident_id, user, use)
    seizure = _one("seizure", firearm.seizure_id, user, use)
    marks = _in_order_of_the_list(firearm)
    order = codelists.load("recovery_steps").codes
    steps = sorted(
        firearm.steps.select_related("owner", "settled_by"),
        key=lambda step: order.index(step.step) if step.step in order else len(order),
    )
    others = queries.children(firearm, user, use=use)
    exhibits: list[Any] = others.pop("exhibit", [])
    members = dossiers.members(firearm, user, use=use)
    links = queries.neighbours(firearm, user, use=use)
    files = list(attachments.of_record(firearm, user, use=use))
    same_number = _same_number(firearm, members, user, use)
    persons = _persons(incident, links, user, use)
    beside = {
        one.pk: one
        for one in (
            *filter(None, (incident, seizure)),
            *exhibits,
            *chain.from_iterable(links),  # a link and the record at its far end
            *chain.from_iterable(others.values()),
            *(person for person, _role in persons),
            *same_number,
            *(one for one in members if one.pk != firearm.pk),
        )
    }
    closed = unread(beside.values(), user)

    def opened(rows: Iterable[R]) -> list[R]:
        return [row for row in rows if row.pk not in closed]

    exhibits = opened(exhibits)
    ledger = list(
        CustodyStep.objects.filter(exhibit__in=exhibits)
        .select_related("exhibit")
        .order_by("-at", "-number")
    )
    seen = {one.pk for one in files}
    for mark in marks:
        if mark.image_id not in seen:
            mark.image = None
    incident = next(iter(opened(filter(None, (incident,)))), None)
    members = opened(members)
    standing = [one for one in members if not one.withdrawn_at]
    beyond = life.gather([one for one in standing if one.pk != firearm.pk], user, use)
    told = Dossier(
        firearm=firearm,
        incident=incident,
        seizure=next(iter(opened(filter(None, (seizure,)))), None),
        marks=marks,
        steps=steps,
        exhibits=exhibits,
        custody=ledger,
        persons=[(one, role) for one, role in persons if one.pk not in closed],
        links=[
            (link, other)
            for link, other in links
            if other.type_code != "person" and not {link.pk, other.pk} & closed
        ],
        others={code: kept for code, rows in others.items() if (kept := opened(rows))},
        files=files,
        readiness=readiness(
            firearm,
            marks,
            incident,
            photographs=sum(one.media_type in PHOTOGRAPHS for one in files),
        ),
        category=category.suggest(firearm),
        same_number=opened(same_number),
        members=members,
        restricted=[beside[pk] for pk in beside if pk in closed],
        may_see_persons=may(user, "records.persons"),
    )
    own = Material(
        [firearm],
        {incident.pk: incident} if incident else {},
        told.links,
        told.others.get("ballistic_item", []),  # type: ignore[arg-type]
        exhibits,
        ledger,
    )
    told = replace(
        told,
        exhibits=[*exhibits, *beyond.exhibits],
        custody=sorted(
            (*ledger, *beyond.custody), key=lambda step: (step.at, step.number)
        )[::-1],
        life=own + beyond,
    )
    told.events.extend(life.tell(told.life))
    return told


def _in_order_of_the_list(firearm: Firearm) -> list[Mark]:
    """The marks, serial numbers first, as the list of kinds has them."""
    order = codelists.load("mark_kinds").codes
    rows = firearm.marks.select_related("image").order_by("id")
    return sorted(rows, key=lambda mark: order.index(mark.kind))


def mentioned(told: Dossier) -> list[Record]:
    """Return every other record whose content the dossier shows."""
    return [
        *filter(None, (told.incident, told.seizure)),
        *told.exhibits,
        *(person for person, _role in told.persons),
        *(record for pair in told.links for record in pair),
        *told.members,
        *told.life.records,
        *(item for item in told.others.get("ballistic_item", [])),
        *told.photographs[:MOST_PICTURES],
    ]


def _one(code: str, pk: Any, user: Any, use: str) -> Any:
    return queries.records(code, user, use=use).filter(pk=pk).first() if pk else None


def _same_number(
    firearm: Firearm, members: list[Firearm], user: Any, use: str
) -> list[Firearm]:
    """Records with this number outside the dossier; read in part it says nothing."""
    if not firearm.serial_normal or firearm.serial_status != "intact":
        return []
    rows = Firearm.objects.filter(
        serial_normal=firearm.serial_normal, withdrawn_at=None
    ).exclude(pk__in=[firearm.pk, *(one.pk for one in members)])
    return list(visible(rows, user, use=use)[:SAME_SHOWN])


def _persons(
    incident: Any, links: list[tuple[Link, Record]], user: Any, use: str
) -> list[tuple[Person, str]]:
    """The persons of the event and those linked, each once, with their role."""
    found: dict[Any, tuple[Person, str]] = {}
    for link, other in links:
        if isinstance(other, Person):
            found[other.pk] = (other, link.role or other.role)
    if incident is not None:
        for person in visible(
            Person.objects.filter(incident=incident, withdrawn_at=None), user, use=use
        ):
            found.setdefault(person.pk, (person, person.role))
    return list(found.values())
