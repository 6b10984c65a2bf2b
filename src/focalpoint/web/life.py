"""The life of a gun on its page: its records, its events, what they disagree on."""

from collections.abc import Collection, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from focalpoint.leads import queries
from focalpoint.leads.queries import Shown
from focalpoint.records import dossiers, life, wording
from focalpoint.records.dossier import Dossier
from focalpoint.records.life import Event
from focalpoint.records.models import Firearm, SameObject
from focalpoint.web import evidence, tables

SHOWN_OF_LOT = 5


def context(told: Dossier, user: Any, waiting: Sequence[Shown] = ()) -> dict[str, Any]:
    """Return what the page of a gun says of its life and of the records that tell it.

    ``waiting``: open leads between its records and others.
    """
    standing = [one for one in told.members if not one.withdrawn_at]
    return {
        "events": events(told, waiting),
        "notes": notes(told, user, waiting),
        "life_says": says(told),
        "members": [_member(one, told.firearm) for one in told.members],
        "member_count": len(told.members),
        "dossier_reference": told.members[0].reference,
        "sources": len({one.source or one.unit_id for one in told.members}),
        "disagreements": [_disagreement(one) for one in life.disagreements(standing)],
        "judgements": judgements(told, user),
        "contradictions": [
            {"text": contradiction_text(one), "judgement": one.different}
            for one in dossiers.contradictions_of(told.firearm, user)
        ]
        if len(told.members) > 1
        else [],
    }


def events(told: Dossier, waiting: Sequence[Shown]) -> list[dict[str, object]]:
    """Return the life with its open leads among the facts, as the timeline draws it.

    A lead stands at the date of the record that it would bring, and leads to its page.
    """
    members = {one.pk for one in told.members}
    strongest: dict[Any, Shown] = {}
    for shown in sorted(waiting, key=lambda one: one.lead.weight):
        other = _other(shown, members)
        is_same = shown.lead.relation in ("", "same")
        if other is not None and is_same and not shown.is_closed:
            strongest[other.pk] = shown
    places = {
        _suggested(shown, members): reverse("lead", args=[shown.lead.pk])
        for shown in strongest.values()
    }
    rows = life.in_order([*told.events, *places]) if places else told.events
    return [event(one, places.get(one, "")) for one in rows]


def event(one: Event, url: str = "") -> dict[str, object]:
    """Return an event as parts/timeline.html draws it."""
    date = one.date if one.kind == "gap" else wording.partial(one.date)
    return {
        "date": date,
        "note": one.note or wording.precision("" if one.kind == "gap" else one.date),
        "kind": one.kind,
        "title": one.title,
        "text": one.text,
        "url": url or (tables.address(one.record) if one.record else ""),
        "source": one.source,
        "grade": one.grade,
        "jurisdiction": one.jurisdiction,
        "also": one.also,
    }


def _other(shown: Shown, members: Collection[Any]) -> Any:
    """Return the record of a lead that is not one of the dossier."""
    pair = [one for one in shown.pair if one is not None and one.pk not in members]
    return pair[0] if pair else None


def _suggested(shown: Shown, members: Collection[Any]) -> Event:
    other = _other(shown, members)
    return Event(
        date=str(other.event_date),
        title=gettext("Perhaps this gun: %(what)s") % {"what": occasion(other).lower()},
        kind="lead",
        text=f"{wording.caption(other)}, {other.reference}",
        source=gettext("Suggestion, %(weight)s bits")
        % {"weight": evidence.bits(shown.lead.weight)},
        jurisdiction=other.jurisdiction,
        record=other,
    )


def occasion(record: Firearm) -> str:
    """Return on what occasion a gun was recorded."""
    known = life.OCCASIONS.get(record.kind)
    return str(known or wording.label(record.kind, "firearm_kinds"))


def title(firearm: Any) -> str:
    """Return what a firearm is, in plain words: make, model, type and calibre."""
    kind = firearm.record_type
    make, model, type, calibre = (
        wording.text_of(firearm, kind, name) if getattr(firearm, name) else ""
        for name in ("make", "model", "type", "calibre")
    )
    if make or model:
        type = type[:1].lower() + type[1:]
    text = " ".join(filter(None, (make, model, type))) or gettext("Firearm")
    return ", ".join(filter(None, (text, calibre)))


# ---- clones, lots, and what carries the same number


def notes(
    told: Dossier, user: Any, waiting: Sequence[Shown]
) -> list[dict[str, object]]:
    """Return the warnings under the title: clones, one lot, the same number."""
    members = {one.pk for one in told.members}
    warned = queries.warnings(told.members, user)
    clones = [one for one in warned if one.lead.relation == "clone"]
    lots = [one for one in warned if one.lead.relation == "lot" and not one.is_closed]
    named = {other.pk for one in clones if (other := _other(one, members))}
    open_pairs = {other.pk: one for one in waiting if (other := _other(one, members))}
    found = [
        _clone(told.firearm, other, reverse("lead", args=[one.lead.pk]))
        for one in clones
        if not one.is_closed and (other := _other(one, members))
    ]
    for other in told.same_number:
        if other.pk in named:
            continue
        asked = open_pairs.get(other.pk)
        url = reverse("lead", args=[asked.lead.pk]) if asked else tables.address(other)
        found.append(_clone(told.firearm, other, url))
    if lots:
        found.append(_lot([_other(one, members) for one in lots], lots[0]))
    return found


