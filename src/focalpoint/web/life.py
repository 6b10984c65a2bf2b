"""The life of a gun on its page: its records, its events, what they disagree on."""

from typing import Any

from django.utils.translation import gettext, ngettext

from focalpoint.records import dossiers, life, wording
from focalpoint.records.dossier import Dossier
from focalpoint.records.life import Event
from focalpoint.records.models import Firearm, SameObject
from focalpoint.web import tables


def context(told: Dossier, user: Any) -> dict[str, Any]:
    """Return what the page of a gun says of its life and of the records that tell it."""
    standing = [one for one in told.members if not one.withdrawn_at]
    return {
        "events": [event(one) for one in told.events],
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


def event(one: Event) -> dict[str, object]:
    """Return an event as parts/timeline.html draws it."""
    date = one.date if one.kind == "gap" else wording.partial(one.date)
    return {
        "date": date,
        "note": one.note or wording.precision("" if one.kind == "gap" else one.date),
        "kind": one.kind,
        "title": one.title,
        "text": one.text,
        "url": tables.address(one.record) if one.record else "",
        "source": one.source,
        "grade": one.grade,
        "jurisdiction": one.jurisdiction,
        "also": one.also,
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
            else gettext("No record contradicts another.")
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
    occasion = life.OCCASIONS.get(
        record.kind, wording.label(record.kind, "firearm_kinds")
    )
    when = wording.partial(record.event_date)
    return {
        "record": record,
        "here": record.pk == here.pk,
        "url": tables.address(record),
        "title": ", ".join(filter(None, (str(occasion), when))),
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
