"""The life of a gun, told over all the records that were judged to speak of it.

One record tells one moment; the dossier tells the life. What a person may not see is
left out before anything is told, and the number of questions to the database does not
grow with the records.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from focalpoint.accounts.access import unread, visible
from focalpoint.records import queries, registry, wording
from focalpoint.records.base import Record
from focalpoint.records.models import (
    BallisticItem,
    CustodyStep,
    Exhibit,
    Firearm,
    Incident,
    Link,
    Mark,
)
from focalpoint.values import codelists

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
# Fields of which the records of one gun should say the same.
COMPARED = (
    "serial",
    "type",
    "make",
    "model",
    "calibre",
    "country_of_manufacture",
    "year_of_manufacture",
)


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
    also: tuple[str, ...] = ()  # further sources that say the same


@dataclass(frozen=True)
class Material:
    """What a life is told from; only records that the reader may open."""

    firearms: Sequence[Firearm] = ()
    incidents: dict[Any, Incident] = field(default_factory=dict)
    links: Sequence[tuple[Link, Record]] = ()
    items: Sequence[BallisticItem] = ()
    exhibits: Sequence[Exhibit] = ()
    custody: Sequence[CustodyStep] = ()
    marks: Sequence[Mark] = ()  # of further records; without their photographs

    def __add__(self, other: "Material") -> "Material":
        links = {link.pk: (link, end) for link, end in (*self.links, *other.links)}
        return Material(
            (*self.firearms, *other.firearms),
            {**self.incidents, **other.incidents},
            tuple(links.values()),
            (*self.items, *other.items),
            (*self.exhibits, *other.exhibits),
            (*self.custody, *other.custody),
            (*self.marks, *other.marks),
        )

    @property
    def records(self) -> list[Record]:
        """Every record whose content the life tells."""
        return [
            *self.firearms,
            *self.incidents.values(),
            *(record for pair in self.links for record in pair),
            *self.items,
            *self.exhibits,
        ]


class Saying(NamedTuple):
    """One value of a field, and the records that give it."""

    text: str
    records: tuple[Firearm, ...]


class Disagreement(NamedTuple):
    """Records of one gun that do not say the same: shown, never settled here."""

    name: str
    sayings: tuple[Saying, ...]
    is_reading: bool  # the numbers agree as far as they are read


# ---- what the other records bring


def gather(others: Sequence[Firearm], user: Any, use: str = "view") -> Material:
    """Return what other records of the dossier bring, in few questions.

    Nothing is asked where there are none.
    """
    if not others:
        return Material()
    pks = [one.pk for one in others]
    events = {one.incident_id for one in others if one.incident_id}
    incidents = queries.records("incident", user, use=use).in_bulk(list(events))
    items = _of("ballistic_item", pks, user, use)
    exhibits = _of("exhibit", pks, user, use)
    links = _links(set(pks), user, use)
    made = Material(others, incidents, links, items, exhibits)
    closed = unread(made.records, user)
    kept = [one for one in exhibits if one.pk not in closed]
    opened = [one for one in others if one.pk not in closed]
    ledger = CustodyStep.objects.filter(exhibit__in=kept).select_related("exhibit")
    return Material(
        opened,
        {pk: one for pk, one in incidents.items() if pk not in closed},
        [pair for pair in links if not {pair[0].pk, pair[1].pk} & closed],
        [one for one in items if one.pk not in closed],
        kept,
        list(ledger.order_by("-at", "-number")) if kept else [],
        _marks(opened),
    )


def _marks(firearms: Sequence[Firearm]) -> list[Mark]:
    """Return the marks of some records; their photographs are seen with the record."""
    found = list(Mark.objects.filter(firearm__in=firearms).order_by("id"))
    for mark in found:
        mark.image = None
    return found


def _of(code: str, pks: Sequence[UUID], user: Any, use: str) -> list[Any]:
    return list(queries.records(code, user, use=use).filter(firearm__in=pks))


def _links(pks: set[UUID], user: Any, use: str) -> list[tuple[Link, Record]]:
    """Return the links of some records with the record at the far end of each."""
    rows = visible(Link.objects.filter(withdrawn_at=None), user, use=use).filter(
        Q(from_id__in=pks) | Q(to_id__in=pks)
    )
    ends: dict[str, set[UUID]] = {}
    far: dict[UUID, UUID] = {}
    for link in rows:
        near_first = link.from_id in pks
        code = link.to_type if near_first else link.from_type
        far[link.pk] = link.to_id if near_first else link.from_id
        if code in registry.RECORD_TYPES and code != "person":
            ends.setdefault(code, set()).add(far[link.pk])
    found = {
        other.pk: other
        for code, keys in ends.items()
        for other in queries.records(code, user, use=use).filter(pk__in=keys)
    }
    pairs = ((link, found.get(far[link.pk])) for link in rows)
    return [(link, other) for link, other in pairs if other is not None]


# ---- telling it


def tell(made: Material) -> list[Event]:
    """Return the life of a gun in order of time, silences included."""
    own = {firearm.pk for firearm in made.firearms}
    of_guns = [
        event
        for firearm in made.firearms
        for event in _of_the_gun(firearm, made.incidents.get(firearm.incident_id))
    ]
    events = [
        *_joined(of_guns),
        *(_of_link(link, other) for link, other in made.links if other.pk not in own),
        *(_of_item(item) for item in made.items),
        *(
            _of_custody(step)
            for step in made.custody
            if step.reason in SHOWN_STEPS or step.is_break
        ),
    ]
    return in_order([*events, _now(made)])


def in_order(events: Iterable[Event]) -> list[Event]:
    """Return facts and leads in order of time, silences between them, now at the end.

    Events without a date cannot be told in time and are left out.
    """
    rows = list(events)
    dated = [one for one in rows if one.date and one.kind not in ("gap", "now")]
    dated.sort(key=lambda one: one.order or one.date)
    return [*_with_gaps(dated), *(one for one in rows if one.kind == "now")]


def _of_the_gun(firearm: Firearm, incident: Any) -> list[Event]:
    source: dict[str, Any] = {
        "source": firearm.source or firearm.unit.name,
        "grade": wording.grade(firearm),
        "jurisdiction": firearm.jurisdiction,
        "record": firearm,
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
        Event(date=date, title=title, text=text, **source)
        for date, title, text in rows
        if date and title
    ]


def _joined(events: Sequence[Event]) -> list[Event]:
    """Tell once what several records say alike; the others are named beside it."""
    found: dict[tuple[str, str, str], Event] = {}
    for event in events:
        key = (event.date, event.title, event.text)
        before = found.get(key)
        if before is None:
            found[key] = event
        else:
            further = " ".join(filter(None, (event.source, event.grade)))
            found[key] = replace(before, also=(*before.also, further))
    return list(found.values())


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


def _of_custody(step: CustodyStep) -> Event:
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
        jurisdiction=step.exhibit.jurisdiction,
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


def _now(made: Material) -> Event:
    """Say where the gun is: in custody, disposed of, or not known to be either."""
    firearm = made.firearms[0]
    exhibit = made.exhibits[0] if made.exhibits else None
    if exhibit is None:
        ended = [one for one in made.firearms if one.disposition]
        ended.sort(key=lambda one: one.disposition_date or "")
        last = ended[-1] if ended else firearm
        disposed = wording.label(last.disposition, "dispositions")
        title = disposed or gettext("Not in custody as an exhibit")
        text = last.storage_place
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
        jurisdiction=(exhibit or firearm).jurisdiction,
        record=exhibit,
    )


# ---- where the records do not say the same


def disagreements(members: Sequence[Firearm]) -> list[Disagreement]:
    """Return the fields of which the records of one gun do not say the same."""
    found = []
    for name in COMPARED:
        said: dict[str, tuple[str, list[Firearm]]] = {}
        for firearm in members:
            if key := _key(firearm, name):
                kind = firearm.record_type
                text = wording.text_of(firearm, kind, name)
                said.setdefault(key, (text, []))[1].append(firearm)
        if len(said) > 1:
            sayings = tuple(Saying(text, tuple(rows)) for text, rows in said.values())
            reading = name == "serial" and _fit(list(said))
            found.append(Disagreement(name, sayings, reading))
    return found


def _key(firearm: Firearm, name: str) -> str:
    if name == "serial":
        return firearm.serial_normal
    value = str(getattr(firearm, name) or "")
    if name == "model":
        return "".join(sign for sign in value.casefold() if sign.isalnum())
    return value[:4] if name == "year_of_manufacture" else value


def _fit(numbers: Sequence[str]) -> bool:
    """Tell whether numbers differ only in places that one of them could not read."""
    first, *rest = numbers
    if any(len(one) != len(first) for one in rest):
        return False
    places = zip(*numbers, strict=True)
    return all(len(set(signs) - {"?"}) <= 1 for signs in places)