def _clone(firearm: Any, other: Any, url: str) -> dict[str, object]:
    alike = (firearm.make, firearm.model, firearm.calibre) == (
        other.make,
        other.model,
        other.calibre,
    )
    text = (
        gettext(
            "%(what)s, %(reference)s. Make, model and calibre agree: it may be the "
            "same gun. A person decides."
        )
        if alike
        else gettext(
            "%(what)s, %(reference)s. Search and trace by model and number together."
        )
    )
    return {
        "kind": "warn",
        "title": gettext("Another record carries the same number")
        if alike
        else gettext("Clone: another gun carries the same number"),
        "text": text % {"what": title(other), "reference": other.reference},
        "url": url,
        "link": gettext("See both"),
    }


def _lot(others: Sequence[Any], first: Shown) -> dict[str, object]:
    """Say that neighbours of one delivery are recorded, and name some of them."""
    named = ", ".join(
        f"{other.serial_normal} ({other.reference})" for other in others[:SHOWN_OF_LOT]
    )
    return {
        "kind": "",
        "title": ngettext(
            "%(n)s more gun of what may be one delivery is recorded",
            "%(n)s more guns of what may be one delivery are recorded",
            len(others),
        )
        % {"n": len(others)},
        "text": gettext("Neighbouring numbers: %(named)s. They are other guns.")
        % {"named": named},
        "url": reverse("lead", args=[first.lead.pk]),
        "link": gettext("See the first"),
    }


def says(told: Dossier) -> list[str]:
    """Say below the life where it comes from and whether its sources agree."""
    standing = [one for one in told.members if not one.withdrawn_at]
    different = life.disagreements(standing)
    found = []
    if len(standing) > 1:
        found.append(
            ngettext(
                "The records differ in %(n)s field: see below.",
                "The records differ in %(n)s fields: see below.",
                len(different),
            )
            % {"n": len(different)}
            if different
            else gettext("The records agree in what they state.")
        )
    home = told.firearm.jurisdiction
    abroad = sum(
        bool(one.jurisdiction) and one.jurisdiction != home
        for one in told.events
        if one.kind in ("fact", "lead")
    )
    if abroad:
        text = ngettext(
            "%(n)s event comes from another jurisdiction.",
            "%(n)s events come from other jurisdictions.",
            abroad,
        )
        found.append(text % {"n": abroad})
    return found


def _member(record: Firearm, here: Firearm) -> dict[str, object]:
    when = wording.partial(record.event_date)
    return {
        "record": record,
        "here": record.pk == here.pk,
        "url": tables.address(record),
        "title": ", ".join(filter(None, (occasion(record), when))),
        "from": record.source or record.unit.name,
        "jurisdiction": record.jurisdiction,
        "grade": wording.grade(record),
        "handling": record.handling,
        "withdrawn": bool(record.withdrawn_at),
    }


def _disagreement(one: life.Disagreement) -> dict[str, object]:
    kind = one.sayings[0].records[0].record_type
    name = kind.label(one.name)
    return {
        "label": name[:1].upper() + name[1:],
        "is_serial": one.name == "serial",
        "is_reading": one.is_reading,
        "sayings": [
            {
                "text": said.text,
                "number": said.records[0].serial_normal,
                "records": [
                    {"reference": record.reference, "url": tables.address(record)}
                    for record in said.records
                ],
            }
            for said in one.sayings
        ],
    }


def judgements(told: Dossier, user: Any) -> str:
    """Say who judged the records to be one gun, and when last."""
    if len(told.members) < 2:
        return ""
    rows = dossiers.judgements(told.firearm, user)
    same = [one for one in rows if one.verdict == "same"]
    if not same:
        return ""
    names = sorted({wording.person(one.by) for one in same})
    return gettext("Judged by %(names)s, last on %(day)s.") % {
        "names": ", ".join(names),
        "day": wording.day(same[0].at),
    }


def contradiction_text(one: dossiers.Contradiction) -> str:
    """Name the contradiction and the judgement that is least firm."""
    return gettext(
        "Two of its records are judged different (%(different)s), yet other judgements "
        "join them. The least firm of these judgements: %(weakest)s."
    ) % {
        "different": judged(one.different),
        "weakest": judged(one.weakest),
    }


def judged(one: SameObject) -> str:
    """Return a judgement in a few words: what, by whom, when, on what basis."""
    return gettext("%(verdict)s, by %(name)s on %(day)s, %(basis)s") % {
        "verdict": wording.label(one.verdict, "judgement_verdicts").lower(),
        "name": wording.person(one.by),
        "day": wording.day(one.at),
        "basis": wording.label(one.basis, "judgement_bases").lower(),
    }
