"""One firearm with everything that belongs to it, as one person may see it.

The page, the printed dossier and the tests read the same assembly: what a person may
not see is left out here, before anything is drawn. The number of questions to the
database does not grow with the rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from focalpoint.accounts.access import may, unread, visible
from focalpoint.records import attachments, category, custody, queries, wording
from focalpoint.records.base import Record
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
GAP_YEARS = 2  # a silence as long as this is shown as one
SHOWN_STEPS = ("collection", "test_fire", "court")
OCCASIONS = {
    "recovered": _("Recovered"),
    "inferred": _("Inferred from fired material"),
    "lost": _("Reported lost"),
    "stolen": _("Reported stolen"),
    "registered": _("Registered"),
    "surrendered": _("Surrendered"),
}


@dataclass(frozen=True)
class Event:
    """One line of the timeline; ``kind`` is fact, lead, gap or now."""

    date: str
    title: str
    kind: str = "fact"
    text: str = ""
    note: str = ""
    source: str = ""
    grade: str = ""
    jurisdiction: str = ""
    record: Record | None = None
    order: str = ""


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
    same_number: list[Firearm]  # other records that carry this number
    restricted: list[Record]  # beside it, but the reader has yet to read what H3 says
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
        found = [self.incident, *(other for _link, other in self.links)]
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
    links = queries.neighbours(firearm, user, use=use)
    files = list(attachments.of_record(firearm, user, use=use))
    same_number = _same_number(firearm, user, use)
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
        restricted=[beside[pk] for pk in beside if pk in closed],
        may_see_persons=may(user, "records.persons"),
    )
    told.events.extend(timeline(told))
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
        *(item for item in told.others.get("ballistic_item", [])),
        *told.photographs[:MOST_PICTURES],
    ]


def _one(code: str, pk: Any, user: Any, use: str) -> Any:
    return queries.records(code, user, use=use).filter(pk=pk).first() if pk else None


def _same_number(firearm: Firearm, user: Any, use: str) -> list[Firearm]:
    """Other records with this number; a number read in part says nothing yet."""
    if not firearm.serial_normal or firearm.serial_status != "intact":
        return []
    rows = Firearm.objects.filter(
        serial_normal=firearm.serial_normal, withdrawn_at=None
    ).exclude(pk=firearm.pk)
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


# ---- timeline


def timeline(told: Dossier) -> list[Event]:
    """Return the life of a firearm in order of time, silences included."""
    events = [
        *_of_the_gun(told.firearm, told.incident),
        *(_of_link(link, other) for link, other in told.links),
        *(_of_item(item) for item in told.others.get("ballistic_item", [])),
        *(
            _of_custody(step, told.firearm)
            for step in told.custody
            if step.reason in SHOWN_STEPS or step.is_break
        ),
    ]
    dated = sorted((one for one in events if one.date), key=_moment_of)
    return [*_with_gaps(dated), _now(told)]


def _moment_of(event: Event) -> str:
    return event.order or event.date


def _of_the_gun(firearm: Firearm, incident: Any) -> list[Event]:
    source = {
        "source": firearm.source or firearm.unit.name,
        "grade": wording.grade(firearm),
        "jurisdiction": firearm.jurisdiction,
    }
    make = wording.label(firearm.make, "makes")
    place = ", ".join(
        filter(None, (incident.place, incident.municipality)) if incident else ()
    )
    rows = (
        (firearm.year_of_manufacture, gettext("Made"), make),
        (firearm.year_of_import, gettext("Imported"), firearm.importer),
        (
            firearm.diversion_date,
            gettext("Diverted"),
            wording.label(firearm.diversion_type, "diversion_types"),
        ),
        (
            firearm.event_date,
            str(
                OCCASIONS.get(
                    firearm.kind, wording.label(firearm.kind, "firearm_kinds")
                )
            ),
            place,
        ),
        (
            firearm.disposition_date,
            wording.label(firearm.disposition, "dispositions"),
            "",
        ),
    )
    return [
        Event(
            date=date,
            title=title,
            text=text,
            record=incident if text and text == place else None,
            **source,
        )
        for date, title, text in rows
        if date and title
    ]


def _of_link(link: Link, other: Record) -> Event:
    kind = other.record_type
    date = link.valid_from or (getattr(other, kind.date) if kind.date else "")
    return Event(
        date=date,
        title=wording.label(link.type, "link_types"),
        kind="lead" if is_lead(link) else "fact",
        text=wording.caption(other),
        source=link.source or link.basis,
        grade=wording.grade(link),
        jurisdiction=other.jurisdiction,
        record=other,
    )


def _of_item(item: Any) -> Event:
    return Event(
        date=item.entered_on or item.event_date,
        title=wording.label(item.kind, "ballistic_item_kinds")
        or gettext("Ballistic item"),
        text=gettext("Entered in %(system)s") % {"system": item.system}
        if item.system
        else "",
        source=item.source or item.unit.name,
        grade=wording.grade(item),
        jurisdiction=item.jurisdiction,
        record=item,
    )


def _of_custody(step: CustodyStep, firearm: Firearm) -> Event:
    at = timezone.localtime(step.at)
    broken = gettext("Custody broken: seal or count did not agree")
    return Event(
        date=f"{at:%Y-%m-%d}",
        order=f"{at:%Y-%m-%dT%H:%M}",
        note=f"{at:%H:%M}",
        title=broken
        if step.is_break
        else wording.label(step.reason, "custody_reasons"),
        text=f"{step.giver} → {step.receiver}, {step.place}",
        source=gettext("Custody ledger"),
        jurisdiction=firearm.jurisdiction,
        record=step.exhibit,
    )


def is_lead(link: Link) -> bool:
    """Tell whether a link is only a lead: a person has yet to confirm it."""
    kind = codelists.load("link_types").get(link.type)
    waits = bool(kind and kind.extra.get("needs_confirmation") == "yes")
    return waits and link.strength != "confirmed"


def _with_gaps(events: list[Event]) -> list[Event]:
    found: list[Event] = []
    for event in events:
        if found and (years := _years(found[-1].date, event.date)) >= GAP_YEARS:
            words = gettext("No record from %(first)s to %(last)s")
            dates = {
                "first": wording.partial(found[-1].date[:7]),
                "last": wording.partial(event.date[:7]),
            }
            length = ngettext("%(n)s year", "%(n)s years", years) % {"n": years}
            found.append(Event(date=length, title=words % dates, kind="gap"))
        found.append(event)
    return found


def _years(first: str, last: str) -> int:
    """Whole years between two dates of any precision; the shorter reading of both."""
    months = [
        int(text[:4]) * 12 + (int(text[5:7]) - 1 if len(text) > 4 else 0)
        for text in (first, last)
    ]
    slack = 11 if len(first) == 4 else 0
    return max(0, (months[1] - months[0] - slack) // 12)


def _now(told: Dossier) -> Event:
    firearm = told.firearm
    exhibit = told.exhibits[0] if told.exhibits else None
    if exhibit is None:
        disposed = wording.label(firearm.disposition, "dispositions")
        title = disposed or gettext("Not in custody as an exhibit")
        text = firearm.storage_place
    else:
        state = wording.label(exhibit.state, "exhibit_states") or gettext("Not stated")
        seal = gettext("seal %(seal)s") % {"seal": exhibit.seal} if exhibit.seal else ""
        title = ", ".join(filter(None, (state, seal)))
        text = exhibit.storage_place
    return Event(
        date=f"{timezone.localdate():%Y-%m-%d}",
        note=gettext("today"),
        title=title,
        text=text,
        kind="now",
        source=gettext("Custody ledger") if exhibit else "",
        jurisdiction=firearm.jurisdiction,
        record=exhibit,
    )
