"""What becomes of a weighed pair: asked, noted or left; and when it is asked again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from focalpoint.leads.suggesting import Suggestion
from focalpoint.records import history
from focalpoint.records.base import Record
from focalpoint.records.models import SameObject

# Bits from which a pair is put before a person: even odds.
LEAST = 0.0
# Two entries of registers, for which nobody waits: thirty to one.
LEAST_OF_REGISTERED = 5.0
# A clone or a lot is told on the dossier from here on.
LEAST_NOTED = 4.0
MOST_OPEN = 5  # pairs of one record that are asked at a time, the strongest first
MOST_NOTED = 3
COMMON = 50  # records with one number from which copies are not told one by one

# The fields whose change may change a judgement.
COMPARED: Mapping[str, frozenset[str]] = {
    "firearm": frozenset(
        {
            "serial",
            "marks",
            "make",
            "model",
            "calibre",
            "type",
            "as_read",
            "country_of_manufacture",
            "year_of_manufacture",
        }
    ),
    "person": frozenset(
        {
            "family_name",
            "given_name",
            "patronymic",
            "name_original",
            "aliases",
            "birth_date",
            "birth_place",
            "sex",
            "national_id",
            "document",
            "led_category",
        }
    ),
}


@dataclass(frozen=True)
class Weighed:
    """What an engine says of two records, in plain values."""

    first: Any
    second: Any
    engine: str
    engine_version: str
    weight: float
    probability: float
    relation: str
    evidence: Sequence[Mapping[str, Any]]
    repeats: int = 1


def suggestion_of(found: Weighed, judged: SameObject | None) -> Suggestion | None:
    """Return what is put before people, or nothing.

    A judged pair is put before them again only when a compared field changed since and
    the evidence now speaks against the judgement, or the judgement was that one could
    not say.
    """
    claims = found.relation in ("same", "part") and found.weight >= _least(found)
    if judged is not None:
        changed = changed_since(judged, found.first, found.second)
        return _asked_again(found, judged, changed, claims=claims)
    if found.first.dossier == found.second.dossier:
        return None  # one by way of other judgements: nothing is left to ask
    if claims:
        return _suggestion(found)
    is_rare = found.repeats < COMMON
    if found.relation in ("clone", "lot") and is_rare and found.weight >= LEAST_NOTED:
        return _suggestion(found, noted=True)
    return None


def changed_since(
    judged: SameObject, first: Record, second: Record
) -> dict[str, list[str]]:
    """Return the compared fields of both records that changed since a judgement."""
    told = {}
    for side, record in (("first", max), ("second", min)):
        one = record((first, second), key=lambda each: each.pk)
        of_first = one.pk == judged.first_id
        version = judged.first_version if of_first else judged.second_version
        names = history.changed_since(one, version) if one.version > version else []
        told[side] = [name for name in names if name in COMPARED[one.type_code]]
    return told


def strongest(suggested: Sequence[Suggestion]) -> list[Suggestion]:
    """Return the few suggestions of one record that are worth a person's time."""
    ordered = sorted(suggested, key=lambda one: -one.weight)
    asked = [one for one in ordered if not one.noted and not one.changed]
    noted = [one for one in ordered if one.noted]
    again = [one for one in ordered if one.changed]
    return [*asked[:MOST_OPEN], *again, *noted[:MOST_NOTED]]


def _asked_again(
    found: Weighed,
    judged: SameObject,
    changed: Mapping[str, list[str]],
    *,
    claims: bool,
) -> Suggestion | None:
    if not changed["first"] and not changed["second"]:
        return None
    doubts = {"same": not claims, "different": claims, "cannot_say": True}
    if not doubts[judged.verdict]:
        return None
    told = {**changed, "judgement": str(judged.pk), "verdict": judged.verdict}
    return _suggestion(found, changed=told)


def _least(found: Weighed) -> float:
    kinds = {getattr(one, "kind", "") for one in (found.first, found.second)}
    return LEAST_OF_REGISTERED if kinds == {"registered"} else LEAST


def _suggestion(found: Weighed, **over: Any) -> Suggestion:
    proposal = {"same": "same", "part": "link"}.get(found.relation, "none")
    return Suggestion(
        kind="identity",
        first=found.first,
        second=found.second,
        engine=found.engine,
        engine_version=found.engine_version,
        weight=found.weight,
        probability=found.probability,
        proposal="same" if over.get("changed") else proposal,
        relation=found.relation,
        link_type="part_of" if proposal == "link" else "",
        evidence=found.evidence,
        **over,
    )
